"""Writes districts/longgang/demo/enterprises/: a few thousand enterprises, all invented.

Two files of a registry (at the end of 2024, and of September 2025 with what is new, renamed and
moved), the yearly returns of a part of them, what some say of themselves, and qualifications.
Names are made of lucky characters and marked; streets, communities and industries are real words,
places lie within our approximate areas. Codes are no registered ones: their organisation part
begins with "DEM0". Run again after changing it: `python scripts/make_longgang_enterprises.py`.
"""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from district.systems.enterprises.rules.credit_code import (  # noqa: E402  # the path comes first
    ALPHABET,
    check_character,
)

FOLDER = ROOT / "districts" / "longgang"
OUT = FOLDER / "demo" / "enterprises"
MARK = "（演示）"
#: Entities before 2025, and new ones of its first nine months.
OLD, NEW = 2400, 320
#: First recognitions from January to September 2025, of the 200 and 20 that are aimed at.
SPECIALISED_NEW, LITTLE_GIANTS_NEW = 152, 16
#: The day of the first file, and of the second.
FIRST, SECOND = date(2024, 12, 31), date(2025, 9, 24)
LUCKY = "华龙鑫科达信创诚盛宇恒瑞安泰嘉明远博智联汇通宏兴鼎晟"
#: Industry, words of a name, how common, whether such firms do research.
TRADES = (
    ("C3921", "通信技术", 6, True), ("C3973", "半导体", 4, True), ("C3982", "电路", 6, True),
    ("C3962", "车载电子", 4, True), ("C3491", "机器人", 3, True), ("C358", "医疗器械", 3, True),
    ("C384", "新能源", 3, True), ("C3525", "精密模具", 6, True), ("C292", "塑胶制品", 6, False),
    ("C331", "五金制品", 6, False), ("C404", "光学", 3, True), ("C276", "生物医药", 2, True),
    ("I6513", "软件", 8, True), ("I652", "集成电路设计", 3, True), ("I643", "网络科技", 5, True),
    ("F5179", "贸易", 10, False), ("F5137", "商贸", 6, False), ("F527", "电器", 4, False),
    ("G54", "物流", 5, False), ("E50", "装饰工程", 4, False), ("L72", "企业管理", 6, False),
    ("M74", "检测技术", 3, True), ("H62", "餐饮管理", 3, False), ("K702", "物业管理", 3, False),
)  # fmt: skip
SHOPS = (
    ("F521", "便利店"), ("H62", "小吃店"), ("F523", "服装店"), ("O81", "汽车维修店"),
    ("O80", "理发店"), ("F522", "水果店"), ("F528", "五金店"), ("C292", "塑胶加工厂"),
)  # fmt: skip
Row = dict[str, Any]


@dataclass
class Maker:
    """The dice, the communities with a point inside each, and what was made."""

    communities: list[tuple[str, str, str, float, float]]
    dice: Random = field(default_factory=lambda: Random(26))  # noqa: S311  # invented, not secret
    made: int = 0
    names: set[str] = field(default_factory=set)

    def code(self, kind: str) -> str:
        """A credit code that is well written and nobody's."""
        self.made += 1
        rest, digits = self.made, ""
        for _place in range(5):
            rest, last = divmod(rest, 31)
            digits = ALPHABET[last] + digits
        first = ("92" if kind == "individual" else "91") + "440307" + "DEM0" + digits
        return first + check_character(first)

    def name(self, pattern: str) -> str:
        """A name that no other has."""
        while True:
            word = "".join(self.dice.sample(LUCKY, 3))
            name = pattern.format(word) + MARK
            if name not in self.names:
                self.names.add(name)
                return name

    def maybe(self, share: float, value: Any) -> Any:
        """The value in that share of cases, else nothing."""
        return value if self.dice.random() < share else None

    def day(self, first: date, last: date) -> date:
        """A day between two."""
        return first + timedelta(days=self.dice.randint(0, (last - first).days))


def main() -> None:
    """Write every table."""
    maker = Maker(_communities())
    old = [_entity(maker, date(1995, 1, 1), FIRST) for _row in range(OLD)]
    new = [_entity(maker, FIRST + timedelta(days=1), SECOND) for _row in range(NEW)]
    OUT.mkdir(parents=True, exist_ok=True)
    _write("registry-2024.parquet", old)
    _write("registry-2025.parquet", [*_changed(maker, old), *new, *_converted(maker, old)])
    returns = [_return(maker, row) for row in old if row["kind"] == "company"]
    _write("returns-2024.parquet", [row for row in returns if row])
    told = [_told(maker, row) for row in returns if row and maker.dice.random() < 0.06]
    _write("told-2025.parquet", [*told, *_mistaken(told[:3])])
    _write_qualifications(maker, [row for row in returns if row], old)


