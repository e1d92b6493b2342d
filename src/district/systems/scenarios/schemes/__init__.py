"""The recognition schemes of the product, read from the files beside this one."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.systems.scenarios.rules.schemes import Scheme, SchemeError, parse_scheme

_FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def _read() -> dict[str, tuple[Scheme, dict[str, Any]]]:
    found: dict[str, tuple[Scheme, dict[str, Any]]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        scheme = parse_scheme(data)
        if scheme.key != path.stem:
            raise SchemeError(f"{path}: the key must be the file's name")
        if any(scheme.number == other.number for other, _data in found.values()):
            raise SchemeError(f"{path}: another scheme has the number {scheme.number!r}")
        found[scheme.key] = (scheme, data)
    return found


def schemes() -> dict[str, Scheme]:
    """The schemes by key; SchemeError where a file has a fault."""
    return {key: scheme for key, (scheme, _data) in _read().items()}


def scheme_of(key: str) -> Scheme:
    """The scheme of that key; NotFound where there is none."""
    found = schemes().get(key)
    if found is None:
        raise NotFound(_("没有这种认定。"))
    return found


def content_of(key: str) -> dict[str, Any]:
    """What the file of a scheme says now."""
    return _read()[key][1]
