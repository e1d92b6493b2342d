"""Rounds that were published before the product ran them: their results are written down at once.

What was recognised is then found, renewed, revoked and counted like what the product recognised
itself; applications and reviews of such a round are not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.credit_code import is_credit_code
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.inserting import insert
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.organisation.public import Owned, authorise
from district.systems.scenarios.models import Recognition, Round
from district.systems.scenarios.names import decide_action
from district.systems.scenarios.rules.earlier import Earlier
from district.systems.scenarios.rules.schemes import Scheme
from district.systems.scenarios.schemes import content_of, scheme_of
from district.systems.scenarios.selectors.entries import keeper_of
from district.systems.scenarios.selectors.recognition import recognition_subject, round_subject
from district.systems.scenarios.services.rounds import last_day

#: So many results of one round are taken at once.
MOST = 2000
_LONGEST = 120


@transaction.atomic
def take_over_round(
    scheme_key: str,
    title: str,
    days: tuple[date, date, date],
    rows: Sequence[Earlier],
    *,
    actor: Actor,
) -> Round:
    """Write down a round that was published elsewhere with what it recognised, from the day of its
    publication for as long as the scheme says.

    `days` are when applications opened, when they closed, and when the results were published.
    Raises NotFound for an unknown scheme, NotPermitted, Invalid naming the field (`rows.3.code`),
    Conflict where the scheme has a round of that title or a number is taken.
    """
    scheme = scheme_of(scheme_key)
    keeper = keeper_of(scheme.key)
    authorise(actor, decide_action(scheme.key), Owned(keeper))
    opens_on, closes_on, published_on = days
    _check(title, days, rows)
    if Round.objects.filter(scheme=scheme.key, title=title.strip()).exists():
        raise Conflict(_("这类认定已有同名的批次。"))
    given = [row.number for row in rows if row.number]
    if len(given) != len(set(given)) or Recognition.objects.filter(number__in=given).exists():
        raise Conflict(_("认定编号有重复，或已经使用。"))
    made = Round.objects.create(
        number=new_number("PC", published_on),
        scheme=scheme.key,
        content=content_of(scheme.key),
        title=title.strip(),
        lead_unit_id=keeper,
        opens_on=opens_on,
        closes_on=closes_on,
        state=Round.State.PUBLISHED,
        published_on=published_on,
    )
    found = [_recognition(row, made, scheme, published_on) for row in rows]
    insert(found)
    data = {"number": made.number, "scheme": scheme.key, "version": scheme.version,
            "published_on": published_on, "recognised": len(found)}  # fmt: skip
    record(round_subject(made), "scenarios.round.taken_over", data, actor=actor)
    record_many(
        [
            Entry(
                recognition_subject(row),
                "scenarios.recognition.made",
                {"number": row.number, "until": row.valid_until, "round": made.number},
            )
            for row in found
        ],
        actor=actor,
        fresh=True,
    )
    return made


def _recognition(row: Earlier, round_row: Round, scheme: Scheme, day: date) -> Recognition:
    return Recognition(
        scheme=scheme.key,
        number=row.number or new_number(scheme.number, day),
        title=row.title.strip(),
        organisation=row.organisation.strip(),
        code=row.code.strip().upper(),
        round=round_row,
        lead_unit_id=round_row.lead_unit_id,
        valid_from=day,
        valid_until=last_day(day, scheme.years),
    )


def _check(title: str, days: tuple[date, date, date], rows: Sequence[Earlier]) -> None:
    if not 2 <= len(title.strip()) <= _LONGEST:
        raise Invalid("title", _("名称不对。"), _("请填写2到120个字。"))
    if not days[0] <= days[1] <= days[2] <= clock.today():
        raise Invalid(
            "published_on", _("日期先后不对。"), _("应先申报、后截止、再发布，都不晚于今天。")
        )
    if not 1 <= len(rows) <= MOST:
        raise Invalid(
            "rows", _("没有认定结果，或太多。"), _("请写1到%(most)d项。") % {"most": MOST}
        )
    seen: set[tuple[str, str]] = set()
    for at, row in enumerate(rows, 1):
        for name in ("title", "organisation"):
            if not 2 <= len(getattr(row, name).strip()) <= _LONGEST:
                raise Invalid(f"rows.{at}.{name}", _("名称不对。"), _("请填写2到120个字。"))
        key = (row.code.strip().upper(), row.title.strip())
        if not is_credit_code(key[0]):
            raise Invalid(
                f"rows.{at}.code", _("统一社会信用代码不对。"),
                _("请核对18位代码，最后一位是校验位。"),
            )  # fmt: skip
        if key in seen:
            raise Invalid(f"rows.{at}.title", _("这一项写了两次。"), _("请去掉重复的一项。"))
        seen.add(key)
