"""Killing code at each of its steps on the disk, without a process for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from district.kernel.sensing.log import folder
from district.kernel.sensing.log.tests.samples import copy_of


class Killed(BaseException):
    """The process is gone at this point."""


def kill_at_each_step(
    run: Callable[[Path], None], source: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Copies of `source` on which `run` was killed before its first step, its second, ...

    Steps are fsyncs, renames, removals and Parquet files, of which a half is written.
    """
    step = 0
    while True:
        where = copy_of(source, scratch)
        left = [step]

        def before(really: Callable[..., object], left: list[int] = left) -> Callable[..., object]:
            def call(*arguments: object, **named: object) -> object:
                if not left[0]:
                    if really is _WRITE:
                        Path(str(arguments[1])).write_bytes(b"PAR1 half")
                    raise Killed
                left[0] -= 1
                return really(*arguments, **named)

            return call

        with monkeypatch.context() as patch:
            patch.setattr(folder, "sync", before(folder.sync))
            patch.setattr(os, "replace", before(os.replace))
            patch.setattr(Path, "unlink", before(Path.unlink))
            patch.setattr(pl.DataFrame, "write_parquet", before(_WRITE))
            try:
                run(where)
                return
            except Killed:
                pass
        yield where
        step += 1


_WRITE = pl.DataFrame.write_parquet
