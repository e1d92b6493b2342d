"""The demo: firms that can sign in, marked as invented, played once."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from district.kernel.base.district_files import DemoTime
from district.kernel.history.public import verify
from district.systems.policies.services.pushing import do_run, start_run
from district.systems.policies.tests.conftest import not_queued
from district.systems.virtual_park.demo import play
from district.systems.virtual_park.models import (
    Activity,
    Claim,
    Firm,
    Mandate,
    PartnerRequest,
    Registration,
    ReturnTable,
)
from district.systems.virtual_park.services.returns import load_forms_file
from district.systems.virtual_park.tests.conftest import People, enterprise, sign_in
from district.systems.virtual_park.tests.world import policy_of

pytestmark = pytest.mark.django_db
_LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"
_FILE = _LONGGANG / "demo" / "virtual_park.toml"
_FORMS = _LONGGANG / "virtual_park_returns.toml"


def test_firms_of_the_demo_sign_in_and_a_second_play_adds_nothing(
    park: People, tmp_path: Path
) -> None:
    run, _small = start_run(
        policy_of(park, "在营企业奖励").pk, actor=park.actor("industry"), enqueue=not_queued
    )
    do_run(str(run.pk))
    text = _FILE.read_text(encoding="utf-8")
    for name in ("区工信局", "区科创局"):
        text = text.replace(name, "工信局")
    north = enterprise(3, "北川电路有限公司", "902", industry="C3982")
    text = text.replace("91440307DEM0000R00", north.code)
    path = tmp_path / "virtual_park.toml"
    path.write_text(text.replace("rank = 2", "rank = 9").replace("rank = 3", "rank = 0"), "utf-8")
    (tmp_path / "virtual_park").mkdir()
    others = f"code,files,findable\n{north.code},yes,yes\n91440307DEM0001U31,yes,yes\n"
    (tmp_path / "virtual_park" / "firms.csv").write_text(others, "utf-8")
    forms = _FORMS.read_text("utf-8").replace("440307-D08", "9-D01")
    (tmp_path / "forms.toml").write_text(
        forms.replace(" and is_above_scale = true and staff >= 200", ""), "utf-8"
    )
    load_forms_file(tmp_path / "forms.toml")
    now = datetime.fromisoformat("2025-09-22T10:00:00+08:00")
    time = DemoTime(
        datetime.fromisoformat("2025-01-06T09:00:00+08:00"), now, {"virtual_park": path}
    )
    (told,) = list(play(time))
    assert "2 firms, 2 activities" in told
    assert "1 more firms, 1 returns filed" in told
    assert list(play(time)) == []
    assert (Firm.objects.count(), Mandate.objects.count(), Claim.objects.count()) == (3, 5, 1)
    assert ReturnTable.objects.get().filed == 1
    assert PartnerRequest.objects.get().state == PartnerRequest.State.ACCEPTED
    assert Activity.objects.filter(title__contains="（演示）").count() == 2
    assert Registration.objects.count() == 2
    file = settings.VAR / "demo-firms.json"
    assert file.stat().st_mode & 0o077 == 0
    for row in json.loads(file.read_text(encoding="utf-8")):
        client = Client()
        assert sign_in(client, row["phone"], row["password"]).status_code == 302
        assert row["unit"] in client.get(reverse("park")).content.decode()
    assert verify().sound
