"""Projects, their approvals, months, money and pictures."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_settings import DistrictSetting
from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned

_UNIT = "kernel_organisation.Unit"


class Setting(DistrictSetting):
    """What a district says of investment projects, instead of what the product brings."""


class TemplateVersion(models.Model):
    """A text of the template of a kind of project; a project keeps the one that it began with."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    kind = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("审批模板")
        ordering = ("kind", "-number")
        constraints = (
            models.UniqueConstraint(fields=("kind", "number"), name="prj_template_number"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Project(Versioned):
    """An investment project (投资项目).

    `kind` is that of its template, `sector` a key of the settings, `works` one too ("" where what
    is built is not counted by kind); `output` is what it adds, in the unit of its works. `total` is
    the whole investment; `earlier` what was invested before the first of its months. `parcel` is
    the code of a parcel of the system `spaces`, `land_area` in hectares, (lon, lat) WGS-84.
    `progress` is the physical progress (形象进度) in percent. `leader` is the district leader who
    answers for it (挂点领导). `year_*` are the sums of this year's months and the forecast of its
    outturn.
    `start_early` is the earliest start of construction by the promised terms, `start_likely` and
    `start_safe` the days by which 50 and 80 percent of the runs have started, `chance` (percent)
    the share that starts by `planned_start`; None once construction has started.
    """

    class Stage(models.TextChoices):
        PLANNING = "planning", _("谋划")
        EARLY = "early", _("前期")
        TURNING = "turning", _("转新开工")
        BUILDING = "building", _("在建")
        COMPLETED = "completed", _("竣工")
        DROPPED = "dropped", _("终止")

    class Ownership(models.TextChoices):
        GOVERNMENT = "government", _("政府投资")
        SOCIAL = "social", _("社会投资")

    class Land(models.TextChoices):
        NOT_NEEDED = "not_needed", _("不需要新供地")
        PREPARING = "preparing", _("土地整备中")
        OFFERED = "offered", _("供地程序中")
        READY = "ready", _("用地已落实")

    class Counted(models.TextChoices):
        NO = "no", _("未申报")
        APPLIED = "applied", _("已申报")
        COUNTED = "counted", _("已纳统")
        RETURNED = "returned", _("退回补正")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("编号"), max_length=24, unique=True)
    name = models.CharField(_("项目名称"), max_length=120, unique=True)
    kind = models.CharField(_("项目类型"), max_length=40)
    sector = models.CharField(_("投资领域"), max_length=40)
    works = models.CharField(_("建设类别"), max_length=40, blank=True, default="")
    output = ExactDecimalField(_("建成后新增"), null=True, blank=True)
    ownership = models.CharField(_("投资主体"), max_length=10, choices=Ownership.choices)
    developer = models.CharField(_("建设单位"), max_length=120)
    text = models.TextField(_("建设内容"), blank=True, default="")
    lead_unit = models.ForeignKey(
        _UNIT, models.PROTECT, related_name="+", verbose_name=_("责任单位")
    )
    street = models.ForeignKey(_UNIT, models.PROTECT, related_name="+", verbose_name=_("所在街道"))
    leader = models.ForeignKey(
        "kernel_organisation.Member",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("挂点领导"),
    )
    place = models.CharField(_("地址"), max_length=200, blank=True, default="")
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)
    land = models.CharField(
        _("用地情况"), max_length=10, choices=Land.choices, default=Land.NOT_NEEDED
    )
    parcel = models.CharField(_("宗地号"), max_length=30, blank=True, default="")
    land_area = ExactDecimalField(_("用地面积"), null=True, blank=True)
    total = ExactDecimalField(_("总投资"))
    earlier = ExactDecimalField(_("以前年度完成投资"), default=0)
    stage = models.CharField(_("阶段"), max_length=9, choices=Stage.choices, default=Stage.PLANNING)
    stage_since = models.DateField(_("进入阶段日期"))
    planned_start = models.DateField(_("计划开工"), null=True, blank=True)
    planned_finish = models.DateField(_("计划竣工"), null=True, blank=True)
    started_on = models.DateField(_("实际开工"), null=True, blank=True)
    finished_on = models.DateField(_("实际竣工"), null=True, blank=True)
    progress = ExactDecimalField(_("形象进度"), default=0)
    counted = models.CharField(
        _("纳统状态"), max_length=8, choices=Counted.choices, default=Counted.NO
    )
    counted_on = models.DateField(_("纳统日期"), null=True, blank=True)
    template = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    year = models.PositiveIntegerField(default=0, editable=False)
    year_plan = ExactDecimalField(_("年度计划投资"), default=0)
    year_due = ExactDecimalField(_("至今应完成投资"), default=0)
    year_done = ExactDecimalField(_("年度完成投资"), default=0)
    year_counted = ExactDecimalField(_("年度纳统投资"), default=0)
    year_forecast = ExactDecimalField(_("全年预计完成投资"), default=0)
    start_early = models.DateField(_("最早开工"), null=True, blank=True)
    start_likely = models.DateField(_("可能开工"), null=True, blank=True)
    start_safe = models.DateField(_("稳妥开工"), null=True, blank=True)
    chance = ExactDecimalField(_("按期开工可能性"), null=True, blank=True)
    computed_at = models.DateTimeField(_("推算时间"), null=True, blank=True)
    clock = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(_("入库时间"))

    class Meta:
        verbose_name = _("投资项目")
        ordering = ("number",)
        indexes = (
            models.Index(fields=("stage",), name="prj_project_stage"),
            models.Index(fields=("started_on",), name="prj_project_started"),
            models.Index(fields=("total", "id"), name="prj_project_total"),
            models.Index(fields=("leader", "stage"), name="prj_project_leader"),
            models.Index(fields=("parcel",), name="prj_project_parcel"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the project."""
        return reverse("projects_project", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it is neither completed nor given up."""
        return self.stage not in (self.Stage.COMPLETED, self.Stage.DROPPED)


class Fund(models.Model):
    """Where money of a project comes from; `source` is a key of the settings."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="funds")
    source = models.CharField(_("资金来源"), max_length=40)
    planned = ExactDecimalField(_("计划金额"))
    arrived = ExactDecimalField(_("到位金额"), default=0)

    class Meta:
        verbose_name = _("资金")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("project", "source"), name="prj_fund_source"),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.source}"


class StageStep(models.Model):
    """A change of stage: from, to, on which day, why."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="steps")
    before = models.CharField(max_length=9, blank=True, default="")
    after = models.CharField(max_length=9, choices=Project.Stage.choices)
    on = models.DateField(_("日期"))
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("阶段变化")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.project_id} {self.after}"


class Month(models.Model):
    """Investment of a project in a month (its first day): planned, done as its unit says, counted
    as statistics has it (None: not filed); `progress` is the physical progress at its end as filed,
    `seen` the last that follow-ups saw in it. `doubt` is why the figure cannot be believed."""

    class Doubt(models.TextChoices):
        AFTER_FINISH = "after_finish", _("竣工以后仍有投资")
        OVER_TOTAL = "over_total", _("累计超过总投资")
        COUNTED_MORE = "counted_more", _("纳统多于完成")
        BEFORE_START = "before_start", _("开工以前投资过多")
        FALLS = "falls", _("形象进度倒退")
        JUMP = "jump", _("投资突增而进度未动")

    project = models.ForeignKey(Project, models.PROTECT, related_name="months")
    month = models.DateField(_("月份"))
    planned = ExactDecimalField(_("计划投资"), default=0)
    done = ExactDecimalField(_("完成投资"), null=True, blank=True)
    counted = ExactDecimalField(_("纳统投资"), null=True, blank=True)
    progress = ExactDecimalField(_("月末形象进度"), null=True, blank=True)
    seen = ExactDecimalField(_("跟进所见形象进度"), null=True, blank=True)
    doubt = models.CharField(
        _("疑点"), max_length=20, blank=True, default="", choices=Doubt.choices
    )

    class Meta:
        verbose_name = _("月度投资")
        ordering = ("project", "month")
        constraints = (models.UniqueConstraint(fields=("project", "month"), name="prj_month_once"),)
        indexes = (
            # The months of a year are added up from the index alone.
            models.Index(
                fields=("month", "project", "planned", "done", "counted"), name="prj_month_sums"
            ),
            models.Index(fields=("doubt", "month"), name="prj_month_doubt"),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.month:%Y-%m}"


class Item(Versioned):
    """An approval of a project, `key` as of its template. `round` counts acceptances after a
    refusal. `materials` says what is missing under tolerance, `owed_on` until when, `supplied_on`
    when it came. `expected_on` and `latest_on` are the days by which it is expected to be approved
    and must be for construction not to start later; `slack` is the time between, in working days
    (None: nothing hangs on it any more). `critical`: none is left."""

    class State(models.TextChoices):
        WAITING = "waiting", _("未受理")
        RUNNING = "running", _("办理中")
        STOPPED = "stopped", _("补正中")
        APPROVED = "approved", _("已批复")
        REFUSED = "refused", _("不予批准")
        WAIVED = "waived", _("不需办理")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="items")
    key = models.CharField(max_length=40)
    name = models.CharField(_("审批事项"), max_length=80)
    order = models.PositiveIntegerField()
    unit = models.ForeignKey(_UNIT, models.PROTECT, related_name="+", verbose_name=_("审批单位"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    round = models.PositiveIntegerField(default=0)
    early = models.BooleanField(_("提前介入"), default=False)
    tolerated = models.BooleanField(_("容缺受理"), default=False)
    materials = models.CharField(_("容缺材料"), max_length=200, blank=True, default="")
    owed_on = models.DateField(_("补齐期限"), null=True, blank=True)
    supplied_on = models.DateField(_("补齐日期"), null=True, blank=True)
    promised = models.PositiveIntegerField(_("承诺时限"))
    statutory = models.PositiveIntegerField(_("法定时限"))
    accepted_on = models.DateField(_("受理日期"), null=True, blank=True)
    ended_on = models.DateField(_("办结日期"), null=True, blank=True)
    expected_on = models.DateField(_("预计批复"), null=True, blank=True)
    latest_on = models.DateField(_("最迟批复"), null=True, blank=True)
    slack = models.IntegerField(_("机动时间"), null=True, blank=True)
    critical = models.BooleanField(_("关键事项"), default=False)
    clock = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("审批事项")
        ordering = ("project", "order")
        constraints = (models.UniqueConstraint(fields=("project", "key"), name="prj_item_key"),)
        indexes = (
            models.Index(fields=("key", "state"), name="prj_item_key_state"),
            models.Index(fields=("state", "clock"), name="prj_item_state"),
        )

    def __str__(self) -> str:
        return self.name


class ItemEvent(models.Model):
    """What happened to an item on a day; `kind` is accepted, stopped, resumed, approved, refused,
    waived, wanted (not waived any more), supplied or flagged."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10)
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("审批记录")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind}"


class Reckoning(models.Model):
    """What was computed last of a project (推算), so that computing it again reads no approvals.

    `packed` holds its approvals as they stood and what came out (`rules.network.packed`), nothing
    for a project past them; `drawn` names what its chances were drawn from, `basis` the calendar,
    settings and month that it rests on: with another one the rows are read again. `shown` is the
    `packed` that the rows of the approvals have; after a night they follow it.
    """

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="reckoning"
    )
    basis = models.CharField(max_length=40)
    drawn = models.CharField(max_length=40)
    packed = models.BinaryField()
    shown = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("项目推算")

    def __str__(self) -> str:
        return str(self.project_id)


class Durations(models.Model):
    """What approvals took up to a day: of each item how many took how many working days."""

    day = models.DateField(primary_key=True)
    content = models.JSONField()

    class Meta:
        verbose_name = _("审批用时")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class Photo(models.Model):
    """A picture of a project, drawn anew; `taken_on` as told."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="photos")
    stored = models.CharField(max_length=60)
    name = models.CharField(max_length=140)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    caption = models.CharField(_("说明"), max_length=120, blank=True, default="")
    taken_on = models.DateField(_("拍摄日期"))
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("项目影像")
        ordering = ("-taken_on", "-at")

    def __str__(self) -> str:
        return self.name
