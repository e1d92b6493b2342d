"""Files on the page of a case: up, shown, down, and away again."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from district.kernel.base import sniffing
from district.kernel.base.tests.malicious import (
    MARK,
    PDF_WITH_SCRIPT,
    PIXELS_ALONE,
    parts_of,
    photo_with_place,
    samples,
)
from district.kernel.cases.models import Case, CaseAttachment
from district.kernel.cases.services import attach, perform
from district.kernel.cases.tests.conftest import MakeCase, People, standing
from district.kernel.history.public import Actor
from district.kernel.organisation.public import member_by_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
BUDGET = 10
Enter = Callable[[Actor], Client]
PHOTO = photo_with_place(6)


@pytest.fixture
def enter(people: People) -> Enter:
    """`enter(people.east)`: a browser signed in as that member."""

    def make(actor: Actor) -> Client:
        member = member_by_id(actor.id)
        if member.user is None:
            member.user = User.objects.create_user(f"u{member.pk}")
            member.save()
        client = Client()
        client.force_login(member.user)
        return client

    return make


def sent(
    client: Client, case: Case, *files: tuple[str, bytes], script: bool = False, **data: str
) -> HttpResponse:
    uploads = [SimpleUploadedFile(name, content, "text/html") for name, content in files]
    return client.post(
        reverse("case_attachments", args=[case.pk]),
        {"files": uploads, **data},
        headers={"Accept": "application/json" if script else "text/html"},
    )  # type: ignore[return-value]  # the test client adds to the response


def address(row: CaseAttachment, name: str = "case_attachment") -> str:
    return reverse(name, args=[row.case_id, row.pk])


def test_photos_are_uploaded_several_at_once_and_shown_as_a_grid(
    handling: Case, people: People, enter: Enter
) -> None:
    client = enter(people.east)
    scan = ("../../答复.pdf", PDF_WITH_SCRIPT)
    answer = sent(client, handling, ("现场.jpg", PHOTO), scan, kind="before", public="1")
    assert answer.status_code == 302
    assert answer["Location"].endswith("#attachments")
    photo = CaseAttachment.objects.get(is_image=True)
    assert (photo.kind, photo.public, photo.content_type) == ("before", True, "image/jpeg")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("case", args=[handling.pk]))
    assert len(queries) <= BUDGET, [one["sql"][:120] for one in queries]
    text = page.content.decode()
    assert 'alt="照片1：处理前，东经办 09-22 10:00 上传"' in text
    assert address(photo, "case_attachment_small") in text
    assert "答复.pdf" in text
    assert 'accept="image/*,.pdf,' in text
    assert "已上传 2 个文件" in text


def test_a_page_that_holds_everything_asks_little(
    reported: MakeCase, people: People, enter: Enter
) -> None:
    case = reported().case
    data = {"lead_unit": "902", "co_units": ["9-D01"]}
    perform(case.pk, "dispatch", actor=people.desk, data=data)
    perform(case.pk, "reassign", actor=people.desk, data={"lead_unit": "901", "text": "属东"})
    perform(case.pk, "accept", actor=people.east)
    attach(case.pk, [("a.jpg", PHOTO)], actor=people.east)
    perform(case.pk, "finish_part", actor=people.water, data={"text": "已配合"})
    perform(case.pk, "finish", actor=people.east, data={"result": "好了"})
    perform(case.pk, "note_call", actor=people.desk, data={"satisfaction": "no_answer"})
    client = enter(people.desk)
    client.get(reverse("case", args=[case.pk]))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("case", args=[case.pk]), {"do": "close"})
    assert len(queries) <= BUDGET, [one["sql"][:120] for one in queries]
    text = page.content.decode()
    for shown in ("水务局", "西街道", "未接通", "attachment-picture"):
        assert shown in text


def test_a_picture_is_shown_in_a_cage_without_anything_but_pixels(
    handling: Case, people: People, enter: Enter
) -> None:
    client = enter(people.east)
    sent(client, handling, ("现场.jpg", PHOTO))
    row = CaseAttachment.objects.get()
    for name, size in (("case_attachment", (48, 64)), ("case_attachment_small", (48, 64))):
        answer = client.get(address(row, name))
        content = answer.getvalue()
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Content-Disposition"].startswith("inline")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert set(parts_of(content)) <= PIXELS_ALONE
        assert MARK not in content
        assert Image.open(io.BytesIO(content)).size == size


def test_whatever_was_sent_is_served_as_a_picture_of_ours_or_as_a_download(
    handling: Case, people: People, enter: Enter
) -> None:
    client, served = enter(people.east), 0
    for sample in samples():
        answer = sent(client, handling, (sample.name, sample.content))
        if sample.fate == "refused":
            assert answer.status_code == 422
            continue
        row = CaseAttachment.objects.latest("at", "pk")
        down, served = client.get(address(row)), served + 1
        if row.is_image:
            assert down["Content-Type"] in {"image/jpeg", "image/png"}
            assert MARK not in down.getvalue()
        else:
            assert down["Content-Type"] == "application/octet-stream"
            assert down["Content-Disposition"].startswith("attachment")
        assert "sandbox" in down["Content-Security-Policy"]
        client.post(address(row, "case_attachment_remove"))
    assert served > 10


def test_a_document_has_no_small_picture_but_comes_as_a_download(
    handling: Case, people: People, enter: Enter
) -> None:
    client = enter(people.east)
    sent(client, handling, ("scan.pdf", PDF_WITH_SCRIPT))
    answer = client.get(address(CaseAttachment.objects.get(), "case_attachment_small"))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer.getvalue() == PDF_WITH_SCRIPT


def test_what_cannot_be_taken_is_said_on_the_page_with_the_name_of_the_file(
    handling: Case, people: People, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(people.east)
    answer = sent(client, handling, ("page.jpg", b"<html>"), kind="after")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "“page.jpg”：图片打不开" in text
    assert '<option value="after" selected>' in text
    assert "没有选择文件" in sent(client, handling).content.decode()
    monkeypatch.setattr(sniffing, "LARGEST", 1000)
    assert "20 MB" in sent(client, handling, ("a.jpg", PHOTO)).content.decode()


def test_the_script_is_told_where_to_go_on_or_what_is_wrong(
    handling: Case, people: People, enter: Enter
) -> None:
    client = enter(people.east)
    answer = sent(client, handling, ("a.jpg", PHOTO), script=True)
    assert answer.status_code == 200
    assert b"location" in answer.content
    answer = sent(client, handling, ("page.jpg", b"<html>"), script=True)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/json")
    assert "page.jpg" in answer.content.decode("unicode_escape")


def test_a_full_disk_is_said_in_words(
    handling: Case, people: People, enter: Enter, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    def full(_content: ContentFile[bytes]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ContentFile, "chunks", full)
    answer = sent(enter(people.east), handling, ("a.jpg", PHOTO))
    assert answer.status_code == 507
    assert "磁盘已满" in answer.content.decode()
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_an_action_takes_its_proof_along(handling: Case, people: People, enter: Enter) -> None:
    client = enter(people.east)
    where = reverse("case", args=[handling.pk])
    assert 'name="files"' in client.get(where, {"do": "finish"}).content.decode()
    photo = SimpleUploadedFile("a.jpg", PHOTO, "image/jpeg")
    bad = SimpleUploadedFile("b.jpg", b"<html>", "image/jpeg")
    data = {"do": "finish", "result": "已清理", "key": "k"}
    answer = client.post(where, {**data, "files": [photo, bad]})
    assert answer.status_code == 422
    assert "“b.jpg”" in answer.content.decode()
    assert not CaseAttachment.objects.exists()
    photo.seek(0)
    assert client.post(where, {**data, "files": [photo]}).status_code == 302
    row = CaseAttachment.objects.get()
    assert row.step is not None
    assert (row.step.action, row.kind, row.public) == ("finish", "after", False)
    text = client.get(where).content.decode()
    assert "东经办 · 办结" in text
    assert "data-upload" not in text  # it is the desk's turn now


def test_only_who_may_see_the_case_gets_its_files(
    handling: Case, people: People, enter: Enter
) -> None:
    (row,) = attach(handling.pk, [("a.jpg", PHOTO)], actor=people.east)
    pages = [address(row), address(row, "case_attachment_small")]
    for page in pages:
        assert enter(people.leader).get(page).status_code == 200
        assert enter(people.west).get(page).status_code == 404
        assert Client().get(page).status_code == 302
    assert "data-upload" not in (
        enter(people.leader).get(reverse("case", args=[handling.pk])).content.decode()
    )
    assert sent(enter(people.leader), handling, ("b.jpg", PHOTO)).status_code == 403
    assert sent(enter(people.west), handling, ("b.jpg", PHOTO)).status_code == 404
    assert sent(Client(), handling, ("b.jpg", PHOTO)).status_code == 302
    assert enter(people.west).post(address(row, "case_attachment_remove")).status_code == 404
    assert enter(people.east_head).post(address(row, "case_attachment_remove")).status_code == 403
    assert CaseAttachment.objects.count() == 1


def test_the_uploader_finds_a_button_to_take_a_file_back_for_an_hour(
    handling: Case, people: People, enter: Enter
) -> None:
    (row,) = attach(handling.pk, [("a.jpg", PHOTO)], actor=people.east)
    case, button = reverse("case", args=[handling.pk]), address(row, "case_attachment_remove")
    client = enter(people.east)
    assert button in client.get(case).content.decode()
    assert button not in enter(people.east_head).get(case).content.decode()
    with standing("2025-09-22 11:30"):
        assert button not in client.get(case).content.decode()
        assert client.post(button).status_code == 409
    assert client.post(button).status_code == 302
    assert not CaseAttachment.objects.exists()


def test_a_case_that_waits_for_nobody_here_shows_no_form(
    handling: Case, people: People, enter: Enter
) -> None:
    perform(handling.pk, "finish", actor=people.east, data={"result": "好了"})
    text = enter(people.east).get(reverse("case", args=[handling.pk])).content.decode()
    assert "没有附件。" in text
