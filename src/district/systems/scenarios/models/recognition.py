"""Rounds, applications, experts and their ties, reviews, objections, what is recognised."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Round(Versioned):
    """A round of a scheme, from its plan to what it recognised.

    `content` is the scheme's file as it stood when the round was planned; the round keeps to it.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("拟定")
        ANNOUNCED = "announced", _("已公告")
        REVIEWING = "reviewing", _("评审中")
        PUBLICITY = "publicity", _("公示中")
        PUBLISHED = "published", _("已发布")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("批次编号"), max_length=24, unique=True)
    scheme = models.CharField(_("认定类别"), max_length=24)
    content = models.JSONField()
    title = models.CharField(_("名称"), max_length=120)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("组织单位")
    )
    opens_on = models.DateField(_("开始申报"))
    closes_on = models.DateField(_("截止申报"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED)
    publicity_from = models.DateField(_("公示开始"), null=True, blank=True)
    publicity_until = models.DateField(_("公示截止"), null=True, blank=True)
    published_on = models.DateField(_("发布日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("认定批次")
        ordering = ("-opens_on", "-id")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the round for members."""
        return reverse("scenarios_round", args=[self.pk])


class Recognition(Versioned):
    """What was recognised, from a day until a day. `renewed_by` is the one that follows it."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    scheme = models.CharField(_("认定类别"), max_length=24)
    number = models.CharField(_("认定编号"), max_length=24, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    organisation = models.CharField(_("单位名称"), max_length=120)
    code = models.CharField(_("统一社会信用代码"), max_length=18)
    round = models.ForeignKey(
        Round, models.PROTECT, related_name="recognitions", verbose_name=_("认定批次")
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("认定单位")
    )
    valid_from = models.DateField(_("认定日期"))
    valid_until = models.DateField(_("有效期至"))
    revoked_on = models.DateField(_("撤销日期"), null=True, blank=True)
    reason = models.CharField(_("撤销原因"), max_length=200, blank=True, default="")
    renewed_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="renews"
    )
    expired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("认定结果")
        ordering = ("-valid_from", "number")
        indexes = (models.Index(fields=("scheme", "valid_until"), name="scenario_recognised"),)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page of what was recognised."""
        return reverse("scenarios_recognition", args=[self.pk])


class Application(models.Model):
    """What an applicant states; its case says where it stands. `alias` is how reviewers know it."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    case = models.OneToOneField("kernel_cases.Case", models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, related_name="applications")
    applicant = models.CharField(_("申请单位"), max_length=120)
    code = models.CharField(_("统一社会信用代码"), max_length=18)
    subject = models.CharField(_("名称"), max_length=120)
    text = models.TextField(_("说明"))
    answers = models.JSONField(default=dict)
    renews = models.ForeignKey(Recognition, models.PROTECT, null=True, blank=True, related_name="+")
    alias = models.PositiveIntegerField(_("评审编号"), null=True, blank=True)
    score = ExactDecimalField(_("得分"), null=True, blank=True)
    rank = models.PositiveIntegerField(_("名次"), null=True, blank=True)
    passed = models.BooleanField(_("通过评审"), null=True, blank=True)
    recognition = models.OneToOneField(
        Recognition, models.PROTECT, null=True, blank=True, related_name="application"
    )

    class Meta:
        verbose_name = _("认定申请")
        ordering = ("round", "pk")
        constraints = (
            models.UniqueConstraint(fields=("round", "alias"), name="scenario_alias_once"),
        )

    def __str__(self) -> str:
        return self.subject


class Paper(models.Model):
    """A file of an application; the file itself is its case's, and the two go together.

    `kind` is one of the scheme's kinds of papers; `cleared` says that whoever checks the form has
    seen that the picture does not tell whose it is.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="papers")
    attachment = models.OneToOneField(
        "kernel_cases.CaseAttachment", models.CASCADE, related_name="+"
    )
    kind = models.CharField(_("类别"), max_length=24)
    cleared = models.BooleanField(_("可给评审专家看"), default=False)

    class Meta:
        verbose_name = _("申请材料")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"


class Expert(Versioned):
    """A member who reviews. `employer` is by whom they are employed today."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    member = models.OneToOneField(
        "kernel_organisation.Member", models.PROTECT, related_name="+", verbose_name=_("专家")
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("聘请单位")
    )
    employer = models.CharField(_("工作单位"), max_length=120)
    employer_code = models.CharField(_("工作单位信用代码"), max_length=18, blank=True, default="")
    is_active = models.BooleanField(_("在聘"), default=True)

    class Meta:
        verbose_name = _("评审专家")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.member)


class Interest(models.Model):
    """What binds an expert to a firm, as they declare it themselves or the organiser knows it."""

    class Kind(models.TextChoices):
        EMPLOYMENT = "employment", _("任职")
        SHARES = "shares", _("持股或投资")
        ADVICE = "advice", _("顾问或合作")
        KIN = "kin", _("亲属任职或持股")
        OTHER = "other", _("其他利害关系")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="interests")
    kind = models.CharField(_("关系"), max_length=12, choices=Kind.choices)
    firm = models.CharField(_("企业名称"), max_length=120)
    firm_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    since = models.DateField(_("开始日期"), null=True, blank=True)
    until = models.DateField(_("结束日期"), null=True, blank=True)
    declared_at = models.DateTimeField(_("申报时间"))

    class Meta:
        verbose_name = _("利害关系")
        ordering = ("-declared_at",)

    def __str__(self) -> str:
        return f"{self.expert_id} {self.kind}"


class Review(Versioned):
    """An expert's review of an application; `points` and `grounds` by criterion."""

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("待评审")
        SUBMITTED = "submitted", _("已提交")
        DECLINED = "declined", _("已回避或退出")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="reviews")
    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.ASSIGNED
    )
    points = models.JSONField(default=dict)
    grounds = models.JSONField(default=dict)
    total = ExactDecimalField(_("总分"), null=True, blank=True)
    reason = models.CharField(_("退出原因"), max_length=200, blank=True, default="")
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("专家评审")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("application", "expert"), name="scenario_review_once"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"

    def get_absolute_url(self) -> str:
        """The page on which the expert reviews."""
        return reverse("scenarios_review", args=[self.pk])


class Objection(Versioned):
    """What somebody has against a proposed recognition; who they are is ciphertext of `person`."""

    class State(models.TextChoices):
        OPEN = "open", _("待核查")
        UPHELD = "upheld", _("成立")
        DISMISSED = "dismissed", _("不成立")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    person = models.UUIDField(editable=False)
    name = models.TextField(editable=False)
    phone = models.TextField(editable=False)
    text = models.TextField(_("异议内容"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField(_("核查结论"), max_length=500, blank=True, default="")
    at = models.DateTimeField(_("提出时间"))
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        verbose_name = _("异议")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"
