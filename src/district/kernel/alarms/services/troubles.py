"""Troubles of running alarms: noted once, told to administrators, over when they are over."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.conf.secrets import secret
from district.kernel.alarms.models import Trouble
from district.kernel.alarms.names import FOLLOWING_VIEW, RUN, TROUBLE_SUBJECT
from district.kernel.alarms.rules.troubles import LATE, troubles_of
from district.kernel.alarms.selectors.following import alarms_are_wanted, standing_now
from district.kernel.alarms.services.common import ALARMS
from district.kernel.base import clock
from district.kernel.history.public import Subject, record
from district.kernel.notifications.public import Urgency, mark_settled, notify
from district.kernel.organisation.public import Owned, authorise, members_permitted
from district.kernel.sensing.public import GatewayAway, GatewayClient
from district.kernel.tracking.public import Reason, reason_text

#: Since when the gateway has not answered this process.
_away_since: list[datetime] = []


def ask_gateway() -> tuple[Mapping[str, Any] | None, bool]:
    """What the gateway says of itself, and whether it has been away for a while."""
    url = os.environ.get("DISTRICT_GATEWAY_URL", "")
    if not url:
        return None, False
    try:
        told = GatewayClient(url, secret(settings.VAR, "gateway"), timeout=5.0).state()
    except GatewayAway:
        now = clock.now()
        _away_since.extend([] if _away_since else [now])
        return None, abs(now - _away_since[0]) >= LATE
    _away_since.clear()
    return told, False


def watch_over() -> int:
    """Look for troubles; how many there are now. The worker does it again and again."""
    gateway, away = ask_gateway()
    found = troubles_of(
        standing_now(),
        clock.now(),
        rules_live=alarms_are_wanted(),
        gateway=gateway,
        gateway_away=away,
    )
    return note_troubles(found)


@transaction.atomic
def note_troubles(found: Mapping[str, Mapping[str, str]]) -> int:
    """Keep what is wrong now: tell of what is new, end what is no more; how many there are."""
    authorise(ALARMS, RUN)
    now = clock.now()
    open_ones = {row.kind: row for row in Trouble.objects.filter(ended_at=None)}
    for kind, row in open_ones.items():
        if kind in found:
            Trouble.objects.filter(pk=row.pk).update(params=dict(found[kind]))
            continue
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        record(_subject(row), "alarms.trouble.ended", {"kind": kind}, actor=ALARMS)
        mark_settled(_subject(row))
    for kind, params in found.items():
        if kind not in open_ones:
            _begin(kind, params, now)
    return len(found)


def _begin(kind: str, params: Mapping[str, str], now: datetime) -> None:
    row = Trouble.objects.create(kind=kind, params=dict(params), since=now)
    record(_subject(row), "alarms.trouble.began", {"kind": kind}, actor=ALARMS)
    with override("zh-hans"):  # kept as data, in the district's language
        notify(
            members_permitted(FOLLOWING_VIEW, Owned(None)),
            _("告警运行故障：%(what)s") % {"what": row.get_kind_display()},
            reason_text(Reason(f"alarms.{kind}", dict(params))),
            reverse("alarms_following"),
            _subject(row),
            Urgency.URGENT,
        )


def _subject(row: Trouble) -> Subject:
    return Subject(TROUBLE_SUBJECT, str(row.pk))
