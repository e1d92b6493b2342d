"""The text form of a content: a TOML document that people write and read. Pure."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.sensing.public import RuleError

MOST_TEXT, MOST_FILE = 40_000, 2_000_000
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TABLES = ("groups", "handling")


def to_toml(content: Mapping[str, Any]) -> str:
    """The content as TOML; `from_toml` reads the same back, but for what is not filled in yet
    (None), which TOML cannot say and which is left out."""
    rule = content.get("rule")
    lines: list[str] = []
    tables: list[tuple[str, Mapping[str, Any]]] = []
    for name, value in _filled(rule if isinstance(rule, Mapping) else {}):
        if isinstance(value, Mapping):
            tables.append((_key(name), value))
        else:
            lines.append(f"{_key(name)} = {_value(value, 0)}")
    for name in _TABLES:
        found = content.get(name)
        if isinstance(found, Mapping):
            tables.append((name, found))
    for title, table in tables:
        lines += ["", f"[{title}]", *(f"{_key(k)} = {_value(v, 0)}" for k, v in _filled(table))]
    return "\n".join(lines).lstrip("\n") + "\n"


def from_toml(text: str) -> dict[str, Any]:
    """The content that a TOML text says, not yet checked; RuleError where it is no TOML."""
    return content_of_table(_read(text, MOST_TEXT))


def from_toml_file(text: str) -> list[dict[str, Any]]:
    """The tables below `[[rules]]`, each with `unit`, perhaps `live`, and a content's entries.

    Raises RuleError where it is no TOML or holds no such tables. Other entries are kept under
    the key "" of an extra first table, so that whoever loads the file can look at them.
    """
    data = _read(text, MOST_FILE)
    rules = data.pop("rules", [])
    if not isinstance(rules, list) or not all(isinstance(each, dict) for each in rules):
        fault = Invalid("rules", _("不是规则的列表。"), _("每条规则写在 [[rules]] 之下。"))
        raise RuleError([fault])
    return [{"": data}, *rules]


def content_of_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """A content of one flat table: `groups` and `handling` in it, all else is the rule's."""
    return {
        "rule": {name: value for name, value in table.items() if name not in _TABLES},
        **{name: table[name] for name in _TABLES if name in table},
    }


def _read(text: str, most: int) -> dict[str, Any]:
    if len(text) > most:
        fault = Invalid("toml", _("文字太长。"), _("最多 %(most)d 个字。") % {"most": most})
        raise RuleError([fault])
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        fault = Invalid(
            "toml",
            _("不是有效的 TOML：%(error)s。") % {"error": error},
            _("按提示的行（line）和列（column）改正。"),
        )
        raise RuleError([fault]) from error


def _filled(table: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    return [(name, value) for name, value in table.items() if value is not None]


def _key(name: object) -> str:
    text = str(name)
    return text if _BARE.fullmatch(text) else _text(text)


def _text(text: str) -> str:
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"  # as people write a condition
    # JSON's strings are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object, depth: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(k)} = {_value(v, depth)}" for k, v in _filled(value))
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return _list(list(value), depth)
    return _text(str(value))


def _list(values: list[object], depth: int) -> str:
    """Several tables stand in lines of their own, which TOML allows in a list only."""
    parts = [_value(value, depth + 1) for value in values]
    if not depth and any(isinstance(value, Mapping) for value in values):
        return "[\n" + "".join(f"  {part},\n" for part in parts) + "]"
    return f"[{', '.join(parts)}]"
