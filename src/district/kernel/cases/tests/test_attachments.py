"""Files of cases: who may attach and see them, how many, and what becomes of them."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from district.kernel.base.attachments import small_of
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.tests.malicious import (
    MARK,
    PDF_WITH_SCRIPT,
    PIXELS_ALONE,
    drawn,
    parts_of,
    photo_with_place,
    samples,
    written,
)
from district.kernel.cases.models import Case, CaseAttachment, CaseStep, Reporter
from district.kernel.cases.rules import attachments as limits
from district.kernel.cases.selectors import (
    public_status,
)
from district.kernel.cases.services import (
    Contact,
    anonymise_due,
    attach,
    detach,
    join_case,
    perform_with_files,
    sweep_files,
)
from district.kernel.cases.services.doing import CASES, subject_of
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People, standing
from district.kernel.history.public import events_of, verify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
PHOTO = ("IMG_0001.jpg", photo_with_place())


def photo(number: int) -> tuple[str, bytes]:
    """A photo unlike those with another number."""
    return f"{number}.jpg", written(drawn(40 + number, 40))


def on_disk(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def reporter_of(done_code: str, case: Case) -> Reporter:
    status = public_status(case.number, done_code)
    assert status is not None
    return status.reporter


def taken_back(act: Callable[[], object]) -> None:
    """Do it in a transaction that fails afterwards."""
    with transaction.atomic():
        act()
        raise RuntimeError


# What is kept ------------------------------------------------------------------------------


def test_a_photo_is_kept_without_its_place_and_history_holds_its_checksum(
    handling: Case, people: People, folder: Path
) -> None:
    (row,) = attach(handling.pk, [PHOTO], actor=people.east, kind="before", public=True)
    content = (folder / row.stored).read_bytes()
    assert on_disk(folder) == {row.stored, small_of(row.stored)}
    assert (row.size, row.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (row.name, row.content_type, row.kind) == ("IMG_0001.jpg", "image/jpeg", "before")
    assert (row.actor_kind, row.actor_id, row.actor_name) == ("member", people.east.id, "东经办")
    assert row.public
    assert row.is_image
    for name in on_disk(folder):
        kept = (folder / name).read_bytes()
        assert set(parts_of(kept)) <= PIXELS_ALONE
        assert MARK not in kept
    event = events_of(subject_of(handling))[0]
    assert event.kind == "cases.case.attached"
    assert (event.data["sha256"], event.data["attachment"]) == (row.sha256, str(row.pk))
    assert "IMG_0001" not in str(event.data)
    assert verify().sound


def test_every_file_made_to_do_harm_is_refused_or_harmless_and_none_is_left_over(
    handling: Case, people: People, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_AT_A_STEP", 100)
    for sample in samples():
        file, before = (sample.name, sample.content), on_disk(folder)
        if sample.fate == "refused":
            with pytest.raises(Invalid) as refused:
                attach(handling.pk, [file], actor=people.east)
            assert refused.value.field == "files"
            assert sample.name in refused.value.problem
            assert on_disk(folder) == before
        else:
            (row,) = attach(handling.pk, [file], actor=people.east)
            assert row.is_image == (sample.fate == "redrawn")
    rows = CaseAttachment.objects.all()
    assert on_disk(folder) == {
        name
        for row in rows
        for name in ([row.stored, small_of(row.stored)] if row.is_image else [row.stored])
    }
    assert {row.content_type for row in rows} <= {
        "image/jpeg",
        "image/png",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }


def test_one_wrong_file_keeps_the_others_out_too(
    handling: Case, people: People, folder: Path
) -> None:
    files = [photo(1), ("page.jpg", b"<html>"), photo(2)]
    with pytest.raises(Invalid, match=r"“page\.jpg”：图片打不开"):
        attach(handling.pk, files, actor=people.east)
    assert CaseAttachment.objects.count() == 0
    assert on_disk(folder) == set()


def test_the_same_file_sent_twice_is_kept_once(
    handling: Case, people: People, folder: Path
) -> None:
    (first,) = attach(handling.pk, [PHOTO], actor=people.east)
    (again,) = attach(handling.pk, [PHOTO], actor=people.east)
    assert again.pk == first.pk
    assert on_disk(folder) == {first.stored, small_of(first.stored)}
    assert [event.kind for event in events_of(subject_of(handling))].count(
        "cases.case.attached"
    ) == 1
    for by, kind in ((people.desk, "other"), (people.east, "after")):
        with pytest.raises((Invalid, NotPermitted)):
            attach(handling.pk, [PHOTO], actor=by, kind=kind)
    assert on_disk(folder) == {first.stored, small_of(first.stored)}


def test_a_full_disk_leaves_neither_row_nor_part_of_a_file(
    handling: Case, people: People, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, written_files = ContentFile.chunks, []

    def second_is_too_much(content: ContentFile[bytes]) -> Iterator[bytes]:
        written_files.append(content.size)
        if len(written_files) == 3:
            yield content.read(10)
            raise OSError(errno.ENOSPC, "No space left on device")
        yield from whole(content)

    monkeypatch.setattr(ContentFile, "chunks", second_is_too_much)
    with pytest.raises(OSError, match="No space"):
        attach(handling.pk, [photo(1), photo(2)], actor=people.east)
    assert CaseAttachment.objects.count() == 0
    assert on_disk(folder) == set()


def test_files_of_a_transaction_that_was_taken_back_are_swept(
    handling: Case, people: People, folder: Path
) -> None:
    (kept,) = attach(handling.pk, [photo(1)], actor=people.east)
    with pytest.raises(RuntimeError):
        taken_back(lambda: attach(handling.pk, [photo(2)], actor=people.east))
    assert len(on_disk(folder)) == 4
    assert sweep_files() == 0
    for name in on_disk(folder):
        os.utime(folder / name, (time.time() - 90_000,) * 2)
    assert sweep_files() == 2
    assert on_disk(folder) == {kept.stored, small_of(kept.stored)}


# Limits ------------------------------------------------------------------------------------


def test_nine_files_of_a_person_at_a_step_and_no_tenth(handling: Case, people: People) -> None:
    with pytest.raises(Invalid, match="一次最多上传 9 个"):
        attach(handling.pk, [photo(n) for n in range(10)], actor=people.east)
    attach(handling.pk, [photo(n) for n in range(9)], actor=people.east)
    with pytest.raises(Invalid, match="最多上传 9 个") as refused:
        attach(handling.pk, [photo(9)], actor=people.east)
    assert refused.value.field == "files"
    attach(handling.pk, [photo(9)], actor=people.east_head)
    step = CaseStep.objects.get(case=handling, action="accept")
    attach(handling.pk, [photo(10)], actor=people.east, step=step.pk)


def test_a_case_holds_so_many_files_and_so_many_bytes(
    handling: Case, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_IN_A_CASE", 2)
    attach(handling.pk, [photo(1), photo(2)], actor=people.east)
    with pytest.raises(Invalid, match="已满"):
        attach(handling.pk, [photo(3)], actor=people.east_head)
    monkeypatch.setattr(limits, "MOST_IN_A_CASE", 60)
    used = sum(CaseAttachment.objects.values_list("size", flat=True))
    monkeypatch.setattr(limits, "LARGEST_CASE", used + 10)
    with pytest.raises(Invalid, match="合计超过"):
        attach(handling.pk, [photo(3)], actor=people.east_head)


def test_an_unknown_kind_is_refused(handling: Case, people: People) -> None:
    with pytest.raises(Invalid, match="类别"):
        attach(handling.pk, [PHOTO], actor=people.east, kind="during")


# At a step ---------------------------------------------------------------------------------


def test_an_action_is_done_with_its_proof_or_not_at_all(
    handling: Case, people: People, folder: Path
) -> None:
    data = {"result": "已清理"}
    with pytest.raises(Invalid, match="图片打不开"):
        perform_with_files(
            handling.pk, "finish", [("x.jpg", b"<html>")], actor=people.east, data=data
        )
    with pytest.raises(Invalid):
        perform_with_files(handling.pk, "finish", [PHOTO], actor=people.east, data={})
    handling.refresh_from_db()
    assert (handling.stage, on_disk(folder)) == ("handling", set())
    for _time in range(2):
        case = perform_with_files(
            handling.pk, "finish", [PHOTO], actor=people.east, data=data, key="f1", public=True
        )
    assert case.stage == "call_back"
    row = CaseAttachment.objects.get()
    assert row.step is not None
    assert (row.step.action, row.kind, row.public) == ("finish", "after", True)
    assert on_disk(folder) == {row.stored, small_of(row.stored)}


def test_a_file_is_attached_to_ones_own_step_only(handling: Case, people: People) -> None:
    step = CaseStep.objects.get(case=handling, action="dispatch")
    with pytest.raises(NotPermitted, match="自己办理"):
        attach(handling.pk, [PHOTO], actor=people.east, step=step.pk)
    (row,) = attach(handling.pk, [PHOTO], actor=people.desk, step=step.pk)
    assert row.step == step


# Taking back -------------------------------------------------------------------------------


def test_the_uploader_takes_a_file_back_within_the_hour_and_history_keeps_its_checksum(
    handling: Case, people: People
) -> None:
    (row,) = attach(handling.pk, [PHOTO], actor=people.east)
    for actor in (people.east_head, people.desk, PUBLIC, CASES):
        with pytest.raises(NotPermitted, match="只有上传人"):
            detach(row.pk, actor=actor)
    with standing("2025-09-22 11:01"), pytest.raises(Conflict, match="超过一小时"):
        detach(row.pk, actor=people.east)
    with standing("2025-09-22 10:59"):
        detach(row.pk, actor=people.east)
    with pytest.raises(NotFound):
        detach(row.pk, actor=people.east)
    event = events_of(subject_of(handling))[0]
    assert (event.kind, event.data["sha256"]) == ("cases.case.detached", row.sha256)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_was_taken_back_is_gone_from_the_disk(
    handling: Case, people: People, folder: Path
) -> None:
    (row,) = attach(handling.pk, [PHOTO], actor=people.east)
    with pytest.raises(RuntimeError):
        taken_back(lambda: detach(row.pk, actor=people.east))
    assert len(on_disk(folder)) == 2
    detach(row.pk, actor=people.east)
    assert on_disk(folder) == set()


def test_reporters_take_back_only_their_own(reported: MakeCase, people: People) -> None:
    done = reported()
    joined = join_case(done.case.pk, text="我也看到了", contact=Contact("李四"), actor=PUBLIC)
    one, two = (reporter_of(code, done.case) for code in (done.code, joined.code))
    (row,) = attach(done.case.pk, [PHOTO], actor=PUBLIC, reporter=one)
    with pytest.raises(NotPermitted):
        detach(row.pk, actor=PUBLIC, reporter=two)
    detach(row.pk, actor=PUBLIC, reporter=one)
    assert not CaseAttachment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_with_the_reporters_their_files_are_forgotten(
    reported: MakeCase, people: People, folder: Path
) -> None:
    done = reported()
    reporter = reporter_of(done.code, done.case)
    attach(done.case.pk, [("张三身份证.jpg", PHOTO[1])], actor=PUBLIC, reporter=reporter)
    (kept,) = attach(done.case.pk, [("张三的答复.pdf", PDF_WITH_SCRIPT)], actor=people.desk)
    Case.objects.filter(pk=done.case.pk).update(
        category="done", stage="closed", closed_at=done.case.reported_at
    )
    with standing("2026-10-01 09:00"):
        assert anonymise_due(lambda text: text.replace("张三", "某某")) == 1
    (row,) = CaseAttachment.objects.all()
    assert (row.pk, row.name) == (kept.pk, "某某的答复.pdf")
    assert on_disk(folder) == {kept.stored}
