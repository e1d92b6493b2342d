"""Encryption under a key per person, so that erasing the key erases the person.

AES-256-GCM (NIST SP 800-38D) for values and for wrapping; the wrapping key is derived from the
installation's master secret by HKDF (RFC 5869). A token is bound to its person: moved to another
it does not open.
"""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PREFIX = "p1"
_NONCE = 12


def new_wrapped_key(person_id: str) -> str:
    """A fresh 256-bit key for a person, wrapped by the master key, as text."""
    return _encrypt(_master(), AESGCM.generate_key(256), person_id)


def seal(wrapped: str, person_id: str, text: str) -> str:
    """`text` as a token `p1:<person>:<base64>` that only the person's key opens."""
    return (
        f"{_PREFIX}:{person_id}:{_encrypt(_unwrap(wrapped, person_id), text.encode(), person_id)}"
    )


def person_of(token: str) -> str:
    """The person that a token belongs to; raises ValueError when it is no token."""
    prefix, _, rest = token.partition(":")
    person, _, body = rest.rpartition(":")
    if prefix != _PREFIX or not person or not body:
        raise ValueError("not a protected value")
    return person


def unseal(wrapped: str, token: str) -> str:
    """The plaintext of a token; raises ValueError when it was altered or is another person's."""
    person = person_of(token)
    body = token.rpartition(":")[2]
    try:
        return _decrypt(_unwrap(wrapped, person), body, person).decode()
    except InvalidTag as error:
        raise ValueError("the protected value does not open with this person's key") from error


def _unwrap(wrapped: str, person_id: str) -> bytes:
    try:
        return _decrypt(_master(), wrapped, person_id)
    except InvalidTag as error:
        raise ValueError("the person's key does not open with this master key") from error


def _master() -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"district person keys")
    return derive.derive(settings.PERSON_MASTER_KEY.encode())


def _encrypt(key: bytes, data: bytes, bound_to: str) -> str:
    nonce = os.urandom(_NONCE)
    return base64.urlsafe_b64encode(
        nonce + AESGCM(key).encrypt(nonce, data, bound_to.encode())
    ).decode()


def _decrypt(key: bytes, body: str, bound_to: str) -> bytes:
    raw = base64.urlsafe_b64decode(body)
    return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], bound_to.encode())
