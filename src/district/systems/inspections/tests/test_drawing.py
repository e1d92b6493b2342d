"""The draw can be re-run by anybody, and nothing of it can be altered unseen."""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import verify
from district.systems.inspections import commands
from district.systems.inspections.models import Place, Round, Task
from district.systems.inspections.rules.drawing import (
    Member,
    canonical,
    check,
    counts_of,
    digest,
    draw,
    quotas,
    read_canonical,
    seed_of,
)
from district.systems.inspections.selectors.draws import published
from district.systems.inspections.services.rounds import (
    NewRound,
    close_round,
    commit_round,
    draw_round,
    plan_round,
)
from district.systems.inspections.services.tasks import cancel_task
from district.systems.inspections.tests.conftest import MakePlace, People


def oracle(lines: str, takes: dict[str, int], published: dict[str, Any]) -> list[str]:
    """The specification read aloud: slowly, one smallest digest after another."""
    head = "district-draw/1\n" + published["seed"] + "\n" + published["public_value"] + "\n"
    seed = hashlib.sha256((head + published["population_sha256"] + "\n").encode()).hexdigest()
    found = []
    strata = sorted({line.split(",")[1] for line in lines.splitlines()})
    for stratum in strata:
        left = [line.split(",")[0] for line in lines.splitlines() if line.split(",")[1] == stratum]
        for _each in range(takes[stratum]):
            least = None
            for key in left:
                rank = hashlib.sha256((seed + "\n" + key).encode()).hexdigest()
                if least is None or rank < least[0]:
                    least = (rank, key)
            assert least is not None
            left.remove(least[1])
            found.append(least[1])
    return found


def test_the_draw_is_what_the_specification_says() -> None:
    dice = random.Random(7)  # noqa: S311  # made-up populations
    for _time in range(60):
        people = [
            Member(f"K-{number:04d}", dice.choice(("a", "b", "c")))
            for number in dice.sample(range(5000), dice.randint(1, 60))
        ]
        text = canonical(people)
        counts = counts_of(people)
        takes = {key: dice.randint(0, counts[key]) for key in counts}
        facts = {"seed": "s" * 64, "public_value": "3021.5", "population_sha256": digest(text)}
        seed = seed_of(facts["seed"], facts["public_value"], facts["population_sha256"])
        dice.shuffle(people)
        found = [one.key for one in draw(people, takes, seed)]
        assert found == oracle(text, takes, facts)
        assert read_canonical(text) == sorted(people, key=lambda one: one.key)


def test_quotas_add_up_follow_weights_and_never_exceed_a_stratum() -> None:
    dice = random.Random(11)  # noqa: S311  # made-up strata
    for _time in range(300):
        counts = {f"s{at}": dice.randint(1, 40) for at in range(dice.randint(1, 8))}
        weights = {key: dice.randint(0, 4) for key in counts}
        size = dice.randint(1, 120)
        taken = quotas(counts, size, weights)
        reach = sum(counts[key] for key in counts if weights[key])
        assert sum(taken.values()) == min(size, reach)
        assert all(0 <= taken[key] <= counts[key] for key in counts)
        assert all(taken[key] == 0 for key in counts if not weights[key])
    assert quotas({"a": 30, "b": 10}, 8) == {"a": 6, "b": 2}
    assert quotas({"a": 30, "b": 10}, 8, {"b": 3}) == {"a": 4, "b": 4}
    assert quotas({"a": 2, "b": 10}, 6, {"a": 9}) == {"a": 2, "b": 4}


def test_every_place_is_drawn_about_as_often_as_every_other() -> None:
    people = [Member(f"K-{number:02d}") for number in range(20)]
    counted: dict[str, int] = dict.fromkeys((one.key for one in people), 0)
    for number in range(2000):
        for one in draw(people, {"": 5}, seed_of(str(number), "", "p")):
            counted[one.key] += 1
    # 500 expected each, with a deviation of 19.
    assert all(400 < count < 600 for count in counted.values()), counted


def test_a_canonical_list_takes_no_key_twice_and_none_that_breaks_a_line() -> None:
    for bad in ([Member("a"), Member("a")], [Member("a,b")], [Member("a\nb")], [Member("")]):
        with pytest.raises(ValueError, match="key"):
            canonical(bad)
    with pytest.raises(ValueError, match="canonical"):
        read_canonical("b,\na,\n")


