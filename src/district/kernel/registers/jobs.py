"""Long imports, off the request; the page follows their progress."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django_tasks import task

from district.kernel.base.errors import DistrictError
from district.kernel.registers import services
from district.kernel.registers.importing.problems import Problem
from district.kernel.registers.models import ImportRun


@task()
def check_import(run_id: str) -> None:
    """Check one file."""
    _guarded(ImportRun.objects.get(pk=run_id), services.check_import)


@task()
def commit_import(run_id: str) -> None:
    """Write one checked file."""
    _guarded(ImportRun.objects.get(pk=run_id), services.commit_import)


def _guarded(run: ImportRun, step: Callable[[ImportRun], ImportRun]) -> None:
    """Do one step; whatever goes wrong ends the run and is told on its page."""
    try:
        step(run)
    except DistrictError as error:
        _fail(run, str(error))
    except Exception:
        _fail(run, _("导入没有完成，什么都没有写入。请稍后重试，仍不行请联系系统管理员。"))
        raise


def _fail(run: ImportRun, words: str) -> None:
    services.refuse_import(run, Problem(0, "", words))
