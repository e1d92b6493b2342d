"""The pages: shown within ten statements, refused to others, forms that come back filled."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from PIL import Image

from district.systems.projects.models import Call, CallLine, Photo, Problem, Project
from district.systems.projects.names import CALLED, ITEMS, MONTHS, PROBLEMS, PROJECTS
from district.systems.projects.services import calls, problems
from district.systems.projects.services.items import accept_item
from district.systems.projects.services.months import Filed, file_month, plan_year
from district.systems.projects.services.projects import change_project
from district.systems.projects.services.standing import set_fund
from district.systems.projects.tests.conftest import World, values

MOST = 10


def shown(client: Client, url: str, count: Any) -> str:
    """The page, which costs at most ten statements."""
    client.get(url)
    with count(MOST):
        answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


@pytest.fixture
def busy(world: World) -> tuple[Problem, Call]:
    """The project has an approval under way, months, money, a problem and a call."""
    key, lead = world.project.pk, world["lead"]
    accept_item(world.item("filing").pk, actor=world["centre"])
    plan_year(key, 2025, {m: Decimal(1000) for m in range(1, 13)}, actor=lead)
    file_month(key, Filed(date(2025, 8, 1), Decimal(20_000)), actor=lead)
    set_fund(key, "own", Decimal(30_000), Decimal(10_000), actor=lead)
    told = {"title": "管线迁改受阻", "kind": "relocation", "level": "street"}
    problem = problems.raise_problem(key, told, actor=lead)
    call = calls.raise_call(key, "现场会", ["9-D03"], actor=world["street"], problem=problem.pk)
    return problem, call


def test_every_page_keeps_to_its_statements(
    world: World, busy: tuple[Problem, Call], django_assert_max_num_queries: Any
) -> None:
    problem, call = busy
    key = [world.project.pk]
    client = world.client("lead")
    for url in (
        *(
            reverse(f"projects_{name}")
            for name in ("board", "list", "warnings", "steering", "investment", "new")
        ),
        *(
            reverse(f"projects_{name}", args=key)
            for name in (
                "project", "papers", "change", "stage", "month", "plan", "counted", "fund",
                "photos", "problem_new",
            )
        ),
        reverse("projects_item", args=[*key, "filing", "approve"]),
        reverse("projects_problem", args=[problem.pk]),
        reverse("projects_call", args=[call.pk]),
        *(
            reverse("register_list", args=[one])
            for one in (PROJECTS, ITEMS, MONTHS, PROBLEMS, CALLED)
        ),
    ):  # fmt: skip
        shown(client, url, django_assert_max_num_queries)
    leader = world.client("leader")
    own = reverse("projects_leader", args=[world.members["leader"].pk])
    shown(leader, own, django_assert_max_num_queries)
    page = shown(client, reverse("projects_project", args=key), django_assert_max_num_queries)
    assert "关键线路" in page
    assert "<svg" in page
    assert "开工以前投资过多" in page


def test_the_dossier_is_a_document_with_what_is_known(
    world: World, busy: tuple[Problem, Call], django_assert_max_num_queries: Any
) -> None:
    client = world.client("auditor")
    with django_assert_max_num_queries(MOST):
        answer = client.get(reverse("projects_dossier", args=[world.project.pk]))
    document = Document(BytesIO(answer.content))
    text = "\n".join(
        cell.text for table in document.tables for line in table.rows for cell in line.cells
    )
    for word in ("东江新能源公司", "备案", "20,000.00", "管线迁改受阻", "企业自有资金"):
        assert word in text, word


def test_figures_open_the_rows_that_they_were_counted_from(
    world: World, busy: tuple[Problem, Call]
) -> None:
    client = world.client("lead")
    for name in ("board", "warnings", "steering", "investment"):
        page = client.get(reverse(f"projects_{name}"))
        figures = list(_figures(page.context["found"]))
        assert figures, name
        for figure in figures:
            recount = json.loads(client.get(f"{figure.url}&format=json").content)
            assert Decimal(str(recount["figure"] or 0)) == Decimal(figure.value or 0), figure


def test_a_leader_has_a_page_of_the_projects_answered_for(
    world: World, busy: tuple[Problem, Call]
) -> None:
    leader = world.members["leader"]
    change_project(world.project.pk, {"leader": str(leader.pk)}, actor=world["lead"])
    client = world.client("leader")
    steered = client.get(reverse("projects_steering")).context["leaders"]
    page = client.get(reverse("projects_leader", args=[leader.pk]))
    assert world.project.name in page.content.decode()
    for figure in (*_figures(page.context["found"]), *(figure for _m, figure in steered)):
        recount = json.loads(client.get(f"{figure.url}&format=json").content)
        assert recount["figure"] == figure.value, figure
    assert [figure.value for _m, figure in steered] == [1]


def _figures(found: Any) -> list[Any]:
    stats = list(found.stats)
    for column in getattr(found, "columns", ()):
        stats += [column.count, column.total]
    stats += [figure for _l, figure, _r in getattr(found, "levels", ())]
    stats += [figure for _n, figures in getattr(found, "sectors", ()) for figure in figures]
    return stats + ([found.doubtful] if hasattr(found, "doubtful") else [])


def test_who_may_not_is_refused(world: World) -> None:
    viewer, key = world.client("viewer"), [world.project.pk]
    for name in ("board", "list", "warnings", "steering", "investment", "new"):
        assert viewer.get(reverse(f"projects_{name}")).status_code == 403, name
    assert viewer.get(reverse("projects_project", args=key)).status_code == 403
    auditor = world.client("auditor")
    assert auditor.get(reverse("projects_project", args=key)).status_code == 200
    for name in ("change", "stage", "month", "plan", "fund", "photos", "problem_new", "call_new"):
        assert auditor.get(reverse(f"projects_{name}", args=key)).status_code == 403, name
    accept = reverse("projects_item", args=[*key, "filing", "accept"])
    assert auditor.post(accept, {"on": "2025-09-22"}).status_code == 403
    assert (
        auditor.get(reverse("projects_leader", args=[world.members["lead"].pk])).status_code == 404
    )


def test_a_form_that_is_wrong_comes_back_filled(world: World) -> None:
    client = world.client("lead")
    given = {
        **values(name="新项目", total="100000"), "planned_start": "2025-11-28",
        "planned_finish": "2027-06-30",
    }  # fmt: skip
    answer = client.post(reverse("projects_new"), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "新项目" in page
    assert "挂点领导" in page
    assert not Project.objects.filter(name="新项目").exists()
    made = client.post(reverse("projects_new"), {**given, "total": "9000"})
    assert made.status_code == 302
    assert Project.objects.get(name="新项目").items.count() == 4


def test_an_approval_is_entered_step_by_step(world: World) -> None:
    client, key = world.client("centre"), world.project.pk
    for act, data, state in (
        ("accept", {"on": "2025-09-22"}, "running"),
        ("stop", {"on": "2025-09-22", "note": "缺报告"}, "stopped"),
        ("resume", {"on": "2025-09-22", "note": "已补"}, "running"),
        ("approve", {"on": "2025-09-22"}, "approved"),
    ):
        url = reverse("projects_item", args=[key, "filing", act])
        assert client.post(url, data).status_code == 302, act
        assert world.item("filing").state == state
    again = client.get(reverse("projects_item", args=[key, "filing", "accept"]))
    assert again.status_code == 409
    early = reverse("projects_item", args=[key, "fire", "accept"])
    answer = client.post(early, {"on": "2025-09-22"})
    assert answer.status_code == 422
    assert "用地许可" in answer.content.decode()


def test_problems_and_calls_are_settled_on_their_pages(
    world: World, busy: tuple[Problem, Call]
) -> None:
    problem, call = busy
    url = reverse("projects_problem", args=[problem.pk])
    street = world.client("street")
    assert street.post(url, {"do": "answer", "answer": ""}).status_code == 422
    told = {"do": "answer", "answer": "本周迁改", "until": "2025-09-30"}
    assert street.post(url, told).status_code == 302
    assert (
        world.client("lead").post(url, {"do": "solve", "solve-result": "迁完"}).status_code == 302
    )
    problem.refresh_from_db()
    assert problem.state == "solved"
    line = CallLine.objects.get(call=call)
    came = reverse("projects_came", args=[call.pk, line.pk])
    assert world.client("planning").post(came, {"note": "同意"}).status_code == 302
    assert (
        street.post(reverse("projects_call", args=[call.pk]), {"result": "定了"}).status_code == 302
    )
    call.refresh_from_db()
    assert call.closed_at is not None


def test_pictures_are_drawn_anew_and_shown(
    world: World, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(drawn, "PNG")
    client, key = world.client("lead"), world.project.pk
    sent = SimpleUploadedFile("a.png", drawn.getvalue(), "image/png")
    given = {"taken_on": "2025-09-20", "caption": "基坑", "photos": sent}
    assert client.post(reverse("projects_photos", args=[key]), given).status_code == 302
    photo = Photo.objects.get(project=key)
    for query in ("", "?small=1"):
        answer = client.get(reverse("projects_photo", args=[key, photo.pk]) + query)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("image/")
        assert b"".join(answer)  # read, so that the file is closed
    page = client.get(reverse("projects_papers", args=[key])).content.decode()
    assert "基坑" in page
