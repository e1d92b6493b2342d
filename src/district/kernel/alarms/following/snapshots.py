"""What an evaluator knows, as files: written whole or not at all, a few kept."""

from __future__ import annotations

import logging
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from district.kernel.sensing.public import sync_folder

log = logging.getLogger(__name__)
KEPT = 3
_BYTES = "bytes_"


class Snapshots:
    """The snapshots of a folder, named by the position of the last frame that they know."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def positions(self) -> list[int]:
        """Of which positions there are snapshots, ascending."""
        names = os.listdir(self.folder) if self.folder.is_dir() else []
        stems = (name[6:-4] for name in names if name.startswith("state-") and name[-4:] == ".npz")
        return sorted(int(stem) - 1 for stem in stems if stem.isdigit())

    def save(self, position: int, state: Mapping[str, Any]) -> None:
        """Keep a state durably, and drop the oldest ones; OSError where the disk refuses."""
        self.folder.mkdir(parents=True, exist_ok=True)
        columns: dict[str, Any] = {
            (_BYTES + name if isinstance(column, bytes) else name): (
                np.frombuffer(column, np.uint8) if isinstance(column, bytes) else column
            )
            for name, column in state.items()
        }
        draft = self.folder / f"draft-{os.getpid()}.tmp"
        try:
            with draft.open("wb") as file:
                np.savez(file, **columns)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path(position))
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(self.folder)
        for old in self.positions()[:-KEPT]:
            self._path(old).unlink(missing_ok=True)

    def load(self, position: int) -> dict[str, Any] | None:
        """The state of a position; None where the file cannot be read or fails its checksums."""
        found: dict[str, Any] = {}
        try:
            with np.load(self._path(position), allow_pickle=False) as columns:
                for name in columns.files:
                    column = columns[name]
                    if name.startswith(_BYTES):
                        found[name.removeprefix(_BYTES)] = column.tobytes()
                    else:
                        found[name] = column
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            log.warning("snapshot %s cannot be read and is passed over", position, exc_info=True)
            return None
        return found

    def at_or_before(self, position: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """The readable snapshots from the newest at or before a position down."""
        for at in reversed(self.positions()):
            state = self.load(at) if at <= position else None
            if state is not None:
                yield at, state

    def drop_beyond(self, position: int) -> None:
        """Remove those that know more than was written: what they know may be told otherwise."""
        for at in self.positions():
            if at > position:
                self._path(at).unlink(missing_ok=True)
        for draft in self.folder.glob("draft-*.tmp"):
            with suppress(OSError):
                draft.unlink()

    def oldest(self) -> int | None:
        """The oldest position of which there is a snapshot."""
        return min(self.positions(), default=None)

    def _path(self, position: int) -> Path:
        # The one before the first frame is -1.
        return self.folder / f"state-{position + 1:016d}.npz"
