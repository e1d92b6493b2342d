"""Plays the demo's acts in the order of their moments, each once, the clock standing there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor
from district.kernel.measures.public import open_period
from district.kernel.tracking.public import sweep
from district.loading import ledger
from district.loading.demo import following, measuring, planning
from district.loading.demo.acts import Act, ActError
from district.loading.demo.delivering import deliver
from district.loading.demo.world import World

Verb = Callable[[World, Act], None]
VERBS: Mapping[str, Verb] = {
    "confirm_sure": planning.confirm_sure,
    "confirm": planning.confirm,
    "correct": planning.correct,
    "reject": planning.reject,
    "count_by": planning.count_by,
    "bind": planning.bind,
    "publish": planning.publish,
    "accept_owners": planning.accept_owners,
    "assign": planning.assign,
    "name_leader": planning.name_leader,
    "edit": planning.edit,
    "add": planning.add,
    "profile": planning.profile,
    "activate_ready": planning.activate_ready,
    "finish": planning.finish,
    "propose": planning.propose,
    "approve": planning.approve,
    "set_basis": measuring.set_basis,
    "set_term": measuring.set_term,
    "record": measuring.record,
    "revise": measuring.revise,
    "file": measuring.file,
    "review": measuring.review,
    "sign_off": measuring.sign_off,
    "return": measuring.send_back,
    "progress": following.progress,
    "start": following.start,
    "hand_over": following.hand_over,
    "feedback": following.feedback,
    "ask_longer": following.ask_longer,
    "grant_longer": following.grant_longer,
    "check": following.check,
    "close": following.close,
    "notice": following.notice,
    "read_messages": following.read_messages,
}
_REFUSED = (ActError, Conflict, Invalid, NotFound, NotPermitted)
_ACTOR = Actor.system("demo")
# When in a day the product's own jobs run: filings open in the morning, lights in the evening.
_MORNING, _EVENING = time(7), time(18)
# Lights are looked at so often, and on each of the last days: what turned lately is shown.
_LIGHTS_EVERY, _LATELY = timedelta(days=20), timedelta(days=9)


def play(code: str, world: World, acts: Sequence[Act]) -> Iterator[str]:
    """Play what was not played before; yields a line a month, and one for each refused act.

    Once a district was loaded, acts that its files add or change happen now: history is never
    written into its own past. A first load that was broken off goes on after the last day that
    it played. A day's acts stand or fall together; an act that a service refuses is left out
    and tried again the next time.
    """
    known = ledger.played(code)
    first = ledger.last_mark(code) is None
    fresh = sorted((act for act in acts if act.key not in known.keys), key=lambda act: act.at)
    days = [(day, list(of_day)) for day, of_day in groupby(fresh, key=_day)]
    looked: date = date.min
    for month, of_month in groupby(days, key=lambda item: f"{item[0]:%Y-%m}"):
        count = 0
        for day, of_day in of_month:
            past = first and (known.until is None or timezone.localdate(known.until) < day)
            look = day - looked >= _LIGHTS_EVERY or days[-1][0] - day <= _LATELY
            looked = day if look else looked
            played, refused = _play_day(code, world, of_day, day if past else None, look=look)
            count += played
            yield from refused
        yield f"demo: {month}: {count} acts"
    if days:
        yield f"demo: {deliver()} messages delivered"


def _day(act: Act) -> date:
    return timezone.localdate(act.at)


def _play_day(
    code: str, world: World, acts: Sequence[Act], day: date | None, *, look: bool
) -> tuple[int, list[str]]:
    """Play one day's acts at their moments, or now where `day` is None; then look at lights."""
    played, refused = [], []
    with transaction.atomic():
        with _standing(_at(day, _MORNING)):
            open_period(actor=_ACTOR)
        for act in acts:
            with _standing(act.at if day else None):
                problem = _perform(world, act)
            if problem:
                refused.append(f"demo: left out {act.place}: {act.do}: {problem}")
            else:
                played.append(act)
        # The demo's present has not reached the evening of its last day.
        evening = _at(day, _EVENING)
        with _standing(evening if evening and evening < clock.now() else None):
            if look:
                sweep()
            if played:
                ledger.note_played(code, [act.key for act in played], max(a.at for a in played))
    return len(played), refused


def _perform(world: World, act: Act) -> str:
    """Do it; "" when it was done, else why it was refused."""
    verb = VERBS.get(act.do)
    if verb is None:
        return f"there is no such verb; use one of {', '.join(VERBS)}"
    try:
        with transaction.atomic():
            verb(world, act)
    except _REFUSED as error:
        return str(error)
    return ""


def _standing(moment: datetime | None) -> AbstractContextManager[None]:
    return nullcontext() if moment is None else clock.moved_to(moment)


def _at(day: date | None, at: time) -> datetime | None:
    return None if day is None else timezone.make_aware(datetime.combine(day, at))
