"""The system's part of a demo: what the file `scenarios` of `[demo]` says, played through the
services. The clock stands where each thing happened; where something is there already, nothing is
added.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.credit_code import with_check
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.cases.public import Case, perform
from district.kernel.history.public import Actor, run_consumers, seal_all
from district.kernel.measures.public import compute_measures
from district.kernel.organisation.public import (
    Level,
    Member,
    Role,
    actor_for,
    members_acting,
    units,
)
from district.kernel.tracking.public import refresh_lights
from district.systems.scenarios.catalogue import catalogue
from district.systems.scenarios.models import Application, Entry, Review, Round
from district.systems.scenarios.names import offer_action
from district.systems.scenarios.rules.earlier import Earlier
from district.systems.scenarios.rules.schemes import FormField, Scheme
from district.systems.scenarios.schemes import scheme_of
from district.systems.scenarios.selectors.entries import keeper_of, own_units
from district.systems.scenarios.selectors.recognition import scheme_in
from district.systems.scenarios.services.applying import (
    Applied,
    apply_for_recognition,
    object_to,
)
from district.systems.scenarios.services.entries import make_ready, save_entry
from district.systems.scenarios.services.experts import save_expert
from district.systems.scenarios.services.matching import (
    claim_landing,
    decide_landing,
    judge_match,
)
from district.systems.scenarios.services.publishing import publish_list
from district.systems.scenarios.services.reviewing import submit_review
from district.systems.scenarios.services.rounds import (
    announce_round,
    plan_round,
    propose_results,
    publish_round,
    start_review,
)
from district.systems.scenarios.services.taking_over import take_over_round

MARK = "（演示）"
_FILE = "scenarios"
_LOADER = Actor.system("demo")
#: What commitments of the plan are bound to.
_COUNTED = ("scenarios_three_new", "scenarios_selected_factories")
Row = Mapping[str, Any]


@dataclass
class _World:
    """Who acts, units by `street:` name and code, and the demo's moment."""

    ends: datetime
    streets: dict[str, str] = field(default_factory=dict)
    people: dict[tuple[str, str], Actor | None] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)

    def who(self, unit: str, role: str = Role.OFFICER) -> Actor | None:
        """Somebody who acts for a unit; None where nobody does."""
        if (unit, role) not in self.people:
            found = members_acting([unit], [role]).order_by("name").first()
            self.people[unit, role] = actor_for(found) if found else None
        return self.people[unit, role]

    def unit(self, text: str) -> str:
        """The code of `street:NAME`, or the code itself; "" for a street that there is not."""
        return self.streets.get(text[7:], "") if text.startswith("street:") else text


