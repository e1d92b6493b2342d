"""A follow-up comes in from a phone: once for its id, whole or not at all, with its problem."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.sent import Clash, check_position, check_times
from district.kernel.history.public import Actor, record
from district.kernel.tracking.public import finish, refresh_subjects, running
from district.systems.projects.models import FollowUp, Month, Problem, Project, Week
from district.systems.projects.names import SYSTEM, WEEK
from district.systems.projects.rules.following import Known, Seen, doubt_of, metres_from, monday
from district.systems.projects.selectors.rights import (
    authorise_following,
    locked_project,
    project_subject,
)
from district.systems.projects.selectors.settings import settings
from district.systems.projects.services.computing import recompute
from district.systems.projects.services.follow_photos import FOLLOW_PHOTOS
from district.systems.projects.services.problems import raise_problem
from district.systems.projects.services.weeks import missed_in_a_row

_LONGEST, _MOST_PHOTOS = 1000, 4
_TENTH = Decimal("0.1")
#: So many weeks are looked at to judge one.
_JUDGED = 12


@dataclass(frozen=True)
class Given:
    """What a phone hands in. `id` is made there; times are aware and the phone's, `seen_at` says of
    which week it is; `lon`, `lat` are WGS-84, `accuracy` metres; `photos` digests of files sent
    before. `problem`: title, kind and level of one that is raised. `replaces`: the version of the
    week that it corrects."""

    id: UUID
    project: UUID
    seen_at: datetime
    finished_at: datetime
    progress: Decimal
    text: str
    photos: tuple[str, ...]
    lon: Decimal | None = None
    lat: Decimal | None = None
    accuracy: int | None = None
    problem: Mapping[str, str] | None = None
    replaces: UUID | None = None


@dataclass(frozen=True)
class Received:
    """What became of it; `repeated` says that the same had come in before."""

    row: FollowUp
    repeated: bool = False


def take_follow_up(given: Given, *, actor: Actor) -> Received:
    """Take in a follow-up and raise its problem; the same id again does nothing.

    The first of a week counts as its follow-up, one that `replaces` the latest corrects it, and
    both stay. What cannot be believed is taken and marked (`FollowUp.doubt`). Raises Invalid naming
    the field, NotFound, NotPermitted, and Clash: `made` (another one came meanwhile, `latest` is
    its id), `changed` (the id came with another content), `photos`, `over` (so is the project).
    """
    try:
        return _take(given, actor)
    except IntegrityError:  # the same id at the same moment: seen the second time
        return _take(given, actor)


@transaction.atomic
def _take(given: Given, actor: Actor) -> Received:
    project = locked_project(given.project)
    authorise_following(actor, project)
    digest = _digest(given)
    # Whoever sent the same at the same moment has it done once the project is ours.
    earlier = FollowUp.objects.filter(pk=given.id).select_related("week", "problem").first()
    if earlier is not None:
        return _repeated(earlier, digest, actor)
    _check(given)
    _refuse_missing(given)
    first = monday(timezone.localtime(given.seen_at).date())
    week = _week_of(project, first)
    _refuse_others(week, given)
    if not project.is_open:
        raise Clash("over", _("项目已经竣工或终止，不用再跟进。记录还在手机上，可以删除。"))
    row = _row(given, project, week, digest, actor)
    if given.problem is not None:
        row.problem = raise_problem(project.pk, given.problem, actor=actor)
    row.doubt = _doubt(row, project, week)
    row.save(force_insert=True)
    _note(week, row)
    _carry_over(project, row)
    record(project_subject(project.pk), "projects.follow_up.made", _told(row, week), actor=actor)
    recompute([project.pk])
    return Received(row)


def _digest(given: Given) -> str:
    """What makes two of them the same: all that was said."""
    said = {
        "project": str(given.project),
        "seen_at": given.seen_at.isoformat(),
        "finished_at": given.finished_at.isoformat(),
        "progress": str(given.progress),
        "text": given.text,
        "photos": list(given.photos),
        "problem": dict(given.problem) if given.problem is not None else None,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _repeated(earlier: FollowUp, digest: str, actor: Actor) -> Received:
    if str(earlier.member_id) != actor.id or earlier.content_sha256 != digest:
        raise Clash("changed", _("这个编号已用于另一次跟进。请删除后重新填写。"))
    return Received(earlier, repeated=True)


def _check(given: Given) -> None:
    now = clock.now()
    check_times(given.seen_at, given.finished_at, now)
    back = settings().follow_ups.back_days
    if given.seen_at < now - timedelta(days=back):
        raise Invalid(
            "seen_at",
            _("这是%(days)s天以前的跟进，不能再提交。") % {"days": back},
            _("请按现在的情况重新跟进。"),
        )
    if not (given.progress.is_finite() and 0 <= given.progress <= 100):
        raise Invalid("progress", _("形象进度不对。"), _("请填写0到100。"))
    if not 2 <= len(given.text.strip()) <= _LONGEST:
        raise Invalid("text", _("还没有写现场情况。"), _("请用2到1000个字说清楚。"))
    if not 1 <= len(given.photos) <= _MOST_PHOTOS:
        raise Invalid("photos", _("照片数量不对。"), _("请拍1到4张现场照片。"))
    check_position(given.lon, given.lat)


def _refuse_missing(given: Given) -> None:
    drawn = FOLLOW_PHOTOS.drawn(given.id, given.photos)
    missing = tuple(one for one in given.photos if one not in drawn)
    if missing:
        words = {"count": len(missing)}
        raise Clash("photos", _("还有%(count)s张照片没有上传，上传后再提交。") % words, missing)


def _week_of(project: Project, first: date) -> Week:
    """The week, locked; made where none was owed: who looks in all the same is not refused."""
    rows = Week.objects.select_for_update(of=("self",)).filter(project=project, first=first)
    found = rows.select_related("latest__member").first()
    if found is not None:
        found.project = project
        return found
    return Week.objects.create(
        project=project, first=first, unit_id=project.lead_unit_id, state=Week.State.MADE
    )


def _refuse_others(week: Week, given: Given) -> None:
    latest = week.latest
    if latest is None or latest.pk == given.replaces:
        return
    words = {
        "week": week.label,
        "who": latest.member.display_name,
        "at": timezone.localtime(latest.seen_at).strftime("%m-%d %H:%M"),
    }
    raise Clash(
        "made",
        _("%(week)s已由%(who)s于%(at)s跟进。您的记录还在手机上，可以作为更正提交，或删除。")
        % words,
        latest=str(latest.pk),
    )


def _row(given: Given, project: Project, week: Week, digest: str, actor: Actor) -> FollowUp:
    return FollowUp(
        id=given.id,
        week=week,
        number=week.latest.number + 1 if week.latest else 1,
        member_id=UUID(actor.id),
        seen_at=given.seen_at,
        finished_at=given.finished_at,
        received_at=clock.now(),
        lon=given.lon,
        lat=given.lat,
        accuracy=given.accuracy,
        progress=given.progress.quantize(_TENTH),
        text=given.text.strip(),
        photos=list(given.photos),
        # A correction says nothing of the problem that the first version raised.
        problem=week.latest.problem if week.latest else None,
        content_sha256=digest,
    )


def _doubt(row: FollowUp, project: Project, week: Week) -> str:
    """What cannot be believed of it; also notes the progress of the last week before."""
    rows = Week.objects.filter(project=project, first__lt=week.first).exclude(latest=None)
    told = rows.order_by("-first").values_list("first", "latest__progress", "latest__problem")
    earlier = [
        Known(first, progress, problem is not None) for first, progress, problem in told[:_JUDGED]
    ][::-1]
    row.before = earlier[-1].progress if earlier else None
    seen = Seen(
        week.first,
        row.progress,
        row.problem is not None or _has_problem(project),
        metres_from((row.lon, row.lat), (project.lon, project.lat), row.accuracy or 0),
        project.stage == Project.Stage.BUILDING,
    )
    return doubt_of(seen, earlier, settings().follow_ups)


def _has_problem(project: Project) -> bool:
    return Problem.objects.filter(project=project).exclude(state=Problem.State.SOLVED).exists()


def _note(week: Week, row: FollowUp) -> None:
    """The week counts what came; its clock stops."""
    if week.made_at is None:
        week.made_at = row.seen_at
        late = week.due_at is not None and row.seen_at > week.due_at
        week.state = Week.State.LATE if late else Week.State.MADE
    week.latest = row
    week.save(update_fields=["made_at", "state", "latest"])
    one = running(week.clock_id)
    if one is not None:
        finish(one, actor=SYSTEM)
    _reckon_missed(week)


def _carry_over(project: Project, row: FollowUp) -> None:
    """The month and the project know the progress that was seen last in them."""
    month = timezone.localtime(row.seen_at).date().replace(day=1)
    ends = timezone.make_aware(
        datetime.combine((month + timedelta(days=31)).replace(day=1), datetime.min.time())
    )
    weeks = Week.objects.filter(project=project)
    later = weeks.filter(latest__seen_at__gt=row.seen_at)
    if not later.filter(latest__seen_at__lt=ends).exists():
        Month.objects.update_or_create(
            project=project, month=month, defaults={"seen": row.progress}
        )
    filed = Month.objects.filter(project=project, progress__isnull=False, month__gt=month)
    if not later.exists() and not filed.exists():
        Project.objects.filter(pk=project.pk).update(progress=row.progress)


def _reckon_missed(week: Week) -> None:
    """What came for a week that was taken for missed is no longer held against the next one."""
    following = Week.objects.filter(
        project=week.project_id, first__gt=week.first, state=Week.State.OWED
    )
    for one in following:
        missed = missed_in_a_row([week.project_id], one.first).get(week.project_id, 0)
        if missed != one.missed_before:
            Week.objects.filter(pk=one.pk).update(missed_before=missed)
            refresh_subjects(WEEK, [str(one.pk)])


def _told(row: FollowUp, week: Week) -> dict[str, Any]:
    """What history keeps: no word that people wrote, what proves them."""
    return {
        "week": f"{week.first:%G-W%V}",
        "number": row.number,
        "progress": str(row.progress),
        "doubt": row.doubt,
        "problem": row.problem.number if row.problem else "",
        "photos": len(row.photos),
        "seen_at": row.seen_at,
        "content_sha256": row.content_sha256,
    }
