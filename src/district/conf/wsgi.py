"""The WSGI entrance that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "district.conf.dev")
application = get_wsgi_application()
