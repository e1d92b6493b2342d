"""The installation's secrets, wrapped under a recovery passphrase that is kept elsewhere.

AES-256-GCM (NIST SP 800-38D) under a key that scrypt (RFC 7914; N = 2^15, r = 8, p = 1) makes of
the passphrase. Without the passphrase no personal field of a backup can be read: whoever steals
an archive has ciphertext.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_BOUND_TO = b"district backup keys 1"
#: Letters that a passphrase must have at least.
SHORTEST = 20


class WrongPassphrase(ValueError):
    """The passphrase is too short, or does not open the keys."""


def wrap(secrets: Mapping[str, str], passphrase: str) -> bytes:
    """The secrets by name as a file that only the passphrase opens."""
    if len(passphrase) < SHORTEST:
        raise WrongPassphrase(f"the recovery passphrase has fewer than {SHORTEST} letters")
    salt, nonce = os.urandom(16), os.urandom(12)
    plain = json.dumps(dict(secrets)).encode()
    body = AESGCM(_key(passphrase, salt)).encrypt(nonce, plain, _BOUND_TO)
    parts = {"salt": salt, "nonce": nonce, "body": body}
    return json.dumps(
        {name: base64.b64encode(part).decode() for name, part in parts.items()}
    ).encode()


def unwrap(data: bytes, passphrase: str) -> dict[str, str]:
    """The secrets by name; raises WrongPassphrase when they do not open."""
    parts = {name: base64.b64decode(text) for name, text in json.loads(data).items()}
    try:
        plain = AESGCM(_key(passphrase, parts["salt"])).decrypt(
            parts["nonce"], parts["body"], _BOUND_TO
        )
    except InvalidTag as error:
        raise WrongPassphrase("the recovery passphrase does not open the keys") from error
    found: dict[str, str] = json.loads(plain)
    return found


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())
