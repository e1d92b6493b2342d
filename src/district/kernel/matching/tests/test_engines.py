"""The same conditions on three engines: our bitmaps, DuckDB, and real Apache Spark.

Spark runs where pyspark (requirements/spark.txt) and Java are installed.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from district.kernel.conditions.public import (
    OPERATORS_OF,
    All,
    AnyOf,
    Attribute,
    Compare,
    Condition,
    Dialect,
    Not,
    RelativeDate,
    Schema,
    compare,
    to_sql,
)
from district.kernel.matching.public import (
    KINDS,
    Population,
    Programme,
    evaluate_all,
    kind_to_sql,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TODAY = date(2025, 9, 26)
LIGHTS = (("red", "红"), ("green", "绿"))
SCHEMA = Schema(
    "engines",
    (
        Attribute("name", "名称", "text"),
        Attribute("count", "件数", "integer"),
        Attribute("amount", "金额", "decimal"),
        Attribute("share", "占比", "decimal", places=2),
        Attribute("done", "办结", "boolean"),
        Attribute("day", "日期", "date"),
        Attribute("at", "时间", "datetime"),
        Attribute("light", "灯", "choice", choices=LIGHTS),
        Attribute("industry", "行业", "code"),
        Attribute("unit.path", "单位", "code", hierarchy="path"),
        Attribute("tags", "标签", "set"),
    ),
)
TEXTS = ("a", "A", "a%", "_b", "it's", 'x"y', "back\\slash", "\\'", "龙岗区", "𠮷", " a", "a ")
CODES = ("C", "C39", "C392", "c39", "D44", "C3%", "C'")
CHAINS = ("/44/", "/44/4403/", "/44/4403/440307/", "/44/4406/", "/9/44030/", "/9/'/")
CHINA = 8


def test_counts_do_not_overflow_where_a_long_block_is_of_one_kind() -> None:
    length = 3 * 64 * 2048 + 7  # more words in one block than are counted together
    rows = ((key, {"count": 5}) for key in range(length))
    outcomes = evaluate_all(
        Population.of(SCHEMA, rows),
        Programme.of({"p": compare(SCHEMA.attributes[1], ">=", 3)}, TODAY),
    )
    assert outcomes["p"].holds == outcomes.mask("p", "holds").sum() == length


def value_of(attribute: Attribute, rng: random.Random, *, asked: bool) -> Any:
    """A value of a row, or one that a condition asks for."""
    kind = attribute.type
    if kind == "text":
        return rng.choice(TEXTS)
    if kind == "integer":
        return rng.choice((-3, 0, 1, 2, 3, 2**62, -(2**62)))
    if kind == "decimal":
        fine = Decimal("0.01") if attribute.places == 2 else Decimal("0.000001")
        return rng.choice((Decimal("1.5"), Decimal(0), fine, -fine, Decimal(9_000_000_000)))
    if kind == "boolean":
        return rng.random() < 0.5
    if kind == "choice":
        return rng.choice(("red", "green"))
    if kind == "set":
        return rng.choice(TEXTS) if asked else rng.sample(TEXTS, rng.randint(0, 3))
    if kind == "code":
        if attribute.hierarchy == "prefix":
            return rng.choice(CODES)
        chain = rng.choice(CHAINS)
        return chain.strip("/").rpartition("/")[2] if asked else chain
    if asked and rng.random() < 0.3:
        return RelativeDate(rng.randint(-3, 3))
    day = TODAY + timedelta(days=rng.randint(-3, 3))
    if kind == "date" or (asked and rng.random() < 0.3):
        return day
    minute = rng.choice((0, 1, 479, 480, 959, 960, 961, 1439))
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, 0, 7, tzinfo=UTC)


def row_of(rng: random.Random) -> dict[str, Any]:
    """A row, a quarter of whose values is unknown; an empty text is, too."""
    row: dict[str, Any] = {}
    for attribute in SCHEMA.attributes:
        value = value_of(attribute, rng, asked=False)
        if attribute.type in ("text", "choice", "code") and rng.random() < 0.1:
            value = ""
        row[attribute.key] = None if rng.random() < 0.25 else value
    return row


def comparison(attribute: Attribute, operator: Any, rng: random.Random) -> Compare:
    counts = {"known": 0, "in": rng.randint(1, 3), "between": 2}
    count = counts.get(operator, 1)
    values = [value_of(attribute, rng, asked=True) for _ in range(count)]
    if operator == "between":
        values = [v for v in values if type(v) is type(values[0])] * 2
        values = sorted(values[:2], key=lambda v: v.days if isinstance(v, RelativeDate) else v)
    return compare(attribute, operator, *values)


def conditions_of(rng: random.Random) -> list[Condition]:
    """Every operator of every attribute, alone; and groups of several."""
    alone: list[Condition] = [
        comparison(attribute, operator, rng)
        for attribute in SCHEMA.attributes
        for operator in OPERATORS_OF[attribute.type]
        for _ in range(2)
    ]

    def some(most: int) -> tuple[Condition, ...]:
        return tuple(
            clause if rng.random() < 0.7 else Not(clause)
            for clause in rng.choices(alone, k=rng.randint(0, most))
        )

    groups: list[Condition] = [
        All((*some(3), AnyOf(some(3)), Not(All(some(2)))), ) for _ in range(60)
    ]  # fmt: skip
    return alone + groups + [All(), AnyOf(), Not(All((AnyOf(some(3)),)))]


@pytest.fixture(scope="module")
def asked() -> tuple[list[Condition], list[dict[str, Any]]]:
    """Conditions and rows of a fixed seed."""
    rng = random.Random(11)  # noqa: S311  # made-up rows, no secrets
    return conditions_of(rng), [row_of(rng) for _ in range(150)]


def told_by_us(conditions: list[Condition], some: list[dict[str, Any]]) -> list[list[Any]]:
    """By condition, verdict and kind of each row, from the bitmaps."""
    whole = {f"v{at}": Not(Not(one)) for at, one in enumerate(conditions)}
    kinds = {f"k{at}": one for at, one in enumerate(conditions)}
    outcomes = evaluate_all(
        Population.of(SCHEMA, enumerate(some)), Programme.of(whole | kinds, TODAY)
    )
    told = []
    for at in range(len(conditions)):
        # The whole as its only clause: it holds, or is unknown, or is missed.
        verdicts = dict.fromkeys(outcomes.ids(f"v{at}", "holds"), True)
        verdicts |= dict.fromkeys(outcomes.ids(f"v{at}", "unknown_only"), None)
        kind = {one: kind for kind in KINDS for one in outcomes.ids(f"k{at}", kind)}
        told.append([(verdicts.get(one, False), kind[one]) for one in range(len(some))])
    return told


def selected(conditions: list[Condition], dialect: Dialect, table: str) -> str:
    columns = [
        f"{to_sql(one, dialect, today=TODAY)} AS v{at}, "
        f"{kind_to_sql(one, dialect, today=TODAY)} AS k{at}"
        for at, one in enumerate(conditions)
    ]
    return f"SELECT {', '.join(columns)} FROM {table} ORDER BY row"  # noqa: S608  # our own


def parquet(some: list[dict[str, Any]], path: Path) -> Path:
    """The rows as a file that every engine reads, decimals as decimals."""
    types: dict[str, Any] = {
        "text": pl.String(), "choice": pl.String(), "code": pl.String(), "integer": pl.Int64(),
        "boolean": pl.Boolean(), "date": pl.Date(), "datetime": pl.Datetime("us", "UTC"),
        "set": pl.List(pl.String()),
    }  # fmt: skip
    columns = [
        pl.Series(a.key, [row[a.key] for row in some], types.get(a.type, pl.Decimal(24, a.places)))
        for a in SCHEMA.attributes
    ]
    pl.DataFrame([pl.Series("row", range(len(some))), *columns]).write_parquet(path)
    return path


def compare_with(found: list[tuple[Any, ...]], told: list[list[Any]]) -> None:
    for at, expected in enumerate(told):
        assert [(row[2 * at], row[2 * at + 1]) for row in found] == expected, at


def test_duckdb_tells_the_same(
    asked: tuple[list[Condition], list[dict[str, Any]]], tmp_path: Path
) -> None:
    import duckdb

    conditions, some = asked
    path = parquet(some, tmp_path / "rows.parquet")
    told = told_by_us(conditions, some)
    kinds = {kind for each in told for _verdict, kind in each}
    assert kinds == set(KINDS)
    with duckdb.connect() as connection:
        query = selected(conditions, "duckdb", f"read_parquet('{path}')")
        compare_with(connection.execute(query).fetchall(), told)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Spark on this machine, listening on loopback alone, in another zone than the data."""
    pytest.importorskip("pyspark", reason="NOT RUN: pyspark is not installed; make spark")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("NOT RUN: no Java found")
    from pyspark.sql import SparkSession

    home = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        # A machine that lives for a minute does not earn back what the second compiler costs.
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        made: SparkSession = (
            SparkSession.builder.master("local[1]")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.local.dir", str(home))
            .config("spark.sql.warehouse.dir", str(home / "warehouse"))
            .config("spark.sql.session.timeZone", "America/New_York")
            .config("spark.sql.codegen.wholeStage", "false")  # one wide query, once
            .getOrCreate()
        )
        made.sparkContext.setLogLevel("ERROR")
        yield made
        made.stop()


@pytest.mark.slow
@pytest.mark.timeout(900)  # a Java machine begins slowly beside other work
@pytest.mark.filterwarnings("default")  # Spark's own code warns
def test_spark_tells_the_same(
    spark: SparkSession, asked: tuple[list[Condition], list[dict[str, Any]]], tmp_path: Path
) -> None:
    conditions, some = asked
    path = parquet(some, tmp_path / "rows.parquet")
    spark.read.parquet(str(path)).createOrReplaceTempView("asked")
    found = [tuple(row) for row in spark.sql(selected(conditions, "spark", "asked")).collect()]
    compare_with(found, told_by_us(conditions, some))
