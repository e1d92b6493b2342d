"""The demo that a run loads once is whole in every session: its rows and the files they name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from district.kernel.base.attachments import private_storage
from district.testing.demo import DemoDistrict, lay_down_files

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def _pictures() -> list[str]:
    photos = apps.get_model("sys_inspections", "Photo").objects.all()
    return list(photos.values_list("stored", flat=True))


def test_a_session_whose_files_lie_elsewhere_finds_those_of_the_demo(
    demo: DemoDistrict, demo_folder: Path, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "of another session"
    lay_down_files(demo_folder)
    named = _pictures()
    assert named
    files = private_storage("inspections")
    assert [name for name in named if not files.exists(name)] == []
