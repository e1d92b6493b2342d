"""Pure rules: the catalogue, which kind and colour a message speaks of, who is called anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from district.kernel.warnings.cap import Alert, Pair
from district.kernel.warnings.rules.catalogue import COLOURS, read_catalogue
from district.kernel.warnings.rules.ground import lies_within
from district.kernel.warnings.rules.rounds import Round, round_of
from district.kernel.warnings.rules.signals import colour_of, kind_of
from district.kernel.warnings.selectors.catalogue import default_text
from district.kernel.warnings.tests.samples import rainstorm

DEFAULT = read_catalogue(default_text())


def said(**changes: object) -> Alert:
    """The sample in one language, without its stated colour."""
    alert = rainstorm()
    info = replace(alert.infos[0], parameters=(), severity="Unknown", **changes)  # type: ignore[arg-type]  # each case gives fitting ones
    return replace(alert, infos=(info,))


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("台风", "typhoon"),
        ("暴雨橙色预警", "rainstorm"),
        ("雷雨大风黄色预警", "thunderstorm"),
        ("大风蓝色预警", "wind"),
        ("森林火险红色预警", "forest_fire_risk"),
        ("Rainstorm warning", "rainstorm"),
        ("沙尘", "other"),
    ],
)
def test_the_event_says_the_kind(event: str, kind: str) -> None:
    assert kind_of(said(event=event, headline=""), DEFAULT) == kind


def test_a_code_of_the_senders_system_says_it_before_any_word() -> None:
    own = read_catalogue(default_text(), '[[kinds]]\nkey = "heat"\ncodes = ["H1"]')
    alert = said(event="暴雨", event_codes=(Pair("code", "H1"),))
    assert kind_of(alert, own) == "heat"


@pytest.mark.parametrize(
    ("changes", "colour"),
    [
        ({"event": "暴雨红色预警"}, "red"),
        ({"event": "暴雨", "headline": "发布暴雨黄色预警信号"}, "yellow"),
        ({"event": "Blue rainstorm", "headline": ""}, "blue"),
        ({"event": "Ordered evacuation", "headline": ""}, ""),
        ({"event": "暴雨", "headline": "暴雨"}, ""),
    ],
)
def test_the_words_say_the_colour(changes: dict[str, str], colour: str) -> None:
    assert colour_of(said(**changes), DEFAULT) == colour


@pytest.mark.parametrize(
    ("value", "colour"), [("Red", "red"), ("橙", "orange"), ("黄色", "yellow"), ("IV级", "blue")]
)
def test_a_stated_colour_goes_before_the_words(value: str, colour: str) -> None:
    alert = rainstorm()
    info = replace(alert.infos[0], parameters=(Pair("预警颜色", value),))
    assert colour_of(replace(alert, infos=(info,)), DEFAULT) == colour


def test_the_severity_says_it_where_nothing_else_does() -> None:
    alert = rainstorm()
    info = replace(
        alert.infos[0], event="暴雨", headline="暴雨", parameters=(), severity="Moderate"
    )
    assert colour_of(replace(alert, infos=(info,)), DEFAULT) == "yellow"


def test_the_default_issues_no_signal_of_the_weather() -> None:
    weather = {kind.key for kind in DEFAULT.kinds.values() if kind.category == "Met"}
    assert weather
    assert not weather & {kind.key for kind, _colours in DEFAULT.issuable}
    assert {kind.key for kind, _colours in DEFAULT.issuable} == {"waterlogging", "hill_fire"}


def test_graver_colours_have_shorter_terms() -> None:
    terms = [DEFAULT.colours[colour].term for colour in COLOURS]
    assert terms == sorted(terms, reverse=True)
    assert terms[-1] < timedelta(hours=1) < terms[0]


def test_a_district_changes_single_entries() -> None:
    own = read_catalogue(
        default_text(),
        """
        [colours.red]
        term_minutes = 5
        [[kinds]]
        key = "heat"
        issue = ["yellow"]
        [kinds.signals.yellow]
        urgency = "Future"
        severity = "Minor"
        certainty = "Possible"
        [[kinds]]
        key = "water_supply"
        name = "停水"
        name_en = "Water outage"
        category = "Infra"
        colours = ["blue"]
        """,
    )
    assert own.colours["red"].term == timedelta(minutes=5)
    assert own.colours["red"].severity == "Extreme"
    assert own.may_issue("heat", "yellow")
    assert own.signal("heat", "yellow") == ("Future", "Minor", "Possible")
    assert own.signal("heat", "red") == ("Immediate", "Extreme", "Likely")
    assert own.kind("water_supply").name == "停水"
    assert own.kind("gone").key == "other"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[colors]", "colors"),
        ("[colours.pink]\nname = 'x'", "colours.pink"),
        ("[colours.red]\nterm_minutes = 0", "colours.red.term_minutes"),
        ("[colours.red]\nterm_minutes = true", "colours.red.term_minutes"),
        ("[colours.red]\nseverity = 'Bad'", "colours.red.severity"),
        ("[[kinds]]\nname = 'x'", "kinds.1.key"),
        ("[[kinds]]\nkey = 'new'", "kinds.new"),
        ("[[kinds]]\nkey = 'heat'\nissue = ['blue']", "kinds.heat.issue"),
        ("[[kinds]]\nkey = 'heat'\nwords = 'x'", "kinds.heat.words"),
        ("[district]\nlevels = ['city']", "district.levels"),
        ("[district]\nsteps = ['mayor']", "district.steps"),
        ("[district]\nsender = 'a b'", "district.sender"),
        ("kinds = 3", "kinds"),
        ("district = 3", "district"),
    ],
)
def test_what_is_wrong_is_said_by_entry(text: str, where: str) -> None:
    with pytest.raises(ValueError, match=where.replace(".", r"\.")):
        read_catalogue(default_text(), text)


@pytest.mark.parametrize(
    ("code", "within"),
    [
        ("440307", True),
        ("440300", True),
        ("440000", True),
        ("440306", False),
        ("450000", False),
        ("440307001", False),
        ("44", False),
        ("", False),
        ("000000", False),
    ],
)
def test_whoever_holds_the_district_holds_all_of_it(code: str, within: bool) -> None:
    assert lies_within(code, "440307") is within


@pytest.mark.parametrize(
    ("before", "after", "changed", "revived", "asked"),
    [
        (("a", "b"), ("a", "b"), True, False, Round(("a", "b"), ("a", "b"))),
        (("a", "b"), ("a", "b"), False, True, Round(("a", "b"), ("a", "b"))),
        (("a", "b"), ("a", "b"), False, False, Round((), ())),
        (("a", "b"), ("b", "c"), False, False, Round(("c",), ("a",))),
        ((), ("a",), False, False, Round(("a",), ())),
    ],
)
def test_whom_an_update_calls(
    before: tuple[str, ...],
    after: tuple[str, ...],
    changed: bool,
    revived: bool,
    asked: Round,
) -> None:
    assert round_of(before, after, colour_changed=changed, revived=revived) == asked
