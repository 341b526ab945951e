"""Public keys that prove nothing: with a key of small order anyone can sign, whatever the text.

Source: RFC 8032, 5.1.3 (one spelling for each point) and RFC 7748, 6.1 (points of small order); the
points are those of edwards25519 whose order divides 8.
"""

from __future__ import annotations

_PRIME = 2**255 - 19
_SMALL = frozenset(
    {
        0,
        1,
        0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
        _PRIME - 1,
    }
)


def proves_nothing(public: bytes) -> bool:
    """Whether a raw Ed25519 public key is of small order, or written in a second spelling.

    Signatures by such keys hold for texts that nobody signed, and programs disagree about them.
    """
    y = int.from_bytes(public, "little") & (1 << 255) - 1
    return y >= _PRIME or y in _SMALL
