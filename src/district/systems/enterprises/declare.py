"""What enterprises declare: registers, rights, navigation, measures, what a district may bring."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem, Section, declare, declare_section
from district.kernel.history.public import declare_kind
from district.kernel.matching.public import PopulationSpec, declare_population
from district.kernel.measures.public import (
    MeasureSpec,
    declare_measure,
    declare_measure_family,
)
from district.kernel.organisation.public import (
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.systems.enterprises import names
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.selectors import counting, named_measures
from district.systems.enterprises.selectors.past import past
from district.systems.enterprises.services.catalogue import load_enterprises_file

_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_OVERSEES = grants("any", Role.LEADER, Role.AUDITOR, Role.SUPERVISOR, Role.PLANNER)
# Returns of firms are not for everybody: a street sees its own, a department of the catalogue all.
_OWN = grants("subtree", *_POSTS) + grants("co_unit", *_POSTS)
_CENTRE = grants("co_unit", *_POSTS)
for _key, _label, _grants, _system in (
    (names.VIEW, _("查看企业"), _OVERSEES + _OWN, True),
    (names.SAVE, _("登记和修改企业"), _OWN, True),
    (names.QUALIFY, _("登记企业资质"), _CENTRE, True),
    (names.IMPORT, _("导入企业"), _CENTRE, True),
    (names.LOAD, _("载入企业目录"), (), True),
    (names.SAVE_PRODUCT, _("登记企业产品"), _OWN, True),
    (names.JUDGE, _("反馈上下游对接"), _OWN, True),
):
    declare_action(Action(_key, _label, _grants, system=_system))

for _kind, _label in (
    ("enterprise.added", _("登记企业")),
    ("enterprise.told", _("登记企业数据")),
    ("imported", _("导入企业")),
    ("qualification.added", _("登记资质")),
    ("qualification.changed", _("修改资质")),
    ("qualification.begun", _("资质生效")),
    ("qualification.expired", _("资质到期")),
    ("catalogue.loaded", _("载入企业目录")),
    ("product.added", _("登记产品")),
    ("product.changed", _("修改产品")),
    ("product.ended", _("停用产品")),
    ("partner.judged", _("反馈上下游对接")),
):
    declare_kind(f"enterprises.{_kind}", _label)

_tables = import_module("district.systems.enterprises.tables")
declare_population(
    PopulationSpec(
        names.POPULATION,
        _("企业"),
        schema=_tables.schema,
        rows=Enterprise.objects.all,
        past=past,
    )
)
declare_district_file("enterprises", load_enterprises_file)

declare_section(Section("enterprises", _("企业服务"), 24))
for _key, _label, _view, _icon, _action, _order in (
    ("list", _("企业库"), "enterprises", "building", names.VIEW, 10),
    ("ladder", _("成长阶梯"), "enterprises_ladder", "trending-up", names.VIEW, 11),
    ("qualifications", _("企业资质"), "enterprises_qualifications", "id-badge-2", names.VIEW, 12),
    ("products", _("企业产品"), "enterprises_products", "tags", names.VIEW, 13),
    ("market", _("帮企业找市场"), "enterprises_market", "arrows-exchange", names.VIEW, 14),
    ("imports", _("企业导入记录"), "enterprises_imports", "upload", names.IMPORT, 15),
):
    declare(
        NavItem(
            f"enterprises.{_key}",
            _label,
            _view,
            icon=_icon,
            section="enterprises",
            order=_order,
            visible=for_whoever_may(_action),
        )
    )

for _key, _name, _english, _unit, _aggregation, _compute, _words in (
    ("registered", "在册经营主体数", "Entities on the register", "户", "stock", counting.registered,
     "截至期末成立、现登记状态为存续或停业的经营主体。"),
    ("established", "新登记经营主体数", "Newly registered entities", "户", "flow",
     counting.established, "按成立日期统计，其后注销的也计入。"),
    ("converted", "新增“个转企”数", "Individual businesses turned companies", "家", "flow",
     counting.converted, "按个转企日期统计的企业。"),
    ("innovative", "创新型中小企业数", "Innovative SMEs", "家", "stock",
     counting.qualified("innovative"), "期末资质在有效期内的企业。"),
    ("specialised_new", "新增专精特新中小企业数", "New specialised SMEs", "家", "flow",
     counting.newly_qualified("specialised"), "本期首次认定的企业，复核通过的不计。"),
    ("little_giants", "专精特新“小巨人”企业数", "Little giant enterprises", "家", "stock",
     counting.qualified("little_giant"), "期末资质在有效期内的企业。"),
    ("little_giants_new", "新增专精特新“小巨人”企业数", "New little giant enterprises", "家",
     "flow",
     counting.newly_qualified("little_giant"), "本期首次认定的企业，复核通过的不计。"),
    ("champions_new", "新增省级制造业单项冠军数", "New provincial champions", "家", "flow",
     counting.newly_qualified("champion_provincial"), "本期首次认定的企业。"),
    ("high_tech_new", "新增国家高新技术企业数", "New national high-tech enterprises", "家", "flow",
     counting.newly_qualified("national_high_tech"), "本期首次认定的企业，重新认定的不计。"),
    ("listed", "上市企业数", "Listed companies", "家", "stock", counting.qualified("listed"),
     "期末上市资质有效的企业。"),
    ("aeo", "AEO高级认证企业数", "Authorised economic operators", "家", "stock",
     counting.qualified("aeo"), "期末认证有效的企业。"),
):  # fmt: skip
    declare_measure(
        MeasureSpec(
            f"enterprises_{_key}",
            _name,
            _english,
            unit=_unit,
            decimals=0,
            source="system",
            aggregation=_aggregation,
            definition=_words,
        ),
        _compute,
    )

declare_measure_family("enterprises.qualifications", named_measures.qualification_measures)
declare_measure_family("enterprises.revenue_bands", named_measures.band_measures)
import_module("district.systems.enterprises.declare_doubling")
