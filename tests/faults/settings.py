"""Settings of an installation that the fault tests kill: as in use, without collected assets."""

from district.conf.dev import *  # noqa: F403  # settings modules are built on each other so
from district.conf.dev import INSTALLED_APPS  # as above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.cases.CasesToBeKilled"]
