"""What the desk makes of the server's secret: keys for one purpose each, hashes and seals.

A key of one purpose tells nothing of those of others, nor of what the chat makes of the same secret.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES: Final = 12


class SealBroken(Exception):
    """What was sealed cannot be opened: the server's secret is another now, or the bytes were changed."""


@lru_cache(maxsize=64)
def key_for(secret: str, purpose: str) -> bytes:
    """The key of a purpose: 256 bits."""
    return HKDF(hashes.SHA256(), 32, salt=b"fingerpost/desk", info=purpose.encode()).derive(secret.encode())


def new_token() -> str:
    """What only its bearer knows: 256 random bits, as text for an address or a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str, purpose: str, token: str) -> str:
    """What a table keeps of a token: enough to know it again, too little to make it. 64 hex digits."""
    return hmac.digest(key_for(secret, purpose), token.encode(), "sha256").hex()


def seal(secret: str, purpose: str, owner: int, text: str) -> str:
    """Text that only this server can read, and only as its owner's: nobody can put it into another's row."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(key_for(secret, purpose)).encrypt(nonce, text.encode(), str(owner).encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(secret: str, purpose: str, owner: int, sealed: str) -> str:
    """Open what :func:`seal` made. Raises :class:`SealBroken`."""
    try:
        raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
        return (
            AESGCM(key_for(secret, purpose))
            .decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], str(owner).encode())
            .decode()
        )
    except (InvalidTag, ValueError):
        raise SealBroken("the server's secret has changed since this was sealed") from None
