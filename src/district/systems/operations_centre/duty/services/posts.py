"""Writing duty posts: which units have a duty desk, and how many people it takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, Unit, authorise
from district.systems.operations_centre.duty.names import POST_SUBJECT, SAVE_POST
from district.systems.operations_centre.models import DutyPost

MOST_PEOPLE = 50
_HOURS = ("opens", "closes")
_PLAIN = ("name", "name_en", "phone", "leads", "officers", *_HOURS)


@transaction.atomic
def save_post(values: Mapping[str, Any], known: DutyPost | None, actor: Actor) -> DutyPost:
    """Give a unit a duty post (`known` is None) or change one; `values` by the register's keys.

    Hours are texts such as 08:30 or times; empty ones mean around the clock. Raises
    NotPermitted, Invalid naming the field, and Conflict where the unit has one already.
    """
    post = known or DutyPost()
    if known is None:
        post.lead_unit_id = values.get("lead_unit") or ""
    elif values.get("lead_unit", known.lead_unit_id) != known.lead_unit_id:
        raise Invalid("lead_unit", _("值班室不能改到别的单位。"), _("请为那个单位另设一个。"))
    unit = Unit.objects.filter(pk=post.lead_unit_id, is_active=True).first()
    if unit is None:
        raise Invalid("lead_unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    authorise(actor, SAVE_POST, Owned(unit.pk, path=unit.path))
    for key in _PLAIN:
        if values.get(key) is not None or (key in _HOURS and key in values):
            setattr(post, key, _read(key, values[key]))
    _check(post)
    if known is None and DutyPost.objects.filter(lead_unit=unit).exists():
        raise Conflict(_("这个单位已有值班室。请修改原来的。"))
    if known is None:
        post.save(force_insert=True)
    else:
        save_versioned(post)
    data = {key: str(getattr(post, key)) for key in _PLAIN} | {"lead_unit": unit.pk}
    record(Subject(POST_SUBJECT, unit.pk), "operations_centre.post.saved", data, actor=actor)
    return post


def _read(key: str, given: Any) -> Any:
    if key in _HOURS:
        return _hour(key, given)
    return given.strip() if isinstance(given, str) else given


def _hour(key: str, given: Any) -> time | None:
    if given in ("", None) or isinstance(given, time):
        return given or None
    try:
        return time.fromisoformat(str(given).strip())
    except ValueError as error:
        raise Invalid(key, _("时间不对。"), _("请按 08:30 的格式填写，全天值守请留空。")) from error


def _check(post: DutyPost) -> None:
    if not 2 <= len(post.name) <= 60:
        raise Invalid("name", _("值班室名称不对。"), _("请填写2到60个字。"))
    if len(post.name_en) > 120 or len(post.phone) > 30:
        field = "name_en" if len(post.name_en) > 120 else "phone"
        raise Invalid(field, _("内容过长。"), _("请精简。"))
    for key in ("leads", "officers"):
        if not 0 <= getattr(post, key) <= MOST_PEOPLE:
            raise Invalid(
                key, _("人数不对。"), _("请填写0到%(most)s的整数。") % {"most": MOST_PEOPLE}
            )
    if (post.opens is None) != (post.closes is None):
        raise Invalid("closes", _("值守时间要同时填写开始和结束。"), _("全天值守请都留空。"))
