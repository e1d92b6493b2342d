"""CAP 1.2: what is written is read back the same, is valid by the official schema, and whatever
comes in instead is refused by one error that says what is wrong."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from district.kernel.warnings import cap
from district.kernel.warnings.cap import (
    Alert,
    Area,
    CapError,
    Circle,
    Info,
    Pair,
    Reference,
    Resource,
    problems,
    read,
    write,
)
from district.kernel.warnings.cap import model as words
from district.kernel.warnings.tests.samples import rainstorm

SCHEMA = etree.XMLSchema(
    etree.parse(Path(cap.__file__).parent / "schema" / "CAP-v1.2.xsd", etree.XMLParser())
)


def schema_says(document: bytes) -> list[str]:
    """What the official schema says against a document."""
    tree = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    return [] if SCHEMA.validate(tree) else [str(each) for each in SCHEMA.error_log]


# Alerts by chance --------------------------------------------------------------------------------

_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"))
texts = _TEXT.filter(lambda t: not words_forbidden(t)).map(lambda t: t.strip(" \t\r\n"))
full_texts = texts.filter(bool)
names = st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters=".-_@"))
names = names.filter(bool)
zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
FIRST, LAST = (datetime.fromisoformat(f"{year}-01-02T00:00:00") for year in (1901, 2190))
moments = st.datetimes(FIRST, LAST, timezones=zones).map(lambda m: m.replace(microsecond=0))


def words_forbidden(text: str) -> bool:
    return any(each in text for each in "\ufffe\uffff")


def numbers(most: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(-most, most, places=6, allow_nan=False, allow_infinity=False)


points = st.tuples(numbers(90), numbers(180))
polygons = st.lists(points, min_size=3, max_size=6).map(lambda p: (*p, p[0]))
circles = st.builds(Circle, numbers(90), numbers(180), numbers(500).map(abs))
pairs = st.builds(Pair, full_texts, texts)
V = TypeVar("V")


def tuples(
    of: st.SearchStrategy[V], min_size: int = 0, max_size: int = 2
) -> st.SearchStrategy[tuple[V, ...]]:
    return st.lists(of, min_size=min_size, max_size=max_size).map(tuple)


areas = st.builds(
    Area,
    full_texts,
    tuples(polygons),
    tuples(circles),
    tuples(pairs),
    altitude=numbers(9000),
    ceiling=st.none() | numbers(9000),
)
resources = st.builds(
    Resource,
    full_texts,
    st.sampled_from(["image/png", "application/pdf", "text/plain; charset=utf-8"]),
    size=st.none() | st.integers(0, 10**9),
    uri=st.sampled_from(["", "https://example.org/a.png?b=c#d", "urn:isbn:123"]),
    deref_uri=st.sampled_from(["", "aGFsbG8="]),
    digest=st.sampled_from(["", "da39a3ee5e6b4b0d3255bfef95601890afd80709"]),
)
optional = st.none() | moments
infos = st.builds(
    Info,
    event=full_texts,
    categories=tuples(st.sampled_from(words.CATEGORIES), min_size=1, max_size=3),
    urgency=st.sampled_from(words.URGENCIES),
    severity=st.sampled_from(words.SEVERITIES),
    certainty=st.sampled_from(words.CERTAINTIES),
    language=st.sampled_from(["zh-CN", "en-US", "de", "zh-Hans-CN"]),
    responses=tuples(st.sampled_from(words.RESPONSES)),
    audience=texts,
    event_codes=tuples(pairs),
    effective=optional,
    onset=optional,
    expires=optional,
    sender_name=texts,
    headline=texts,
    description=texts,
    instruction=texts,
    web=st.sampled_from(["", "https://example.org/warnings/", "http://example.org:8080/?a=%E6"]),
    contact=texts,
    parameters=tuples(pairs),
    resources=tuples(resources),
    areas=tuples(areas),
)
listed = full_texts.filter(lambda t: '"' not in t)
alerts = st.builds(
    Alert,
    names,
    names,
    moments,
    st.sampled_from(words.STATUSES),
    st.sampled_from(words.MESSAGE_TYPES),
    st.sampled_from(words.SCOPES),
    source=texts,
    restriction=full_texts,
    addresses=tuples(listed, min_size=1, max_size=3),
    codes=tuples(texts),
    note=texts,
    incidents=tuples(listed),
    infos=tuples(infos),
).flatmap(
    lambda alert: tuples(
        st.builds(Reference, names.map(lambda n: f"earlier-{n}"), names, st.just(alert.sent)),
        min_size=1,
        max_size=3,
    ).map(lambda references: replace(alert, references=references))
)
slow = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(alerts)
def test_what_is_written_is_read_back_the_same(alert: Alert) -> None:
    assert read(write(alert)) == alert


@slow
@given(alerts)
def test_what_is_written_is_valid_by_the_official_schema(alert: Alert) -> None:
    assert schema_says(write(alert)) == []


_TAGS = re.compile(rb"<[^>?]+>")


@slow
@given(st.data())
def test_what_the_schema_refuses_is_refused_here_too(data: st.DataObject) -> None:
    """A valid document whose elements or texts are moved about: never more is let through."""
    document = write(rainstorm())
    for _change in range(data.draw(st.integers(1, 3))):
        lines = document.split(b"\n")
        at = data.draw(st.integers(2, len(lines) - 2))
        other = data.draw(st.integers(2, len(lines) - 2))
        how = data.draw(st.sampled_from(["drop", "twice", "swap", "empty", "text"]))
        if how == "drop":
            del lines[at]
        elif how == "twice":
            lines.insert(at, lines[other])
        elif how == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        elif how == "empty":
            lines[at] = re.sub(rb">[^<]*<", b"><", lines[at])
        else:
            text = data.draw(
                st.sampled_from([b"Z", b"1,2", b"-1", b"x y", b"2025-01-01T00:00:00Z"])
            )
            lines[at] = re.sub(rb">[^<]*<", b">" + text + b"<", lines[at])
        document = b"\n".join(lines)
    try:
        read(document)
    except CapError:
        return
    assert schema_says(document) == []


# What the standard asks --------------------------------------------------------------------------


def info_of(**changes: object) -> Alert:
    alert = rainstorm()
    return replace(alert, infos=(replace(alert.infos[0], **changes), *alert.infos[1:]))  # type: ignore[arg-type]  # each test gives fitting ones


SQUARE = tuple((Decimal(a), Decimal(b)) for a, b in ((22, 114), (22, 115), (23, 115), (22, 114)))
WRONG: dict[str, tuple[Alert, str]] = {
    "a space in the identifier": (replace(rainstorm(), identifier="a b"), "name"),
    "a comma in the sender": (replace(rainstorm(), sender="a,b"), "name"),
    "no zone": (replace(rainstorm(), sent=datetime(2025, 9, 1)), "moment"),  # noqa: DTZ001  # the point
    "an unknown status": (replace(rainstorm(), status="Real"), "not_one_of"),
    "an unknown type": (replace(rainstorm(), msg_type="Notice"), "not_one_of"),
    "an update of nothing": (replace(rainstorm(), msg_type="Update"), "references_needed"),
    "a cancel of nothing": (replace(rainstorm(), msg_type="Cancel"), "references_needed"),
    "restricted to nobody": (replace(rainstorm(), scope="Restricted"), "restriction_needed"),
    "private without addresses": (replace(rainstorm(), scope="Private"), "addresses_needed"),
    "a reference to itself": (
        replace(
            rainstorm(),
            references=(Reference(rainstorm().sender, rainstorm().identifier, rainstorm().sent),),
        ),
        "reference_not_earlier",
    ),
    "a language that is none": (info_of(language="Chinese!"), "language"),
    "no category": (info_of(categories=()), "missing"),
    "no event": (info_of(event=""), "missing"),
    "an unknown urgency": (info_of(urgency="Soon"), "not_one_of"),
    "a web address without a scheme": (info_of(web="www.example.org"), "uri"),
    "a polygon that is open": (
        info_of(areas=(Area("here", ((*SQUARE[:-1], (Decimal(24), Decimal(114))),)),)),
        "polygon_open",
    ),
    "a polygon of three points": (info_of(areas=(Area("here", (SQUARE[1:],)),)), "polygon_short"),
    "a point beyond the pole": (
        info_of(areas=(Area("here", (((Decimal(91), Decimal(1)),) * 4,)),)),
        "polygon",
    ),
    "a radius below zero": (
        info_of(areas=(Area("here", (), (Circle(Decimal(1), Decimal(1), Decimal(-1)),)),)),
        "circle",
    ),
    "a ceiling without altitude": (
        info_of(areas=(Area("here", ceiling=Decimal(3)),)),
        "ceiling_alone",
    ),
    "a relative address without its content": (
        info_of(resources=(Resource("a", "image/png", uri="a.png"),)),
        "uri",
    ),
    "no kind of file": (info_of(resources=(Resource("a", "png"),)), "mime_type"),
    "a control character": (info_of(headline="a\x07b"), "characters"),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_the_standard_refuses(name: str) -> None:
    alert, code = WRONG[name]
    assert code in {problem.code for problem in problems(alert)}
    with pytest.raises(CapError):
        write(alert)


def _changed(old: str, new: str) -> bytes:
    text = write(rainstorm()).decode()
    assert old in text
    return text.replace(old, new, 1).encode()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a Z for the zone": (lambda: _changed("+08:00</sent>", "Z</sent>"), "moment"),
    "a day that is none": (lambda: _changed("2025-09-22", "2025-02-30"), "moment"),
    "elements out of order": (
        lambda: _changed("<scope>Public</scope>", "").replace(
            b"<status>", b"<scope>Public</scope><status>", 1
        ),
        "order",
    ),
    "an element of no standard": (
        lambda: _changed("<scope>", "<colour>red</colour><scope>"),
        "unknown_element",
    ),
    "an attribute": (lambda: _changed("<scope>", '<scope a="b">'), "attribute"),
    "text between elements": (lambda: _changed("<scope>", "red <scope>"), "text_between"),
    "an element within a text": (
        lambda: _changed("<scope>Public", "<scope><b>Public</b>"),
        "unknown_element",
    ),
    "CAP 1.1": (lambda: _changed("cap:1.2", "cap:1.1"), "not_cap"),
    "another document": (lambda: b"<rss/>", "not_cap"),
    "no document": (lambda: b"", "not_xml"),
    "a page of HTML": (lambda: b"<!DOCTYPE html><html></html>", "document_type"),
    "half a document": (lambda: write(rainstorm())[:300], "not_xml"),
    "an encoding that nobody has": (
        lambda: b'<?xml version="1.0" encoding="rot13"?><alert/>',
        "encoding",
    ),
    "bytes that are no UTF-8": (lambda: b"<alert>\xff\xff</alert>", "encoding"),
    "a megabyte": (lambda: b"<alert>" + b" " * 1_000_000, "too_large"),
    "many elements": (lambda: b"<a>" + b"<b/>" * 30_000 + b"</a>", "too_many_elements"),
    "a deep document": (lambda: b"<a>" * 5_000, "too_many_elements"),
    "entities that grow": (
        lambda: b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
        "document_type",
    ),
    "a file of the machine": (
        lambda: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "document_type",
    ),
    "a document type of somewhere else": (
        lambda: b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
        "document_type",
    ),
    "an entity of HTML": (lambda: _changed("<headline>", "<headline>&nbsp;"), "not_xml"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_reading_refuses(name: str) -> None:
    document, code = REFUSED[name]
    with pytest.raises(CapError) as told:
        read(document())
    assert code in {problem.code for problem in told.value.problems}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: f"<alert>{t}".encode()))
def test_no_bytes_raise_anything_but_the_one_error(data: bytes) -> None:
    with pytest.raises(CapError):
        read(data)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_document_with_any_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    document = bytearray(write(rainstorm()))
    for _change in range(data.draw(st.integers(1, 8))):
        document[data.draw(st.integers(0, len(document) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(document))
    except CapError:
        return
    assert problems(found) == []


def test_a_text_in_a_thousand_pieces_is_read_in_time() -> None:
    body = b"x<!---->" * 100_000
    began = time.monotonic()
    with pytest.raises(CapError):
        read(b"<alert>" + body + b"</alert>")
    assert time.monotonic() - began < 5


def test_a_signature_is_let_be() -> None:
    signed = _changed("</alert>", '<S xmlns="http://www.w3.org/2000/09/xmldsig#"><T/></S></alert>')
    assert read(signed) == rainstorm()
    assert schema_says(signed) == []


def test_what_older_programs_encode_is_read() -> None:
    text = write(rainstorm()).decode().replace("UTF-8", "GB2312")
    assert read(text.encode("gb18030")) == rainstorm()


def test_the_language_is_english_where_none_is_said() -> None:
    without = _changed("<language>zh-CN</language>", "")
    assert read(without).infos[0].language == "en-US"


def test_universal_time_is_written_as_the_standard_asks() -> None:
    alert = replace(rainstorm(), sent=datetime(2025, 9, 22, 2, 0, tzinfo=UTC))
    assert b"<sent>2025-09-22T02:00:00-00:00</sent>" in write(alert)
    assert read(write(alert)) == alert
