"""Keys are told once and kept as digests."""

from __future__ import annotations

import pytest

from district.kernel.base.keys import bearer_key, key_digest, new_key


def test_a_key_is_found_by_its_digest_and_known_by_its_hint() -> None:
    made = new_key("warn")
    assert made.text.startswith(f"warn_{made.hint}")
    assert made.digest == key_digest(made.text)
    assert made.text not in made.digest
    assert new_key("warn").text != made.text


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Bearer warn_x", "warn_x"),
        ("bearer  warn_x ", "warn_x"),
        ("Basic warn_x", ""),
        ("Bearer", ""),
        ("", ""),
        (f"Bearer {'x' * 201}", ""),
    ],
)
def test_only_a_bearer_header_holds_a_key(header: str, key: str) -> None:
    assert bearer_key(header) == key
