"""Invented people for tests: identity numbers with their check character, facts, files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from district.systems.policies.models import Recipient
from district.systems.policies.rules.recipients import check_character
from district.systems.policies.services.recipients import Told, save_recipient
from district.systems.policies.tests.conftest import People

#: Nobody can have it: there is no such place in the code of places.
NOWHERE = "899999"
WHERE = 'hukou = "here" and birth_date <= today-80y and disability in ("1", "2")'


def id_number(number: int, born: date = date(1940, 5, 6)) -> str:
    """An identity number that nobody has."""
    digits = f"{NOWHERE}{born:%Y%m%d}{number:03d}"
    return digits + check_character(digits)


def told(number: int = 1, **given: Any) -> Told:
    """What is told of a person who holds `WHERE`; facts and other fields by name."""
    who = {key: given.pop(key) for key in ("name", "phone", "address") if key in given}
    source = given.pop("source", "区残联名册")
    as_of = given.pop("as_of", date(2025, 9, 1))
    facts = {
        "birth_date": date(1940, 5, 6),
        "hukou": "here",
        "disability": "1",
        "street": "901",
        "community": "901001",
        **given,
    }
    return Told(
        id_number(number),
        source,
        as_of,
        **{"name": f"张测试{number}", "phone": f"1380000{number:04d}", "address": "幸福路99号",
           **who},
        facts=facts,
    )  # fmt: skip


MakeRecipient = Callable[..., Recipient]


@pytest.fixture
def recorded(people: People) -> MakeRecipient:
    """`recorded(1, disability="2")`: a person on record, kept by the eastern community."""

    def make(number: int = 1, **given: Any) -> Recipient:
        return save_recipient(told(number, **given), unit="901001", actor=people.neighbour)

    return make


def table(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A CSV file of rows by column name."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()