@pytest.fixture
def drawn(placed: MakePlace, people: People) -> Round:
    """A round of six of twenty places over two streets, drawn with a public source."""
    for number in range(20):
        street = "901" if number % 4 else "902"
        placed(street=street, lead_unit=street, kind="workshop" if number < 16 else "canteen")
    planned = plan_round(
        NewRound(
            "三季度安全生产抽查",
            "9-D22",
            "work_safety",
            6,
            date(2025, 9, 22),
            date(2025, 10, 20),
            where='kind = "workshop"',
            stratify="street",
            inspectors=[str(people.members[who].pk) for who in ("safety", "safety2")],
            public_source="2025年9月22日上证指数收盘点位",
        ),
        actor=people.safety_head,
    )
    committed = commit_round(planned.pk, actor=people.safety)
    assert "seed" not in published(committed)
    return draw_round(committed.pk, actor=people.safety, public_value="3828.58")


@pytest.mark.django_db
def test_a_round_draws_what_it_committed_to_and_gives_out_tasks(
    drawn: Round, people: People
) -> None:
    facts = published(drawn)
    assert check(facts) == []
    takes = {row["stratum"]: row["take"] for row in drawn.strata}
    assert takes == {"901": 5, "902": 1}
    assert [row["key"] for row in drawn.selected] == oracle(drawn.population, takes, facts)
    tasks = Task.objects.filter(round=drawn)
    assert sorted(tasks.values_list("place__code", flat=True)) == sorted(
        row["key"] for row in drawn.selected
    )
    own = {people.members[who].pk for who in ("safety", "safety2")}
    assert set(tasks.values_list("inspector_id", flat=True)) <= own
    assert all(task.tracked is not None for task in tasks.select_related("tracked"))
    assert verify().sound


@pytest.mark.django_db
def test_nothing_of_a_draw_can_be_altered_unseen(drawn: Round, people: People) -> None:
    facts = published(drawn)
    noted = facts["commitment_sha256"]
    first = facts["population"].splitlines()[0]

    def altered(**other: Any) -> dict[str, Any]:
        return {**copy.deepcopy(facts), **other}

    strata = copy.deepcopy(facts["strata"])
    strata[0]["take"] += 1
    swapped = [*facts["selected"][1:], facts["selected"][0]]
    for wrong in (
        altered(population=facts["population"].replace(first + "\n", "")),
        altered(seed="0" * 64),
        altered(public_value="3828.59"),
        altered(strata=strata),
        altered(selected=swapped),
        altered(inspectors=3),
        altered(committed_at="2025-09-22T09:00:00+08:00"),
        altered(selected=facts["selected"][:-1]),
        altered(format="district-draw/0"),
        {},
    ):
        assert check(wrong, noted), wrong.keys()
    # Whoever forges everything in agreement is found by the digest noted before.
    forged = altered(seed="1" * 64, seed_sha256=digest("1" * 64))
    from district.systems.inspections.rules.drawing import commitment_digest

    forged["commitment_sha256"] = commitment_digest(forged)
    seed = seed_of(forged["seed"], forged["public_value"], forged["population_sha256"])
    takes = {row["stratum"]: row["take"] for row in forged["strata"]}
    forged["selected"] = [
        {"key": one.key, "stratum": one.stratum, "inspector": one.inspector}
        for one in draw(read_canonical(forged["population"]), takes, seed, forged["inspectors"])
    ]
    assert check(forged) == []
    assert check(forged, noted) != []


