"""A few lamps to look at, made through the services like everything else."""

from __future__ import annotations

from decimal import Decimal

from district.kernel.history.public import Actor
from district.testing.dummy.models import Lamp
from district.testing.dummy.services import report_fault, save_lamp

LAMPS = (
    ("L-001", "桥头路一号", "114.25", "22.72"),
    ("L-002", "桥头路二号", "114.26", "22.73"),
)


def lamps(unit: str, *, actor: Actor) -> list[Lamp]:
    """The demo's lamps in `unit`, the first of them out of order; twice adds nothing."""
    known = Lamp.objects.in_bulk([code for code, *_rest in LAMPS], field_name="code")
    for code, name, lon, lat in LAMPS:
        if code in known:
            continue
        values = {"code": code, "name": name, "lead_unit": unit, "power": 60}
        values |= {"lon": Decimal(lon), "lat": Decimal(lat)}
        known[code] = save_lamp(values, None, actor)
        if code == LAMPS[0][0]:
            report_fault(known[code].pk, "整夜不亮", actor=actor)
    return [known[code] for code, *_rest in LAMPS]
