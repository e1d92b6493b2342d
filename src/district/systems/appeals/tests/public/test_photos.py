"""Photos on the report form: taken with the case or not at all, and never lost on the way."""

from __future__ import annotations

import base64
import html
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from district.kernel.base.tests.malicious import MARK, drawn, photo_with_place, samples, written
from district.kernel.cases.models import Case, CaseAttachment, Reporter
from district.kernel.cases.public import perform, public_status, reporter_attachments
from district.kernel.cases.services import sweep_files
from district.systems.appeals.rules.tickets import TICKETS, offer_of, photo_of
from district.systems.appeals.services import photos as photo_services
from district.systems.appeals.tests.public.conftest import (
    EAST,
    RESIDENT,
    TEXT,
    People,
    closed,
    old_ticket,
    told,
)

pytestmark = pytest.mark.django_db
Post = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where the files of cases lie in this test."""
    settings.MEDIA_ROOT = tmp_path / "attachments"
    return tmp_path / "attachments" / "cases"


@pytest.fixture
def post(people: People, client: Client) -> Post:
    """`post(*photos, ticket=..., text=...)`: a resident sends the form, with files."""

    def send(*photos: tuple[str, bytes], **given: object) -> HttpResponse:
        data = {"text": TEXT, "lon": EAST[0], "lat": EAST[1], **RESIDENT, **given}
        data.setdefault("ticket", old_ticket())
        data["photos"] = [SimpleUploadedFile(name, content) for name, content in photos]
        answer = client.post("/appeals/report/", data)
        assert isinstance(answer, HttpResponse)
        return answer

    return send


def photo(number: int = 0) -> tuple[str, bytes]:
    return f"IMG_{number}.jpg", written(drawn(40 + number, 40))


def words(answer: HttpResponse) -> str:
    return html.unescape(answer.content.decode())


def kept(answer: HttpResponse) -> list[str]:
    """The photos that a form or the offers carry on."""
    return re.findall(r'name="kept" value="([^"]+)"', words(answer))


def on_disk(folder: Path) -> int:
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_photos_arrive_with_the_case_drawn_anew_and_as_the_reporters_own(
    post: Post, people: People
) -> None:
    answer = post(("家门口.jpg", photo_with_place()), photo(1))
    number, code = told(answer)
    assert "照片收到 2 张" in words(answer)
    case = Case.objects.get(number=number)
    rows = list(CaseAttachment.objects.filter(case=case))
    reporter = Reporter.objects.get()
    assert [(row.actor_kind, row.actor_id, row.public) for row in rows] == [
        ("public", str(reporter.pk), True)
    ] * 2
    assert all(row.is_image for row in rows)
    from district.kernel.cases.services.keeping import storage

    assert MARK not in storage().open(rows[0].stored).read()
    assert reporter_attachments(reporter).count() == 2
    # Whoever handles the case sees them.
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901", "matter": "01"})
    from district.kernel.cases.public import attachment_for

    assert attachment_for(case.pk, rows[0].pk, people.east) == rows[0]
    status = public_status(number, code)
    assert status is not None


def test_the_status_page_says_how_many_photos_were_received(
    post: Post, people: People, client: Client
) -> None:
    number, code = told(post(photo(1), photo(2)))
    answer = client.post("/appeals/status/", {"number": number, "code": code})
    assert "收到 2 张" in answer.content.decode()
    closed(Case.objects.get(), people)
    with CaptureQueriesContext(connection) as statements:
        client.post("/appeals/status/", {"number": number, "code": code})
    assert len(statements) <= 10
    other, its_code = told(post(new="1", text="路灯整夜不亮了"))
    answer = client.post("/appeals/status/", {"number": other, "code": its_code})
    assert "您的照片" not in answer.content.decode()


def test_the_form_offers_camera_and_gallery_and_needs_neither(
    people: People, client: Client
) -> None:
    page = client.get("/appeals/report/").content.decode()
    inputs = re.findall(r'<input type="file"[^>]*>', page)
    assert len(inputs) == 2
    camera, gallery = inputs
    assert 'capture="environment"' in camera
    assert "capture" not in gallery
    assert " multiple" in gallery
    assert all('accept="image/*"' in each and "required" not in each for each in inputs)
    assert 'enctype="multipart/form-data"' in page
    assert "data-map-toggle" in page


def test_photos_stay_when_something_else_is_wrong_and_each_can_be_left_out(post: Post) -> None:
    ticket = old_ticket()
    answer = post(photo(1), photo(2), ticket=ticket, phone="")
    assert answer.status_code == 422
    tokens = kept(answer)
    assert len(tokens) == 2
    shown = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', words(answer))
    assert len(shown) == 2
    assert base64.b64decode(shown[0]).startswith(b"\xff\xd8\xff")
    assert "已经收到，不用重选" in words(answer)
    assert not Case.objects.exists()
    assert not CaseAttachment.objects.exists()
    # One left out, another added.
    number, _code = told(post(photo(3), ticket=ticket, kept=tokens[1]))
    rows = CaseAttachment.objects.filter(case__number=number)
    assert sorted(row.name for row in rows) == ["IMG_2.jpg", "IMG_3.jpg"]


def test_a_photo_that_cannot_be_taken_is_named_and_nothing_is_half_written(
    post: Post, folder: Path
) -> None:
    ticket = old_ticket()
    answer = post(photo(1), ("假.jpg", b"<html>"), ("表格.pdf", b"%PDF-1.4 x"), ticket=ticket)
    page = words(answer)
    assert answer.status_code == 422
    assert "文件“假.jpg”：图片打不开" in page
    assert "文件“表格.pdf”：" in page
    assert 'id="id_photos_error"' in page
    assert 'href="#id_photos"' in page
    assert not Case.objects.exists()
    assert not Reporter.objects.exists()
    # The good one stays, with what was typed.
    assert len(kept(answer)) == 1
    assert TEXT in page
    told(post(ticket=ticket, kept=kept(answer)))
    assert CaseAttachment.objects.get().name == "IMG_1.jpg"


def test_everything_made_to_do_harm_is_refused_or_drawn_anew(
    post: Post, settings: Settings
) -> None:
    settings.DISTRICT_RATES = "appeals.photo.address=1000/60, appeals.report.address=1000/60"
    for number, sample in enumerate(samples()):
        phone = f"138001{number:05d}"
        answer = post((sample.name, sample.content), new="1", phone=phone)
        assert answer.status_code in (200, 422), sample.name
        if answer.status_code == 422:
            assert "文件“" in words(answer), sample.name
    assert {row.content_type for row in CaseAttachment.objects.all()} <= {"image/jpeg", "image/png"}
    assert Case.objects.count() == CaseAttachment.objects.count()


def test_nine_photos_and_no_tenth(post: Post) -> None:
    ticket = old_ticket()
    answer = post(*[photo(n) for n in range(11)], ticket=ticket)
    assert answer.status_code == 422
    assert "最多 9 张照片；“IMG_9.jpg”和其后的没有收下" in words(answer)
    tokens = kept(answer)
    assert len(tokens) == 9
    again = post(photo(20), ticket=ticket, kept=tokens)
    assert "最多 9 张照片" in words(again)
    told(post(ticket=ticket, kept=tokens))
    assert CaseAttachment.objects.count() == 9


def test_photos_pass_the_offers_and_join_what_is_alike(post: Post) -> None:
    number, _ = told(post(photo(1)))
    ticket = old_ticket()
    offers = post(photo(2), ticket=ticket, name="李先生")
    assert "可能已有人反映" in words(offers)
    assert "连同 1 张照片" in words(offers)
    tokens = kept(offers)
    back = post(ticket=ticket, kept=tokens, edit="1")
    assert kept(back) == tokens
    case = Case.objects.get()
    opened = TICKETS.read(ticket, time.time())
    assert opened
    join = offer_of(str(case.pk), opened.key)
    for _twice in range(2):
        answer = post(ticket=ticket, kept=tokens, join=join)
        assert told(answer)[0] == number
        assert "照片收到 1 张" in words(answer)
    assert CaseAttachment.objects.filter(case=case).count() == 2
    assert len(set(CaseAttachment.objects.values_list("actor_id", flat=True))) == 2


def test_a_case_without_room_is_not_joined_and_says_so(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(post(photo(1)))
    monkeypatch.setattr("district.kernel.cases.rules.attachments.MOST_IN_A_CASE", 1)
    case, ticket = Case.objects.get(), old_ticket()
    opened = TICKETS.read(ticket, time.time())
    assert opened
    answer = post(photo(2), ticket=ticket, join=offer_of(str(case.pk), opened.key))
    assert answer.status_code == 422
    assert "最多 1 个文件，已满" in words(answer)
    assert 'id="id_photos_error"' in words(answer)
    assert Reporter.objects.count() == 1


def test_the_same_form_again_attaches_nothing_twice_and_tells_the_same(
    post: Post, people: People
) -> None:
    ticket = old_ticket()
    first = post(photo(1), ticket=ticket)
    again = post(photo(1), ticket=ticket)
    assert told(first) == told(again)
    assert "照片收到 1 张" in words(again)
    # The answer to the first was lost, and the case is over meanwhile.
    closed(Case.objects.get(), people)
    assert told(post(photo(1), ticket=ticket)) == told(first)
    assert CaseAttachment.objects.count() == 1
    assert "已经提交过" in words(post(photo(2), ticket=ticket, text="另一件事：路灯不亮", new="1"))
    assert CaseAttachment.objects.count() == 1


def test_one_form_that_reports_and_joins_shares_the_photo(post: Post) -> None:
    told(post())
    main, ticket = Case.objects.get(), old_ticket()
    tokens = kept(post(photo(1), ticket=ticket))
    told(post(ticket=ticket, kept=tokens, new="1"))
    opened = TICKETS.read(ticket, time.time())
    assert opened
    told(post(ticket=ticket, kept=tokens, join=offer_of(str(main.pk), opened.key)))
    rows = CaseAttachment.objects.all()
    assert len({row.case_id for row in rows}) == 2
    assert len({row.stored for row in rows}) == 1


def test_photos_of_another_form_or_made_up_are_not_taken(post: Post) -> None:
    theirs = kept(post(photo(1), text=""))
    for made_up in (theirs[0], "x", theirs[0][:-3] + "abc", photo_of([1], "web:x")):
        answer = post(kept=made_up)
        assert answer.status_code == 422
        assert "有照片已经不在了" in words(answer)
        assert kept(answer) == []
    assert not Case.objects.exists()


def test_a_photo_that_was_swept_must_be_chosen_again(post: Post, folder: Path) -> None:
    ticket = old_ticket()
    tokens = kept(post(photo(1), ticket=ticket, text=""))
    assert sweep_files() == 0  # a day old at least
    for path in folder.iterdir():
        path.unlink()
    answer = post(ticket=ticket, kept=tokens)
    assert "有照片已经不在了" in words(answer)
    assert not Case.objects.exists()


def test_a_form_that_was_open_too_long_says_that_photos_must_be_chosen_again(
    post: Post, folder: Path
) -> None:
    answer = post(photo(1), ticket=old_ticket(25 * 3600))
    assert answer.status_code == 422
    assert "照片需要重新选择" in words(answer)
    assert TEXT in words(answer)
    assert on_disk(folder) == 0
    assert "照片需要重新选择" not in words(post(ticket=old_ticket(25 * 3600)))


def test_too_many_sendings_with_photos_are_refused_and_the_kept_ones_stay(
    post: Post, settings: Settings, folder: Path
) -> None:
    settings.DISTRICT_RATES = "appeals.photo.address=1/7200"
    ticket = old_ticket()
    tokens = kept(post(photo(1), ticket=ticket, text=""))
    assert len(tokens) == 1
    before = on_disk(folder)
    refused = post(photo(2), ticket=ticket, kept=tokens)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert kept(refused) == tokens
    assert on_disk(folder) == before
    # Without new ones it goes through.
    told(post(ticket=ticket, kept=tokens))


def test_a_program_that_fills_every_field_leaves_no_file(post: Post, folder: Path) -> None:
    assert post(photo(1), website="http://spam.example/").status_code == 422
    assert on_disk(folder) == 0


def test_a_full_disk_opens_no_case_and_leaves_no_file(
    people: People, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(photo_services, "keep_picture", full)
    data = {"ticket": old_ticket(), "text": TEXT, "lon": EAST[0], "lat": EAST[1], **RESIDENT}
    data["photos"] = SimpleUploadedFile(*photo(1))  # type: ignore[assignment]  # a file among texts
    answer = Client(raise_request_exception=False).post("/appeals/report/", data)
    assert answer.status_code == 507
    assert not Case.objects.exists()
    assert on_disk(folder) == 0
