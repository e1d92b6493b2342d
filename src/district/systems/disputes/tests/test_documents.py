"""Documents: filled from the case, neutral where nobody is named, hashed, for who handles it."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from district.kernel.base.errors import Conflict, NotFound, NotPermitted
from district.kernel.base.sniffing import content_type_of
from district.kernel.cases.public import Case, perform
from district.kernel.history.public import Subject, events_of
from district.systems.disputes import docx_files
from district.systems.disputes.docx_files import filled, placeholders, text_of
from district.systems.disputes.names import COURT, LEGAL_AID
from district.systems.disputes.rules.documents import KINDS, KNOWN, official_date, sum_in_words
from district.systems.disputes.services import PartyGiven, carry, make_document, read_document
from district.systems.disputes.tests.conftest import PARTIES, Opened, People

FOLDER = Path(docx_files.__file__).parent / "templates_docx"


@pytest.mark.parametrize("kind", list(KINDS.values()), ids=list(KINDS))
def test_a_template_asks_for_nothing_unknown_and_keeps_no_placeholder(kind: object) -> None:
    template = (FOLDER / kind.template).read_bytes()  # type: ignore[attr-defined]  # a Kind
    asked = placeholders(template)
    assert asked
    assert asked <= set(KNOWN)
    text = text_of(filled(template, dict.fromkeys(KNOWN, "某值")))
    assert "{{" not in text
    with pytest.raises(ValueError, match="nothing is known"):
        filled(template, {})


def test_every_value_that_is_known_is_asked_for_by_some_template() -> None:
    asked = {
        name
        for kind in KINDS.values()
        for name in placeholders((FOLDER / kind.template).read_bytes())
    }
    assert asked == set(KNOWN)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("12000.50", "壹万贰仟元伍角整"),
        ("10", "壹拾元整"),
        ("1005", "壹仟零伍元整"),
        ("100000", "壹拾万元整"),
        ("100010001", "壹亿零壹万零壹元整"),
        ("100000001", "壹亿零壹元整"),
        ("20304050.06", "贰仟零叁拾万肆仟零伍拾元零陆分"),
        ("0.45", "肆角伍分"),
    ],
)
def test_sums_are_written_in_capital_figures(amount: str, words: str) -> None:
    assert sum_in_words(Decimal(amount)) == words


def test_dates_are_written_as_official_papers_do() -> None:
    assert official_date(date(2025, 9, 6)) == "2025年9月6日"


@pytest.fixture
def agreed(opened: Opened, people: People) -> Case:
    """A mediation with an agreement."""
    case = opened()
    perform(case.pk, "accept", actor=people.east)
    data = {
        "result": "一、被申请人支付12000.50元。\n二、双方再无争议。",
        "perform_by": "2025-10-01",
    }
    return perform(case.pk, "agree", actor=people.east, data=data)


@pytest.mark.django_db
def test_an_agreement_names_its_parties_and_its_hash_stands_in_history(
    agreed: Case, people: People
) -> None:
    row = make_document(agreed.pk, "agreement", actor=people.east)
    again, content = read_document(row.pk, actor=people.east)
    assert again == row
    assert hashlib.sha256(content).hexdigest() == row.sha256
    assert content_type_of("a.docx", content) is not None
    text = text_of(content)
    for words in (
        "申请人：张三丰（东街道桥头路1号，13800138000）",
        "被申请人：好运电子厂（东街道工业路2号，0755-28000000）",
        "二、双方再无争议。",
        "履行期限：2025年10月1日。",
        "人民币12000.5元（大写：壹万贰仟元伍角整）",
        "东街道（印章）",
        "2025年9月22日",
        row.number,
    ):
        assert words in text, words
    events = events_of(Subject("cases.case", str(agreed.pk)))
    made = next(event for event in events if event.kind == "disputes.document.made")
    assert made.data["sha256"] == row.sha256
    assert sum(event.kind == "history.personal.viewed" for event in events) == 7


@pytest.mark.django_db
def test_whoever_stays_unnamed_is_printed_without_a_name(opened: Opened, people: People) -> None:
    hidden = PartyGiven("applicant", "person", "李不言", "13900139000", is_unnamed=True)
    case = opened(parties=(hidden, PARTIES[1]))
    assert case.is_anonymous
    perform(case.pk, "accept", actor=people.east)
    perform(case.pk, "agree", actor=people.east, data={"result": "互相道歉。"})
    text = text_of(
        read_document(make_document(case.pk, "agreement", actor=people.east).pk, actor=people.east)[
            1
        ]
    )
    assert "申请人：（不具名）" in text
    assert "被申请人：好运电子厂" in text
    assert "李不言" not in text
    neutral = make_document(case.pk, "agreement", actor=people.east, neutral=True)
    text = text_of(read_document(neutral.pk, actor=people.east)[1])
    assert "被申请人：（不具名）" in text
    assert "好运电子厂" not in text


@pytest.mark.django_db
def test_an_aid_decision_and_a_handover_letter_say_what_was_decided(
    agreed: Case, people: People
) -> None:
    court = carry(agreed.pk, COURT, actor=people.east, facts={"purpose": "confirmation"})
    letter = make_document(court.pk, "handover_letter", actor=people.east)
    text = text_of(read_document(letter.pk, actor=people.justice)[1])
    assert "试验区人民法院：" in text
    assert f"（单号：{agreed.number}）" in text
    assert "因司法确认移送" in text
    aid = carry(agreed.pk, LEGAL_AID, actor=people.east)
    perform(aid.pk, "refuse", actor=people.justice, data={"text": "不属援助范围。"})
    paper = make_document(aid.pk, "aid_decision", actor=people.justice)
    text = text_of(read_document(paper.pk, actor=people.justice)[1])
    assert "决定不予法律援助" in text
    assert "理由：不属援助范围。" in text
    assert "司法局（印章）" in text


@pytest.mark.django_db
def test_a_document_is_made_where_the_case_has_one_and_read_by_who_handles_it(
    opened: Opened, agreed: Case, people: People
) -> None:
    with pytest.raises(Conflict, match="不能制作"):
        make_document(opened().pk, "agreement", actor=people.east)
    with pytest.raises(Conflict, match="不能制作"):
        make_document(agreed.pk, "aid_decision", actor=people.east)
    row = make_document(agreed.pk, "agreement", actor=people.justice)
    for actor in (people.west, people.leader, people.viewer, people.petitions):
        with pytest.raises(NotFound):
            read_document(row.pk, actor=actor)
    with pytest.raises(NotPermitted):
        perform(agreed.pk, "fulfil", actor=people.justice, data={"text": "已履行"})
