"""The Django app of kernel part search."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Text search in Chinese."""

    name = "district.kernel.search"
    label = "kernel_search"
