"""What is answered when the database or the disk fails: words, not a trace."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import translation

from district.ui.failures import failure, failure_response

GONE = OperationalError("connection refused")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (GONE, 503),
        (OperationalError("database is locked"), 503),
        (OperationalError("database or disk is full"), 507),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
        (OSError(errno.EFBIG, "File too large"), 507),
    ],
)
def test_failures_of_the_surroundings_have_a_status_of_their_own(
    error: Exception, status: int
) -> None:
    found = failure(error)
    assert found is not None
    assert found[0] == status


@pytest.mark.parametrize("error", [ValueError("x"), OSError(errno.EACCES, "denied"), None])
def test_other_errors_are_not_taken_for_them(error: Exception | None) -> None:
    assert failure(error) is None


@pytest.mark.parametrize(
    ("path", "headers", "kind"),
    [
        ("/cockpit/", {}, "<!doctype html>"),
        ("/api/registers/", {}, '"status": 503'),
        ("/cockpit/", {"HX-Request": "true"}, "hx-partial"),
    ],
)
def test_each_caller_is_answered_in_its_own_form(
    path: str, headers: dict[str, str], kind: str
) -> None:
    request = RequestFactory().get(path, headers=headers)
    answer = failure_response(request, GONE)
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert kind in answer.content.decode()


@pytest.mark.parametrize("where", ["view", "middleware"])
def test_a_database_that_is_gone_is_said_wherever_it_is_missed(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """No database is asked here: the page needs none."""

    def fail(*_given: Any, **_more: Any) -> Any:
        raise GONE

    if where == "view":
        monkeypatch.setattr("django.db.connection.cursor", fail)
        path = "/healthz"
    else:
        monkeypatch.setattr("django.contrib.auth.middleware.get_user", fail)
        path = "/login/"
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == 503
    assert "数据库暂时没有响应" in answer.content.decode()


def test_the_answer_speaks_the_readers_language() -> None:
    with translation.override("en"):
        found = failure(GONE)
    assert found is not None
    assert found[1] == "The database does not answer for the moment"
