"""The ASGI entrance of the process that pages listen to, as granian serves it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "district.conf.dev")
django.setup()

from district.runtime.events import application  # noqa: E402  # Django is up only now
from district.runtime.web import notify_when_listening  # noqa: E402  # as above

notify_when_listening()

__all__ = ["application"]
