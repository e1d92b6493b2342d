"""A few dozen invented disputes for a demo, made through the services like everything else.

Names and telephone numbers are of no one. Cases went their way at believable times in the weeks
before the demo's present, some of them too slowly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.base.errors import DistrictError
from district.kernel.cases.public import Case, perform
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Level,
    Role,
    actor_for,
    assignments_today,
    units,
)
from district.systems.disputes.models import Body, Centre
from district.systems.disputes.names import (
    ARBITRATION,
    COURT,
    LEGAL_AID,
    MEDIATION,
    PETITION,
    TYPES,
)
from district.systems.disputes.services import (
    Application,
    PartyGiven,
    carry,
    make_document,
    open_dispute,
)

#: (kind, what happened, what is wanted, yuan)
_STORIES = (
    ("labour", "申请人在被申请人处做装配工，近两个月工资未发。", "支付拖欠的工资", 13600),
    ("labour", "被申请人口头通知申请人不用再来，没有书面理由。", "支付解除劳动合同的补偿", 28000),
    ("labour", "申请人周末长期加班，没有加班费。", "支付加班工资", 9800),
    ("neighbour", "楼上被申请人家漏水，泡坏申请人家天花板。", "修好漏水并赔偿", 6000),
    ("neighbour", "被申请人夜间装修，影响申请人休息。", "夜间停止施工", 0),
    ("property", "电梯三个月里停了七次，物业没有说明。", "修好电梯并公示维修记录", 0),
    ("property", "小区停车位被改作他用，业主没有同意。", "恢复停车位", 0),
    ("rent", "租约到期，被申请人不退押金。", "退还押金", 4800),
    ("loan", "被申请人借款到期不还，有转账记录。", "归还借款", 50000),
    ("consumer", "健身房关门，会员卡余额不退。", "退还余额", 3200),
    ("family", "兄妹对老人的赡养费用分担有分歧。", "商定分担办法", 0),
    ("traffic", "电动车碰撞，对医药费的分担有分歧。", "赔偿医药费", 7500),
)
_PETITIONS = (
    ("land", "多次反映房屋征收补偿没有答复。", "书面答复补偿方案", 26),
    ("property", "反映房屋办证多年没有进展。", "说明办证进度", 140),
    ("labour", "反映工程分包欠付工资，人数较多。", "协调支付工资", 45),
    ("other", "反映工地夜间施工扰民。", "控制施工时间", 12),
)
_MEDIATED, _AIDED, _ARBITRATED = 18, 5, 5
_Step = tuple[str, Actor | None, dict[str, Any], float]


class _World:
    """Who acts where; the same draws every time."""

    def __init__(self) -> None:
        self.random = Random("disputes")  # noqa: S311  # a demo's dice, nothing secret
        self.people: dict[tuple[str, str], Actor] = {}
        wanted = (Role.OFFICER, Role.UNIT_HEAD, Role.LEADER)
        posts = assignments_today().filter(role__in=wanted).select_related("member")
        for post in posts.order_by("member__user__username"):
            self.people.setdefault((post.unit_id, post.role), actor_for(post.member))
        self.streets = [
            unit.pk for unit in units(level=Level.STREET) if (unit.pk, Role.OFFICER) in self.people
        ]
        self.bodies = dict(Body.objects.values_list("key", "unit_id"))
        self.centres = list(Centre.objects.values_list("code", "unit_id"))

    def officer(self, unit: str) -> Actor | None:
        """An officer of a unit, else its head."""
        found = self.people.get((unit, Role.OFFICER))
        return found or self.people.get((unit, Role.UNIT_HEAD))

    def body(self, key: str) -> Actor | None:
        """Whoever works at one of the bodies."""
        return self.officer(self.bodies.get(key) or "")

    def leader(self) -> Actor | None:
        """A leader of the district."""
        found = [actor for (_unit, role), actor in self.people.items() if role == Role.LEADER]
        return self.random.choice(found) if found else None

    def parties(self, number: int, *, firm: bool) -> tuple[PartyGiven, PartyGiven]:
        """Two invented parties; the second is a firm where the dispute is with one."""
        kind = "organisation" if firm else "person"
        name = f"演示企业{number}号" if firm else f"演示居民乙{number}"
        return (
            PartyGiven(
                "applicant",
                "person",
                f"演示居民甲{number}",
                f"000{number:08d}",
                is_unnamed=number % 9 == 0,
            ),
            PartyGiven("respondent", kind, name),
        )


def play(time: DemoTime) -> Iterator[str]:
    """The weeks before the demo's present; twice adds nothing."""
    if Case.objects.filter(type_key__in=TYPES).exists() or not Body.objects.exists():
        return
    world = _World()
    if not world.streets or any(world.body(key) is None for key in ("justice", "arbitration")):
        yield "demo: disputes are left out, nobody works at the bodies"
        return
    until = time.starts_at
    for number in range(_MEDIATED):
        _mediation(world, number, until)
    for number in range(_AIDED):
        _aid(world, 100 + number, until)
    for number in range(_ARBITRATED):
        _arbitration(world, 200 + number, until)
    for number, story in enumerate(_PETITIONS * 2):
        _petition(world, 300 + number, story, until)
    yield f"demo: {Case.objects.filter(type_key__in=TYPES).count()} disputes"