def play(given: DemoTime) -> Iterator[str]:
    """Play it before `given.starts_at`; twice adds nothing, and without the file there is none."""
    path = given.files.get(_FILE)
    if path is None or Entry.objects.exists():
        return
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    world = _World(timezone.localtime(given.starts_at))
    world.streets = {unit.display_short: unit.pk for unit in units(level=Level.STREET)}
    rows = _read(path.parent / data["entries"])
    for wave, moment in enumerate([*map(datetime.fromisoformat, data["editions"]), None], start=1):
        _wave(world, [row for row in rows if int(row["wave"]) == wave], moment)
    _matches(world, data)
    _experts(world, data["experts"])
    rounds = [_round(world, row) for row in data["rounds"]]
    earlier = _earlier(world, path.parent, data)
    _count(given)
    with clock.moved_to(given.starts_at):
        refresh_lights()
    made = sum(rounds)
    yield (
        f"scenarios: {len(world.entries)} entries, {made} of {len(rounds)} rounds, "
        f"{earlier} recognised in earlier ones"
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _wave(world: _World, rows: list[dict[str, str]], moment: datetime | None) -> None:
    """Entries of two weeks, then the edition that holds them; without a moment they still wait."""
    ends = moment or world.ends
    for at, row in enumerate(rows):
        with clock.moved_to(ends - timedelta(days=14, minutes=-7 * at)):
            _entry(world, row, at)
    if moment is None:
        return
    with clock.moved_to(moment):
        for key in catalogue().lists:
            head = world.who(keeper_of(key), Role.UNIT_HEAD)
            if head is not None and any(
                kind.key in {row["kind"] for row in rows} for kind in catalogue().kinds_of(key)
            ):
                publish_list(key, actor=head, note=MARK.strip("（）"))


def _entry(world: _World, row: dict[str, str], at: int) -> None:
    unit = world.unit(row["lead_unit"])
    actor = world.who(unit) or world.who(keeper_of(catalogue().kinds[row["kind"]].list))
    if actor is None:
        return
    own = own_units(actor, offer_action(row["kind"]))
    values: dict[str, Any] = {
        **row,
        "tags": row["tags"].split(),
        "money": Decimal(row["money"]) if row["money"] else None,
        "street": world.streets.get(row["street"], ""),
        "lead_unit": unit if unit in own else own[0],
        "contact_name": f"演示联系人{at + 1}",
        "contact_phone": f"000-0002-{at + 1:04d}",
    }
    for pair in filter(None, row["own"].split(";")):
        key, _sign, value = pair.partition("=")
        values[key] = value
    entry = save_entry(values, None, actor)
    world.entries[row["title"]] = make_ready(entry.pk, actor=actor)


def _matches(world: _World, data: Row) -> None:
    """What was said of matches, and what has landed."""
    for at, (need, offer, verdict) in enumerate(data["feedback"]):
        pair = _pair(world, need, offer)
        if pair is not None:
            with clock.moved_to(world.ends - timedelta(days=60 - at)):
                judge_match(pair[0].pk, pair[1].pk, verdict, actor=pair[2])
    for need, offer, day, text, money, confirmed in data["landings"]:
        pair = _pair(world, need, offer)
        head = world.who(keeper_of("opportunity"), Role.UNIT_HEAD)
        if pair is None or head is None:
            continue
        landed_on = date.fromisoformat(day)
        moment = _at(landed_on, 16)
        with clock.moved_to(moment):
            row = claim_landing(
                pair[0].pk, pair[1].pk, landed_on=landed_on, text=text, money=Decimal(money),
                actor=pair[2],
            )  # fmt: skip
        if confirmed:
            with clock.moved_to(moment + timedelta(days=2)):
                words = f"已到现场查看，设备在用。{MARK}"
                decide_landing(row.pk, confirmed=True, decision=words, actor=head)


def _pair(world: _World, need: str, offer: str) -> tuple[Entry, Entry, Actor] | None:
    found = world.entries.get(need), world.entries.get(offer)
    if found[0] is None or found[1] is None:
        return None
    actor = world.who(found[0].lead_unit_id) or world.who(keeper_of("opportunity"))
    return (found[0], found[1], actor) if actor is not None else None


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), timezone.get_default_timezone())


def _experts(world: _World, data: Row) -> None:
    for unit, rows in data.items():
        actor = world.who(unit)
        people = Member.objects.filter(user__username__in=[name for name, _firm in rows])
        by_name = {one.user.username: one for one in people.select_related("user") if one.user}
        for name, employer in rows:
            if actor is not None and name in by_name:
                with clock.moved_to(_at(date(world.ends.year, 3, 3), 10)):
                    save_expert(
                        str(by_name[name].pk),
                        lead_unit=unit,
                        employer=employer,
                        employer_code="",
                        actor=actor,
                    )


def _round(world: _World, row: Row) -> bool:
    """A round as far as it has come; False where nobody runs it."""
    keeper = keeper_of(row["scheme"])
    officer, head = world.who(keeper), world.who(keeper, Role.UNIT_HEAD)
    if officer is None or head is None:
        return False
    opens, closes = date.fromisoformat(row["opens"]), date.fromisoformat(row["closes"])
    with clock.moved_to(datetime.fromisoformat(row["plan"])):
        made = plan_round(row["scheme"], row["title"], opens, closes, actor=officer)
        if row["until"] != "planned":
            announce_round(made.pk, actor=officer)
    for at, given in enumerate(row["applications"]):
        _application(made, given, at, _at(opens + timedelta(days=1 + at), 10), officer)
    if "review" in row:
        _reviewed(world, made, row, officer, head)
    return True


def _earlier(world: _World, folder: Path, data: Row) -> int:
    """Rounds that other hands ran before, each taken over on the day after its publication."""
    rows = _read(folder / data["recognised"]) if "recognised" in data else []
    taken = 0
    for at, one in enumerate(data.get("earlier", ())):
        keeper = keeper_of(one["scheme"])
        head = world.who(keeper, Role.UNIT_HEAD)
        if head is None:
            continue
        found = [
            Earlier(
                f"{row['title']}{MARK}",
                f"{row['organisation']}{MARK}",
                with_check(f"91440307MADMT{at:01d}{number:03d}"),
            )
            for number, row in enumerate(rows)
            if row["round"] == one["key"]
        ]
        days = [date.fromisoformat(one[key]) for key in ("opens", "closes", "published")]
        with clock.moved_to(_at(days[2] + timedelta(days=1), 9)):
            take_over_round(
                one["scheme"], one["title"], (days[0], days[1], days[2]), found, actor=head
            )
        taken += len(found)
    return taken


