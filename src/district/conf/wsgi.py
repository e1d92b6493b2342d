"""The WSGI entrance that granian serves."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "district.conf.dev")
application = get_wsgi_application()

from district.runtime.web import notify_when_listening  # noqa: E402  # Django is up only now

notify_when_listening()

# What was loaded stays for good: the collector need not look at it again, nor at every request's
# few thousand short-lived objects.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)

# A page asks the database some ten times, and after each answer waits until another thread gives
# way: a thousandth of a second instead of five.
sys.setswitchinterval(0.001)
