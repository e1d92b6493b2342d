"""Dispatch meetings: packs keep what was shown and say what is stale; decisions come back."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from docx import Document
from pptx import Presentation

from district.kernel.base.errors import NotPermitted
from district.kernel.history.public import events_of
from district.kernel.plan.public import (
    finish_commitment,
)
from district.systems.economy.models import (
    Decision,
    Meeting,
    Pack,
    PackFigure,
    Series,
)
from district.systems.economy.names import SYSTEM, decision_subject, meeting_subject
from district.systems.economy.selectors.packs.reading import pack_for, pack_view
from district.systems.economy.selectors.packs.views import Number, PackView
from district.systems.economy.services.issuing import issue_decisions
from district.systems.economy.services.meetings import (
    close_meeting,
    hold_meeting,
    keep_supposition,
)
from district.systems.economy.services.nowcasts import compute_nowcast
from district.systems.economy.services.packs import make_pack
from district.systems.economy.services.values import Told, record_series_values
from district.systems.economy.tests.conftest import LOADER, People, record_year
from district.systems.economy.tests.meetings import (
    approve,
    decision,
    leader,
    meeting,
    report,
    shown,
)
from district.systems.economy.tests.test_values import AUGUST
from district.testing.moments import standing

_FIGURE = re.compile(r'<a class="figure" href="([^"]+)"[^>]*data-value="([^"]*)"')


@pytest.fixture(scope="module")
def known(district: People, django_db_blocker: Any) -> Iterator[People]:
    """The district has a past, approved targets, nowcasts, and growth alone of investment."""
    with django_db_blocker.unblock(), transaction.atomic():
        for key in ("output", "sales"):
            for year, whole in ((2021, 790), (2022, 840), (2023, 950)):
                record_year(key, year, Decimal(whole), Decimal(5), 12)
            approve(key, Decimal(12), district)
            compute_nowcast(key, 2025, actor=SYSTEM)
        series = Series.objects.get(pk="investment")
        growths = Series.objects.get(pk="output").values.filter(industry="", street="")
        told = [Told(one.period_start, one.period_end, growth=one.growth) for one in growths]
        record_series_values(series, told, source="bureau", status="final", actor=LOADER)
        approve("investment", Decimal(8), district)
        compute_nowcast("investment", 2025, actor=SYSTEM)
        yield district
        transaction.set_rollback(True)


@pytest.fixture
def people(known: People, db: None) -> People:
    """The members of the module's district."""
    return known


def viewed(pack: Pack) -> PackView:
    """The pack as it is shown now."""
    return pack_view(pack_for(pack.pk))


def number(view: PackView, series: str, name: str) -> Decimal:
    """A number of an indicator."""
    (one,) = [each for each in view.indicators if each.part["series"] == series]
    return one.figures[name].value


def test_every_number_of_a_pack_opens_its_rows_as_they_were(
    people: People, django_assert_max_num_queries: Any
) -> None:
    row = meeting(people)
    growths = {"901": Decimal(20)}
    keep_supposition(
        row.pk, Series.objects.get(pk="output"), "street", growths, actor=people.bureau
    )
    pack = make_pack(row.pk, actor=people.bureau)
    client = people.client("leader")
    page = shown(client, pack.get_absolute_url(), django_assert_max_num_queries)
    assert "已变动" not in page
    found = set(_FIGURE.findall(page))
    assert len(found) > 60
    registers = {address.split("/registers/")[1].split("/")[0] for address, _value in found}
    assert registers == {
        "economy-values", "economy-cells", "economy-decompositions", "economy-pack-figures",
    }  # fmt: skip
    with standing("2025-09-25 09:00"):
        told = Told(*AUGUST, value=Decimal(640), growth=Decimal("1.6"))
        record_series_values(
            Series.objects.get(pk="output"), [told], source="bureau", status="final",
            actor=people.bureau,
        )  # fmt: skip
        compute_nowcast("output", 2025, actor=SYSTEM)
    names = [reverse("register_list", args=["economy-pack-figures"])]
    for address, value in sorted(found)[::5]:
        recount = client.get(html.unescape(address) + "&format=json").json()
        assert Decimal(str(recount["figure"])) == Decimal(value), address
    for one in PackFigure.objects.filter(pack=pack, key__in=["output.needed", "output.chance"]):
        shown(client, one.get_absolute_url(), django_assert_max_num_queries)
    shown(client, names[0], django_assert_max_num_queries)


