"""What the tests of several parts share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture(scope="session")
def things_table(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The table of the condition language's tests, which those of matching use too: made once a
    session."""
    from district.kernel.conditions.tests.models import Owner, Thing

    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        with connection.schema_editor() as editor:
            editor.create_model(Owner)
            editor.create_model(Thing)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Thing)
            editor.delete_model(Owner)
