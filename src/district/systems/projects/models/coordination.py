"""Problems of projects, and calls of departments."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.projects.models.projects import Project

_UNIT = "kernel_organisation.Unit"


class Problem(Versioned):
    """Something that keeps a project from going on (问题), with owner, level and term.

    It is to be answered at its level by `due_at`, and what was promised kept by then; else it rises
    to the next level. `unit` answers for it now.
    """

    class Level(models.TextChoices):
        STREET = "street", _("街道")
        BUREAU = "bureau", _("部门")
        LEADER = "leader", _("区领导")

    class State(models.TextChoices):
        OPEN = "open", _("待答复")
        ANSWERED = "answered", _("已答复，推进中")
        SOLVED = "solved", _("已解决")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="problems")
    number = models.CharField(_("编号"), max_length=24, unique=True)
    title = models.CharField(_("问题"), max_length=120)
    text = models.TextField(_("情况"), blank=True, default="")
    kind = models.CharField(_("问题类别"), max_length=40)
    level = models.CharField(_("协调层级"), max_length=6, choices=Level.choices)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    bureau = models.ForeignKey(_UNIT, models.PROTECT, related_name="+", verbose_name=_("协调部门"))
    unit = models.ForeignKey(_UNIT, models.PROTECT, related_name="+", verbose_name=_("答复单位"))
    raised_at = models.DateTimeField(_("提出时间"))
    raised_by = models.CharField(_("提出人"), max_length=80)
    due_at = models.DateTimeField(_("时限"))
    answer = models.CharField(_("答复"), max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    solved_at = models.DateTimeField(_("解决时间"), null=True, blank=True)
    result = models.CharField(_("解决情况"), max_length=500, blank=True, default="")
    risen = models.PositiveIntegerField(_("上升次数"), default=0)
    clock = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("项目问题")
        ordering = ("-raised_at", "-pk")
        indexes = (models.Index(fields=("state", "due_at"), name="prj_problem_due"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the problem."""
        return reverse("projects_problem", args=[self.pk])


class ProblemStep(models.Model):
    """What happened to a problem: raised, answered, risen, put_up (raised by hand) or solved."""

    class Kind(models.TextChoices):
        RAISED = "raised", _("提出")
        ANSWERED = "answered", _("答复")
        RISEN = "risen", _("自动上升")
        PUT_UP = "put_up", _("提请上一级")
        SOLVED = "solved", _("解决")

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    level = models.CharField(max_length=6, choices=Problem.Level.choices)
    unit = models.ForeignKey(_UNIT, models.PROTECT, related_name="+")
    text = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("协调记录")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.problem_id} {self.kind}"


class Call(Versioned):
    """A street calls departments to a project (街道吹哨、部门报到): they come by `due_at`."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="calls")
    problem = models.ForeignKey(
        Problem, models.PROTECT, null=True, blank=True, related_name="calls"
    )
    number = models.CharField(_("编号"), max_length=24, unique=True)
    street = models.ForeignKey(_UNIT, models.PROTECT, related_name="+", verbose_name=_("吹哨街道"))
    title = models.CharField(_("事由"), max_length=120)
    place = models.CharField(_("集合地点"), max_length=120, blank=True, default="")
    called_at = models.DateTimeField(_("吹哨时间"))
    called_by = models.CharField(max_length=80)
    due_at = models.DateTimeField(_("报到时限"))
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    result = models.CharField(_("结果"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("街道吹哨")
        ordering = ("-called_at", "-pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the call."""
        return reverse("projects_call", args=[self.pk])


class CallLine(models.Model):
    """A department that a street called, and whether and when it turned up (报到)."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="lines")
    unit = models.ForeignKey(_UNIT, models.PROTECT, related_name="+", verbose_name=_("报到部门"))
    came_at = models.DateTimeField(_("报到时间"), null=True, blank=True)
    came_by = models.CharField(_("报到登记人"), max_length=80, blank=True, default="")
    note = models.CharField(_("意见"), max_length=300, blank=True, default="")
    clock = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("部门报到")
        ordering = ("call", "unit")
        constraints = (models.UniqueConstraint(fields=("call", "unit"), name="prj_call_unit"),)

    def __str__(self) -> str:
        return f"{self.call_id} {self.unit_id}"
