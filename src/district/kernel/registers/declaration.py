"""The words in which a part or system declares a register: plain values, no database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Model, Q, QuerySet

from district.kernel.conditions.public import Attribute, Hierarchy, Schema, Type

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from district.kernel.history.public import Actor, Subject
    from district.kernel.organisation.public import Scope

# Words of the list's own address; a field of that name could not be filtered by.
RESERVED = frozenset(
    {"q", "where", "sort", "columns", "page", "exact", "format", "figure", "aggregate", "export"}
)
_KEY = re.compile(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)*")
_FIELD_KEY = re.compile(r"[a-z][a-z0-9_]*")

Kind = Literal["", "light", "percent", "progress", "long_text", "area", "year", "reference"]


@dataclass(frozen=True)
class Field:
    """One column of a register.

    - `key`, `label`, `type`, `path`, `choices`, `hierarchy`, `code_path`, `unit`: as of
      `conditions.Attribute`; `path` is a lookup path from the model, the key if empty.
    - `display`: lookup path of what people read instead of the value (a unit's short name); of
      several paths the first that holds a text. `display_en` comes before it on English pages.
    - `sort_path`: lookup path to sort by instead of the value.
    - `kind`: how the value is drawn; a text of kind "reference" (a case's number) never breaks;
      "light" takes the values red, yellow, green, none; a "year"
      is written without a mark of thousands.
    - `default`: shown before anybody chooses columns. `search`: `q=` looks in it.
    - `options`: () -> (value, label) pairs that the filter offers for a code or set. May cost
      one query.
    - `label_of`: what people read instead of a code; pure, it is asked for every row.
    - `mask`: hides a part of a text from everybody, in list, export, API and map alike; pure.
      Filters and `q=` still look at the whole.
    - `view_action`: an action that the member must be allowed on any object, besides the
      register's own, for this column to exist for them; it then guards list, export, filter,
      API and figures.
    - `import_as`: whether an import file may hold the column; `required` rejects rows without it.
    - `personal`: personal data: its values never go into history, and a file that holds the
      column is given only for a reason, which is recorded.
    - `help`: one line for the import template and the column's tooltip.
    """

    key: str
    label: StrOrPromise
    type: Type = "text"
    path: str = ""
    choices: tuple[tuple[str, StrOrPromise], ...] | None = None
    hierarchy: Hierarchy | None = None
    code_path: str = ""
    unit: str = ""
    places: int = 6
    display: str | tuple[str, ...] = ""
    display_en: str = ""
    sort_path: str = ""
    kind: Kind = ""
    default: bool = True
    search: bool = False
    sortable: bool = True
    filterable: bool = True
    options: Callable[[], Iterable[tuple[str, StrOrPromise]]] | None = None
    label_of: Callable[[str], str] | None = None
    mask: Callable[[str], str] | None = None
    view_action: str = ""
    import_as: bool = False
    required: bool = False
    personal: bool = False
    help: StrOrPromise = ""

    def __post_init__(self) -> None:
        if not _FIELD_KEY.fullmatch(self.key) or (self.filterable and self.key in RESERVED):
            raise ValueError(
                f"field key {self.key!r}: use lower-case words, none of the list's own"
            )
        if not self.path:
            object.__setattr__(self, "path", self.key)

    @property
    def displays(self) -> tuple[str, ...]:
        """The lookup paths of what people read, in order of preference."""
        return (self.display,) if isinstance(self.display, str) else self.display

    @property
    def own_path(self) -> str:
        """Where the value itself stands: of a code in a chain, the code alone."""
        return self.code_path or self.path

    @property
    def is_worded(self) -> bool:
        """Whether it holds one of a few fixed words, such as a state or a theme."""
        return bool(self.choices) or self.label_of is not None

    def attribute(self) -> Attribute:
        """The field as conditions know it."""
        return Attribute(
            self.key,
            self.label,
            self.type,
            path=self.path,
            choices=self.choices,
            hierarchy=self.hierarchy,
            unit=self.unit,
            code_path=self.code_path,
            places=self.places,
        )


@dataclass(frozen=True)
class OwnedBy:
    """Lookup paths from the model to those who own a row; see `organisation.Scope.q`.

    `lead_unit` leads to a Unit (foreign key; "" where the model is Unit itself), `co_units` to
    unit codes, `member` to a member's id.
    """

    lead_unit: str = "lead_unit"
    co_units: str = ""
    member: str = ""


@dataclass(frozen=True)
class MapLayer:
    """Where rows lie: field keys of WGS-84 longitude and latitude, or of an area's code."""

    lon: str = ""
    lat: str = ""
    area: str = ""

    def __post_init__(self) -> None:
        if bool(self.lon) != bool(self.lat) or bool(self.lon) == bool(self.area):
            raise ValueError("a map layer names lon and lat, or area")


@dataclass(frozen=True)
class Importing:
    """How a file becomes rows.

    - `action`: what the member must be allowed.
    - `key`: field keys that name a row; the same file twice changes nothing.
    - `save`: (values by field key, existing object or None, actor) -> saved object; a service of
      the declaring part. It may raise `Invalid(field key, problem, remedy)`. Without it the
      model's own fields are set and saved.
    - `check`: (all rows' values) -> {row index: [Invalid, ...]}, for what one row cannot show.
    - `extra`: columns that a file may have and the register has not; `save` knows what to do with
      them.
    - `differing`: (values, existing object) -> the values that are news to it, where comparing
      column by column would not tell; it may not query.
    """

    action: str
    key: tuple[str, ...]
    save: Callable[[Mapping[str, Any], Any, Actor], Any] | None = None
    check: Callable[[list[Mapping[str, Any]]], Mapping[int, list[Any]]] | None = None
    extra: tuple[Field, ...] = ()
    differing: Callable[[Mapping[str, Any], Any], Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        if (self.extra or self.differing) and self.save is None:
            raise ValueError("columns of a file alone need a service that saves them")


@dataclass(frozen=True)
class Register:
    """A declared table of things; from it come list, detail, import, export, API, map, figures.

    - `key`: its word in addresses, `/registers/<key>/`; unique in the product.
    - `model`: the Django model, or its "app_label.Name".
    - `view_action`: the declared action that lets a member see rows, within their scope.
    - `owned`: where the owner of a row is found, or (Scope) -> Q for anything else. None: only
      whoever may see everything sees anything.
    - `hidden`: (Actor) -> Q of rows that the actor never sees, whatever its rights; no query.
    - `title`: the field that names a row (first field if empty); it carries the row's link.
    - `id_path`: lookup path of the unique value that stands in a row's address.
    - `rows`: (queryset) -> queryset, for a fixed restriction or annotations.
    - `url`: (values of a row by field key, with "id") -> address of the row's own page; the
      register's detail page if None. It may look at the model's own columns, and at those of
      other tables that `url_by` names.
    - `subject`: (values, as above) -> history Subject whose events the detail page shows.
    - `sort`: field keys in default order, "-" before a key for descending.
    - `export_action`: what the member must be allowed to export; the view action if empty.
    - `searchable`: key of the declared searchable that `q=` asks, over the same model; its hits
      take the place of looking for every word in the fields with `search`. Empty: that.
    """

    key: str
    label: StrOrPromise
    model: type[Model] | str
    fields: tuple[Field, ...]
    view_action: str
    owned: OwnedBy | Callable[[Scope], Q] | None = OwnedBy()
    hidden: Callable[[Actor], Q] | None = None
    title: str = ""
    id_path: str = "pk"
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    url: Callable[[Mapping[str, Any]], str] | None = None
    url_by: tuple[str, ...] = ()
    subject: Callable[[Mapping[str, Any]], Subject] | None = None
    sort: tuple[str, ...] = ()
    page_size: int = 50
    export_action: str = ""
    export_limit: int = 100_000
    importing: Importing | None = None
    map: MapLayer | None = None
    searchable: str = ""
    help: StrOrPromise = ""
    empty: StrOrPromise = ""
    by_key: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"register key {self.key!r}: lower-case words, joined by _ or -")
        fields = tuple(self.fields)
        by_key = {one.key: one for one in fields}
        if not fields or len(by_key) != len(fields):
            raise ValueError(f"register {self.key}: needs fields, each key once")
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "by_key", MappingProxyType(by_key))
        object.__setattr__(self, "title", self.title or fields[0].key)
        named = [self.title, *self.url_by, *(key.lstrip("-") for key in self.sort)]
        if self.importing:
            named += self.importing.key
        if self.map:
            named += [key for key in (self.map.lon, self.map.lat, self.map.area) if key]
        for key in named:
            if key not in by_key:
                raise ValueError(f"register {self.key}: no field {key!r}")

    def schema(self, keys: Iterable[str] | None = None) -> Schema:
        """The register's attributes as conditions know them, all or only those of `keys`."""
        wanted = set(self.by_key if keys is None else keys)
        return Schema(
            self.key,
            tuple(f.attribute() for f in self.fields if f.key in wanted and f.filterable),
        )


@dataclass(frozen=True)
class Figure:
    """A number on a page that opens the rows that it was counted from.

    - `where`: condition (tree or text) over the register's fields; "" for every row.
    - `aggregate`: "count"; "sum:<field>", no data where no row has any; "total:<field>", 0 there;
      "value:<field>", the field of the only such row.
    - `value`: the number as printed, without unit; None prints as no data.
    - `label`: what was counted, for the list page and for screen readers.
    """

    register_key: str
    where: Any = ""
    aggregate: str = "count"
    value: Any = None
    unit: StrOrPromise = ""
    label: StrOrPromise = ""
    decimals: int | None = None

    @property
    def url(self) -> str:
        """The address of the list that the number was counted from."""
        from district.kernel.registers.figures import figure_url

        return figure_url(self)