def test_contributors_add_up_exactly_and_the_chart_leads_to_the_outturn(people: People) -> None:
    view = viewed(make_pack(meeting(people).pk, actor=people.bureau))
    one = next(each for each in view.indicators if each.part["series"] == "output")
    for moved in one.moved:
        assert sum(line[1].value for line in moved.lines) == moved.change.value
        assert sum(line[2].value for line in moved.lines) == moved.points.value
    assert [moved.dimension for moved in one.moved] == ["行业", "街道"]
    assert one.chart is not None

    def added(points: tuple[Number | None, ...]) -> Decimal:
        return sum((each.value for each in points if each is not None), Decimal(0))

    # What came and what is expected make the outturn, what is asked the year's target.
    assert added(one.chart.actual) == number(view, "output", "value") == Decimal("667.8")
    assert added(one.chart.actual) + added(one.chart.nowcast) == number(view, "output", "level")
    assert added(one.chart.target) == number(view, "output", "year_target")
    assert [each is None for each in one.chart.nowcast] == [
        each is not None for each in one.chart.actual
    ]
    assert one.chart.categories[0] == "1—2月"
    # A growth of 6 where 12 is asked for: everybody is behind, the largest first.
    assert [each.name for each in one.behind][:1] == ["电子"]
    assert all(each.gap.value == each.actual.value - each.due.value < 0 for each in one.behind)


def test_growth_alone_is_told_as_growth(people: People) -> None:
    view = viewed(make_pack(meeting(people).pk, actor=people.bureau))
    one = next(each for each in view.indicators if each.part["series"] == "investment")
    assert "level" not in one.figures
    assert {"growth", "growth_target", "outturn_growth", "needed"} <= set(one.figures)
    assert one.chart is not None
    assert one.chart.unit == "%"


def test_a_pack_of_a_month_knows_nothing_of_the_next(people: People) -> None:
    view = viewed(make_pack(meeting(people, 7).pk, actor=people.bureau))
    one = next(each for each in view.indicators if each.part["series"] == "output")
    assert one.period == "2025年1—7月"
    assert one.figures["value"].value == Decimal("583.0")


def test_what_changed_afterwards_is_named_and_a_new_pack_holds_again(people: People) -> None:
    row = meeting(people)
    first = make_pack(row.pk, actor=people.bureau)
    before = number(viewed(first), "output", "value")
    with standing("2025-09-23 09:00"):
        told = Told(*AUGUST, value=Decimal(640), growth=Decimal("1.6"))
        record_series_values(
            Series.objects.get(pk="output"), [told], source="bureau", status="final",
            actor=people.bureau,
        )  # fmt: skip
        view = viewed(first)
        (said,) = [what for name, what in view.stale if name == "工业总产值"]
        assert said == ("2025年1—8月全区数值由667.8修订为640（2025-09-23）",)
        one = next(each for each in view.indicators if each.part["series"] == "output")
        # The value itself and what was computed of it, but neither target nor another indicator.
        assert one.figures["value"].stale
        assert one.figures["completion"].stale
        assert not one.figures["growth_target"].stale
        assert number(view, "output", "value") == before
        assert not [name for name, _what in view.stale if name == "零售总额"]
        approve("sales", Decimal(7), people)
        compute_nowcast("investment", 2025, actor=SYSTEM)
    with standing("2025-09-24 09:00"):
        compute_nowcast("output", 2025, actor=SYSTEM)
        view = viewed(first)
        said_of = dict(view.stale)
        assert "全年预计已于2025-09-24 09:00重新测算" in said_of["工业总产值"]
        assert said_of["零售总额"] == ("第1版目标分解已被第2版替代",)
        assert "固定资产投资" not in said_of
        page = people.client("street").get(first.get_absolute_url()).content.decode()
        assert "已变动" in page
        assert f'data-stale="{view.stale_figures}"' in page
        second = make_pack(row.pk, actor=people.planner)
        assert (first.number, second.number) == (1, 2)
        assert viewed(second).stale == ()
        assert number(viewed(second), "output", "value") == 640
        assert viewed(first).newest == 2


