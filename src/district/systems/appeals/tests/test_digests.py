"""Keyed digests that stand in databases: their values must never change."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

from pytest_django import Settings

from district.kernel.base.digests import keyed_digest
from district.kernel.cases.public import phone_index
from district.kernel.throttling.rules import bucket_key
from district.systems.appeals.city.rules import Order, seen_of
from district.systems.appeals.rules.tickets import TICKETS


def by_hand(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def test_every_digest_is_what_earlier_versions_stored(settings: Settings) -> None:
    settings.PERSON_MASTER_KEY = "only-for-tests-too"
    assert bucket_key("s", "appeals.report.address", "198.51.100.7") == (
        "01ad373c10ca4cccfb4e7783ad68e478"
    )
    assert phone_index("+86 138-0013 8000") == "8bff22b65c38c553f0ea2bd21d736035"
    assert phone_index("13800138000") == phone_index("138 0013 8000")
    assert phone_index("无") == ""
    assert TICKETS.code_for("web:a", "s") == "HTYGMWAY2T"
    at = datetime(2025, 9, 22, tzinfo=UTC)
    said = seen_of(Order("1", "垃圾", at, title="题", place="桥头路口"), "s").said
    assert said["title"] == by_hand("city orders s", "title:题")[:24]
    assert said["received_at"] == by_hand("city orders s", f"received_at:{at.isoformat()}")[:24]


def test_purpose_and_secret_keep_digests_apart() -> None:
    found = {keyed_digest(a, b, "13800138000") for a in ("x", "y") for b in ("s", "t")}
    assert len(found) == 4
    assert keyed_digest("x", "s", "1").hex() == by_hand("x s", "1")
