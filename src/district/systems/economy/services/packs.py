"""Packs of dispatch meetings: made in one go and never changed, handed out as files."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction
from django.db.models import Max

from district.kernel.base import clock
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.tracking.public import refresh_subjects
from district.systems.economy.models import Pack, PackFigure
from district.systems.economy.names import MEETING_VIEW, meeting_subject
from district.systems.economy.selectors.packs.decisions import earlier_decisions
from district.systems.economy.selectors.packs.gather import gathered
from district.systems.economy.services.meetings import for_preparing

_COMMITMENT = "plan.commitment"
_CHUNK = 500


@transaction.atomic
def make_pack(meeting_key: object, *, actor: Actor) -> Pack:
    """Make the next pack of a meeting from what is known now; earlier ones stay as they are.

    Lights of earlier decisions are looked at anew first, for a clock may have run out since.
    Raises NotPermitted, NotFound, and Conflict once the meeting is closed.
    """
    meeting = for_preparing(meeting_key, actor)
    earlier = earlier_decisions(meeting)
    open_ones = [str(row.commitment_id) for row in earlier if row.commitment_id is not None]
    if open_ones:
        refresh_subjects(_COMMITMENT, open_ones)
        earlier = earlier_decisions(meeting)
    content, figures = gathered(meeting, earlier)
    last = meeting.packs.aggregate(last=Max("number"))["last"] or 0
    pack = Pack.objects.create(
        meeting=meeting, number=last + 1, content=content, made_by=actor.name[:80],
        made_at=clock.now(),
    )  # fmt: skip
    for row in figures:
        row.pack = pack
    PackFigure.objects.bulk_create(figures, batch_size=_CHUNK)
    numbers = sorted((row.key, f"{row.value:f}") for row in figures)
    text = json.dumps([content, numbers], ensure_ascii=False, sort_keys=True)
    told = {
        "pack": str(pack.pk), "number": pack.number, "figures": len(figures),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }  # fmt: skip
    record(meeting_subject(meeting.pk), "economy.pack.made", told, actor=actor)
    return pack


@transaction.atomic
def note_export(pack: Pack, kind: str, content: bytes, *, actor: Actor) -> None:
    """Note in history who took which pack out, as which kind of file. Raises NotPermitted."""
    authorise(actor, MEETING_VIEW)
    told = {
        "pack": str(pack.pk), "number": pack.number, "format": kind,
        "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    record(meeting_subject(pack.meeting_id), "economy.pack.exported", told, actor=actor)