def _communities() -> list[tuple[str, str, str, float, float]]:
    shapes = json.loads((FOLDER / "areas" / "communities.geojson").read_text(encoding="utf-8"))
    found = []
    for shape in shapes["features"]:
        ring = shape["geometry"]["coordinates"][0][:-1]
        lon = sum(point[0] for point in ring) / len(ring)
        lat = sum(point[1] for point in ring) / len(ring)
        own = shape["properties"]
        found.append((own["code"], own["parent_code"], own["name"].removesuffix("社区"), lon, lat))
    return sorted(found)


def _entity(maker: Maker, first: date, last: date) -> Row:
    dice = maker.dice
    community, street, place, lon, lat = dice.choice(maker.communities)
    individual = dice.random() < 0.42
    if individual:
        industry, word = dice.choice(SHOPS)
        name = maker.name(f"深圳市龙岗区{{}}{word}")
    else:
        trade = dice.choices(TRADES, weights=[one[2] for one in TRADES])[0]
        industry = trade[0]
        name = maker.name(f"深圳市{{}}{trade[1]}有限公司")
    kind = "individual" if individual else "company"
    founded = maker.day(first, last)
    ended = dice.random() < 0.07
    return {
        "code": maker.code(kind),
        "name": name,
        "kind": kind,
        "status": dice.choice(("cancelled", "cancelled", "revoked")) if ended else "active",
        "street": street,
        "community": maker.maybe(0.92, community),
        "address": f"{place}{dice.choice(LUCKY)}{dice.choice(LUCKY)}路{dice.randint(1, 299)}号",
        "industry": industry,
        "established_on": founded,
        "converted_on": None,
        "capital": None if individual else float(dice.choice((10, 50, 100, 200, 500, 1000, 3000))),
        "is_dishonest": maker.maybe(0.95, dice.random() < 0.02),
        "lon": round(lon + dice.gauss(0, 0.003), 5),
        "lat": round(lat + dice.gauss(0, 0.003), 5),
    }


def _changed(maker: Maker, old: list[Row]) -> list[Row]:
    """What another name, another street or an end has come to since."""
    changed = []
    for row in maker.dice.sample(old, 90):
        way = maker.dice.randrange(3)
        if row["kind"] != "company" or way == 0:
            changed.append({**row, "status": "cancelled"})
        elif way == 1:
            word = row["name"][6:].removesuffix(MARK)
            changed.append({**row, "name": maker.name(f"深圳市{{}}{word}")})
        else:
            community, street, place, lon, lat = maker.dice.choice(maker.communities)
            moved = {"community": community, "street": street, "address": f"{place}工业园1栋",
                     "lon": round(lon, 5), "lat": round(lat, 5)}  # fmt: skip
            changed.append({**row, **moved})
    return changed


def _converted(maker: Maker, old: list[Row]) -> list[Row]:
    """Companies that individual businesses turned into, under codes of their own."""
    found = []
    shops = [row for row in old if row["kind"] == "individual" and row["status"] == "active"]
    for row in maker.dice.sample(shops, 34):
        day = maker.day(date(2025, 1, 8), SECOND)
        name = row["name"].removesuffix(MARK).replace("深圳市龙岗区", "深圳市") + "有限公司" + MARK
        found.append({**row, "code": maker.code("company"), "name": name, "kind": "company",
                      "established_on": day, "converted_on": day, "capital": 50.0})  # fmt: skip
    return found


def _return(maker: Maker, row: Row) -> Row | None:
    """A yearly return; two in five firms hand none in."""
    dice = maker.dice
    if dice.random() < 0.4 or row["status"] != "active":
        return None
    research = next((one[3] for one in TRADES if one[0] == row["industry"]), False)
    revenue = round(dice.lognormvariate(7.4, 1.5), 2)
    sizes = ((40_000, "large"), (8_000, "medium"), (600, "small"), (0, "micro"))
    share = round(dice.uniform(2, 12), 1) if research else round(dice.uniform(0, 1.5), 1)
    return {
        "code": row["code"],
        "size": next(name for least, name in sizes if revenue >= least),
        "revenue": revenue,
        "revenue_growth": maker.maybe(0.9, round(dice.gauss(8, 18), 1)),
        "staff": max(1, int(revenue / dice.uniform(30, 90))),
        "rd_share": maker.maybe(0.85 if research else 0.3, share),
        "patents": maker.maybe(0.9, int(dice.expovariate(0.25)) if research else 0),
        "exports": maker.maybe(0.4, round(revenue * dice.uniform(0, 0.6), 2)),
        "is_above_scale": revenue >= 2000 if dice.random() < 0.97 else revenue < 2000,
    }


