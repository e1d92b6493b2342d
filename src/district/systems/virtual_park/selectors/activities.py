"""Activities: for firms, and for the units that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Unit,
    permitted,
    posts_of,
    units,
    visible,
)
from district.systems.virtual_park.models import (
    Activity,
    ActivityLimit,
    ActivityPush,
    Registration,
)
from district.systems.virtual_park.names import SAVE_ACTIVITY, VIEW_ACTIVITY
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.owning import owned_by

_SHOWN = 50
State = Activity.State


@dataclass(frozen=True)
class Offered:
    """An activity as a firm sees it: its own registration, whether it was told of it, and how many
    seats are free (None while others wait)."""

    activity: Activity
    mine: Registration | None
    was_told: bool
    is_new: bool

    @property
    def is_open(self) -> bool:
        """Whether one may register now."""
        return self.activity.state == State.PUBLISHED and clock.now() < self.activity.closes_at

    @property
    def is_registered(self) -> bool:
        """Whether the firm is registered or waits."""
        return self.mine is not None and self.mine.state != Registration.State.CANCELLED


def _offered(acting: Acting, rows: QuerySet[Activity]) -> list[Offered]:
    found = list(rows.select_related("lead_unit")[:_SHOWN])
    mine = {
        one.activity_id: one
        for one in Registration.objects.filter(firm=acting.firm, activity__in=found)
    }
    told = {
        one.activity_id: one
        for one in ActivityPush.objects.filter(enterprise=acting.id, activity__in=found)
    }
    return [
        Offered(
            one,
            mine.get(one.pk),
            one.pk in told,
            one.pk in told and told[one.pk].read_at is None,
        )
        for one in found
    ]


def activities_for(acting: Acting) -> list[Offered]:
    """What lies ahead and is published, those that the firm was told of first; and what it is
    registered for, also where it was called off. Three queries."""
    now = clock.now()
    ahead = Q(state=State.PUBLISHED, ends_at__gte=now)
    own = Q(registrations__firm=acting.firm, state=State.CANCELLED, ends_at__gte=now)
    rows = Activity.objects.filter(ahead | own).distinct().order_by("starts_at", "pk")
    found = _offered(acting, rows)
    return sorted(found, key=lambda one: (not one.is_registered, not one.was_told))


def activity_for(acting: Acting, key: UUID | str) -> Offered:
    """One activity that is published, or was; NotFound. Three queries."""
    try:
        rows = Activity.objects.exclude(state=State.DRAFT).filter(pk=key)
        found = _offered(acting, rows)
    except (ValueError, ValidationError):
        found = []
    if not found:
        raise NotFound(_("没有这场活动。"))
    return found[0]


def new_activities(acting: Acting) -> int:
    """How many activities ahead the firm was told of and has not read. One query."""
    rows = ActivityPush.objects.filter(enterprise=acting.id, read_at=None)
    return rows.filter(activity__state=State.PUBLISHED, activity__closes_at__gt=clock.now()).count()


def seats_free(activity: Activity) -> int:
    """How many seats are left; none while anybody waits. One query."""
    sums = dict(
        Registration.objects.filter(activity=activity)
        .order_by()
        .values_list("state")
        .annotate(n=Sum("persons"))
    )
    if sums.get(Registration.State.WAITING):
        return 0
    return activity.seats - int(sums.get(Registration.State.SEATED) or 0)


def activity_seen(key: UUID | str, actor: Actor) -> Activity:
    """An activity for a member; NotFound."""
    try:
        rows = Activity.objects.filter(visible(actor, VIEW_ACTIVITY).q("lead_unit"), pk=key)
        found = rows.select_related("lead_unit").first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这场活动，或您没有查看的权限。"))
    return found


def holding_units(actor: Actor) -> list[Unit]:
    """The units in whose name the actor may hold activities, its own posts' first."""
    own = [post.unit for post in posts_of(actor)]
    found = [unit for unit in units().filter(pk__in=own) if unit.is_active]
    found = [unit for unit in found if permitted(actor, SAVE_ACTIVITY, owned_by(unit))]
    return sorted(found, key=lambda unit: own.index(unit.pk))


def registrations_of(activity: Activity) -> list[Registration]:
    """Who registered, in the order in which they came; cancelled ones are left out. One query."""
    rows = Registration.objects.filter(activity=activity).select_related("firm")
    return list(rows.exclude(state=Registration.State.CANCELLED).order_by("registered_at", "pk"))


def limit() -> ActivityLimit:
    """How often one enterprise is told in a month; the default where nobody set it."""
    return ActivityLimit.objects.filter(pk=1).first() or ActivityLimit()
