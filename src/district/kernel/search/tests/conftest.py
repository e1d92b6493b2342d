"""Tables of firms and products, searchable, for one test each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from district.kernel.search import store
from district.kernel.search.declaration import Searchable
from district.kernel.search.services import index
from district.kernel.search.tests.models import Firm, Product

FIRMS = Searchable("firms", Firm, (("code", 1), ("former", 1), ("name", 3)))
RANKED = Searchable("firms-by-capital", Firm, (("name", 1),), rank="capital")
PRODUCTS = Searchable("products", Product, (("name", 2), ("makers__name", 1)))


@pytest.fixture(scope="session")
def search_tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Firm)
            editor.create_model(Product)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Product)
            editor.delete_model(Firm)


@pytest.fixture
def firms(db: None, search_tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Firms and products may be searched; there are none yet."""
    for one in (FIRMS, RANKED, PRODUCTS):
        monkeypatch.setitem(store._SEARCHABLES, one.key, one)


@pytest.fixture
def add(firms: None) -> Callable[..., Firm]:
    """`add("name", code=...)`: a firm, indexed."""

    def add_one(name: str, **values: Any) -> Firm:
        firm = Firm.objects.create(name=name, **values)
        index("firms", [firm.pk])
        return firm

    return add_one
