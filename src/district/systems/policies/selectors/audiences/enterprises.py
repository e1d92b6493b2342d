"""Enterprises as an audience: the register of system enterprises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from district.kernel.organisation.public import root_unit
from district.systems.enterprises.public import (
    POPULATION,
    SCHEMA,
    EnterpriseRef,
    enterprise_by_code,
    enterprises_by_ids,
    enterprises_visible_q,
    industry_label,
    industry_options,
    qualification_options,
)
from district.systems.policies.models import Audience as Key
from district.systems.policies.names import APPLICATION, VIEW_ENTERPRISES
from district.systems.policies.rules.drafting import Vocabulary, read_terms
from district.systems.policies.selectors.audiences.declared import Addressee, Audience
from district.systems.policies.selectors.audiences.places import places


def _vocabulary() -> Vocabulary:
    with override("zh-hans"):  # whatever the page's language is, policies are Chinese
        industries = {industry_label(code): code for code, _label in industry_options()}
        qualifications = {label: key for key, label in qualification_options()}
    root = root_unit()
    return Vocabulary(
        SCHEMA(),
        read_terms(Key.ENTERPRISES),
        places(),
        industries,
        qualifications,
        home=root.pk if root else "",
    )


def _addressee(ref: EnterpriseRef) -> Addressee:
    return Addressee(ref.id, ref.code, ref.name, ref.lead_unit, ref.street, ref.community, ref.url)


def _by_code(code: str) -> Addressee | None:
    ref = enterprise_by_code(code)
    return _addressee(ref) if ref is not None else None


def _by_ids(ids: Iterable[Any]) -> Mapping[str, Addressee]:
    return {key: _addressee(ref) for key, ref in enterprises_by_ids(ids).items()}


ENTERPRISES = Audience(
    key=Key.ENTERPRISES,
    population=POPULATION,
    schema=SCHEMA,
    vocabulary=_vocabulary,
    view_action=VIEW_ENTERPRISES,
    visible_q=enterprises_visible_q,
    by_code=_by_code,
    by_ids=_by_ids,
    case_type=APPLICATION,
    noun=_("企业"),
    unit=_("家"),
    code_label=_("统一社会信用代码"),
)
