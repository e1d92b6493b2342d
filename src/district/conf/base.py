"""Settings that every installation shares. Places and secrets come from the environment."""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import ip_network

import dj_database_url
from django.utils.translation import gettext_lazy as _

from district.conf import demo_clock
from district.conf.paths import VAR
from district.conf.secrets import given
from district.kernel.registry.discovery import discover
from district.runtime.watching.logs import configuration, process_name

SYSTEMS = discover(os.environ.get("DISTRICT_SYSTEMS", ""))

DEBUG = False
ALLOWED_HOSTS = os.environ.get("DISTRICT_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("DISTRICT_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "district.kernel.base",
    "district.kernel.throttling",
    "district.kernel.sessions",
    "district.kernel.history",
    "district.kernel.organisation",
    "district.kernel.signing_in",
    "district.kernel.audit",
    "district.kernel.places",
    "district.kernel.conditions",
    "district.kernel.notifications",
    "district.kernel.tracking",
    "district.kernel.search",
    "district.kernel.registers",
    "district.kernel.matching",
    "district.kernel.measures",
    "district.kernel.plan",
    "district.kernel.reports",
    "district.kernel.cases",
    "district.kernel.warnings",
    "district.kernel.sensing",
    "district.kernel.alarms",
    "district.kernel.supervision",
    "district.loading",
    "district.simulation",
    "district.ui",
    *(system.package for system in SYSTEMS),
]

MIDDLEWARE = [
    # Outermost: it measures what all the others take.
    "district.runtime.watching.middleware.MeasuredMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "district.kernel.sessions.middleware.SeenMiddleware",
    "district.ui.middleware.ChineseFirstMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "district.kernel.organisation.middleware.ActorMiddleware",
    "district.ui.middleware.LoginRequiredMiddleware",
    "district.kernel.signing_in.middleware.SecondFactorMiddleware",
    "district.ui.middleware.PageSecurityMiddleware",
    "district.ui.middleware.ErrorPagesMiddleware",
    # Innermost; it only marks the answer to a log-in that was refused, without any query.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "district.conf.urls"
WSGI_APPLICATION = "district.conf.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "district.ui.templatetags.district",
                "district.ui.templatetags.cells",
                "district.ui.templatetags.shell",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "district.ui.context.shell",
            ],
        },
    }
]

_URL = os.environ.get("DISTRICT_DATABASE") or f"sqlite:///{VAR / 'district.sqlite3'}"
# A kept connection is tried before its first use in a request: the database may have restarted.
DATABASES = {
    "default": dict(dj_database_url.parse(_URL, conn_max_age=300, conn_health_checks=True))
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # SQLite has one writer: a transaction takes the write lock at its start, so that two of
    # them never deadlock half-way. WAL lets readers go on meanwhile.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
        ),
    }
else:
    # A page's statements are short: compiling one costs more than running it, and so does trying
    # every order of the joins by which a row fetches the dozen others that its page shows.
    _given = DATABASES["default"].get("OPTIONS")
    _options = _given if isinstance(_given, dict) else {}
    DATABASES["default"]["OPTIONS"] = {"options": "-c jit=off -c join_collapse_limit=4", **_options}
    DATABASES["default"]["ENGINE"] = "district.conf.postgresql"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
FORM_RENDERER = "district.ui.renderer.Renderer"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # refuses while locked, before a password is looked at
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "public"

