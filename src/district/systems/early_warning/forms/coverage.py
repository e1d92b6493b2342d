"""Forms of coverage; what their values mean is checked by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.organisation.public import Level, units
from district.systems.early_warning.models import (
    CoverageData,
    CoverageProposal,
    CoverageSettings,
    StationKind,
)

_MISSING = {"required": gettext_lazy("请填写这一项。")}
_MOST_BYTES = 60_000_000
_LEVELS = (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)


def _units() -> list[tuple[str, str]]:
    return [(unit.pk, unit.display_short) for unit in units() if unit.level in _LEVELS]


class DataForm(forms.Form):
    """A data set to be taken in."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=CoverageData.Kind.choices)
    file = forms.FileField(
        label=gettext_lazy("文件"),
        error_messages={"required": gettext_lazy("请选择文件。")},
        help_text=gettext_lazy(
            "地形：ESRI ASCII 栅格（.asc）、.npz 或 .csv，单位米。林地：GeoJSON 多边形"
            "（属性 weight 为权重），或栅格，大于零的值是权重。道路：GeoJSON 线。不超过60 MB。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".asc,.txt,.npz,.csv,.geojson,.json"}),
    )
    crs = forms.CharField(
        label=gettext_lazy("坐标系"),
        max_length=20,
        initial="EPSG:4326",
        error_messages=_MISSING,
        help_text=gettext_lazy(
            "栅格可以用 EPSG:4326、4490（经纬度）、4491–4554（CGCS2000 高斯投影）、326xx（UTM）；"
            "图形只用经纬度。"
        ),
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120, error_messages=_MISSING)
    source = forms.CharField(
        label=gettext_lazy("来源"),
        max_length=200,
        error_messages=_MISSING,
        help_text=gettext_lazy("谁提供、哪一年、什么精度。"),
    )
    licence = forms.CharField(label=gettext_lazy("许可"), max_length=100, required=False)
    invented = forms.BooleanField(label=gettext_lazy("演示数据，不是真实地面"), required=False)

    def clean_file(self) -> Any:
        """The upload, of bearable size."""
        upload = self.cleaned_data["file"]
        if upload.size > _MOST_BYTES:
            raise forms.ValidationError(_("文件超过60 MB。请降低分辨率后再导入。"))
        return upload


class SettingsForm(forms.Form):
    """What is assumed."""

    lead_unit = forms.ChoiceField(label=gettext_lazy("管理单位"), required=False)
    cell_m = forms.DecimalField(
        label=gettext_lazy("林地格边长（米）"),
        help_text=gettext_lazy("20到1000；越小越细，计算越久。"),
        error_messages=_MISSING,
    )
    canopy_m = forms.DecimalField(
        label=gettext_lazy("林冠高度（米）"),
        help_text=gettext_lazy("0到60；林冠遮挡视线，目标按林冠顶以上计。"),
        error_messages=_MISSING,
    )
    target_m = forms.DecimalField(
        label=gettext_lazy("目标高出林冠（米）"),
        help_text=gettext_lazy("0到200；例如初起烟柱高出林冠多少才看得见。"),
        error_messages=_MISSING,
    )
    refraction = forms.DecimalField(
        label=gettext_lazy("大气折光系数"),
        help_text=gettext_lazy("一般取0.13；抵消一部分地球曲率。"),
        error_messages=_MISSING,
    )
    minutes = forms.DecimalField(
        label=gettext_lazy("机场到达时限（分钟）"),
        help_text=gettext_lazy("1到60；从下令到飞临上空，含起飞准备。"),
        error_messages=_MISSING,
    )

    def __init__(self, data: Any, *, row: CoverageSettings) -> None:
        names = ("cell_m", "canopy_m", "target_m", "refraction", "minutes")
        initial: dict[str, Any] = {key: getattr(row, key).normalize() for key in names}
        # Five, not 5E+0; a hundred, not 1E+2.
        initial = {key: f"{value:f}" for key, value in initial.items()}
        initial["lead_unit"] = row.lead_unit_id or ""
        super().__init__(data, initial=initial)
        field = self.fields["lead_unit"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared as one above
        field.choices = [("", _("还没有指定")), *_units()]


class ProposalForm(forms.Form):
    """Where the next ones should go."""

    kind = forms.ChoiceField(label=gettext_lazy("增设什么"), choices=StationKind.choices)
    sites = forms.IntegerField(
        label=gettext_lazy("增设数量"),
        min_value=1,
        max_value=50,
        initial=3,
        error_messages=_MISSING,
    )
    lead_unit = forms.ChoiceField(label=gettext_lazy("提出单位"), error_messages=_MISSING)
    source = forms.ChoiceField(
        label=gettext_lazy("备选点位从哪里来"),
        choices=CoverageProposal.From.choices,
        initial="terrain",
        help_text=gettext_lazy("地形高点：每个方格里最高的一点；有道路数据时只取道路附近的。"),
    )
    spacing_m = forms.IntegerField(
        label=gettext_lazy("高点间距（米）"),
        initial=700,
        error_messages=_MISSING,
        help_text=gettext_lazy("只用于地形高点；超过600个时自动加大。"),
    )
    road_m = forms.IntegerField(
        label=gettext_lazy("离道路不超过（米）"),
        initial=300,
        error_messages=_MISSING,
        help_text=gettext_lazy("只用于地形高点，且有道路数据时。"),
    )
    second = forms.DecimalField(
        label=gettext_lazy("第二重覆盖权重"),
        initial=0,
        error_messages=_MISSING,
        help_text=gettext_lazy("0到1；0只求多覆盖，越大越看重一处被两个站点覆盖。"),
    )
    height = forms.DecimalField(
        label=gettext_lazy("前端架设高度（米）"), initial=30, required=False
    )
    speed = forms.DecimalField(
        label=gettext_lazy("无人机地速（米/秒）"),
        initial=12,
        required=False,
        help_text=gettext_lazy("巡航速度减去风的余量。"),
    )
    takeoff = forms.DecimalField(label=gettext_lazy("起飞准备（秒）"), initial=30, required=False)
    reach = forms.DecimalField(
        label=gettext_lazy("可视距离或作业半径（米）"), initial=4000, error_messages=_MISSING
    )

    def __init__(self, *args: Any, own: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lead_unit"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared as one above
        field.choices = own


class DecisionForm(forms.Form):
    """Why a proposal is accepted or refused."""

    reason = forms.CharField(
        label=gettext_lazy("决定理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_MISSING,
    )
