"""What the worker does for policies: rounds of telling many, forgetting those who left."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from district.kernel.base.errors import DistrictError
from district.kernel.base.periodic import declare_periodic
from district.systems.policies.names import SYSTEM
from district.systems.policies.services import forgetting, pushing

#: A small round is done by its sender; so much later the worker looks whether it was.
_SENDER_WAITS = timedelta(minutes=2)


@task()
def push_policy(run_id: str) -> None:
    """Do one round. Safe to run twice, also beside itself."""
    try:
        pushing.do_run(run_id)
    except pushing.Ended:
        return
    except DistrictError as error:
        pushing.fail_run(run_id, str(error))
    except Exception:
        pushing.fail_run(run_id, _failed())
        raise


def enqueue(run_id: str, at_once: bool) -> None:
    """Leave a round to the worker; where its sender does it `at_once`, for the case that their
    process dies."""
    step = push_policy
    if at_once:
        step = step.using(run_after=timezone.now() + _SENDER_WAITS)
    step.enqueue(run_id)


def _failed() -> str:
    return _("推送没有完成。请重新推送，已推送的不会重复收到。")


def end_left_runs() -> int:
    """Tell of the rounds whose task was given up, because every worker that took it died."""
    return pushing.fail_left_runs(_queued, _failed())


def _queued() -> set[str]:
    """The rounds that a task waits for or works on."""
    rows = DBTaskResult.objects.filter(
        task_path=push_policy.module_path, status__in=("READY", "RUNNING")
    )
    return {given["args"][0] for given in rows.values_list("args_kwargs", flat=True)}


def forget_people() -> int:
    """Erase people who left long ago, and who applied in cases that were made anonymous; returns
    how many."""
    return forgetting.forget_left(actor=SYSTEM) + forgetting.forget_applicants(actor=SYSTEM)


declare_periodic("policies.end_left_runs", timedelta(minutes=5), end_left_runs)
declare_periodic("policies.forget_people", timedelta(hours=6), forget_people)
