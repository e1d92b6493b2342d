"""What a resident fills in: what, where, and how to be reached."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.cases.public import LONGEST_TEXT, is_phone
from district.systems.appeals.rules.places import within
from district.systems.appeals.selectors.places import district_box, named

#: The fields that the page draws; the others are carried by its scripts or trap programs.
SHOWN = ("text", "place", "area", "name", "phone")


class ReportForm(forms.Form):
    """One report. `lon` and `lat` come from the map or the telephone, WGS-84."""

    text = forms.CharField(
        label=gettext_lazy("发生了什么"),
        help_text=gettext_lazy("例如：学校门口的井盖没了，晚上有人差点踩空。"),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"maxlength": LONGEST_TEXT, "rows": 4}),
    )
    # What was chosen is looked at by `services.photos`; here stands what is wrong with it.
    photos = forms.FileField(
        label=gettext_lazy("照片"),
        help_text=gettext_lazy("最多 9 张，每张不超过 20 MB。照片里的位置、时间和设备信息会去掉。"),
        required=False,
    )
    lon = forms.CharField(required=False, widget=forms.HiddenInput)
    lat = forms.CharField(required=False, widget=forms.HiddenInput)
    place = forms.CharField(
        label=gettext_lazy("地点"),
        help_text=gettext_lazy("路名、门牌、小区，或附近的店铺"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    area = forms.CharField(
        label=gettext_lazy("街道或社区"),
        help_text=gettext_lazy("不便定位时选这里"),
        required=False,
        max_length=32,
    )
    anonymous = forms.BooleanField(label=gettext_lazy("匿名反映"), required=False)
    name = forms.CharField(
        label=gettext_lazy("怎么称呼您"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    confidential = forms.BooleanField(label=gettext_lazy("为我保密"), required=False)
    # People do not see it, programs fill it in.
    website = forms.CharField(label=gettext_lazy("网址"), required=False)

    def clean_text(self) -> str:
        """Something must have happened."""
        text = str(self.cleaned_data["text"]).strip()
        if len(text) < 4:
            raise forms.ValidationError(_("还没有写明情况。请写一句话，例如“路口的井盖没了”。"))
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(
                _("内容超过%(most)s字，请精简后再提交。") % {"most": LONGEST_TEXT}
            )
        return text

    def clean_area(self) -> str:
        """One of the streets or communities."""
        code = str(self.cleaned_data["area"])
        if code and named(code) is None:
            raise forms.ValidationError(_("没有这个街道或社区。请从列表中重新选择。"))
        return code

    def clean_website(self) -> str:
        """Empty."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("“网址”一栏是防止机器填报用的，请清空后再提交。"))
        return ""

    def clean(self) -> dict[str, Any]:
        """A place in one of the ways, and a contact unless anonymous."""
        data = super().clean() or self.cleaned_data
        self._clean_place(data)
        self._clean_contact(data)
        return data

    def _clean_place(self, data: dict[str, Any]) -> None:
        lon, lat = _number(data.get("lon")), _number(data.get("lat"))
        if lon is None or lat is None:
            lon = lat = None
        elif not within(district_box(), float(lon), float(lat)):
            lon = lat = None
            self.add_error("place", _("选的位置不在本区范围内。请在地图上重新选点，或填写地点。"))
        data["lon"], data["lat"] = lon, lat
        given = lon is not None or len(data.get("place") or "") > 1 or data.get("area")
        if not given and not {"place", "area"} & self.errors.keys():
            self.add_error(
                "place", _("还没有说明在哪里。请使用当前位置、在地图上选点、填写地点，或选择社区。")
            )

    def _clean_contact(self, data: dict[str, Any]) -> None:
        if data.get("anonymous"):
            data["name"] = data["phone"] = ""
            return
        if not data.get("name") and "name" not in self.errors:
            self.add_error("name", _("还没有填写怎么称呼您，例如“王女士”。也可以选择匿名。"))
        phone = str(data.get("phone") or "")
        if "phone" in self.errors:
            return
        if not phone:
            self.add_error("phone", _("还没有填写联系电话。也可以选择匿名。"))
        elif not is_phone(phone):
            self.add_error("phone", _("联系电话不对。请填写手机号或带区号的固定电话。"))

    @property
    def has_point(self) -> bool:
        """Whether a position came with what was sent, for drawing the form again."""
        return _number(self["lon"].value()) is not None and _number(self["lat"].value()) is not None


def _number(given: Any) -> Decimal | None:
    try:
        number = Decimal(str(given).strip())
    except InvalidOperation:
        return None
    return round(number, 6) if number.is_finite() and abs(number) <= 180 else None
