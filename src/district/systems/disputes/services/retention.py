"""Forgetting: parties and documents of disputes that have been over for long enough."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from district.kernel.base import clock
from district.kernel.base.errors import DistrictError
from district.kernel.base.masking import without_numbers
from district.kernel.cases.public import Case, anonymise_case, case_type_of, subject_of
from district.kernel.history.public import Actor, erase_person, open_for_delivery, record
from district.systems.disputes.models import CaseParty, Document, Party
from district.systems.disputes.names import TYPES
from district.systems.disputes.rules.neutral import neutral
from district.systems.disputes.services.documents import storage
from district.systems.disputes.services.parties import worded

log = logging.getLogger(__name__)
_ACTOR = Actor.system("disputes.retention")
_CHUNK = 200


def forget_due() -> int:
    """Erase the people and papers of cases over for as long as their type says (`keep_days`).

    Returns how many cases. Each in a transaction of its own; twice erases nothing more. A party
    that another case still needs stays until that one is due as well. A case that has neither
    parties nor papers, as one opened over the interface has, loses its reporters alike.
    """
    done = 0
    for type_key in TYPES:
        due = Case.objects.filter(
            type_key=type_key, category=Case.Category.DONE, closed_at__lt=_kept_since(type_key)
        )
        parties = CaseParty.objects.filter(party__erased_at=None).values("case_id")
        papers = Document.objects.filter(erased_at=None).values("case_id")
        waiting = due.filter(Q(anonymised_at=None) | Q(pk__in=parties) | Q(pk__in=papers))
        waiting = waiting.order_by("closed_at")
        for key in list(waiting.values_list("pk", flat=True)[:_CHUNK]):
            try:
                done += _forget(key)
            except DistrictError:  # one case must not keep the others' people from being erased
                log.exception("parties of case %s are not erased", key)
    return done


def _kept_since(type_key: str) -> datetime:
    """What was closed before is forgotten."""
    return clock.now() - timedelta(days=case_type_of(type_key).keep_days or 365)


@transaction.atomic
def _forget(case_id: UUID) -> int:
    now, erased = clock.now(), 0
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    anew = case.anonymised_at is None
    rows = worded(case)
    words = [
        (open_for_delivery(row.party.name) or "", word) for row, word in rows if row.party.name
    ]
    anonymise_case(case.pk, partial(_masked, words))
    for row, _word in rows:
        if row.party.erased_at is not None or _needed(row.party, case):
            continue
        _erase_party(row.party, now)
        erased += 1
    for paper in Document.objects.filter(case=case, erased_at=None):
        erase_person(str(paper.pk), actor=_ACTOR, reason="retention")
        transaction.on_commit(partial(storage().delete, paper.stored))
        paper.stored, paper.erased_at = "", now
        paper.save(update_fields=["stored", "erased_at"])
        erased += 1
    if erased:
        record(subject_of(case), "disputes.parties.erased", {"count": erased}, actor=_ACTOR)
    return int(erased > 0 or (anew and not rows))


def _masked(words: list[tuple[str, str]], text: str) -> str:
    return without_numbers(neutral(text, words))


def _erase_party(party: Party, now: datetime) -> None:
    erase_person(str(party.pk), actor=_ACTOR, reason="retention")
    party.name = party.phone = party.address = ""
    party.erased_at = now
    party.save(update_fields=["name", "phone", "address", "erased_at"])


def _needed(party: Party, case: Case) -> bool:
    """Whether another case of this party is open, or not over for long enough."""
    others = CaseParty.objects.filter(party=party).exclude(case=case).values("case_id")
    return any(
        other.closed_at is None or other.closed_at >= _kept_since(other.type_key)
        for other in Case.objects.filter(pk__in=others)
    )