def test_a_first_target_or_nowcast_is_told_too(people: People) -> None:
    pack = make_pack(meeting(people).pk, actor=people.bureau)
    compute_nowcast("gdp", 2025, actor=SYSTEM)
    assert dict(viewed(pack).stale)["生产总值"] == ("全年预计已测算",)


def test_decisions_become_commitments_and_next_month_opens_with_them(
    people: People, django_assert_max_num_queries: Any
) -> None:
    item = report(people)
    july = meeting(people, 7)
    for text, due in (
        ("补报漏统企业", "2025-10-10"),
        ("走访企业", "2025-10-09"),
        ("落实一企一策", "2025-11-28"),
    ):
        decision(july, people, text, due, series="output", street="901")
    assert len(viewed(make_pack(july.pk, actor=people.bureau)).agenda) == 3
    hold_meeting(july.pk, actor=people.bureau)
    with pytest.raises(NotPermitted):
        issue_decisions(july.pk, actor=people.bureau)
    assert issue_decisions(july.pk, actor=people.planner).lacking == ()
    close_meeting(july.pk, actor=people.bureau)
    rows = list(Decision.objects.order_by("number").select_related("commitment"))
    for row in rows:
        made = row.commitment
        assert made is not None
        # Beside the item and in its report, so that a late decision does not light its number.
        assert (made.report_id, made.parent_id, made.state) == (item.report_id, None, "active")
        assert (made.lead_unit_id, made.leader_id) == ("9-D02", leader().pk)
        assert [unit.pk for unit in made.co_units.all()] == ["901"]
        assert made.deadline == row.due_on
        assert made.tracked is not None
    with standing("2025-10-08 09:00"):
        finish_commitment(rows[0].commitment_id or "", note="补报11家", actor=people.planner)
    with standing("2025-10-22 09:00"):
        august = meeting(people, 8, "2025-10-22")
        pack = make_pack(august.pk, actor=people.bureau)
        told = viewed(pack).decisions
        assert [(one.part["text"], one.part["outcome"]) for one in told] == [
            ("走访企业", "late"),
            ("落实一企一策", "open"),
            ("补报漏统企业", "done"),
        ]
        assert told[0].part["light"] == "red"
        assert told[0].reasons
        assert told[2].part["closing"] == "补报11家"
        client = people.client("leader")
        assert "补报11家" in shown(client, pack.get_absolute_url(), django_assert_max_num_queries)
        hold_meeting(august.pk, actor=people.bureau)
    with standing("2025-10-24 09:00"):
        finish_commitment(rows[1].commitment_id or "", note="走访20家", actor=people.planner)
        assert viewed(pack).decisions[0].now == "现在：超期完成"
    with standing("2025-11-20 09:00"):
        # What was done before the last meeting is told no more.
        september = meeting(people, 9, "2025-11-20")
        told = viewed(make_pack(september.pk, actor=people.bureau)).decisions
        assert [one.part["outcome"] for one in told] == ["open", "done_late"]
    client = people.client("planner")
    page = shown(client, july.get_absolute_url(), django_assert_max_num_queries)
    assert "超期完成" in page
    assert any(one.kind == "economy.decision.issued" for one in events_of(
        decision_subject(rows[0].pk)))  # fmt: skip


def test_the_files_hold_the_numbers_of_the_page(people: People) -> None:
    row = meeting(people)
    decision(row, people, "走访企业", "2025-10-10")
    client = people.client("bureau")
    made = client.post(reverse("economy_pack_make", args=[row.pk]), {"format": "pptx"})
    pack = Pack.objects.get()
    view = viewed(pack)
    one = next(each for each in view.indicators if each.part["series"] == "output")
    assert one.chart is not None
    deck = Presentation(io.BytesIO(made.content))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == sum(1 for each in view.indicators if each.chart is not None) == 3
    drawn = {line.name: list(line.values) for line in charts[0].plots[0].series}
    assert list(charts[0].plots[0].categories) == one.chart.categories
    assert drawn == {
        name: [None if each is None else float(each.value) for each in points]
        for name, points in one.chart.lines
    }
    texts = ["\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
             for slide in deck.slides]  # fmt: skip
    assert all("来源：" in text for text in texts[1:])
    assert any("单位：亿元；数据截至：2025-09-22" in text for text in texts)
    answer = client.get(pack.get_absolute_url(), {"format": "docx"})
    document = Document(io.BytesIO(answer.content))
    cells = {cell.text for table in document.tables for line in table.rows for cell in line.cells}
    assert {"667.8", "走访企业", "电子"} <= cells
    assert {"1—2月", "8月"} <= cells
    assert any("/charts/" in str(one.partname) for one in document.part.package.parts)
    kinds = [event for event in events_of(meeting_subject(row.pk)) if "exported" in event.kind]
    assert [event.data["format"] for event in kinds] == ["docx", "pptx"]


