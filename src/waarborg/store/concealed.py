"""An encrypted private field, as it is stored beside its statement."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concealed:
    """An encrypted private field.

    Attributes:
        kind: The kind of statement that it belongs to.
        digest: The digest that the statement holds in its place.
        ciphertext: The field, encrypted.
    """

    kind: str
    digest: str
    ciphertext: bytes