def _told(maker: Maker, row: Row) -> Row:
    """What a firm says of itself when somebody visits: seldom what its return says."""
    staff = max(1, int(row["staff"] * maker.dice.uniform(0.8, 1.4)))
    revenue = round(row["revenue"] * maker.dice.uniform(0.9, 1.3), 0)
    return {"code": row["code"], "staff": staff, "revenue": maker.maybe(0.6, float(revenue))}


def _mistaken(told: list[Row]) -> list[Row]:
    """Rows that the import leaves out: a code that is mistyped, a code of nobody."""
    codes = [row["code"][:-1] + ("0" if row["code"][-1] != "0" else "1") for row in told]
    nobody = "91440307DEM0YYYYY"
    return [
        {**row, "code": code}
        for row, code in zip(told, (*codes[:2], nobody + check_character(nobody)), strict=True)
    ]


def _write_qualifications(maker: Maker, returns: list[Row], old: list[Row]) -> None:
    dice, rows = maker.dice, []
    founded = {row["code"]: row["established_on"] for row in old}
    good = sorted(returns, key=lambda row: (row["rd_share"] or 0) * row["revenue"], reverse=True)

    def give(row: Row, kind: str, first: date, last: date) -> None:
        day = maker.day(max(first, founded[row["code"]]), last)
        number = f"演{day.year}{len(rows) + 1:05d}"
        rows.append((row["code"], kind, number, day.isoformat()))

    for at, row in enumerate(good[:170]):
        give(row, "innovative", date(2022, 6, 1), date(2025, 8, 31))
        if at % 5 < 3:
            give(row, "national_high_tech", date(2021, 12, 1), date(2024, 12, 20))
        if at < 90 and at % 3 < 2:
            give(row, "specialised", date(2022, 3, 1), date(2025, 7, 31))
        if at < 40 and at % 3 < 2:
            give(row, "little_giant", date(2022, 7, 1), date(2025, 9, 1))
        if at < 30 and at % 6 == 1:
            give(row, "champion_provincial", date(2023, 5, 1), date(2025, 6, 30))
        if at < 16 and at % 8 == 2:
            give(row, "champion", date(2023, 3, 1), date(2025, 3, 31))
        if at < 40 and at % 7 == 0:
            give(row, "listed", date(2010, 1, 1), date(2024, 11, 30))
    for row in dice.sample([one for one in good if one["exports"]], 12):
        give(row, "aeo", date(2019, 1, 1), date(2025, 6, 30))
    _recognise_of_2025(good, rows, give)
    with (OUT / "qualifications.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "kind", "number", "issued_on"))
        writer.writerows(sorted(rows))
    print(f"qualifications.csv: {len(rows)} rows")


def _recognise_of_2025(good: list[Row], rows: list[Any], give: Any) -> None:
    """What the year's targets count: the demo has a few thousand entities and the targets are the
    real district's, so a larger part of its firms is recognised than of the real ones."""
    held: dict[str, set[str]] = {}
    for code, kind, _number, _day in rows:
        held.setdefault(code, set()).add(kind)
    new = sum(1 for _c, kind, _n, day in rows if kind == "specialised" and day > "2025")
    for row in good:
        mine = held.setdefault(row["code"], set())
        if new < SPECIALISED_NEW and "specialised" not in mine and row["revenue"] >= 300:
            if "innovative" not in mine:
                give(row, "innovative", date(2023, 6, 1), date(2024, 12, 20))
            give(row, "specialised", date(2025, 1, 6), date(2025, 9, 19))
            new += 1
    giants = sum(1 for _c, kind, _n, day in rows if kind == "little_giant" and day > "2025")
    for row in good[40:]:
        mine = held[row["code"]]
        if giants < LITTLE_GIANTS_NEW and "specialised" in mine and "little_giant" not in mine:
            give(row, "little_giant", date(2025, 6, 1), date(2025, 9, 19))
            giants += 1


def _write(name: str, rows: list[Row]) -> None:
    frame = pl.DataFrame(rows, infer_schema_length=None)
    frame.write_parquet(OUT / name, compression="zstd", compression_level=19, statistics=False)
    print(f"{name}: {frame.height} rows")


if __name__ == "__main__":
    main()
