"""Enterprises that use the portal, who acts for them, and how they came to."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Firm(Versioned):
    """An enterprise of the register that somebody represents here, or represented.

    `enterprise` is its id and `code` its credit code in the register of enterprises; `name` and
    `lead_unit` follow the register once an hour. While `asleep_since` is set (the register says
    that it is cancelled or revoked) nobody acts for it; `sleep_reason` is the register's status.
    `shows_products` and `shows_contact` are what other firms may see beyond the public
    register; nothing unless the firm says so. `is_findable`: whether other firms that look for
    suppliers or buyers find it by its public products. `wants_activities`: whether it is told of
    activities.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    enterprise = models.CharField(max_length=40, unique=True)
    code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("企业名称"), max_length=200)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("服务单位")
    )
    bound_at = models.DateTimeField(_("入驻时间"))
    asleep_since = models.DateTimeField(_("停用时间"), null=True, blank=True)
    sleep_reason = models.CharField(_("停用原因"), max_length=20, blank=True, default="")
    wants_activities = models.BooleanField(_("接收活动通知"), default=True)
    shows_products = models.BooleanField(_("公开产品和服务"), default=False)
    products = models.CharField(_("产品和服务"), max_length=500, blank=True, default="")
    shows_contact = models.BooleanField(_("公开联系方式"), default=False)
    contact = models.CharField(_("对外联系方式"), max_length=120, blank=True, default="")
    is_findable = models.BooleanField(_("参加上下游对接"), default=False)

    class Meta:
        verbose_name = _("入驻企业")
        verbose_name_plural = _("入驻企业")
        ordering = ("name",)
        indexes = (models.Index(fields=("lead_unit", "name"), name="park_firm_unit"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the firm, for those who look after the portal."""
        return reverse("park_firm", args=[self.pk])


class Representative(Versioned):
    """Somebody who acts for enterprises and is no member of the organisation.

    `name` and `phone` are tokens of `history.protect` under this row's id; `phone_index` is the
    keyed digest that signing in looks for, None once the person is forgotten. `label` tells people
    of one firm apart without naming them: the first letter of the name and the end of the number.
    `password` is a hash of Django's, empty until it is set. A session is good while it carries the
    row's `epoch`. `idle_since` is when the last mandate ended, None while there is one.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    name = models.TextField(editable=False)
    phone = models.TextField(editable=False)
    phone_index = models.CharField(
        max_length=64, null=True, blank=True, unique=True, editable=False
    )
    label = models.CharField(_("称呼"), max_length=40, blank=True, default="", editable=False)
    password = models.CharField(max_length=200, blank=True, default="", editable=False)
    epoch = models.PositiveIntegerField(default=0, editable=False)
    made_at = models.DateTimeField()
    signed_in_at = models.DateTimeField(null=True, blank=True)
    idle_since = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("企业代表")
        verbose_name_plural = _("企业代表")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.pk)


class Mandate(Versioned):
    """That a representative acts for a firm, in some roles, from a day until a day (授权).

    `last_day` None is until further notice. Ended ones stay; of a representative and a firm one
    runs at a time. `granted_by_name` is who gave it: a member, or for whom a representative acted.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="mandates")
    representative = models.ForeignKey(Representative, models.PROTECT, related_name="mandates")
    roles = models.JSONField(_("角色"), default=list)
    first_day = models.DateField(_("开始日期"))
    last_day = models.DateField(_("最后一天"), null=True, blank=True)
    granted_at = models.DateTimeField(_("授权时间"))
    granted_by_name = models.CharField(_("授权人"), max_length=120)
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True)
    end_reason = models.CharField(_("终止原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("企业授权")
        verbose_name_plural = _("企业授权")
        ordering = ("granted_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("firm", "representative"),
                condition=models.Q(ended_at=None),
                name="park_mandate_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.firm_id} {self.representative_id}"


class OneTimeCode(models.Model):
    """A code that was shown once: an invitation to act for a firm, or to set a new password.

    `phone_index` and `digest` know the number and the code, `person` is the key of the encrypted
    `name` and `phone` of who is invited. A code dies at `expires_at`, when used, when taken back,
    and after `MOST_MISSES` wrong codes for its number.
    """

    MOST_MISSES = 5

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("邀请")
        RESET = "reset", _("重设密码")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    phone_index = models.CharField(max_length=64, db_index=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    name = models.TextField(blank=True, default="", editable=False)
    phone = models.TextField(blank=True, default="", editable=False)
    label = models.CharField(max_length=40, blank=True, default="", editable=False)
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, blank=True, related_name="codes")
    representative = models.ForeignKey(
        Representative, models.PROTECT, null=True, blank=True, related_name="codes"
    )
    roles = models.JSONField(default=list)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    issued_at = models.DateTimeField()
    issued_by_name = models.CharField(max_length=120)
    expires_at = models.DateTimeField()
    misses = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("一次性代码")
        ordering = ("-issued_at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Claim(models.Model):
    """Somebody's claim to act for a firm; how it stands is the case's.

    An approved one is taken up by whoever holds the claim's code, until `expires_at`:
    `representative` is the account that took it up. `approved_by_name` is who approved it.
    """

    case = models.OneToOneField("kernel_cases.Case", models.PROTECT, primary_key=True,
                                related_name="park_claim")  # fmt: skip
    enterprise = models.CharField(max_length=40, db_index=True)
    code = models.CharField(max_length=18)
    phone_index = models.CharField(max_length=64, editable=False)
    representative = models.ForeignKey(
        Representative, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by_name = models.CharField(max_length=120, blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("入驻认领")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return str(self.pk)


class MonthOfUse(models.Model):
    """That somebody signed in for a firm in a month; `month` is its first day."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="months")
    month = models.DateField()

    class Meta:
        verbose_name = _("活跃月份")
        ordering = ("month",)
        constraints = (models.UniqueConstraint(fields=("firm", "month"), name="park_month_once"),)
        indexes = (models.Index(fields=("month",), name="park_month"),)

    def __str__(self) -> str:
        return f"{self.firm_id} {self.month}"
