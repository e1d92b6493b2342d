"""Forms of reports: upload one, upload an amended edition, confirm in bulk."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

ACCEPTED = ".txt,.md,.docx,.pdf"


class UploadForm(forms.Form):
    """A new report with its first edition."""

    year = forms.IntegerField(
        label=_("计划年度"),
        min_value=1949,
        max_value=2199,
        help_text=_("报告所安排的年度，例如 2025"),
        error_messages={
            "required": _("请填写四位数的年度，例如 2025。"),
            "invalid": _("请填写四位数的年度，例如 2025。"),
        },
    )
    title = forms.CharField(
        label=_("报告标题"),
        max_length=200,
        error_messages={"required": _("请填写报告标题。")},
    )
    file = forms.FileField(
        label=_("报告文件"),
        help_text=_("文字版 .txt、.docx 或 .pdf，不超过 20 MB"),
        error_messages={
            "required": _("请选择报告文件。"),
            "empty": _("文件是空的。请检查后重新选择。"),
        },
    )


class AmendForm(forms.Form):
    """An amended edition of a report."""

    file = forms.FileField(
        label=_("修订稿文件"),
        help_text=_("文字版 .txt、.docx 或 .pdf，不超过 20 MB"),
        error_messages={
            "required": _("请选择修订稿文件。"),
            "empty": _("文件是空的。请检查后重新选择。"),
        },
    )


class BulkForm(forms.Form):
    """From which confidence on statements are confirmed together."""

    threshold = forms.DecimalField(
        label=_("把握不低于"),
        min_value=Decimal(0),
        max_value=Decimal(1),
        initial=Decimal("0.9"),
        error_messages={
            "required": _("请填写 0 到 1 之间的数，例如 0.9。"),
            "invalid": _("请填写 0 到 1 之间的数，例如 0.9。"),
        },
    )
    with_tasks = forms.BooleanField(
        label=_("同时确认没有数字的工作任务"), required=False, initial=True
    )
