"""Those who reported a case, and what they said when they were called back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.cases.rules.forms import SATISFACTION


class Reporter(models.Model):
    """Somebody who reported a case, or joined one that another had reported.

    `name` and `phone` are tokens of `history.protect` under the key of this row's id; empty for
    who stays anonymous. `code_hash` answers the code with which the person asks how it stands;
    the code itself is told once and kept nowhere. `text` is what this person said, where the
    case already stood.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    case = models.ForeignKey("kernel_cases.Case", models.CASCADE, related_name="reporters")
    name = models.TextField(blank=True, default="", editable=False)
    phone = models.TextField(blank=True, default="", editable=False)
    phone_index = models.CharField(max_length=32, blank=True, default="", editable=False)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    text = models.TextField(_("内容"), blank=True, default="")
    wants_call = models.BooleanField(_("需要回访"), default=True)
    joined_at = models.DateTimeField(_("反映时间"))
    # None where there is none: unique where given, and only there.
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("反映人")
        ordering = ("joined_at", "pk")

    def __str__(self) -> str:
        return str(self.pk)


class CallBack(models.Model):
    """One call to a reporter after the case was handled: whether it was answered, and the word.

    `reporter` is who was called, or who said it over the web, where that is known; one of a merged
    case among them.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    case = models.ForeignKey("kernel_cases.Case", models.CASCADE, related_name="call_backs")
    reporter = models.ForeignKey(
        Reporter, models.SET_NULL, null=True, blank=True, related_name="call_backs"
    )
    outcome = models.CharField(_("回访结果"), max_length=12, choices=SATISFACTION)
    text = models.TextField(_("说明"), blank=True, default="")
    caller = models.CharField(_("回访人"), max_length=80)
    at = models.DateTimeField(_("回访时间"))

    class Meta:
        verbose_name = _("回访")
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("at", "outcome"), name="case_call_back_at"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"
