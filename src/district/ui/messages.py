"""Message catalogues: take sentences out of code and templates, find untranslated ones, compile.

Message ids are Chinese; every app keeps the English beside itself in
`locale/en/LC_MESSAGES/django.po`. Sentences outside any app (settings, loading) belong to the
shell's catalogue. Works without settings, a database or GNU gettext.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from babel.messages.extract import extract as babel_extract
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")

# Function name -> which argument is context ("c"), message or plural, as Babel writes it.
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
#: Under which other names a file of Python imports them.
_RENAMED = re.compile(r"^from django\.utils\.translation import (\w+) as (\w+)$", re.MULTILINE)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_PLACEHOLDER = re.compile(r"%\([a-z_]\w*\)[a-z]|\{[a-z_]\w*\}", re.IGNORECASE)
_SKIPPED = {"tests", "migrations", "static", "locale", "__pycache__"}

Key = tuple[str, str]  # context ("" for none) and message id


@dataclass
class Message:
    """A sentence that people see: its context, id, plural and the files that say it."""

    context: str
    text: str
    plural: str = ""
    places: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one sentence in one app's catalogue."""

    app: str
    text: str
    places: tuple[str, ...]
    what: str

    def __str__(self) -> str:
        return f"{self.app}: {self.text!r} {self.what} ({', '.join(self.places)})"


def apps(package: Path = PACKAGE) -> list[Path]:
    """The folders of all Django apps under `package`."""
    return sorted(path.parent for path in package.rglob("apps.py"))


def messages_of(package: Path = PACKAGE) -> dict[Path, dict[Key, Message]]:
    """Every sentence with Chinese in it, by the app whose catalogue must hold it."""
    folders = apps(package)
    shell = package / "ui"
    found: dict[Path, dict[Key, Message]] = {folder: {} for folder in folders}
    for path in _sources(package):
        owner = next((f for f in folders if path.is_relative_to(f)), shell)
        for context, text, plural in _read(path):
            if not _CHINESE.search(text):
                continue
            message = found.setdefault(owner, {}).setdefault(
                (context, text), Message(context, text)
            )
            message.plural = message.plural or plural
            message.places.add(path.relative_to(package).as_posix())
    return found


def _sources(package: Path) -> Iterator[Path]:
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if path.suffix in {".py", ".html", ".txt"} and not _SKIPPED.intersection(parts):
            yield path


def _read(path: Path) -> Iterator[tuple[str, str, str]]:
    """Context, message and plural of each call in one file."""
    source = path.read_text(encoding="utf-8")
    renamed = {own: _KEYWORDS[name] for name, own in _RENAMED.findall(source) if name in _KEYWORDS}
    if path.suffix != ".py":
        # Django turns a template into calls amid filler; the tokenizer minds its indentation.
        calls = templatize(source, origin=str(path))
        source = "\n".join(line.lstrip() for line in calls.splitlines())
    file = io.BytesIO(source.encode())
    options = {"encoding": "utf-8"}
    keywords = {**_KEYWORDS, **renamed}
    for _line, said, _comments, context in babel_extract("python", file, keywords, (), options):
        text, plural = (said[0], said[1]) if isinstance(said, tuple) else (said, "")
        yield context or "", str(text), str(plural)


def extract(package: Path = PACKAGE, only: str = "") -> dict[str, int]:
    """Bring every catalogue up to the code; returns how many sentences were new, by app.

    New ones come in untranslated, gone ones go; translations that stand are left alone.
    `only` names one app as messages name it, such as "kernel/plan".
    """
    added: dict[str, int] = {}
    for app, messages in messages_of(package).items():
        path = app / CATALOGUE
        unused = not messages and not path.exists()
        if unused or (only and name_of(app, package) != only):
            continue
        catalogue = _catalogue(path)
        known = {(e.msgctxt or "", e.msgid): e for e in catalogue}
        for key, entry in list(known.items()):
            # Marks between words are no sentences, and nobody looks for them.
            if not _CHINESE.search(key[1]):
                continue
            if key not in messages or messages[key].plural != entry.msgid_plural:
                catalogue.remove(known.pop(key))
        for key, message in sorted(messages.items()):
            if key not in known:
                catalogue.append(_entry(message))
            _update(catalogue, key, message)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        added[name_of(app, package)] = len(messages.keys() - known.keys())
    return added


def _catalogue(path: Path) -> polib.POFile:
    if path.exists():
        return polib.pofile(str(path), wrapwidth=100)
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def _entry(message: Message) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: "", 1: ""}
    return entry


def _update(catalogue: polib.POFile, key: Key, message: Message) -> None:
    entry = catalogue.find(message.text, msgctxt=key[0] or False)
    if entry is not None:
        entry.occurrences = [(place, "") for place in sorted(message.places)]


def missing_messages(package: Path = PACKAGE) -> list[Problem]:
    """Every sentence that its own app's catalogue does not translate soundly."""
    problems: list[Problem] = []
    for app, messages in messages_of(package).items():
        path = app / CATALOGUE
        catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
        known = {(e.msgctxt or "", e.msgid): e for e in catalogue if not e.obsolete}
        for key, message in sorted(messages.items()):
            what = _fault(known.get(key), message)
            if what:
                places = tuple(sorted(message.places))
                problems.append(Problem(name_of(app, package), message.text, places, what))
    return problems


def _fault(entry: polib.POEntry | None, message: Message) -> str:
    if entry is None or not entry.translated():
        return "is not translated"
    said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if bool(entry.msgid_plural) != bool(message.plural):
        return "has a plural in one of code and catalogue only"
    wanted = set(_PLACEHOLDER.findall(message.text))
    if any(set(_PLACEHOLDER.findall(text)) != wanted for text in said[-1:]):
        return f"needs the placeholders {sorted(wanted)} in its translation"
    if any(_CHINESE.search(text) for text in said) and "中文" not in message.text:
        return "has Chinese in its translation"
    return ""


def compile_catalogues(package: Path = PACKAGE) -> list[Path]:
    """Write the binary catalogue beside every `django.po`; returns what was written."""
    written: list[Path] = []
    for path in sorted(package.rglob(f"**/{CATALOGUE.as_posix()}")):
        target = path.with_suffix(".mo")
        partial = target.with_suffix(".mo.part")
        polib.pofile(str(path)).save_as_mofile(str(partial))
        partial.replace(target)  # a running server never reads half a file
        written.append(target)
    return written


def name_of(app: Path, package: Path = PACKAGE) -> str:
    """How problems and `only` name an app: its folder under the package, such as "kernel/plan"."""
    return app.relative_to(package).as_posix()


def main(step: str) -> int:
    """`district messages extract|compile|check`: 0 when all is well."""
    if step == "extract":
        for app, count in extract().items():
            print(f"{count:5} new  {app}")
    elif step == "compile":
        print(f"{len(compile_catalogues())} catalogues compiled")
    else:
        problems = missing_messages()
        for problem in problems:
            print(problem, file=sys.stderr)
        print(f"messages: {len(problems)} problems")
        return 1 if problems else 0
    return 0
