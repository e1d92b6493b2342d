"""Drafts of our own warnings: written by one person, approved by another."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.warnings.models.alerts import Alert, Said
from district.kernel.warnings.models.words import ColourName, MessageType


class Draft(Said, Versioned):
    """A message of ours that is not issued yet: a new warning, or what changes or lifts one.

    `alert` is the warning that an update or cancellation is about. `ground` is where it holds
    (`rules.ground.to_json`), `writers` the ids of everybody who wrote any of it: none of them may
    approve it. `about` is the typed reference of what it was drafted from, `facts` its words.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("拟稿")
        SUBMITTED = "submitted", _("待审批")
        ISSUED = "issued", _("已发布")
        WITHDRAWN = "withdrawn", _("已作废")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, blank=True, related_name="drafts")
    msg_type = models.CharField(
        _("类型"), max_length=6, choices=MessageType.choices, default=MessageType.ALERT
    )
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.DRAFT)
    kind = models.CharField(_("灾种"), max_length=30)
    colour = models.CharField(_("预警颜色"), max_length=6, choices=ColourName.choices)
    ground = models.JSONField(default=dict, blank=True)
    onset_at = models.DateTimeField(_("预计开始"), null=True, blank=True)
    expires_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    reason = models.CharField(_("更新或解除的原因"), max_length=300, blank=True, default="")
    about = models.CharField(max_length=160, blank=True, default="")
    facts = models.TextField(_("依据"), blank=True, default="")
    writers = models.JSONField(default=list, editable=False)
    drafted_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    drafted_at = models.DateTimeField(_("拟稿时间"))
    submitted_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    returned = models.CharField(_("退回意见"), max_length=300, blank=True, default="")
    message = models.OneToOneField(
        "kernel_warnings.Message", models.PROTECT, null=True, blank=True, related_name="draft"
    )
    # No key is NULL, so that only given keys are unique.
    key = models.CharField(max_length=120, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("预警拟稿")
        ordering = ("-drafted_at", "-id")
        constraints = (
            # One message of a warning is prepared at a time.
            models.UniqueConstraint(
                fields=("alert",),
                condition=models.Q(state__in=("draft", "submitted")),
                name="warnings_draft_one_open",
            ),
        )
        indexes = (models.Index(fields=("state", "-drafted_at"), name="warnings_draft_state"),)

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        """The page of the draft."""
        return reverse("warnings_draft", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it can still be issued."""
        return self.state in (self.State.DRAFT, self.State.SUBMITTED)
