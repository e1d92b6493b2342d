"""The pages of people, places and messages in a browser: no serious axe finding, no complaint."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import pytest
from django.contrib.auth.models import User

from district.kernel.organisation.tests.conftest import MakeMember
from district.testing.browser import (
    assert_no_serious_axe_findings,
    complaints_of,
    open_page,
)


@pytest.fixture
def root(make_member: MakeMember) -> User:
    member = make_member("administrator", "9", "林冬至", username="root", phone="000-0000-1234")
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
    for path in (
        "/units/", "/units/901/", "/members/", f"/members/{root.member.pk}/", "/members/new/",
        "/me/", "/me/channels/", "/notifications/", "/places/",
    ):  # fmt: skip
        open_page(page, urljoin(live_server.url, path))
        assert_no_serious_axe_findings(page)
        assert complaints_of(page) == []
