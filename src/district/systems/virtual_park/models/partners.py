"""Firms that ask each other for contact."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.virtual_park.models.people import Firm


class PartnerRequest(Versioned):
    """That a firm asks another for its contact (对接请求), as a supplier or a buyer of something.

    `direction` is what the asker looks for (suppliers, buyers), `product` the words of it, `text`
    what it says to the other. Both contacts are tokens of `history.protect` under this row's id:
    the asker's is there from the beginning, the other's once it agrees, and neither is shown to
    anybody before. `reason` is the other's where it declines.
    """

    class Direction(models.TextChoices):
        SUPPLIERS = "suppliers", _("找供应方")
        BUYERS = "buyers", _("找买家")

    class State(models.TextChoices):
        WAITING = "waiting", _("待答复")
        ACCEPTED = "accepted", _("已同意")
        DECLINED = "declined", _("已婉拒")
        WITHDRAWN = "withdrawn", _("已撤回")
        EXPIRED = "expired", _("已过期")

    OPEN = (State.WAITING, State.ACCEPTED)

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    asker = models.ForeignKey(
        Firm, models.PROTECT, related_name="partner_requests", verbose_name=_("请求企业")
    )
    other = models.ForeignKey(
        Firm, models.PROTECT, related_name="partner_asks", verbose_name=_("对方企业")
    )
    direction = models.CharField(_("找什么"), max_length=9, choices=Direction.choices)
    product = models.CharField(_("产品"), max_length=100)
    text = models.CharField(_("说明"), max_length=300)
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.WAITING)
    reason = models.CharField(_("婉拒原因"), max_length=200, blank=True, default="")
    asker_contact = models.TextField(blank=True, default="", editable=False)
    other_contact = models.TextField(blank=True, default="", editable=False)
    asked_at = models.DateTimeField(_("提出时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("对接请求")
        ordering = ("-asked_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("asker", "other"),
                condition=models.Q(state__in=("waiting", "accepted")),
                name="park_partner_request_once",
            ),
        )
        indexes = (
            models.Index(fields=("other", "state"), name="park_partner_other"),
            models.Index(fields=("state", "asked_at"), name="park_partner_state"),
        )

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        """The page of the request, for both firms."""
        return reverse("park_partner_request", args=[self.pk])
