"""People on record: who sees them, what stands in clear, imports, leaving, erasing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, events_of, verify
from district.kernel.matching.public import population
from district.systems.policies.models import Notice, Push, Recipient
from district.systems.policies.names import RECIPIENTS
from district.systems.policies.selectors.recipients import (
    recipient_by_id_number,
    recipient_for,
    recipients_visible_q,
    subject_of_recipient,
)
from district.systems.policies.services.applications import apply_for
from district.systems.policies.services.forgetting import erase_recipient, forget_left
from district.systems.policies.services.importing import import_recipients
from district.systems.policies.services.public_applying import Applied, apply_as_resident
from district.systems.policies.services.pushing import do_run, start_run
from district.systems.policies.services.recipients import (
    Told,
    leave,
    read_recipient,
    save_recipient,
)
from district.systems.policies.tests.conftest import People, Publish, not_queued
from district.systems.policies.tests.people import (
    WHERE,
    MakeRecipient,
    id_number,
    recorded,
    table,
    told,
)
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
__all__ = ["recorded"]


def test_a_person_on_record_has_a_number_and_facts_with_source_and_day(
    people: People, recorded: MakeRecipient
) -> None:
    row = recorded()
    assert row.number.startswith("RY")
    assert (row.lead_unit_id, row.street_unit_id, row.community_unit_id) == (
        "901001", "901", "901001",
    )  # fmt: skip
    assert row.disability == "1"
    assert row.sources["disability"] == ["区残联名册", "2025-09-01"]
    assert recipient_by_id_number(id_number(1).lower()) == row
    assert population(RECIPIENTS).count == 1


def test_the_word_of_the_later_day_stays_and_an_older_file_changes_nothing(
    people: People, recorded: MakeRecipient
) -> None:
    row = recorded()
    before = len(events_of(subject_of_recipient(row)))
    recorded(disability="2", as_of=date(2025, 8, 1))
    row.refresh_from_db()
    assert row.disability == "1"
    recorded()
    assert len(events_of(subject_of_recipient(row))) == before + 2  # phone and address were told
    recorded(disability="2", as_of=date(2025, 9, 10), source="区残联更新")
    row.refresh_from_db()
    assert row.disability == "2"
    assert row.sources["disability"] == ["区残联更新", "2025-09-10"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": "不知道"}, "phone"),
        ({"source": ""}, "source"),
        ({"as_of": date(2025, 9, 23)}, "as_of"),
        ({"family_size": 99}, "family_size"),
        ({"street": "902"}, "community"),
        ({"street": "none"}, "street"),
    ],
)
def test_what_cannot_be_taken_is_named(
    people: People, recorded: MakeRecipient, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        recorded(**given)
    assert refused.value.field == field
    assert not Recipient.objects.exists()


def test_an_identity_number_that_cannot_be_is_refused(people: People) -> None:
    with pytest.raises(Invalid, match="身份证"):
        save_recipient(
            Told("110105194912310021", "名册", date(2025, 9, 1), name="张三"),
            unit="901001",
            actor=people.neighbour,
        )


def _seen(actor: Actor) -> int:
    return Recipient.objects.filter(recipients_visible_q(actor)).count()


def test_only_who_keeps_a_person_sees_them_until_a_policy_concerns_them(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    row = recorded()
    sees = {key: _seen(getattr(people, key)) for key in people.members}
    assert {key for key, count in sees.items() if count} == {
        "neighbour", "neighbour_head", "east",
    }  # fmt: skip
    with pytest.raises(NotFound):
        recipient_for(row.number, people.writer)
    with pytest.raises(NotPermitted):
        read_recipient(row, "告知政策", actor=people.writer)
    run, _small = start_run(
        published("people", where=WHERE).pk, actor=people.writer, enqueue=not_queued
    )
    do_run(str(run.pk))
    assert recipient_for(row.number, people.writer) == row
    assert read_recipient(row, "核对申报", actor=people.writer).name == "张测试1"
    for stranger in ("other", "leader", "planner", "west", "far_neighbour", "viewer"):
        assert _seen(getattr(people, stranger)) == 0
        with pytest.raises(NotPermitted):
            read_recipient(row, "好奇", actor=getattr(people, stranger))


def test_who_a_person_is_is_read_for_a_reason_that_stays(
    people: People, recorded: MakeRecipient
) -> None:
    row = recorded()
    with pytest.raises(Invalid, match="原因"):
        read_recipient(row, " ", actor=people.neighbour)
    who = read_recipient(row, "上门告知", actor=people.neighbour)
    assert (who.name, who.id_number, who.address) == ("张测试1", id_number(1), "幸福路99号")
    viewed = [e for e in events_of(subject_of_recipient(row)) if e.kind.endswith("viewed")]
    assert len(viewed) == 4
    assert {event.data["reason"] for event in viewed} == {"上门告知"}
    assert verify().sound


def test_strangers_may_write_nothing(people: People, recorded: MakeRecipient) -> None:
    row = recorded()
    for stranger in (people.west, people.writer, people.leader, people.viewer):
        with pytest.raises(NotPermitted):
            save_recipient(told(), unit="901001", actor=stranger)
        with pytest.raises(NotPermitted):
            leave(row.number, date(2025, 9, 1), actor=stranger)
        with pytest.raises(NotPermitted):
            erase_recipient(row.number, "request", actor=stranger)
    with pytest.raises(NotPermitted):  # an officer keeps records and does not erase them
        erase_recipient(row.number, "request", actor=people.neighbour)
    assert save_recipient(told(disability="2", as_of=date(2025, 9, 2)), unit="9-D02",
                          actor=people.east) == row  # fmt: skip


def _rows(*numbers: int) -> list[dict[str, str]]:
    return [
        {"身份证号码": id_number(n), "姓名": f"李导入{n}", "居住街道": "901", "残疾等级": "二级",
         "家庭人均月收入": "1200.5", "最低生活保障对象": "是"}
        for n in numbers
    ]  # fmt: skip


def _import(people: People, rows: list[dict[str, str]], actor: Actor | None = None) -> list[str]:
    outcome = import_recipients(
        "名册.csv", table(rows), unit="901", source="名册", as_of=date(2025, 9, 1),
        actor=actor or people.east,
    )  # fmt: skip
    return [f"{one.row} {one.column}" for one in outcome.problems]


def test_a_file_is_written_as_a_whole_and_again_adds_nobody(people: People) -> None:
    assert _import(people, _rows(1, 2, 3)) == []
    assert Recipient.objects.count() == 3
    row = Recipient.objects.order_by("pk")[0]
    assert (row.disability, row.is_minimum_living) == ("2", True)
    assert str(row.family_income) == "1200.500000"
    assert _import(people, _rows(1, 2, 3)) == []
    assert Recipient.objects.count() == 3
    assert verify().sound


def test_a_file_with_one_wrong_row_writes_nothing_and_names_every_fault(people: People) -> None:
    rows = _rows(1, 2, 3, 3)
    rows[0]["身份证号码"] = "123"
    rows[1]["残疾等级"] = "九级"
    assert _import(people, rows) == ["2 身份证号码", "3 残疾等级", "5 身份证号码"]
    assert _import(people, [{**_rows(1)[0], "备注": "x"}]) == ["1 备注"]
    assert _import(people, [{"姓名": "无号"}]) == ["1 身份证号码"]
    rows = _rows(1, 2)
    rows[1]["居住街道"] = "000"
    assert _import(people, rows) == ["3 居住街道"]
    assert not Recipient.objects.exists()


def test_a_file_changes_no_row_of_another_street(people: People, recorded: MakeRecipient) -> None:
    recorded(1)
    rows = _rows(1)
    del rows[0]["居住街道"]
    assert _import(people, rows, people.west) == ["2 "]
    assert Recipient.objects.get().disability == "1"
    with pytest.raises(NotPermitted):
        _import(people, rows, people.viewer)


def test_who_left_is_matched_no_more_and_erased_when_the_time_has_come(
    people: People, recorded: MakeRecipient
) -> None:
    row = leave(recorded().number, date(2025, 9, 20), actor=people.neighbour)
    assert population(RECIPIENTS).count == 0
    with pytest.raises(Conflict):
        leave(row.number, date(2025, 9, 20), actor=people.neighbour)
    assert forget_left(actor=LOADER_SYSTEM) == 0
    with standing("2027-09-22 10:00"):
        assert forget_left(actor=LOADER_SYSTEM) == 1
        assert forget_left(actor=LOADER_SYSTEM) == 0
    row.refresh_from_db()
    assert (row.state, row.name, row.id_digest, row.birth_date) == ("erased", "", None, None)


LOADER_SYSTEM = Actor.system("policies")


def test_who_comes_back_is_on_record_again(people: People, recorded: MakeRecipient) -> None:
    row = leave(recorded().number, date(2025, 9, 20), actor=people.neighbour)
    recorded(as_of=date(2025, 9, 21))
    row.refresh_from_db()
    assert (row.state, row.left_on) == ("current", None)


def test_erasing_leaves_numbers_and_nothing_of_the_person(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    row = recorded()
    policy = published("people", where=WHERE)
    run, _small = start_run(policy.pk, actor=people.writer, enqueue=not_queued)
    do_run(str(run.pk))
    case = apply_for(policy.pk, row.number, actor=people.writer).case
    with pytest.raises(Conflict, match="在办"):
        erase_recipient(row.number, "request", actor=people.neighbour_head)
    type(case).objects.update(category="done")
    with pytest.raises(Invalid):
        erase_recipient(row.number, "张测试1要求", actor=people.neighbour_head)
    erase_recipient(row.number, "request", actor=people.neighbour_head)
    row.refresh_from_db()
    assert row.sources == {}
    assert recipient_by_id_number(id_number(1)) is None
    assert Push.objects.values_list("values", "reasons").get() == ({}, {})
    assert Notice.objects.get().outcome == "dropped"
    assert population(RECIPIENTS).count == 0
    assert not (_clear_texts() & {"1940-05-06"})
    assert recorded().pk != row.pk  # the same person anew is another record
    assert verify().sound


def _clear_texts() -> set[str]:
    """Which of the canaries stand anywhere in the database, in whatever column."""
    canaries = {
        "张测试1", id_number(1), "13800000001", "幸福路99号", "1940-05-06",
        "赵网上", "13811112222",
    }  # fmt: skip
    # JSON columns may hold letters as escapes.
    forms = {canary: (canary, canary.encode("unicode_escape").decode()) for canary in canaries}
    return {
        canary
        for text in _texts()
        for canary, said in forms.items()
        if any(s in text for s in said)
    }


def _texts() -> Iterator[str]:
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table_name = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table_name}")  # noqa: S608  # our own tables
            for row in cursor.fetchall():
                yield from (
                    bytes(v).decode("utf-8", "replace") if isinstance(v, bytes | memoryview)
                    else str(v)
                    for v in row
                )  # fmt: skip


def test_who_somebody_is_stands_nowhere_in_clear(
    people: People, recorded: MakeRecipient, published: Publish
) -> None:
    """Written down, imported, told, applied for, read: the tables and history hold facts under a
    number, and no name, identity number, telephone or address."""
    row = recorded()
    rows = [{"身份证号码": id_number(1), "姓名": "张测试1", "详细地址": "幸福路99号"}]
    assert _import(people, rows) == []
    policy = published("people", where=WHERE)
    run, _small = start_run(policy.pk, actor=people.writer, enqueue=not_queued)
    do_run(str(run.pk))
    read_recipient(row, "上门告知", actor=people.neighbour)
    given = Applied(
        "subsidy:k", policy.pk, "赵网上", "13811112222", id_number(1), stated={"hukou": "here"}
    )
    apply_as_resident(given)
    assert _clear_texts() == {"1940-05-06"}  # a fact that conditions ask for
    assert verify().sound
