"""Projects entered, changed, brought from stage to stage; their money and months."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.measures.public import StatPeriod
from district.systems.projects.models import Item, Month, Project, TemplateVersion
from district.systems.projects.selectors import counting
from district.systems.projects.selectors.investment import invested
from district.systems.projects.selectors.rights import project_subject
from district.systems.projects.services.computing import recompute_all
from district.systems.projects.services.items import waive_item
from district.systems.projects.services.months import Filed, count_month, file_month, plan_year
from district.systems.projects.services.projects import add_project, change_project, move_stage
from district.systems.projects.services.settings import current_template, put_settings
from district.systems.projects.services.standing import set_counted, set_fund
from district.systems.projects.tests.conftest import LOADER, SETTINGS, World, values
from district.testing.moments import standing

D = Decimal


def fresh(row: Project) -> Project:
    return Project.objects.select_related("clock").get(pk=row.pk)


def start(world: World) -> Project:
    """The project under construction since today."""
    for key in ("filing", "land", "fire", "permit"):
        waive_item(world.item(key).pk, "测试", actor=world["centre"])
    for stage in ("early", "turning", "building"):
        move_stage(world.project.pk, stage, date(2025, 9, 22), actor=world["lead"])
    return fresh(world.project)


def test_a_project_gets_the_approvals_of_its_kind_and_a_forecast(world: World) -> None:
    row = fresh(world.project)
    assert list(row.items.values_list("key", flat=True)) == ["filing", "land", "fire", "permit"]
    # 2 + 10 + 5 + 3 working days from today, with the week of October unannounced here.
    assert row.start_early == date(2025, 10, 20)
    assert row.start_likely is not None
    assert row.start_safe is not None
    assert row.start_early <= row.start_safe
    assert row.chance is not None
    assert 50 < row.chance <= 100
    assert row.clock is not None
    assert row.clock.light == "green"
    kinds = [event.kind for event in events_of(project_subject(row.pk))]
    assert "projects.project.added" in kinds


def test_only_the_unit_and_the_coordinating_one_enter_projects(world: World) -> None:
    for name in ("street", "statistics", "auditor", "viewer", "leader"):
        with pytest.raises(NotPermitted):
            add_project(values(name="甲乙"), actor=world[name])
    assert add_project(values(name="甲乙"), actor=world["centre"]).number


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "甲"}, "name"),
        ({"name": "东江电池一期"}, "name"),
        ({"kind": "x"}, "kind"),
        ({"sector": "x"}, "sector"),
        ({"street": "9-D02"}, "street"),
        ({"total": D(0)}, "total"),
        ({"total": D(100_000)}, "leader"),
        ({"earlier": D(50_001)}, "earlier"),
        ({"planned_finish": date(2025, 1, 1)}, "planned_finish"),
        ({"lon": D(114)}, "lat"),
        ({"lon": D(22), "lat": D(114)}, "lon"),
        ({"land_area": D(-1)}, "land_area"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    world: World, given: dict[str, Any], field: str
) -> None:
    before = Project.objects.count()
    with pytest.raises(Invalid) as refused:
        add_project(values(**{"name": "另一项目", **given}), actor=world["lead"])
    assert refused.value.field == field
    assert Project.objects.count() == before


def test_a_change_moves_the_forecast_and_two_people_do_not_overwrite_each_other(
    world: World,
) -> None:
    row = fresh(world.project)
    late = change_project(
        row.pk, {"planned_start": date(2025, 10, 9)}, actor=world["lead"], seen=row.version
    )
    assert late.chance is not None
    assert late.chance < 10
    assert fresh(late).clock.light == "red"  # type: ignore[union-attr]  # every project has one
    with pytest.raises(Conflict):
        change_project(row.pk, {"place": "x"}, actor=world["lead"], seen=row.version)


def test_stages_go_one_by_one_and_construction_needs_the_permit(world: World) -> None:
    key, lead, today = world.project.pk, world["lead"], date(2025, 9, 22)
    with pytest.raises(Invalid) as refused:
        move_stage(key, "turning", today, actor=lead)
    assert refused.value.field == "stage"
    move_stage(key, "early", today, actor=lead)
    move_stage(key, "turning", today, actor=lead)
    with pytest.raises(Invalid, match="施工许可"):
        move_stage(key, "building", today, actor=lead)
    with pytest.raises(Invalid) as refused:
        move_stage(key, "early", today, actor=lead)
    assert refused.value.field == "note"
    for item in ("filing", "land", "fire", "permit"):
        waive_item(
            world.item(item).pk, "测试", actor=world["planning" if item != "filing" else "centre"]
        )
    row = move_stage(key, "building", today, actor=lead)
    assert (row.started_on, row.chance, row.start_early) == (today, None, None)
    row = move_stage(key, "completed", today, actor=lead)
    assert (row.finished_on, row.progress) == (today, 100)
    assert fresh(row).clock.state == "done"  # type: ignore[union-attr]  # every project has one
    back = move_stage(key, "building", today, "验收有遗留", actor=lead)
    assert back.finished_on is None
    assert fresh(back).clock.state == "open"  # type: ignore[union-attr]  # every project has one


def test_months_add_up_and_what_cannot_be_believed_is_marked(world: World) -> None:
    row = start(world)
    plan_year(row.pk, 2025, {m: D(1000) for m in range(1, 13)}, actor=world["lead"])
    for month in (7, 8):
        filed = file_month(
            row.pk, Filed(date(2025, month, 1), D(900), D(month)), actor=world["lead"]
        )
        assert filed.doubt == ""
    jump = file_month(row.pk, Filed(date(2025, 9, 1), D(9000), D(8)), actor=world["lead"])
    assert jump.doubt == "jump"
    row = fresh(row)
    assert (row.year_plan, row.year_due, row.year_done) == (D(12_000), D(8_000), D(10_800))
    assert row.progress == 8
    assert row.clock is not None
    assert row.clock.light == "green"
    file_month(row.pk, Filed(date(2025, 9, 1), D(900), D(12)), actor=world["lead"])
    assert Month.objects.get(project=row, month=date(2025, 9, 1)).doubt == ""
    assert fresh(row).year_done == 2700
    assert fresh(row).clock.light == "red"  # type: ignore[union-attr]  # every project has one


def test_statistics_counts_only_what_is_counted(world: World) -> None:
    with pytest.raises(Conflict):
        set_counted(world.project.pk, "counted", actor=world["statistics"])
    row = start(world)
    with pytest.raises(NotPermitted):
        set_counted(row.pk, "counted", actor=world["lead"])
    set_counted(row.pk, "applied", actor=world["lead"])
    with pytest.raises(Invalid):
        count_month(row.pk, date(2025, 9, 1), D(5), actor=world["statistics"])
    set_counted(row.pk, "counted", actor=world["statistics"])
    file_month(row.pk, Filed(date(2025, 9, 1), D(900)), actor=world["lead"])
    with pytest.raises(NotPermitted):
        count_month(row.pk, date(2025, 9, 1), D(5), actor=world["lead"])
    found = count_month(row.pk, date(2025, 9, 1), D(950), actor=world["statistics"])
    assert found.doubt == "counted_more"


def test_money_stays_within_the_whole_investment(world: World) -> None:
    key, lead = world.project.pk, world["lead"]
    set_fund(key, "own", D(30_000), D(10_000), actor=lead)
    with pytest.raises(Invalid) as refused:
        set_fund(key, "loan", D(30_000), D(0), actor=lead)
    assert refused.value.field == "planned"
    with pytest.raises(Invalid) as refused:
        set_fund(key, "own", D(30_000), D(30_001), actor=lead)
    assert refused.value.field == "arrived"
    assert set_fund(key, "own", D(20_000), D(20_000), actor=lead).planned == 20_000


def test_measures_count_starts_and_investment(world: World) -> None:
    row = start(world)
    file_month(row.pk, Filed(date(2025, 9, 1), D(900)), actor=world["lead"])
    year = StatPeriod(date(2025, 1, 1), date(2025, 9, 30), "year_to_date")
    assert counting.new_starts(year) == {"9": 1, "9-D02": 1}
    assert counting.new_starts_100m(year)["9"] == 1
    assert counting.invested("done")(year)["9-D02"] == D("0.09")
    before = StatPeriod(date(2024, 1, 1), date(2024, 12, 31), "year_to_date")
    assert counting.new_starts(before)["9"] == 0


def test_a_gap_names_the_projects_that_could_close_it(world: World) -> None:
    row = start(world)
    plan_year(row.pk, 2025, {m: D(2000) for m in range(1, 13)}, actor=world["lead"])
    for month in range(1, 9):
        file_month(row.pk, Filed(date(2025, month, 1), D(1000)), actor=world["lead"])
    found = invested()
    forecast = D(8000) + 4 * D(1000)
    assert found.gap == D(60_000) - forecast
    assert [one.row.pk for one in found.closers] == [row.pk]
    assert found.closers[0].could == D(24_000) - forecast
    assert not found.closed


def test_a_new_text_of_a_template_is_a_version_and_projects_keep_theirs(world: World) -> None:
    changed = {**SETTINGS, "templates": [dict(SETTINGS["templates"][0], label="工业项目(新)")]}
    put_settings(changed, actor=LOADER)
    put_settings(changed, actor=LOADER)
    assert TemplateVersion.objects.filter(kind="plant").count() == 2
    assert current_template("plant").number == 2
    assert fresh(world.project).template.number == 1
    cyclic = [dict(SETTINGS["templates"][0])]
    cyclic[0]["items"] = [
        dict(cyclic[0]["items"][0], after=["land"]), *cyclic[0]["items"][1:]
    ]  # fmt: skip
    with pytest.raises(Invalid, match="wait for each other"):
        put_settings({**SETTINGS, "templates": cyclic}, actor=LOADER)


def test_days_that_pass_move_what_has_not_happened(world: World) -> None:
    before = fresh(world.project)
    with standing("2025-10-20 09:00"):
        assert recompute_all() == 1
        after = fresh(world.project)
    assert before.start_early is not None
    assert after.start_early is not None
    assert after.start_early > before.start_early
    assert after.chance is not None
    assert before.chance is not None
    assert after.chance < before.chance
    assert Item.objects.filter(project=after, critical=True).count() == 4


def test_what_is_built_is_counted_by_its_kind(world: World) -> None:
    told = {"works": "upstairs", "output": D("12.5")}
    change_project(world.project.pk, told, actor=world["lead"])
    start(world)
    year = StatPeriod(date(2025, 1, 1), date(2025, 9, 30), "year_to_date")
    before = StatPeriod(date(2024, 1, 1), date(2024, 12, 31), "year_to_date")
    found = {one.spec.key: one.compute for one in counting.works_measures()}
    assert found["projects_upstairs_started"](year) == {"9": 1, "9-D02": 1}
    assert found["projects_upstairs_output_started"](year)["9"] == D("12.5")
    assert found["projects_upstairs_completed"](year)["9"] == 0
    assert found["projects_school_started"](year)["9"] == 0
    assert found["projects_upstairs_under_way"](year) == {"9": 1, "9-D02": 1}
    assert found["projects_upstairs_under_way"](before)["9"] == 0
    assert found["projects_school_under_way"](year)["9"] == 0
    assert found["projects_upstairs_started"](before)["9"] == 0
    assert counting.under_way(year)["9-D02"] == 1
    move_stage(world.project.pk, "completed", date(2025, 9, 22), actor=world["lead"])
    assert found["projects_upstairs_completed"](year)["9-D02"] == 1
    assert found["projects_upstairs_output_completed"](year)["9-D02"] == D("12.5")
    assert found["projects_upstairs_under_way"](year)["9"] == 0
    assert counting.under_way(year)["9"] == 0


def test_an_output_needs_works_that_have_one(world: World) -> None:
    for told, field in (
        ({"output": D(1)}, "output"),
        ({"works": "branch_road", "output": D(1)}, "output"),
        ({"works": "upstairs", "output": D(0)}, "output"),
        ({"works": "x"}, "works"),
    ):
        with pytest.raises(Invalid) as refused:
            change_project(world.project.pk, told, actor=world["lead"])
        assert refused.value.field == field


def test_large_projects_are_all_to_be_counted(world: World) -> None:
    leader = str(world.members["leader"].pk)
    told = {"total": D(200_000), "leader": leader}
    change_project(world.project.pk, told, actor=world["lead"])
    year = StatPeriod(date(2025, 1, 1), date(2025, 9, 30), "year_to_date")
    assert counting.large_counted_share(year) == {}
    start(world)
    assert counting.large_starts(year)["9"] == 1
    assert counting.large_counted_share(year) == {"9": 0, "9-D02": 0}
    set_counted(world.project.pk, "counted", date(2025, 9, 22), actor=world["statistics"])
    assert counting.large_counted_share(year) == {"9": 100, "9-D02": 100}
    plan_year(world.project.pk, 2025, {m: D(1000) for m in range(1, 13)}, actor=world["lead"])
    assert counting.key_projects(year)["9"] == 1
