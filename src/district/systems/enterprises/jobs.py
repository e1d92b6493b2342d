"""What the worker does for enterprises."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from district.kernel.base.errors import DistrictError
from district.kernel.base.periodic import declare_periodic
from district.systems.enterprises.services import believing, imports
from district.systems.enterprises.services.qualifying import turn_qualifications


@task()
def weigh_all_anew() -> int:
    """A source is trusted otherwise than before. Safe to run twice."""
    return believing.weigh_all_anew()


@task()
def import_file(run_id: str) -> None:
    """Check and write one file. Safe to run twice: it goes on where it stood."""
    run = imports.run_of(run_id)
    if run is None or run.is_over:
        return
    try:
        imports.run_import(run)
    except imports.Overtaken:
        return
    except DistrictError as error:
        imports.refuse(run, str(error))
    except Exception:
        imports.refuse(run, _failed())
        raise


def _failed() -> str:
    return _("导入中途停了。已写入的行保留；请再上传一次，已写入的行不会重复。")


def end_left_imports() -> int:
    """Tell of the runs whose task was given up, because every worker that took it died."""
    return imports.end_left_imports(_queued, _failed())


def _queued() -> set[str]:
    rows = DBTaskResult.objects.filter(
        task_path=import_file.module_path, status__in=("READY", "RUNNING")
    )
    return {given["args"][0] for given in rows.values_list("args_kwargs", flat=True)}


# Every hour, so that a day that begins while no worker runs is made up for soon after a start.
declare_periodic("enterprises.turn_qualifications", timedelta(hours=1), turn_qualifications)
declare_periodic("enterprises.end_left_imports", timedelta(minutes=1), end_left_imports)
declare_periodic("enterprises.forget_old_files", timedelta(days=1), imports.forget_old_files)
