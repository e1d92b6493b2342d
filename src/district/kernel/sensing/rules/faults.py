"""What is wrong with a rule as somebody wrote it: where, what, and the remedy. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.sensing.rules.durations import DAY, parse_duration, write_duration


class RuleError(Invalid):
    """A rule that cannot be taken; `faults` are all of them, each with field and remedy.

    A field is the path to the entry: `when.all[1].release`.
    """

    def __init__(self, faults: list[Invalid]) -> None:
        self.faults = tuple(faults)
        first = faults[0]
        super().__init__(first.field, first.problem, first.remedy)
        self.args = ("\n".join(f"{fault.field}: {fault}" for fault in faults),)


class Reader:
    """Reads entries of a rule, collecting what is wrong instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: Final[list[Invalid]] = []

    def fault(self, field: str, problem: str, remedy: str) -> None:
        """Note what is wrong with an entry, and what to do."""
        self.faults.append(Invalid(field, problem, remedy))

    def only(self, data: Mapping[str, Any], known: set[str], where: str) -> None:
        """A fault for every entry that is not known there."""
        for name in sorted(map(str, set(data) - known)):
            self.fault(
                joined(where, name),
                _("没有名为 %(name)s 的项目。") % {"name": name},
                _("可用的项目：%(known)s。") % {"known": "、".join(sorted(known))},
            )

    def text(self, data: Mapping[str, Any], name: str, longest: int, default: str = "") -> str:
        """A text of at most `longest` characters; without a default it must be there."""
        found = data.get(name, default)
        if not isinstance(found, str) or len(found) > longest or (not found and not default):
            self.fault(
                name,
                _("缺少文字，或文字不合要求。"),
                _("写成 1 至 %(longest)d 个字的文字。") % {"longest": longest},
            )
            return default
        return found

    def choice(self, data: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
        """One of a few words; the first where it is absent."""
        found = data.get(name, known[0])
        if found not in known:
            self.fault(
                name,
                _("没有 %(word)s 这个选项。") % {"word": shown(found)},
                _("可选：%(known)s。") % {"known": "、".join(known)},
            )
            return known[0]
        return str(found)

    def duration(
        self,
        data: Mapping[str, Any],
        name: str,
        where: str,
        *,
        least: int = 1,
        most: int = 31 * DAY,
    ) -> int:
        """A length of time in microseconds; `least` and a fault where it cannot be taken."""
        field = joined(where, name)
        try:
            found = parse_duration(data.get(name))
        except ValueError:
            self.fault(
                field,
                _("%(text)s 不是时长。") % {"text": shown(data.get(name))},
                _("写成“10 min”这样，单位用 s、min、h 或 d。"),
            )
            return max(least, 1)
        if not least <= found <= most:
            self.fault(
                field,
                _("时长 %(text)s 超出范围。") % {"text": shown(data.get(name))},
                _("应在 %(least)s 至 %(most)s 之间。")
                % {"least": write_duration(least), "most": write_duration(most)},
            )
            return max(least, 1)
        return found

    def number(self, data: Mapping[str, Any], name: str, where: str) -> float:
        """A finite number; 0 and a fault where it is none."""
        found = data.get(name)
        if isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e300:
            return float(found) + 0.0  # no negative zero: it would be another hash
        self.fault(
            joined(where, name),
            _("%(text)s 不是数字。") % {"text": shown(found)},
            _("写成数字，例如 35.5。"),
        )
        return 0.0

    def whole(self, data: Mapping[str, Any], name: str, where: str, most: int) -> int:
        """A whole number from 1 to `most`; 1 and a fault where it is none."""
        found = data.get(name)
        if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= most:
            return found
        self.fault(
            joined(where, name),
            _("%(text)s 不是可用的个数。") % {"text": shown(found)},
            _("写成 1 至 %(most)d 的整数。") % {"most": most},
        )
        return 1


def joined(where: str, name: str) -> str:
    """The path to an entry below another."""
    return f"{where}.{name}" if where else name


def shown(value: object) -> str:
    """A value as a fault quotes it, in a bounded number of characters."""
    text = _("（空）") if value in (None, "") else str(value)
    return text if len(text) <= 60 else text[:60] + "…"
