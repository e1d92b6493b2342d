"""What single firms filed of an item, for the collecting unit alone; every viewing is recorded."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid, NotFound
from district.kernel.history.public import Actor, Entry, Subject, record, record_many
from district.kernel.organisation.public import authorise
from district.systems.virtual_park.models import Return, ReturnRound
from district.systems.virtual_park.names import READ_RETURN, RETURN, RETURN_ROUND
from district.systems.virtual_park.selectors.published import FirmLine, firm_lines
from district.systems.virtual_park.selectors.returns import form_of, owned_form


@transaction.atomic
def read_firms(round_id: object, item: str, reason: str, *, actor: Actor) -> list[FirmLine]:
    """Every firm's newest value of an item of a period, and that of a year before.

    For the members of the unit that collects the form and for a stated reason; the viewing stands
    in the history of the period and of every return that was read. Raises NotFound, NotPermitted,
    Invalid without a reason or on an item that no table is made of.
    """
    rows = ReturnRound.objects.select_related("form_version", "form__lead_unit")
    row = rows.filter(pk=str(round_id)).first()
    if row is None:
        raise NotFound(_("没有这个报告期。"))
    authorise(actor, READ_RETURN, owned_form(row.form))
    words = reason.strip()
    if not 2 <= len(words) <= 200:
        raise Invalid(
            "reason", _("还没有写明查看原因。"), _("请填写2到200个字，例如“核实同比增幅”。")
        )
    if item not in {one.key for one in form_of(row).published}:
        raise Invalid("item", _("没有这个指标。"), _("请从列表中选择。"))
    found = firm_lines(row, item)
    told = {"reason": words, "item": item}
    filed = Return.objects.filter(round=row, state=Return.State.FILED).values_list("pk", flat=True)
    record_many(
        [Entry(Subject(RETURN, str(key)), f"{RETURN}.read", told) for key in filed], actor=actor
    )
    whole = Subject(RETURN_ROUND, str(row.pk))
    record(whole, f"{RETURN_ROUND}.firms_read", {**told, "firms": len(found)}, actor=actor)
    return found