def _count(given: DemoTime) -> None:
    """Count what the plan's commitments are bound to early in every month and now, as the worker
    would, and deliver it, so that the lights follow."""
    day = given.begins_at
    while (day := (day.replace(day=1) + timedelta(days=32)).replace(day=1)) < given.starts_at:
        with clock.moved_to(day.replace(hour=3)):
            compute_measures(keys=_COUNTED, actor=_LOADER)
    with clock.moved_to(given.starts_at):
        compute_measures(keys=_COUNTED, actor=_LOADER)
    seal_all()
    while run_consumers():
        pass


def _application(made: Round, given: Any, at: int, moment: datetime, officer: Actor) -> None:
    applicant, subject, _points, check = given
    scheme = scheme_of(made.scheme)
    with clock.moved_to(moment):
        receipt = apply_for_recognition(
            Applied(
                key=f"recognition:demo-{made.number}-{at}",
                round=made.pk,
                applicant=applicant,
                code=with_check(f"91440307MADMR{made.opens_on.month:02d}{at:02d}"),
                subject=subject,
                text=f"{subject}已经过用户试用，质量稳定，可以在全区推广。{MARK}",
                name=f"演示联系人{at + 1}",
                phone=f"000-0003-{at + 1:04d}",
                answers={one.key: _answer(one, at) for one in scheme.fields},
            )
        )
        case = Case.objects.get(number=receipt.number)
    with clock.moved_to(moment + timedelta(days=2)):
        if check == "accept":
            perform(case.pk, "accept", actor=officer)
        elif check == "ask":
            words = {"text": f"请补充经营年限的证明。{MARK}"}
            perform(case.pk, "ask_completion", actor=officer, data=words)


def _answer(one: FormField, at: int) -> Any:
    """A made-up answer of the field's kind."""
    if one.type == "boolean":
        return True
    if one.type in ("integer", "decimal"):
        return 3 + 2 * at
    if one.choices:
        return one.choices[at % len(one.choices)][0]
    return f"自主研发，已稳定供货。{MARK}"


def _reviewed(world: _World, made: Round, row: Row, officer: Actor, head: Actor) -> None:
    with clock.moved_to(datetime.fromisoformat(row["review"])):
        start_review(made.pk, actor=officer)
    wanted = {given[1]: given[2] for given in row["applications"]}
    rows = Review.objects.filter(application__round=made).select_related(
        "application__round", "expert__member"
    )
    done = "propose" in row
    for at, review in enumerate(rows.order_by("application__alias", "pk")):
        # Of a round under review some of the reviews are still missing.
        if done or at % 3:
            moment = datetime.fromisoformat(row["review"]) + timedelta(days=2, minutes=5 * at)
            with clock.moved_to(min(moment, world.ends - timedelta(hours=1))):
                _review(review, wanted[review.application.subject] + (at % 3 - 1) * 3)
    if not done:
        return
    with clock.moved_to(datetime.fromisoformat(row["propose"])):
        propose_results(made.pk, actor=head)
    if "objection" in row:
        subject, text = row["objection"]
        found = Application.objects.filter(round=made, subject=subject, passed=True).first()
        if found is not None:
            with clock.moved_to(datetime.fromisoformat(row["propose"]) + timedelta(days=1)):
                object_to(
                    found.pk, name="演示异议人", phone="000-0004-0001", text=text,
                    key=f"recognition:demo-objection-{made.number}",
                )  # fmt: skip
    if "publish" in row:
        with clock.moved_to(datetime.fromisoformat(row["publish"])):
            publish_round(made.pk, actor=head)


def _review(review: Review, total: int) -> None:
    """Points that come to about a total of a hundred, spread over the criteria."""
    scheme: Scheme = scheme_in(review.application.round)
    points = {
        one.key: (Decimal(one.most) * total / scheme.most).quantize(Decimal("0.1"))
        for one in scheme.criteria
    }
    grounds = {one.key: f"材料和样品都看过，理由充分。{MARK}" for one in scheme.criteria}
    submit_review(review.pk, points, grounds, actor=actor_for(review.expert.member))


declare_demo("scenarios", play, file=_FILE)
