"""Gas points."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    code_and_name,
    register,
    row_page,
    row_subject,
)
from district.systems.early_warning.models import GasPoint
from district.systems.early_warning.names import GAS_POINT, GAS_POINTS, SAVE_GAS, VIEW_GAS
from district.systems.early_warning.selectors.rights import with_street_q
from district.systems.early_warning.services.gas import save_gas_point
from district.systems.early_warning.tables.common import place_columns

register(
    Register(
        key=GAS_POINTS,
        label=_("燃气监测点"),
        model=GasPoint,
        view_action=VIEW_GAS,
        owned=with_street_q,
        title="name",
        sort=("code",),
        url=row_page("early_warning_gas_point"),
        subject=row_subject(GAS_POINT),
        importing=Importing(SAVE_GAS, key=("code",), save=save_gas_point),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("可燃气体监测点，写明燃气企业值班电话和控制阀门"),
        empty=_("还没有燃气监测点。请用“导入”载入清单。"),
        fields=(
            *code_and_name(),
            Field("company", _("燃气企业"), search=True, import_as=True, required=True),
            Field("company_phone", _("企业值班电话"), import_as=True, required=True,
                  kind="reference", help=_("企业的值班电话，不填个人电话")),
            Field("valve", _("控制阀门"), search=True, import_as=True, required=True),
            Field("valve_place", _("阀门位置"), import_as=True, required=True),
            *place_columns(),
            Field("concentration", _("浓度数据流"), path="concentration__code",
                  kind="reference", default=False, import_as=True, required=True),
            Field("active", _("在用"), "boolean", path="is_active", default=False,
                  import_as=True),
        ),
    )
)  # fmt: skip
