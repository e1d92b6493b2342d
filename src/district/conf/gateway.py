"""The ASGI entrance of the process that takes readings in, as granian serves it."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "district.conf.dev")
django.setup()

from district.conf.paths import VAR  # noqa: E402  # Django is up only now
from district.conf.secrets import secret  # noqa: E402  # as above
from district.kernel.sensing.public import (  # noqa: E402  # as above
    DatabaseQuarantine,
    DatabaseRegister,
    ProductClock,
    gateway_configuration,
    make_gateway,
)

# One thread parses most of the time; those that wait for sockets get their turn sooner.
sys.setswitchinterval(0.001)

application = make_gateway(
    gateway_configuration(os.environ, VAR),
    DatabaseRegister(),
    DatabaseQuarantine(),
    ProductClock(),
    secret(VAR, "gateway"),
)

__all__ = ["application"]
