"""What a district's file says of its economy: industries, series, layouts of workbooks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from district.kernel.base.errors import SettingError
from district.systems.economy.rules.importing.layouts import Layout, LayoutError, layout_from
from district.systems.economy.rules.nowcasting import Limits

DIMENSIONS = ("industry", "street")
_ALLOWED: dict[str, tuple[str, ...]] = {
    "basis": ("absolute", "growth"),
    "span": ("month", "quarter", "year_to_date"),
    "frequency": ("monthly", "quarterly"),
    "prices": ("", "current", "comparable"),
}


@dataclass(frozen=True)
class Industry:
    """An industry as the bureau's tables group them, with other spellings of its name."""

    key: str
    zh: str
    en: str = ""
    also: tuple[str, ...] = ()

    def label(self, *, english: bool) -> str:
        """The name in a language."""
        return self.en if english and self.en else self.zh


@dataclass(frozen=True)
class Beside:
    """A measure of another system that is taken for a series, and why it is another number."""

    measure: str
    zh: str
    en: str
    name: str
    name_en: str

    def label(self, *, english: bool) -> str:
        """What the measure is called in a language."""
        return self.name_en if english and self.name_en else self.name

    def note(self, *, english: bool) -> str:
        """The difference in a language."""
        return self.en if english and self.en else self.zh


@dataclass(frozen=True)
class SeriesSpec:
    """A series as the file states it; see `models.Series` for the words. `industries` are the
    members of the dimension industry, `beside` what its page shows for comparison, `returns` the
    form of returns and its item that say which firms moved it, ("", "") for none."""

    key: str
    name: str
    unit: str
    lead_unit: str
    name_en: str = ""
    places: int = 2
    basis: str = "absolute"
    span: str = "year_to_date"
    frequency: str = "monthly"
    prices: str = "current"
    dimensions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    joint_start: bool = True
    elasticity: Decimal = Decimal(0)
    definition: str = ""
    definition_version: int = 1
    measure: str = ""
    beside: tuple[Beside, ...] = ()
    returns: tuple[str, str] = ("", "")

    @property
    def provides_growth(self) -> bool:
        """Whether the measure that it provides is its growth."""
        return self.measure.endswith("_growth")


@dataclass(frozen=True)
class Settings:
    """All of it, by key. `limits` are the chances from which a light is green, and yellow."""

    statistics_unit: str = ""
    industries: Mapping[str, Industry] = field(default_factory=dict)
    series: Mapping[str, SeriesSpec] = field(default_factory=dict)
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


def settings_from(data: Mapping[str, Any]) -> Settings:
    """Read and check a file's content. Raises SettingError naming the entry."""
    industries = {}
    for one in data.get("industries", ()):
        key = _text(one, "key", "industries")
        also = tuple(str(word) for word in one.get("also", ()))
        industries[key] = Industry(
            key, _text(one, "label", f"industries.{key}"), str(one.get("label_en", "")), also
        )
    series: dict[str, SeriesSpec] = {}
    for one in data.get("series", ()):
        spec = _series(one, industries)
        if spec.key in series:
            raise SettingError(f"series.{spec.key}", "named twice")
        if spec.measure and spec.measure in {known.measure for known in series.values()}:
            raise SettingError(f"series.{spec.key}.measure", "provided by another series")
        series[spec.key] = spec
    layouts = {}
    for one in data.get("layouts", ()):
        try:
            layout = layout_from(one)
        except LayoutError as error:
            raise SettingError(error.entry, error.problem) from error
        _fits(layout, series)
        layouts[layout.key] = layout
    limits = _limits(data.get("nowcast", {}))
    return Settings(str(data.get("statistics_unit", "")), industries, series, layouts, limits)


def _limits(data: Mapping[str, Any]) -> Limits:
    try:
        found = Limits(**{name: Decimal(str(value)) for name, value in data.items()})
    except (InvalidOperation, TypeError) as error:
        raise SettingError("nowcast", "green and yellow, each a number") from error
    if not 0 < found.yellow <= found.green < 1:
        raise SettingError("nowcast", "above 0 and below 1, green not below yellow")
    return found


def _text(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise SettingError(f"{where}.{key}", "a text is missing")
    return value.strip()


def _series(data: Mapping[str, Any], industries: Mapping[str, Industry]) -> SeriesSpec:
    key = _text(data, "key", "series")
    where = f"series.{key}"
    for entry, allowed in _ALLOWED.items():
        if entry in data and data[entry] not in allowed:
            raise SettingError(f"{where}.{entry}", f"one of {', '.join(map(repr, allowed))}")
    dimensions = tuple(data.get("dimensions", ()))
    if any(one not in DIMENSIONS for one in dimensions) or len(set(dimensions)) < len(dimensions):
        raise SettingError(f"{where}.dimensions", f"some of {', '.join(DIMENSIONS)}, each once")
    members = tuple(str(one) for one in data.get("industries", ()))
    unknown = [one for one in members if one not in industries]
    if unknown or ("industry" in dimensions) != bool(members):
        raise SettingError(f"{where}.industries", f"known industries are needed: {unknown}")
    try:
        elasticity = Decimal(str(data.get("elasticity", "0")))
    except InvalidOperation as error:
        raise SettingError(f"{where}.elasticity", "not a number") from error
    places = data.get("places", 2)
    if not 0 <= elasticity <= 1 or not isinstance(places, int) or not 0 <= places <= 6:
        raise SettingError(f"{where}.elasticity", "0 to 1, and places 0 to 6")
    return SeriesSpec(
        key=key,
        name=_text(data, "name", where),
        unit=_text(data, "unit", where),
        lead_unit=_text(data, "lead_unit", where),
        name_en=str(data.get("name_en", "")),
        places=places,
        basis=str(data.get("basis", "absolute")),
        span=str(data.get("span", "year_to_date")),
        frequency=str(data.get("frequency", "monthly")),
        prices=str(data.get("prices", "current")),
        dimensions=dimensions,
        industries=members,
        joint_start=bool(data.get("joint_start", True)),
        elasticity=elasticity,
        definition=str(data.get("definition", "")),
        definition_version=int(data.get("definition_version", 1)),
        measure=str(data.get("measure", "")),
        beside=tuple(
            Beside(
                _text(one, "measure", f"{where}.beside"),
                _text(one, "note", f"{where}.beside"),
                str(one.get("note_en", "")),
                _text(one, "label", f"{where}.beside"),
                str(one.get("label_en", "")),
            )
            for one in data.get("beside", ())
        ),
        returns=_returns(data.get("returns"), where),
    )


def _returns(data: Any, where: str) -> tuple[str, str]:
    if data is None:
        return "", ""
    if not isinstance(data, Mapping):
        raise SettingError(f"{where}.returns", "form and item")
    return _text(data, "form", f"{where}.returns"), _text(data, "item", f"{where}.returns")


def _fits(layout: Layout, series: Mapping[str, SeriesSpec]) -> None:
    for key in layout.all_series:
        if key not in series:
            raise SettingError(f"layouts.{layout.key}.series", f"no series {key!r}")
    if layout.dimension and layout.dimension not in series[layout.series].dimensions:
        raise SettingError(f"layouts.{layout.key}.dimension", "the series has not this dimension")
