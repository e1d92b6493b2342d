"""Where somebody is signed in, ending it from elsewhere, and sessions that end by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Subject, events_of
from district.kernel.organisation.public import actor_for, deactivate
from district.kernel.organisation.services import set_password
from district.kernel.sessions.models import Session
from district.kernel.sessions.public import open_sessions
from district.kernel.sessions.rules import Ages, browser_of, is_over
from district.kernel.sessions.services import forget_ended
from district.kernel.sessions.store import BEGAN, SessionStore, noted_every
from district.kernel.signing_in.services import end_session
from district.kernel.signing_in.tests.conftest import PASSWORD, Two, signed_in, user_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0"


def log_in(agent: str, address: str = "198.51.100.7") -> Client:
    client = Client(REMOTE_ADDR=address, headers={"user-agent": agent})
    client.post("/login/", {"username": "guyu", "password": PASSWORD})
    return client


def key_of(client: Client) -> str:
    return client.cookies[configured.SESSION_COOKIE_NAME].value


def is_in(client: Client) -> bool:
    return bool(client.get("/me/").status_code == 200)


def age(client: Client, *, idle: timedelta = timedelta(), old: timedelta = timedelta()) -> None:
    """Make a session one that was last used, and began, so long ago."""
    store = SessionStore(key_of(client))
    store[BEGAN] -= int(old.total_seconds())
    store.save()
    Session.objects.filter(pk=key_of(client)).update(seen_at=timezone.now() - idle)


def test_one_sees_where_one_is_signed_in_and_no_key_is_on_the_page(two: Two) -> None:
    here, there = log_in(FIREFOX), log_in(EDGE, "203.0.113.9")
    page = here.get("/me/sign_in/").content.decode()
    for word in ("Firefox · Linux", "Edge · Windows", "198.51.100.7", "203.0.113.9", "本机"):
        assert word in page
    for client in (here, there):
        assert key_of(client) not in page
    assert signed_in(two.root).get("/me/sign_in/").content.decode().count("203.0.113.9") == 0


def test_one_session_is_ended_from_another_and_nobody_else_s(two: Two) -> None:
    here, there, other = log_in(FIREFOX), log_in(EDGE), signed_in(two.root)
    handles = {
        one.browser: one.handle for one in open_sessions(user_of(two.officer).pk, key_of(here))
    }
    theirs = open_sessions(user_of(two.root).pk, None)[0].handle
    assert here.post("/me/sign_in/sessions/end/", {"session": theirs}).status_code == 404
    assert here.post("/me/sign_in/sessions/end/", {}).status_code == 422
    assert is_in(other)
    ended = here.post("/me/sign_in/sessions/end/", {"session": handles["Edge · Windows"]})
    assert ended.status_code == 302
    assert not is_in(there)
    assert is_in(here)
    newest = events_of(Subject("organisation.member", str(two.officer.pk)))[0]
    assert newest.kind == "signing_in.session.ended"
    with pytest.raises(NotFound):
        end_session(two.officer, handles["Edge · Windows"], actor=actor_for(two.officer))


def test_all_others_are_ended_at_once(two: Two) -> None:
    here, others = log_in(FIREFOX), [log_in(EDGE), log_in(EDGE)]
    assert here.post("/me/sign_in/sessions/end/", {"all": "1"}).status_code == 302
    assert [is_in(one) for one in others] == [False, False]
    assert is_in(here)


def test_a_new_password_ends_the_others_and_a_reset_all(two: Two) -> None:
    here, there = log_in(FIREFOX), log_in(EDGE)
    new = PASSWORD + "-2"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/me/password/", form).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert len(open_sessions(user_of(two.officer).pk, None)) == 1
    set_password(two.officer.pk, PASSWORD, actor=actor_for(two.root))
    assert not is_in(here)
    assert open_sessions(user_of(two.officer).pk, None) == []


def test_who_is_deactivated_is_signed_out(two: Two) -> None:
    here = log_in(FIREFOX)
    deactivate(two.officer.pk, "调离", actor=actor_for(two.root))
    assert not is_in(here)
    assert not Session.objects.filter(user=two.officer.user).exists()


def test_a_session_ends_when_it_is_idle_and_when_it_is_old_whatever_is_done(two: Two) -> None:
    minute = timedelta(minutes=1)
    idle, longest = configured.DISTRICT_SESSION_IDLE, configured.DISTRICT_SESSION_LONGEST
    here = log_in(FIREFOX)
    age(here, idle=idle - minute)
    assert is_in(here)  # which counts as use
    assert Session.objects.get(pk=key_of(here)).seen_at > timezone.now() - minute
    age(here, idle=idle)
    assert not is_in(here)
    old = log_in(FIREFOX)
    age(old, old=longest - minute)
    assert is_in(old)
    age(old, old=minute)
    assert not is_in(old)
    assert here.get("/me/")["Location"].startswith("/login/")


def test_use_is_written_down_now_and_then_in_one_statement(two: Two) -> None:
    here = log_in(FIREFOX)
    here.get("/units/")
    counts = []
    for idle in (timedelta(0), noted_every()):
        Session.objects.filter(pk=key_of(here)).update(seen_at=timezone.now() - idle)
        with CaptureQueriesContext(connection) as seen:
            here.get("/units/")
        counts.append(len(seen))
    assert counts[1] == counts[0] + 1


def test_a_page_is_shown_also_where_its_use_cannot_be_written_down(two: Two) -> None:
    here = log_in(FIREFOX)
    age(here, idle=noted_every())

    def busy(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE") and "seen_at" in sql:
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(busy):
        assert is_in(here)


def test_what_has_ended_is_deleted_and_nothing_else(two: Two) -> None:
    runs, idle, expired = log_in(FIREFOX), log_in(EDGE), log_in(EDGE)
    age(idle, idle=configured.DISTRICT_SESSION_IDLE)
    Session.objects.filter(pk=key_of(expired)).update(expire_date=timezone.now())
    assert forget_ended() == 2
    assert forget_ended() == 0
    assert is_in(runs)


moments = st.integers(-200, 200).map(lambda n: datetime(2026, 1, 1) + timedelta(minutes=n))  # noqa: DTZ001  # differences alone count


@settings(max_examples=60, deadline=None)
@given(moments, moments, moments, st.integers(1, 90), st.integers(1, 300))
def test_over_is_what_the_words_say(
    began: datetime, seen: datetime, now: datetime, idle: int, longest: int
) -> None:
    def minutes(since: datetime) -> float:
        return (now - since).total_seconds() / 60

    over = is_over(began, seen, now, Ages(timedelta(minutes=idle), timedelta(minutes=longest)))
    assert over == (minutes(seen) >= idle or minutes(began) >= longest or -minutes(began) > idle)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox · Linux"),
        (EDGE, "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU) Version/17 Mobile Safari/604", "Safari · iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_for_people(agent: str, name: str) -> None:
    assert browser_of(agent) == name
