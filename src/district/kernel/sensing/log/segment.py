"""The live segment: a file that grows by whole commits."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from pathlib import Path

from district.kernel.sensing.log import folder as files
from district.kernel.sensing.log.frames import FILE_HEADER, encode_file_header


class Segment:
    """A raw segment that is written. Not for several threads."""

    def __init__(self, folder: Path, first: int) -> None:
        """Begin a segment durably; OSError when the disk refuses, and then no file stays."""
        self.first, self.size, self.salt = first, FILE_HEADER, secrets.randbits(32)
        self.begun = time.monotonic()
        self._path = files.raw_path(folder, first)
        # A segment of that name never held an acknowledged frame: else it would be a later one.
        self._path.unlink(missing_ok=True)
        self._descriptor = os.open(
            self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644
        )
        try:
            files.write_all(self._descriptor, encode_file_header(first, self.salt))
            files.sync(self._descriptor)
            files.sync_folder(self._path.parent)
        except OSError:
            self.close()
            with contextlib.suppress(OSError):
                self._path.unlink()
            raise

    def append(self, data: bytes) -> None:
        """Write a commit and return when it is durable.

        When the disk refuses, the file is cut back to what it held before and closed, and
        OSError says why; a failure to cut it back is a Damaged. A failed fsync is not tried
        again: the kernel may have dropped the pages that it could not write and marked them
        clean, so that a second fsync would succeed over nothing (the lesson of PostgreSQL's
        "fsyncgate" of 2018). Nothing is ever written behind such a point either; the caller
        begins a new segment.
        """
        try:
            files.write_all(self._descriptor, data)
            files.sync(self._descriptor)
        except OSError as error:
            self._cut_back(error)
            raise
        self.size += len(data)

    def _cut_back(self, cause: OSError) -> None:
        try:
            files.truncate(self._descriptor, self.size)
        except OSError as error:
            raise Damaged(error.errno, f"{error.strerror}, cutting back after: {cause}") from cause
        finally:
            self.close()

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


class Damaged(OSError):
    """What was not acknowledged could not be taken out of the file again."""
