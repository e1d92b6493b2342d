"""What every test of the repository shares."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from district.testing import kept

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
#: The first that asks for one of these loads the demo, which is a minute or more of its time.
_DEMOS = {"demo", "lived_demo", "live_demo"}
#: The longest files, begun first, so that at the end no process waits for another. In the browser
#: that is the walk that others take up; of the rest the first computes all the time, the second
#: mostly waits for processes: two are run well beside each other.
_FIRST = (
    "tests/journeys/test_every_page.py::test_the_walk",
    "tests/crawl/",
    "tests/faults/",
    "src/district/kernel/matching/tests/",
    "src/district/kernel/sensing/",
    "src/district/kernel/cases/tests/test_walks.py",
    "src/district/kernel/cases/tests/test_case_matrix.py",
    "src/district/systems/virtual_park/tests/test_firm_against_firm.py",
)


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What runs on which database (docs/testing.md); what takes longest is run first."""
    opening = {item.path for item in items if _opens_every_page(item)}
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") is None and not fixtures & _ON_THE_DATABASE:
            item.add_marker(pytest.mark.one_database)
        if item.path in opening and not _opens_every_page(item):
            item.add_marker(pytest.mark.one_database)
        of_a_demo = item.path.name == "test_demo.py" and "systems" in item.path.parts
        if of_a_demo and item.get_closest_marker("one_database") is None:
            item.add_marker(pytest.mark.demo_alone)
        # The first of them loads the demo, which is a minute or more of its time.
        if (
            fixtures & {"demo", "lived_demo", "live_demo"}
            and item.get_closest_marker("timeout") is None
        ):
            item.add_marker(pytest.mark.timeout(900))
    yield
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    """Where its file stands in the order."""
    return next((at for at, path in enumerate(_FIRST) if item.nodeid.startswith(path)), len(_FIRST))


def _opens_every_page(item: pytest.Item) -> bool:
    """Whether it counts the statements of a system's pages, and so opens all of them."""
    return item.path.name.endswith("pages.py") and "statements" in item.name


def pytest_collection_finish() -> None:
    """Modules and collected tests live to the end: looking through them again and again for
    garbage took a third of all processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Use the database that the run made beforehand, where it did."""
    return kept.folder() is not None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """Each process has a database of its own: a copy of the run's empty one, where there is one."""
    from django.db import connection

    file = Path(str(connection.settings_dict["TEST"].get("NAME") or "none"))
    laid = connection.vendor == "sqlite" and kept.lay_down(file)
    yield
    if laid:
        file.unlink(missing_ok=True)


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


@pytest.fixture(autouse=True)
def _nothing_is_remembered_yet() -> Iterator[None]:
    """A test begins with the rows that are there; see `district.testing.remembered`."""
    from district.testing.remembered import one_test

    with one_test():
        yield
