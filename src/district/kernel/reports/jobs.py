"""What the worker does for reports."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django_tasks import task

from district.kernel.base.errors import DistrictError
from district.kernel.reports.services import rolling


@task()
def roll_over(key: str) -> None:
    """Make an approved draft the next year's plan. Safe to run twice."""
    try:
        rolling.carry_out(key)
    except DistrictError as error:
        rolling.fail(key, str(error))
    except Exception as error:
        rolling.fail(
            key, _("办理中断（%(error)s）。请重新提出。") % {"error": type(error).__name__}
        )
        raise
