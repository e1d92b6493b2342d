"""The address of a register's row is made of what every list reads, whatever columns are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.urls import NoReverseMatch

from district.kernel.registers.declaration import Register
from district.kernel.registers.public import registers
from district.kernel.registers.selectors import linked


class Asked(Mapping[str, Any]):
    """A row that has a value for every key and knows which were asked for."""

    def __init__(self) -> None:
        self.keys_asked: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.keys_asked.add(key)
        return str(uuid4())

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


WITH_ADDRESS = [one for one in registers() if one.url is not None]


@pytest.mark.parametrize("register", WITH_ADDRESS, ids=lambda one: one.key)
def test_an_address_asks_for_no_column_that_a_list_may_leave_out(register: Register) -> None:
    row = Asked()
    assert register.url is not None
    with suppress(NoReverseMatch):  # a number was wanted; what was asked for is known
        register.url(row)
    read = {"id", *(one.key for one in linked(register))}
    assert row.keys_asked <= read
