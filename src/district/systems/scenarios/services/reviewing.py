"""What an expert does with a review: gives points with grounds, or keeps away."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import said
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Owned, authorise
from district.systems.scenarios.models import Review, Round
from district.systems.scenarios.names import REVIEW
from district.systems.scenarios.rules.schemes import Criterion
from district.systems.scenarios.selectors.recognition import (
    review_for,
    round_subject,
    scheme_in,
)

_LEAST_WORDS = 5


def _open(review_id: UUID | str, actor: Actor) -> Review:
    """The actor's own review, to be given; NotFound where a tie binds them."""
    review = review_for(review_id, actor)
    authorise(actor, REVIEW, Owned(None, member=str(review.expert.member_id)))
    if review.state != Review.State.ASSIGNED:
        raise Conflict(_("这项评审已经提交，不能再改。"))
    if review.application.round.state != Round.State.REVIEWING:
        raise Conflict(_("评审已经结束。"))
    return review


@transaction.atomic
def submit_review(
    review_id: UUID | str, points: Mapping[str, Any], grounds: Mapping[str, str], *, actor: Actor
) -> Review:
    """Give points for every criterion of the round's scheme, each with its grounds; for good.

    Raises NotFound for everybody but the expert, and for an expert with a tie; Conflict, Invalid
    naming `points_<criterion>` or `grounds_<criterion>`.
    """
    review = _open(review_id, actor)
    criteria = scheme_in(review.application.round).criteria
    given = {one.key: _points(one, points.get(one.key)) for one in criteria}
    words = {one.key: _grounds(one, grounds.get(one.key, "")) for one in criteria}
    review.points = {key: str(value) for key, value in given.items()}
    review.grounds, review.total = words, sum(given.values(), Decimal(0))
    review.state, review.submitted_at = Review.State.SUBMITTED, clock.now()
    save_versioned(review)
    _tell(review, "scenarios.review.submitted", actor)
    return review


def _points(one: Criterion, given: Any) -> Decimal:
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value <= one.most or value != round(value, 1):
        raise Invalid(
            f"points_{one.key}",
            _("“%(name)s”的分数不对。") % {"name": said(one.label)},
            _("请填写0到%(most)s，最多一位小数。") % {"most": one.most},
        )
    return value


def _grounds(one: Criterion, given: str) -> str:
    text = str(given).replace("\x00", "").strip()
    if not _LEAST_WORDS <= len(text) <= 2000:
        raise Invalid(
            f"grounds_{one.key}",
            _("没有写“%(name)s”的理由。") % {"name": said(one.label)},
            _("请写5到2000个字。"),
        )
    return text


@transaction.atomic
def decline_review(review_id: UUID | str, reason: str, *, actor: Actor) -> Review:
    """Leave a review to somebody else; the organiser assigns another expert. Raises as
    `submit_review`."""
    review = _open(review_id, actor)
    reason = reason.strip()[:200]
    if not reason:
        raise Invalid("reason", _("没有写退出的原因。"), _("请写一句话，例如“认出了申请单位”。"))
    review.state, review.reason = Review.State.DECLINED, reason
    save_versioned(review, ["state", "reason"])
    _tell(review, "scenarios.review.declined", actor)
    return review


def _tell(review: Review, kind: str, actor: Actor) -> None:
    """History names the application by its alias and no points: it is read before all are in."""
    data = {"alias": review.application.alias, "expert": str(review.expert_id)}
    record(round_subject(review.application.round), kind, data, actor=actor)
