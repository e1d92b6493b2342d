"""Whether what District is built from is pinned, allowed, supported and not known to be broken.

For every lock of `requirements/` and the browser's lock: each package by an exact version with its
hashes; of packages that are installed here a licence of the list and a declared support of every
Python that District runs on; no version that `requirements/advisories.toml` names.

What it cannot see: vulnerabilities that nobody has written into that file (it asks no service),
licences of packages that are not installed here (it says how many), and what a package's author
declares wrongly.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
#: Pythons that District runs on (pyproject.toml: requires-python).
PYTHONS = ("3.11", "3.12", "3.13")
#: Licences by SPDX that may be used as a dependency, as it is. LGPL and MPL: not changed by us.
ALLOWED = frozenset(
    (
        *("MIT", "MIT-0", "MIT-CMU", "0BSD", "BSD-0-Clause", "BSD-2-Clause", "BSD-3-Clause"),
        *("Apache-2.0", "ISC", "PSF-2.0", "Python-2.0", "CNRI-Python", "MPL-2.0", "Zlib"),
        *("LGPL-3.0-only", "LGPL-3.0-or-later", "Unlicense", "CC0-1.0", "HPND"),
        *("BlueOak-1.0.0", "OFL-1.1"),
    )
)
# Looked at by hand, because what the package declares is no expression: why it may be used.
LOOKED_AT = {
    "pypdfium2": "Apache-2.0 or BSD-3-Clause; PDFium, which it carries, likewise and with its own",
}
# What authors write instead of an SPDX expression, in their licence field and classifiers.
_WRITTEN = {
    "mit license": "MIT",
    "the mit license": "MIT",
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "gnu lgpl 3.0": "LGPL-3.0-only",
    "lgpl3": "LGPL-3.0-only",
    "gnu library or lesser general public license (lgpl)": "LGPL-3.0-only",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "isc license (iscl)": "ISC",
    "the unlicense (unlicense)": "Unlicense",
    "public domain": "Unlicense",
    "freely distributable": "Unlicense",
}
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?==(?P<version>[^\s;\\]+)")


@dataclass(frozen=True)
class Pin:
    """A package as a lock states it."""

    lock: str
    name: str
    version: str
    hashes: int


def pins_of(lock: str, text: str) -> tuple[list[Pin], list[str]]:
    """The pins of a lock, and what stands there that is none."""
    pins: list[Pin] = []
    wrong: list[str] = []
    joined = re.sub(r"\\\n", " ", text)
    for line in (each.strip() for each in joined.splitlines()):
        if not line or line.startswith("#"):
            continue
        found = _PIN.match(line)
        if found is None:
            wrong.append(f"{lock}: {line.split()[0]} is not pinned to a version")
            continue
        hashes = len(re.findall(r"--hash=sha(?:256|384|512):[0-9a-f]{64,128}\b", line))
        name = str(canonicalize_name(found["name"]))
        pins.append(Pin(lock, name, found["version"], hashes))
        if not hashes:
            wrong.append(f"{lock}: {name} has no hash")
    return pins, wrong


def unlocked(wanted: str, text: str, pins: Iterable[Pin]) -> list[str]:
    """What an `.in` file asks for and its lock does not hold, or in another version."""
    versions = {pin.name: pin.version for pin in pins}
    wrong = []
    for line in (each.partition("#")[0].strip() for each in text.splitlines()):
        if not line or line.startswith("-"):
            continue
        try:
            asked = Requirement(line)
        except InvalidRequirement:
            wrong.append(f"{wanted}: {line} cannot be read")
            continue
        version = versions.get(canonicalize_name(asked.name))
        if version is None or not asked.specifier.contains(version, prereleases=True):
            wrong.append(f"{wanted}: {line} is not what its lock holds ({version}); make lock")
    return wrong


def known_broken(pins: Iterable[Pin], advisories: dict[str, Any]) -> list[str]:
    """Pins that an advisory names."""
    wrong = []
    for one in advisories.get("advisory", []):
        affected = SpecifierSet(one["affected"])
        for pin in pins:
            same = pin.name == canonicalize_name(one["package"])
            if same and affected.contains(Version(pin.version), prereleases=True):
                wrong.append(f"{pin.lock}: {pin.name} {pin.version}: {one['id']}: {one['about']}")
    return wrong


def licences_of(expression: str) -> Iterator[frozenset[str]]:
    """The alternatives of an SPDX expression, each the licences that hold together."""
    flat = re.sub(r"\s+WITH\s+\S+", "", expression.replace("(", " ").replace(")", " "))
    for alternative in re.split(r"\s+OR\s+", flat):
        yield frozenset(part.strip() for part in re.split(r"\s+AND\s+|,\s*", alternative))


def is_allowed(expression: str) -> bool:
    """Whether one of the alternatives is made of allowed licences alone."""
    written = _WRITTEN.get(expression.strip().lower(), expression)
    return any(each and each <= ALLOWED for each in licences_of(written))


def declared_licences(metadata: Any) -> list[str]:
    """What a package says of its licence: the expression; else its classifiers and its field."""
    expression = metadata.get("License-Expression")
    if expression:
        return [str(expression)]
    classifiers = [
        str(one).split("::")[-1].strip()
        for one in metadata.get_all("Classifier") or []
        if str(one).startswith("License ::") and not str(one).endswith("DFSG approved")
    ]
    field = str(metadata.get("License") or "").strip()
    # Some put the whole text there.
    return classifiers or ([field] if field and "\n" not in field else [])


def wrong_metadata(pin: Pin, metadata: Any) -> list[str]:
    """Why an installed package may not be used: its licence, or the Pythons that it runs on."""
    wrong = []
    declared = declared_licences(metadata)
    if pin.name not in LOOKED_AT and not any(is_allowed(one) for one in declared):
        said = ", ".join(declared) or "none"
        wrong.append(f"{pin.name} {pin.version}: licence {said} is not on the list")
    needs = SpecifierSet(str(metadata.get("Requires-Python") or ""))
    missing = [python for python in PYTHONS[:1] if not needs.contains(f"{python}.7")]
    if missing:
        wrong.append(f"{pin.name} {pin.version}: does not run on Python {', '.join(missing)}")
    return wrong


def wrong_in_browser(lock: dict[str, Any]) -> list[str]:
    """What is wrong with the packages of the browser's lock (package-lock.json, version 3)."""
    wrong = []
    for place, one in lock.get("packages", {}).items():
        if not place:
            continue
        name = place.removeprefix("node_modules/")
        if not str(one.get("integrity", "")).startswith("sha512-"):
            wrong.append(f"package-lock.json: {name} has no hash")
        if not is_allowed(str(one.get("license") or "")):
            wrong.append(f"package-lock.json: {name}: licence {one.get('license')}")
    return wrong


