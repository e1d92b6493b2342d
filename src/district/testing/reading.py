"""What a rendered page says of itself: links, figures, texts, and what is wrong with its HTML.

Pure: takes the bytes of a page, knows no Django. Parsed by lxml, whose error log names what a
browser would silently mend.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree, html  # type: ignore[import-untyped]  # lxml ships no types

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
#: Places that hold a headline number: what stands in them in digits must open its rows.
NUMBER_PLACES = ("stat-value", "indicator-value", "heat-counts")
#: Why a headline number opens no rows: the page is its row, lists what it counts, or it counts
#: lines of a file that is not taken in yet, or is rounded for whoever may not see the rows.
PLAIN = ("row", "listed", "file", "rounded")
# Nothing was counted where a lone nought stands; there are no rows to open.
_DIGIT = re.compile(r"[1-9]")
# The parser knows HTML 4: elements that it does not know are no fault of the page.
_FAULTS = {"ERR_TAG_NAME_MISMATCH", "DTD_ID_REDEFINED", "ERR_ATTRIBUTE_REDEFINED"}
# An end tag that is missing is mended in silence, so starts and ends are counted besides.
_PAIRED = frozenset(
    (
        *("a", "article", "aside", "b", "button", "details", "dialog", "div", "fieldset"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "header", "label", "legend"),
        *("main", "mark", "nav", "ol", "section", "select", "span", "summary", "svg"),
        *("table", "tbody", "thead", "ul"),
    )
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[\s>/]")
_CODE = re.compile(r"<(script|style|template|textarea)\b.*?</\1>", re.DOTALL)
_ATTRIBUTES = ("title", "aria-label", "placeholder", "alt", "data-confirm", "data-failed")
_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget")
# A page has thousands of elements: they are looked through where they were parsed.
_OF_CLASS = etree.XPath("//*[contains(@class, $name)]")
_HANDLERS = etree.XPath(
    "//@*[starts-with(name(), 'on') or starts-with(name(), 'hx-on')"
    " or contains(substring(., 1, 12), 'javascript:')]"
)
_DATA_SCRIPT = {"application/json", "application/geo+json", "speculationrules"}


@dataclass(frozen=True)
class ShownFigure:
    """A number that is marked as a figure: what it says, and where its rows are."""

    value: str
    href: str
    exact: bool
    text: str


class Reading:
    """One page, parsed. `fragment` for a part of a page, which has no head of its own."""

    def __init__(self, content: bytes, *, fragment: bool = False) -> None:
        self.text = content.decode("utf-8")
        self.fragment = fragment
        parser = html.HTMLParser(encoding="utf-8")
        # A fragment is read inside a body, so that both are walked alike.
        source = b"<!doctype html><body>" + content if fragment else content
        self.root: Any = html.document_fromstring(source, parser=parser)
        self._log = list(parser.error_log)

    # Where it leads ----------------------------------------------------------------------------

    @cached_property
    def links(self) -> list[str]:
        """Addresses that a click leads to, in the order of the page."""
        found = [a.get("href") for a in self.root.iter("a") if a.get("href") is not None]
        return [*found, *self._of("form", "action", only_get=True)]

    @cached_property
    def parts(self) -> list[str]:
        """Addresses that HTMX gets a part of a page from."""
        return [each.get("hx-get") for each in self.root.xpath("//*[@hx-get]")]

    @cached_property
    def sources(self) -> list[str]:
        """Addresses that a chart or a map gets its data from."""
        return [each.get("data-url") for each in self.root.xpath("//*[@data-island][@data-url]")]

    @cached_property
    def assets(self) -> list[str]:
        """Addresses of styles, scripts, pictures and fonts."""
        found = [
            *self._of("link", "href"),
            *self._of("script", "src"),
            *self._of("img", "src"),
            *self._of("use", "href"),
        ]
        return [each.split("#")[0] for each in found if not each.startswith(("#", "data:"))]

    def _of(self, tag: str, name: str, *, only_get: bool = False) -> list[str]:
        found = []
        for each in self.root.iter(tag):
            if only_get and each.get("method", "get").lower() != "get":
                continue
            if each.get(name):
                found.append(each.get(name))
        return found

    # Its numbers -------------------------------------------------------------------------------

    @cached_property
    def figures(self) -> list[ShownFigure]:
        """Every number marked as a figure."""
        marked = self.root.xpath("//*[@data-figure]")
        return [
            ShownFigure(
                each.get("data-figure"),
                each.get("href") or "",
                each.get("data-value") is not None,
                " ".join(each.text_content().split()),
            )
            for each in marked
        ]

    def bare_numbers(self) -> list[str]:
        """Numbers that look like a figure, or stand where one belongs, and open nothing.

        A number that has no rows says why in `data-plain`.
        """
        found = [
            f"styled as a figure, opens nothing: {_words(each)}"
            for each in self._of_class("figure")
            if each.tag != "a" or not each.get("href")
        ]
        for place in NUMBER_PLACES:
            for each in self._of_class(place):
                bare = [text for text in _outside_figures(each) if _DIGIT.search(text)]
                if bare:
                    found.append(f"{place} holds a number without rows: {' '.join(bare)}")
        return found

    def _of_class(self, name: str) -> list[Any]:
        """The elements of a class, in the order of the page."""
        return [each for each in _OF_CLASS(self.root, name=name) if name in each.classes]

    # What is wrong -----------------------------------------------------------------------------

    def faults(self) -> list[str]:
        """What a validator would object to, and what the content policy would refuse."""
        found = [
            f"line {each.line}: {each.message}" for each in self._log if each.type_name in _FAULTS
        ]
        found += self._unpaired()
        found += list(self._refused())
        if not self.fragment:
            found += list(self._head())
        found += self.bare_numbers()
        return found

    def _unpaired(self) -> list[str]:
        tags: Counter[str] = Counter()
        for end, tag in _TAG.findall(_CODE.sub("", self.text)):
            tags[tag] += -1 if end else 1
        return [
            f"<{tag}> opens {count:+d} times more often than it closes"
            for tag, count in tags.items()
            if count and tag in _PAIRED
        ]

    def _refused(self) -> Iterator[str]:
        for each in self.root.iter("script"):
            if not each.get("src") and each.get("type") not in _DATA_SCRIPT:
                yield f"inline script: {(each.text or '')[:60]!r}"
        for each in self.root.xpath("//style | //*[@style]"):
            yield f"inline style on <{each.tag}>"
        for value in _HANDLERS(self.root):
            yield f"inline handler {value.attrname} on <{value.getparent().tag}>"

    def _head(self) -> Iterator[str]:
        if not self.text.lstrip().lower().startswith("<!doctype html>"):
            yield "no doctype"
        if not self.root.get("lang"):
            yield "no lang on <html>"
        if not (self.root.findtext(".//title") or "").split("·")[0].strip():
            yield "no title"
        headings = self.root.xpath("//h1")
        if len(headings) != 1:
            yield f"{len(headings)} h1 headings: {[_words(each) for each in headings]}"
        yield from self._dangling()

    def _dangling(self) -> Iterator[str]:
        ids = set(self.root.xpath("//@id"))
        for name in _REFERENCES:
            for value in self.root.xpath(f"//@{name}"):
                lost = [one for one in value.split() if one not in ids]
                if lost:
                    yield f"{name} points at no element: {lost}"
        for href in self.root.xpath("//a/@href[starts-with(., '#')]"):
            if href != "#" and href[1:] not in ids:
                yield f"the link {href} leads to no element"

    # Its words ---------------------------------------------------------------------------------

    def chinese(self) -> list[str]:
        """Every text and spoken attribute with Chinese in it, outside elements in that language."""
        return [text for text in self._texts() if HAN.search(text)]

    def _texts(self) -> Iterator[str]:
        if self.fragment:
            yield from _spoken(self.root)
            return
        # Behind the dot stands the district's name.
        yield (self.root.findtext(".//title") or "").split("·")[0]
        yield from _spoken(self.root.find("body"))


def _spoken(element: Any) -> Iterator[str]:
    """Texts below `element` in reading order, without those marked as Chinese, and their tails."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style"):
        return
    if not (element.get("lang") or "").startswith("zh"):
        for name in _ATTRIBUTES:
            if element.get(name):
                yield element.get(name)
        if element.text and element.text.strip():
            yield element.text.strip()
        for child in element:
            yield from _spoken(child)
            if child.tail and child.tail.strip():
                yield child.tail.strip()


def _outside_figures(element: Any) -> Iterator[str]:
    """Texts below `element` that stand neither in a figure nor in what is marked as plain."""
    if not isinstance(element.tag, str):
        return
    if element.get("data-figure") is not None or element.get("data-plain") in PLAIN:
        return
    if element.text and element.text.strip():
        yield element.text.strip()
    for child in element:
        yield from _outside_figures(child)
        if child.tail and child.tail.strip():
            yield child.tail.strip()


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())[:60]
