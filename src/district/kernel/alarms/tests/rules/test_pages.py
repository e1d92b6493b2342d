"""The pages of rules: who sees them, what a planner does there, with a script and without."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.alarms.models import AlarmRule, RuleTrial
from district.kernel.alarms.services.rules import save_rule
from district.kernel.alarms.services.switching import switch_on
from district.kernel.alarms.tests.rules.conftest import Browsers, MakeGauge, content
from district.kernel.alarms.tests.rules.test_trials import DAY, readings
from district.kernel.base import clock
from district.kernel.sensing.public import to_micros
from district.kernel.sensing.tests.conftest import LOADER
from district.kernel.sensing.tests.memory import MemoryLog

pytestmark = pytest.mark.django_db
LIST, NEW = "/alarms/rules/", "/alarms/rules/new/"
#: What the form of a new rule sends when a planner has filled it in.
FILLED = {
    "key": "river_high", "label": "河道水位偏高", "level": "yellow", "unit": "9",
    "watch-size": "1", "watch.0-property": "水位", "watch.0-role": "", "by": "datastream",
    "when-kind": "above", "when-level": "3", "when-release": "2.5", "when-size": "0",
    "when-mods": "1", "when-m0-kind": "sustained", "when-m0-span": "10", "when-m0-span-unit": "min",
    "release_by": "when", "unknown": "keep", "wait": "0", "wait-unit": "s", "open": "by_hand",
}  # fmt: skip


@pytest.fixture
def planner(browser: Browsers) -> Client:
    return browser("planner", "9")


@pytest.fixture
def rule(gauge: MakeGauge, log: MemoryLog) -> AlarmRule:
    """A live rule with a draft, and a day of readings."""
    made = [gauge("A", "901"), gauge("C", "902", (114.1, 22.7))]
    now = to_micros(clock.now())
    log.append(readings([row.pk for row in made], now - DAY, now), source=None)
    row = save_rule(content(), unit="9", actor=LOADER)
    switch_on(row.pk, actor=LOADER)
    return save_rule(content(when={"above": 4}), row, actor=LOADER)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def toml_of(answer: Any) -> str:
    from html import unescape

    found = re.search(r'<textarea[^>]*name="toml"[^>]*>(.*?)</textarea>', text_of(answer), re.S)
    assert found is not None
    return unescape(found[1])


def test_a_planner_writes_tries_and_switches_on(planner: Client, rule: AlarmRule) -> None:
    answer = planner.post(NEW, {**FILLED, "key": "river_long", "do": "save"})
    assert answer.status_code == 302, text_of(answer)
    made = AlarmRule.objects.get(key="river_long")
    assert answer["Location"] == f"/alarms/rules/{made.pk}/"
    assert made.draft is not None
    assert made.draft["rule"]["when"] == {
        "sustained_for": "10 min",
        "clause": {"above": 3, "release": 2.5},
    }
    page = text_of(planner.get(answer["Location"]))
    assert "水位达到 3（低于 2.5 解除）持续 10 分钟" in page
    tried = planner.post(f"/alarms/rules/{made.pk}/try/", {"days": "1"})
    found = text_of(planner.get(tried["Location"]))
    assert "会告警" in found
    trial = RuleTrial.objects.get(rule=made)
    assert trial.state == "done", trial.problem
    assert trial.result is not None
    assert trial.result["raised"] > 0
    around = planner.get(f"/alarms/trials/{trial.pk}/0/")
    assert 'data-island="chart"' in text_of(around)
    planner.post(f"/alarms/rules/{made.pk}/on/", {"seen": made.version})
    made.refresh_from_db()
    assert made.state == "live"
    planner.post(f"/alarms/rules/{made.pk}/off/", {"reason": "换季"})
    made.refresh_from_db()
    assert made.state == "stopped"


def test_the_form_and_the_text_are_kept_in_step(planner: Client, rule: AlarmRule) -> None:
    answer = planner.post(NEW, {**FILLED, "do": ""})
    text = toml_of(answer)
    assert 'sustained_for = "10 min"' in text
    assert not AlarmRule.objects.filter(label="河道水位偏高", key="river_high_2").exists()
    taken = planner.post(
        NEW, {"toml": text.replace("10 min", "2 h"), "unit": "9", "do": "take_text"}
    )
    page = text_of(taken)
    assert re.search(r'name="when-m0-span" value="2"', page)
    assert re.search(r'<option value="h" selected>', page)
    assert 'sustained_for = "2 h"' in toml_of(taken)


def test_without_a_script_the_text_alone_makes_a_rule(planner: Client, rule: AlarmRule) -> None:
    text = toml_of(planner.post(NEW, {**FILLED, "key": "by_text", "do": ""}))
    answer = planner.post(NEW, {"toml": text, "unit": "9", "do": "save_text"})
    assert answer.status_code == 302
    made = AlarmRule.objects.get(key="by_text")
    later = planner.post(
        f"/alarms/rules/{made.pk}/edit/",
        {"toml": text.replace("above = 3", "above = 3.5"), "seen": made.version, "do": "save_text"},
    )
    assert later.status_code == 302
    made.refresh_from_db()
    assert made.draft is not None
    assert made.draft["rule"]["when"]["clause"]["above"] == 3.5


def test_what_is_wrong_stands_at_its_field(planner: Client, rule: AlarmRule) -> None:
    answer = planner.post(NEW, {**FILLED, "key": "Bad", "when-level": "high", "do": "save"})
    assert answer.status_code == 422
    page = text_of(answer)
    for name in ("key", "when-level"):
        assert f'id="id_{name}_error"' in page
        assert re.search(rf'id="id_{name}"[^>]*aria-invalid="true"', page)
    assert 'href="#id_when-level"' in page
    wrong = planner.post(NEW, {"toml": "key = = 1", "unit": "9", "do": "take_text"})
    assert wrong.status_code == 422
    assert 'id="id_toml_error"' in text_of(wrong)
    assert toml_of(wrong).strip() == "key = = 1"


def test_a_new_form_is_not_scolded(planner: Client, rule: AlarmRule) -> None:
    assert "field-error" not in text_of(planner.get(NEW))


def test_an_unfinished_draft_is_kept_and_said_to_be_so(planner: Client, rule: AlarmRule) -> None:
    answer = planner.post(NEW, {**FILLED, "key": "half", "when-level": "", "do": "save"})
    made = AlarmRule.objects.get(key="half")
    assert answer["Location"] == f"/alarms/rules/{made.pk}/edit/"
    assert "草稿还不完整" in text_of(planner.get(f"/alarms/rules/{made.pk}/"))


def test_how_many_datastreams_are_watched_is_told_while_writing(
    planner: Client, rule: AlarmRule
) -> None:
    page = text_of(planner.post(NEW, {**FILLED, "do": ""}))
    assert "现在有 2 条数据流符合" in page
    narrower = {**FILLED, "streets": ["901"], "do": ""}
    assert "现在有 1 条数据流符合" in text_of(planner.post(NEW, narrower))
    none = {**FILLED, "streets": ["999"], "do": ""}
    assert "现在没有数据流符合" in text_of(planner.post(NEW, none))


@pytest.mark.parametrize(
    ("do", "field"),
    [
        ("group:when", "when.1-level"),
        ("mod:when", "when-m1-kind"),
        ("add-watch", "watch.1-property"),
        ("add-quiet", "quiet.0-from"),
        ("by-text", "streams"),
    ],
)
def test_buttons_add_to_the_form_without_a_script(
    planner: Client, rule: AlarmRule, do: str, field: str
) -> None:
    assert f'name="{field}"' in text_of(planner.post(NEW, {**FILLED, "do": do}))


def test_somebody_who_wrote_meanwhile_is_not_overwritten(planner: Client, rule: AlarmRule) -> None:
    edit = f"/alarms/rules/{rule.pk}/edit/"
    sent = {**FILLED, "do": "save", "seen": rule.version - 1}
    answer = planner.post(edit, sent)
    assert answer.status_code == 422
    assert "刚被别人修改过" in text_of(answer)


PAGES = (
    LIST,
    NEW,
    "/alarms/rules/{rule}/",
    "/alarms/rules/{rule}/edit/",
    "/alarms/rules/{rule}/watching/",
    "/alarms/rules/{rule}/try/",
    "/alarms/trials/{trial}/",
    "/alarms/trials/{trial}/0/",
    "/registers/alarm-rules/",
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_takes_few_statements_and_speaks_the_language(
    planner: Client, rule: AlarmRule, language: str
) -> None:
    planner.post(f"/alarms/rules/{rule.pk}/try/", {"days": "1"})
    trial = RuleTrial.objects.get()
    planner.cookies["django_language"] = language
    for page in PAGES:
        address = page.format(rule=rule.pk, trial=trial.pk)
        planner.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = planner.get(address)
        assert answer.status_code == 200, address
        said = "\n".join(query["sql"][:150] for query in seen.captured_queries)
        assert len(seen) <= 10, f"{address}\n{said}"


@pytest.mark.parametrize(
    ("role", "unit", "sees", "writes"),
    [
        ("planner", "9", True, True),
        ("leader", "9", True, False),
        ("auditor", "9", True, False),
        ("unit_head", "901", False, False),
        ("viewer", "9", False, False),
    ],
)
def test_a_district_s_rule_is_seen_and_written_by_whom_it_is_granted(
    browser: Browsers, rule: AlarmRule, role: str, unit: str, sees: bool, writes: bool
) -> None:
    client = browser(role, unit)
    assert (client.get(f"/alarms/rules/{rule.pk}/").status_code == 200) is sees
    assert (client.get(f"/alarms/rules/{rule.pk}/edit/").status_code == 200) is writes


def test_another_street_neither_sees_nor_changes_a_street_s_rule(
    browser: Browsers, rule: AlarmRule
) -> None:
    own = save_rule(content("east"), unit="901", actor=LOADER)
    west = browser("unit_head", "902")
    assert west.get(f"/alarms/rules/{own.pk}/").status_code == 404
    assert west.post(f"/alarms/rules/{own.pk}/on/").status_code == 404
    assert west.post(f"/alarms/rules/{own.pk}/try/", {"days": "1"}).status_code == 404
    east = browser("unit_head", "901")
    assert east.get(f"/alarms/rules/{own.pk}/").status_code == 200


def test_nobody_without_a_log_in_sees_anything(rule: AlarmRule) -> None:
    assert Client().get(LIST).status_code == 302


def test_what_is_refused_is_told_on_the_page_of_the_rule(planner: Client, rule: AlarmRule) -> None:
    answer = planner.post(f"/alarms/rules/{rule.pk}/off/", {"reason": ""})
    assert answer.status_code == 422
    assert "还没有写停用的原因" in text_of(answer)
    assert planner.post(f"/alarms/rules/{rule.pk}/nothing/").status_code == 404
    tried = planner.post(f"/alarms/rules/{rule.pk}/try/", {"since": "soon"})
    assert tried.status_code == 422


def test_a_result_of_another_content_is_not_offered_for_going_live(
    planner: Client, rule: AlarmRule
) -> None:
    tried = planner.post(f"/alarms/rules/{rule.pk}/try/", {"days": "1"})["Location"]
    live = f'action="/alarms/rules/{rule.pk}/on/"'
    assert live in text_of(planner.get(tried))
    save_rule(content(when={"above": 4.2}), rule, actor=LOADER)
    page = text_of(planner.get(tried))
    assert live not in page
    assert "规则又改过" in page


def test_a_copy_is_made_on_the_page(planner: Client, rule: AlarmRule) -> None:
    answer = planner.post(f"/alarms/rules/{rule.pk}/copy/", {"key": "second", "label": "第二条"})
    assert answer["Location"] == AlarmRule.objects.get(key="second").get_absolute_url()
