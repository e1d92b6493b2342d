"""What schema and text of CAP 1.2 ask of an alert. Pure; the XML's own structure is reading's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from district.kernel.warnings.cap import model
from district.kernel.warnings.cap.model import Alert, Area, Info, Pair, Point, Problem, Resource
from district.kernel.warnings.cap.texts import SPACE, YEARS

#: Spaces, commas and the restricted characters < and & may not stand in names of messages.
_NAME = re.compile(r"[^\s,<&]{1,255}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_MIME = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:\s*;.*)?", re.ASCII)
_URI_PART = r"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})"
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?"
_ABSOLUTE = re.compile(
    rf"(?:(?:https?|ftp)://{_HOST}(?:[/?]{_URI_PART}*)?"
    rf"|(?!https?:|ftp:)[A-Za-z][A-Za-z0-9+.-]*:{_URI_PART}+)(?:#{_URI_PART}*)?"
)
_RELATIVE = re.compile(rf"(?![A-Za-z0-9+.-]*:)(?!//){_URI_PART}+(?:#{_URI_PART}*)?")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}|[A-Za-z0-9+/]{27}=")
#: What no XML 1.0 document may hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MOST_POINTS = 10_000
_FURTHEST = timedelta(hours=14)
_FEWEST_POINTS = 4


def is_name(text: str) -> bool:
    """Whether a message may bear it as identifier or sender."""
    return bool(_NAME.fullmatch(text)) and not _FORBIDDEN.search(text)


def problems(alert: Alert) -> list[Problem]:
    """Everything that is wrong with an alert; nothing where it is valid."""
    return [*_head(alert), *_about(alert), *_infos(alert.infos)]


def _head(alert: Alert) -> Iterator[Problem]:
    for where, text in (("identifier", alert.identifier), ("sender", alert.sender)):
        if not is_name(text):
            yield Problem("name", where, text[:120])
    yield from _moment("sent", alert.sent)
    yield from _one_of("status", alert.status, model.STATUSES)
    yield from _one_of("msgType", alert.msg_type, model.MESSAGE_TYPES)
    yield from _one_of("scope", alert.scope, model.SCOPES)
    for where, text in (
        ("source", alert.source),
        ("restriction", alert.restriction),
        ("note", alert.note),
        *((f"code[{at}]", code) for at, code in enumerate(alert.codes, 1)),
    ):
        yield from _text(where, text)


def _about(alert: Alert) -> Iterator[Problem]:
    if alert.scope == "Restricted" and not alert.restriction:
        yield Problem("restriction_needed", "restriction")
    if alert.scope == "Private" and not alert.addresses:
        yield Problem("addresses_needed", "addresses")
    for where, names in (("addresses", alert.addresses), ("incidents", alert.incidents)):
        for name in names:
            if not name.strip(SPACE) or '"' in name or _FORBIDDEN.search(name):
                yield Problem("names", where, name[:120])
    if alert.msg_type in ("Update", "Cancel", "Ack", "Error") and not alert.references:
        yield Problem("references_needed", "references", alert.msg_type)
    for reference in alert.references:
        if not (is_name(reference.sender) and is_name(reference.identifier)):
            yield Problem("references", "references", f"{reference.sender},{reference.identifier}")
        yield from _moment("references", reference.sent)
        own = (alert.sender, alert.identifier)
        if (reference.sender, reference.identifier) == own or _later(reference.sent, alert.sent):
            yield Problem("reference_not_earlier", "references", reference.identifier[:120])


def _later(first: datetime, second: datetime) -> bool:
    # What has no zone is told by _moment, and cannot be compared.
    both_zoned = first.utcoffset() is not None and second.utcoffset() is not None
    return both_zoned and first > second


def _infos(infos: Sequence[Info]) -> Iterator[Problem]:
    points = 0
    for at, info in enumerate(infos, 1):
        yield from _info(f"info[{at}]", info)
        points += sum(len(points) for area in info.areas for points in area.polygons)
    if points > MOST_POINTS:
        yield Problem("too_many_points", "", str(points))


def _info(where: str, info: Info) -> Iterator[Problem]:
    if not _LANGUAGE.fullmatch(info.language):
        yield Problem("language", f"{where}.language", info.language[:120])
    if not info.categories:
        yield Problem("missing", f"{where}.category")
    for category in info.categories:
        yield from _one_of(f"{where}.category", category, model.CATEGORIES)
    for response in info.responses:
        yield from _one_of(f"{where}.responseType", response, model.RESPONSES)
    yield from _one_of(f"{where}.urgency", info.urgency, model.URGENCIES)
    yield from _one_of(f"{where}.severity", info.severity, model.SEVERITIES)
    yield from _one_of(f"{where}.certainty", info.certainty, model.CERTAINTIES)
    yield from _text(f"{where}.event", info.event, needed=True)
    for name in ("effective", "onset", "expires"):
        moment = getattr(info, name)
        if moment is not None:
            yield from _moment(f"{where}.{name}", moment)
    for name, text in (
        ("audience", info.audience),
        ("senderName", info.sender_name),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
        ("contact", info.contact),
    ):
        yield from _text(f"{where}.{name}", text)
    if info.web and not _ABSOLUTE.fullmatch(info.web):
        yield Problem("uri", f"{where}.web", info.web[:120])
    yield from _pairs(f"{where}.eventCode", info.event_codes)
    yield from _pairs(f"{where}.parameter", info.parameters)
    for at, resource in enumerate(info.resources, 1):
        yield from _resource(f"{where}.resource[{at}]", resource)
    for at, area in enumerate(info.areas, 1):
        yield from _area(f"{where}.area[{at}]", area)


def _resource(where: str, resource: Resource) -> Iterator[Problem]:
    yield from _text(f"{where}.resourceDesc", resource.description, needed=True)
    if not _MIME.fullmatch(resource.mime_type) or _FORBIDDEN.search(resource.mime_type):
        yield Problem("mime_type", f"{where}.mimeType", resource.mime_type[:120])
    if resource.size is not None and not 0 <= resource.size < 10**18:
        yield Problem("size", f"{where}.size", str(resource.size)[:40])
    # Only beside the content itself may an address be relative.
    forms = [_ABSOLUTE, _RELATIVE] if resource.deref_uri else [_ABSOLUTE]
    if resource.uri and not any(form.fullmatch(resource.uri) for form in forms):
        yield Problem("uri", f"{where}.uri", resource.uri[:120])
    if resource.deref_uri and not _BASE64.fullmatch("".join(resource.deref_uri.split())):
        yield Problem("deref_uri", f"{where}.derefUri")
    if resource.digest and not _SHA1.fullmatch(resource.digest):
        yield Problem("digest", f"{where}.digest", resource.digest[:120])


def _area(where: str, area: Area) -> Iterator[Problem]:
    yield from _text(f"{where}.areaDesc", area.description, needed=True)
    for at, points in enumerate(area.polygons, 1):
        name = f"{where}.polygon[{at}]"
        if len(points) < _FEWEST_POINTS:
            yield Problem("polygon_short", name, str(len(points)))
        elif points[0] != points[-1]:
            yield Problem("polygon_open", name)
        if not all(map(_on_the_globe, points)):
            yield Problem("polygon", name)
    for at, circle in enumerate(area.circles, 1):
        if not _on_the_globe((circle.lat, circle.lon)) or not _sensible(circle.radius):
            yield Problem("circle", f"{where}.circle[{at}]")
        elif circle.radius < 0:
            yield Problem("circle", f"{where}.circle[{at}]", str(circle.radius))
    yield from _pairs(f"{where}.geocode", area.geocodes)
    for name, number in (("altitude", area.altitude), ("ceiling", area.ceiling)):
        if number is not None and not _sensible(number):
            yield Problem("number", f"{where}.{name}")
    if area.ceiling is not None and area.altitude is None:
        yield Problem("ceiling_alone", f"{where}.ceiling")


def _on_the_globe(point: Point) -> bool:
    lat, lon = point
    return _sensible(lat) and _sensible(lon) and abs(lat) <= 90 and abs(lon) <= 180


def _sensible(number: Decimal) -> bool:
    """Finite, and neither longer before nor behind the point than anybody writes."""
    return number.is_finite() and abs(number) < 10**12 and int(number.as_tuple().exponent) >= -18


def _pairs(where: str, pairs: Iterable[Pair]) -> Iterator[Problem]:
    for at, pair in enumerate(pairs, 1):
        yield from _text(f"{where}[{at}].valueName", pair.name, needed=True)
        yield from _text(f"{where}[{at}].value", pair.value)


def _one_of(where: str, value: str, known: Sequence[str]) -> Iterator[Problem]:
    if value not in known:
        yield Problem("not_one_of", where, value[:120])


def _moment(where: str, moment: datetime) -> Iterator[Problem]:
    zone = moment.utcoffset()
    if (
        zone is None
        or abs(zone) > _FURTHEST
        or zone % timedelta(minutes=1)
        or moment.year not in YEARS
        or moment.microsecond
    ):
        yield Problem("moment", where)


def _text(where: str, text: str, *, needed: bool = False) -> Iterator[Problem]:
    if needed and not text:
        yield Problem("missing", where)
    if _FORBIDDEN.search(text):
        yield Problem("characters", where)
    if text != text.strip(SPACE):
        yield Problem("space", where)
