"""The form of the calendar page: a year and its announcement as a file, or as checked text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_MOST_BYTES = 200_000


class AnnouncementForm(forms.Form):
    """First with `file`; then with the previewed `text`, sent back to be confirmed."""

    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=2000, max_value=2100)
    file = forms.FileField(
        label=gettext_lazy("放假安排（CSV）"),
        required=False,
        help_text=gettext_lazy("列为 date,kind,name；kind 写 holiday 或 workday。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    text = forms.CharField(required=False, max_length=_MOST_BYTES, strip=False)

    def clean(self) -> dict[str, Any]:
        """Either a file of bearable size or the text of one that was shown before."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is None and not cleaned.get("text") and "file" not in self.errors:
            self.add_error("file", _("没有选择文件。请选择 CSV 文件。"))
        if upload is not None and upload.size > _MOST_BYTES:
            self.add_error("file", _("文件太大。请只上传一年的放假安排。"))
        return cleaned

    def content(self) -> bytes:
        """What was uploaded, as bytes; call on a valid form."""
        upload = self.cleaned_data.get("file")
        if upload is not None:
            upload.seek(0)
            return bytes(upload.read())
        return str(self.cleaned_data["text"]).encode()

    def text_of(self) -> str:
        """What was uploaded, as text; call once it is known to be UTF-8."""
        return self.content().decode("utf-8-sig")
