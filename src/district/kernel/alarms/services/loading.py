"""Loading rules from the file that a district, or a system, ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.alarms.models import RuleSettings
from district.kernel.alarms.names import RULE_SETTINGS, RULE_SUBJECT
from district.kernel.alarms.rules.toml import content_of_table, from_toml_file
from district.kernel.alarms.selectors.knowing import DISTRICT, two_people_levels
from district.kernel.alarms.services.switching import put_rule
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise
from district.kernel.sensing.public import LEVELS, RuleError

LOADER = Actor.system("loader")


def load_alarms_file(path: Path) -> str:
    """Read the file that `district.toml` names under `alarms`; the same again changes nothing."""
    count = load_rules_file(path, actor=LOADER)
    return f"alarm rules: {count}"


@transaction.atomic
def load_rules_file(path: Path, *, actor: Actor, unit: str = "") -> int:
    """Have the rules of a TOML file, all or none; how many the file has.

    Each stands below `[[rules]]` with a rule's entries, `[rules.groups]`, `[rules.handling]`, and
    `unit` (else the unit given here), and goes live unless it says `live = false`. `two_people`
    at the top lists the levels at which a second person must switch a rule on. Raises
    NotPermitted, Conflict, and Invalid that names rule and entry.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("alarms", _("文件不是 UTF-8 文本。"), _("请改正后重新载入。")) from error
    first, *rules = from_toml_file(text)
    _settings(first[""], actor)
    for at, table in enumerate(rules):
        _put(table, f"rules[{at}]", unit, actor)
    return len(rules)


def _put(table: dict[str, Any], where: str, unit: str, actor: Actor) -> None:
    home, live = table.pop("unit", unit), table.pop("live", True)
    name = f"{where} {table.get('key', '')}".strip()
    if not isinstance(home, str) or not home or not isinstance(live, bool):
        raise Invalid(
            f"{name}.unit", _("没有写归属单位，或 live 不是是否。"), _("写 unit = 单位编码。")
        )
    try:
        put_rule(content_of_table(table), unit=home, actor=actor, live=live)
    except RuleError as error:
        faults = [Invalid(f"{name}: {f.field}", f.problem, f.remedy) for f in error.faults]
        raise RuleError(faults) from error
    except Invalid as error:
        raise Invalid(f"{name}: {error.field}", error.problem, error.remedy) from error


def _settings(data: dict[str, Any], actor: Actor) -> None:
    unknown = sorted(set(data) - {"two_people"})
    if unknown:
        raise Invalid(
            unknown[0],
            _("没有名为 %(name)s 的项目。") % {"name": unknown[0]},
            _("可用的项目：%(known)s。") % {"known": "two_people、rules"},
        )
    if "two_people" not in data:
        return
    found = data["two_people"]
    if not isinstance(found, list) or not all(level in LEVELS for level in found):
        raise Invalid(
            "two_people", _("等级不对。"), _("可选：%(known)s。") % {"known": "、".join(LEVELS)}
        )
    set_two_people(found, actor=actor)


@transaction.atomic
def set_two_people(levels: list[str], *, actor: Actor) -> bool:
    """Say at which levels whoever wrote a rule may not switch it on; whether that is new.

    Raises NotPermitted.
    """
    authorise(actor, RULE_SETTINGS)
    wanted = [level for level in LEVELS if level in levels]
    row = RuleSettings.objects.filter(pk=DISTRICT).first()
    if row is not None and row.two_people == wanted:
        return False
    RuleSettings.objects.update_or_create(key=DISTRICT, defaults={"two_people": wanted})
    subject = Subject(RULE_SUBJECT, "settings")
    record(subject, "alarms.rule.settings", {"two_people": wanted}, actor=actor)
    two_people_levels.forget()
    return True
