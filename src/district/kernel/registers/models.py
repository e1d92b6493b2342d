"""Imports into registers: the file, what was found in it, and what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid


class ImportRun(models.Model):
    """One file on its way into a register.

    `content` is the file until the run ends, then empty. `preview` holds the first rows as
    texts, `problems` the first row-level errors ({row, column, problem, remedy}).
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("正在检查")
        CHECKED = "checked", _("等待确认")
        WRITING = "writing", _("正在写入")
        DONE = "done", _("已导入")
        REFUSED = "refused", _("未导入")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    register = models.CharField(max_length=80)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=100)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    preview = models.JSONField(default=list)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at",)
        indexes = (
            models.Index(fields=("register", "actor_id", "-started_at"), name="import_of_member"),
            models.Index(fields=("state", "started_at"), name="import_state"),
        )

    def __str__(self) -> str:
        return f"{self.register}: {self.file_name}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (self.State.DONE, self.State.REFUSED)

    @property
    def is_busy(self) -> bool:
        """Whether the worker is at it."""
        return self.state in (self.State.CHECKING, self.State.WRITING)
