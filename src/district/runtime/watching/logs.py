"""The log of a machine room: one JSON object a line, without personal data.

What a line may hold is decided here, for every logger of every library: the text of a message as
its author wrote it, and of the values put into it only numbers, times, identifiers and plain
words of ours. Names, addresses, telephone numbers, what was searched or typed, and the text of
exceptions (databases quote rows there) become "?". Of an exception its kind and where it was
raised are kept.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings

#: The logger of answered requests, and the facts that its lines carry besides the common ones.
REQUESTS = "district.requests"
FACTS = ("method", "path", "route", "status", "ms", "statements")
HIDDEN = "?"
# A word of ours: a key, a class, a file of the product. No capitals with small letters behind a
# blank, no letters but Latin ones, and no run of digits as long as a telephone number.
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.:/<>-]{0,80}")
_DIGITS = re.compile(r"\d{6}")
_SENT_ID = re.compile(r"[0-9a-fA-F-]{16,64}")
_MOST_FRAMES = 12


class Context:
    """What lines written within a request say of it; the member is added once known."""

    def __init__(self, request_id: str) -> None:
        self.request_id, self.member = request_id, ""


_context: ContextVar[Context | None] = ContextVar("log_context", default=None)


@contextmanager
def within(context: Context) -> Iterator[None]:
    """Within, lines carry this request's identifier and member."""
    token = _context.set(context)
    try:
        yield
    finally:
        _context.reset(token)


def request_id_of(sent: str, *, believed: bool) -> str:
    """The identifier that a proxy of ours gave the request, else a new one."""
    return sent.lower() if believed and _SENT_ID.fullmatch(sent) else uuid4().hex


def safe(value: Any) -> Any:
    """The value where it can be nobody's data, else "?"; of an exception its kind."""
    if value is None or isinstance(value, bool | int | float | Decimal | UUID | timedelta):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, UUIDText):
        return str(value)
    text = str(value)
    return text if is_word(text) else HIDDEN


class UUIDText(str):
    """A text that is known to be an identifier."""

    __slots__ = ()


def is_word(text: str) -> bool:
    """Whether a text is a word of the product, such as a key, and not something typed.

    Of words only those in which the product writes its keys pass: with a dot or an underscore, or
    in small letters with neither; a lone word of letters alone may be a name and does not.
    """
    if not _WORD.fullmatch(text) or _DIGITS.search(text):
        return False
    return "_" in text or "." in text[1:-1] or "-" in text


def message_of(record: logging.LogRecord) -> str:
    """The author's sentence with what may be shown of its values."""
    template = str(record.msg)
    if not isinstance(record.msg, str):
        return HIDDEN if not isinstance(record.msg, BaseException) else type(record.msg).__name__
    if not record.args:
        return template
    args: Any
    if isinstance(record.args, Mapping):
        args = {key: _Shown(value) for key, value in record.args.items()}
    else:
        args = tuple(_Shown(value) for value in record.args)
    try:
        return str(template % args)
    except (TypeError, ValueError, KeyError):
        return template


class _Shown:
    """A value of a message as it may be shown, whatever the message formats it as."""

    def __init__(self, value: Any) -> None:
        self.value = safe(value)

    def __str__(self) -> str:
        return str(self.value)

    __repr__ = __str__

    def __int__(self) -> int:
        return int(self.value)

    def __float__(self) -> float:
        return float(self.value)


def where_raised(trace: TracebackType | None) -> list[str]:
    """The innermost frames as `file:line function`, below the product or a library."""
    frames = traceback.extract_tb(trace)[-_MOST_FRAMES:]
    return [f"{_short(one.filename)}:{one.lineno} {one.name}" for one in frames]


def _short(name: str) -> str:
    for mark in ("/site-packages/", "/src/"):
        if mark in name:
            return name.rsplit(mark, 1)[1]
    return os.path.basename(name)


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        zone = ZoneInfo(settings.TIME_ZONE)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, zone).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": f"{settings.DISTRICT_PROCESS}[{record.process}]",
            "logger": record.name,
            "message": message_of(record),
        }
        context = _context.get()
        if context is not None:
            line["request"] = context.request_id
            if context.member:
                line["member"] = context.member
        if record.name == REQUESTS:
            line |= {fact: getattr(record, fact) for fact in FACTS if hasattr(record, fact)}
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["raised"] = where_raised(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def process_name(given: str) -> str:
    """What this process is called: what its unit says, else the command that started it."""
    if given:
        return given
    return next((word for word in sys.argv[1:2] if word.isalpha()), "district")


def configuration(form: str) -> dict[str, Any]:
    """Django's LOGGING: for "json" every line by the formatter above to standard error; for ""
    nothing of ours, as it is for development and tests."""
    if form != "json":
        return {}
    handler = {"class": "logging.StreamHandler", "formatter": "json"}
    quiet = {"handlers": ["lines"], "level": "WARNING", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "district.runtime.watching.logs.JsonFormatter"}},
        "handlers": {"lines": handler},
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "django": quiet,
            "axes": {**quiet, "level": "ERROR"},
            "django_tasks": quiet,
            "district": {**quiet, "level": "INFO"},
        },
    }
