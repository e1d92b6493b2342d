"""People who may have policies, and what is to be told to them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.policies.models.policies import PolicyVersion
from district.systems.policies.models.pushes import Application, Push
from district.systems.policies.rules.recipients.facts import (
    BY_KEY,
    DEGREE,
    DISABILITY,
    EMPLOYMENT,
    HUKOU,
)


def _label(key: str) -> Any:
    return BY_KEY[key].label


def _choice(key: str, choices: Any) -> models.CharField[str, str]:
    return models.CharField(_label(key), max_length=16, choices=choices, blank=True, default="")


def _yes_no(key: str) -> models.BooleanField[bool | None, bool | None]:
    return models.BooleanField(_label(key), null=True, blank=True)


def _day(key: str) -> models.DateField[Any, Any]:
    return models.DateField(_label(key), null=True, blank=True)


class Recipient(Versioned):
    """A person on record (人员台账), kept by `lead_unit`.

    Who it is stands in ciphertext under the person's own key (the id): `name`, `id_number`,
    `phone`, `address`. `id_digest` finds the identity number again without telling it, None once
    the person was erased. `number` is what everybody calls the person. The rest are the facts that
    conditions ask for; `sources` says of each ({key: [source, ISO day]}) who said so and as of
    which day. Money is in 元/月 per head of the family.
    """

    class State(models.TextChoices):
        CURRENT = "current", _("在册")
        LEFT = "left", _("已离开")
        ERASED = "erased", _("已清除")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("人员编号"), max_length=18, unique=True)
    state = models.CharField(
        _("状态"), max_length=8, choices=State.choices, default=State.CURRENT, db_index=True
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    street_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("居住街道"),
    )
    community_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("居住社区"),
    )
    id_digest = models.CharField(  # noqa: DJ001  # of the erased there are many, and none has one
        max_length=64, unique=True, null=True, editable=False
    )
    name = models.TextField(blank=True, default="")
    id_number = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")

    birth_date = _day("birth_date")
    hukou = _choice("hukou", HUKOU)
    lives_since = _day("lives_since")
    insured_months = models.PositiveIntegerField(_label("insured_months"), null=True, blank=True)
    employment = _choice("employment", EMPLOYMENT)
    is_hard_to_employ = _yes_no("is_hard_to_employ")
    business_since = _day("business_since")
    disability = _choice("disability", DISABILITY)
    is_minimum_living = _yes_no("is_minimum_living")
    family_size = models.PositiveIntegerField(_label("family_size"), null=True, blank=True)
    family_income = ExactDecimalField(_label("family_income"), null=True, blank=True)
    degree = _choice("degree", DEGREE)
    graduated_on = _day("graduated_on")
    owns_home = _yes_no("owns_home")
    youngest_child_born = _day("youngest_child_born")
    is_veteran = _yes_no("is_veteran")
    sources = models.JSONField(default=dict)

    added_at = models.DateTimeField(_("入册时间"))
    changed_at = models.DateTimeField(_("更新时间"))
    left_on = models.DateField(_("离开日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员台账")
        ordering = ("number",)
        indexes = (
            models.Index(fields=("lead_unit", "state"), name="recipient_unit"),
            models.Index(fields=("community_unit", "state"), name="recipient_community"),
            models.Index(fields=("state", "left_on"), name="recipient_left"),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page of the person."""
        return reverse("policy_recipient", args=[self.number])


class Notice(Versioned):
    """Something that a community worker tells a person: a policy, or that a grant waits.

    `push` is the push that it carries out; `application` the case in which the person need only
    confirm. `unit` is who tells. What came of it is `outcome`, by whichever `means`.
    """

    class Kind(models.TextChoices):
        TELL = "tell", _("告知政策")
        CONFIRM = "confirm", _("请本人确认")

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("待告知")
        TOLD = "told", _("已告知")
        CONFIRMED = "confirmed", _("本人已确认")
        DECLINED = "declined", _("本人不需要")
        UNREACHED = "unreached", _("联系不上")
        DROPPED = "dropped", _("不再需要告知")

    class Means(models.TextChoices):
        VISIT = "visit", _("走访")
        PHONE = "phone", _("电话")
        COUNTER = "counter", _("本人到窗口")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    kind = models.CharField(_("事项"), max_length=8, choices=Kind.choices, default=Kind.TELL)
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="notices")
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="notices")
    push = models.OneToOneField(Push, models.PROTECT, null=True, blank=True, related_name="notice")
    application = models.OneToOneField(
        Application, models.CASCADE, null=True, blank=True, related_name="notice"
    )
    unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("告知单位")
    )
    outcome = models.CharField(
        _("结果"), max_length=10, choices=Outcome.choices, default=Outcome.WAITING, db_index=True
    )
    means = models.CharField(_("方式"), max_length=8, choices=Means.choices, blank=True, default="")
    made_at = models.DateTimeField(_("发起时间"))
    noted_at = models.DateTimeField(_("登记时间"), null=True, blank=True)
    noted_by_name = models.CharField(_("登记人"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("告知任务")
        verbose_name_plural = _("告知任务")
        ordering = ("-made_at", "-id")
        indexes = (models.Index(fields=("unit", "outcome"), name="notice_unit"),)

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.policy_version_id}"

    def get_absolute_url(self) -> str:
        """The page on which its outcome is noted."""
        return reverse("policy_notice", args=[self.pk])
