"""The Django app of kernel part sessions."""

from importlib import import_module

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Sessions that know whose they are and end when they are idle or old."""

    name = "district.kernel.sessions"
    label = "kernel_sessions"

    def ready(self) -> None:
        import_module("district.kernel.sessions.jobs")
        import_module("district.kernel.sessions.receivers")
