"""Fixtures of the demo district: for a walk within one transaction, and for a live server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from district.testing import kept, patterns
from district.testing.demo import DemoDistrict, loaded, standing_in_demo


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the processes of one run share, where the loaded demo is kept."""
    shared = kept.folder()
    if shared is not None:
        return shared
    own = tmp_path_factory.getbasetemp()
    return own.parent if own.name.startswith("popen-") else own


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, demo_folder: Path
) -> Iterator[DemoDistrict]:
    """The demo in a transaction around the whole module; each test's own is rolled back in it."""
    with django_db_blocker.unblock(), standing_in_demo(demo_folder), loaded(demo_folder) as found:
        yield found


@pytest.fixture(scope="module")
def lived_demo(
    django_db_setup: None, django_db_blocker: Any, demo_folder: Path
) -> Iterator[DemoDistrict]:
    """As `demo`, and more happened in it than its story tells."""
    with django_db_blocker.unblock():
        folder, _known = patterns.lived_in(demo_folder)
        with standing_in_demo(folder), loaded(folder) as found:
            yield found


@pytest.fixture(scope="module")
def lived_in(lived_demo: DemoDistrict, demo_folder: Path) -> dict[str, list[str]]:
    """Per role where to look at what happened in `lived_demo`."""
    return patterns.lived_in(demo_folder)[1]


@pytest.fixture
def live_demo(transactional_db: None, demo_folder: Path) -> Iterator[DemoDistrict]:
    """The demo as a live server shows it, fresh for each test."""
    with standing_in_demo(demo_folder), loaded(demo_folder, committed=True) as found:
        yield found
