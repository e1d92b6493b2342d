"""Imports as tasks: long ones off the request, and any whose process died on the way."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from district.kernel.base.errors import DistrictError
from district.kernel.registers import services
from district.kernel.registers.models import ImportRun


@task()
def check_import(run_id: str) -> None:
    """Check one file. Safe to run twice."""
    _guarded(run_id, services.check_import)


@task()
def commit_import(run_id: str) -> None:
    """Write one checked file. Safe to run twice."""
    _guarded(run_id, services.commit_import)


def _guarded(run_id: str, step: Callable[[ImportRun], ImportRun]) -> None:
    """Do one step; whatever goes wrong ends the run and is told on its page."""
    try:
        step(ImportRun.objects.get(pk=run_id))
    except services.Overtaken:
        return
    except DistrictError as error:
        services.refuse_import(run_id, str(error))
    except Exception:
        services.refuse_import(run_id, _failed())
        raise


def _failed() -> str:
    return _("导入没有完成，什么都没有写入。请稍后重试，仍不行请联系系统管理员。")


def end_left_imports() -> int:
    """Tell of the runs whose task was given up, because every worker that took it died."""
    return services.end_left_imports(_queued, _failed())


def _queued() -> set[str]:
    """The runs that a task waits for or works on."""
    steps = (check_import.module_path, commit_import.module_path)
    rows = DBTaskResult.objects.filter(task_path__in=steps, status__in=("READY", "RUNNING"))
    return {given["args"][0] for given in rows.values_list("args_kwargs", flat=True)}
