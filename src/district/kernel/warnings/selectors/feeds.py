"""What everybody may see without a log-in: warnings in force that are public, and their documents.

Nothing here reads drafts, lines, members or notes of officers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.warnings import cap
from district.kernel.warnings.models import Alert, Message
from district.kernel.warnings.rules.ground import from_json, shape_of
from district.kernel.warnings.selectors.alerts import in_force
from district.kernel.warnings.selectors.grounds import grounds_with_shapes, with_shapes

_PUBLIC = "Public"


def public_alerts(now: datetime | None = None) -> QuerySet[Alert]:
    """The public warnings in force, the gravest first."""
    return in_force(now).filter(scope=_PUBLIC)


@dataclass(frozen=True)
class Stamp:
    """Which state of the feed somebody holds: for conditional requests."""

    etag: str
    modified: datetime | None


def stamp(variant: str, now: datetime | None = None) -> Stamp:
    """The stamp of the feed as a variant (its form, language, host). Two queries.

    It changes when a warning is issued, changed or lifted, and when one expires.
    """
    moment = now or clock.now()
    held = public_alerts(moment).values_list("pk", "version", "changed_at")
    digest = hashlib.sha256(repr((variant, [tuple(map(str, each)) for each in held])).encode())
    rows = Alert.objects.filter(scope=_PUBLIC)
    found = rows.aggregate(
        changed=Max("changed_at"), expired=Max("expires_at", filter=Q(expires_at__lte=moment))
    )
    moments = [each for each in found.values() if each is not None]
    return Stamp(f'"{digest.hexdigest()[:32]}"', max(moments, default=None))


@dataclass(frozen=True)
class Entry:
    """A public warning with the message that says it as it stands, where it has a document."""

    alert: Alert
    message: Message
    shape: dict[str, Any] | None


def entries(now: datetime | None = None, *, drawn: bool = False) -> list[Entry]:
    """The entries of the feed, with `drawn` their shapes as well. Two queries, four with shapes."""
    newest = Message.objects.filter(applied=True).defer("document").order_by("-sent_at", "-pk")
    rows = public_alerts(now).prefetch_related(Prefetch("messages", queryset=newest))
    found = [(alert, messages[0]) for alert in rows if (messages := list(alert.messages.all()))]
    if not drawn:
        return [Entry(alert, message, None) for alert, message in found]
    grounds = grounds_with_shapes([from_json(alert.ground) for alert, _message in found])
    return [
        Entry(alert, message, shape_of(ground))
        for (alert, message), ground in zip(found, grounds, strict=True)
    ]


def areas_of(alert: Alert) -> dict[str, Any] | None:
    """The shapes of a warning for a map, those of its streets included. One query."""
    # Whose unit it is stands below the district, whose code begins its path.
    root = alert.lead_unit.path.strip("/").split("/")[0]
    return shape_of(with_shapes(from_json(alert.ground), root))


def published(key: UUID | str) -> Message:
    """A message with its document, as it came or went; NotFound where there is none, or it is not
    public itself, whatever other messages of its warning are. What is over stays at its address.
    One query."""
    found = Message.objects.exclude(sha256="").filter(pk=key).first()
    if found is None or cap.read(bytes(found.document)).scope != _PUBLIC:
        raise NotFound(_("没有这份预警报文。"))
    return found


def moment_out(moment: datetime | None) -> str | None:
    """A moment as feeds write it (RFC 3339), in the district's zone."""
    if moment is None:
        return None
    return timezone.localtime(moment).replace(microsecond=0).isoformat()
