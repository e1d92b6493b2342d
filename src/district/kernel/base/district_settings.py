"""Settings of a system that a district's folder may bring instead of those of the product.

They stand in one row, are read and checked as a whole, and every process holds what it read for a
few seconds.
"""

from __future__ import annotations

import hashlib
import json
import time
import tomllib
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.db import models

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, SettingError
from district.kernel.base.recent import forgets

T = TypeVar("T")
#: A part's words for an entry that cannot be taken, and why.
Refusal = Callable[[str, str], Invalid]
#: The key of the one row.
KEY = "settings"
#: Seconds for which a process believes that the settings are what they were.
_FRESH = 5.0


class DistrictSetting(models.Model):
    """The row of a system's settings; each system has a table of its own."""

    key = models.CharField(max_length=20, primary_key=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


class HeldSettings(Generic[T]):
    """The settings of a system: `made` reads and checks them, raising SettingError.

    `defaults` is the TOML file of what the product brings; entries of the district stand instead
    of those of the same name.
    """

    def __init__(
        self,
        model: type[DistrictSetting],
        made: Callable[[Mapping[str, Any]], T],
        defaults: Path | None = None,
    ) -> None:
        self._model, self._made, self._file = model, made, defaults
        self._asked_at, self._digest = -_FRESH, ""
        self._held: tuple[Mapping[str, Any], T] | None = None
        forgets(self.forget)

    @cached_property
    def default(self) -> Mapping[str, Any]:
        """What the product brings."""
        return tomllib.loads(self._file.read_text(encoding="utf-8")) if self._file else {}

    def checked(self, data: Mapping[str, Any]) -> T:
        """The settings as they would be with these of a district; SettingError names the entry."""
        return self._made({**self.default, **data})

    def taken(self, data: Mapping[str, Any], refusal: Refusal) -> T:
        """As `checked`, for whoever loads them: the refusal is in the part's own words."""
        try:
            return self.checked(data)
        except SettingError as error:
            raise refusal(error.entry, error.problem) from error

    def now(self) -> T:
        """The settings in force. At most one statement every few seconds."""
        return self._asked()[1]

    def content(self) -> Mapping[str, Any]:
        """What the settings in force were read from."""
        return self._asked()[0]

    def keep(self, data: Mapping[str, Any]) -> str:
        """Put these of a district in force, inside a service's transaction; their digest, "" where
        they are in force already."""
        self.forget()
        digest = digest_of(data)
        rows = self._model._default_manager
        if rows.filter(pk=KEY, digest=digest).exists():
            return ""
        values = {"content": dict(data), "digest": digest, "loaded_at": clock.now()}
        rows.update_or_create(pk=KEY, defaults=values)
        return digest

    def forget(self) -> None:
        """Ask the database again at the next use."""
        self._asked_at = -_FRESH

    def _asked(self) -> tuple[Mapping[str, Any], T]:
        now = time.monotonic()
        if self._held is None or now - self._asked_at >= _FRESH:
            row = self._model._default_manager.filter(pk=KEY).first()
            digest = row.digest if row else "default"
            if digest != self._digest or self._held is None:
                content = {**self.default, **(row.content if row else {})}
                self._held, self._digest = (content, self._made(content)), digest
            self._asked_at = now
        return self._held


def read_setting_file(path: Path, entry: str, refusal: Refusal) -> dict[str, Any]:
    """What a file that `district.toml` names under `entry` says; refused where it is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise refusal(entry, str(error)) from error


def digest_of(data: Mapping[str, Any]) -> str:
    """The SHA-256 of the data as JSON with its keys in order, in hexadecimal."""
    text = json.dumps(dict(data), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
