"""Mobile numbers and one-time codes as people type them. Pure, but for the system's randomness."""

from __future__ import annotations

import re
import secrets
import unicodedata

from district.kernel.base.digests import keyed_digest

_MOBILE = re.compile(r"(?:0086|86)?(1[3-9]\d{9})")
# As kernel/cases draws codes: no I, L, O or U, which are misread and misheard.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_CODE = 10


def read_mobile(typed: str) -> str:
    """The eleven digits of a mobile number of the mainland, "" where it is none."""
    text = unicodedata.normalize("NFKC", typed).strip()
    found = _MOBILE.fullmatch(re.sub(r"[\s\-+()]", "", text)) if text.isascii() else None
    return found[1] if found else ""


def mobile_index(mobile: str, secret: str) -> str:
    """What finds the number again without telling it: a keyed digest of 64 signs."""
    return keyed_digest("virtual_park phones", secret, mobile).hex()


def new_code() -> str:
    """A one-time code: ten letters, 50 random bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE))


def code_digest(mobile: str, code: str, secret: str) -> str:
    """What is kept of a code, bound to the number that it was given to."""
    read = unicodedata.normalize("NFKC", code).upper()
    plain = "".join(sign for sign in read if sign.isalnum()).translate(_READ_AS)
    return keyed_digest("virtual_park codes", secret, f"{mobile}:{plain}").hex()


def label_of(name: str, mobile: str) -> str:
    """What tells people of one firm apart without naming them: `李** 尾号5678`."""
    return f"{name[:1]}** 尾号{mobile[-4:]}"
