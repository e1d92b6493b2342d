"""Datastreams: one property of one thing, watched by one sensor; and what each said last."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.versioned import Versioned
from district.kernel.sensing.models.sources import Source
from district.kernel.sensing.models.things import Location, Thing

State = Thing.State


class ObservationType(models.TextChoices):
    """What a result is. Text is no result here: the log keeps numbers."""

    MEASUREMENT = "measurement", _("数值")
    TRUTH = "truth", _("是否")
    COUNT = "count", _("计数")


class Sensor(Versioned):
    """An instrument or procedure; `metadata` describes it or is the address of its sheet."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("传感器"), max_length=200)
    description = models.TextField(_("说明"), blank=True, default="")
    encoding_type = models.CharField(_("资料格式"), max_length=100, default="text/plain")
    metadata = models.TextField(_("资料"), blank=True, default="")
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    properties = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("传感器")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class ObservedProperty(Versioned):
    """What is observed, such as water level; `definition` is the address of its meaning."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("观测属性"), max_length=200)
    definition = models.CharField(_("定义"), max_length=300, blank=True, default="")
    description = models.TextField(_("说明"), blank=True, default="")
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    properties = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("观测属性")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("name", "definition"), name="sensing_property_once"),
        )

    def __str__(self) -> str:
        return self.name


class FeatureOfInterest(Versioned):
    """What a datastream's readings are about: GeoJSON in WGS-84.

    `location` is the thing's location from which it was made, if it was.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("观测对象"), max_length=200)
    description = models.TextField(_("说明"), blank=True, default="")
    geometry = models.JSONField(_("图形"))
    location = models.OneToOneField(
        Location, models.PROTECT, null=True, blank=True, related_name="feature"
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("归属单位")
    )
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    properties = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("观测对象")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class Datastream(Versioned):
    """The readings of one property of one thing.

    `number` is its key everywhere, in the log too, and is never used again. `lateness` is by how
    many seconds a reading may come after its own time, `skew` by how many its time may lie ahead.
    Only `source` may write it. Its readings are in `unit_symbol` (UCUM where there is one).
    """

    number = models.AutoField(_("数据流号"), primary_key=True)
    code = models.CharField(_("数据流编号"), max_length=80, unique=True)
    name = models.CharField(_("数据流"), max_length=200)
    description = models.TextField(_("说明"), blank=True, default="")
    thing = models.ForeignKey(Thing, models.PROTECT, related_name="datastreams")
    sensor = models.ForeignKey(Sensor, models.PROTECT, related_name="datastreams")
    observed_property = models.ForeignKey(
        ObservedProperty, models.PROTECT, related_name="datastreams"
    )
    feature = models.ForeignKey(
        FeatureOfInterest, models.PROTECT, null=True, blank=True, related_name="datastreams"
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="datastreams"
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("归属单位")
    )
    observation_type = models.CharField(
        _("结果类型"),
        max_length=11,
        choices=ObservationType.choices,
        default=ObservationType.MEASUREMENT,
    )
    unit_name = models.CharField(_("单位名称"), max_length=100, blank=True, default="")
    unit_symbol = models.CharField(_("单位"), max_length=30, blank=True, default="")
    unit_definition = models.CharField(_("单位定义"), max_length=300, blank=True, default="")
    lateness = models.PositiveIntegerField(_("容许迟到（秒）"), default=3600)
    skew = models.PositiveIntegerField(_("容许超前（秒）"), default=60)
    properties = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField(_("登记时间"))
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("数据流")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class LatestReading(models.Model):
    """The newest reading of a datastream by its own time, written in bulk by whoever reads the log.

    `first_time` is the time of the oldest one that was seen; `position` is where in the log the
    newest stands.
    """

    datastream = models.OneToOneField(
        Datastream, models.CASCADE, primary_key=True, related_name="latest"
    )
    time = models.DateTimeField(_("观测时间"))
    value = models.FloatField(_("最新值"))
    received = models.DateTimeField(_("收到时间"))
    position = models.BigIntegerField(editable=False)
    first_time = models.DateTimeField(_("最早观测"))

    class Meta:
        verbose_name = _("最新观测")

    def __str__(self) -> str:
        return f"{self.datastream_id}: {self.value}"
