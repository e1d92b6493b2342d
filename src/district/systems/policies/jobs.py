"""What the worker does for policies: rounds of telling many enterprises."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django_tasks import task

from district.kernel.base.errors import DistrictError
from district.systems.policies.services import pushing


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
        pushing.fail_run(run_id, _("推送没有完成。请重新推送，已推送的企业不会重复收到。"))
        raise
