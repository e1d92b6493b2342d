"""What residents do themselves: report, join, reopen, say how it went.

Each is counted before its transaction begins, then left to kernel/cases, which authorises,
records and refuses. `address` is whom the throttle counts by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.cases.public import (
    Case,
    Contact,
    KeptFile,
    PublicStatus,
    Report,
    Reported,
    join_case,
    perform,
    phone_index,
    report_case,
)
from district.kernel.history.public import Actor
from district.kernel.throttling.public import refuse_beyond
from district.systems.appeals.names import TYPE
from district.systems.appeals.rates import (
    JOIN_BY_ADDRESS,
    JOIN_BY_PHONE,
    NEAR_BY_ADDRESS,
    REPORT_BY_ADDRESS,
    REPORT_BY_PHONE,
    STATUS_BY_ADDRESS,
)
from district.systems.appeals.rules.tickets import TICKETS
from district.systems.appeals.selectors.places import named
from district.systems.appeals.services.photos import attach_photos

PUBLIC = Actor.anonymous()
#: What a reporter may answer over the web; the others are the caller's words.
ANSWERS = ("satisfied", "fair", "unhappy")
DOINGS = ("reopen", "rate")


@dataclass(frozen=True)
class Submitted:
    """What a resident sent, checked. `key` is the ticket's; `area` a street or community;
    `photos` lie on the disk already."""

    key: str
    text: str
    lon: Decimal | None = None
    lat: Decimal | None = None
    place: str = ""
    area: str = ""
    name: str = ""
    phone: str = ""
    anonymous: bool = False
    confidential: bool = False
    photos: tuple[KeptFile, ...] = ()

    @property
    def contact(self) -> Contact:
        """How to reach the person; nothing of somebody anonymous."""
        return Contact() if self.anonymous else Contact(self.name, self.phone)


@dataclass(frozen=True)
class Receipt:
    """What a resident takes away. `other` says that the ticket had opened another report
    already, which is the one that number and code belong to; `photos` is how many arrived."""

    number: str
    code: str
    joined: bool = False
    other: bool = False
    photos: int = 0


def submit_report(sent: Submitted) -> Receipt:
    """Open a case, with its photos or not at all; again with the same key gives the same receipt.

    Counted already by `count_sent`. Raises Invalid as `report_case` does.
    """
    if not sent.photos:
        return _submitted(sent)
    with transaction.atomic():
        return _submitted(sent)


def _submitted(sent: Submitted) -> Receipt:
    street, community = named(sent.area) or ("", "")
    report = Report(
        TYPE,
        sent.text,
        lon=sent.lon,
        lat=sent.lat,
        place=sent.place,
        street=street,
        community=community,
        is_anonymous=sent.anonymous,
        is_confidential=sent.confidential,
    )
    code = TICKETS.code_for(sent.key, settings.SECRET_KEY)
    try:
        done = report_case(report, actor=PUBLIC, contact=sent.contact, key=sent.key, code=code)
    except Conflict:
        # The same form was sent twice at once and the other was first.
        earlier = Case.objects.filter(key=sent.key).first()
        if earlier is None:
            raise
        done = Reported(earlier, "", repeated=True)
    other = done.repeated and done.case.text != sent.text.strip()
    photos = 0 if other else _attached(done, code, sent)
    return Receipt(done.case.number, code, other=other, photos=photos)


def _attached(done: Reported, code: str, sent: Submitted) -> int:
    """Attach the photos; a form that comes again when the case is over adds none."""
    if done.repeated and done.case.category == Case.Category.DONE:
        return 0
    return attach_photos(done.case, code, sent.photos)


def join_report(case: str, sent: Submitted, *, address: str) -> Receipt:
    """Be one more who reports a case that was offered; again with the same key gives the same
    receipt. Raises TooMany, Invalid where it may not be joined, Conflict where it is over."""
    refuse_beyond((JOIN_BY_ADDRESS, address), (JOIN_BY_PHONE, phone_index(sent.contact.phone)))
    code = TICKETS.code_for(sent.key, settings.SECRET_KEY)
    with transaction.atomic():
        done = join_case(
            case, text=sent.text, contact=sent.contact, actor=PUBLIC, key=sent.key, code=code
        )
        other = str(done.case.pk) != case
        photos = 0 if other else _attached(done, code, sent)
    return Receipt(done.case.number, code, joined=True, other=other, photos=photos)


def answer(status: PublicStatus, doing: str, given: Mapping[str, Any], *, round_: int) -> None:
    """Do for its reporter, who has shown the code, what the case allows now: of a merged one the
    case that it was merged into.

    `round_` is how often the case had been handled again when the page was drawn: the same answer
    in the same round counts once. Raises NotFound, Conflict and Invalid as `perform` does.
    """
    if doing not in DOINGS:
        raise NotFound(_("没有这项操作。"))
    if doing == "rate" and given.get("satisfaction") not in ANSWERS:
        raise Invalid("satisfaction", _("还没有选择是否满意。"), _("请选择一项。"))
    if doing == "reopen" and not str(given.get("text", "")).strip():
        raise Invalid("text", _("还没有写明哪里没有解决。"), _("请写一句话。"))
    reporter = status.reporter
    perform(
        status.shown.pk,
        doing,
        actor=Actor("public", str(reporter.pk)),
        data=given,
        key=answer_key(doing, status, round_),
        reporter=reporter,
    )


def answer_key(doing: str, status: PublicStatus, round_: int) -> str:
    """What makes the same answer count once."""
    return f"{doing}:{status.reporter.pk}:{round_}"


def count_look(address: str) -> None:
    """One question how a report stands; TooMany where there were too many."""
    refuse_beyond((STATUS_BY_ADDRESS, address))


def count_sent(sent: Submitted, address: str, *, searching: bool) -> None:
    """One sending of the report form, and with `searching` one search for duplicates: a single
    statement. TooMany where there were too many of either, from there or with that number."""
    uses = [
        (REPORT_BY_ADDRESS, address),
        (REPORT_BY_PHONE, phone_index(sent.contact.phone)),
    ]
    if searching:
        uses.append((NEAR_BY_ADDRESS, address))
    refuse_beyond(*uses)