@pytest.mark.django_db
def test_the_command_re_runs_a_draw_from_its_file_alone(
    drawn: Round, people: People, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    commands.add_arguments(parser)
    # What everybody can download, without a log-in.
    from django.test import Client

    client = Client()
    page = client.get(f"/inspections/draws/{drawn.number}/")
    assert page.status_code == 200
    assert drawn.commitment_sha256 in page.content.decode()
    assert drawn.number in client.get("/inspections/draws/").content.decode()
    file, rows = tmp_path / "draw.json", tmp_path / "population.csv"
    file.write_bytes(client.get(f"/inspections/draws/{drawn.number}/draw.json").content)
    rows.write_bytes(client.get(f"/inspections/draws/{drawn.number}/population.csv").content)
    assert hashlib.sha256(rows.read_bytes()).hexdigest() == drawn.population_sha256
    given = ["draw", str(file), "--commitment", drawn.commitment_sha256, "--population", str(rows)]
    assert commands.run(parser.parse_args(given)) == 0
    assert "6 of 16 drawn, as stated" in capsys.readouterr().out
    told = json.loads(file.read_text())
    for member in people.members.values():
        assert str(member.pk) not in file.read_text(), "no person is published"
    file.write_text(json.dumps({**told, "seed": "2" * 64}))
    assert commands.run(parser.parse_args(given)) == 1
    assert "WRONG: the seed" in capsys.readouterr().out
    file.write_text("not json")
    assert commands.run(parser.parse_args(given)) == 1


@pytest.mark.django_db
def test_a_plan_that_is_not_public_yet_is_shown_to_nobody(
    placed: MakePlace, people: People
) -> None:
    from django.test import Client

    placed()
    new = NewRound("抽查", "9-D22", "work_safety", 1, date(2025, 9, 22), date(2025, 10, 1))
    planned = plan_round(new, actor=people.safety)
    client = Client()
    assert client.get(f"/inspections/draws/{planned.number}/").status_code == 404
    with pytest.raises(Conflict):
        draw_round(planned.pk, actor=people.safety)
    commit_round(planned.pk, actor=people.safety)
    told = client.get(f"/inspections/draws/{planned.number}/draw.json").json()
    assert "seed" not in told
    assert check(told) == ["the seed is not published yet"]
    with pytest.raises(Conflict):
        commit_round(planned.pk, actor=people.safety)


@pytest.mark.django_db
def test_a_round_reaches_no_places_of_another_units(placed: MakePlace, people: People) -> None:
    mine, other = placed(code="MINE"), placed(code="OTHER", supervising_unit="9-D25")
    placed(code="GONE", active=False)
    new = NewRound("抽查", "9-D22", "work_safety", 9, date(2025, 9, 22), date(2025, 10, 1))
    planned = plan_round(new, actor=people.safety)
    commit_round(planned.pk, actor=people.safety)
    planned.refresh_from_db()
    assert planned.population == f"{mine.code},\n"
    assert other.code not in planned.population
    for stranger in (people.food, people.east, people.leader, people.viewer):
        with pytest.raises(NotPermitted):
            draw_round(planned.pk, actor=stranger)
        with pytest.raises(NotPermitted):
            plan_round(new, actor=stranger)


@pytest.mark.django_db
def test_the_public_source_is_asked_for_exactly_where_it_was_announced(
    placed: MakePlace, people: People
) -> None:
    placed()
    new = NewRound("抽查", "9-D22", "work_safety", 1, date(2025, 9, 22), date(2025, 10, 1))
    planned = plan_round(new, actor=people.safety)
    commit_round(planned.pk, actor=people.safety)
    with pytest.raises(Invalid, match="请留空"):
        draw_round(planned.pk, actor=people.safety, public_value="3828")
    announced = plan_round(
        NewRound(
            "抽查", "9-D22", "work_safety", 1, date(2025, 9, 22), date(2025, 10, 1),
            public_source="上证指数",
        ),
        actor=people.safety,
    )  # fmt: skip
    commit_round(announced.pk, actor=people.safety)
    with pytest.raises(Invalid, match="没有填写"):
        draw_round(announced.pk, actor=people.safety)


@pytest.mark.django_db
def test_what_cannot_be_planned_names_the_field(placed: MakePlace, people: People) -> None:
    good = {
        "title": "抽查", "lead_unit": "9-D22", "checklist": "food", "size": 3,
        "starts_on": date(2025, 9, 22), "ends_on": date(2025, 10, 1),
    }  # fmt: skip
    for field, wrong in (
        ("where", "kind = "),
        ("where", 'nothing = "x"'),
        ("size", 0),
        ("title", "x"),
        ("ends_on", date(2025, 9, 1)),
        ("weights", {"high": -1}),
        ("stratify", "moon"),
        ("inspectors", [str(people.members["food"].pk)]),
        ("inspectors", [str(people.members["planner"].pk)]),
    ):
        with pytest.raises(Invalid) as refused:
            plan_round(NewRound(**{**good, field: wrong}), actor=people.safety)  # type: ignore[arg-type]  # wrong on purpose
        assert refused.value.field == field
    planned = plan_round(NewRound(**good), actor=people.safety)  # type: ignore[arg-type]  # a test's own keywords
    Place.objects.all().delete()
    with pytest.raises(Conflict, match="没有在册的对象"):
        commit_round(planned.pk, actor=people.safety)


@pytest.mark.django_db
def test_a_round_ends_when_every_task_is_done_or_given_up_with_a_reason(
    drawn: Round, people: People
) -> None:
    from django.test import Client

    with pytest.raises(Conflict, match="还有6个任务"):
        close_round(drawn.pk, actor=people.safety)
    for task in Task.objects.filter(round=drawn):
        cancel_task(task.pk, "已停业注销", actor=people.safety_head)
    assert close_round(drawn.pk, actor=people.safety).state == Round.State.CLOSED
    page = Client().get(f"/inspections/draws/{drawn.number}/").content.decode()
    assert "已停业注销" in page
