"""What coverage is computed from, as it stands now: data, assumptions, stations in service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from district.systems.early_warning.coverage.figures import Assumptions, digest_of
from district.systems.early_warning.coverage.scene import Scene, Stored, scene_of
from district.systems.early_warning.coverage.stations import Nest, Sensor
from district.systems.early_warning.models import (
    CoverageData,
    CoverageSettings,
    DroneNest,
    FrontEnd,
)
from district.systems.early_warning.rules.flight import speed_over_ground
from district.systems.early_warning.terms import terms

#: A nest that charges or flies is one of those that cover; one under repair is not.
_IN_SERVICE = (DroneNest.State.READY, DroneNest.State.CHARGING)


@dataclass(frozen=True)
class Inputs:
    """Everything that the figures depend on; `data` by kind, without its content."""

    settings: CoverageSettings = field(repr=False)
    data: dict[str, CoverageData] = field(repr=False)
    sensors: tuple[Sensor, ...] = field(repr=False)
    nests: tuple[Nest, ...] = field(repr=False)

    @property
    def assumptions(self) -> Assumptions:
        """What is assumed."""
        return assumptions_of(self.settings)

    @property
    def digest(self) -> str:
        """Changes when any figure could."""
        needed = (CoverageData.Kind.TERRAIN, CoverageData.Kind.WOODLAND)
        ground = {key.value: self.data[key].digest for key in needed if key in self.data}
        return digest_of(ground, self.sensors, self.nests, self.assumptions)

    @property
    def invented(self) -> bool:
        """Whether a figure would speak of ground that does not exist."""
        return any(one.invented for one in self.data.values())


def settings_now() -> CoverageSettings:
    """The assumptions as they are set; the product's own, unsaved, where nobody set any."""
    found = CoverageSettings.objects.select_related("lead_unit").first()
    return found or CoverageSettings(**_plain(Assumptions()))


def _plain(given: Assumptions) -> dict[str, Any]:
    return {key: Decimal(str(value)) for key, value in asdict(given).items()}


def assumptions_of(row: CoverageSettings) -> Assumptions:
    """The settings as the computation takes them."""
    return Assumptions(
        float(row.cell_m),
        float(row.canopy_m),
        float(row.target_m),
        float(row.refraction),
        float(row.minutes),
    )


def inputs_now(*, stations: bool = True) -> Inputs:
    """All inputs, in four queries; in two without the `stations`, whose digest means nothing."""
    rows = CoverageData.objects.filter(is_current=True).defer("content")
    return Inputs(
        settings_now(),
        {row.kind: row for row in rows},
        sensors_in_service() if stations else (),
        nests_in_service() if stations else (),
    )


def sensors_in_service() -> tuple[Sensor, ...]:
    """The front ends that are in use, by code."""
    return tuple(
        Sensor(
            row.code,
            row.name,
            float(row.lon),
            float(row.lat),
            float(row.height),
            float(row.view_range),
            *_sector(row.heading_from, row.heading_to),
        )
        for row in FrontEnd.objects.filter(is_active=True).order_by("code")
    )


def _sector(begins: int | None, ends: int | None) -> tuple[float | None, float | None]:
    """Middle and width of what lies clockwise between two directions; None all round."""
    if begins is None or ends is None or begins % 360 == ends % 360:
        return None, None
    width = float((ends - begins) % 360)
    return (begins + width / 2) % 360, width


def nests_in_service() -> tuple[Nest, ...]:
    """The nests that are in service, by code, with the allowance for wind that missions make."""
    given = terms().mission
    return tuple(
        Nest(
            row.code,
            row.name,
            float(row.lon),
            float(row.lat),
            speed_over_ground(float(row.speed), given),
            float(row.launch_seconds),
            float(row.range),
        )
        for row in DroneNest.objects.filter(state__in=_IN_SERVICE).order_by("code")
    )


def scene_now(inputs: Inputs, reaches: Sequence[float]) -> Scene:
    """The scene of these inputs; one query. KeyError without woodland."""
    contents = dict(
        CoverageData.objects.filter(pk__in=[row.pk for row in inputs.data.values()]).values_list(
            "kind", "content"
        )
    )

    def stored(kind: str) -> Stored | None:
        row = inputs.data.get(kind)
        if row is None:
            return None
        return Stored(row.form == CoverageData.Form.GRID, bytes(contents[kind]), row.crs)

    woodland = stored("woodland")
    if woodland is None:
        raise KeyError("woodland")
    return scene_of(woodland, stored("terrain"), stored("roads"), inputs.assumptions, reaches)
