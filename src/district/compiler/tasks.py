"""The tree of commitments: sections, parts, numbered items and their sentences."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace

from district.compiler.layout import Layout
from district.compiler.model import Kind, Statement, Task
from district.compiler.periods import Period
from district.compiler.timing import deadline_of
from district.compiler.topics import themes_of

_LEVELS = {1: 0, 2: 0, 3: 1, 4: 2, 5: 2, 6: 2}
_DONE = re.compile("^(?:现将|以上报告|请予审议|各位代表|受.{2,12}委托)")


def fingerprint(*parts: object) -> str:
    """A short stable name of some content; blanks and marks do not count."""
    joined = "\x1f".join(re.sub(r"[\s“”\"',，。;；、]", "", str(part)) for part in parts)
    return hashlib.sha256(joined.encode("utf-8")).hexdigest()[:16]


def read_tasks(
    text: str, folded: str, layout: Layout, periods: list[Period], statements: list[Statement]
) -> tuple[list[Task], list[Statement]]:
    """The tasks in the order of the text, and the statements with their task's id."""
    tasks: list[Task] = []
    ids: dict[int, str] = {}
    counters: dict[str, int] = defaultdict(int)
    starts = [statement.start for statement in statements]
    sentences: dict[int, list[int]] = defaultdict(list)
    for place, sentence in enumerate(layout.sentences):
        sentences[sentence.heading].append(place)
    owner: dict[int, str] = {}
    for index, heading in enumerate(layout.headings):
        parent = ids.get(heading.parent, "")
        counters[parent] += 1
        ids[index] = f"{parent}.{counters[parent]}" if parent else str(counters[parent])
        own = sentences.get(index, [])
        end = layout.sentences[own[-1]].end if own else heading.end
        period = periods[index]
        tasks.append(
            Task(
                id=ids[index],
                level=max(_LEVELS.get(heading.level, 2), 1 if parent else 0),
                number=heading.number,
                title=re.sub(
                    r"^[(（]?[一二三四五六七八九十\d]+[)）]?[、.．]? *", "", heading.title
                ).rstrip("。"),
                text=text[heading.start : end],
                start=heading.start,
                end=end,
                section=layout.path(index),
                kind=period.kind,
                parent=parent or None,
                year=period.year,
                themes=themes_of(heading.title)[:3],
                fingerprint=fingerprint("heading", heading.title, parent),
            )
        )
        for place in own:
            task = _clause_task(text, folded, layout, place, index, ids, counters, period)
            if task is None:
                continue
            first = bisect_left(starts, task.start)
            last = bisect_left(starts, task.end)
            numbers = tuple(range(first, last))
            kinds = {statements[number].kind for number in numbers}
            kind: Kind = kinds.pop() if len(kinds) == 1 else period.kind
            tasks.append(replace(task, statements=numbers, qualitative=not numbers, kind=kind))
            owner.update(dict.fromkeys(numbers, task.id))
    marked = [
        replace(statement, task=owner.get(place)) if place in owner else statement
        for place, statement in enumerate(statements)
    ]
    return _mark_quantified(tasks), marked


def _clause_task(
    text: str,
    folded: str,
    layout: Layout,
    place: int,
    heading: int,
    ids: dict[int, str],
    counters: dict[str, int],
    period: Period,
) -> Task | None:
    sentence = layout.sentences[place]
    body = text[sentence.body : sentence.end]
    if len(body.strip()) < 4 or _DONE.match(body):
        return None
    parent = ids[heading]
    counters[parent] += 1
    plain = body.strip(" 。;；—-*·")
    title = _title(plain)
    deadline = deadline_of(folded[sentence.start : sentence.end], period.year)
    return Task(
        id=f"{parent}.{counters[parent]}",
        level=3,
        number=text[sentence.start : sentence.body].strip(" .、．—-*·"),
        title=title[:60],
        text=text[sentence.start : sentence.end],
        start=sentence.start,
        end=sentence.end,
        section=layout.path(heading),
        kind=period.kind,
        parent=parent,
        year=period.year,
        deadline=deadline if period.kind == "target" else None,
        themes=themes_of(plain)[:3],
        fingerprint=fingerprint("clause", plain),
    )


def _title(plain: str) -> str:
    """The first clauses of a sentence, until they say something (not just 2023年)."""
    title = ""
    for part in re.split("([,，:：])", plain):
        if len(title.rstrip(",，:：")) >= 8 and part in ",，:：":
            break
        title += part
    return title


def _mark_quantified(tasks: list[Task]) -> list[Task]:
    """Tasks above a number are not qualitative."""
    counted: set[str] = set()
    for task in tasks:
        if task.statements:
            parts = task.id.split(".")
            counted.update(".".join(parts[:size]) for size in range(1, len(parts) + 1))
    return [replace(task, qualitative=task.id not in counted) for task in tasks]
