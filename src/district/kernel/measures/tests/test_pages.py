"""The pages of filings and measures, evidence up and down, the registers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base import sniffing
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.measures.models import Evidence, Filing, Measure, MeasureValue
from district.kernel.measures.rules.periods import period_ending
from district.kernel.measures.services import (
    ValueSpec,
    add_evidence,
    file_value,
    record_values,
    remove_evidence,
    return_filing,
    review,
    sign_off,
)
from district.kernel.measures.subjects import filing_subject
from district.kernel.measures.tests.conftest import LOADER, Enter, People, Stand
from district.kernel.measures.tests.test_rules import PDF, PNG
from district.kernel.registers.figures import figure_url

D = Decimal
BUDGET = 10


def budgeted(client: Client, address: str, **query: str) -> str:
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address, query)
    assert page.status_code == 200
    assert len(queries) <= BUDGET, [one["sql"][:150] for one in queries]
    return page.content.decode()


def versioned(filing: Filing, **data: str) -> dict[str, str]:
    filing.refresh_from_db()
    return {"version": str(filing.version), "status": "preliminary", "note": "", **data}


def test_the_desk_shows_what_waits_and_what_to_do_when_nothing_does(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    with stand("2025-09-08 10:00"):
        text = budgeted(enter(people.officer), reverse("filings"))
        assert "待填报" in text
        assert "固定资产投资额" in text
        assert "2025-09-05" in text
        assert "已超 3 天" in text
        empty = budgeted(enter(people.viewer), reverse("filings"))
        assert "现在没有要填报" in empty


def test_a_value_goes_from_form_to_series_over_the_pages(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    address = reverse("filing", args=[filing.pk])
    officer, head, planner = (enter(p) for p in (people.officer, people.head, people.planner))
    with stand("2025-09-03 10:00"):
        assert "提交审核" in budgeted(officer, address)
        assert "提交审核" not in budgeted(head, address)
        empty = versioned(filing, step="amend", value="", note="等数")
        assert officer.post(address, empty).status_code == 302
        assert "等数" in budgeted(officer, address)
        sent = officer.post(address, versioned(filing, step="file", value="1,012.4", note="快报"))
        assert sent.status_code == 302
        assert "审核通过" in budgeted(head, address)
        assert "撤回修改" in budgeted(officer, address)
        assert head.post(address, versioned(filing, step="review")).status_code == 302
        assert "审定入库" in budgeted(planner, address)
        assert planner.post(address, versioned(filing, step="sign_off")).status_code == 302
        text = budgeted(officer, address)
        assert "已审定" in text
        assert "审定入库" in text  # in the timeline
    assert MeasureValue.objects.get().value == D("1012.4")


def test_a_doubtful_value_comes_back_with_a_box_to_tick(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    period = period_ending(date(2024, 8, 31), "year_to_date")
    record_values([ValueSpec("investment", "9-D01", period, D(880))], actor=LOADER)
    address = reverse("filing", args=[filing.pk])
    with stand("2025-09-03 10:00"):
        client = enter(people.officer)
        answer = client.post(address, versioned(filing, step="file", value="9124000"))
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "可能是计量单位写错" in text
        assert 'name="confirm"' in text
        assert 'value="9124000"' in text
        data = versioned(filing, step="file", value="9124000", confirm="on")
        assert client.post(address, data).status_code == 302
    filing.refresh_from_db()
    assert (filing.state, filing.warnings[0]["code"]) == ("filed", "unit_too_large")


@pytest.mark.parametrize(
    ("value", "words"), [("", "没有填数值"), ("十二", "请填写数字"), ("1e30", "")]
)
def test_a_wrong_value_names_the_field(
    filing: Filing, people: People, enter: Enter, stand: Stand, value: str, words: str
) -> None:
    with stand("2025-09-03 10:00"):
        answer = enter(people.officer).post(
            reverse("filing", args=[filing.pk]), versioned(filing, step="file", value=value)
        )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'href="#id_value"' in answer.content.decode()


def test_a_page_that_is_out_of_date_is_told_so(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    data = versioned(filing, step="file", value="900")
    with stand("2025-09-03 10:00"):
        file_value(filing, D(901), actor=people.officer)
        return_filing(filing, "再看", actor=people.head)
        answer = enter(people.officer).post(reverse("filing", args=[filing.pk]), data)
    assert answer.status_code == 409
    assert "刚被别人修改过" in answer.content.decode()


def test_returning_without_a_reason_says_what_is_missing(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    address = reverse("filing", args=[filing.pk])
    with stand("2025-09-03 10:00"):
        file_value(filing, D(901), actor=people.officer)
        head = enter(people.head)
        answer = head.post(address, versioned(filing, step="return", reason=""))
        assert (answer.status_code, "没有写退回原因" in answer.content.decode()) == (422, True)
        done = head.post(address, versioned(filing, step="return", reason="少一个项目"))
        assert done.status_code == 302
        assert "少一个项目" in budgeted(enter(people.officer), address)


def test_strangers_and_odd_steps_are_turned_away(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    address = reverse("filing", args=[filing.pk])
    with stand("2025-09-03 10:00"):
        assert enter(people.other_officer).get(address).status_code == 403
        viewer = enter(people.viewer)
        data = versioned(filing, step="file", value="1")
        assert viewer.post(address, data).status_code == 403
        assert viewer.post(address, versioned(filing, step="explode")).status_code == 422
    assert Client().get(address).status_code == 302
    assert Filing.objects.get().state == "draft"


# Evidence -----------------------------------------------------------------------------------


def test_evidence_is_kept_under_a_random_name_and_only_downloaded(
    filing: Filing,
    people: People,
    enter: Enter,
    stand: Stand,
    settings: LazySettings,
) -> None:
    with stand("2025-09-03 10:00"):
        client = enter(people.officer)
        upload = SimpleUploadedFile("../../报表.pdf", PDF, "text/html")
        answer = client.post(reverse("filing_evidence_add", args=[filing.pk]), {"file": upload})
        assert answer.status_code == 302
        row = Evidence.objects.get()
        assert (row.name, row.content_type, row.size) == ("报表.pdf", "application/pdf", len(PDF))
        files = [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]
        assert [p.name for p in files] == [row.stored]
        assert "报表" not in row.stored
        address = reverse("filing_evidence", args=[row.pk])
        down = client.get(address)
        assert down.getvalue() == PDF
        assert down["Content-Disposition"].startswith("attachment")
        assert down["Content-Type"] == "application/octet-stream"
        assert "sandbox" in down["Content-Security-Policy"]
        assert down["X-Content-Type-Options"] == "nosniff"
        assert enter(people.other_officer).get(address).status_code == 403
        assert Client().get(address).status_code == 302
        assert "报表.pdf" in budgeted(client, reverse("filing", args=[filing.pk]))


@pytest.mark.django_db(transaction=True)
def test_removed_evidence_is_gone_from_the_disk_but_not_from_history(
    filing: Filing, people: People, enter: Enter, stand: Stand, settings: LazySettings
) -> None:
    with stand("2025-09-03 10:00"):
        row = add_evidence(filing, "图.png", PNG, actor=people.officer)
        client = enter(people.officer)
        answer = client.post(reverse("filing_evidence_remove", args=[row.pk]))
        assert answer.status_code == 302
        assert client.get(reverse("filing_evidence", args=[row.pk])).status_code == 404
    assert [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()] == []
    removed = events_of(filing_subject(filing))[0]
    assert (removed.kind, removed.data["sha256"]) == (
        "measures.filing.evidence_removed",
        row.sha256,
    )


def test_evidence_has_limits(
    filing: Filing, people: People, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stand("2025-09-03 10:00"):
        for name, content in (("x.html", b"<html>"), ("x.pdf", PNG), ("x.pdf", b""), ("..", PDF)):
            with pytest.raises(Invalid):
                add_evidence(filing, name, content, actor=people.officer)
        add_evidence(filing, "a.pdf", PDF, actor=people.officer)
        with pytest.raises(Invalid, match="已经上传过"):
            add_evidence(filing, "b.pdf", PDF, actor=people.officer)
        monkeypatch.setattr(sniffing, "LARGEST", 10)
        with pytest.raises(Invalid, match="20 MB"):
            add_evidence(filing, "c.pdf", PDF + b" ", actor=people.officer)
        monkeypatch.undo()
        monkeypatch.setattr(sniffing, "MOST_FILES", 1)
        with pytest.raises(Invalid, match="最多"):
            add_evidence(filing, "c.pdf", PDF + b" ", actor=people.officer)
        with pytest.raises(NotPermitted):
            add_evidence(filing, "d.pdf", PDF, actor=people.viewer)
        file_value(filing, D(900), actor=people.officer)
        with pytest.raises(Conflict, match="先撤回"):
            remove_evidence(Evidence.objects.get(), actor=people.officer)
    assert Evidence.objects.count() == 1


# Measures -----------------------------------------------------------------------------------


@pytest.fixture
def signed(filing: Filing, people: People, stand: Stand) -> MeasureValue:
    with stand("2025-09-03 10:00"):
        july = period_ending(date(2025, 7, 31), "year_to_date")
        record_values([ValueSpec("investment", "9-D01", july, D(790))], actor=LOADER)
        file_value(filing, D("912.4"), actor=people.officer)
        review(filing, actor=people.head)
        sign_off(filing, actor=people.planner)
    return MeasureValue.objects.get(period_end=date(2025, 8, 31))


def test_a_measure_shows_its_series_vintages_and_who_files(
    signed: MeasureValue, people: People, enter: Enter, stand: Stand
) -> None:
    with stand("2025-10-03 10:00"):
        planner = enter(people.planner)
        form = reverse("measure_revise", args=["investment", signed.pk])
        assert 'value="912.40"' in budgeted(planner, form)
        data = {"value": "915", "status": "final", "note": "核实"}
        assert planner.post(form, data).status_code == 302
        assert planner.post(form, data).status_code == 409
        text = budgeted(planner, reverse("measure", args=["investment"]))
        for words in ("915", "912.4", "修订前", "2025年1-8月", "区", "期后 5 个工作日内"):
            assert words in text
        assert enter(people.officer).get(form).status_code == 403


def test_the_newest_value_opens_the_row_it_is_read_from(
    signed: MeasureValue, people: People, enter: Enter
) -> None:
    client = enter(people.viewer)
    figure = client.get(reverse("measure", args=["investment"])).context["latest"]["figure"]
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(figure_url(figure) + "&format=json")
    assert len(queries) <= BUDGET
    assert answer.json()["count"] == 1
    assert D(str(answer.json()["figure"])) == D("912.4")


def test_an_unknown_measure_or_value_is_not_found(
    measure: Measure, people: People, enter: Enter
) -> None:
    client = enter(people.planner)
    assert client.get(reverse("measure", args=["nothing"])).status_code == 404
    nothing = "00000000-0000-7000-8000-000000000000"
    revise = reverse("measure_revise", args=["investment", nothing])
    assert client.get(revise).status_code == 404
    assert client.get(reverse("filing", args=[nothing])).status_code == 404
    assert "还没有数值" in budgeted(client, reverse("measure", args=["investment"]))


@pytest.mark.parametrize("key", ["measures-measures", "measures-values", "measures-filings"])
def test_the_registers_list_what_there_is(
    signed: MeasureValue, people: People, enter: Enter, key: str
) -> None:
    client = enter(people.planner)
    text = budgeted(client, reverse("register_list", args=[key]))
    assert "固定资产投资额" in text
    rows = client.get(reverse("register_list", args=[key]), {"format": "csv"})
    assert rows.status_code == 200
    assert budgeted(client, reverse("measures"))


def test_filings_of_others_stay_out_of_the_register(
    filing: Filing, people: People, enter: Enter
) -> None:
    address = reverse("register_list", args=["measures-filings"])
    assert "固定资产投资额" not in enter(people.other_officer).get(address).content.decode()
    assert "固定资产投资额" in enter(people.officer).get(address).content.decode()
