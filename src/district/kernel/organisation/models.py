"""Units of a district, the members that act for them, and for how long."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_settings import DistrictSetting
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.organisation.rules import Owned, Role


class Level(models.TextChoices):
    """Where a unit stands in 1+11+111+N."""

    DISTRICT = "district", _("区")
    STREET = "street", _("街道")
    COMMUNITY = "community", _("社区")
    DEPARTMENT = "department", _("部门")
    GRID = "grid", _("网格")


class Unit(models.Model):
    """A body that can own work. Its key is its code: two communities share a name."""

    code = models.CharField(
        _("编码"),
        max_length=32,
        primary_key=True,
        validators=[RegexValidator(r"^[0-9A-Z][0-9A-Z-]*$")],
    )
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    level = models.CharField(_("层级"), max_length=16, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", db_index=True
    )
    # The chain of codes from the top, `/440307/440307003/`: a subtree is a prefix of it.
    path = models.CharField(max_length=200, unique=True, editable=False)
    sort = models.PositiveIntegerField(_("排序"), default=0)
    # Words of the plan that this unit usually answers for; owners are suggested from them.
    topics = models.JSONField(_("业务主题"), default=list, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("单位")
        ordering = ("sort", "code")
        indexes = (models.Index(fields=("level", "sort")),)

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("unit", args=[self.code])

    def owned(self) -> Owned:
        """Rights on the unit itself: it leads itself."""
        return Owned(self.code, path=self.path)

    @property
    def display_name(self) -> str:
        """The name in the language of the page."""
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name

    @property
    def display_short(self) -> str:
        """The short name in the language of the page; the full one where there is none."""
        english = (get_language() or "").startswith("en")
        return self.display_name if english else (self.short_name or self.name)


class Member(Versioned):
    """A person who works in the product, with or without a log-in.

    `phone` is a token of `history.protect`: the number itself is under the person's own key.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="member"
    )
    name = models.CharField(_("姓名"), max_length=60)
    name_en = models.CharField(_("英文姓名"), max_length=100, blank=True)
    title = models.CharField(_("职务"), max_length=100, blank=True)
    phone = models.TextField(_("联系电话"), blank=True, editable=False)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("成员")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("member", args=[self.pk])

    @property
    def display_name(self) -> str:
        """The name in the language of the page."""
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments, selected by what runs on a day."""

    def on(self, day: date) -> AssignmentQuerySet:
        """Those that run on `day`, of active members in active units."""
        return self.filter(
            Q(until=None) | Q(until__gt=day),
            since__lte=day,
            member__is_active=True,
            unit__is_active=True,
        )


class Assignment(models.Model):
    """A member acts for a unit in a role, from the day `since` on.

    `until` is the first day on which it no longer runs; None while no end is known.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    role = models.CharField(_("角色"), max_length=16, choices=Role.choices)
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        ordering = ("since", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("member", "unit", "role"),
                condition=Q(until=None),
                name="organisation_one_open_assignment",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="organisation_assignment_ends_after_start",
            ),
        )
        indexes = (models.Index(fields=("unit", "role")),)

    def __str__(self) -> str:
        return f"{self.member} · {self.unit} · {self.get_role_display()}"


class SignInSetting(DistrictSetting):
    """What a district asks of signing in; see `services/sign_in_settings.py`."""
