"""Pages as a browser knows them: their links, their forms, and a form filled in."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html  # type: ignore[import-untyped]  # it ships no types

_WORDS = "已核实现场情况，按规定办理，并告知反映人。"


@dataclass(frozen=True)
class Photo:
    """A file that is sent."""

    name: str
    content: bytes


@dataclass
class Sending:
    """What a form sends: its address, pairs of names and values, files."""

    address: str
    pairs: list[tuple[str, str]]
    files: list[tuple[str, Photo]]

    def set(self, **values: str) -> Sending:
        """The same with other values, in the place of its own."""
        others = [(name, value) for name, value in self.pairs if name not in values]
        return Sending(self.address, [*others, *values.items()], self.files)


class Page:
    """An answer in HTML."""

    def __init__(self, address: str, text: str) -> None:
        self.address, self.text = address, text
        self.root = lxml.html.document_fromstring(text or "<html></html>")

    def links(self, pattern: str = "") -> list[str]:
        """Addresses inside the product that the page's links lead to, without fragments."""
        found = dict[str, None]()
        for node in self.root.iter("a"):
            parts = urlsplit(urljoin(f"http://d{self.address}", node.get("href") or ""))
            whole = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc == "d" and (not pattern or re.search(pattern, whole)):
                found[whole] = None
        return list(found)

    def queues(self) -> list[tuple[str, int]]:
        """The queues of cases that the page leads to and says to hold any: address and number."""
        found = []
        for node in self.root.iter("a"):
            if "/desks/" not in (node.get("href") or ""):
                continue
            # In the tab itself, or beside the link in a list.
            beside = node.getnext()
            told = [*node.find_class("badge"), *([] if beside is None else [beside])]
            number = told[0].text_content().strip().replace(",", "") if told else ""
            if number.isdigit() and int(number):
                address = urljoin(f"http://d{self.address}", node.get("href"))
                found.append((urlsplit(address).path, int(number)))
        return found

    def sources(self) -> list[str]:
        """Addresses of data that the page's script fetches at once: a map's points."""
        found = (node.get("data-url") for node in self.root.iter() if isinstance(node.tag, str))
        return [one for one in found if one and one.startswith("/")]

    def form(self, *, holds: str = "", action: str = "") -> Any | None:
        """The form with a control of that name or an action that ends so; None for none."""
        for form in self.root.forms:
            names = {node.get("name") for node in form.iter() if isinstance(node.tag, str)}
            told = form.get("action") or ""
            if (not holds or holds in names) and (not action or told.endswith(action)):
                return form
        return None

    def said(self) -> str:
        """What the page says is wrong: errors beside fields, notices, toasts; else its heading."""
        for kind in ("field-error", "notice-red", "error-summary", "empty-text", "toast-error"):
            # What a script may show one day stands in a template.
            found = [
                each for each in self.root.find_class(kind)
                if not any(True for _one in each.iterancestors("template"))
            ]  # fmt: skip
            if found:
                return " ".join(" ".join(each.text_content().split()) for each in found[:3])
        heading = self.root.find(".//h1")
        return " ".join(heading.text_content().split()) if heading is not None else ""


def filled(
    form: Any,
    page: str,
    now: datetime,
    rng: random.Random,
    *,
    photo: Photo | None = None,
    button: tuple[str, str] | None = None,
    values: Mapping[str, str] | None = None,
) -> Sending:
    """The form as a careful person fills it in: what is asked for, nothing else.

    `now` is the district's time, local and without a zone; `values` go in whatever is asked.
    """
    sending = Sending(urljoin(page, form.get("action") or page), [], [])
    given = dict(values or {})
    for node in form.iter("input", "select", "textarea"):
        name = node.get("name") or ""
        if not name or node.get("disabled") is not None:
            continue
        if name in given:
            sending.pairs.append((name, given.pop(name)))
            continue
        _fill(sending, name, node, now, rng, photo)
    sending.pairs += list(given.items())
    if button:
        sending.pairs.append(button)
    return sending


def form_values(form: Any, rng: random.Random) -> dict[str, str]:
    """What a careful person chooses though it is not asked for: a unit for a case of which neither
    its matter nor anybody before says whose it is."""
    for node in form.iter("select"):
        if node.get("name") == "lead_unit" and not any(_chosen(node, False, rng)):
            return {"lead_unit": _chosen(node, True, rng)[0]}
    return {}


def _fill(
    sending: Sending, name: str, node: Any, now: datetime, rng: random.Random, photo: Photo | None
) -> None:
    required, kind = node.get("required") is not None, (node.get("type") or "text").lower()
    if node.tag == "select":
        sending.pairs += [(name, value) for value in _chosen(node, required, rng)]
    elif node.tag == "textarea":
        text = node.text or ""
        sending.pairs.append((name, text.strip() or (_WORDS if required else "")))
    elif kind == "file":
        if photo is not None and all(known != name for known, _photo in sending.files):
            sending.files.append((name, photo))
    elif kind in ("checkbox", "radio"):
        first = kind == "radio" and required and all(known != name for known, _v in sending.pairs)
        if node.get("checked") is not None or first or (required and kind == "checkbox"):
            sending.pairs.append((name, node.get("value") or "on"))
    elif kind not in ("submit", "button", "image", "reset"):
        sending.pairs.append(
            (name, node.get("value") or (_typed(node, kind, now) if required else ""))
        )


def _chosen(node: Any, required: bool, rng: random.Random) -> list[str]:
    options = [each.get("value", each.text or "") for each in node.iter("option")]
    selected = [
        each.get("value", each.text or "")
        for each in node.iter("option")
        if each.get("selected") is not None
    ]
    if any(selected) or not required:
        first = [] if node.get("multiple") is not None else options[:1]
        return selected or first
    offered = [value for value in options if value]
    return [rng.choice(offered)] if offered else []


def _typed(node: Any, kind: str, now: datetime) -> str:
    if kind == "number":
        return str(node.get("min") or "1")
    if kind == "date":
        # A day that the form does not offer yet is a day that nobody means.
        return max(str(node.get("min") or ""), now.date().isoformat())
    if kind == "datetime-local":
        return f"{now:%Y-%m-%dT%H:%M}"
    if kind == "tel":
        return "13800000000"
    return _WORDS[: int(node.get("maxlength") or 40)]
