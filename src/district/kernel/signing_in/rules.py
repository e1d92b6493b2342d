"""Codes of a second factor: TOTP after RFC 6238, and recovery codes. Pure.

As authenticator apps have them: SHA-1, six digits, a new code every thirty seconds since 1970.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

import pyotp

#: Seconds for which a code is shown.
STEP = 30
#: So many steps before and after now are taken, for clocks that differ.
SLACK = 1
RECOVERY_CODES = 10
# Base32, as it is written after RFC 4648: nothing in it is taken for something else.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_RECOVERY_LENGTH = 16


def new_secret() -> str:
    """A fresh secret of 160 bits, as RFC 4226 recommends, in base 32."""
    return pyotp.random_base32(32)


def address_for_app(secret: str, account: str, issuer: str) -> str:
    """What the picture holds that an app reads: `otpauth://totp/...`."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_at(seconds: float) -> int:
    """The time step of a moment, in seconds since 1970."""
    return int(seconds // STEP)


def code_at(secret: str, step: int) -> str:
    """The code of a step, six digits."""
    return pyotp.HOTP(secret).at(step)


def typed_code(text: str) -> str:
    """What was typed as a code, without blanks and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", text).upper()


def is_app_code(code: str) -> bool:
    """Whether it looks like a code of an app."""
    return len(code) == 6 and code.isascii() and code.isdigit()


def matching_step(secret: str, code: str, now: float, after: int) -> int | None:
    """The step whose code this is, within the slack around `now` and later than `after`.

    None where there is none: the code is wrong, too old, or of a step that was used.
    """
    if not is_app_code(code):
        return None
    found = None
    here = step_at(now)
    for step in range(here - SLACK, here + SLACK + 1):
        # All are compared, whichever fits: how long it takes tells nothing.
        if hmac.compare_digest(code_at(secret, step), code) and step > after:
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Fresh recovery codes, 80 bits each, as they are shown: four groups of four."""
    codes = (
        "".join(secrets.choice(_LETTERS) for _each in range(_RECOVERY_LENGTH))
        for _code in range(RECOVERY_CODES)
    )
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def recovery_digest(member: str, code: str) -> str:
    """What is kept of a recovery code.

    SHA-256 alone: the codes are 80 random bits, so there is nothing to guess that a slow hash
    would protect.
    """
    return hashlib.sha256(f"{member}\n{typed_code(code)}".encode()).hexdigest()
