"""What organisation has the worker do."""

from __future__ import annotations

from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings

from district.kernel.base.periodic import declare_periodic


def forget_old_failures() -> int:
    """Delete what the log of failed log-ins holds longer than it is kept; how many lines."""
    forgotten = AxesProxyHandler.reset_failure_logs(age_days=settings.DISTRICT_LOGIN_LOG_DAYS)
    return int(forgotten)


declare_periodic("organisation.forget_old_failures", timedelta(hours=24), forget_old_failures)
