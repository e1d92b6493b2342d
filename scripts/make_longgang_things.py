"""Writes districts/longgang/demo/things.csv: where the demo's sensors stand, all invented.

The places are the generator's of `district.simulation`, inside the approximate areas; names of
rivers and the departments that would own such sensors are added here. Run again after changing
the areas: `python scripts/make_longgang_things.py`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from district.simulation.layout import (  # noqa: E402  # the path comes first
    MARK,
    WANTED,
    Ground,
    Placed,
    generate,
    write_table,
)

FOLDER = ROOT / "districts" / "longgang"
#: Which department would keep such sensors.
OWNERS = {
    "rain_gauge": "440307-D15",
    "level_station": "440307-D15",
    "road_point": "440307-D15",
    "air_station": "440307-D21",
    "river_section": "440307-D21",
    "building_site": "440307-D21",
    "front_end": "440307-D22",
    "gas_point": "440307-D14",
}
#: Rivers that flow through each street, roughly.
RIVERS = {
    "平湖": ("鹅公岭河", "山厦河", "君子布河"),
    "坪地": ("龙岗河", "丁山河", "黄沙河"),
    "南湾": ("布吉河", "沙湾河", "简坑河"),
    "坂田": ("岗头河", "五和河"),
    "布吉": ("布吉河", "塘径河"),
    "龙城": ("龙岗河", "回龙河", "爱联河"),
    "龙岗": ("龙岗河", "南约河", "同乐河"),
    "横岗": ("梧桐山河", "大康河", "四联河"),
    "吉华": ("水径河", "布吉河"),
    "宝龙": ("同乐河", "南约河", "炳坑水"),
    "园山": ("大康河", "盐田坳支流", "西湖水"),
}
SECTIONS = 68


def grounds() -> list[Ground]:
    """The streets with their short names."""
    with (FOLDER / "units.csv").open(encoding="utf-8") as file:
        names = {row["code"]: row["short_name"] for row in csv.DictReader(file)}
    areas = json.loads((FOLDER / "areas" / "streets.geojson").read_text(encoding="utf-8"))
    found = [
        Ground(each["properties"]["code"], names[each["properties"]["code"]], each["geometry"])
        for each in areas["features"]
    ]
    return sorted(found, key=lambda ground: ground.code)


def named(things: list[Placed], streets: dict[str, str]) -> list[Placed]:
    """The things with their owners, and the sections with rivers' names."""
    counts: Counter[str] = Counter()
    turns: Counter[str] = Counter()
    found = []
    for each in things:
        name = each.name
        if each.kind in ("river_section", "level_station"):
            rivers = RIVERS[streets[each.unit]]
            river = rivers[turns[each.unit, each.kind] % len(rivers)]
            turns[each.unit, each.kind] += 1
            word = "断面" if each.kind == "river_section" else "水位站"
            counts[river, word] += 1
            name = f"{river}{counts[river, word]}号{word}{MARK}"
        found.append(replace(each, name=name, unit=OWNERS[each.kind]))
    return found


def main() -> None:
    """Write the table."""
    streets = grounds()
    wanted = {**WANTED, "river_section": SECTIONS}
    things = named(
        generate(streets, wanted=wanted), {ground.code: ground.name for ground in streets}
    )
    # 67 of 68 sections reach their class: one does not.
    sections = [each for each in things if each.kind == "river_section"]
    missing = sections[41].code
    things = [
        replace(each, details={"load": 3.6} if each.code == missing else {})
        if each.kind == "river_section"
        else each
        for each in things
    ]
    note = "# 演示：全部为虚构的设备和位置，由 scripts/make_longgang_things.py 生成。\n"
    (FOLDER / "demo" / "things.csv").write_text(note + write_table(things), encoding="utf-8")
    print(f"{len(things)} things")


if __name__ == "__main__":
    main()
