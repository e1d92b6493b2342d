"""Whatever is sent to the public pages and the interface, with files or broken: never a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from district.kernel.base import tickets
from district.kernel.base.tests.malicious import drawn, photo_with_place, samples, written
from district.kernel.cases.models import Case, CaseAttachment
from district.systems.appeals.tests.public.conftest import EAST, RESIDENT, TEXT, People, old_ticket

pytestmark = pytest.mark.django_db
EDGE = "x-edge-7d3"
REPORT, STATUS = "/appeals/report/", "/appeals/status/"
OPEN311 = "/appeals/open311/v2/requests"
_HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
_FEW = settings(max_examples=30, deadline=None, suppress_health_check=_HEALTH)

WORDS = st.text(max_size=40) | st.sampled_from(
    ["\x00", "1e999", "nan", "-0", "٣", "on", "901", "x" * 6000, "%00", "../../x", "<svg onload=1>"]
)
FIELDS = st.sampled_from(
    [
        *("ticket", "text", "lon", "lat", "place", "area", "name"),
        *("phone", "anonymous", "confidential", "website", "kept", "join", "new"),
        *("edit", "photos", "number", "code", "do", "round", "satisfaction"),
        *("service_code", "description", "long", "media", "attribute[x]"),
    ]
)
NAMES = st.text(max_size=30) | st.sampled_from(
    [
        *("", ".", "..", "a.jpg", "照片.JPG", "a.pdf", "a.svg", "con.jpg", "a\x00.jpg", 'a"b.jpg'),
        *("x" * 300 + ".jpg", "../../etc/passwd", "C:\\a\\b.png", "a\r\nX-Evil: 1.jpg"),
        "\u202egpj.exe",
    ]
)
GOOD = written(drawn())
CONTENTS = st.binary(max_size=200) | st.sampled_from(
    [
        b"",
        GOOD,
        GOOD[:100],
        GOOD + b"<script>",
        photo_with_place(6),
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
    ]
)


@pytest.fixture(autouse=True)
def open_door(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is throttled or too fast, and files lie in a folder of this test."""
    settings.MEDIA_ROOT = tmp_path / "attachments"
    keys = ["report.address", "report.phone", "join.address", "join.phone", "near.address"]
    keys += ["status.address", "photo.address", "read.address"]
    settings.DISTRICT_RATES = ", ".join(f"appeals.{key}=100000/1" for key in keys)
    monkeypatch.setattr(tickets, "QUICKEST", -1.0)


def part(name: str, content: bytes, file: str | None = None) -> bytes:
    """A part of a multipart body, as a program without manners writes it."""
    head = f'Content-Disposition: form-data; name="{name}"'
    if file is not None:
        head += f'; filename="{file}"\r\nContent-Type: image/jpeg'
    return b"--" + EDGE.encode() + b"\r\n" + head.encode("utf-8", "ignore") + b"\r\n\r\n" + content


def body(fields: list[tuple[str, str]], files: list[tuple[str, str, bytes]]) -> bytes:
    parts = [part(name, value.encode("utf-8", "ignore")) for name, value in fields]
    parts += [part(name, content, file) for name, file, content in files]
    return b"\r\n".join([*parts, b"--" + EDGE.encode() + b"--\r\n"])


def sent(path: str, data: bytes, kind: str = f"multipart/form-data; boundary={EDGE}") -> Any:
    return Client().generic("POST", path, data, content_type=kind)


def sound(answer: Any, path: str) -> None:
    """No failure; what the interface says is well formed."""
    assert answer.status_code < 500, answer.content[:500]
    if path.startswith(OPEN311) and not answer["Content-Type"].startswith("text/html"):
        if path.endswith("xml"):
            ElementTree.fromstring(answer.content)  # noqa: S314  # our own answer
        else:
            json.loads(answer.content)


def addresses() -> Iterator[str]:
    yield from (REPORT, STATUS, f"{OPEN311}.json", f"{OPEN311}.xml")


@_FEW
@given(
    fields=st.lists(st.tuples(FIELDS, WORDS), max_size=8),
    files=st.lists(
        st.tuples(st.sampled_from(["photos", "media", "kept", "text"]), NAMES, CONTENTS), max_size=4
    ),
    believable=st.booleans(),
)
def test_fields_and_files_of_any_kind_are_answered(
    people: People,
    fields: list[tuple[str, str]],
    files: list[tuple[str, str, bytes]],
    believable: bool,
) -> None:
    own: dict[str, dict[str, str]] = {
        REPORT: {"ticket": old_ticket(), "text": TEXT, "lon": EAST[0], "lat": EAST[1], **RESIDENT},
        STATUS: {"number": "SQ250922-AAAAAA", "code": "AAAAABBBBB"},
    }
    posted = {"service_code": "other", "description": TEXT, "lat": EAST[1], "long": EAST[0]}
    for path in addresses():
        base = list(own.get(path, posted).items()) if believable else []
        sound(sent(path, body([*base, *fields], files)), path)
    # Every file that a case has is a picture of ours.
    assert {row.is_image for row in CaseAttachment.objects.all()} <= {True}


@_FEW
@given(
    data=st.binary(max_size=200) | st.just(body([("text", TEXT)], [("photos", "a.jpg", GOOD)])),
    cut=st.integers(min_value=0, max_value=400),
    kind=st.sampled_from(
        [
            f"multipart/form-data; boundary={EDGE}",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=" + "b" * 300,
            "multipart/form-data; boundary=ä",
            f"multipart/form-data; charset=utf-16; boundary={EDGE}",
            f"multipart/form-data; charset=nonsense; boundary={EDGE}",
            f"multipart/mixed; boundary={EDGE}",
            "application/x-www-form-urlencoded; charset=nonsense",
            "application/json",
            "image/jpeg",
            "",
        ]
    ),
)
def test_bodies_that_are_broken_are_answered(
    people: People, data: bytes, cut: int, kind: str
) -> None:
    for path in addresses():
        sound(sent(path, data[:cut], kind), path)
        sound(sent(path, data, kind), path)
    assert not Case.objects.exists()


def test_every_file_of_the_corpus_is_answered_by_the_interface(people: People) -> None:
    fields = [("service_code", "other"), ("description", TEXT), ("lat", EAST[1]), ("long", EAST[0])]
    for sample in samples():
        path = f"{OPEN311}.json"
        answer = sent(path, body(fields, [("media", sample.name, sample.content)]))
        sound(answer, path)
        assert (answer.status_code == 201) == (sample.fate == "redrawn"), sample.name


def test_more_parts_than_anybody_sends_are_refused(people: People) -> None:
    many = [("photos", f"{n}.jpg", b"x") for n in range(150)]
    for path in addresses():
        assert sent(path, body([], many)).status_code == 400
        assert sent(path, body([(f"f{n}", "x") for n in range(1500)], [])).status_code == 400
