"""Several hands at one thing at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from district.kernel.base.errors import DistrictError


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Do them all at the same moment; what each answered, an exception where it was refused.

    Anything but a refusal of the product (a deadlock, a broken constraint) fails the test. Needs a
    test whose transactions are real.
    """
    start = threading.Barrier(len(calls))
    found: list[Any] = [None] * len(calls)

    def work(at: int, call: Callable[[], Any]) -> None:
        try:
            start.wait(20)
            found[at] = call()
        except BaseException as error:  # noqa: BLE001  # handed to the test below
            found[at] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "somebody waits for ever"
    for answer in found:
        if isinstance(answer, BaseException) and not isinstance(answer, DistrictError):
            raise answer
    return found
