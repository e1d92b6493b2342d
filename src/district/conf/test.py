"""Settings of the tests: either database, quick hashing, the dummy system switched on."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DISTRICT_VAR", tempfile.mkdtemp(prefix="district-test-"))
os.environ.setdefault("DISTRICT_SYSTEMS", "+district.testing.dummy")

from district.conf.base import *  # noqa: F403  # the environment above comes first
from district.conf.base import DATABASES  # as above
from district.conf.paths import VAR

SECRET_KEY = "only-for-tests"  # noqa: S105  # guards nothing
PERSON_MASTER_KEY = "only-for-tests-too"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, so that a live server's threads and killed processes see the same rows.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR) / "test.sqlite3")}
elif os.environ.get("DISTRICT_TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ["DISTRICT_TEST_TEMPLATE"]}
# Tests log in as they please; those of the throttle switch it on.
AXES_ENABLED = False
# WhiteNoise warns of a missing folder, and a warning is an error here.
(Path(VAR) / "static").mkdir(parents=True, exist_ok=True)
