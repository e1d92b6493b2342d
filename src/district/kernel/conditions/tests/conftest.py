"""Makes the tests' own table once a session."""

from collections.abc import Iterator

import pytest
from django.db import connection

from district.kernel.conditions.tests.models import Owner, Thing


@pytest.fixture(scope="session")
def things_table(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        # Matching's tests use the same table; whoever comes second finds it there.
        if Owner._meta.db_table in connection.introspection.table_names():
            yield
            return
        with connection.schema_editor() as editor:
            editor.create_model(Owner)
            editor.create_model(Thing)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Thing)
            editor.delete_model(Owner)