# So many failures of one account from one address lock that pair, for so long since the last.
# Neither a whole office behind one address is locked out, nor an account for everybody.
AXES_FAILURE_LIMIT = int(os.environ.get("DISTRICT_LOGIN_FAILURES") or 5)
AXES_COOLOFF_TIME = timedelta(minutes=int(os.environ.get("DISTRICT_LOGIN_WAIT_MINUTES") or 15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Trying again while locked does not prolong it: the page says a time, and it stays true.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# What was typed as a name is kept as a keyed hash: people type passwords there too.
AXES_USERNAME_CALLABLE = "district.kernel.organisation.sign_in.key_of_attempt"
AXES_CLIENT_IP_CALLABLE = "district.kernel.organisation.sign_in.address_of"
AXES_LOCKOUT_CALLABLE = "district.kernel.organisation.sign_in.refused"
# Failures and lock-outs are kept so many days (the law on networks asks for six months), not
# per account at most: that would drop the newest. Sessions and log-outs are not logged.
DISTRICT_LOGIN_LOG_DAYS = int(os.environ.get("DISTRICT_LOGIN_LOG_DAYS") or 190)
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 10**9
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Not in the server's output nor in the data of an attempt either.
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken"]
# Proxies whose X-Forwarded-For is believed: addresses or networks, comma-separated. Without
# them everybody behind a proxy has the proxy's address.
DISTRICT_PROXIES = [
    ip_network(text.strip())
    for text in os.environ.get("DISTRICT_PROXIES", "").split(",")
    if text.strip()
]

# An identity provider by OpenID Connect (docs/signing-in.md): its issuer, our name there and, in a
# file, our secret; which claim is a member's log-in name; what the button says.
DISTRICT_OIDC_ISSUER = os.environ.get("DISTRICT_OIDC_ISSUER", "")
DISTRICT_OIDC_CLIENT = os.environ.get("DISTRICT_OIDC_CLIENT", "")
DISTRICT_OIDC_SECRET = given("oidc")
DISTRICT_OIDC_CLAIM = os.environ.get("DISTRICT_OIDC_CLAIM") or "preferred_username"
DISTRICT_OIDC_SCOPES = os.environ.get("DISTRICT_OIDC_SCOPES") or "openid profile"
DISTRICT_OIDC_NAME = os.environ.get("DISTRICT_OIDC_NAME", "")

# How many rows one exported file may hold, whatever a register allows; and how many bytes a table
# may have that is imported.
DISTRICT_EXPORT_ROWS = int(os.environ.get("DISTRICT_EXPORT_ROWS") or 100_000)
DISTRICT_IMPORT_LARGEST = int(os.environ.get("DISTRICT_IMPORT_MB") or 10) << 20

# "json": each process writes its log as one JSON object a line, without personal data
# (docs/operate.md); its name there.
DISTRICT_LOG = os.environ.get("DISTRICT_LOG", "")
DISTRICT_PROCESS = process_name(os.environ.get("DISTRICT_PROCESS", ""))
LOGGING = configuration(DISTRICT_LOG)

# Whoever sends this token reads health in detail and metrics from another machine.
DISTRICT_METRICS_TOKEN = given("metrics")
# Free megabytes of a disk below which the installation is not ready, or worries.
DISTRICT_DISK_LEAST = int(os.environ.get("DISTRICT_DISK_LEAST") or 200)
DISTRICT_DISK_WORRY = int(os.environ.get("DISTRICT_DISK_WORRY") or 2000)
# Seconds that the oldest queued task may wait before somebody should look.
DISTRICT_QUEUE_LATE = int(os.environ.get("DISTRICT_QUEUE_LATE") or 600)

# Other limits for what needs no log-in than those declared, `rate=uses/seconds`, comma-separated.
DISTRICT_RATES = os.environ.get("DISTRICT_RATES", "")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "attachments"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# A member's session ends after so long without use, and in any case so long after it began.
DISTRICT_SESSION_IDLE = timedelta(minutes=int(os.environ.get("DISTRICT_SESSION_MINUTES") or 240))
DISTRICT_SESSION_LONGEST = timedelta(hours=int(os.environ.get("DISTRICT_SESSION_HOURS") or 336))
SESSION_ENGINE = "district.kernel.sessions.store"
SESSION_COOKIE_AGE = int(DISTRICT_SESSION_LONGEST.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

COTTON_DIR = "cotton"

# Seconds that the product's clock is ahead of the machine's: a demo lives on a stated date.
DISTRICT_CLOCK_OFFSET = int(os.environ.get("DISTRICT_CLOCK_OFFSET") or demo_clock.offset(VAR))
# A demo shows its log-ins on the log-in page.
DISTRICT_DEMO = (VAR / "demo-logins.json").exists()

# Where the product is reached, for links in messages that leave it, e.g. https://plan.example.cn
DISTRICT_URL = os.environ.get("DISTRICT_URL", "")
# Where pages listen to what happens: an address, a path of the same origin (behind a proxy), or
# `:port` of the page's own host, as `district run` sets it; empty: pages ask again and again.
DISTRICT_EVENTS_URL = os.environ.get("DISTRICT_EVENTS_URL", "")
# The port of pages that may listen from their own host, besides the origins of DISTRICT_ORIGINS;
# and how many may listen at once, a member and in all.
DISTRICT_PAGES_PORT = int(os.environ.get("DISTRICT_PAGES_PORT") or 0)
DISTRICT_LISTENERS = int(os.environ.get("DISTRICT_LISTENERS") or 400)
DISTRICT_LISTENERS_EACH = int(os.environ.get("DISTRICT_LISTENERS_EACH") or 8)
# Seconds between two looks whether the sessions and rights of those who listen still hold.
DISTRICT_LISTENERS_CHECK = float(os.environ.get("DISTRICT_LISTENERS_CHECK") or 30)
# Kinds of message channels that members may add (empty: all that notifications know), and hosts
# or networks of our own that messages may go to besides public ones; both comma-separated.
DISTRICT_CHANNEL_SCHEMES = os.environ.get("DISTRICT_CHANNEL_SCHEMES", "")
DISTRICT_CHANNEL_HOSTS = os.environ.get("DISTRICT_CHANNEL_HOSTS", "")
