"""Reading a platform's list of orders, page after page, from where the last reading ended."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.history.public import Actor, open_for_delivery
from district.kernel.organisation.public import Owned, authorise
from district.systems.appeals.city.client import CityClient, CityError
from district.systems.appeals.city.models import CityOrder, CityPlatform
from district.systems.appeals.city.services.intake import take_all

EVERY = timedelta(minutes=2)
# A reading that died on the way is begun anew after this time.
_LEASE = timedelta(minutes=10)
_MOST_PAGES = 50


def client_of(platform: CityPlatform) -> CityClient:
    """A client with the platform's address and key."""
    key = open_for_delivery(platform.secret) if platform.secret else ""
    return CityClient(platform.url, key or "")


@transaction.atomic
def claim_pulls() -> list[UUID]:
    """The platforms whose list is to be read now, taken so that nobody else reads it."""
    now = clock.now()
    ready = Q(next_pull_at=None) | Q(next_pull_at__lte=now)
    due = CityPlatform.objects.filter(ready, is_active=True).exclude(url="")
    taken = []
    for key, seen in list(due.values_list("pk", "next_pull_at")):
        mine = CityPlatform.objects.filter(pk=key, next_pull_at=seen)
        if mine.update(next_pull_at=now + _LEASE):
            taken.append(key)
    return taken


def pull_orders(platform_id: UUID | str) -> Counter[str]:
    """Read a platform's list to its end and take every order; returns how many of each outcome.

    The place in the list is kept after each page: whoever dies on the way reads a page again, and
    numbers that are known open no second case. A problem stands on the platform's page.
    """
    platform = CityPlatform.objects.get(pk=platform_id)
    outcomes: Counter[str] = Counter()
    problem = ""
    try:
        for _number in range(_MOST_PAGES):
            page = client_of(platform).orders(platform.cursor)
            taken = take_all(platform, page.orders, way=CityOrder.Way.PULL)
            outcomes.update(one.outcome for one in taken)
            platform.cursor = page.cursor
            CityPlatform.objects.filter(pk=platform.pk).update(cursor=page.cursor)
            if not page.more:
                break
    except CityError as error:
        problem = str(error)
    now = clock.now()
    CityPlatform.objects.filter(pk=platform.pk).update(
        last_error=problem,
        next_pull_at=now + EVERY,
        **({} if problem else {"pulled_at": now}),
    )
    return outcomes


@transaction.atomic
def pull_soon(platform_id: UUID | str, *, actor: Actor) -> CityPlatform:
    """Have the worker read a platform's list at its next turn instead of when it is due."""
    platform = CityPlatform.objects.filter(pk=platform_id).first()
    if platform is None:
        raise NotFound(_("没有这个平台。"))
    centre = platform.centre_unit_id
    authorise(actor, "appeals.city.import", Owned(centre, centre=centre))
    if not platform.url or not platform.is_active:
        raise Conflict(_("该平台没有启用接口。请联系系统管理员。"))
    CityPlatform.objects.filter(pk=platform.pk).update(next_pull_at=None)
    return platform
