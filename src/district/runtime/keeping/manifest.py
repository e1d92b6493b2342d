"""What belongs to a backup, and which backups an archive holds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from district.runtime.keeping import files
from district.runtime.keeping.files import Known

_MOMENT = "%Y%m%dT%H%M%S.%fZ"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """One backup. `at` is when it began: rows, where it has any (`rows` is "sqlite", "postgresql"
    or ""), are at least as new. `base`, `attachments` and `readings` know each file by its name
    below the folder of that name; `born` says since when an attachment is there."""

    at: datetime
    release: str
    rows: str
    base: dict[str, Known]
    attachments: dict[str, Known]
    born: dict[str, float]
    readings: dict[str, Known]

    @property
    def name(self) -> str:
        """The moment as it stands in names of the archive."""
        return self.at.astimezone(UTC).strftime(_MOMENT)


def save(archive: Path, manifest: Manifest) -> Path:
    """Write it, durably; from then on the backup is there."""
    content = {**asdict(manifest), "at": manifest.name, "format": FORMAT}
    path = archive / "manifests" / f"{manifest.name}.json"
    files.write(path, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode())
    return path


def load(path: Path) -> Manifest:
    """Read one; ValueError when it is none of this format."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if content.pop("format", None) != FORMAT:
        raise ValueError(f"{path} is no manifest of format {FORMAT}")
    at = datetime.strptime(content.pop("at"), _MOMENT).replace(tzinfo=UTC)
    for part in ("base", "attachments", "readings"):
        content[part] = _known(content[part])
    return Manifest(at=at, **content)


def all_of(archive: Path) -> list[Manifest]:
    """The backups of an archive, oldest first."""
    return [load(path) for path in sorted((archive / "manifests").glob("*.json"))]


def _known(rows: dict[str, Any]) -> dict[str, Known]:
    return {name: Known(**row) for name, row in rows.items()}
