"""Orders become cases: one number, one case; what changes later becomes a step of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, DistrictError, Invalid, NotFound
from district.kernel.cases.public import Case, Contact, Report, perform, report_case
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, authorise
from district.systems.appeals.city.models import CityOrder, CityPlatform, CityRefusal
from district.systems.appeals.city.rules import News, Order, Seen, news_of, number_of, order_of
from district.systems.appeals.city.rules import seen_of as seen
from district.systems.appeals.names import TYPE

CREATED, UPDATED, UNCHANGED, REFUSED = "created", "updated", "unchanged", "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one order. `changed` and `kept` name fields; see `rules.News`."""

    number: str
    outcome: str
    case: str = ""
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    field: str = ""
    problem: str = ""
    remedy: str = ""


def actor_of(platform: CityPlatform) -> Actor:
    """The product itself, acting on what a platform sent; its name is shown in the case."""
    return Actor("system", "appeals.city", platform.name)


def order_subject(order: CityOrder) -> Subject:
    """The reference of an order."""
    return Subject("appeals.order", str(order.pk))


def secret() -> str:
    """What keys the digests of an order's fields."""
    return str(settings.PERSON_MASTER_KEY)


@transaction.atomic
def take_order(platform: CityPlatform, order: Order, *, actor: Actor, way: str) -> Outcome:
    """Open a case for an order, or add to the case that its number has opened.

    Of a changed order the deadline and the text are taken over, as a step that the unit sees and
    is told of; the rest stays as the district has it and is named in `kept`. Raises Invalid,
    Conflict (the case is over), NotPermitted.
    """
    authorise(actor, "appeals.city.import", _owned(platform))
    known = _known(platform, order.number)
    taken = _add(platform, known, order) if known else _open(platform, order, actor, way)
    settle(platform, order.number)
    return taken


def _known(platform: CityPlatform, number: str) -> CityOrder | None:
    locked = CityOrder.objects.select_for_update(of=("self",)).select_related("case")
    return locked.filter(platform=platform, number=number).first()


def _owned(platform: CityPlatform) -> Owned:
    return Owned(platform.centre_unit_id, centre=platform.centre_unit_id)


def _open(platform: CityPlatform, order: Order, actor: Actor, way: str) -> Outcome:
    report = Report(
        type_key=TYPE,
        text=order.text,
        title=order.title,
        source="city",
        matter=order.matter,
        lon=order.lon,
        lat=order.lat,
        place=order.place,
        source_name=platform.name,
        source_number=order.number,
        source_due_at=order.due_at,
        reported_at=order.received_at,
        is_anonymous=not (order.reporter or order.phone),
        centre=platform.centre_unit_id,
    )
    named = order.reporter or order.phone
    contact = Contact(order.reporter, order.phone) if named else None
    made = report_case(report, actor=actor, contact=contact)
    # Another may have committed the same number since it was looked for.
    beside = _known(platform, order.number) if made.repeated else None
    if beside is not None:
        return _add(platform, beside, order)
    kept = seen(order, secret())
    row = CityOrder.objects.create(
        platform=platform,
        number=order.number,
        case=made.case,
        way=way,
        due_at=order.due_at,
        text_length=kept.text_length,
        text_sha256=kept.text_sha256,
        said=dict(kept.said),
        taken_at=clock.now(),
    )
    data = {"number": order.number, "case": made.case.number, "way": way}
    record(order_subject(row), "appeals.order.taken", data, actor=actor)
    return Outcome(order.number, UNCHANGED if made.repeated else CREATED, made.case.number)


def news(row: CityOrder, order: Order) -> News:
    """What an order says that is not known of it yet."""
    before = Seen(row.text_length, row.text_sha256, row.said, row.due_at)
    return news_of(order, before, secret())


