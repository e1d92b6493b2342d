"""What the demo's story leaves out, done on the pages, so that a walk finds every page."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from district.kernel.history.public import Actor
from district.kernel.measures.public import Filing, FilingDuty, MeasureValue
from district.kernel.plan.public import Commitment, Edition
from district.testing.demo import PEOPLE, DemoDistrict
from district.testing.dummy.demo import lamps

#: The unit that the demo's first head and officer act for.
UNIT = "440307-D04"


def live_in(demo: DemoDistrict) -> dict[str, list[str]]:
    """Act in the demo; per role, addresses that only some rows of a list lead to.

    An amended report waits, a unit has filed with evidence, a commitment was given up, another
    is done with evidence, a list was imported, a project has a picture. AssertionError where a
    page does not take its form.
    """
    lamps("440307", actor=Actor.system("tests"))
    planner, officer = demo.client("planner"), demo.client("officer")
    amended = _amend(planner)
    given_up, own, task = _cancel(planner), *_commitments()
    done = _finish(planner)
    _report_progress(officer, task)
    filing = _attach(officer)
    imported, project = _import_lamps(officer), _picture_of_project(officer)
    known = [reverse("plan_commitment", args=[row.pk]) for row in (own, task, given_up, done)]
    return {role: known for role in PEOPLE if role != "nobody"} | {
        "planner": [*known, amended, _filed()],
        "officer": [*known, filing, imported, project],
    }


def _filed() -> str:
    """A measure that a unit files: most are computed."""
    told = MeasureValue.objects.filter(superseded_by=None).values("measure")
    duties = FilingDuty.objects.filter(active=True, measure__in=told, measure__source="department")
    duty = duties.order_by("pk")[0]
    return reverse("measure", args=[duty.measure_id])


def _post(client: Any, address: str, **data: Any) -> str:
    """Send a form; the address that it leads to."""
    answer = client.post(address, data)
    if answer.status_code != 302:
        raise AssertionError(f"{address} answered {answer.status_code} to {data}")
    return str(answer["Location"])


def _amend(planner: Any) -> str:
    edition = Edition.objects.get(state="current")
    text = edition.text.replace("增长6%", "增长5.5%", 1)
    file = SimpleUploadedFile("修订稿.txt", text.encode())
    return _post(planner, reverse("plan_amend", args=[edition.report_id]), file=file)


def _cancel(planner: Any) -> Commitment:
    row = Commitment.objects.filter(state="active", children=None).order_by("-sort")[0]
    _post(planner, reverse("plan_cancel", args=[row.pk]), note="不再实施")
    return row


def _finish(planner: Any) -> Commitment:
    row = Commitment.objects.filter(state="active", children=None).order_by("-sort")[0]
    file = SimpleUploadedFile("验收单.txt", "验收合格".encode())
    _post(planner, reverse("plan_finish", args=[row.pk]), note="已通过验收。", evidence=file)
    return row


def _commitments() -> tuple[Commitment, Commitment]:
    mine = Commitment.objects.filter(state="active", lead_unit=UNIT).order_by("sort")
    return mine.exclude(value=None)[0], mine.filter(value=None)[0]


def _report_progress(officer: Any, task: Commitment) -> None:
    file = SimpleUploadedFile("现场记录.txt", "现场记录".encode())
    address = reverse("plan_progress", args=[task.pk])
    _post(officer, address, percent=(task.percent or 0) + 1, text="按月推进。", evidence=file)


def _attach(officer: Any) -> str:
    row = Filing.objects.filter(unit=UNIT, state__in=("draft", "returned")).order_by(
        "tracked__due_at"
    )[0]
    file = SimpleUploadedFile("统计表.csv", "月份,数值\n8,8.2\n".encode())
    return _post(officer, reverse("filing_evidence_add", args=[row.pk]), file=file)


def _picture_of_project(officer: Any) -> str:
    """The page of a project of the officer's own unit before construction, now with a picture."""
    projects = apps.get_model("sys_projects", "Project").objects
    row = projects.filter(lead_unit=UNIT, stage="early").order_by("number")[0]
    drawn = BytesIO()
    Image.new("RGB", (64, 48), "gray").save(drawn, "PNG")
    file = SimpleUploadedFile("现场.png", drawn.getvalue(), "image/png")
    address = reverse("projects_photos", args=[row.pk])
    _post(officer, address, taken_on=row.stage_since.isoformat(), caption="现场", photos=file)
    return reverse("projects_project", args=[row.pk])


def _import_lamps(officer: Any) -> str:
    file = SimpleUploadedFile(
        "路灯.csv", "编号,位置,牵头单位\nL-003,桥头路三号,440307-D04\n".encode()
    )
    return _post(officer, reverse("register_import", args=["dummy-lamps"]), file=file)
