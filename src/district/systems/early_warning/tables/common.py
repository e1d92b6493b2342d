"""What the registers of placed things share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from district.kernel.registers.public import Field, community_field, street_field, unit_field


def place_columns() -> tuple[Field, ...]:
    """Unit, street, community and point."""
    return (
        unit_field("lead_unit", _("管理单位"), import_as=True, required=True),
        street_field(),
        community_field(default=False),
        Field("lon", _("经度"), "decimal", default=False, import_as=True, required=True),
        Field("lat", _("纬度"), "decimal", default=False, import_as=True, required=True),
    )
