"""Columns of a file held against the facts: every cell understood, or refused with a remedy.

All of it is done on whole columns. A fact's column becomes what the database keeps: texts,
exact numbers as integers scaled by 10**6, dates, booleans.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base.credit_code import PATTERN
from district.kernel.base.errors import Invalid
from district.systems.enterprises.rules.credit_code import are_credit_codes
from district.systems.enterprises.rules.facts import FACTS, PLACES, Fact
from district.systems.enterprises.rules.industries import Industries

CODE = "code"
_SCALE = 10**PLACES
_TRUE = ("是", "true", "yes", "y", "1", "√", "有")
_FALSE = ("否", "false", "no", "n", "0", "×", "无")
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)$"


@dataclass(frozen=True)
class Wrong:
    """A kind of mistake in a column: where `rows` is true."""

    column: str
    problem: str
    remedy: str
    rows: pl.Expr


@dataclass(frozen=True)
class World:
    """What cells are held against: today, units by what people call them, industries.

    `streets` and `communities` lead from code, short name and name to the code; `above` from a
    community to its street.
    """

    today: object
    streets: Mapping[str, str]
    communities: Mapping[str, str]
    above: Mapping[str, str]
    industries: Industries


@dataclass(frozen=True)
class Head:
    """Which column of the file holds which fact: {fact key or "code": name in the file}."""

    names: Mapping[str, str]
    facts: tuple[Fact, ...] = field(default=())


def labels(of: Fact) -> set[str]:
    """What the head may call a fact: its key, its label in either language, with its unit."""
    found = {of.key}
    for language in ("zh-hans", "en"):
        with override(language):
            label, unit = str(of.label), str(of.unit)
            found |= {label, f"{label}（{unit}）", f"{label}({unit})", f"{label} ({unit})"}
    return found


def head_of(columns: Sequence[str]) -> Head:
    """Read the head of a file. Raises Invalid where a column is unknown, double, or missing."""
    known = {name: fact.key for fact in FACTS for name in labels(fact)}
    for language in ("zh-hans", "en"):
        with override(language):
            known |= dict.fromkeys(("code", str(_("统一社会信用代码"))), CODE)
    found: dict[str, str] = {}
    for column in columns:
        name = column.strip().removeprefix("\ufeff").removesuffix("*").strip()
        if not name or column.startswith("_"):
            continue
        key = known.get(name)
        if key is None:
            offered = _("、").join([_("统一社会信用代码"), *(str(fact.label) for fact in FACTS)])
            raise Invalid(
                "file",
                _("没有“%(name)s”这一列。") % {"name": name[:40]},
                _("可用的列：%(names)s") % {"names": offered},
            )
        if key in found:
            raise Invalid("file", _("列“%(name)s”出现了两次。") % {"name": name}, _("请只留一列。"))
        found[key] = column
    if CODE not in found:
        raise Invalid("file", _("缺少“统一社会信用代码”这一列。"), _("请补上这一列。"))
    if len(found) == 1:
        raise Invalid("file", _("除代码外没有别的列。"), _("请至少补上一列数据。"))
    return Head(found, tuple(fact for fact in FACTS if fact.key in found))


def cleaned(column: str) -> pl.Expr:
    """A cell without blanks around it and without the mark that keeps sheets from running it;
    null where nothing is left."""
    text = pl.col(column).str.strip_chars()
    text = pl.when(text.str.contains(r"^'[=+\-@]")).then(text.str.slice(1)).otherwise(text)
    return pl.when(text == "").then(None).otherwise(text)


def understood(frame: pl.DataFrame, head: Head, world: World) -> tuple[pl.DataFrame, list[Wrong]]:
    """The frame's facts as the database keeps them, and what may be wrong with them.

    Every `Wrong.rows` is an expression over the frame that is returned, in which the cleaned
    texts stand under "~<key>".
    """
    texts = frame.select(cleaned(column).alias(f"~{key}") for key, column in head.names.items())
    texts = texts.with_columns(pl.col("~code").str.to_uppercase())
    wrong = [*code_mistakes()]
    columns: list[pl.Expr] = [pl.col("~code").alias(CODE)]
    for fact in head.facts:
        value, mistakes = _fact(fact, world)
        columns.append(value.alias(fact.key))
        wrong += mistakes
    found = texts.with_columns(columns)
    return _with_places(found, head, world, wrong)


def code_mistakes() -> list[Wrong]:
    """What may be wrong with a credit code; asked of the frame of `understood`."""
    label = _("统一社会信用代码")
    text = pl.col("~code")
    shaped = text.str.contains(f"^{PATTERN.pattern}$")
    return [
        Wrong(label, _("没有填写"), _("请填写这一格"), text.is_null()),
        Wrong(label, _("不是18位的统一社会信用代码"),
              _("请填写18位数字和大写字母，不含 I、O、S、V、Z"), ~shaped),
        Wrong(label, _("校验位不对"), _("请对照营业执照核对"),
              shaped & ~text.map_batches(_checked, return_dtype=pl.Boolean)),
    ]  # fmt: skip


def _checked(codes: pl.Series) -> pl.Series:
    """Whether the check character is right; true where the code is not even shaped like one."""
    shaped = codes.str.contains(f"^{PATTERN.pattern}$").fill_null(value=False)
    good = pl.Series(are_credit_codes(codes.filter(shaped).to_list()))
    places = shaped.arg_true()
    return pl.repeat(True, len(codes), eager=True).scatter(places, good)


def _fact(fact: Fact, world: World) -> tuple[pl.Expr, list[Wrong]]:
    if fact.key == "industry":
        return _industry(fact, world.industries)
    if fact.key == "street":
        return _named(fact, world.streets, _("请填写街道的名称或单位编码"))
    if fact.key == "community":
        return _named(fact, world.communities, _("请填写社区的名称或单位编码"))
    if fact.type == "choice":
        return _named(fact, _choices(fact), _choices_offered(fact))
    readers = {
        "text": _text, "integer": _integer, "decimal": _decimal, "boolean": _boolean,
    }  # fmt: skip
    if fact.type == "date":
        return _date(fact, world.today)
    return readers[fact.type](fact)


def _text(fact: Fact) -> tuple[pl.Expr, list[Wrong]]:
    text = pl.col(f"~{fact.key}")
    label = str(fact.label)
    wrong = [
        Wrong(label, _("文字太长"), _("请不超过 %(most)d 个字") % {"most": fact.length},
              text.str.len_chars() > fact.length),
        Wrong(label, _("有看不见的字符"), _("请去掉换行和控制符"),
              text.str.contains(r"[\x00-\x1f]")),
    ]  # fmt: skip
    if fact.key == "name":
        short = text.str.len_chars() < 2
        wrong.append(Wrong(label, _("名称不对"), _("请填写至少2个字"), short))
    return text, wrong


def _choices(fact: Fact) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {str(label): value for value, label in fact.choices}
    return found | {value: value for value, _label in fact.choices}


def _choices_offered(fact: Fact) -> str:
    return _("可以填：%(values)s") % {
        "values": _("、").join(str(label) for _v, label in fact.choices)
    }


def _named(fact: Fact, values: Mapping[str, str], remedy: str) -> tuple[pl.Expr, list[Wrong]]:
    text = pl.col(f"~{fact.key}")
    value = text.replace_strict(dict(values) or {"": ""}, default=None, return_dtype=pl.String)
    return value, [Wrong(str(fact.label), _("没有这一项"), remedy, _not_understood(fact))]


def _industry(fact: Fact, table: Industries) -> tuple[pl.Expr, list[Wrong]]:
    text = pl.col(f"~{fact.key}").str.to_uppercase()
    division = text.str.extract(r"^([0-9]{2})[0-9]{0,2}$")
    section = division.replace_strict(dict(table.sections), default=None, return_dtype=pl.String)
    full = pl.when(division.is_not_null()).then(section + text).otherwise(text)
    divisions = [letter + digits for digits, letter in table.sections.items()]
    letters = [code for code in table.by_code if len(code) == 1]
    known = full.is_in(letters) | (
        full.str.contains(r"^[A-T][0-9]{2,4}$") & full.str.slice(0, 3).is_in(divisions)
    )
    value = pl.when(known).then(full).otherwise(None)
    remedy = _("请填写国民经济行业代码，例如 C3921")
    return value, [Wrong(str(fact.label), _("没有这个行业代码"), remedy, _not_understood(fact))]


def _date(fact: Fact, today: object) -> tuple[pl.Expr, list[Wrong]]:
    text = pl.col(f"~{fact.key}").str.slice(0, 20)
    plain = text.str.replace(r"^([0-9]{4})([0-9]{2})([0-9]{2})$", "$1-$2-$3")
    plain = plain.str.replace(
        r"^([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?( 00:00:00)?$",
        "$1-$2-$3",
    )
    value = plain.str.to_date("%Y-%m-%d", strict=False)
    label = str(fact.label)
    return value, [
        Wrong(label, _("不是日期"), _("请写成 2025-09-30 这样的日期"), _not_understood(fact)),
        Wrong(label, _("日期还没有到"), _("请填写今天或更早的日期"),
              pl.col(fact.key) > pl.lit(today)),
    ]  # fmt: skip


def _boolean(fact: Fact) -> tuple[pl.Expr, list[Wrong]]:
    text = pl.col(f"~{fact.key}").str.to_lowercase()
    values = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
    value = text.replace_strict(values, default=None, return_dtype=pl.Boolean)
    return value, [Wrong(str(fact.label), _("看不懂"), _("请填写 是 或 否"), _not_understood(fact))]


def _not_understood(fact: Fact) -> pl.Expr:
    """Where something stands and no value was made of it; asked of the frame that has both."""
    return pl.col(fact.key).is_null() & pl.col(f"~{fact.key}").is_not_null()


def _digits(fact: Fact) -> pl.Expr:
    """The text of a number without marks of thousands and without its unit."""
    text = pl.col(f"~{fact.key}").str.replace_all(r"[,\x{FF0C}]", "")
    for language in ("zh-hans", "en"):
        with override(language):
            text = text.str.strip_suffix(str(fact.unit)) if str(fact.unit) else text
    return text.str.strip_chars()


def _scaled(text: pl.Expr) -> pl.Expr:
    """A number as an integer scaled by 10**6; null where it is none or far too large."""
    number = pl.when(text.str.contains(_NUMBER) & (text.str.len_chars() <= 26)).then(text)
    scaled: pl.Expr = number.str.to_decimal(scale=PLACES) * _SCALE
    return scaled.cast(pl.Int64, strict=False)


def _decimal(fact: Fact) -> tuple[pl.Expr, list[Wrong]]:
    text, label = _digits(fact), str(fact.label)
    # Digits beyond the last place are found in the text: only a long one has any.
    given = pl.col(f"~{fact.key}")
    finer = rf"\.[0-9]{{{PLACES}}}[0-9]*[1-9]"
    fine = (given.str.len_chars() > PLACES) & given.str.contains(finer)
    return _scaled(text), [
        Wrong(label, _("不是数字"), _("请填写数字，例如 12.5"),
              _not_understood(fact) & ~text.str.contains(_NUMBER)),
        Wrong(label, _("小数位数太多"), _("小数不超过 %(places)d 位") % {"places": PLACES}, fine),
        _beyond(fact, text, _SCALE),
    ]  # fmt: skip


def _integer(fact: Fact) -> tuple[pl.Expr, list[Wrong]]:
    text, label = _digits(fact), str(fact.label)
    whole = text.str.replace(r"\.0*$", "")
    return whole.cast(pl.Int64, strict=False), [
        Wrong(label, _("不是整数"), _("请填写整数，例如 12"),
              _not_understood(fact) & ~whole.str.contains(r"^[+-]?[0-9]+$")),
        _beyond(fact, whole, 1, r"^[+-]?[0-9]+$"),
    ]  # fmt: skip


def _beyond(fact: Fact, text: pl.Expr, scale: int, pattern: str = _NUMBER) -> Wrong:
    least, most = fact.least or Decimal(0), fact.most or Decimal(0)
    outside = ~pl.col(fact.key).is_between(int(least * scale), int(most * scale))
    # A number that does not even fit into 64 bits is null here.
    outside |= _not_understood(fact) & text.str.contains(pattern)
    remedy = _("请填写 %(least)s 到 %(most)s 之间的数") % {"least": least, "most": most}
    return Wrong(str(fact.label), _("数字超出范围"), remedy, outside)


def _with_places(
    found: pl.DataFrame, head: Head, world: World, wrong: list[Wrong]
) -> tuple[pl.DataFrame, list[Wrong]]:
    """A street that is not given follows from the community; a place has both its numbers."""
    names = set(head.names)
    if "community" in names:
        above = pl.col("community").replace_strict(
            dict(world.above) or {"": ""}, default=None, return_dtype=pl.String
        )
        if "street" not in names:
            nothing = pl.lit(None, pl.String)
            found = found.with_columns(nothing.alias("street"), nothing.alias("~street"))
        apart = pl.col("street") != above
        wrong.append(Wrong(_("社区"), _("社区不在这个街道"), _("请核对街道和社区"), apart))
        # Where something stands that is no street, it stays wrong.
        given = pl.when(pl.col("~street").is_null()).then(above).otherwise(pl.col("street"))
        found = found.with_columns(given.alias("street"))
    if {"lon", "lat"} & names:
        for key in ("lon", "lat"):
            if key not in found.columns:
                found = found.with_columns(pl.lit(None, pl.Int64).alias(key))
        one = pl.col("lon").is_null() != pl.col("lat").is_null()
        wrong.append(Wrong(_("经度"), _("经度和纬度要一起填写"), _("请补全，或都留空"), one))
    return found, wrong
