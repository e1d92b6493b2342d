"""Night permits: what was applied for, the rule that stops them, and each time that it did."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.systems.environment.models.noise import Site


class Application(models.Model):
    """What a firm applies for; how it stands is the case's. Nights from `starts_on` to `ends_on`,
    each named by the day on which it begins."""

    case = models.OneToOneField(
        "kernel_cases.Case", models.PROTECT, primary_key=True, related_name="night_application"
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="applications")
    starts_on = models.DateField(_("首夜"))
    ends_on = models.DateField(_("末夜"))
    works = models.CharField(_("施工内容"), max_length=200)

    class Meta:
        verbose_name = _("夜间施工申请")
        ordering = ("-starts_on",)
        indexes = (models.Index(fields=("site", "ends_on"), name="env_application_site"),)

    def __str__(self) -> str:
        return f"{self.case_id}"


class MeltRuleVersion(models.Model):
    """A text of the rule of automatic refusal (熔断规则); the newest by `since` is in force."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField(_("版本"))
    digest = models.CharField(max_length=16, unique=True)
    content = models.JSONField()
    since = models.DateTimeField(_("生效时间"))

    class Meta:
        verbose_name = _("熔断规则")
        ordering = ("-since", "-number")

    def __str__(self) -> str:
        return f"{self.key} {self.number}"


class MeltDecision(models.Model):
    """The rule refused an application or stopped a permit: which version, and the exceedances that
    counted, as they were then. Whether a review has revoked it, the case's steps say
    (`selectors.melts`)."""

    class What(models.TextChoices):
        REFUSED = "refused", _("不予许可")
        SUSPENDED = "suspended", _("中止许可")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    case = models.ForeignKey("kernel_cases.Case", models.PROTECT, related_name="night_melts")
    site = models.ForeignKey(Site, models.PROTECT, related_name="melts")
    rule = models.ForeignKey(MeltRuleVersion, models.PROTECT, related_name="decisions")
    what = models.CharField(_("熔断处理"), max_length=9, choices=What.choices)
    at = models.DateTimeField(_("时间"))
    days = models.PositiveIntegerField(_("超标天数"))
    parts = models.ManyToManyField("sys_environment.NoisePart", related_name="melts")

    class Meta:
        verbose_name = _("熔断记录")
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.case_id} {self.what}"
