"""What a district's folder says of enterprises: loaded as data, checked as a whole."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.conditions.public import ConditionError, Schema, parse
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Unit, authorise
from district.systems.enterprises.models import Catalogue
from district.systems.enterprises.names import CATALOGUE, LOAD
from district.systems.enterprises.rules.catalogue import CatalogueError, Settings, settings_from
from district.systems.enterprises.rules.industries import (
    IndustryError,
    industries_from,
    read_industries,
)
from district.systems.enterprises.rules.products import ProductsError, read_table
from district.systems.enterprises.selectors.catalogue import (
    PRODUCT_TABLES,
    default_rows,
    default_settings,
    forget_catalogue,
    products_from,
)
from district.systems.enterprises.services.sources import put_sources

_LOADER = Actor.system("loader")


def load_enterprises_file(path: Path) -> str:
    """Read what `district.toml` names under `enterprises`; the same again changes nothing.

    Its `industries`, `product_classes`, `synonyms` and `relations` each name a CSV file beside it
    that stands in for the product's table. Raises Invalid naming the entry.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(
            "enterprises",
            _("文件不是能读的 TOML：%(error)s") % {"error": error},
            _("请改正后重新载入。"),
        ) from error
    table = data.pop("industries", "")
    rows = _industry_rows(path.parent / table) if table else []
    named = {key: path.parent / data.pop(key) for key in PRODUCT_TABLES if data.get(key)}
    settings = put_catalogue(data, rows, actor=_LOADER, products=_product_rows(named))
    return (
        f"enterprises: {len(settings.sources)} sources, "
        f"{len(settings.qualifications)} qualifications, {len(settings.rungs)} rungs"
        + (f", {len(rows)} industries" if rows else "")
    )


def _industry_rows(path: Path) -> list[tuple[str, str, str]]:
    try:
        rows = read_industries(path.read_text(encoding="utf-8"))
        industries_from(rows)
    except (OSError, UnicodeDecodeError, IndustryError) as error:
        raise Invalid(
            "industries",
            _("行业表不能使用：%(error)s") % {"error": error},
            _("请对照 docs/systems/enterprises.md 改正。"),
        ) from error
    return rows


def _product_rows(named: Mapping[str, Path]) -> dict[str, list[dict[str, str]]]:
    """The rows of a district's own tables of products."""
    found: dict[str, list[dict[str, str]]] = {}
    for key, path in named.items():
        try:
            found[key] = read_table(path.read_text(encoding="utf-8"), PRODUCT_TABLES[key])
        except (OSError, UnicodeDecodeError, ProductsError) as error:
            raise _wrong(key, str(error)) from error
    return found


@transaction.atomic
def put_catalogue(
    data: Mapping[str, Any],
    industry_rows: list[tuple[str, str, str]],
    *,
    actor: Actor,
    products: Mapping[str, list[dict[str, str]]] | None = None,
) -> Settings:
    """Put a district's own settings, industries and tables of products in force, instead of
    earlier ones.

    Lists that `data` does not name stay the product's, and so do tables that `products` does not
    name. Raises NotPermitted and Invalid.
    """
    from district.systems.enterprises.services.believing import weigh_anew_later
    from district.systems.enterprises.tables import schema

    authorise(actor, LOAD)
    try:
        settings = settings_from(default_settings() | dict(data))
    except CatalogueError as error:
        raise _wrong(error.field, error.problem) from error
    _check_units(settings)
    _check_rungs(settings, schema())
    own = products or {}
    try:
        products_from({key: own.get(key) or default_rows(key) for key in PRODUCT_TABLES})
    except ProductsError as error:
        raise _wrong("product_classes", str(error)) from error
    changed = _put("settings", dict(data)) | _put(
        "industries", [list(row) for row in industry_rows]
    )
    for key in PRODUCT_TABLES:
        changed |= _put(key, own.get(key, []))
    forget_catalogue()
    if put_sources():
        weigh_anew_later()
    if changed:
        subject, kind = Subject(CATALOGUE, "settings"), "enterprises.catalogue.loaded"
        record(subject, kind, {"parts": sorted(changed)}, actor=actor)
    return settings


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid(
        field,
        _("企业目录的这一项不对：%(problem)s。") % {"problem": problem},
        _("请对照 docs/systems/enterprises.md 改正。"),
    )


def _check_units(settings: Settings) -> None:
    named = {code for code in (settings.service_unit, *settings.departments) if code}
    known = set(Unit.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True))
    for code in sorted(named - known):
        raise _wrong("departments", f"no such unit: {code}")


def _check_rungs(settings: Settings, schema: Schema) -> None:
    for rung in settings.rungs:
        texts = {"standing": rung.standing, "requirements": rung.requirements}
        texts |= {"among": rung.among} if rung.among else {}
        for name, text in texts.items():
            try:
                parse(text, schema)
            except ConditionError as error:
                raise _wrong(f"rungs.{rung.key}.{name}", str(error)) from error


def _put(key: str, content: Any) -> set[str]:
    """Keep a part; the set of its key where it is another than was kept."""
    if not content:
        gone, _rows = Catalogue.objects.filter(pk=key).delete()
        return {key} if gone else set()
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if Catalogue.objects.filter(pk=key, digest=digest).exists():
        return set()
    values = {"content": content, "digest": digest, "loaded_at": clock.now()}
    Catalogue.objects.update_or_create(pk=key, defaults=values)
    return {key}
