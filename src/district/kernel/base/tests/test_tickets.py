"""Tickets of public forms: good for their form and their day, and codes that never change."""

from __future__ import annotations

import time

import pytest

from district.kernel.base.tickets import LONGEST, QUICKEST, Tickets

ONE = Tickets("one.form", "one", "one code")
#: Of the forms that there are: code of the key `<prefix>:a` under the secret `s`.
STORED = (
    (Tickets("appeals.report", "web", "appeals code"), "HTYGMWAY2T"),
    (Tickets("environment.permit", "permit", "night permit code"), "5Z7VM7SWC8"),
    (Tickets("scenarios.public", "recognition", "recognition code"), "5NRTDBQRF3"),
)


def test_a_ticket_is_read_by_its_own_form_alone() -> None:
    carried = ONE.new()
    read = ONE.read(carried, time.time())
    assert read is not None
    assert read.key.startswith("one:")
    assert Tickets("other.form", "one", "one code").read(carried, time.time()) is None
    assert ONE.read(carried[:-1] + "!", time.time()) is None
    assert ONE.read("", time.time()) is None
    assert ONE.new() != carried


def test_a_ticket_is_hasty_first_and_too_old_after_a_day() -> None:
    carried, now = ONE.new(), time.time()
    young, old = ONE.read(carried, now), ONE.read(carried, now + QUICKEST + 2)
    assert young is not None
    assert young.is_hasty
    assert old is not None
    assert not old.is_hasty
    assert ONE.read(carried, now + LONGEST + 2) is None


@pytest.mark.parametrize(("tickets", "code"), STORED)
def test_codes_are_what_earlier_versions_gave(tickets: Tickets, code: str) -> None:
    assert tickets.code_for(f"{tickets.prefix}:a", "s") == code
