"""Choices that several models share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ColourName(models.TextChoices):
    """The colours of signals; what each means is in the catalogue."""

    BLUE = "blue", _("蓝色")
    YELLOW = "yellow", _("黄色")
    ORANGE = "orange", _("橙色")
    RED = "red", _("红色")


class MessageType(models.TextChoices):
    """What a message does."""

    ALERT = "Alert", _("发布")
    UPDATE = "Update", _("更新")
    CANCEL = "Cancel", _("解除")
