"""Children live and end together: whichever ends first, whatever ends the parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SLEEPER = "import time; time.sleep(60)"
# Ignores the polite signal and has a child of its own.
STUBBORN = (
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); time.sleep(60)"
)
PARENT = """
import os, sys
from district.runtime.processes import Processes
processes = Processes(grace=1.0)
for number, code in enumerate(sys.argv[1:]):
    processes.start(f"child{number}", [sys.executable, "-c", code], os.environ)
print("started", *(child.pid for child in processes._children.values()), flush=True)
sys.exit(processes.wait())
"""


class Parent:
    """A process that keeps children; `children` are their ids."""

    def __init__(self, *codes: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
        self.process = subprocess.Popen(  # noqa: S603  # our own code, without a shell
            [sys.executable, "-c", PARENT, *codes],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.children = [int(part) for part in self.process.stdout.readline().split()[1:]]

    def rest(self) -> tuple[int, str]:
        """The exit code and what was printed."""
        # Through the same reader as the first line: it may have read further than that line.
        assert self.process.stdout is not None
        printed = self.process.stdout.read()
        return self.process.wait(timeout=20), printed

    def group_is_gone(self, child: int) -> bool:
        """Whether nothing of the child's group is left, within a moment."""
        for _attempt in range(50):
            try:
                os.killpg(child, 0)
            except ProcessLookupError:
                return True
            time.sleep(0.1)
        return False


@pytest.fixture
def parents() -> Iterator[list[Parent]]:
    made: list[Parent] = []
    yield made
    for parent in made:
        if parent.process.poll() is None:
            parent.process.kill()
        for child in parent.children:
            try:
                os.killpg(child, signal.SIGKILL)
            except ProcessLookupError:
                continue


@pytest.mark.parametrize(
    ("code", "expected"),
    [("import sys; sys.exit(3)", 3), ("pass", 1), ("import os; os.abort()", 1)],
)
def test_when_a_child_ends_all_end(parents: list[Parent], code: str, expected: int) -> None:
    parents.append(parent := Parent(SLEEPER, code))
    returned, printed = parent.rest()
    assert returned == expected
    assert "child1" in printed
    assert parent.group_is_gone(parent.children[0])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_parent_ends_all_in_order(
    parents: list[Parent], number: signal.Signals
) -> None:
    parents.append(parent := Parent(SLEEPER, SLEEPER))
    parent.process.send_signal(number)
    assert parent.rest()[0] == 0
    assert all(parent.group_is_gone(child) for child in parent.children)


def test_killing_one_child_outright_ends_all(parents: list[Parent]) -> None:
    parents.append(parent := Parent(SLEEPER, SLEEPER))
    os.kill(parent.children[1], signal.SIGKILL)
    returned, printed = parent.rest()
    assert returned == 1
    assert "child1 was ended by SIGKILL" in printed
    assert parent.group_is_gone(parent.children[0])


def test_a_child_that_will_not_end_is_killed_with_its_own_children(parents: list[Parent]) -> None:
    parents.append(parent := Parent(STUBBORN))
    time.sleep(1.0)  # until it ignores the signal and its own child stands
    parent.process.send_signal(signal.SIGTERM)
    assert parent.rest()[0] == 0
    assert parent.group_is_gone(parent.children[0])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of it")
def test_children_end_when_the_parent_is_killed_outright(parents: list[Parent]) -> None:
    parents.append(parent := Parent(SLEEPER, SLEEPER))
    parent.process.kill()
    parent.process.wait(10)
    assert all(parent.group_is_gone(child) for child in parent.children)
