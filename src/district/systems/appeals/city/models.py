"""City platforms, the orders that came from them, and what became of each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid


class CityPlatform(models.Model):
    """A platform of the city that hands orders down to the district.

    `name` is the source name that every order of it carries. `url` is the base of its API, empty
    where orders come by file; `secret` is the ciphertext of what we show it. Orders come to the
    desk of `centre_unit`. `cursor` is how far its list has been read.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    name = models.CharField(_("来源平台"), max_length=40, unique=True)
    url = models.CharField(_("接口地址"), max_length=200, blank=True, default="")
    secret = models.TextField(blank=True, default="", editable=False)
    centre_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("受理中心")
    )
    is_active = models.BooleanField(_("启用"), default=True)
    cursor = models.CharField(max_length=200, blank=True, default="")
    next_pull_at = models.DateTimeField(null=True, blank=True)
    pulled_at = models.DateTimeField(_("上次拉取"), null=True, blank=True)
    last_error = models.CharField(_("最近的问题"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("市级平台")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class CityToken(models.Model):
    """A key with which a platform pushes orders; only its hash is kept, `hint` is its beginning."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    platform = models.ForeignKey(CityPlatform, models.CASCADE, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("令牌"), max_length=8)
    created_by = models.CharField(_("签发人"), max_length=120)
    created_at = models.DateTimeField(_("签发时间"))
    revoked_at = models.DateTimeField(_("吊销时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    class Meta:
        verbose_name = _("推送令牌")
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.hint


class CityOrder(models.Model):
    """An order and the case that it opened; the same number opens no second one.

    What it said last is kept as lengths and digests, enough to see what changed and nothing that
    could be read: `text_length` and `text_sha256` of the text, `said` keyed digests of the rest.
    `revision` counts the changes that were taken.
    """

    class Way(models.TextChoices):
        FILE = "file", _("文件导入")
        PUSH = "push", _("接口推送")
        PULL = "pull", _("接口拉取")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    platform = models.ForeignKey(CityPlatform, models.PROTECT, related_name="orders")
    number = models.CharField(_("工单号"), max_length=60)
    case = models.OneToOneField("kernel_cases.Case", models.PROTECT, related_name="city_order")
    way = models.CharField(_("接收方式"), max_length=4, choices=Way.choices)
    due_at = models.DateTimeField(_("办理时限"), null=True, blank=True)
    text_length = models.PositiveIntegerField(editable=False)
    text_sha256 = models.CharField(max_length=64, editable=False)
    said = models.JSONField(default=dict, editable=False)
    revision = models.PositiveIntegerField(_("变更次数"), default=0)
    taken_at = models.DateTimeField(_("接收时间"))
    changed_at = models.DateTimeField(_("变更时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("市级工单")
        ordering = ("-taken_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("platform", "number"), name="city_order_once"),
        )
        indexes = (models.Index(fields=("-taken_at", "-id"), name="city_order_newest"),)

    def __str__(self) -> str:
        return self.number


class CityRefusal(models.Model):
    """An order that could not be taken, and why, until it comes in good or somebody puts it aside.

    It holds no word of the order itself. `times` is how often it came so.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    platform = models.ForeignKey(CityPlatform, models.CASCADE, related_name="refusals")
    number = models.CharField(_("工单号"), max_length=60, blank=True, default="")
    way = models.CharField(_("接收方式"), max_length=4, choices=CityOrder.Way.choices)
    field = models.CharField(_("栏目"), max_length=40, blank=True, default="")
    problem = models.CharField(_("问题"), max_length=300)
    remedy = models.CharField(_("怎么改"), max_length=300, blank=True, default="")
    times = models.PositiveIntegerField(_("次数"), default=1)
    first_at = models.DateTimeField(_("首次时间"))
    last_at = models.DateTimeField(_("最近时间"))
    settled_at = models.DateTimeField(_("了结时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("未接收的工单")
        ordering = ("-last_at", "-pk")
        indexes = (models.Index(fields=("platform", "number"), name="city_refusal_number"),)

    def __str__(self) -> str:
        return f"{self.number}: {self.problem}"


class CityReturn(models.Model):
    """One result that the city is owed: a step of an order's case, told exactly once.

    `sequence` counts within the order; a later one waits for the earlier. The words are those of
    the step and stand there alone. `next_try_at` is also the lease of the worker that took it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待回传")
        SENT = "sent", _("已回传")
        PARKED = "parked", _("已搁置")
        BY_HAND = "by_hand", _("待人工报送")

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("已签收")
        DECLINED = "declined", _("不予受理")
        EXTENDED = "extended", _("已延期")
        SUSPENDED = "suspended", _("已挂账")
        FINISHED = "finished", _("已办结")
        CLOSED = "closed", _("已结案")
        REOPENED = "reopened", _("重新办理")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    order = models.ForeignKey(CityOrder, models.PROTECT, related_name="returns")
    step = models.OneToOneField("kernel_cases.CaseStep", models.PROTECT, related_name="+")
    kind = models.CharField(_("结果"), max_length=10, choices=Kind.choices)
    sequence = models.PositiveIntegerField(_("序号"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    next_try_at = models.DateTimeField(_("下次尝试"), null=True, blank=True)
    sent_at = models.DateTimeField(_("回传时间"), null=True, blank=True)
    error = models.CharField(_("原因"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField(_("产生时间"))

    class Meta:
        verbose_name = _("结果回传")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("order", "sequence"), name="city_return_sequence"),
        )
        indexes = (models.Index(fields=("state", "next_try_at"), name="city_return_due"),)

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"