def check(root: Path) -> tuple[list[str], list[str]]:
    """What is wrong below `root`, and what could not be looked at."""
    folder = root / "requirements"
    wrong: list[str] = []
    every: dict[str, Pin] = {}
    for path in sorted(folder.glob("*.txt")):
        pins, faults = pins_of(path.name, path.read_text(encoding="utf-8"))
        wrong += faults
        every |= {f"{pin.name}=={pin.version}": pin for pin in pins}
        source = path.with_suffix(".in")
        if source.exists():
            wrong += unlocked(source.name, source.read_text(encoding="utf-8"), pins)
    advisories = tomllib.loads((folder / "advisories.toml").read_text(encoding="utf-8"))
    wrong += known_broken(every.values(), advisories)
    unseen = []
    for pin in every.values():
        try:
            found = importlib.metadata.distribution(pin.name)
        except importlib.metadata.PackageNotFoundError:
            unseen.append(pin.name)
            continue
        wrong += wrong_metadata(pin, found.metadata)
    lock = json.loads((root / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    wrong += wrong_in_browser(lock)
    notes = [f"advisories are those written down by {advisories['looked']}; no service was asked"]
    if unseen:
        notes.append(f"not installed here, licence unseen: {', '.join(sorted(set(unseen)))}")
    return wrong, notes


if __name__ == "__main__":
    faults, notes = check(ROOT)
    print("\n".join([*faults, *(f"note: {note}" for note in notes)]))
    print(f"dependencies: {len(faults) or 'nothing'} wrong")
    sys.exit(1 if faults else 0)
