"""Which kind and colour a message speaks of, and which of its languages is shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from district.kernel.warnings.cap import Alert, Info
from district.kernel.warnings.rules.catalogue import COLOURS, OTHER, Catalogue

_IN_WORDS = {"蓝色": "blue", "黄色": "yellow", "橙色": "orange", "红色": "red"}
_ENGLISH = {colour: colour for colour in COLOURS}
_SHORT = {"蓝": "blue", "黄": "yellow", "橙": "orange", "红": "red"}
_LEVELS = {
    "Ⅳ": "blue", "Ⅲ": "yellow", "Ⅱ": "orange", "Ⅰ": "red",
    "iv": "blue", "iii": "yellow", "ii": "orange", "i": "red",
}  # fmt: skip


def chinese_of(alert: Alert) -> Info | None:
    """The Chinese block, else the first; None where the message has none."""
    return _first(alert, "zh") or (alert.infos[0] if alert.infos else None)


def english_of(alert: Alert) -> Info | None:
    """The English block, where there is one."""
    return _first(alert, "en")


def _first(alert: Alert, language: str) -> Info | None:
    return next((each for each in alert.infos if each.language.lower().startswith(language)), None)


def kind_of(alert: Alert, catalogue: Catalogue) -> str:
    """The key of the message's kind: by event code, else by the longest word in event or
    headline, else `other`."""
    codes = {pair.value for info in alert.infos for pair in info.event_codes}
    for kind in catalogue.kinds.values():
        if codes & set(kind.codes):
            return kind.key
    known = [
        (word, kind.key)
        for kind in catalogue.kinds.values()
        for word in (*kind.words, kind.name_en)
        if kind.key != OTHER
    ]
    known.sort(key=lambda pair: -len(pair[0]))
    for texts in ([info.event for info in alert.infos], [info.headline for info in alert.infos]):
        for word, key in known:
            if any(word.lower() in text.lower() for text in texts):
                return key
    return OTHER


def colour_of(alert: Alert, catalogue: Catalogue) -> str:
    """The colour: as parameter or event code, else in event or headline, else by the severity;
    "" where the message says none of them."""
    names = {name.lower() for name in catalogue.colour_names}
    stated = [
        pair.value
        for info in alert.infos
        for pair in (*info.parameters, *info.event_codes)
        if pair.name.lower() in names
    ]
    found = _colour_in(stated, exact=True)
    found = found or _colour_in(info.event for info in alert.infos)
    found = found or _colour_in(info.headline for info in alert.infos)
    if found:
        return found
    severities = {info.severity for info in alert.infos}
    for colour in reversed(COLOURS):
        if catalogue.colours[colour].severity in severities:
            return colour
    return ""


def _colour_in(texts: Iterable[str], *, exact: bool = False) -> str:
    for text in texts:
        lowered = text.strip().lower()
        if exact:
            for known in (_ENGLISH, _SHORT, _LEVELS):
                word = lowered.removesuffix("级") if known is _LEVELS else lowered
                if word in known or word.upper() in known:
                    return known.get(word) or known[word.upper()]
        for word, colour in {**_IN_WORDS, **_ENGLISH}.items():
            # English words only as words: "ordered" is not red.
            if word in (lowered.split() if word.isascii() else lowered):
                return colour
    return ""
