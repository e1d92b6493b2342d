"""Parties: written down once, encrypted, shown to who handles the case and says why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.cases.public import Case, case_for, subject_of
from district.kernel.history.public import Actor, protect_new, record, reveal
from district.kernel.organisation.public import authorise
from district.systems.disputes.models import CaseParty, Party
from district.systems.disputes.rules.neutral import part_word
from district.systems.disputes.selectors.files import owned_by

_PHONE = re.compile(r"\+?\d[\d\- ]{5,19}")
_MOST = 30


@dataclass(frozen=True)
class PartyGiven:
    """A party as somebody writes it down; personal data."""

    role: str
    kind: str = "person"
    name: str = ""
    phone: str = ""
    address: str = ""
    is_unnamed: bool = False


@dataclass(frozen=True)
class PartyShown:
    """A party in plain text, for the page that asked with a reason."""

    word: str
    kind: str
    name: str
    phone: str
    address: str


def checked(given: PartyGiven) -> PartyGiven:
    """The party with its texts trimmed; Invalid naming the field."""
    if given.role not in CaseParty.Role.values:
        raise Invalid("role", _("没有这种身份。"), _("请从列表中选择。"))
    if given.kind not in Party.Kind.values:
        raise Invalid("kind", _("没有这种主体。"), _("请从列表中选择。"))
    name, phone, address = given.name.strip(), given.phone.strip(), given.address.strip()
    if not name and not given.is_unnamed:
        raise Invalid("name", _("还没有填写姓名或名称。"), _("不愿具名的请勾选“不具名”。"))
    if len(name) > 60:
        raise Invalid("name", _("姓名或名称超过60字。"), _("请只填写姓名或名称。"))
    if phone and not _PHONE.fullmatch(phone):
        raise Invalid("phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    if len(address) > 200:
        raise Invalid("address", _("地址超过200字。"), _("请只填写地址。"))
    return PartyGiven(given.role, given.kind, name, phone, address, given.is_unnamed)


def keep_parties(case: Case, given: Sequence[PartyGiven]) -> list[CaseParty]:
    """Write checked parties down for a case; the caller has authorised it."""
    taken: dict[str, int] = {}
    for role, position in CaseParty.objects.filter(case=case).values_list("role", "position"):
        taken[role] = max(taken.get(role, 0), position)
    kept = []
    for one in given:
        party = Party(id=time_ordered_uuid(), kind=one.kind, is_unnamed=one.is_unnamed)
        texts = {"name": one.name, "phone": one.phone, "address": one.address}
        tokens = protect_new(str(party.pk), texts)
        party.name, party.phone = tokens["name"], tokens["phone"]
        party.address = tokens["address"]
        party.save(force_insert=True)
        taken[one.role] = taken.get(one.role, 0) + 1
        kept.append(CaseParty(case=case, party=party, role=one.role, position=taken[one.role]))
    return CaseParty.objects.bulk_create(kept)


@transaction.atomic
def add_party(case_id: UUID | str, given: PartyGiven, *, actor: Actor) -> CaseParty:
    """Another party of a case. Raises NotFound, NotPermitted, Invalid, Conflict when it is over."""
    case = case_for(case_id, actor)
    authorise(actor, "disputes.party.add", owned_by(case))
    if case.category == Case.Category.DONE:
        raise Conflict(_("这一单已经结束，不能再添加当事人。"))
    if CaseParty.objects.filter(case=case).count() >= _MOST:
        raise Conflict(_("一单最多登记%(most)s名当事人。") % {"most": _MOST})
    (row,) = keep_parties(case, [checked(given)])
    data = {"role": row.role, "party": row.party_id}
    record(subject_of(case), "disputes.party.added", data, actor=actor)
    return row


@transaction.atomic
def read_parties(case_id: UUID | str, *, actor: Actor, reason: str) -> list[PartyShown]:
    """The parties of a case in plain text; each viewing stands in history with its reason.

    Raises NotFound, NotPermitted for who does not handle it, Invalid without a reason.
    """
    case = case_for(case_id, actor)
    authorise(actor, "disputes.party.read", owned_by(case))
    if not reason.strip():
        raise Invalid("reason", _("还没有填写查看原因。"), _("请写明，例如“通知到场调解”。"))
    return [
        PartyShown(
            word, str(row.party.get_kind_display()), *opened(row.party, case, actor, reason.strip())
        )
        for row, word in worded(case)
    ]


def opened(party: Party, case: Case, actor: Actor, reason: str) -> tuple[str, str, str]:
    """Name, telephone, address; empty where there is none or it was erased."""
    found = (
        reveal(token, actor=actor, subject=subject_of(case), reason=reason[:200]) if token else ""
        for token in (party.name, party.phone, party.address)
    )
    name, phone, address = (text or "" for text in found)
    return name, phone, address


def worded(case: Case) -> list[tuple[CaseParty, str]]:
    """The parties of a case, each with the word that stands for it in texts. One query."""
    rows = list(CaseParty.objects.filter(case=case).select_related("party"))
    count = {role: sum(row.role == role for row in rows) for role in CaseParty.Role.values}
    return [(row, part_word(row.role, row.position, count[row.role])) for row in rows]
