"""Observations that come in over HTTP: checked, told apart, and handed to the log in one append.

Only sources send observations, each those of its own datastreams. What cannot be accepted goes to
quarantine as it was sent, with its reason, and is said to the sender.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.organisation.public import authorise
from district.kernel.sensing import times
from district.kernel.sensing.api.context import Context
from district.kernel.sensing.api.errors import Problem
from district.kernel.sensing.api.payloads import list_of, object_of
from district.kernel.sensing.batches import Batch
from district.kernel.sensing.models import Datastream, ObservationType, Reason, State
from district.kernel.sensing.names import WRITE
from district.kernel.sensing.services import Held, quarantine
from district.kernel.sensing.store import readings

MOST_ROWS = 50_000
_STATUS = {
    Reason.UNKNOWN: 404,
    Reason.FOREIGN: 403,
    Reason.RETIRED: 409,
    Reason.DUPLICATE: 409,
    Reason.CONTRADICTION: 409,
}
_LARGEST_COUNT = 2**53


class Malformed(ValueError):
    """A reading that cannot be read, and why in words."""


@dataclass(frozen=True)
class Stream:
    """What is needed of a datastream to take a reading: its number, kind, source and state."""

    number: int
    kind: str
    source: int | None
    state: str
    feature: int | None


@dataclass
class Sent:
    """One reading as it was sent, and what becomes of it."""

    stream: Any
    raw: Any
    known: Stream | None = None
    time: int = 0
    value: float = 0.0
    sequence: int = -1
    reason: str = ""
    words: str = ""

    def refuse(self, reason: str, words: str = "") -> None:
        """Note why it is not accepted."""
        self.reason, self.words = reason, words

    @property
    def key(self) -> str:
        """The id of the observation that it became."""
        return f"{self.stream}-{self.time}"


def post_one(context: Context, given: Any, stream: int | None) -> str:
    """Take one observation, of the datastream in the address or in the body; its id.

    Problem where it was not accepted; it is in quarantine then.
    """
    authorise_sending(context)
    data = object_of(given, "Observation")
    number = stream if stream is not None else _stream_id(data.get("Datastream"))
    one = Sent(number, given)
    _take(context, [(one, data)])
    if one.reason:
        raise _problem(one)
    return one.key


def post_many(context: Context, given: Any) -> list[str | None]:
    """Take data arrays (`CreateObservations`): the id of each observation, None for those that
    were not accepted, in order."""
    authorise_sending(context)
    pairs: list[tuple[Sent, dict[str, Any]]] = []
    for group in list_of(given, "CreateObservations", MOST_ROWS):
        for row in _rows(object_of(group, "CreateObservations")):
            pairs.append(row)
            if len(pairs) > MOST_ROWS:
                raise Problem(413, _("一次最多%(most)s条观测值。") % {"most": MOST_ROWS})
    _take(context, pairs)
    return [None if one.reason else one.key for one, _data in pairs]


def authorise_sending(context: Context) -> None:
    """Only sources send; a member's right to it is granted to nobody."""
    if context.actor.kind != "source":
        authorise(context.actor, WRITE)


def _rows(group: dict[str, Any]) -> Iterable[tuple[Sent, dict[str, Any]]]:
    number = _stream_id(group.get("Datastream"))
    components = list_of(group.get("components"), "components", 20)
    for row in list_of(group.get("dataArray"), "dataArray", MOST_ROWS):
        one = Sent(number, {"components": components, "row": row})
        if isinstance(row, list) and len(row) == len(components):
            yield one, {str(name): value for name, value in zip(components, row, strict=True)}
        else:
            one.refuse(Reason.MALFORMED, _("值的个数与 components 不同。"))
            yield one, {}


def _stream_id(given: Any) -> Any:
    """What the sender calls the datastream, whatever it is."""
    return given.get("@iot.id") if isinstance(given, dict) else None


