"""What the worker does for rules: trials of many readings."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from district.kernel.alarms.services import trials
from district.kernel.base.errors import DistrictError


@task()
def try_rule_on_readings(trial_id: str) -> None:
    """Do one trial. Safe to run twice."""
    try:
        trials.run_trial(trial_id)
    except trials.Ended:
        return
    except DistrictError as error:
        trials.fail_trial(trial_id, str(error))
    except Exception:
        trials.fail_trial(trial_id, _failed())
        raise


def end_left_trials() -> int:
    """Tell of the trials whose task was given up, because every worker that took it died."""
    return trials.end_left_trials(_queued, _failed())


def _failed() -> str:
    return _("试算没有完成。请稍后重试，仍不行请联系系统管理员。")


def _queued() -> set[str]:
    path = try_rule_on_readings.module_path
    rows = DBTaskResult.objects.filter(task_path=path, status__in=("READY", "RUNNING"))
    return {given["args"][0] for given in rows.values_list("args_kwargs", flat=True)}
