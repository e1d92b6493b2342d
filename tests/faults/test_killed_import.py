"""kill -9 of the worker while it writes an import: all rows once or none, as its page says."""

from __future__ import annotations

import random
import time

import pytest
from tests.faults.installation import Installation

# All or nothing is one transaction on either database; servers and workers are killed on both.
pytestmark = [pytest.mark.slow, pytest.mark.one_database]
REGISTER = "/registers/dummy-lamps/"
ROWS = 4000
STATE = "SELECT state FROM kernel_registers_importrun"
LAMPS = "SELECT count(*) FROM sys_dummy_lamp WHERE code LIKE 'K-%'"
EVENTS = "SELECT count(*) FROM kernel_history_event WHERE kind = '{}'"
WRITTEN = "已写入 "
STOPPED = "上一次写入中途停了，什么都没有写入"


def claimed(installation: Installation) -> str:
    """A long file, checked and confirmed, that is about to be written; the address of its page."""
    head = "编号,位置,牵头单位\n"
    rows = "".join(f"K-{n},{'龙岗大道很长的一段路灯杆' * 2},901\n" for n in range(ROWS))
    sent = installation.ask(
        "POST", f"{REGISTER}import/", who="officer", file=("lamps.csv", (head + rows).encode())
    )
    assert sent.status == 302, sent.text[:400]
    page = sent.headers["location"]
    installation.until(lambda: installation.look(STATE) == "checked", "the worker checks")
    assert installation.ask("POST", f"{page}commit/", who="officer", data={}).status == 302
    return page


def reads(installation: Installation, page: str, words: str) -> bool:
    answer = installation.ask("GET", page, who="officer")
    return answer.status == 200 and words in answer.text


def test_a_killed_import_has_written_nothing_and_is_taken_up_again(
    installation: Installation, chance: random.Random
) -> None:
    installation.server()
    worker = installation.worker()
    page = claimed(installation)
    installation.until(lambda: reads(installation, page, WRITTEN), "the page counts rows")
    time.sleep(chance.uniform(0, 0.5))
    installation.kill(worker)
    assert installation.look(STATE) == "writing"
    assert installation.look(LAMPS) == 0
    assert reads(installation, page, STOPPED)
    installation.worker()
    installation.until(lambda: installation.look(STATE) != "writing", "it is taken up", 120)
    assert installation.look(STATE) == "done"
    assert reads(installation, page, "已导入")
    assert installation.look(LAMPS) == ROWS
    assert installation.look(EVENTS.format("registers.imported")) == 1
    assert installation.step("verified") == {"sound": True, "problems": []}


def test_an_import_that_kills_every_worker_ends_and_its_page_says_so(
    installation: Installation,
) -> None:
    installation.server()
    worker = installation.worker()
    page = claimed(installation)
    for _tried in (1, 2, 3):
        installation.until(lambda: reads(installation, page, WRITTEN), "the page counts rows")
        installation.kill(worker)
        worker = installation.worker()
    # The fourth worker gives the task up, and its periodic job ends the run within a minute.
    installation.until(lambda: installation.look(STATE) == "refused", "the run ends", 120)
    assert reads(installation, page, "导入没有完成，什么都没有写入")
    assert installation.look(LAMPS) == 0
    assert installation.look(EVENTS.format("registers.imported")) == 0
