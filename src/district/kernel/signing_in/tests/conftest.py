"""A small district with an administrator and an officer, and an app that shows codes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import User
from django.test import Client

from district.kernel.history.public import open_for_delivery
from district.kernel.organisation.models import Member
from district.kernel.organisation.public import actor_for
from district.kernel.organisation.services import create_member, load_units
from district.kernel.organisation.tests.conftest import LOADER, ROWS
from district.kernel.signing_in import rules
from district.kernel.signing_in.models import SecondFactor
from district.kernel.signing_in.services import begin_second_factor, confirm_second_factor

PASSWORD = "a-long-enough-word"  # noqa: S105  # of members who do not exist


@dataclass
class Two:
    """An administrator of the district and an officer of a community."""

    root: Member
    officer: Member


@pytest.fixture
def two(db: None, remember: Callable[..., Two]) -> Two:
    return remember(_two)


def _two() -> Two:
    load_units(ROWS, actor=LOADER)
    made = [
        create_member(name, unit, role, actor=LOADER, username=username, password=PASSWORD)
        for name, unit, role, username in (
            ("林冬至", "9", "administrator", "root"),
            ("谷雨", "901001", "officer", "guyu"),
        )
    ]
    return Two(*made)


def user_of(member: Member) -> User:
    assert member.user is not None
    return member.user


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(user_of(member))
    return client


def _telling_secret(at: float) -> str:
    """A secret whose codes around a moment, in seconds since 1970, all differ, and differ by
    more than the 7 by which tests make them wrong: chance draws two that agree now and then."""
    first = rules.step_at(at) - 5
    while True:
        secret = rules.new_secret()
        codes = [int(rules.code_at(secret, step)) for step in range(first, first + 20)]
        if len({*codes, *((code + 7) % 1_000_000 for code in codes)}) == 2 * len(codes):
            return secret


class App:
    """What a member's app shows, by a clock that stands until `later` moves it."""

    codes: list[str]

    def __init__(self, member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
        self.member, self.now = member, time.time()
        monkeypatch.setattr(
            "district.kernel.signing_in.services.factors.time.time", lambda: self.now
        )

    @property
    def secret(self) -> str:
        return open_for_delivery(SecondFactor.objects.get(pk=self.member.pk).secret) or ""

    def later(self, steps: int = 1) -> None:
        self.now += steps * rules.STEP

    def code(self) -> str:
        return rules.code_at(self.secret, rules.step_at(self.now))


@pytest.fixture
def app(two: Two, monkeypatch: pytest.MonkeyPatch) -> App:
    """The officer's app, set up and confirmed; `app.codes` are the recovery codes."""
    own = two.officer
    secret = _telling_secret(time.time())
    with monkeypatch.context() as patched:
        patched.setattr(rules, "new_secret", lambda: secret)
        begin_second_factor(own, actor=actor_for(own))
    made = App(own, monkeypatch)
    made.codes = confirm_second_factor(own, made.code(), actor=actor_for(own))
    made.later()
    return made
