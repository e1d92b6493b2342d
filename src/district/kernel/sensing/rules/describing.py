"""A rule's clauses as people say them, for pages and explanations. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from district.kernel.sensing.rules import tree
from district.kernel.sensing.rules.durations import DAY, HOUR, MINUTE, SECOND


def describe(clause: tree.Clause) -> str:
    """The clause in the words of the page's language."""
    if isinstance(clause, tree.Test):
        return _test(clause)
    if isinstance(clause, tree.Silent):
        return _("%(stream)s已 %(span)s没有读数") % {
            "stream": _stream(clause.role),
            "span": span_text(clause.span),
        }
    if isinstance(clause, tree.All | tree.AnyOf):
        word = _(" 且 ") if isinstance(clause, tree.All) else _(" 或 ")
        return word.join(_grouped(part) for part in clause.clauses)
    if isinstance(clause, tree.Not):
        return _("不满足（%(inner)s）") % {"inner": describe(clause.clause)}
    words = {"inner": _grouped(clause.clause)}
    if isinstance(clause, tree.Sustained):
        return _("%(inner)s持续 %(span)s") % {**words, "span": span_text(clause.span)}
    words |= {"least": str(clause.least), "span": span_text(clause.within)}
    if isinstance(clause, tree.Counted):
        return _("%(span)s内至少 %(least)s 次%(inner)s") % words
    return _("%(span)s内至少 %(least)s 个测点%(inner)s") % words


def _test(test: tree.Test) -> str:
    words = {
        "stream": _stream(test.role),
        "level": f"{test.level:g}",
        "release": f"{test.release:g}",
    }
    if test.rate:
        words |= {"over": span_text(test.rate.over), "per": span_text(test.rate.per)}
        if test.direction == "above":
            text = _("%(stream)s在%(over)s内每%(per)s变化达到 %(level)s（低于 %(release)s 解除）")
        else:
            text = _("%(stream)s在%(over)s内每%(per)s变化不超过 %(level)s（高于 %(release)s 解除）")
    elif test.direction == "above":
        text = _("%(stream)s达到 %(level)s（低于 %(release)s 解除）")
    else:
        text = _("%(stream)s不高于 %(level)s（高于 %(release)s 解除）")
    said = text % words
    if test.valid_for == tree.FOREVER:
        return said
    return _("%(said)s，读数 %(span)s内有效") % {"said": said, "span": span_text(test.valid_for)}


def _grouped(clause: tree.Clause) -> str:
    text = describe(clause)
    simple = isinstance(clause, tree.Test | tree.Silent | tree.Not)
    return text if simple else _("（%(inner)s）") % {"inner": text}


def _stream(role: str) -> str:
    return _("读数") if role == tree.ITSELF else role


def span_text(microseconds: int) -> str:
    """A length of time in words, in the largest unit that divides it."""
    for size, text in (
        (DAY, _("%(count)s 天")),
        (HOUR, _("%(count)s 小时")),
        (MINUTE, _("%(count)s 分钟")),
    ):
        if microseconds % size == 0:
            return text % {"count": microseconds // size}
    return _("%(count)s 秒") % {"count": f"{microseconds / SECOND:g}"}
