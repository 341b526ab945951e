"""Base64 for web tokens (RFC 7515, section 2): no padding, one spelling for each value."""

from __future__ import annotations

import base64
import binascii


def to_base64url(data: bytes) -> str:
    """The bytes as text, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes | None:
    """The bytes of a text, None when it is not their one canonical spelling."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if to_base64url(data) == text else None