def _take(context: Context, pairs: list[tuple[Sent, dict[str, Any]]]) -> None:
    """Check, append, quarantine: two statements and one append for all."""
    source = int(context.actor.id)
    known = _streams({one.stream for one, _data in pairs if _is_number(one.stream)})
    received = times.to_micros(context.now)
    for one, data in pairs:
        one.known = known.get(one.stream) if _is_number(one.stream) else None
        if not one.reason:
            _check(one, data, source, received)
    quarantine(_held(one, source, context) for one, _data in pairs if one.reason)
    good = [one for one, _data in pairs if not one.reason]
    if good:
        rows = ((one.stream, one.time, one.value, received, one.sequence) for one in good)
        # What the log refuses it has put into quarantine itself.
        told = readings().append(Batch.of(*zip(*rows, strict=True)), source=source)
        for refused in told.refused:
            good[refused.index].refuse(refused.reason)


def _is_number(stream: Any) -> bool:
    return isinstance(stream, int) and not isinstance(stream, bool) and 0 < stream < 2**31


def _streams(numbers: set[int]) -> dict[int, Stream]:
    rows = Datastream.objects.filter(pk__in=numbers).values_list(
        "number", "observation_type", "source_id", "state", "feature_id"
    )
    return {row[0]: Stream(*row) for row in rows}


def _check(one: Sent, data: dict[str, Any], source: int, received: int) -> None:
    if one.known is None:
        one.refuse(Reason.UNKNOWN)
    elif one.known.source != source:
        one.refuse(Reason.FOREIGN)
    elif one.known.state != State.ACTIVE:
        one.refuse(Reason.RETIRED)
    else:
        try:
            one.value = value_of(data.get("result"), one.known.kind)
            at = data.get("phenomenonTime")
            one.time = received if at is None else time_of(at)
            one.sequence = _sequence(data.get("parameters"))
            _check_feature(data, one.known)
        except Malformed as error:
            one.refuse(Reason.MALFORMED, str(error))


def value_of(given: Any, kind: str) -> float:
    """The number that a result is; Malformed where it does not fit the kind of results."""
    if kind == ObservationType.TRUTH:
        if isinstance(given, bool):
            return float(given)
        raise Malformed(_("result：应为 true 或 false。"))
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Malformed(_("result：应为数字。"))
    if kind == ObservationType.COUNT and not (
        float(given).is_integer() if isinstance(given, float) else abs(given) < _LARGEST_COUNT
    ):
        raise Malformed(_("result：应为整数。"))
    try:
        number = float(given)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Malformed(_("result：数字过大。"))
    return number


def time_of(given: Any) -> int:
    """The event time of a reading in microseconds; Malformed for intervals, too."""
    if not isinstance(given, str) or len(given) > 80:
        raise Malformed(_("phenomenonTime：应为带时区的 ISO 8601 时间。"))
    try:
        return times.to_micros(times.parse(given))
    except ValueError:
        raise Malformed(_("phenomenonTime：应为带时区的 ISO 8601 时刻，不能是时段。")) from None


def _sequence(given: Any) -> int:
    number = given.get("sequence", -1) if isinstance(given, dict) else -1
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    if not is_whole or not -1 <= number < 2**63:
        raise Malformed(_("parameters.sequence：应为不小于0的整数。"))
    return int(number)


def _check_feature(data: dict[str, Any], stream: Stream) -> None:
    given = data.get("FeatureOfInterest/id", _stream_id(data.get("FeatureOfInterest")))
    if data.get("FeatureOfInterest") is not None and given is None:
        raise Malformed(_("FeatureOfInterest：属于数据流，不能随观测值新建。"))
    if given is not None and given != stream.feature:
        raise Malformed(_("FeatureOfInterest：不是这个数据流的观测对象。"))


def _held(one: Sent, source: int, context: Context) -> Held:
    return Held(
        source,
        "" if one.stream is None else str(one.stream),
        one.reason,
        json.dumps(one.raw, ensure_ascii=False)[:1000],
        context.now,
        one.known.number if one.known else None,
    )


def _problem(one: Sent) -> Problem:
    said = Reason(one.reason).label
    words = f"{said}。{one.words}" if one.words else _("%(said)s。已放入隔离区。") % {"said": said}
    return Problem(_STATUS.get(Reason(one.reason), 400), words)
