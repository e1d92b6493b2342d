"""Signing in with a second factor: asked for, taken once, guessed at in vain, lost and reset."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.models import Event
from district.kernel.history.public import Subject, erase_person, events_of
from district.kernel.organisation.public import actor_for, put_sign_in_settings
from district.kernel.organisation.services import set_password
from district.kernel.organisation.tests.conftest import LOADER
from district.kernel.signing_in import rules
from district.kernel.signing_in.models import RecoveryCode, SecondFactor
from district.kernel.signing_in.pages import entering
from district.kernel.signing_in.services import (
    begin_second_factor,
    confirm_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    secret_to_show,
    take_code,
)
from district.kernel.signing_in.services.factors import seconds_now
from district.kernel.signing_in.tests.conftest import PASSWORD, App, Two, signed_in, user_of
from district.kernel.throttling.models import Bucket

MINE = "/me/sign_in/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def log_in(client: Client, name: str = "guyu", wanted: str = "/me/") -> Any:
    return client.post("/login/", {"username": name, "password": PASSWORD, "next": wanted})


def show(client: Client, code: str) -> Any:
    return client.post("/login/code/", {"code": code})


def is_in(client: Client) -> bool:
    return bool(client.get("/me/").status_code == 200)


def kinds_of(two: Two) -> list[str]:
    return [one.kind for one in events_of(Subject("organisation.member", str(two.officer.pk)))]


def test_without_a_second_factor_signing_in_is_as_before(two: Two) -> None:
    client = Client()
    assert log_in(client)["Location"] == "/me/"
    assert is_in(client)


def test_the_password_alone_signs_nobody_in_and_the_code_leads_where_one_wanted(app: App) -> None:
    client = Client()
    assert log_in(client, wanted="/members/")["Location"] == "/login/code/"
    assert not is_in(client)
    assert client.get("/login/code/").status_code == 200
    answer = show(client, app.code())
    assert answer["Location"] == "/members/"
    assert is_in(client)


def test_without_a_password_first_there_is_no_code_to_show(app: App) -> None:
    client = Client()
    for answer in (client.get("/login/code/"), show(client, app.code())):
        assert answer["Location"] == "/login/"
    assert not is_in(client)


def test_a_code_is_taken_once_in_whichever_browser(app: App) -> None:
    first, second = Client(), Client()
    log_in(first)
    log_in(second)
    code = app.code()
    assert show(first, code).status_code == 302
    answer = show(second, code)
    assert answer.status_code == 422
    assert "已经用过" in text_of(answer)
    assert not is_in(second)
    app.later()
    assert show(second, app.code()).status_code == 302


def test_of_two_at_the_same_moment_one_code_is_taken(app: App) -> None:
    """The second one read the row before the first one wrote it."""
    actor, code = actor_for(app.member), app.code()
    asked: list[str] = []

    def overtake(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE") and "last_step" in sql and not asked:
            asked.append(sql)
            SecondFactor.objects.filter(pk=app.member.pk).update(last_step=rules.step_at(app.now))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(overtake):
        assert take_code(app.member, code, actor=actor) == ""
    assert asked


def test_an_old_code_and_one_of_another_member_are_refused(app: App, two: Two) -> None:
    client = Client()
    log_in(client)
    old = app.code()
    app.later(3)
    assert show(client, old).status_code == 422
    begin_second_factor(two.root, actor=actor_for(two.root))
    theirs = secret_to_show(SecondFactor.objects.get(pk=two.root.pk))
    assert show(client, rules.code_at(theirs, rules.step_at(app.now))).status_code == 422
    assert not is_in(client)


def test_guessing_codes_locks_the_account_as_guessing_passwords_does(
    app: App, settings: Settings
) -> None:
    settings.AXES_ENABLED = True
    client = Client(REMOTE_ADDR="198.51.100.7")
    log_in(client)
    wrong = f"{(int(app.code()) + 7) % 1_000_000:06d}"
    statuses = [show(client, wrong).status_code for _each in range(5)]
    assert statuses == [422] * 4 + [429]
    answer = show(client, app.code())
    assert answer.status_code == 429
    assert "请在 15 分钟后再试" in text_of(answer)
    assert not is_in(client)
    assert log_in(Client(REMOTE_ADDR="198.51.100.7")).status_code == 429
    # The owner elsewhere is not locked out by it.
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    log_in(elsewhere)
    assert show(elsewhere, app.code()).status_code == 302


def test_guessing_from_many_addresses_is_limited_too(app: App) -> None:
    statuses = []
    wrong = f"{(int(app.code()) + 7) % 1_000_000:06d}"
    for number in range(11):
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        log_in(client)
        statuses.append(show(client, wrong).status_code)
    assert statuses == [422] * 10 + [429]
    assert show(client, app.code()).status_code == 429
    Bucket.objects.all().delete()
    answer = show(client, app.code())
    assert answer.status_code == 302, text_of(answer)


def test_the_code_may_be_shown_for_a_few_minutes_and_for_this_password_alone(
    app: App, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, changed = Client(), Client()
    for client in (late, changed):
        log_in(client)
    now = seconds_now()
    with monkeypatch.context() as patched:
        patched.setattr(entering, "seconds_now", lambda: now + entering.WAITS + 1)
        assert show(late, app.code())["Location"] == "/login/"
    set_password(two.officer.pk, PASSWORD + "-2", actor=actor_for(two.root))
    assert show(changed, app.code())["Location"] == "/login/"
    assert not is_in(changed)


def test_a_recovery_code_is_good_once_and_is_recorded(app: App, two: Two) -> None:
    client, again = Client(), Client()
    log_in(client)
    log_in(again)
    typed = app.codes[3].lower().replace("-", " ")
    assert show(client, typed)["Location"] == MINE
    assert "9" in text_of(client.get(MINE))
    assert kinds_of(two)[0] == "signing_in.recovery_code.used"
    assert show(again, app.codes[3]).status_code == 422


def test_fresh_recovery_codes_replace_those_of_before(app: App) -> None:
    codes = renew_recovery_codes(app.member, actor=actor_for(app.member))
    assert take_code(app.member, app.codes[0], actor=actor_for(app.member)) == ""
    assert take_code(app.member, codes[0], actor=actor_for(app.member)) == "recovery"


def test_neither_secret_nor_codes_stand_in_the_database_or_in_history(app: App) -> None:
    secret = app.secret
    kept = repr([*SecondFactor.objects.values_list(), *RecoveryCode.objects.values_list()])
    told = repr(list(Event.objects.values_list("data_text", "personal_text")))
    for word in (secret, *app.codes, *(code.replace("-", "") for code in app.codes)):
        assert word not in kept
        assert word not in told
    assert SecondFactor.objects.get().secret.startswith("p1:")


def test_the_secret_is_shown_until_it_is_confirmed_and_never_after(app: App) -> None:
    factor = SecondFactor.objects.get()
    assert secret_to_show(factor) == ""
    client = Client()
    log_in(client)
    show(client, app.code())
    answer = client.get("/me/sign_in/second_factor/")
    assert answer["Location"] == MINE


def test_who_was_erased_has_codes_no_more(app: App) -> None:
    code = app.code()
    erase_person(str(app.member.pk), actor=LOADER, reason="t")
    assert take_code(app.member, code, actor=actor_for(app.member)) == ""


def set_up(client: Client, app_now: float) -> tuple[Any, str]:
    """Through the pages: the answer that shows the recovery codes, and the secret."""
    assert client.post(MINE + "begin/", {"password": PASSWORD}).status_code == 302
    page = client.get("/me/sign_in/second_factor/")
    secret = re.sub(r"\s", "", re.search(r">([A-Z2-7 ]{32,})<", text_of(page))[1])  # type: ignore[index]  # it is there
    assert "<svg" in text_of(page)
    assert page["Cache-Control"] == "no-store"
    code = rules.code_at(secret, rules.step_at(app_now))
    return client.post("/me/sign_in/second_factor/", {"code": code}), secret


def test_setting_it_up_asks_for_the_password_and_ends_other_sessions(two: Two) -> None:
    client, other = signed_in(two.officer), signed_in(two.officer)
    answer = client.post(MINE + "begin/", {"password": "wrong"})
    assert answer.status_code == 422
    assert "密码不正确" in text_of(answer)
    assert not SecondFactor.objects.exists()
    answer, _secret = set_up(client, seconds_now())
    codes = re.findall(r"<li>([A-Z2-7-]{19})</li>", text_of(answer))
    assert len(codes) == rules.RECOVERY_CODES
    assert answer["Cache-Control"] == "no-store"
    assert is_in(client)
    assert not is_in(other)
    assert kinds_of(two)[0] == "signing_in.second_factor.enrolled"


def test_a_wrong_first_code_switches_nothing_on(two: Two) -> None:
    client = signed_in(two.officer)
    client.post(MINE + "begin/", {"password": PASSWORD})
    page = client.post("/me/sign_in/second_factor/", {"code": "000000"})
    assert page.status_code == 422
    assert "<svg" in text_of(page)
    assert SecondFactor.objects.get().confirmed_at is None
    assert log_in(Client())["Location"] == "/me/"


def test_switching_it_off_takes_a_code_and_is_recorded(app: App, two: Two) -> None:
    client = Client()
    log_in(client)
    show(client, app.code())
    assert client.post(MINE + "remove/", {"code": "000000"}).status_code == 422
    assert SecondFactor.objects.exists()
    app.later()
    assert client.post(MINE + "remove/", {"code": app.code()}).status_code == 302
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert kinds_of(two)[0] == "signing_in.second_factor.removed"
    assert is_in(client)


def test_only_the_member_changes_their_own(app: App, two: Two) -> None:
    for act in (begin_second_factor, remove_second_factor, renew_recovery_codes):
        with pytest.raises(NotPermitted):
            act(app.member, actor=actor_for(two.root))
    with pytest.raises(NotPermitted):
        confirm_second_factor(app.member, "000000", actor=actor_for(two.root))
    with pytest.raises(Conflict):
        begin_second_factor(app.member, actor=actor_for(app.member))


def test_an_administrator_resets_a_lost_one_with_a_reason_and_sessions_end(
    app: App, two: Two
) -> None:
    theirs = Client()
    log_in(theirs)
    show(theirs, app.code())
    assert is_in(theirs)
    with pytest.raises(NotPermitted):
        reset_second_factor(two.root, "好奇", actor=actor_for(two.officer))
    client = signed_in(two.root)
    page = f"/members/{two.officer.pk}/sign_in/"
    assert signed_in(two.root).get(page).status_code == 200
    assert client.post(page, {"reason": " "}).status_code == 422
    assert client.post(page, {"reason": "手机丢失，已当面核实"}).status_code == 302
    assert not is_in(theirs)
    event = events_of(Subject("organisation.member", str(two.officer.pk)))[0]
    assert (event.kind, event.actor.id) == ("signing_in.second_factor.reset", str(two.root.pk))
    assert event.data["reason"] == "手机丢失，已当面核实"
    assert log_in(Client())["Location"] == "/me/"
    with pytest.raises(Conflict):
        reset_second_factor(two.officer, "再来", actor=actor_for(two.root))


def test_a_role_that_must_have_one_may_do_nothing_before_it_is_set_up(two: Two) -> None:
    client = signed_in(two.officer)
    assert client.get("/members/").status_code == 200
    put_sign_in_settings({"second_factor_roles": ["officer"]}, actor=LOADER)
    for path in ("/members/", "/me/", "/registers/units/"):
        assert client.get(path)["Location"] == MINE, path
    assert client.post("/me/phone/", {"phone": "000"})["Location"] == MINE
    assert client.get("/api/registers/").status_code == 403
    assert client.get("/members/", headers={"HX-Request": "true"}).status_code == 403
    assert client.get("/").status_code == 200
    page = text_of(client.get(MINE))
    assert "请先启用两步验证" in page
    assert client.post(MINE + "sessions/end/", {"all": "1"})["Location"] == MINE
    set_up(client, seconds_now())
    assert client.get("/members/").status_code == 200
    # Others go on as they were.
    assert signed_in(two.root).get("/members/").status_code == 200


def test_who_must_have_one_cannot_switch_it_off_and_a_session_without_code_is_not_enough(
    app: App,
) -> None:
    put_sign_in_settings({"second_factor_roles": ["officer", "planner"]}, actor=LOADER)
    with pytest.raises(Conflict):
        remove_second_factor(app.member, actor=actor_for(app.member))
    without = signed_in(app.member)
    assert without.get("/members/")["Location"] == MINE
    client = Client()
    log_in(client)
    show(client, app.code())
    assert client.get("/members/").status_code == 200


def test_the_setting_of_roles_is_checked_and_recorded_once(two: Two) -> None:
    with pytest.raises(Invalid, match="king"):
        put_sign_in_settings({"second_factor_roles": ["king"]}, actor=LOADER)
    with pytest.raises(Invalid, match="colour"):
        put_sign_in_settings({"colour": 1}, actor=LOADER)
    with pytest.raises(NotPermitted):
        put_sign_in_settings({}, actor=actor_for(two.officer))
    for _each in range(2):
        assert put_sign_in_settings({"second_factor_roles": ["leader"]}, actor=LOADER) == ["leader"]
    events = events_of(Subject("organisation.sign_in", "settings"))
    assert [one.kind for one in events] == ["organisation.sign_in.set"]


def test_pages_stay_within_ten_statements(app: App, two: Two) -> None:
    client, root = Client(), signed_in(two.root)
    log_in(client)
    with CaptureQueriesContext(connection) as seen:
        client.get("/login/code/")
    assert len(seen) <= 10
    show(client, app.code())
    for browser, path in ((client, MINE), (root, f"/members/{two.officer.pk}/sign_in/")):
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(path).status_code == 200
        assert len(seen) <= 10, [one["sql"][:80] for one in seen]


def test_pages_speak_english_too(app: App) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    log_in(client)
    with translation.override("en"):
        page = text_of(client.get("/login/code/"))
    assert "Verification code" in page
    assert user_of(app.member).username not in page
