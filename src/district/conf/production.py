"""Settings behind a TLS proxy: secure cookies, secrets from files named in the environment."""

import os

from district.conf.base import *  # noqa: F403  # settings modules are built on each other so
from district.conf.paths import VAR
from district.conf.secrets import secret

SECRET_KEY = secret(VAR, "secret_key")
PERSON_MASTER_KEY = secret(VAR, "person_master_key")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = int(os.environ.get("DISTRICT_HSTS_SECONDS", "31536000"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
