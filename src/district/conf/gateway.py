"""The ASGI entrance of the process that takes readings in, as granian serves it."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "district.conf.dev")
django.setup()

from django.db import close_old_connections  # noqa: E402  # Django is up only now

from district.conf.paths import VAR  # noqa: E402  # as above
from district.conf.secrets import secret  # noqa: E402  # as above
from district.kernel.alarms.public import floor_of_log  # noqa: E402  # as above
from district.kernel.sensing.public import (  # noqa: E402  # as above
    DatabaseQuarantine,
    DatabaseRegister,
    ProductClock,
    gateway_configuration,
    make_gateway,
)

# One thread parses most of the time; those that wait for sockets get their turn sooner.
sys.setswitchinterval(0.001)


def _floor(end: int) -> int:
    """Asked from a thread that no request ends: a connection that is gone is left behind."""
    close_old_connections()
    return floor_of_log(end)


application = make_gateway(
    gateway_configuration(os.environ, VAR),
    DatabaseRegister(),
    DatabaseQuarantine(),
    ProductClock(),
    secret(VAR, "gateway"),
    floor=_floor,
)

__all__ = ["application"]
