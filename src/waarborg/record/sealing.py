"""Sealing private fields: encrypted for a class of readers, or to the keys of named people.

A field has a data key of its own, wrapped with the key of its class. Destroying the wrapped key makes
the ciphertext worthless wherever copies of it lie. A field sealed to people is encrypted before it
reaches the server, which cannot read it (HPKE, RFC 9180: X25519, HKDF-SHA256, AES-256-GCM).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

KEY_BYTES = 32
NONCE_BYTES = 12
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_HINT = 8
_INFO = b"waarborg sealed field, version 1\n"


class SealBroken(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """Sealed bytes that the key does not open, or that were altered."""


def seal(data: bytes, key: bytes, nonce: bytes, context: str) -> bytes:
    """Encrypt with AES-256-GCM.

    Args:
        data: What to hide.
        key: 32 bytes.
        nonce: 12 bytes never used with this key before; the caller has the dice.
        context: What it belongs to; opening with another context fails.
    """
    return nonce + AESGCM(key).encrypt(nonce, data, context.encode())


def unseal(sealed: bytes, key: bytes, context: str) -> bytes:
    """Decrypt what `seal` made.

    Raises:
        SealBroken: When key or context is another, or the bytes were altered.
    """
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError):
        raise SealBroken(f"the key does not open what was sealed for {context!r}") from None


def seal_to(data: bytes, readers: Sequence[bytes], context: str) -> bytes:
    """Encrypt to the raw X25519 public keys of named readers; each can open it alone.

    Raises:
        ValueError: Without readers.
    """
    if not readers:
        raise ValueError("a field is sealed to at least one reader")
    parts = []
    for public in readers:
        key = X25519PublicKey.from_public_bytes(public)
        box = _SUITE.encrypt(data, key, info=_INFO + context.encode())
        parts.append(_hint(public) + len(box).to_bytes(4, "big") + box)
    return b"".join(parts)


def unseal_with(sealed: bytes, seed: bytes, context: str) -> bytes:
    """Decrypt what `seal_to` made, with one reader's 32 secret bytes.

    Raises:
        SealBroken: When it was not sealed to this reader or in this context, or was altered.
    """
    private = X25519PrivateKey.from_private_bytes(seed)
    hint, at = _hint(private.public_key().public_bytes_raw()), 0
    while at < len(sealed):
        start = at + _HINT + 4
        end = start + int.from_bytes(sealed[at + _HINT : start], "big")
        if sealed[at : at + _HINT] == hint:
            try:
                return _SUITE.decrypt(sealed[start:end], private, info=_INFO + context.encode())
            except (InvalidTag, ValueError):
                raise SealBroken(f"what was sealed for {context!r} was altered") from None
        at = end
    raise SealBroken("this was not sealed to this reader")


def _hint(public: bytes) -> bytes:
    return sha256(_INFO + public).digest()[:_HINT]
