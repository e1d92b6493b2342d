"""The public feeds as documents: Atom (RFC 4287) and JSON. Pure but for addresses given."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from district.kernel.warnings.cap.texts import printable
from district.kernel.warnings.selectors.catalogue import colour_name, kind_name
from district.kernel.warnings.selectors.feeds import Entry, moment_out

#: (path) -> the address that readers of the feed follow.
Address = Callable[[str], str]
_CAP = "application/cap+xml"


def as_json(found: Sequence[Entry], updated: datetime | None, address: Address) -> bytes:
    """The warnings in force for programs; moments with their zone, shapes in WGS-84."""
    data = {
        "updated": moment_out(updated),
        "warnings": [_one(each, address) for each in found],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _one(entry: Entry, address: Address) -> dict[str, Any]:
    alert = entry.alert
    return {
        "number": alert.number,
        "identifier": entry.message.identifier,
        "sender": alert.sender,
        "sent": moment_out(alert.sent_at),
        "message": entry.message.msg_type,
        "issued_by_district": alert.is_own,
        "sender_name": {"zh": alert.sender_name, "en": alert.sender_name_en},
        "kind": alert.kind,
        "colour": alert.colour,
        "urgency": alert.urgency,
        "severity": alert.severity,
        "certainty": alert.certainty,
        "headline": {"zh": alert.headline, "en": alert.headline_en},
        "description": {"zh": alert.description, "en": alert.description_en},
        "instruction": {"zh": alert.instruction, "en": alert.instruction_en},
        "area": {"zh": alert.area_text, "en": alert.area_text_en},
        "effective": moment_out(alert.effective_at),
        "onset": moment_out(alert.onset_at),
        "expires": moment_out(alert.expires_at),
        "geometry": entry.shape,
        "cap": address(entry.message.cap_url) if entry.message.cap_url else None,
    }


def as_atom(
    found: Sequence[Entry],
    updated: datetime | None,
    address: Address,
    *,
    title: str,
    author: str,
    own: str,
    page: str,
) -> bytes:
    """The warnings in force as an Atom feed; each entry leads to its CAP document."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"  <id>{_text(address(own))}</id>",
        f"  <title>{_text(title)}</title>",
        f"  <updated>{moment_out(updated) or '1970-01-01T00:00:00+00:00'}</updated>",
        f"  <author><name>{_text(author)}</name></author>",
        f'  <link rel="self" type="application/atom+xml" href={quoteattr(address(own))}/>',
        f'  <link rel="alternate" type="text/html" href={quoteattr(address(page))}/>',
    ]
    for entry in found:
        lines += _entry(entry, address, page)
    lines.append("</feed>")
    return ("\n".join(lines) + "\n").encode()


def _entry(entry: Entry, address: Address, page: str) -> list[str]:
    alert, message = entry.alert, entry.message
    text = "\n".join(part for part in (alert.shown_description, alert.shown_instruction) if part)
    lines = [
        "  <entry>",
        f"    <id>urn:uuid:{message.pk}</id>",
        f"    <title>{_text(alert.shown_headline)}</title>",
        f"    <updated>{moment_out(alert.changed_at)}</updated>",
        f"    <published>{moment_out(alert.sent_at)}</published>",
        f"    <author><name>{_text(alert.shown_sender)}</name></author>",
        f"    <category term={quoteattr(alert.kind)} label={quoteattr(kind_name(alert.kind))}/>",
        f"    <category term={quoteattr(alert.colour)} "
        f"label={quoteattr(colour_name(alert.colour))}/>",
        f"    <summary>{_text(text)}</summary>",
    ]
    target = f"{page}#{alert.number}"
    if message.cap_url:
        href = quoteattr(address(message.cap_url))
        lines.append(f'    <link rel="enclosure" type="{_CAP}" href={href}/>')
    lines.append(f'    <link rel="alternate" type="text/html" href={quoteattr(address(target))}/>')
    return [*lines, "  </entry>"]


def _text(text: str) -> str:
    """A text of a document of XML, without what none can hold."""
    return escape(printable(text))
