"""A query that is compiled once means what its queryset means, whatever the values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, cast

import pytest
from django.db import connection
from django.db.models import Field
from django.test.utils import CaptureQueriesContext

from district.kernel.base.prepared import Prepared, Rows
from district.kernel.history.models import OutboxMessage

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 3, 1, 8, tzinfo=UTC)
TOPICS = ("made", "changed", "it's %s odd", "")


def field(name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", OutboxMessage._meta.get_field(name))


FIELDS = {"topics": field("topic"), "since": field("created_at")}
SAMPLES = {"topics": ["?0", "?1"], "since": datetime(1, 1, 2, tzinfo=UTC)}


def later(topics: list[str], since: datetime) -> Rows:
    """Messages of two topics since a moment, the newest first."""
    rows = OutboxMessage.objects.filter(topic__in=topics, created_at__gte=since)
    return rows.order_by("-created_at").values_list("pk", "topic", "created_at", "payload")


@pytest.fixture
def messages() -> None:
    for at, topic in enumerate(TOPICS * 3):
        OutboxMessage.objects.create(
            topic=topic,
            subject="a",
            payload={"at": at},
            created_at=FIRST + timedelta(hours=at),
        )


@pytest.mark.usefixtures("messages")
def test_it_gives_what_the_queryset_gives_in_one_statement() -> None:
    prepared = Prepared(later, SAMPLES, FIELDS)
    for one, two, hours in product(TOPICS, ("made", "nothing"), (-1, 4, 40)):
        topics, since = [one, two], FIRST + timedelta(hours=hours)
        with CaptureQueriesContext(connection) as statements:
            found = list(prepared.rows(topics=topics, since=since))
        assert len(statements) == 1
        assert found == list(later(topics, since))


def test_a_sample_that_stands_elsewhere_too_is_refused() -> None:
    twice = Prepared(lambda **values: later(**values).exclude(topic="?0"), SAMPLES, FIELDS)
    with pytest.raises(ValueError, match="'topics' stands 2 times"):
        twice.rows(topics=["made", "changed"], since=FIRST)
