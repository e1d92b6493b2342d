"""Which typefaces of this machine an official document is drawn in.

None is brought along: those of the standard are not free, free ones weigh tens of megabytes.
fontconfig says what is there; the standard's own come first, then what resembles them.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Face = Literal["title", "body", "black", "script", "song"]
_SERIF = ("Source Han Serif SC", "Noto Serif CJK SC", "Noto Serif SC", "AR PL UMing CN")
_SANS = ("Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei")
#: Families by their fontconfig names, the best first; those of _BOLD are wanted bold.
_WANTED: dict[Face, tuple[str, ...]] = {
    "title": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05",
              *_SERIF),
    "body": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong", "FandolFang",
             *_SERIF),
    "black": ("黑体", "SimHei", "STHeiti", "FandolHei", *_SANS),
    "script": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", "FandolKai",
               "AR PL UKai CN", *_SERIF),
    "song": ("宋体", "SimSun", "STSong", "FandolSong", *_SERIF),
}  # fmt: skip
_BOLD = {"title": _SERIF, "black": _SANS}
_ASKED = r"%{file}|%{index}|%{family}|%{weight}\n"
#: fontconfig's weight of a bold face.
_BOLD_WEIGHT = 180
_SECONDS = 20


class NoTypeface(Exception):
    """No typeface with Chinese characters is installed, or fontconfig is not."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """A face in a font file; `index` is its place in a collection. `families` are its names."""

    file: str
    index: int
    families: tuple[str, ...]
    weight: int

    @property
    def name(self) -> str:
        """What tells it from every other on this machine."""
        return f"{self.file}:{self.index}"

    def rank(self, wanted: tuple[str, ...], bold: tuple[str, ...]) -> tuple[int, int] | None:
        """How well it serves: the place of its family, then how far its weight is; None where
        it is none of those wanted."""
        places = [wanted.index(name) for name in self.families if name in wanted]
        if not places:
            return None
        at = min(places)
        aim = _BOLD_WEIGHT if wanted[at] in bold else 80
        return at, abs(self.weight - aim)


def choose(installed: list[Typeface]) -> dict[Face, Typeface]:
    """The best face for each part of a document; NoTypeface where there is none for one."""
    found: dict[Face, Typeface] = {}
    for face, wanted in _WANTED.items():
        bold = _BOLD.get(face, ())
        ranked = [(rank, one) for one in installed if (rank := one.rank(wanted, bold))]
        if ranked:
            found[face] = min(ranked, key=lambda each: each[0])[1]
    if not found:
        raise NoTypeface
    spare = found.get("body") or next(iter(found.values()))
    return {face: found.get(face, spare) for face in _WANTED}


def read(listing: str) -> list[Typeface]:
    """Faces out of what fc-list printed after `_ASKED`; kinds that a PDF cannot hold are left."""
    found = []
    for line in listing.splitlines():
        parts = line.split("|")
        if len(parts) != 4 or not parts[0].lower().endswith((".ttf", ".ttc", ".otf", ".otc")):
            continue
        file, index, families, weight = parts
        if not index.isdigit() or not weight.replace(".", "", 1).isdigit():
            continue  # a variable face states a range
        found.append(
            Typeface(file, int(index) & 0xFFFF, tuple(families.split(",")), int(float(weight)))
        )
    return found


@lru_cache(maxsize=1)
def typefaces() -> dict[Face, Typeface]:
    """What this machine draws documents in, asked once in a process; else NoTypeface."""
    command = shutil.which("fc-list")
    if command is None:
        raise NoTypeface
    answer = subprocess.run(  # noqa: S603  # our own words, without a shell
        [command, "--format", _ASKED, ":lang=zh-cn"],
        capture_output=True, text=True, timeout=_SECONDS, check=False,
    )  # fmt: skip
    return choose(read(answer.stdout))
