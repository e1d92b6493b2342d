"""The ASGI entrance of the process that pages listen to, as granian serves it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "district.conf.dev")
django.setup()

from district.runtime.events import application  # noqa: E402  # Django is up only now

__all__ = ["application"]
