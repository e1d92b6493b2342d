"""Reading an XML document as a small tree, safely: no document type, no entities, bounded.

Everything that could make a small document large or reach outside it begins with a document type
declaration, so the first sign of one ends the reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from district.kernel.warnings.cap.model import CapError, Problem

#: An alert with large polygons has some ten thousand characters.
MOST_BYTES = 1_000_000
MOST_ELEMENTS = 20_000
DEEPEST = 24
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
#: Encodings that are read; what China's older programs declare is read as their superset.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "utf-16": "utf-16",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
}


@dataclass
class Node:
    """An element: namespace, local name, names of attributes, text, children."""

    space: str
    name: str
    attributes: tuple[str, ...] = ()
    parts: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands between its tags, without that of its children."""
        return "".join(self.parts)


def parse(data: bytes) -> Node:
    """The root of a document; CapError with one problem for whatever cannot be read."""
    if len(data) > MOST_BYTES:
        raise CapError([Problem("too_large", "", str(len(data)))])
    text = _decoded(data)
    reader = _Reader()
    try:
        reader.parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        raise CapError([Problem("not_xml", f"{error.lineno}:{error.offset}")]) from error
    if reader.root is None:
        raise CapError([Problem("not_xml")])
    return reader.root


def _decoded(data: bytes) -> str:
    declared = _DECLARED.match(data[:300])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data.startswith(b"\xef\xbb\xbf") or declared is None:
        encoding = "utf-8-sig"
    else:
        named = declared[1].decode("ascii").lower()
        if named not in _ENCODINGS:
            raise CapError([Problem("encoding", "", named)])
        encoding = _ENCODINGS[named]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CapError([Problem("encoding", str(error.start), encoding)]) from error
    if any("\ud800" <= each <= "\udfff" for each in text):
        raise CapError([Problem("encoding", "", encoding)])
    return text


class _Reader:
    """Builds the tree from what the parser tells."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        # The signature of a handler is the parser's; each of them means a document type.
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse

    def _refuse(self, *_told: object) -> int:
        raise CapError([Problem("document_type")])

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise CapError([Problem("too_many_elements")])
        space, _gap, local = name.rpartition(" ")
        node = Node(space, local, tuple(attributes))
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].parts.append(text)
