"""Disclosures (RFC 9901): private fields that a statement names only by a salted digest.

The digest stands in the signed statement, the disclosure beside the log. Whoever holds it can show
that it belongs; once it and its salt are destroyed the digest says nothing, and every proof of the
log is still valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from waarborg.record.base64url import from_base64url, to_base64url
from waarborg.record.canonical import NotCanonical, decode, encode

SALT_BYTES = 16
CLASSES = ("public", "parties", "guarantors", "mission", "sealed")
"""Who may see a private field: everyone later, the parties, the guarantors, the mission's own
staff, or only those named to whose keys it is sealed."""
FILLER = "filler"
"""Name under which disclosures without content hide how many fields there are."""
_RESERVED = frozenset({"_sd", "...", "_sd_alg"})


class DisclosureRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """A disclosure that is malformed or does not belong where it was presented."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A private field with its salt.

    Attributes:
        salt: 128 random bits or more, as base64url.
        name: Name of the field.
        value: Its value: text, whole number, boolean, null, list or mapping.
        encoded: The text whose digest the statement carries.
    """

    salt: str
    name: str
    value: Any
    encoded: str

    @property
    def digest(self) -> str:
        """What stands for it in the statement (RFC 9901, 4.2.3)."""
        return digest_of(self.encoded)

    @property
    def is_filler(self) -> bool:
        """Whether it has no content and only hides how many fields there are."""
        return self.value is None and self.name.startswith(f"{FILLER}_")

    @classmethod
    def parse(cls, encoded: str) -> Disclosure:
        """Read a disclosure strictly.

        Raises:
            DisclosureRefused: When it is not base64url of `[salt, name, value]`, its salt is
                short, or its name is reserved.
        """
        raw = from_base64url(encoded)
        if raw is None:
            raise DisclosureRefused("the disclosure is not canonical base64url")
        try:
            parts = decode(raw)
        except NotCanonical as error:
            raise DisclosureRefused(f"the disclosure: {error}") from None
        if not isinstance(parts, list) or len(parts) != 3:
            raise DisclosureRefused("a disclosure is a list of salt, name and value")
        salt, name, value = parts
        if not isinstance(salt, str) or not isinstance(name, str):
            raise DisclosureRefused("salt and name of a disclosure are text")
        if len(from_base64url(salt) or b"") < SALT_BYTES:
            raise DisclosureRefused("the salt of a disclosure has at least 128 bits")
        _check_name(name, value)
        return cls(salt, name, value, encoded)


def conceal(
    fields: Mapping[str, Any], salts: Iterator[bytes], fillers: int = 0
) -> list[Disclosure]:
    """Turn private fields into disclosures.

    Args:
        fields: Name to value.
        salts: Gives 16 fresh random bytes for each; the caller has the dice.
        fillers: How many disclosures without content to add.

    Raises:
        DisclosureRefused: For a reserved name or a short salt.
        NotCanonical: For a value that has no canonical form.
    """
    named = {**fields, **{f"{FILLER}_{number}": None for number in range(fillers)}}
    return [_disclosure(next(salts), name, value) for name, value in sorted(named.items())]


def match(
    digests: Mapping[str, Iterable[str]],
    presented: Iterable[str],
    clear: Iterable[str] = (),
) -> dict[str, dict[str, Disclosure]]:
    """Match presented disclosures to the digests of a statement, strictly (RFC 9901, 7.1).

    Args:
        digests: Class to the digests the statement carries.
        presented: The encoded disclosures.
        clear: Names that stand open in the statement.

    Returns:
        Class to digest to disclosure.

    Raises:
        DisclosureRefused: When one is malformed, presented twice, belongs to no digest, or names
            a field that is there already. Each class has fillers of its own, under the same names.
    """
    home = {digest: kind for kind, each in digests.items() for digest in each}
    found: dict[str, dict[str, Disclosure]] = {kind: {} for kind in digests}
    names = set(clear)
    for encoded in presented:
        digest = digest_of(encoded)
        kind = home.get(digest)
        if kind is None:
            raise DisclosureRefused(f"no digest of this statement belongs to disclosure {digest}")
        if digest in found[kind]:
            raise DisclosureRefused(f"disclosure {digest} was presented twice")
        disclosure = Disclosure.parse(encoded)
        if disclosure.name in names and not disclosure.is_filler:
            raise DisclosureRefused(f"the field {disclosure.name!r} is there already")
        names.add(disclosure.name)
        found[kind][digest] = disclosure
    return found


def digest_of(encoded: str) -> str:
    """SHA-256 over the ASCII of a disclosure, as base64url."""
    return to_base64url(sha256(encoded.encode()).digest())


def _disclosure(salt: bytes, name: str, value: Any) -> Disclosure:
    if len(salt) < SALT_BYTES:
        raise DisclosureRefused("the salt of a disclosure has at least 128 bits")
    _check_name(name, value)
    text = to_base64url(salt)
    return Disclosure(text, name, value, to_base64url(encode([text, name, value])))


def _check_name(name: str, value: Any) -> None:
    if name in _RESERVED or not name or _nested_reserved(value):
        raise DisclosureRefused(f"the disclosure of {name!r} uses a reserved name")


def _nested_reserved(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(key in _RESERVED or _nested_reserved(part) for key, part in value.items())
    return isinstance(value, list | tuple) and any(map(_nested_reserved, value))
