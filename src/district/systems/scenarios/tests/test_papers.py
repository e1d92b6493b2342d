"""Files with an application: the checkers read them, reviewers see cleared photographs alone, and
nothing tells whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.tests.malicious import drawn, photo_with_place, written
from district.kernel.cases.public import (
    Case,
    CaseAttachment,
    PublicStatus,
    anonymise_due,
    perform,
    public_status,
)
from district.kernel.history.public import Actor
from district.systems.scenarios.models import Paper
from district.systems.scenarios.names import RECOGNITION
from district.systems.scenarios.public import attach_for_enterprise
from district.systems.scenarios.services.applying import Receipt, answer
from district.systems.scenarios.services.papers import (
    attach_papers,
    clear_paper,
    take_back_paper,
)
from district.systems.scenarios.services.rounds import start_review
from district.systems.scenarios.tests.conftest import People
from district.systems.scenarios.tests.recognising import (
    EAST,
    EAST_CODE,
    WEST,
    WEST_CODE,
    accepted,
    applied,
    engaged,
    opened,
)
from district.systems.scenarios.tests.test_recognition import THREE, of
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PHOTO = photo_with_place()


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def status_of(receipt: Receipt) -> PublicStatus:
    found = public_status(receipt.number, receipt.code)
    assert found is not None
    return found


def case_of(receipt: Receipt) -> Case:
    return Case.objects.get(number=receipt.number)


def test_the_applicant_attaches_files_and_whoever_checks_reads_them(people: People) -> None:
    receipt = applied(opened(people))
    attach_papers(status_of(receipt), "proof", [(f"{EAST}专利.pdf", PDF)])
    page = reverse("case", args=[case_of(receipt).pk])
    keeper = people.client("keeper")
    with CaptureQueriesContext(connection) as queries:
        shown = keeper.get(page).content.decode()
    assert len(queries) <= 10
    assert f"{EAST}专利.pdf" in shown
    assert "专利、检测报告等证明" in shown
    for other in ("leader", "planner"):
        answered = people.client(other).get(page)
        assert f"{EAST}专利.pdf" not in answered.content.decode()
    for stranger in ("bureau", "east", "viewer"):
        assert people.client(stranger).get(page).status_code == 404


def test_a_demanded_paper_that_is_not_there_is_named_on_both_sides(people: People) -> None:
    receipt = applied(opened(people))
    given = {"number": receipt.number, "code": receipt.code}
    url = reverse("scenarios_status")
    assert "还没有上传" in Client().post(url, given).content.decode()
    keeper = people.client("keeper")
    page = reverse("case", args=[case_of(receipt).pk])
    assert "没有上传" in keeper.get(page).content.decode()
    file = SimpleUploadedFile("专利.pdf", PDF)
    sent = {**given, "do": "attach", "kind": "proof", "files": file}
    done = Client().post(url, sent)
    assert done.status_code == 200
    assert "专利.pdf" in done.content.decode()
    assert "还没有上传" not in done.content.decode()
    assert "没有上传" not in keeper.get(page).content.decode()


def test_reviewers_see_cleared_photographs_without_names_and_nothing_else(people: People) -> None:
    row = opened(people)
    for name in THREE:
        engaged(people, name)
    receipt = applied(row)
    name = f"{EAST}厂房.jpg"
    (photo,) = attach_papers(status_of(receipt), "photos", [(name, PHOTO)])
    (hidden,) = attach_papers(status_of(receipt), "photos", [("二.png", _png())])
    (proof,) = attach_papers(status_of(receipt), "proof", [("专利.pdf", PDF)])
    (other,) = attach_papers(status_of(receipt), "other", [("三.png", _png(20))])
    with pytest.raises(NotPermitted):
        clear_paper(photo.pk, cleared=True, actor=people.leader)
    with pytest.raises(NotFound):
        clear_paper(photo.pk, cleared=True, actor=people.bureau)
    for never in (proof, other):
        with pytest.raises(Conflict):
            clear_paper(never.pk, cleared=True, actor=people.keeper)
    clear_paper(photo.pk, cleared=True, actor=people.keeper)
    accepted(receipt, people)
    with standing("2025-10-09 10:00"):
        start_review(row.pk, actor=people.keeper)
        with pytest.raises(Conflict):
            clear_paper(hidden.pk, cleared=True, actor=people.keeper)
        review = of(case_of(receipt)).reviews.select_related("expert__member")[0]
        expert = people.client(review.expert.member.name)
        with CaptureQueriesContext(connection) as queries:
            page = expert.get(review.get_absolute_url()).content.decode()
        assert len(queries) <= 10
        address = reverse("scenarios_review_paper", args=[review.pk, photo.pk])
        assert address in page
        for told in (EAST, "厂房", "专利.pdf", "二.png", str(hidden.pk), str(other.pk)):
            assert told not in page
        for small in ("", "?small=1"):
            answered = expert.get(address + small)
            assert answered.status_code == 200
            assert answered["Content-Type"] == "image/jpeg"
            told = str(answered.headers)
            assert "%E5" not in told  # no Chinese name, in whatever encoding
            assert b"GPS" not in b"".join(answered.streaming_content)  # type: ignore[attr-defined]  # a file's answer
        for secret in (hidden, proof, other):
            url = reverse("scenarios_review_paper", args=[review.pk, secret.pk])
            assert expert.get(url).status_code == 404
            kept = reverse("case_attachment", args=[case_of(receipt).pk, secret.attachment_id])
            assert expert.get(kept).status_code == 404
        assert people.client("keeper").get(address).status_code == 404


def _png(width: int = 10) -> bytes:
    return written(drawn(width, 8), "PNG")


def test_what_reviewers_may_see_is_a_photograph_or_refused_whole(people: People) -> None:
    receipt = applied(opened(people))
    with pytest.raises(Invalid) as refused:
        attach_papers(status_of(receipt), "photos", [("一.jpg", PHOTO), ("二.pdf", PDF)])
    assert refused.value.field == "files"
    with pytest.raises(Invalid):
        attach_papers(status_of(receipt), "proof", [])
    with pytest.raises(Invalid):
        attach_papers(status_of(receipt), "proof", [("坏.exe", b"MZ\x90\x00")])
    assert not Paper.objects.exists()
    assert not CaseAttachment.objects.exists()


def test_another_kind_for_the_same_file_is_to_be_cleared_anew(people: People) -> None:
    receipt = applied(opened(people))
    (photo,) = attach_papers(status_of(receipt), "photos", [("一.jpg", PHOTO)])
    clear_paper(photo.pk, cleared=True, actor=people.keeper)
    attach_papers(status_of(receipt), "other", [("一.jpg", PHOTO)])
    photo.refresh_from_db()
    assert (photo.kind, photo.cleared) == ("other", False)
    assert CaseAttachment.objects.count() == 1


def test_files_come_with_a_completion_all_of_it_or_nothing(people: People) -> None:
    receipt = applied(opened(people))
    case = case_of(receipt)
    perform(case.pk, "ask_completion", actor=people.keeper, data={"text": "请补充专利证明"})
    bad = [("坏.exe", b"MZ\x90\x00")]
    given = {"text": "已补充", "patents": "5"}
    with pytest.raises(Invalid):
        answer(status_of(receipt), "complete", given, round_=1, files=bad, kind="proof")
    case.refresh_from_db()
    assert case.stage == "completing"
    good = [("专利.pdf", PDF)]
    for _again in range(2):
        answer(status_of(receipt), "complete", given, round_=1, files=good, kind="proof")
    case.refresh_from_db()
    assert case.stage == "check"
    assert of(case).answers["patents"] == 5
    assert [one.kind for one in Paper.objects.all()] == ["proof"]


def test_files_are_taken_back_within_the_hour_and_not_after_the_check(people: People) -> None:
    row = opened(people)
    receipt, other = applied(row), applied(row, WEST, WEST_CODE)
    first, second = (
        attach_papers(status_of(receipt), "proof", [(f"{at}.pdf", PDF + at.encode())])[0]
        for at in ("一", "二")
    )
    with pytest.raises(NotFound):
        take_back_paper(status_of(other), first.pk)
    take_back_paper(status_of(receipt), first.pk)
    assert not Paper.objects.filter(pk=first.pk).exists()
    with standing("2025-09-22 11:30"), pytest.raises(Conflict):
        take_back_paper(status_of(receipt), second.pk)
    accepted(receipt, people)
    with pytest.raises(Conflict):
        take_back_paper(status_of(receipt), second.pk)
    with pytest.raises(Conflict):
        attach_papers(status_of(receipt), "proof", [("三.pdf", PDF + b"3")])


def test_an_enterprise_attaches_to_its_own_application_alone(people: People) -> None:
    row = opened(people)
    application = of(case_of(applied(row)))
    portal = Actor.system("virtual_park")
    with pytest.raises(NotFound):
        attach_for_enterprise(WEST_CODE, application.pk, "proof", [("一.pdf", PDF)], actor=portal)
    with pytest.raises(NotPermitted):
        attach_for_enterprise(
            EAST_CODE, application.pk, "proof", [("一.pdf", PDF)], actor=people.keeper
        )
    attach_for_enterprise(EAST_CODE, application.pk, "proof", [("一.pdf", PDF)], actor=portal)
    assert Paper.objects.get().application == application


def test_files_are_forgotten_with_their_applicant(people: People, media: Path) -> None:
    receipt = applied(opened(people))
    attach_papers(status_of(receipt), "proof", [("专利.pdf", PDF)])
    answer(status_of(receipt), "withdraw", {"text": "不申报了"}, round_=1)
    with standing("2026-09-21 10:00"):
        anonymise_due(str, type_key=RECOGNITION)
        assert Paper.objects.exists()
    with standing("2026-10-23 10:00"):
        anonymise_due(str, type_key=RECOGNITION)
    assert not Paper.objects.exists()
    assert not CaseAttachment.objects.exists()
