"""Files of a case: photos from before and after, letters, proofs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid


class CaseAttachment(models.Model):
    """A file that somebody attached to a case.

    `stored` is a random name in `services.attaching.storage`, which several cases share where one
    carried on from another (`origin`); the content goes with the last row. `name` is what people
    called it and may say who somebody is. A picture was drawn anew, so `size` (bytes) and `sha256`
    are of what is kept. `actor_id` of a reporter is the id of their `Reporter`. `public` files are
    shown to reporters: each sees their own and those of members.
    """

    class Kind(models.TextChoices):
        BEFORE = "before", _("处理前")
        AFTER = "after", _("处理后")
        OTHER = "other", _("其他")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    case = models.ForeignKey("kernel_cases.Case", models.CASCADE, related_name="attachments")
    step = models.ForeignKey(
        "kernel_cases.CaseStep",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="attachments",
    )
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices, default=Kind.OTHER)
    # The case from which it came along.
    origin = models.ForeignKey(
        "kernel_cases.Case", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    stored = models.CharField(max_length=64, db_index=True, editable=False)
    name = models.CharField(_("文件名"), max_length=140)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    is_image = models.BooleanField(default=False)
    public = models.BooleanField(_("反映人可见"), default=False)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=80, blank=True, default="")
    actor_name = models.CharField(_("上传人"), max_length=120, blank=True, default="")
    at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("附件")
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(fields=("case", "sha256"), name="case_attachment_once"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.sha256[:12]}"
