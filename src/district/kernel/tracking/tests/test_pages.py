"""The pages of tracking: calendars with upload, a row's way to its subject, the register."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.history.public import Subject
from district.kernel.organisation.public import create_member
from district.kernel.tracking.models import TrackedRow
from district.kernel.tracking.records import ClockSpec, Owner
from district.kernel.tracking.selectors import announced_years
from district.kernel.tracking.services import track
from district.kernel.tracking.tests.conftest import LOADER, tracked

Enter = Callable[..., Client]
BUDGET = 10


@pytest.fixture
def enter(district: None) -> Enter:
    """`enter("officer", "901")`: a browser signed in as such a member."""

    def make(role: str, unit: str = "9") -> Client:
        member = create_member("石立春", unit, role, actor=LOADER)
        user = User.objects.create_user(f"{role}-{unit}")
        member.user = user
        member.save()
        client = Client()
        client.force_login(user)
        return client

    return make


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("2027.csv", text.encode(), "text/csv")


def test_the_calendar_says_what_is_announced(enter: Enter) -> None:
    client = enter("viewer")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("calendars"), {"year": "2025"})
    assert len(queries) <= BUDGET
    text = page.content.decode()
    assert "2025 年放假安排已公布" in text
    assert "全年 248 个工作日" in text
    assert "国务院办公厅关于2025年" in text
    assert "国庆节、中秋节调休" in text
    assert "载入放假安排" not in text
    assert "尚未公布" in client.get(reverse("calendars"), {"year": "2031"}).content.decode()
    for odd in ("", "x", "99999", "²²²²", "1000"):
        assert client.get(reverse("calendars"), {"year": odd}).status_code == 200


def test_an_announcement_is_shown_before_it_is_taken_in(enter: Enter) -> None:
    client = enter("administrator")
    text = "# 试验通知\ndate,kind,name\n2027-01-01,holiday,元旦\n2027-01-03,workday,元旦调休\n"
    shown = client.post(reverse("calendar_announce"), {"year": "2027", "file": upload(text)})
    assert shown.status_code == 200
    assert "预览：2027 年放假安排" in shown.content.decode()
    assert announced_years()[-1] == 2026
    sent = client.post(
        reverse("calendar_announce"),
        {"year": "2027", "text": shown.context["text"], "confirm": "1"},
    )
    assert sent.status_code == 302
    assert announced_years()[-1] == 2027
    assert "试验通知" in client.get(sent["Location"]).content.decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date,kind,name\n2027-13-01,holiday,元旦\n", "2027-13-01"),
        ("nonsense", "表头应为"),
        ("", "提交的是空文件"),
    ],
)
def test_a_wrong_announcement_names_what_to_mend(enter: Enter, text: str, words: str) -> None:
    client = enter("administrator")
    answer = client.post(
        reverse("calendar_announce"), {"year": "2027", "file": upload(text), "confirm": "1"}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert announced_years()[-1] == 2026


def test_without_a_file_the_form_says_so(enter: Enter) -> None:
    answer = enter("administrator").post(reverse("calendar_announce"), {"year": "2027"})
    assert (answer.status_code, "没有选择文件" in answer.content.decode()) == (422, True)


def test_others_may_not_announce(enter: Enter) -> None:
    answer = enter("planner").post(
        reverse("calendar_announce"), {"year": "2027", "file": upload("date,kind,name\n")}
    )
    assert answer.status_code == 403


def test_a_row_leads_to_its_subject(enter: Enter) -> None:
    row = track(
        Subject("tests.thing", "1"),
        "事项",
        Owner("901"),
        ClockSpec(),
        actor=LOADER,
        url="/calendars/",
    )
    client = enter("officer", "901")
    assert client.get(reverse("tracked", args=[row.pk]))["Location"] == "/calendars/"
    TrackedRow.objects.update(url="//elsewhere.example/")
    assert client.get(reverse("tracked", args=[row.pk]))["Location"].startswith("/registers/")
    assert enter("officer", "902").get(reverse("tracked", args=[row.pk])).status_code == 403
    unknown = reverse("tracked", args=["00000000-0000-7000-8000-000000000000"])
    assert client.get(unknown).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"light": "red"}, {"事项2"}),
        ({"lead_unit": "/9/901/"}, {"事项1", "事项3"}),
        ({"where": 'light = "red" or theme = "教育"'}, {"事项1", "事项2"}),
        ({"q": "事项3"}, {"事项3"}),
    ],
)
def test_the_register_filters_rows(enter: Enter, query: dict[str, str], found: set[str]) -> None:
    tracked("1", unit="901", due="2035-10-15 23:59:59", theme="教育")
    tracked("2", unit="902", due="2025-10-15 23:59:59")
    tracked("3", unit="901001", due="2035-10-15 23:59:59")
    client = enter("planner")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("register_list", args=["tracking-rows"]), query)
    assert page.status_code == 200
    assert len(queries) <= BUDGET
    text = page.content.decode()
    assert {name for name in ("事项1", "事项2", "事项3") if f">{name}<" in text} == found
