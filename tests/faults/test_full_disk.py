"""A disk that is full: a plain answer, and nothing half-written.

No file of the server may grow beyond a limit (RLIMIT_FSIZE), which fails as a full disk does.
"""

from __future__ import annotations

import pytest
from tests.faults.installation import Installation

pytestmark = pytest.mark.slow
LIMIT = 700_000
NOTE = ("说明.txt", "固定资产投资完成情况说明。\n".encode() * 30_000)  # larger than LIMIT


def test_an_upload_that_does_not_fit_leaves_neither_row_nor_part_of_the_file(
    installation: Installation,
) -> None:
    filing = installation.people["filing"]
    server = installation.server(largest_file=LIMIT, workers=1)
    answer = installation.ask("POST", f"/filings/{filing}/evidence/", who="officer", file=NOTE)
    assert answer.status == 507
    assert "磁盘已满" in answer.text
    assert "Traceback" not in answer.text
    assert installation.step("evidence", filing=filing) == {"rows": {}, "files": {}}
    installation.kill(server)
    installation.server(workers=1)
    answer = installation.ask("POST", f"/filings/{filing}/evidence/", who="officer", file=NOTE)
    assert answer.status == 302
    found = installation.step("evidence", filing=filing)
    assert found["rows"] == found["files"]
    assert list(found["rows"].values()) == [len(NOTE[1])]
    assert installation.step("verified") == {"sound": True, "problems": []}


def test_a_database_that_cannot_grow_refuses_a_bulk_decision_as_a_whole(
    installation: Installation,
) -> None:
    if not installation.database.startswith("sqlite"):
        pytest.skip("the database's own files are not this server's on PostgreSQL")
    edition = installation.step("upload", times=1, report=installation.people["report"])["edition"]
    before = len(installation.step("proposed", edition=edition))
    address = f"/plan_tracking/reports/editions/{edition}/review/bulk/"
    server = installation.server(largest_file=60_000, workers=1)
    answer = installation.ask("POST", address, who="planner", data={"threshold": "0.5"})
    assert answer.status == 507
    assert "磁盘已满" in answer.text
    # Reading goes on meanwhile.
    assert installation.ask("GET", "/plan_tracking/", who="planner").status == 200
    installation.kill(server)
    assert len(installation.step("proposed", edition=edition)) == before
    found = installation.step("decided", edition=edition)
    assert (found["confirmed"], found["events"], found["sound"]) == ([], {}, True)
    assert installation.look("PRAGMA integrity_check") == "ok"
    installation.server(workers=1)
    assert installation.ask("POST", address, who="planner", data={"threshold": "0.5"}).status == 302
    found = installation.step("decided", edition=edition)
    assert len(found["confirmed"]) > 0
    assert (set(found["events"]), found["sound"]) == (set(found["confirmed"]), True)