def _begin(world: _World, until: datetime, days: int) -> datetime:
    at = _at_work(until - timedelta(days=world.random.uniform(0.3, days)))
    return min(at, until - timedelta(minutes=30))


def _at_work(at: datetime) -> datetime:
    """The moment itself while people work, else the next working morning at the same minute."""
    local = timezone.localtime(at)
    if local.hour >= 18:
        local = (local + timedelta(days=1)).replace(hour=9)
    local = local if local.hour >= 9 else local.replace(hour=9 + local.hour % 8)
    return local + timedelta(days=(7 - local.weekday()) if local.weekday() > 4 else 0)


def _story(world: _World, number: int, kinds: tuple[str, ...] = ()) -> tuple[str, str, str, int]:
    rows = [row for row in _STORIES if not kinds or row[0] in kinds]
    return rows[number % len(rows)]


def _walk(
    case: Case, steps: Iterator[_Step], at: datetime, until: datetime
) -> tuple[Case, datetime]:
    """Let a case go step by step as far as the time allows."""
    for action, actor, data, hours in steps:
        at = _at_work(at + timedelta(hours=hours))
        if at >= until or actor is None:
            break
        with clock.moved_to(at):
            try:
                case = perform(case.pk, action, actor=actor, data=data)
            except DistrictError:
                break
    return case, at


def _mediation(world: _World, number: int, until: datetime) -> None:
    kind, text, claims, amount = _story(world, number)
    street = world.random.choice(world.streets)
    facts = {
        "dispute_kind": kind,
        "claims": claims,
        "venue": world.random.choice(("estate", "neighbours", "centre")),
        "people": world.random.choice((1, 1, 1, 2, 5)),
        **({"amount": amount} if amount else {}),
    }
    codes = [code for code, unit in world.centres if unit == street]
    if facts["venue"] == "centre" and codes:
        facts["centre"] = codes[0]
    firm = kind in ("labour", "property", "consumer")
    mine = world.officer(street)
    at = _begin(world, until, 50)
    if mine is None:
        return
    given = Application(MEDIATION, text, world.parties(number, firm=firm), facts, street=street)
    with clock.moved_to(at):
        case = open_dispute(given, actor=mine)
    ends_well = world.random.random() < 0.7
    case, at = _walk(case, _mediating(world, mine, ends_well=ends_well), at, until)
    if case.stage in ("agreed", "fulfilled"):
        _quietly(
            at + timedelta(hours=1), until, lambda: make_document(case.pk, "agreement", actor=mine)
        )
    if case.stage == "failed":
        _after_failure(world, case, mine, kind, at, until)


def _mediating(world: _World, mine: Actor, *, ends_well: bool) -> Iterator[_Step]:
    wait = world.random.uniform
    yield "accept", mine, {}, wait(2, 60)
    yield "hold", mine, {"text": "第一次调解，双方说明了各自的理由。"}, wait(20, 120)
    if not ends_well:
        words = {"why_failed": world.random.choice(("apart", "refused")), "text": "分歧较大。"}
        yield "fail", mine, words, wait(24, 200)
        return
    yield "agree", mine, {"result": "一、被申请人十日内履行。\n二、双方再无争议。"}, wait(24, 200)
    yield "fulfil", mine, {"text": "回访确认已经履行。"}, wait(100, 300)


def _after_failure(
    world: _World, case: Case, mine: Actor, kind: str, at: datetime, until: datetime
) -> None:
    """A labour dispute goes to arbitration, any other to court."""
    at += timedelta(hours=world.random.uniform(2, 30))
    to = ARBITRATION if kind == "labour" else COURT
    facts = {"hired_on": "2025-03-01"} if to == ARBITRATION else {"purpose": "filing"}
    made: list[Case] = []
    _quietly(at, until, lambda: made.append(carry(case.pk, to, actor=mine, facts=facts)))
    if made and to == COURT:
        number = {"court_number": f"（2025）粤0307民初{world.random.randrange(1000, 9999)}号"}
        steps = iter(
            (
                ("hand_over", mine, {"purpose": "filing"}, world.random.uniform(3, 80)),
                ("file", mine, number, world.random.uniform(30, 150)),
            )
        )
        court, at = _walk(made[0], steps, at, until)
        letter = "handover_letter"
        _quietly(at, until, lambda: make_document(court.pk, letter, actor=mine))
    elif made:
        _walk(made[0], _arbitrating(world), at, until)


