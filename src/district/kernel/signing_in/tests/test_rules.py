"""Codes after RFC 6238 and RFC 4226, held against the standard's own numbers and its formula."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.signing_in import rules

# RFC 6238, appendix B, SHA-1: seconds and the code of eight digits, of which apps show six.
SECRET = base64.b32encode(b"12345678901234567890").decode()
STANDARD = (
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
)


def by_the_formula(secret: str, step: int) -> str:
    """RFC 4226, section 5.3, word for word."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@pytest.mark.parametrize(("seconds", "code"), STANDARD)
def test_the_standard_s_own_numbers(seconds: int, code: str) -> None:
    assert rules.code_at(SECRET, rules.step_at(seconds)) == code[-6:]
    assert rules.matching_step(SECRET, code[-6:], seconds, 0) == seconds // 30


steps = st.integers(10, 2**40)


@settings(max_examples=80, deadline=None)
@given(
    st.binary(min_size=20, max_size=20).map(lambda raw: base64.b32encode(raw).decode()),
    steps,
    st.integers(-4, 4),
    st.integers(-4, 4),
    st.integers(0, 29),
)
def test_a_code_is_good_a_step_around_now_and_only_after_the_last_one(
    secret: str, here: int, shown: int, used: int, second: int
) -> None:
    code = by_the_formula(secret, here + shown)
    after = here + used
    good = [
        step
        for step in (here - 1, here, here + 1)
        if step > after and by_the_formula(secret, step) == code
    ]
    found = rules.matching_step(secret, code, here * 30 + second, after)
    assert found == (good[-1] if good else None)


@pytest.mark.parametrize("wrong", ["", "12345", "1234567", "12a456", "１２３４５６", "ABCDEF"])
def test_what_is_no_code_of_six_digits_is_never_one(wrong: str) -> None:
    assert rules.matching_step(SECRET, wrong, 59, 0) is None


def test_secrets_and_recovery_codes_are_long_and_new_each_time() -> None:
    assert len(base64.b32decode(rules.new_secret())) == 20
    assert rules.new_secret() != rules.new_secret()
    codes = rules.new_recovery_codes()
    assert len(set(codes)) == rules.RECOVERY_CODES
    assert all(re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", code) for code in codes)
    assert not set(codes) & set(rules.new_recovery_codes())


def test_a_recovery_code_is_read_however_it_is_typed_and_kept_as_a_hash_of_one_member() -> None:
    kept = rules.recovery_digest("a", "ABCD-EFGH-2345-WXYZ")
    assert rules.recovery_digest("a", " abcd efgh2345-wxyz ") == kept
    assert rules.recovery_digest("b", "ABCD-EFGH-2345-WXYZ") != kept
    assert "ABCD" not in kept


def test_an_app_reads_account_and_district_from_the_address() -> None:
    address = rules.address_for_app(SECRET, "guyu", "龙岗区")
    assert address.startswith("otpauth://totp/")
    assert f"secret={SECRET}" in address
    assert "guyu" in address
