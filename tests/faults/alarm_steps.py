"""Steps of the fault tests about alarms: a town with rules that are live, and what became of it."""

from __future__ import annotations

from typing import Any

STREAMS = 12
RULES: tuple[dict[str, Any], ...] = (
    {"key": "high", "label": "过高", "level": "red", "when": {"above": 3.0, "release": 2.0}},
    {
        "key": "long",
        "label": "持续过高",
        "level": "orange",
        "when": {"sustained_for": "3 s", "clause": {"above": 2.0}},
    },
    {"key": "silent", "label": "不上报", "level": "yellow", "when": {"silent_for": "20 s"}},
)
#: The same in a hurry: readings of devices have the time of the wall.
HURRIED: tuple[dict[str, Any], ...] = (
    RULES[0],
    {
        "key": "long",
        "label": "持续过高",
        "level": "orange",
        "when": {"sustained_for": "1 s", "clause": {"above": 2.0}},
    },
    {"key": "silent", "label": "不上报", "level": "yellow", "when": {"silent_for": "3 s"}},
)
#: What is done with the episodes of a rule: the first opens cases.
HANDLING = {"high": {"case_type": "request", "open": "at_once"}}


def prepare_alarms(_given: Any) -> list[int]:
    """Datastreams and live rules; the numbers of the datastreams."""
    numbers = _datastreams(5)
    _rules(RULES)
    return numbers


def prepare_devices(given: Any) -> dict[str, Any]:
    """Datastreams of two sources, one over HTTP and one over MQTT, with hurried live rules."""
    from district.kernel.organisation.public import root_code
    from district.kernel.sensing import public as sensing
    from district.testing.dummy.tests.conftest import LOADER

    numbers = _datastreams(given["lateness"])
    sources = {}
    for code, mine in (("http", numbers[: STREAMS // 2]), ("mqtt", numbers[STREAMS // 2 :])):
        row = sensing.register_source(
            code=code, name=code, kind="gateway", lead_unit=root_code(), actor=LOADER
        )
        sources[code] = {
            "streams": mine, "secret": sensing.issue_credential(row.pk, actor=LOADER)
        }  # fmt: skip
        for number in mine:
            sensing.change_datastream(number, {"source": code}, actor=LOADER)
    _rules(HURRIED)
    return sources


def _datastreams(lateness: int) -> list[int]:
    from district.kernel.organisation.public import root_code
    from district.kernel.sensing import public as sensing
    from district.testing.dummy.tests.conftest import LOADER

    unit = root_code()
    sensor = sensing.save_sensor(name="雷达", actor=LOADER)
    level = sensing.save_property(name="水位", actor=LOADER)
    numbers = []
    for at in range(STREAMS):
        place = sensing.save_location(
            name=f"地点{at}",
            geometry={"type": "Point", "coordinates": [114.0 + at / 10, 22.7]},
            lead_unit=unit,
            actor=LOADER,
        )
        thing = sensing.register_thing(
            code=f"T-{at}", name=f"站{at}", lead_unit=unit, actor=LOADER, location=place.pk
        )
        row = sensing.register_datastream(
            thing=thing.pk,
            sensor=sensor.pk,
            observed_property=level.pk,
            name=f"水位{at}",
            lateness=lateness,
            actor=LOADER,
        )
        numbers.append(row.pk)
    return numbers


def _rules(rules: tuple[dict[str, Any], ...]) -> None:
    from district.kernel.alarms.models import AlarmRule, RuleVersion
    from district.kernel.base import clock
    from district.kernel.organisation.public import root_code
    from district.kernel.sensing import public as sensing

    unit = root_code()
    now = clock.now()
    for data in rules:
        pure = sensing.parse_rule({**data, "streams": 'property = "水位"'})
        rule = AlarmRule.objects.create(
            key=pure.key,
            label=pure.label,
            level=pure.level,
            lead_unit_id=unit,
            state="live",
            created_at=now,
            changed_at=now,
        )
        rule.live = RuleVersion.objects.create(
            rule=rule,
            number=1,
            rule_hash=pure.version,
            fingerprint=pure.version,
            content={
                "rule": pure.to_data(),
                "groups": {"by": "datastream"},
                "handling": HANDLING.get(pure.key, {}),
            },
            zone=pure.zone,
            created_at=now,
            created_by="测试",
        )
        rule.save()


def alarms_told(_given: Any) -> dict[str, Any]:
    """Every episode, every case, and how often history and outbox tell of each."""
    from collections import Counter

    from district.kernel.alarms.models import Episode, Run
    from district.kernel.alarms.selectors.reasons import confirmed
    from district.kernel.cases.public import Case
    from district.kernel.history.models import Event, OutboxMessage

    told = Counter(
        f"{kind} {key}"
        for kind, key in Event.objects.filter(kind__startswith="alarms.episode.").values_list(
            "kind", "subject_id"
        )
    )
    sent = Counter(
        f"{topic} {subject}"
        for topic, subject in OutboxMessage.objects.filter(
            topic__startswith="alarms.episode."
        ).values_list("topic", "subject")
    )
    rows = Episode.objects.select_related("run__version").order_by("pk")
    return {
        "episodes": [
            [str(row.pk), row.state, row.position, row.end_position, str(row.case_id or "")]
            for row in rows
        ],
        "cases": [
            [case.key, str(case.pk)] for case in Case.objects.filter(key__startswith="alarm:")
        ],
        "most_told": max(told.values(), default=0),
        "most_sent": max(sent.values(), default=0),
        "waiting": rows.filter(handed_at=None).count(),
        "runs": Run.objects.count(),
        "unconfirmed": [str(row.pk) for row in rows[:15] if not confirmed(row)],
    }
