"""Coverage of woodland: its data, what was computed of it, and proposals for further stations."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class StationKind(models.TextChoices):
    """What covers woodland."""

    SENSOR = "sensor", _("监测前端")
    NEST = "nest", _("无人机机场")


def _unit(label: Any, *, null: bool = False) -> Any:
    return models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=label,
        null=null,
        blank=null,
    )


def _key() -> Any:
    return models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)


class CoverageData(models.Model):
    """A data set that coverage is computed from: terrain, woodland or roads.

    `content` is the file in the form that `coverage.grids` or `coverage.woodland` reads, `digest`
    its SHA-256. A newer one of the kind takes its place (`is_current`); the old one stays, so
    that a figure can be computed again. `invented` says that it shows no real ground.
    """

    class Kind(models.TextChoices):
        TERRAIN = "terrain", _("地形")
        WOODLAND = "woodland", _("林地")
        ROADS = "roads", _("道路")

    class Form(models.TextChoices):
        GRID = "grid", _("栅格")
        SHAPES = "shapes", _("图形")

    id = _key()
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    form = models.CharField(_("形式"), max_length=6, choices=Form.choices)
    name = models.CharField(_("名称"), max_length=120)
    file_name = models.CharField(_("文件"), max_length=200)
    crs = models.CharField(_("坐标系"), max_length=20)
    extent = models.CharField(_("范围"), max_length=120)
    source = models.CharField(_("来源"), max_length=200)
    licence = models.CharField(_("许可"), max_length=100, blank=True, default="")
    invented = models.BooleanField(_("演示数据"), default=False)
    digest = models.CharField(_("摘要"), max_length=64)
    content = models.BinaryField()
    loaded_at = models.DateTimeField(_("载入时间"))
    is_current = models.BooleanField(_("现行"), default=True)

    class Meta:
        verbose_name = _("覆盖数据")
        ordering = ("-loaded_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("kind",),
                condition=models.Q(is_current=True),
                name="coverage_data_one_current",
            ),
        )

    def __str__(self) -> str:
        return self.name


class CoverageSettings(Versioned):
    """What is assumed; one row. Metres, minutes; `lead_unit` looks after all of it."""

    key = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    lead_unit = _unit(_("管理单位"), null=True)
    cell_m = ExactDecimalField(_("林地格边长"))
    canopy_m = ExactDecimalField(_("林冠高度"))
    target_m = ExactDecimalField(_("目标高出林冠"))
    refraction = ExactDecimalField(_("大气折光系数"))
    minutes = ExactDecimalField(_("机场到达时限"))

    class Meta:
        verbose_name = _("覆盖计算设定")

    def __str__(self) -> str:
        return str(self.key)


class CoverageRun(Versioned):
    """One computation. `digest` is that of everything it depends on.

    Shares are percent of the woodland's area; `weighted` holds those by weight, by the name of
    the part, where cells have different weights. `unknown_cells` and
    `unknown_sensors` have no height in the terrain.
    `shapes` are the covered and uncovered parts as GeoJSON geometries by kind of cover.
    `streets` are the codes of the streets with their cells and uncovered (`bare`) cells.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待计算")
        RUNNING = "running", _("正在计算")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有完成")

    id = _key()
    number = models.CharField(_("编号"), max_length=30, unique=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices)
    digest = models.CharField(_("摘要"), max_length=64)
    asked_at = models.DateTimeField(_("提出时间"))
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    problem = models.CharField(_("没有完成的原因"), max_length=300, blank=True, default="")
    is_current = models.BooleanField(_("现行"), default=False)
    terrain = models.ForeignKey(
        CoverageData, models.PROTECT, null=True, blank=True, related_name="+"
    )
    woodland = models.ForeignKey(
        CoverageData, models.PROTECT, null=True, blank=True, related_name="+"
    )
    assumptions = models.JSONField(default=dict)
    sensors = models.PositiveIntegerField(_("前端数"), default=0)
    nests = models.PositiveIntegerField(_("机场数"), default=0)
    cells = models.PositiveIntegerField(_("林地格数"), default=0)
    hectares = ExactDecimalField(_("林地面积"), default=0)
    seen_cells = models.PositiveIntegerField(_("前端可见格"), default=0)
    seen_share = ExactDecimalField(_("前端可见比例"), default=0)
    reached_cells = models.PositiveIntegerField(_("机场可达格"), default=0)
    reached_share = ExactDecimalField(_("机场可达比例"), default=0)
    any_cells = models.PositiveIntegerField(_("已覆盖格"), default=0)
    any_share = ExactDecimalField(_("覆盖率"), default=0)
    both_cells = models.PositiveIntegerField(_("两者都覆盖格"), default=0)
    both_share = ExactDecimalField(_("两者都覆盖比例"), default=0)
    seen_twice_cells = models.PositiveIntegerField(_("两个以上前端可见格"), default=0)
    seen_twice_share = ExactDecimalField(_("两个以上前端可见比例"), default=0)
    reached_twice_cells = models.PositiveIntegerField(_("两个以上机场可达格"), default=0)
    reached_twice_share = ExactDecimalField(_("两个以上机场可达比例"), default=0)
    none_cells = models.PositiveIntegerField(_("未覆盖格"), default=0)
    none_share = ExactDecimalField(_("未覆盖比例"), default=0)
    unknown_cells = models.PositiveIntegerField(_("缺高程格"), default=0)
    unknown_sensors = models.PositiveIntegerField(_("缺高程前端"), default=0)
    weighted = models.JSONField(default=dict)
    shapes = models.JSONField(default=dict)
    streets = models.JSONField(default=list)

    class Meta:
        verbose_name = _("覆盖计算")
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("is_current",),
                condition=models.Q(is_current=True),
                name="coverage_run_one_current",
            ),
        )

    def __str__(self) -> str:
        return self.number


