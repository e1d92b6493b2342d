"""The pages of people, places and messages in a browser: no serious axe finding, no complaint."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

import pytest
from django.contrib.auth.models import User

from district.kernel.history.public import Actor
from district.kernel.notifications.public import notify
from district.kernel.notifications.services import add_channel
from district.kernel.organisation.public import UnitRow, actor_for, create_member, load_units
from district.kernel.places.public import load_areas, parse_areas
from district.testing.browser import (
    assert_no_serious_axe_findings,
    complaints_of,
    open_page,
)


@pytest.fixture
def root(db: None) -> User:
    """An administrator of a small district with Longgang's street shapes left out."""
    loader = Actor.system("tests")
    rows = [
        UnitRow("9", "试验区", "district"),
        UnitRow("901", "东街道", "street", "9", sort=1, topics=("学位",)),
        UnitRow("901001", "桥头社区", "community", "901", sort=2),
        UnitRow("9-D01", "试验区教育局", "department", "9", sort=3),
    ]
    load_units(rows, actor=loader)
    square = [[[114.2, 22.7], [114.3, 22.7], [114.3, 22.8], [114.2, 22.8], [114.2, 22.7]]]
    feature = {
        "type": "Feature",
        "properties": {"code": "901", "name": "东街道", "level": "street", "approximate": True},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    shapes = json.dumps({"type": "FeatureCollection", "features": [feature]})
    load_areas(parse_areas(shapes), actor=loader)
    member = create_member(
        "林冬至", "9", "administrator", actor=loader, username="root", phone="000-0000-1234"
    )
    notify([member], "指标亮红灯", "请说明原因。", url="/units/901/", urgency="urgent")
    add_channel(member, "值班手机", "jsons://example.org/hook", actor=actor_for(member))
    assert member.user is not None
    return member.user


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("size", "scheme", "language"), [("desktop", "light", "zh-hans"), ("phone", "dark", "en")]
)
def test_pages_are_accessible(
    page_as: Any, live_server: Any, root: User, size: str, scheme: str, language: str
) -> None:
    page = page_as(root, size=size, scheme=scheme, language=language)
    paths = [
        *("/units/", "/units/?q=东", "/units/901/", "/members/", "/members/new/"),
        *(f"/members/{root.member.pk}/", "/me/", "/me/channels/", "/notifications/", "/places/"),
    ]
    for path in paths:
        open_page(page, urljoin(live_server.url, path))
        assert_no_serious_axe_findings(page)
        assert complaints_of(page) == []
