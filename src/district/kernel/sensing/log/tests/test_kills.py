"""A writer that is killed at any moment loses nothing that it acknowledged.

`DISTRICT_KILLS` says how many kills (6 unless it is set), `DISTRICT_KILL_SEED` repeats a run.
A killed process leaves the page cache of the system intact, so this proves nothing about a loss
of power.
"""

from __future__ import annotations

import signal
import time
from pathlib import Path

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.log import History, LogReader, LogWriter, compact, seal
from district.kernel.sensing.log.tests.samples import kills, python, read

# Every reading has a number of its own, told on the pipe once its append is acknowledged. Four
# threads append, a fifth seals and compacts.
_WRITER = """
import itertools, sys, threading
from pathlib import Path
from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import Limits, LogWriter, compact, days, seal, sealer_lock
folder, first, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
days.PART_READINGS, days._SMALLEST = 500, 20
lock = sealer_lock(folder) if folder.exists() else None
writer = LogWriter(folder, Limits(segment_bytes=20_000, segment_age=0.3))
lock = lock or sealer_lock(folder)
numbers, pipe = itertools.count(first, 100), threading.Lock()
print("open", flush=True)
def append(thread):
    for number in itertools.count():
        start = next(numbers)
        size = 1 + (seed + start // 100 + thread) % 60
        values = range(start, start + size)
        writer.append(Batch.of([v % 7 for v in values], [v * 10**8 for v in values], values))
        with pipe:
            print(start, size, flush=True)
        if number % 10 == 0:
            writer.append(Tick(start))
for thread in range(4):
    threading.Thread(target=append, args=(thread,), daemon=True).start()
while True:
    seal(folder)
    compact(folder)
"""


def test_what_was_acknowledged_is_there_once_after_every_kill(tmp_path: Path) -> None:
    count, chance = kills(6)
    log, acknowledged, first = tmp_path / "log", set[int](), 0
    for _ in range(count):
        with python(_WRITER, str(log), str(first), str(chance.randrange(60))) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            time.sleep(chance.uniform(0.0, 0.5))
            process.send_signal(signal.SIGKILL)
            lines = process.stdout.read().splitlines(keepends=True)
        for line in lines:
            if line.endswith("\n"):
                start, size = map(int, line.split())
                acknowledged |= set(range(start, start + size))
        found = _numbers(log)
        assert len(found) == len(set(found)), "a reading is there twice"
        assert acknowledged <= set(found), "an acknowledged reading is lost"
        first = max(found, default=0) // 100 * 100 + 100_000
    assert acknowledged
    LogWriter(log).close()
    before = _numbers(log)
    seal(log)
    while compact(log):
        pass
    assert _numbers(log) == before
    assert acknowledged <= set(before)


def _numbers(log: Path) -> list[int]:
    """Every reading of the log by its number, in order; and the same from the history."""
    frames = read(log, LogReader(log).start())
    assert [frame.position for frame in frames] == list(range(len(frames)))
    batches = [frame.content for frame in frames if isinstance(frame.content, Batch)]
    numbers = [int(value) for batch in batches for value in batch.value.tolist()]
    table = History(LogReader(log)).readings(list(range(7)), 0, 2**62)
    assert sorted(table["value"].cast(int).to_list()) == sorted(numbers)
    return numbers