def _quietly(at: datetime, until: datetime, do: Callable[[], object]) -> None:
    """Do something at its time; what a service refuses is left out of the demo."""
    if at >= until:
        return
    with clock.moved_to(at):
        try:
            do()
        except DistrictError:
            return


def _arbitrating(world: _World) -> Iterator[_Step]:
    mine, wait = world.body("arbitration"), world.random.uniform
    yield "accept", mine, {}, wait(5, 90)
    yield "serve", mine, {"tribunal": "sole", "hearing_on": "2025-09-29"}, wait(20, 100)
    end = "settle" if world.random.random() < 0.5 else "award"
    result = {"result": "被申请人七日内支付工资。", "awarded": 12000}
    yield end, mine, result, wait(200, 1000)


def _arbitration(world: _World, number: int, until: datetime) -> None:
    kind, text, claims, amount = _story(world, number, ("labour",))
    facts = {
        "dispute_kind": kind,
        "claims": claims,
        "amount": amount or 5000,
        "hired_on": "2024-11-01",
        "monthly_wage": 6200,
    }
    street = world.random.choice(world.streets)
    mine, at = world.body("arbitration"), _begin(world, until, 60)
    if mine is None:
        return
    given = Application(ARBITRATION, text, world.parties(number, firm=True), facts, street=street)
    with clock.moved_to(at):
        case = open_dispute(given, actor=mine)
    _walk(case, _arbitrating(world), at, until)


def _aid(world: _World, number: int, until: datetime) -> None:
    kind, text, claims, amount = _story(world, number, ("labour", "traffic"))
    mine, at = world.body("justice"), _begin(world, until, 40)
    if mine is None:
        return
    facts = {"dispute_kind": kind, "claims": claims, "amount": amount}
    street = world.random.choice(world.streets)
    given = Application(LEGAL_AID, text, world.parties(number, firm=True), facts, street=street)
    with clock.moved_to(at):
        case = open_dispute(given, actor=mine)
    case, at = _walk(case, _aiding(world, mine, number), at, until)
    if case.stage != "review":
        _quietly(
            at + timedelta(hours=1),
            until,
            lambda: make_document(case.pk, "aid_decision", actor=mine),
        )


def _aiding(world: _World, mine: Actor, number: int) -> Iterator[_Step]:
    wait = world.random.uniform
    if number % 6 == 5:
        yield "refuse", mine, {"text": "不属于法律援助的范围。"}, wait(20, 140)
        return
    yield "grant", mine, {"aid_form": "representation", "means": "exempt"}, wait(20, 150)
    yield "assign_lawyer", mine, {"law_firm": "演示律师事务所"}, wait(5, 60)
    done = {"result": "已支付到位。", "recovered": world.random.randrange(3, 40) * 1000}
    yield "finish_aid", mine, done, wait(150, 700)


def _petition(
    world: _World, number: int, story: tuple[str, str, str, int], until: datetime
) -> None:
    kind, text, claims, people = story
    desk, at = world.body("petitions") or world.body("justice"), _begin(world, until, 70)
    if desk is None:
        return
    facts = {"dispute_kind": kind, "claims": claims, "people": people, "channel": "visit"}
    street = world.random.choice(world.streets)
    given = Application(PETITION, text, world.parties(number, firm=True), facts, street=street)
    with clock.moved_to(at):
        case = open_dispute(given, actor=desk)
    _walk(case, _petitioning(world, desk, street, people), at, until)


def _petitioning(world: _World, desk: Actor, street: str, people: int) -> Iterator[_Step]:
    mine, wait = world.officer(street), world.random.uniform
    leader = world.leader() if people > 20 else None
    yield "dispatch", desk, {"lead_unit": street}, wait(20, 100)
    if leader is not None:
        yield (
            "name_leader",
            desk,
            {"leader": leader.id, "text": "重大疑难，实行包案。"},
            wait(2, 20),
        )
    yield "accept", mine, {}, wait(20, 120)
    yield "file_progress", mine, {"text": "已约谈双方，正在核实。"}, wait(40, 150)
    if leader is not None:
        yield "instruct", leader, {"text": "请一周内提出处理方案。"}, wait(10, 40)
    if world.random.random() < 0.5:
        yield "reply", mine, {"result": "已核实并书面答复。"}, wait(200, 700)
        yield "close", desk, {"settled": "settled"}, wait(720, 900)


declare_demo("disputes", play)
