"""Reads system manifests without importing a system.

A manifest is `manifest.toml` in the system's folder: facts that are read before any code runs.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_FIELDS = {"key", "name", "name_en", "plan", "depends", "provides", "personal_data", "prefix"}


class ManifestError(Exception):
    """A manifest that cannot be taken; the message names file, field and remedy."""


@dataclass(frozen=True)
class Manifest:
    """The facts of one system.

    `plan` quotes what the district's plan says of it; `provides` lists what declare.py declares
    as `kind:key` (CI compares both); `depends` names systems whose public.py it may import;
    `personal_data` names the fields that hold personal data.
    """

    key: str
    name: str
    name_en: str
    plan: str
    depends: tuple[str, ...]
    provides: tuple[str, ...]
    personal_data: tuple[str, ...]
    package: str
    folder: Path

    @property
    def label(self) -> str:
        """The Django app label, fixed from the first migration."""
        return f"sys_{self.key}"


def read_manifest(path: Path, package: str) -> Manifest:
    """Read and validate one manifest; raises ManifestError naming what to mend."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ManifestError(f"{path}: cannot be read as TOML ({error})") from error
    unknown = sorted(set(data) - _FIELDS)
    if unknown:
        raise ManifestError(f"{path}: unknown field {unknown[0]!r}; known: {sorted(_FIELDS)}")
    for field in ("key", "name", "name_en"):
        if not isinstance(data.get(field), str) or not data[field].strip():
            raise ManifestError(f"{path}: field {field!r} is missing; give it a text")
    if not _KEY.fullmatch(data["key"]):
        raise ManifestError(f"{path}: key {data['key']!r} must be snake_case letters and digits")
    if path.parent.name != data["key"]:
        raise ManifestError(f"{path}: key {data['key']!r} must equal the folder's name")
    for field in ("depends", "provides", "personal_data"):
        value = data.get(field, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ManifestError(f"{path}: field {field!r} must be a list of texts")
    return Manifest(
        key=data["key"],
        name=data["name"],
        name_en=data["name_en"],
        plan=str(data.get("plan", "")),
        depends=tuple(data.get("depends", [])),
        provides=tuple(data.get("provides", [])),
        personal_data=tuple(data.get("personal_data", [])),
        package=package,
        folder=path.parent,
    )


def discover(choice: str = "") -> tuple[Manifest, ...]:
    """The manifests of all systems in use, those that others depend on first.

    `choice` is a comma-separated list: `-key` leaves a system out (its tables stay, its pages
    hide), `+package.path` adds one from elsewhere. Raises ManifestError on a missing or
    circular dependency.
    """
    words = [word.strip() for word in choice.split(",") if word.strip()]
    without = {word[1:] for word in words if word.startswith("-")}
    root = Path(__file__).resolve().parents[2] / "systems"
    found = [
        read_manifest(path, f"district.systems.{path.parent.name}")
        for path in sorted(root.glob("*/manifest.toml"))
    ]
    for word in words:
        if word.startswith("+"):
            found.append(read_manifest(_folder(word[1:]) / "manifest.toml", word[1:]))
        elif not word.startswith("-"):
            raise ManifestError(f"DISTRICT_SYSTEMS: {word!r} must start with + or -")
    return _ordered({m.key: m for m in found if m.key not in without})


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ManifestError(f"DISTRICT_SYSTEMS: no package {package!r}")
    return Path(next(iter(spec.submodule_search_locations)))


def _ordered(by_key: dict[str, Manifest]) -> tuple[Manifest, ...]:
    order: list[Manifest] = []
    visiting: list[str] = []

    def visit(key: str, wanted_by: str) -> None:
        if key not in by_key:
            raise ManifestError(f"{wanted_by}: depends on {key!r}, which is not in use")
        if by_key[key] in order:
            return
        if key in visiting:
            raise ManifestError("circular dependency: " + " -> ".join([*visiting, key]))
        visiting.append(key)
        for need in by_key[key].depends:
            visit(need, key)
        visiting.pop()
        order.append(by_key[key])

    for key in sorted(by_key):
        visit(key, key)
    return tuple(order)
