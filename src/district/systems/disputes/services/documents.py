"""Documents of cases: a template filled from the case, kept encrypted, its hash in history."""

from __future__ import annotations

import base64
import hashlib
from decimal import Decimal, InvalidOperation
from pathlib import Path
from uuid import UUID

from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.attachments import keep, private_storage
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.cases.public import Case, CaseLink, case_for, case_type_of, subject_of
from district.kernel.history.public import Actor, protect, record, reveal
from district.kernel.organisation.public import authorise
from district.systems.disputes.docx_files import filled
from district.systems.disputes.models import Document
from district.systems.disputes.rules.documents import (
    KINDS,
    Kind,
    kinds_of,
    official_date,
    sum_in_words,
)
from district.systems.disputes.selectors.files import owned_by
from district.systems.disputes.services.offices import court_name
from district.systems.disputes.services.parties import opened, worded

_TEMPLATES = Path(__file__).resolve().parents[1] / "templates_docx"
_NONE = "（无）"


def storage() -> FileSystemStorage:
    """Where the ciphertext of documents lies."""
    return private_storage("disputes")


@transaction.atomic
def make_document(
    case_id: UUID | str, kind_key: str, *, actor: Actor, neutral: bool = False
) -> Document:
    """Make a document from its template and keep it. `neutral` prints no names at all.

    Whoever stays unnamed is printed without a name in any case. Raises NotFound, NotPermitted,
    Conflict where the case has no such document where it stands.
    """
    case = case_for(case_id, actor)
    authorise(actor, "disputes.document.make", owned_by(case))
    kind = KINDS.get(kind_key)
    if kind is None or kind not in kinds_of(case.type_key, case.stage):
        raise Conflict(_("这一单目前不能制作这种文书。请刷新后再看。"))
    made = Document.objects.filter(case=case).count()
    number = f"{case.number}-{made + 1:02d}"
    content = filled(
        (_TEMPLATES / kind.template).read_bytes(),
        _values(case, kind, number, actor, neutral=neutral),
    )
    return _keep(case, kind, number, content, actor)


def _keep(case: Case, kind: Kind, number: str, content: bytes, actor: Actor) -> Document:
    key = time_ordered_uuid()
    digest = hashlib.sha256(content).hexdigest()
    token = protect(str(key), base64.b64encode(content).decode())
    stored = keep(storage(), token.encode())
    try:
        row = Document.objects.create(
            id=key,
            case=case,
            kind=kind.key,
            number=number,
            stored=stored,
            size=len(content),
            sha256=digest,
            maker=actor.name[:120],
            made_at=clock.now(),
        )
        data = {"document": str(key), "kind": kind.key, "number": number, "sha256": digest}
        record(subject_of(case), "disputes.document.made", data, actor=actor)
    except Exception:
        storage().delete(stored)
        raise
    return row


@transaction.atomic
def read_document(document_id: UUID | str, *, actor: Actor) -> tuple[Document, bytes]:
    """A document and its content; the viewing stands in the case's history.

    Raises NotFound where there is none, where the actor may not see its case or where it was
    erased, NotPermitted for who does not handle the case.
    """
    row = Document.objects.filter(pk=document_id).first()
    if row is None:
        raise NotFound(_("没有这份文书。"))
    case = case_for(row.case_id, actor)
    authorise(actor, "disputes.document.read", owned_by(case))
    if row.erased_at is not None:
        raise NotFound(_("这份文书已按保存期限清除。"))
    try:
        with storage().open(row.stored) as file:
            token = file.read().decode()
    except FileNotFoundError:
        raise NotFound(_("这份文书的文件不在了。请联系系统管理员。")) from None
    reason = f"下载文书 {row.number}"
    text = reveal(token, actor=actor, subject=subject_of(case), reason=reason)
    if text is None:
        raise NotFound(_("这份文书已按保存期限清除。"))
    return row, base64.b64decode(text)


def _values(case: Case, kind: Kind, number: str, actor: Actor, *, neutral: bool) -> dict[str, str]:
    """What the template's placeholders become; papers are in Chinese whoever makes them."""
    facts = case.facts
    unit = case.centre_unit if kind.key == "aid_decision" else case.lead_unit
    values = {
        "文书编号": number,
        "单号": case.number,
        "办理单位": unit.name,
        "纠纷类型": _choice(case, "dispute_kind"),
        "基本事实": case.text,
        "请求事项": facts.get("claims") or _NONE,
        "协议内容": case.result or _NONE,
        "履行期限": _day(facts.get("perform_by")),
        "金额": _sum(facts.get("amount")),
        "决定": "不予法律援助" if case.stage == "refused" else "给予法律援助",
        "理由": _last_text(case, ("refuse", "uphold", "grant", "overturn")),
        "承办机构": facts.get("law_firm") or "（待指派）",
        "受移送法院": court_name(),
        "移送事由": _choice(case, "purpose"),
        "前序单号": _before(case),
        "日期": official_date(clock.today()),
    }
    return {**values, **_people(case, number, actor, neutral=neutral)}


def _people(case: Case, number: str, actor: Actor, *, neutral: bool) -> dict[str, str]:
    """Lines of the parties; neutral where a party stays unnamed."""
    lines: dict[str, list[str]] = {"applicant": [], "respondent": [], "other": []}
    reason = f"制作文书 {number}"
    for row, word in worded(case):
        to = row.role if row.role in lines else "other"
        hidden = neutral or row.party.is_unnamed or not row.party.name
        if hidden:
            lines[to].append(f"{word}：（不具名）")
            continue
        name, phone, address = opened(row.party, case, actor, reason)
        more = "，".join(part for part in (address, phone) if part)
        lines[to].append(f"{word}：{name}" + (f"（{more}）" if more else ""))
    keys = {"applicant": "申请人", "respondent": "被申请人", "other": "其他当事人"}
    empty = {"applicant": "申请人：（不具名）", "respondent": "被申请人：（未登记）", "other": ""}
    return {keys[part]: "\n".join(found) or empty[part] for part, found in lines.items()}


def _choice(case: Case, name: str) -> str:
    """The Chinese word of a choice; papers do not follow the interface's language."""
    from django.utils.translation import override

    attribute = case_type_of(case.type_key).schema.get(name)
    value = str(case.facts.get(name) or "")
    with override("zh-hans"):
        words = {key: str(label) for key, label in (attribute.choices or ())} if attribute else {}
    return words.get(value, _NONE)


def _day(text: str | None) -> str:
    from datetime import date

    return official_date(date.fromisoformat(text)) if text else "双方另行约定"


def _sum(text: str | None) -> str:
    try:
        amount = Decimal(str(text))
        return f"人民币{amount.normalize():f}元（大写：{sum_in_words(amount)}）"
    except (InvalidOperation, ValueError):
        return _NONE


def _last_text(case: Case, actions: tuple[str, ...]) -> str:
    found = case.steps.filter(action__in=actions).exclude(text="").order_by("at").last()
    return found.text if found else _NONE


def _before(case: Case) -> str:
    links = CaseLink.objects.filter(after=case).select_related("before")
    return "、".join(link.before.number for link in links) or _NONE
