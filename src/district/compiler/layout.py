"""The shape of a report: lines, headings, sentences, and the glossary at its end.

All offsets count characters of the text that was given; ``fold`` keeps them valid by
replacing characters one for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= {
    0x3000: 0x20, 0x00A0: 0x20, 0x2002: 0x20, 0x2003: 0x20, 0x2009: 0x20, 0x202F: 0x20,
    0xFEFF: 0x20, 0x200B: 0x20, ord("﹪"): ord("%"), ord("．"): ord("."), ord("−"): ord("-"),
    ord("～"): ord("~"), ord("〜"): ord("~"), ord("〇"): ord("〇"), ord("\t"): 0x20,
    ord("﹣"): ord("-"), ord("‐"): ord("-"), ord("‑"): ord("-"), ord("•"): ord("·"),
}  # fmt: skip

_NUMERAL = "[一二三四五六七八九十百]+"
_HEADINGS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"第{_NUMERAL}(?:部分|章|篇|编)[ 、::]?")),
    (2, re.compile(rf"{_NUMERAL} ?[、.]")),
    (3, re.compile(rf"\( ?{_NUMERAL} ?\) ?[、.]?|第{_NUMERAL}节 ?")),
    (
        4,
        re.compile(
            r"\d{1,2}(?:[.、](?!\d)|[.、](?=20\d\d年)|\.(?= ))|"
            r"[01]\d +(?=[\u4e00-\u9fff])(?![个项家条月日年万亿千百])"
        ),
    ),
    (5, re.compile(r"\( ?\d{1,2} ?\)|[①-⑳]")),
)
#: A part's title on a line of its own, without a number in front.
_PLAIN_TITLE = re.compile(
    r"(?:[^,、。;:!?%]{0,14}(?:(?:19|20)\d\d|二[〇零○O0][〇零○一二三四五六七八九O0]{2}) "
    r"?年(?:度)?|过去[一五三]年|"
    r"今后[五三]年|未来[五三]年|今年|明年|下一步)[^\d,、。;:!?%]{0,16}?"
    r"(?:回顾|总结|工作|安排|计划|打算|思路|任务|目标|情况|重点|展望|部署|成绩|成效|要求|举措|措施)"
)
#: A title that shares its line with the text, parted by brackets, a dash or a blank.
_RUN_IN = re.compile(
    "【[^】\\d]{2,16}】 ?|[\u4e00-\u9fff、]{2,14}(?:—{1,2}|--)(?=[\u4e00-\u9fff“])|"
    "[\u4e00-\u9fff、]{2,14} {1,4}(?=全[区市县省州年]|我[区市县]|今年|完成|实现|新增|预计|20\\d\\d)"
)
#: A line that counts something is no heading; 2021年为民办实事项目 counts nothing.
_COUNTS = re.compile(r"\d[^,、]*[%元家个项]")
_DATED = re.compile(r"(?:19|20)\d\d ?年(?:度)?")
_COMMITS = re.compile(
    r"(?:确保|力争|全年|年内|全面|计划)?(?:完成|新增|新建|实现|建成|改造|建设|提高|发放|开展|实施|举办|为\d)"
)
_MARKDOWN = re.compile(r"(#{1,6}) +")
_BULLET = re.compile(r"(?:—{1,2}|--|[-*+·●■◆▪•]|>) *")
_SENTENCE_END = frozenset("。;!?;!?")
#: The longest real sentences have some 800 characters.
MAX_SENTENCE = 1500


def fold(text: str) -> str:
    """The text with half-width digits, letters and marks; every offset stays valid."""
    return text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence ``text[start:end]`` with its own end mark, and where it stands.

    ``heading`` is the position of its heading in ``Layout.headings`` (-1: none);
    ``bullet`` is true in numbered items and bullets, ``body`` is the offset behind their
    number or mark; ``paragraph`` counts the lines.
    """

    start: int
    end: int
    heading: int
    paragraph: int
    bullet: bool = False
    body: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``inline`` ones share their line with the text that they govern.

    ``parent`` is the position of the heading above it (-1: none).
    """

    level: int
    number: str
    title: str
    start: int
    end: int
    parent: int
    inline: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Headings and sentences of a report in the order of the text."""

    headings: tuple[Heading, ...]
    sentences: tuple[Sentence, ...]
    glossary_start: int
    title: str

    def path(self, heading: int) -> str:
        """The heading path of a sentence, joined with `` / ``."""
        titles: list[str] = []
        while heading >= 0:
            node = self.headings[heading]
            titles.append(node.title.rstrip("。:"))
            heading = node.parent
        return " / ".join(reversed(titles))

    def part(self, heading: int) -> int:
        """The outermost heading above a heading, or -1."""
        while heading >= 0 and self.headings[heading].parent >= 0:
            heading = self.headings[heading].parent
        return heading


