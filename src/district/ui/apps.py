"""The Django app of the page shell."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Base templates, components and static assets."""

    name = "district.ui"
    label = "ui"
