"""What the worker does for the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django_tasks import task

from district.compiler import ReportError, compile_text
from district.kernel.base import clock
from district.kernel.base.periodic import declare_periodic
from district.kernel.history.public import Actor, Message, consumer_of_many
from district.kernel.measures.public import VALUE_RECORDED
from district.kernel.plan.models import Edition
from district.kernel.plan.services import compiling, tracked

# A hundred reports in one file are compiled in minutes.
_LONGEST = timedelta(hours=1)
_ACTOR = Actor.system("plan.compile")


@task()
def compile_edition(edition_id: str) -> None:
    """Compile a long edition, saying how far it is. Safe to run twice."""
    actor = _ACTOR
    edition = Edition.objects.get(pk=edition_id)
    try:
        compiling.mark(edition_id, 10, _("识别数据和任务"))
        compiled = compile_text(edition.text, source_name=edition.file_name)
        compiling.mark(edition_id, 70, _("保存解析结果"))
        compiling.keep(edition, compiled, actor)
    except ReportError as error:
        compiling.mark_failed(edition_id, str(error), actor=actor)
    except Exception as error:
        compiling.mark_failed(edition_id, compiling.unexpected(error), actor=actor)
        raise


@consumer_of_many("plan.lights", (VALUE_RECORDED,))
def light_anew(messages: Sequence[Message]) -> None:
    """Values were recorded: the lights of the commitments that they feed, and of those above."""
    tracked.light_by_measures(str(message.payload["measure"]) for message in messages)


def give_up_compiling() -> int:
    """End compilations that no worker will end any more, so that the next upload is not held up."""
    return compiling.fail_stuck(clock.now() - _LONGEST, actor=_ACTOR)


declare_periodic("plan.give_up_compiling", timedelta(minutes=5), give_up_compiling)