class CoverageCell(models.Model):
    """A square of woodland under the current computation; (lon, lat) is its centre, WGS-84.

    `seen` sensors see it, `reached` nests reach it; where it is just one of a kind,
    `only_sensor` or `only_nest` is its code.
    """

    class Cover(models.TextChoices):
        BOTH = "both", _("前端和机场都覆盖")
        SENSOR = "sensor", _("只有前端可见")
        NEST = "nest", _("只有机场可达")
        NONE = "none", _("未覆盖")

    run = models.ForeignKey(CoverageRun, models.CASCADE, related_name="cell_rows")
    code = models.CharField(_("格号"), max_length=24)
    lon = ExactDecimalField(_("经度"))
    lat = ExactDecimalField(_("纬度"))
    weight = ExactDecimalField(_("权重"))
    street_unit = _unit(_("街道"), null=True)
    seen = models.PositiveSmallIntegerField(_("可见前端数"))
    reached = models.PositiveSmallIntegerField(_("可达机场数"))
    only_sensor = models.CharField(_("唯一可见前端"), max_length=30, blank=True, default="")
    only_nest = models.CharField(_("唯一可达机场"), max_length=30, blank=True, default="")
    cover = models.CharField(_("覆盖情况"), max_length=6, choices=Cover.choices)

    class Meta:
        verbose_name = _("林地格")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("run", "code"), name="coverage_cell_once"),)

    def __str__(self) -> str:
        return self.code


