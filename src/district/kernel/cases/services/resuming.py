"""Cases whose rest is over go on by themselves."""

from __future__ import annotations

import logging

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.errors import DistrictError
from district.kernel.cases.models import Case
from district.kernel.cases.services.doing import CASES
from district.kernel.cases.services.performing import perform
from district.kernel.cases.types import type_of

log = logging.getLogger(__name__)
_CHUNK = 500


def resume_due() -> int:
    """Resume the cases that rest until today or longer ago; each in a transaction of its own.

    Returns how many went on. One that cannot is logged and tried again the next time.
    """
    today = timezone.localtime(clock.now()).date()
    due = Case.objects.filter(category=Case.Category.PAUSED, resume_on__lte=today)
    resumed = 0
    for case in due.order_by("resume_on")[:_CHUNK]:
        move = next(
            (
                move
                for move in type_of(case).moves_from(case.stage)
                if "resume" in move.effects and move.system
            ),
            None,
        )
        if move is None:
            continue
        try:
            perform(case.pk, move.key, actor=CASES, key=f"resume-{case.resume_on}")
        except DistrictError:
            log.exception("case %s does not resume", case.number)
        else:
            resumed += 1
    return resumed
