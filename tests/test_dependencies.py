"""The check of what District is built from finds what it says that it finds."""

from __future__ import annotations

import sys
from email.message import Message
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.one_database  # reason: it reads files alone
ROOT = Path(__file__).resolve().parent.parent
HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    yield import_module("check_dependencies")
    sys.modules.pop("check_dependencies", None)


def test_a_package_without_version_or_hash_is_found(check: Any) -> None:
    text = f"good==1.0 \\\n    {HASH}\n    # via x\nloose>=2 {HASH}\nbare==3.0\n"
    pins, wrong = check.pins_of("base.txt", text)
    assert [(pin.name, pin.version, pin.hashes) for pin in pins] == [
        ("good", "1.0", 1),
        ("bare", "3.0", 0),
    ]
    assert wrong == [
        "base.txt: loose>=2 is not pinned to a version",
        "base.txt: bare has no hash",
    ]
    for line in ("git+https://example.cn/x.git", "--index-url=x", "./folder"):
        assert check.pins_of("base.txt", line)[1]


def test_a_lock_that_is_behind_what_is_asked_for_is_found(check: Any) -> None:
    pins, _wrong = check.pins_of("base.txt", f"one==1.4 {HASH}\ntwo==2.0 {HASH}\n")
    assert (
        check.unlocked("base.in", "# words\none~=1.2  # why\n-c dev.txt\ntwo[extra]\n", pins) == []
    )
    found = check.unlocked("base.in", "one~=2.0\nthree\n", pins)
    assert [line.split(" is not")[0] for line in found] == ["base.in: one~=2.0", "base.in: three"]


@pytest.mark.parametrize(
    ("version", "broken"), [("5.2.7", True), ("5.2.8", False), ("5.1.0", False)]
)
def test_a_version_that_an_advisory_names_is_found(check: Any, version: str, broken: bool) -> None:
    advisories = {
        "advisory": [
            {"id": "A-1", "package": "Django", "affected": ">=5.2,<5.2.8", "about": "injection"}
        ]
    }
    pins, _wrong = check.pins_of("base.txt", f"django=={version} {HASH}\n")
    assert bool(check.known_broken(pins, advisories)) == broken


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("BSD License", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND (Apache-2.0 OR BSD-2-Clause)", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_licences_are_those_of_the_list(check: Any, expression: str, allowed: bool) -> None:
    assert check.is_allowed(expression) == allowed


def test_a_package_that_says_no_licence_or_needs_another_python_is_found(check: Any) -> None:
    pin = check.Pin("base.txt", "x", "1", 1)
    metadata = Message()
    metadata["Requires-Python"] = ">=3.12"
    found = check.wrong_metadata(pin, metadata)
    assert [line.split(": ", 1)[1] for line in found] == [
        "licence none is not on the list",
        "does not run on Python 3.11",
    ]
    metadata["Classifier"] = "License :: OSI Approved :: MIT License"
    assert len(check.wrong_metadata(pin, metadata)) == 1


def test_packages_of_the_browser_need_hash_and_licence_too(check: Any) -> None:
    lock = {
        "packages": {
            "": {},
            "node_modules/good": {"integrity": "sha512-x", "license": "MIT"},
            "node_modules/bad": {"license": "GPL-2.0-only"},
        }
    }
    assert len(check.wrong_in_browser(lock)) == 2


def test_what_is_committed_passes_and_the_limits_of_the_check_are_said(check: Any) -> None:
    wrong, notes = check.check(ROOT)
    assert wrong == []
    assert "no service was asked" in notes[0]
