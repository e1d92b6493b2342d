"""What a fixture has written is there again for the next test, as if it had been made anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from district.kernel.history.models import Event, PendingSeal
from district.kernel.history.public import Actor, Subject, record, verify
from district.kernel.organisation.models import Unit
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    create_member,
    load_units,
    root_code,
)
from district.testing import remembered as module
from district.testing.remembered import one_test, remembered

LOADER = Actor.system("tests")
UNITS = (UnitRow("9", "试验区", "district"), UnitRow("901", "东街道", "street", "9"))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", {})


class Made:
    """A fixture's function that counts how often it was really called."""

    def __init__(self) -> None:
        self.times = 0

    def district(self) -> dict[str, Member]:
        self.times += 1
        load_units(UNITS, actor=LOADER)
        return {"east": create_member("东经办", "901", "officer", username="east", actor=LOADER)}


def in_a_test_of_its_own(do: Callable[[], object]) -> object:
    """What `do` returns; what it wrote is rolled back, as at a test's end."""
    with one_test(), transaction.atomic():
        found = do()
        transaction.set_rollback(True)
    return found


def rows() -> dict[str, list[str]]:
    """All that stands in the tables concerned."""
    return {
        model.__name__: sorted(map(str, model.objects.values_list()))
        for model in (Unit, Member, Event, PendingSeal)
    }


def test_the_second_test_finds_the_same_rows_without_making_them() -> None:
    made = Made()

    def one() -> tuple[dict[str, list[str]], str]:
        found = remembered(made.district)
        assert root_code() == "9"
        assert found["east"].assignments.get().unit_id == "901"
        assert verify().sound
        return rows(), str(found["east"].pk)

    first = in_a_test_of_its_own(one)
    assert Unit.objects.count() == 0
    assert in_a_test_of_its_own(one) == first
    assert made.times == 1


def test_history_goes_on_behind_what_is_remembered() -> None:
    made = Made()

    def one() -> None:
        member = remembered(made.district)["east"]
        record(
            Subject("organisation.member", str(member.pk)),
            "organisation.member.changed",
            {},
            actor=LOADER,
        )
        assert verify().sound

    for _time in range(2):
        in_a_test_of_its_own(one)


def test_what_is_changed_and_removed_is_remembered_too_and_each_has_its_own_copy() -> None:
    made = Made()

    def change() -> list[str]:
        Unit.objects.filter(pk="901").update(name="西街道")
        PendingSeal.objects.all().delete()
        return ["done"]

    def one() -> list[str]:
        remembered(made.district)
        said = remembered(change)
        assert said == ["done"]
        said.append("by this test")
        assert Unit.objects.get(pk="901").name == "西街道"
        assert not PendingSeal.objects.exists()
        return rows()["Unit"]

    assert in_a_test_of_its_own(one) == in_a_test_of_its_own(one)


def test_others_before_it_or_other_arguments_are_another_memory() -> None:
    calls = []

    def unit(code: str) -> str:
        calls.append(code)
        load_units([UNITS[0], UnitRow(code, code, "street", "9")], actor=LOADER)
        return code

    def one() -> set[str]:
        return {remembered(unit, "901"), remembered(unit, "902")}

    def other() -> str:
        return remembered(unit, "902")

    for do in (one, one, other, other):
        in_a_test_of_its_own(do)
    assert calls == ["901", "902", "902"]


@pytest.mark.one_database
def test_rows_that_were_written_by_other_means_before_it_are_refused() -> None:
    def one() -> None:
        load_units(UNITS[:1], actor=LOADER)
        with pytest.raises(RuntimeError, match="remember"):
            remembered(Made().district)

    if connection.vendor != "sqlite":
        pytest.skip("SQLite counts what a connection has written")
    in_a_test_of_its_own(one)


def test_what_waits_for_the_commit_waits_again() -> None:
    done: list[str] = []

    def make() -> None:
        load_units(UNITS, actor=LOADER)
        transaction.on_commit(lambda: done.append("told"))

    def one() -> int:
        before = len(connection.run_on_commit)
        remembered(make)
        return len(connection.run_on_commit) - before

    assert in_a_test_of_its_own(one) == in_a_test_of_its_own(one) != 0
    assert done == []


def test_what_more_than_one_test_shares_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Made()
    for _time in range(2):
        with monkeypatch.context() as outside, transaction.atomic():
            outside.setattr(module, "_test", None)
            remembered(made.district)
            transaction.set_rollback(True)
    assert made.times == 2
