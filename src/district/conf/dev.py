"""Settings of `make run`: the embedded database, on loopback."""

from district.conf.base import *  # noqa: F403  # settings modules are built on each other so
from district.conf.paths import VAR
from district.conf.secrets import secret

SECRET_KEY = secret(VAR, "secret_key")
# Wraps the keys of persons; losing it loses every personal field.
PERSON_MASTER_KEY = secret(VAR, "person_master_key")
