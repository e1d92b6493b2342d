"""The pages on which a planner defines measures and says who files them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from district.kernel.measures.models import Filing, FilingDuty, Measure
from district.kernel.measures.records import DutySpec, MeasureSpec
from district.kernel.measures.services import ensure_measures, file_value, save_duty
from district.kernel.measures.tests.conftest import LOADER, Enter, People, Stand
from district.kernel.organisation.public import assignments_today, end_assignment

BUDGET = 10
NOW = "2025-09-26 09:00"
D = Decimal


def shown(client: Client, address: str) -> str:
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    assert page.status_code == 200
    assert len(queries) <= BUDGET, [one["sql"][:150] for one in queries]
    return page.content.decode()


def of(name: str, *more: object) -> str:
    return reverse(name, args=["investment", *more])


def measure_words(**more: str) -> dict[str, str]:
    return {
        "name": "新开工项目数",
        "name_en": "Projects begun",
        "key": "",
        "unit": "个",
        "decimals": "0",
        "basis": "absolute",
        "span": "year_to_date",
        "frequency": "monthly",
        "prices": "",
        "aggregation": "flow",
        "direction": "higher",
        "source": "department",
        "definition": "按开工令统计。",
        **more,
    }


def duty_words(**more: str) -> dict[str, str]:
    return {
        "unit": "9-D01",
        "frequency": "monthly",
        "days_after": "8",
        "since": "2025-09-01",
        "contact": "",
        **more,
    }


def test_a_planner_comes_from_the_list_to_a_new_measure_with_somebody_who_files_it(
    people: People, enter: Enter, stand: Stand
) -> None:
    with stand(NOW):
        planner = enter(people.planner)
        text = shown(planner, reverse("measures"))
        assert "还没有指标" in text
        assert reverse("measure_new") in text
        assert 'name="definition"' in shown(planner, reverse("measure_new"))
        made = planner.post(reverse("measure_new"), measure_words())
        row = Measure.objects.get()
        assert (made.status_code, made["Location"]) == (302, row.get_absolute_url())
        text = shown(planner, row.get_absolute_url())
        assert "按开工令统计。" in text
        form = reverse("duty_new", args=[row.key])
        assert form in text
        assert 'value="2025-09-01"' in shown(planner, form)
        answer = planner.post(form, duty_words(contact=people.officer.id))
        assert answer["Location"] == row.get_absolute_url() + "#duties"
        text = shown(planner, row.get_absolute_url())
        for words in ("试验区发展和改革局", "期后 8 个工作日内", "经办", "局长"):
            assert words in text
        assert "设置填报任务" in shown(planner, reverse("measure_changes", args=[row.key]))
        listed = shown(planner, reverse("register_list", args=["measures-duties"]))
        assert "新开工项目数" in listed
        assert "#duties" in listed


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": " "}, "name", "请填写指标的名称"),
        ({"decimals": "seven"}, "decimals", "0 到 6"),
        ({"key": "new"}, "key", "请换一个编码"),
        ({"span": "quarter"}, "frequency", "当季值每季填"),
        ({"source": "system"}, "source", ""),
    ],
)
def test_a_wrong_measure_comes_back_with_links_to_what_is_wrong(
    people: People, enter: Enter, wrong: dict[str, str], field: str, words: str
) -> None:
    answer = enter(people.planner).post(reverse("measure_new"), measure_words(**wrong))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert f'href="#id_{field}"' in text
    assert f'id="id_{field}_error"' in text
    assert 'value="Projects begun"' in text  # what was typed stays
    assert Measure.objects.count() == 0


def test_another_definition_is_another_version_and_values_fix_the_rest(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    with stand(NOW):
        planner = enter(people.planner)
        form = of("measure_change")
        assert "disabled" not in shown(planner, form)
        words = measure_words(name="固定资产投资额", unit="亿元", definition="含农户投资", seen="0")
        answer = planner.post(form, words, follow=True)
        assert "现为第 2 版口径" in answer.content.decode()
        assert planner.post(form, words).status_code == 409  # seen is out of date
        filing.refresh_from_db()
        file_value(filing, D(900), actor=people.officer)
        text = shown(planner, form)
        assert text.count("disabled") >= 4
        row = Measure.objects.get()
        answer = planner.post(form, {**words, "unit": "万元", "seen": str(row.version)})
        assert answer.status_code == 302  # a field that is not asked for is not heard
    assert Measure.objects.get().unit == "亿元"


def test_a_computed_measure_is_named_anew_but_keeps_its_source(
    people: People, enter: Enter
) -> None:
    ensure_measures([MeasureSpec("investment", "算", source="system")], actor=LOADER)
    planner = enter(people.planner)
    assert 'name="source"' not in shown(planner, of("measure_change"))
    words = measure_words(source="department", seen="0")
    assert planner.post(of("measure_change"), words).status_code == 302
    row = Measure.objects.get()
    assert (row.name, row.source) == ("新开工项目数", "system")
    assert "不能在这里停用" in shown(planner, of("measure_end"))
    assert planner.get(of("duty_new")).status_code == 409
    assert of("duty_new") not in shown(planner, row.get_absolute_url())


def test_ending_a_measure_asks_first_and_can_be_taken_back(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    with stand(NOW):
        planner = enter(people.planner)
        text = shown(planner, of("measure_end"))
        assert "还没有提交的有 1 份" in text
        assert Measure.objects.get().is_active
        bare = planner.post(of("measure_end"), {"reason": "", "seen": "0"})
        assert (bare.status_code, 'href="#id_reason"' in bare.content.decode()) == (422, True)
        data = {"reason": "制度调整", "cancel_open": "on", "seen": "0"}
        assert planner.post(of("measure_end"), data).status_code == 302
        text = shown(planner, of("measure"))
        assert "已停用" in text
        assert of("measure_restart") in text
        assert "制度调整" in shown(planner, of("measure_changes"))
        assert planner.get(of("measure_end")).status_code == 409
        assert planner.post(of("measure_restart")).status_code == 302
    assert Measure.objects.get().is_active
    assert Filing.objects.get().state == "draft"


def test_terms_are_changed_and_a_wrong_one_says_which(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    duty = filing.duty
    with stand(NOW):
        planner = enter(people.planner)
        form = of("duty_change", duty.pk)
        text = shown(planner, form)
        assert "随承诺事项" in text
        assert 'name="contact"' not in text
        wrong = planner.post(form, duty_words(days_after="0", seen="0"))
        assert wrong.status_code == 422
        assert 'href="#id_days_after"' in wrong.content.decode()
        assert planner.post(form, duty_words(seen="0")).status_code == 302
        assert planner.post(form, duty_words(seen="0", days_after="9")).status_code == 409
    duty.refresh_from_db()
    assert (duty.days_after, duty.unit_id) == (8, "9-D01")


def test_ending_a_duty_asks_first_and_can_be_taken_back(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    duty = filing.duty
    with stand(NOW):
        planner = enter(people.planner)
        text = shown(planner, of("duty_end", duty.pk))
        assert "2025年1-8月" in text
        assert FilingDuty.objects.get().active
        data = {"reason": "改由统计局填报", "cancel_open": "on", "seen": "0"}
        assert planner.post(of("duty_end", duty.pk), data).status_code == 302
        assert Filing.objects.get().state == "cancelled"
        assert "已取消" in shown(planner, reverse("filing", args=[filing.pk]))
        assert of("duty_restart", duty.pk) in shown(planner, of("measure"))
        assert planner.get(of("duty_end", duty.pk)).status_code == 409
        assert planner.post(of("duty_restart", duty.pk)).status_code == 302
    assert FilingDuty.objects.get().active
    assert Filing.objects.get().state == "draft"


def test_those_without_the_right_see_who_files_and_no_way_to_change_it(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    pk = filing.duty_id
    changing = [
        reverse("measure_new"),
        *(of(name) for name in ("measure_change", "measure_end", "duty_new")),
        *(of(name, pk) for name in ("duty_change", "duty_end")),
    ]
    posts = [of("measure_restart"), of("duty_restart", pk)]
    with stand(NOW):
        for who in (people.officer, people.head, people.viewer):
            client = enter(who)
            for address in changing:
                assert client.get(address).status_code == 403, address
            for address in (*changing, *posts):
                assert client.post(address, {"seen": "0", "reason": "x"}).status_code == 403
            text = shown(client, of("measure")) + shown(client, reverse("measures"))
            assert "试验区发展和改革局" in text
            assert not [address for address in (*changing, *posts) if address in text]
            assert shown(client, of("measure_changes"))
    assert Client().get(changing[0]).status_code == 302
    assert FilingDuty.objects.get().active
    assert Measure.objects.get().is_active


def test_a_duty_of_another_measure_is_not_found(
    filing: Filing, people: People, enter: Enter
) -> None:
    ensure_measures([MeasureSpec("other", "另")], actor=LOADER)
    planner = enter(people.planner)
    for name in ("duty_change", "duty_end"):
        address = reverse(name, args=["other", filing.duty_id])
        assert planner.get(address).status_code == 404
    restart = reverse("duty_restart", args=["other", filing.duty_id])
    assert planner.post(restart).status_code == 404


def test_a_unit_without_officer_or_head_is_marked(
    measure: Measure, people: People, enter: Enter, stand: Stand
) -> None:
    with stand(NOW):
        save_duty(DutySpec("investment", "901", date(2025, 9, 1)), actor=LOADER)
        text = shown(enter(people.planner), of("measure"))
    assert "没有经办人" in text
    assert "没有单位负责人" in text


def test_whoever_files_hears_that_nobody_can_review(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    address = reverse("filing", args=[filing.pk])
    data = {"value": "900", "status": "preliminary", "note": "", "step": "file", "version": "0"}
    with stand("2025-09-03 10:00"):
        end_assignment(assignments_today(member_id=people.head.id).get().pk, actor=LOADER)
        filing.refresh_from_db()
        data["version"] = str(filing.version)
        answer = enter(people.officer).post(address, data, follow=True)
    assert "没有可以审核的负责人" in answer.content.decode()


def test_the_pages_speak_english(
    filing: Filing, people: People, enter: Enter, stand: Stand
) -> None:
    with stand(NOW), translation.override("en"):
        planner = enter(people.planner)
        planner.cookies["django_language"] = "en"
        new, duty = shown(planner, reverse("measure_new")), shown(planner, of("duty_new"))
        end = shown(planner, of("duty_end", filing.duty_id))
    assert "Definition" in new
    assert "Filing unit" in duty
    assert "Also cancel the filings not submitted yet" in end
