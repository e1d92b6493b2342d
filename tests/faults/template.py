"""A process of the product from which others are forked: the product is imported once a test.

`python template.py` reads requests, one line of JSON each, and answers each with a line. A forked
process is one like any other: in a group of its own, with its own connections, to be killed.

- `{"step": NAME, "given": ..., "out": FILE, "log": FILE}` runs a step of steps.py to its end,
  its output in the file; answers its exit code.
- `{"start": [ARGUMENTS OF PYTHON], "log": FILE}` answers the process id at once; the arguments
  `step NAME JSON` start a step that nobody waits for.
- `{"ask": PID, "wait": BOOL}` answers the exit code, None while it runs and nobody waits.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from collections.abc import Callable
from typing import Any

import django
from tests.faults.steps import STEPS

#: What a forked process goes on with, in place of reading requests.
Work = Callable[[], None]


def main() -> None:
    """Answer until nobody asks any more; in a forked process, do its work."""
    django.setup()
    _import_what_processes_import()
    ended: dict[int, int] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "ask" in asked:
            answer: int | None = _code_of(asked["ask"], asked["wait"], ended)
        else:
            child = os.fork()
            if child == 0:
                _begin(asked)()
                return
            answer = _code_of(child, True, ended) if "step" in asked else child
        print(json.dumps(answer), flush=True)


def _import_what_processes_import() -> None:
    from django.db import connections
    from django.urls import get_resolver

    import district.runtime.worker

    assert district.runtime.worker
    assert get_resolver().url_patterns
    assert all(each.connection is None for each in connections.all()), "a fork would share it"


def _code_of(child: int, wait: bool, ended: dict[int, int]) -> int | None:
    """The exit code as `subprocess` gives it: below nought for a signal."""
    if child not in ended:
        found, status = os.waitpid(child, 0 if wait else os.WNOHANG)
        if found == 0:
            return None
        ended[child] = os.waitstatus_to_exitcode(status)
    return ended[child]


def _begin(asked: dict[str, Any]) -> Work:
    """Stand alone: own group, no input, output where it is asked for."""
    os.setsid()
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 2)
    if "step" in asked:
        os.dup2(os.open(asked["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 1)
        return lambda: print(json.dumps(STEPS[asked["step"]](asked["given"])))
    os.dup2(log, 1)
    return lambda: _run(asked["start"])


def _run(arguments: list[str]) -> None:
    kind, what, *more = arguments
    if kind == "step":
        STEPS[what](json.loads(more[0]))
    elif kind == "-c":
        sys.argv = ["-c", *more]
        exec(what, {"__name__": "__main__"})  # noqa: S102  # as `python -c` does
    else:
        sys.argv = [what, *more]
        runpy.run_module(what, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