def lines_of(text: str) -> list[tuple[int, int]]:
    """Spans of the non-empty lines without surrounding blanks."""
    spans = []
    for match in re.finditer(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", text):
        start, end = match.span()
        while start < end and text[start] in " \t\u3000\xa0\ufeff":
            start += 1
        while end > start and text[end - 1] in " \t\u3000\xa0":
            end -= 1
        if start < end:
            spans.append((start, end))
    return spans


def sentences_of(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans between the marks 。;!? (the marks belong to the sentence)."""
    spans: list[tuple[int, int]] = []
    begin = start
    for position in range(start, end):
        if folded[position] in _SENTENCE_END or _is_full_stop(folded, position):
            spans.append((begin, position + 1))
            begin = position + 1
    if begin < end:
        spans.append((begin, end))
    trimmed = []
    for first, last in _bounded(folded, spans):
        while first < last and folded[first] == " ":
            first += 1
        if first < last:
            trimmed.append((first, last))
    return trimmed


def _is_full_stop(folded: str, position: int) -> bool:
    """A full stop of another script behind a Chinese word: 固定资产投资. 全区完成…"""
    if folded[position] != "." or position == 0 or not "\u4e00" <= folded[position - 1] <= "\u9fff":
        return False
    after = folded[position + 1 : position + 2]
    return not after or not (after.isascii() and after.isalnum())


def _bounded(folded: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut what is far too long for a sentence at a comma, to keep the work linear."""
    for first, last in spans:
        while last - first > MAX_SENTENCE:
            cut = folded.rfind(",", first + MAX_SENTENCE // 2, first + MAX_SENTENCE) + 1
            cut = cut or first + MAX_SENTENCE
            yield first, cut
            first = cut
        yield first, last


def _heading_of(folded: str, start: int, end: int) -> tuple[int, str, int] | None:
    """Level, printed number and offset behind the number, or None for plain text."""
    mark = _MARKDOWN.match(folded, start, end)
    if mark:
        depth = len(mark[1])
        inner = _heading_of(folded, mark.end(), end)
        return (inner[0] if inner else min(depth, 6)), (inner[1] if inner else ""), mark.end()
    for level, pattern in _HEADINGS:
        match = pattern.match(folded, start, end)
        if match:
            return level, folded[start : match.end()].strip(" 、.:"), match.end()
    return None


def find_glossary(folded: str, lines: list[tuple[int, int]]) -> int:
    """Offset of the first line of the glossary at the end; ``len(folded)`` if none.

    A glossary is a run of numbered lines ``1.term:explanation`` that starts again at 1
    after the last section, or whatever follows a heading such as 名词解释.
    """
    size = len(lines)
    for index in range(size - 1, max(0, size // 3) - 1, -1):
        line = folded[lines[index][0] : lines[index][1]]
        if len(line) < 30 and re.search(
            "名词(?:解释|注释)|(?:术语|有关用语|相关用语)(?:说明|解释)|^#* *注释[::]?$", line
        ):
            return lines[index][0]
    entry = re.compile(
        r"[(\[【]?(\d{1,3})[)\]】]?[.、 ]? *[^:。,]{1,45}:|"
        r"[(\[【](\d{1,3})[)\]】] *(?:[“《][^”》]{1,40}[”》]|[^:。,;]{1,45}(?::|指))"
    )
    best = len(folded)
    expected = None
    for start, end in reversed(lines):
        match = entry.match(folded, start, end)
        if match is None:
            if expected is None and end - start < 60:
                continue
            break
        number = int(match[1] or match[2])
        if _COMMITS.match(folded, match.end(), end):
            # 1.就业惠民:新增城镇就业5万人: a list of promises.
            return len(folded)
        if expected is not None and number != expected:
            break
        best = start
        expected = number - 1
        if number == 1:
            break
    return best if expected == 0 else len(folded)


def read_layout(text: str, folded: str) -> Layout:
    """Find headings, sentences and the glossary."""
    lines = lines_of(text)
    glossary_start = find_glossary(folded, lines)
    headings: list[Heading] = []
    sentences: list[Sentence] = []
    open_at: dict[int, int] = {}
    title = _title(folded, lines)
    current = -1
    for number, (start, end) in enumerate(lines):
        if start >= glossary_start:
            break
        found = _heading_of(folded, start, end)
        if found is None and sentences and _PLAIN_TITLE.fullmatch(folded, start, end):
            found = 1, "", start
        body = start
        if found:
            level, printed, behind = found
            title_end, inline = _title_end(folded, start, behind, end)
            if title_end:
                for deeper in [key for key in open_at if key >= level]:
                    del open_at[deeper]
                parent = open_at[max(open_at)] if open_at else -1
                shown = text[behind if folded[start] == "#" else start : title_end]
                headings.append(
                    Heading(level, printed, shown.strip(), start, title_end, parent, inline)
                )
                current = open_at[level] = len(headings) - 1
                if not inline:
                    continue
                body = title_end
        bullet = bool(_BULLET.match(folded, start, end)) or (body == start and found is not None)
        skip = _lead_end(folded, start, end) if body == start else body
        for begin, finish in sentences_of(folded, body, end):
            lead = max(begin, min(skip, finish))
            sentences.append(Sentence(begin, finish, current, number, bullet, lead))
    return Layout(tuple(headings), tuple(sentences), glossary_start, title)


def _lead_end(folded: str, start: int, end: int) -> int:
    """Offset behind a bullet or item number at the start of a line."""
    match = _BULLET.match(folded, start, end)
    position = match.end() if match else start
    found = _heading_of(folded, position, end)
    position = found[2] if found and folded[position] != "#" else position
    title = _RUN_IN.match(folded, position, end)
    return title.end() if title else position


def _title_end(folded: str, start: int, behind: int, end: int) -> tuple[int, bool]:
    """Where the heading on this line ends (0: the line is no heading) and if text follows."""
    line = folded[start:end]
    stop = re.compile("[。;!?:]").search(folded, behind, end)
    if folded[start] == "#":
        return end, False
    if stop is None:
        return (
            (end, False)
            if len(line) <= 60 and not _COUNTS.search(_DATED.sub("", line))
            else (0, False)
        )
    if stop.end() == end:
        # One sentence alone: a heading with a full stop, or an item with its content.
        plain = len(line) <= 30 and not re.search(r"\d", folded[behind:end])
        return (end, False) if plain and stop[0] != ";" else (0, False)
    if (
        stop[0] in ";:!?"
        or stop.start() - behind > 45
        or re.search(r"\d", folded[behind : stop.start()])
    ):
        return 0, False
    return stop.end(), True


def _title(folded: str, lines: list[tuple[int, int]]) -> str:
    """The report's own title, from the lines before the first heading."""
    parts = []
    for start, end in lines[:8]:
        line = folded[start:end]
        if len(line) > 90 or "。" in line:
            break
        parts.append(line)
    return " ".join(parts)
