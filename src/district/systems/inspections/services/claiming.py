"""Whose turn a task is: what a phone that comes back online is told, in words, with a code.

Codes of a Clash: reassigned, submitted, cancelled, version, changed, photos.
"""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound, NotPermitted
from district.kernel.base.sent import Clash
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise
from district.systems.inspections.models import Inspection, Task
from district.systems.inspections.names import INSPECT
from district.systems.inspections.selectors.rights import owned_task
from district.systems.inspections.services.tasks import locked_task


def claimed_task(task_id: UUID | str, actor: Actor, *, lock: bool = False) -> Task:
    """The task, where this member may inspect, whatever became of the task meanwhile.

    Raises NotFound, NotPermitted.
    """
    task = locked_task(task_id) if lock else Task.objects.filter(pk=task_id).first()
    if task is None:
        raise NotFound(_("没有这个检查任务。"))
    if actor.kind != "member":
        raise NotPermitted(_("检查由检查人本人提交。"))
    authorise(actor, INSPECT, owned_task(task))
    return task


def refuse_others(task: Task, actor: Actor) -> None:
    """Clash where a claimed task is somebody else's now, done, or given up."""
    if task.state == Task.State.DONE:
        done = Inspection.objects.select_related("inspector").filter(task=task).first()
        words = {
            "who": done.inspector.display_name if done else "",
            "at": timezone.localtime(done.finished_at).strftime("%m-%d %H:%M") if done else "",
            "number": done.number if done else "",
        }
        raise Clash(
            "submitted",
            _(
                "这个任务已由%(who)s于%(at)s检查并提交（%(number)s）。"
                "您的记录还在手机上，可以另作一次检查提交，或删除。"
            )
            % words,
        )
    if task.state == Task.State.CANCELLED:
        raise Clash(
            "cancelled",
            _("这个任务已不再检查：%(why)s。您的记录还在手机上，可以另作一次检查提交，或删除。")
            % {"why": task.reason},
        )
    if task.inspector_id is not None and str(task.inspector_id) != actor.id:
        name = task.inspector.display_name if task.inspector else ""
        raise Clash(
            "reassigned",
            _(
                "这个任务已改派给%(who)s。您的记录还在手机上，"
                "可以另作一次检查提交，或联系对方后删除。"
            )
            % {"who": name},
        )