class CoverageStation(models.Model):
    """What a station covered in a computation, and what would be lost without it.

    `alone` is what no other of its kind covers, `bare` what then nothing covers at all; shares
    are percent of the woodland's area.
    """

    run = models.ForeignKey(CoverageRun, models.CASCADE, related_name="station_rows")
    kind = models.CharField(_("类别"), max_length=6, choices=StationKind.choices)
    code = models.CharField(_("编号"), max_length=30)
    name = models.CharField(_("名称"), max_length=120)
    lon = ExactDecimalField(_("经度"))
    lat = ExactDecimalField(_("纬度"))
    covers_cells = models.PositiveIntegerField(_("覆盖格"))
    covers_share = ExactDecimalField(_("覆盖比例"))
    alone_cells = models.PositiveIntegerField(_("独自覆盖格"))
    alone_share = ExactDecimalField(_("失去后同类下降"))
    bare_cells = models.PositiveIntegerField(_("失去后无覆盖格"))
    bare_share = ExactDecimalField(_("失去后覆盖率下降"))

    class Meta:
        verbose_name = _("站点覆盖")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class CandidateSite(Versioned):
    """A place where a station could stand; (lon, lat) is WGS-84."""

    class Fits(models.TextChoices):
        BOTH = "both", _("前端和机场")
        SENSOR = "sensor", _("监测前端")
        NEST = "nest", _("无人机机场")

    id = _key()
    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    lead_unit = _unit(_("管理单位"))
    lon = ExactDecimalField(_("经度"))
    lat = ExactDecimalField(_("纬度"))
    fits = models.CharField(_("可建"), max_length=6, choices=Fits.choices, default=Fits.BOTH)
    is_active = models.BooleanField(_("可用"), default=True)
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("备选点位")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class CoverageProposal(Versioned):
    """Where the next stations should go, with the bound of how good it could be.

    `station` is what is presumed of a new one: height and reach of a sensor; speed, takeoff and
    reach of a nest (metres, seconds). `second` is the worth of a second cover, 0 to 1. `value`
    and `bound` are what is added, in hectares times weight. It builds on what stood when it was
    computed: `digest`.
    """

    class From(models.TextChoices):
        REGISTER = "register", _("备选点位台账")
        TERRAIN = "terrain", _("地形高点")

    class State(models.TextChoices):
        WAITING = "waiting", _("等待计算")
        RUNNING = "running", _("正在计算")
        OPEN = "open", _("待决定")
        ACCEPTED = "accepted", _("已采纳")
        REFUSED = "refused", _("未采纳")
        FAILED = "failed", _("没有完成")

    id = _key()
    number = models.CharField(_("编号"), max_length=30, unique=True)
    kind = models.CharField(_("类别"), max_length=6, choices=StationKind.choices)
    sites = models.PositiveSmallIntegerField(_("增设数量"))
    second = ExactDecimalField(_("第二重覆盖权重"), default=0)
    source = models.CharField(_("备选来源"), max_length=8, choices=From.choices)
    spacing_m = models.PositiveIntegerField(_("高点间距"), default=700)
    road_m = models.PositiveIntegerField(_("离道路"), default=300)
    station = models.JSONField(default=dict)
    lead_unit = _unit(_("提出单位"))
    made_by = models.CharField(_("提出人"), max_length=120)
    made_at = models.DateTimeField(_("提出时间"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices)
    problem = models.CharField(_("没有完成的原因"), max_length=300, blank=True, default="")
    computed_at = models.DateTimeField(_("计算时间"), null=True, blank=True)
    digest = models.CharField(_("摘要"), max_length=64, blank=True, default="")
    candidates = models.PositiveIntegerField(_("备选点数"), default=0)
    cells = models.PositiveIntegerField(_("林地格数"), default=0)
    before_share = ExactDecimalField(_("原比例"), default=0)
    after_share = ExactDecimalField(_("增设后比例"), default=0)
    value = ExactDecimalField(_("增加"), default=0)
    greedy = ExactDecimalField(_("贪心结果"), default=0)
    bound = ExactDecimalField(_("上界"), default=0)
    gap = ExactDecimalField(_("差距"), default=0)
    seconds = ExactDecimalField(_("计算用时"), default=0)
    reason = models.CharField(_("决定理由"), max_length=500, blank=True, default="")
    decided_by = models.CharField(_("决定人"), max_length=120, blank=True, default="")
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("布点建议")
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("coverage_proposal", args=[self.pk])


class ProposedSite(models.Model):
    """A site of a proposal, in the order in which each adds most: `first_cells` cells that were
    not covered before, `adds` in hectares times weight; the share that is covered then."""

    proposal = models.ForeignKey(CoverageProposal, models.CASCADE, related_name="site_rows")
    order = models.PositiveSmallIntegerField(_("次序"))
    code = models.CharField(_("编号"), max_length=30)
    name = models.CharField(_("名称"), max_length=120, blank=True, default="")
    street_unit = _unit(_("街道"), null=True)
    lon = ExactDecimalField(_("经度"))
    lat = ExactDecimalField(_("纬度"))
    height = ExactDecimalField(_("海拔"), null=True, blank=True)
    covers_cells = models.PositiveIntegerField(_("覆盖格"))
    first_cells = models.PositiveIntegerField(_("新增覆盖格"))
    adds = ExactDecimalField(_("增加"))
    after_share = ExactDecimalField(_("累计比例"))

    class Meta:
        verbose_name = _("建议点位")
        ordering = ("proposal", "order")
        constraints = (
            models.UniqueConstraint(fields=("proposal", "order"), name="coverage_site_once"),
        )

    def __str__(self) -> str:
        return self.name or self.code
