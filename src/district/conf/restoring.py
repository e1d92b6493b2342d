"""Settings of `district restore`, which brings the keys with it: none are read nor made."""

from secrets import token_urlsafe

from district.conf.base import *  # noqa: F403  # settings modules are built on each other so

SECRET_KEY = token_urlsafe(48)
PERSON_MASTER_KEY = token_urlsafe(48)