def _add(platform: CityPlatform, row: CityOrder, order: Order) -> Outcome:
    found = news(row, order)
    if not found.changed:
        return Outcome(order.number, UNCHANGED, row.case.number, kept=found.kept)
    if row.case.category == Case.Category.DONE:
        raise Conflict(_("该工单已经结案，不再更新。需要重办的，请以新的单号派发。"))
    row.revision += 1
    data: dict[str, Any] = {"text": _words(row, found)}
    if found.due_at is not None:
        data["source_due_at"] = found.due_at
    actor = actor_of(platform)
    perform(row.case_id, "supplement", actor=actor, data=data, key=f"order-{row.revision}")
    kept = seen(order, secret())
    row.text_length, row.text_sha256 = kept.text_length, kept.text_sha256
    row.said = dict(kept.said)
    row.due_at = found.due_at or row.due_at
    row.changed_at = clock.now()
    row.save()
    record(
        order_subject(row),
        "appeals.order.changed",
        {"number": row.number, "revision": row.revision, "changed": list(found.changed)},
        actor=actor,
    )
    return Outcome(order.number, UPDATED, row.case.number, found.changed, found.kept)


def _words(row: CityOrder, found: News) -> str:
    """What the step says: the deadline's move in words, then the text that was added."""
    parts = []
    if found.due_at is not None:
        before = timezone.localtime(row.due_at).strftime("%Y-%m-%d %H:%M") if row.due_at else ""
        after = timezone.localtime(found.due_at).strftime("%Y-%m-%d %H:%M")
        parts.append(
            _("市平台将办理时限由 %(before)s 改为 %(after)s。") % {"before": before, "after": after}
            if before
            else _("市平台将办理时限定为 %(after)s。") % {"after": after}
        )
    if found.added:
        parts.append(found.added)
    return "\n".join(parts)[:5000]


def take_all(platform: CityPlatform, items: Iterable[Any], *, way: str) -> list[Outcome]:
    """Take orders as the protocol states them, each by itself: a bad one harms no good one.

    What is refused stands in the list of refusals until the number comes in good.
    """
    return [_take_one(platform, item, way) for item in items]


def _take_one(platform: CityPlatform, item: Any, way: str) -> Outcome:
    actor = actor_of(platform)
    try:
        order = order_of(item, clock.now())
        try:
            return take_order(platform, order, actor=actor, way=way)
        except Conflict:
            # The same number came in beside this one: now it is known. A closed case says so.
            return take_order(platform, order, actor=actor, way=way)
    except DistrictError as error:
        return refuse(platform, number_of(item), error, way)


@transaction.atomic
def refuse(platform: CityPlatform, number: str, error: DistrictError, way: str) -> Outcome:
    """Note that an order could not be taken; the same refusal again only counts."""
    field = error.field if isinstance(error, Invalid) else ""
    problem = error.problem if isinstance(error, Invalid) else str(error)
    remedy = error.remedy if isinstance(error, Invalid) else ""
    now = clock.now()
    row = CityRefusal.objects.filter(
        platform=platform, number=number, field=field[:40], problem=problem[:300], settled_at=None
    ).first()
    if row is None:
        CityRefusal.objects.create(
            platform=platform,
            number=number,
            way=way,
            field=field[:40],
            problem=problem[:300],
            remedy=remedy[:300],
            first_at=now,
            last_at=now,
        )
    else:
        row.times, row.last_at = row.times + 1, now
        row.save(update_fields=["times", "last_at"])
    return Outcome(number, REFUSED, field=field, problem=problem, remedy=remedy)


def settle(platform: CityPlatform, number: str) -> None:
    """What was refused of this number is over: it has come in good."""
    open_ones = CityRefusal.objects.filter(platform=platform, number=number, settled_at=None)
    open_ones.update(settled_at=clock.now())


@transaction.atomic
def put_aside(refusal_id: UUID | str, *, actor: Actor) -> CityRefusal:
    """Take a refusal off the list by hand; the platform's history says who did."""
    row = CityRefusal.objects.select_related("platform").filter(pk=refusal_id).first()
    if row is None:
        raise NotFound(_("没有这条记录。"))
    authorise(actor, "appeals.city.import", _owned(row.platform))
    if row.settled_at is None:
        row.settled_at = clock.now()
        row.save(update_fields=["settled_at"])
        record(
            Subject("appeals.platform", str(row.platform_id)),
            "appeals.refusal.settled",
            {"number": row.number, "problem": row.problem},
            actor=actor,
        )
    return row
