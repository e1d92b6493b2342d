"""What every test of the repository shares."""

from __future__ import annotations

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is, and that is no property of the product.
settings.register_profile("district", deadline=None)
settings.load_profile("district")

pytest_plugins = [
    "district.testing.fixtures",
    "district.testing.browser_fixtures",
    "district.testing.demo_fixtures",
]


#: Who asks for one of these works on the database of the run, in this process or another.
_ON_THE_DATABASE = {"db", "transactional_db", "django_db_setup", "prepared"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs no database is run on one alone."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") is None and not fixtures & _ON_THE_DATABASE:
            item.add_marker(pytest.mark.one_database)


@pytest.fixture(scope="session", autouse=True)
def _flush_lowers_guards() -> None:
    from district.testing.flush import flush_with_guards_down

    flush_with_guards_down()


@pytest.fixture(autouse=True)
def _first_language() -> None:
    """Every test begins in Chinese: a request in English leaves its language to the thread."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _nothing_is_recent() -> None:
    """What a process keeps for some seconds is of one test alone."""
    from district.kernel.base.recent import forget_all

    forget_all()
