"""A whole file checked: its good rows into one Parquet file, its wrong ones into a CSV file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.systems.enterprises.importing.columns import (
    CODE,
    Head,
    World,
    Wrong,
    code_mistakes,
    head_of,
    understood,
)
from district.systems.enterprises.importing.files import Part
from district.systems.enterprises.rules.facts import FACTS

#: Problems that a run keeps in words; all of them stand in the file of rejected rows.
KEPT_PROBLEMS = 200
#: The number of the row in the file, in the Parquet file of good rows.
ROW = "__row"


@dataclass
class Found:
    """What a check found: rows with something in them, good ones, wrong ones, and the first
    problems ({row, column, problem, remedy})."""

    rows: int = 0
    good: int = 0
    rejected: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)


class Codes:
    """Credit codes that the file named so far, with the row of each."""

    def __init__(self) -> None:
        self.seen = pl.DataFrame(schema={CODE: pl.String, "__first": pl.Int64})

    def repeated(self, codes: pl.DataFrame) -> pl.DataFrame:
        """The row that first named each code of a part ({code, ROW}), null where it is new."""
        first = codes.group_by(CODE).agg(pl.col(ROW).min().alias("__here"))
        known = codes.join(first, on=CODE, how="left", maintain_order="left")
        known = known.join(self.seen, on=CODE, how="left", maintain_order="left")
        earlier = pl.coalesce("__first", pl.when(pl.col("__here") < pl.col(ROW)).then("__here"))
        found = known.select(earlier.alias("__earlier"))
        new = first.join(self.seen, on=CODE, how="anti").rename({"__here": "__first"})
        self.seen = pl.concat([self.seen, new.select(CODE, "__first")])
        return found


def check_parts(
    parts: Iterable[Part],
    world: World,
    unknown: Callable[[list[str]], set[str]],
    good_file: Path,
    rejected_file: Path,
    tell: Callable[[int], None] = lambda _rows: None,
) -> Found:
    """Check every part of a file and write both files; an older attempt's are replaced.

    `unknown` says which of some codes no enterprise has: those must come with a name. `tell`
    hears how many rows are checked. Raises Invalid where the file as a whole cannot be used.
    """
    found, codes, head = Found(), Codes(), None
    good: list[pl.DataFrame] = []
    with rejected_file.open("wb") as rejected:
        for part in parts:
            if head is None:
                head = head_of(part.frame.columns)
            right, wrong = _check_part(part, head, world, codes, unknown, found)
            good.append(right)
            if wrong.height:
                if not rejected.tell():
                    rejected.write(b"\xef\xbb\xbf")
                wrong.write_csv(rejected, include_header=rejected.tell() < 4)
            tell(found.rows)
    if not found.rows:
        raise Invalid("file", _("文件里只有表头。"), _("请在表头下面填写数据。"))
    whole = pl.concat(good)
    found.good = whole.height
    temporary = good_file.with_suffix(".part")
    whole.write_parquet(temporary, row_group_size=50_000)
    temporary.replace(good_file)
    return found


def _check_part(
    part: Part,
    head: Head,
    world: World,
    codes: Codes,
    unknown: Callable[[list[str]], set[str]],
    found: Found,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The good rows of a part, and the wrong ones as the file has them with their problems."""
    numbers = pl.Series(ROW, range(part.first, part.first + part.frame.height), pl.Int64)
    frame, mistakes = understood(part.frame, head, world)
    frame = frame.with_columns(numbers)
    blank = frame.select(pl.all_horizontal(pl.col(f"~{key}").is_null() for key in head.names))
    full = ~blank.to_series()
    frame, raw = frame.filter(full), part.frame.filter(full)
    found.rows += frame.height
    frame = frame.with_columns(codes.repeated(frame.select(CODE, ROW)).to_series())
    earlier = pl.when(pl.col(CODE).is_not_null()).then(pl.col("__earlier"))
    frame = frame.with_columns(earlier.alias("__earlier"))
    frame = frame.with_columns(_nameless(frame, unknown))
    no_code = pl.any_horizontal(one.rows.fill_null(value=False) for one in code_mistakes())
    mistakes = [*mistakes, *_more_mistakes(no_code)]
    marks = frame.select(
        one.rows.fill_null(value=False).alias(str(at)) for at, one in enumerate(mistakes)
    )
    bad = marks.select(pl.any_horizontal(pl.all())).to_series()
    if bad.any():
        _keep_problems(frame, marks, mistakes, found)
        found.rejected += int(bad.sum())
    keys = [fact.key for fact in FACTS if fact.key in frame.columns]
    right = frame.filter(~bad).select(ROW, CODE, *keys)
    return right, _rejected(frame, raw, marks, mistakes, bad)


def _nameless(frame: pl.DataFrame, unknown: Callable[[list[str]], set[str]]) -> pl.Expr:
    """Whether a row has no name and nobody knows its code."""
    named = frame["name"].is_not_null() if "name" in frame.columns else None
    nameless = frame.filter(~named) if named is not None else frame
    codes = nameless[CODE].drop_nulls().to_list()
    new = sorted(unknown(codes)) if codes else []
    is_new = pl.col(CODE).is_in(new)
    if named is not None:
        is_new &= pl.col("name").is_null()
    return is_new.alias("__nameless")


def _more_mistakes(no_code: pl.Expr) -> list[Wrong]:
    return [
        Wrong(_("统一社会信用代码"), _("这个代码在前面的行出现过"), _("请只留一行"),
              pl.col("__earlier").is_not_null()),
        Wrong(_("名称"), _("库里没有这个代码，文件里也没有名称"), _("请补上名称"),
              pl.col("__nameless") & ~no_code),
    ]  # fmt: skip


def _keep_problems(
    frame: pl.DataFrame, marks: pl.DataFrame, mistakes: list[Wrong], found: Found
) -> None:
    """The first problems in words, in the order of the rows."""
    room = KEPT_PROBLEMS - len(found.problems)
    if room <= 0:
        return
    listed = [
        (int(row), at)
        for at in range(len(mistakes))
        for row in frame.filter(marks[str(at)])[ROW].head(room).to_list()
    ]
    for row, at in sorted(listed)[:room]:
        one = mistakes[at]
        problem = {"row": row, "column": one.column, "problem": one.problem, "remedy": one.remedy}
        found.problems.append(problem)


def _rejected(
    frame: pl.DataFrame,
    raw: pl.DataFrame,
    marks: pl.DataFrame,
    mistakes: list[Wrong],
    bad: pl.Series,
) -> pl.DataFrame:
    """The wrong rows with their cells, each with its number and what is wrong with it.

    The two columns are called so that a mended file can be sent again as it is.
    """
    words = marks.filter(bad).select(
        pl.concat_str(
            [
                pl.when(pl.col(str(at))).then(pl.lit(f"{one.column}：{one.problem}，{one.remedy}"))
                for at, one in enumerate(mistakes)
            ],
            separator="；",
            ignore_nulls=True,
        ).alias("_problem")
    )
    wrong = raw.filter(bad)
    # No spreadsheet program is to run a cell as a formula.
    guarded = wrong.select(
        pl.when(pl.col(name).str.contains(r"^[=+\-@\t\r]"))
        .then("'" + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in wrong.columns
    )
    numbers = frame.filter(bad)[ROW].alias("_row")
    return guarded.with_columns(numbers, words.to_series())
