"""What the worker does for the plan."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django_tasks import task

from district.compiler import ReportError, compile_text
from district.kernel.history.public import Actor, Message, consumer
from district.kernel.measures.public import VALUE_RECORDED
from district.kernel.plan.models import Edition
from district.kernel.plan.selectors.commitments import commitments_of_measures
from district.kernel.plan.services import compiling, tracked


@task()
def compile_edition(edition_id: str) -> None:
    """Compile a long edition, saying how far it is. Safe to run twice."""
    actor = Actor.system("plan.compile")
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


@consumer("plan.lights", (VALUE_RECORDED,))
def light_anew(message: Message) -> None:
    """A value was recorded: the lights of the commitments that it feeds, and of those above."""
    tracked.refresh(commitments_of_measures({str(message.payload["measure"])}))
