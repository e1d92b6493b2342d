"""Guessing passwords is slowed down, for the one who guesses and for nobody else."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from importlib import import_module
from ipaddress import ip_network

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.apps import apps
from django.db import connection
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from district.kernel.base.errors import NotPermitted
from district.kernel.history.public import Subject, events_of
from district.kernel.organisation import sign_in
from district.kernel.organisation.addresses import client_address, frees_at
from district.kernel.organisation.checks import NO_PROXIES, proxies_are_stated
from district.kernel.organisation.jobs import forget_old_failures
from district.kernel.organisation.middleware import actor_for
from district.kernel.organisation.models import Member
from district.kernel.organisation.services import set_password, unlock
from district.kernel.organisation.sign_in import failures_of, locked_now, name_key
from district.kernel.organisation.tests.conftest import LOADER, MakeMember

PASSWORD = "a-long-enough-word"  # noqa: S105  # of members who do not exist
HOME, OFFICE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _throttled(settings: Settings) -> None:
    settings.AXES_ENABLED = True


@pytest.fixture
def officer(make_member: MakeMember) -> Member:
    return make_member("officer", "901001", username="guyu", password=PASSWORD)


def log_in(
    password: str = "wrong",  # noqa: S107  # it is
    name: str = "guyu",
    address: str = HOME,
    language: str = "zh-hans",
    agent: str = "a",
    forwarded: str | None = None,
) -> HttpResponse:
    client = Client(REMOTE_ADDR=address)
    client.cookies["django_language"] = language
    headers = {"user-agent": agent} | ({"x-forwarded-for": forwarded} if forwarded else {})
    answer = client.post("/login/", {"username": name, "password": password}, headers=headers)
    assert isinstance(answer, HttpResponse)
    return answer


def fail(times: int = 5, name: str = "guyu", address: str = HOME) -> None:
    for _ in range(times):
        log_in(name=name, address=address)


def later(**by: int) -> None:
    """Let time pass for what has been counted."""
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(**by))


def words(answer: HttpResponse) -> str:
    """The page without what differs in any two: the name that was typed, tokens."""
    text = re.sub(r'value="[^"]*"|\b[A-Za-z0-9]{64}\b', "", answer.content.decode())
    return re.sub(r"\s+", " ", text)


def test_the_fifth_failure_locks_and_the_right_password_is_refused(officer: Member) -> None:
    for _ in range(4):
        answer = log_in()
        assert answer.status_code == 200
        assert "账号或密码不正确" in answer.content.decode()
    for password in ("wrong", PASSWORD):
        answer = log_in(password)
        assert answer.status_code == 429
        assert answer["Retry-After"] == "900"
        assert "请在 15 分钟后再试" in answer.content.decode()
    english = log_in(PASSWORD, language="en").content.decode()
    assert "Try again in 15 minutes" in english


def test_nothing_tells_a_name_that_nobody_has_from_an_account(officer: Member) -> None:
    for attempt in range(7):
        known, unknown = log_in(), log_in(name="nobody")
        assert known.status_code == unknown.status_code == (200 if attempt < 4 else 429)
        assert words(known) == words(unknown)


def test_a_log_in_before_the_limit_starts_the_count_anew(officer: Member) -> None:
    fail(4)
    assert log_in(PASSWORD).status_code == 302
    fail(4)
    assert log_in(PASSWORD).status_code == 302


def test_a_session_ends_on_request_while_log_ins_are_throttled(officer: Member) -> None:
    client = Client()
    assert officer.user is not None
    client.force_login(officer.user)
    assert client.get("/me/").status_code == 200
    assert client.post("/logout/").status_code == 302
    assert client.get("/me/").status_code == 302


def test_a_lock_ends_after_the_stated_time_and_trying_does_not_prolong_it(officer: Member) -> None:
    fail()
    later(minutes=14)
    answer = log_in(PASSWORD)
    assert answer.status_code == 429
    assert "请在 1 分钟后再试" in answer.content.decode()
    later(minutes=1)
    assert log_in(PASSWORD).status_code == 302


def test_other_addresses_and_other_accounts_are_not_locked(
    officer: Member, make_member: MakeMember
) -> None:
    make_member("officer", "901002", username="bailu", password=PASSWORD)
    fail()
    assert log_in(PASSWORD, address=OFFICE).status_code == 302
    assert log_in(PASSWORD, name="bailu").status_code == 302
    assert log_in(PASSWORD).status_code == 429


def test_another_browser_does_not_help_the_guesser(officer: Member) -> None:
    for agent in "abcde":
        log_in(agent=agent)
    assert log_in(PASSWORD, agent="f").status_code == 429


def test_an_invented_header_does_not_help_and_a_stated_proxy_is_believed(
    officer: Member, settings: Settings
) -> None:
    for number in range(5):
        log_in(forwarded=f"192.0.2.{number}")
    assert log_in(PASSWORD, forwarded="192.0.2.77").status_code == 429
    settings.DISTRICT_PROXIES = [ip_network(HOME)]
    assert log_in(PASSWORD, forwarded="192.0.2.77").status_code == 302
    for number in range(5):
        log_in(forwarded=f"10.0.0.{number}, {OFFICE}")
    assert log_in(PASSWORD, forwarded=OFFICE).status_code == 429
    assert log_in(PASSWORD, forwarded="192.0.2.77").status_code == 302


def test_a_new_password_from_the_administrator_unlocks(
    officer: Member, make_member: MakeMember
) -> None:
    fail()
    administrator = make_member("administrator")
    set_password(officer.pk, PASSWORD + "-2", actor=actor_for(administrator))
    assert log_in(PASSWORD + "-2").status_code == 302


def test_unlocking_is_for_those_who_may_reset_the_password_and_is_recorded(
    officer: Member, make_member: MakeMember
) -> None:
    fail()
    with pytest.raises(NotPermitted):
        unlock("guyu", actor=actor_for(make_member("officer", "901002")))
    with pytest.raises(NotPermitted):
        unlock("nobody", actor=actor_for(make_member("administrator")))
    assert log_in(PASSWORD).status_code == 429
    assert unlock("nobody", actor=LOADER) == 0
    assert unlock("guyu", actor=actor_for(make_member("administrator"))) == 1
    assert log_in(PASSWORD).status_code == 302
    kinds = [event.kind for event in events_of(Subject("organisation.member", str(officer.pk)))]
    assert kinds[0] == "organisation.member.unlocked"


def test_failures_and_lock_outs_are_logged_without_passwords_and_forgotten_when_old(
    officer: Member, settings: Settings
) -> None:
    fail()
    log_in(PASSWORD, address=OFFICE)
    rows = AccessFailureLog.objects.order_by("pk")
    assert [(row.username, row.ip_address) for row in rows] == [(name_key("guyu"), HOME)] * 5
    assert [row.locked_out for row in rows] == [False] * 4 + [True]
    kept = AccessAttempt.objects.get()
    assert "wrong" not in kept.post_data
    assert forget_old_failures() == 0
    day = timedelta(days=1)
    old = timezone.now() - settings.DISTRICT_LOGIN_LOG_DAYS * day
    rows.filter(locked_out=False).update(attempt_time=old)
    assert forget_old_failures() == 4
    assert AccessFailureLog.objects.get().locked_out


def test_what_was_typed_as_a_name_is_nowhere_kept(
    officer: Member, caplog: pytest.LogCaptureFixture
) -> None:
    fail(name="my-secret-password")
    kept = [*AccessAttempt.objects.values_list(), *AccessFailureLog.objects.values_list()]
    assert len(kept) == 6
    assert not [row for row in kept if "my-secret-password" in repr(row)]
    assert "my-secret-password" not in caplog.text
    # Whoever knows the name finds its failures; the list of locks gives none away.
    assert [one.locked for one in failures_of("my-secret-password")] == [True] + [False] * 4
    fail(name="guyu", address=OFFICE)
    assert [(lock.account, lock.address) for lock in locked_now()] == [("", HOME), ("guyu", OFFICE)]
    assert failures_of("bailu") == []


def test_a_name_s_hash_is_the_installation_s_own(settings: Settings) -> None:
    before = name_key("guyu")
    assert before == name_key("guyu") != name_key("Guyu")
    settings.SECRET_KEY = "another-installation"  # noqa: S105  # guards nothing
    assert name_key("guyu") != before


def test_names_that_were_kept_in_clear_become_hashes(officer: Member) -> None:
    migration = import_module("district.kernel.organisation.migrations.0002_typed_names_hashed")
    fail(3)
    for model in (AccessAttempt, AccessFailureLog):
        model.objects.update(username="guyu")
    AccessFailureLog.objects.create(username=None)
    migration.hash_names(apps, None)
    fail(2)
    assert log_in(PASSWORD).status_code == 429
    assert len(failures_of("guyu")) == 5
    assert AccessFailureLog.objects.filter(username=None).count() == 1


def test_a_proxy_that_the_settings_do_not_state_is_told_of_once(
    officer: Member, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in._peers_warned_of.clear()
    log_in()
    settings.DISTRICT_PROXIES = [ip_network(HOME)]
    log_in(forwarded=OFFICE)
    assert "DISTRICT_PROXIES" not in caplog.text
    settings.DISTRICT_PROXIES = []
    for number in range(3):
        log_in(forwarded=f"192.0.2.{number}")
    said = [one for one in caplog.records if "DISTRICT_PROXIES" in one.getMessage()]
    assert [one.levelname for one in said] == ["WARNING"]
    assert HOME in said[0].getMessage()


def test_settings_behind_a_proxy_that_name_none_are_warned_of(settings: Settings) -> None:
    assert proxies_are_stated() == []
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert [one.id for one in proxies_are_stated()] == [NO_PROXIES]
    settings.DISTRICT_PROXIES = [ip_network("10.0.0.0/8")]
    assert proxies_are_stated() == []


def test_a_page_costs_no_statement_more(officer: Member, settings: Settings) -> None:
    counts = []
    for on in (False, True):
        settings.AXES_ENABLED = on
        client = Client()
        assert officer.user is not None
        client.force_login(officer.user)
        client.get("/me/")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get("/me/")
        counts.append(len(seen))
    assert counts[0] == counts[1] > 0


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("peer", "forwarded", "counts"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1:4711", "198.51.100.1", "192.0.2.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("[2001:db8:1:2:3:4:5:6]:443", "", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "198.51.100.1", "2001:db8:1:2::"),
        ("", "198.51.100.1", None),
        ("unix:", "", None),
    ],
)
def test_the_nearest_address_that_is_no_trusted_proxy_counts(
    peer: str, forwarded: str, counts: str | None
) -> None:
    assert client_address(peer, forwarded, [ip_network("10.0.0.0/8")]) == counts


@pytest.mark.one_database
def test_a_lock_ends_when_enough_failures_are_old() -> None:
    start, wait = (
        datetime(2025, 9, 26, 9, tzinfo=timezone.get_current_timezone()),
        timedelta(0, 900),
    )
    minute = timedelta(minutes=1)
    assert frees_at([(start, 4)], 5, wait) is None
    assert frees_at([(start, 5)], 5, wait) == start + wait
    assert frees_at([(start + 9 * minute, 3), (start, 2)], 5, wait) == start + wait
    assert frees_at([(start, 1), (start + minute, 6)], 5, wait) == start + minute + wait
