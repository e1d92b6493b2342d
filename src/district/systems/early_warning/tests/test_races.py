"""Two fires at the same moment: one drone for each, or one of them waits; never one for both."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from district.kernel.base.errors import Conflict
from district.kernel.base.tests.hands import at_once
from district.kernel.cases.public import Case
from district.kernel.history.public import seal_all, verify
from district.systems.early_warning.models import DroneNest, Mission
from district.systems.early_warning.services.missions import (
    arrive,
    change_nest,
    take_off,
)
from district.systems.early_warning.services.sending import (
    make_mission,
    serve_waiting,
)
from district.systems.early_warning.services.verifying import Found, verify_mission
from district.systems.early_warning.tests.conftest import MakeEpisode, MakeNest, People

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def _holders() -> list[str]:
    return [str(nest.mission_id) for nest in DroneNest.objects.exclude(mission=None)]


def test_fires_at_the_same_moment_never_get_one_drone(nest: MakeNest, episode: MakeEpisode) -> None:
    for at in range(2):
        nest(f"N-{at}", 114.26 + at / 100, 22.7)
    fires = [episode(lon=Decimal("114.25") + at * Decimal("0.006")).pk for at in range(4)]
    found = at_once(*[partial(make_mission, fire) for fire in fires])
    assert all(isinstance(one, Mission) for one in found), found
    sent = Mission.objects.exclude(nest=None)
    assert sent.count() == 2
    assert sent.values("nest").distinct().count() == 2
    assert sorted(_holders()) == sorted(str(one.pk) for one in sent)
    assert Mission.objects.filter(state="waiting").count() == 2
    seal_all()
    assert verify().sound


def test_the_same_alarm_told_twice_at_once_is_one_mission(
    nest: MakeNest, episode: MakeEpisode
) -> None:
    nest("N-1", 114.26, 22.7)
    fire = episode().pk
    found = at_once(*[partial(make_mission, fire)] * 4)
    assert len({one.pk for one in found if isinstance(one, Mission)}) == 1
    assert Mission.objects.count() == 1


def test_two_missions_that_lose_their_nests_at_once_do_not_wait_for_each_other(
    nest: MakeNest, episode: MakeEpisode, people: People
) -> None:
    for at in range(3):
        nest(f"N-{at}", 114.26 + at / 100, 22.7)
    one = make_mission(episode(lon=Decimal("114.25")).pk)
    other = make_mission(episode(lon=Decimal("114.27")).pk)
    assert one is not None
    assert other is not None
    lost = partial(change_nest, actor=people.fire, reason="电池告警", nest_state="ready")
    found = at_once(partial(lost, one.pk), partial(lost, other.pk))
    assert all(isinstance(each, Mission) for each in found), found
    held = _holders()
    assert len(held) == len(set(held))
    serve_waiting()
    assert not Mission.objects.filter(state="waiting").exists()


def test_of_two_verdicts_at_once_one_holds(
    nest: MakeNest, episode: MakeEpisode, people: People
) -> None:
    nest("N-1", 114.26, 22.7)
    mission = make_mission(episode().pk)
    assert mission is not None
    take_off(mission.pk, actor=people.fire)
    arrive(mission.pk, actor=people.fire)
    found = at_once(
        partial(verify_mission, mission.pk, Found("true"), actor=people.fire),
        partial(verify_mission, mission.pk, Found("true"), actor=people.fire_head),
    )
    assert [type(one) for one in found if not isinstance(one, Mission)] == [Conflict]
    assert Case.objects.filter(type_key="forest_fire").count() == 1
