"""Rows that a part keeps from an actor are in no list, count, export or page of theirs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_for, create_member, posts_of
from district.kernel.tracking import hiding
from district.kernel.tracking.selectors import counts_by_light, turned_since, visible_rows
from district.kernel.tracking.services import refresh_lights
from district.kernel.tracking.tests.conftest import LOADER, Stand, tracked
from district.kernel.tracking.tests.samples import at


def _from_viewers(actor: Actor) -> Q:
    roles = {post.role for post in posts_of(actor)}
    return Q(theme="secret") if "viewer" in roles else Q()


def _signed_in(role: str) -> tuple[Actor, Client]:
    member = create_member("石立春", "9", role, actor=LOADER)
    member.user = User.objects.create_user(role)
    member.save()
    client = Client()
    client.force_login(member.user)
    return actor_for(member), client


@pytest.mark.parametrize(("role", "seen"), [("viewer", 1), ("leader", 2)])
def test_a_hidden_row_is_nowhere_for_who_may_otherwise_see_all(
    district: None, stand: Stand, monkeypatch: pytest.MonkeyPatch, role: str, seen: int
) -> None:
    monkeypatch.setattr(hiding, "_RULES", [])
    hiding.hide_rows(_from_viewers)
    with stand("2025-01-02 09:00"):
        tracked("1")
        secret = tracked("2", theme="secret")
        actor, client = _signed_in(role)
    with stand("2025-10-20 09:00"):
        refresh_lights()
        assert visible_rows(actor).count() == seen
        assert counts_by_light(actor).total == seen
        assert turned_since(actor, at("2025-10-01 00:00")).count() == seen
        listed = client.get(reverse("register_list", args=["tracking-rows"]), {"format": "csv"})
        assert (b"\xe4\xba\x8b\xe9\xa1\xb92" in listed.getvalue()) == (seen == 2)
        page = client.get(reverse("tracked", args=[secret.pk]))
        assert page.status_code == (302 if seen == 2 else 404)
