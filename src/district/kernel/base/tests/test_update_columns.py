"""Columns of many rows are written by the fields that name the rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.kernel.base.bulk import update_columns


@pytest.fixture
def people(db: None) -> list[User]:
    made = [User(username=f"u{at}", first_name="旧", email="x@example.org") for at in range(3)]
    return User.objects.bulk_create(made)


def test_each_row_gets_its_own_values_and_others_keep_theirs(people: list[User]) -> None:
    moment = datetime(2025, 9, 1, tzinfo=UTC)
    columns: dict[str, list[Any]] = {
        "username": ["u0", "u1", "nobody"],
        "email": ["x@example.org"] * 3,
        "first_name": ["新", "", "新"],
        "last_login": [moment, None, None],
        "is_staff": [True, False, True],
    }
    with CaptureQueriesContext(connection) as caught:
        update_columns(User, ("username", "email"), columns)
    assert len(caught) == 1
    names = ("username", "first_name", "last_login", "is_staff")
    assert list(User.objects.order_by("username").values_list(*names)) == [
        ("u0", "新", moment, True),
        ("u1", "", None, False),
        ("u2", "旧", None, False),
    ]


def test_no_rows_cost_no_statement_and_unknown_names_are_refused(people: list[User]) -> None:
    with CaptureQueriesContext(connection) as caught:
        update_columns(User, ("username",), {"username": [], "first_name": []})
    assert len(caught) == 0
    with pytest.raises(KeyError):
        update_columns(User, ("username",), {"username": ["u0"], "nothing": [1]})