def test_pages_and_their_forms(people: People, django_assert_max_num_queries: Any) -> None:
    client = people.client("bureau")
    url = reverse("economy_meeting_new")
    sent = {"year": "2025", "month": "8", "held_on": "2025-09-22", "chair": str(leader().pk)}
    assert client.post(url, {**sent, "held_on": "2025-07-01"}).status_code == 422
    answer = client.post(url, sent)
    row = Meeting.objects.get()
    assert answer["Location"] == row.get_absolute_url()
    assert row.title == "2025年8月经济运行调度会"
    decide = reverse("economy_decide", args=[row.pk])
    draft: dict[str, Any] = {
        "text": "走访企业", "series": "output", "street": "901", "lead_unit": "9-D02",
        "co_units": ["901"], "leader": str(leader().pk), "due_on": "2025-09-01",
    }  # fmt: skip
    answer = client.post(decide, draft)
    assert answer.status_code == 422
    assert "走访企业" in answer.content.decode()
    assert client.post(decide, {**draft, "due_on": "2025-10-01"}).status_code == 302
    one = Decision.objects.get()
    change = reverse("economy_decision_change", args=[one.pk])
    draft["due_on"] = "2025-10-09"
    assert client.post(change, {**draft, "version": one.version}).status_code == 302
    assert client.post(change, {**draft, "version": one.version}).status_code == 422
    kept = {"by": "street", "g-901": "20", "meeting": str(row.pk)}
    supposing = reverse("economy_supposing", args=["output"]) + "?by=street&g-901=20"
    assert row.title in shown(client, supposing, django_assert_max_num_queries)
    assert client.post(reverse("economy_keep", args=["output"]), kept).status_code == 302
    client.post(reverse("economy_pack_make", args=[row.pk]))
    page = client.get(Pack.objects.get().get_absolute_url()).content.decode()
    assert "15.8" in page
    for name, args in (
        ("economy_meetings", []),
        ("economy_meeting_new", []),
        ("economy_meeting", [row.pk]),
        ("economy_meeting_change", [row.pk]),
        ("economy_decide", [row.pk]),
        ("economy_decision_change", [one.pk]),
        ("register_list", ["economy-decisions"]),
    ):
        shown(client, reverse(name, args=args), django_assert_max_num_queries)
    client.post(reverse("economy_meeting_hold", args=[row.pk]), {"version": row.version})
    row.refresh_from_db()
    assert row.state == "held"
    client.post(reverse("economy_decision_drop", args=[one.pk]))
    client.post(reverse("economy_meeting_close", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "closed"


def test_who_may_not_is_refused(people: People) -> None:
    row = meeting(people)
    pack = make_pack(row.pk, actor=people.planner)
    for name in ("street", "leader", "industry"):
        client = people.client(name)
        for url in (row.get_absolute_url(), pack.get_absolute_url()):
            assert client.get(url).status_code == 200
        for url in ("economy_pack_make", "economy_decide", "economy_meeting_hold"):
            assert client.post(reverse(url, args=[row.pk])).status_code == 403
        assert client.get(reverse("economy_meeting_new")).status_code == 403
        assert client.post(reverse("economy_meeting_issue", args=[row.pk])).status_code == 403
    viewer = people.client("viewer")
    for url in (row.get_absolute_url(), pack.get_absolute_url(), reverse("economy_meetings")):
        assert viewer.get(url).status_code == 403
