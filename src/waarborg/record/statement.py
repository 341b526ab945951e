"""Statements: entries that their author signed; the log adds order and time, never words.

The leaf is a compact JWS (RFC 7515, EdDSA): an SD-JWT (RFC 9901) without its disclosures. What is
signed is the very bytes that are logged, so no rule of canonical form stands between author and proof.
Every author numbers and links their own statements: an operator who drops one is caught by the next.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from waarborg.record.base64url import from_base64url, to_base64url
from waarborg.record.canonical import NotCanonical, decode_canonical, encode, encode_plain, plain
from waarborg.record.disclosure import CLASSES, Disclosure
from waarborg.record.tiles import LARGEST_ENTRY
from waarborg.record.tree import leaf_hash

TYPE = "waarborg+sd-jwt"
_NEEDED = {"v", "kind", "kind_version", "iss", "seq", "prev", "iat", "refs", "body"}
_ALLOWED = _NEEDED | {"case", "rules", "private", "_sd_alg"}
_HEX = re.compile(r"[0-9a-f]{64}")
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"[^\s]{1,200}")
_KIND = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")


class StatementRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """A leaf that is no statement, or that its author did not sign; the text says why."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author wants to say.

    Attributes:
        kind: What sort of statement, from `record.kinds` or any other.
        body: What everyone may read.
        claimed_at: When the author says it was made, seconds since 1970; a claim, never trusted.
        private: Class to disclosures whose digests stand for private fields.
        refs: Leaf hashes in hex of the entries it speaks of.
        case: The case it belongs to, if any.
        rules: SHA-256 in hex of the rules in force, if any.
        kind_version: Version of the kind's schema.
    """

    kind: str
    body: Mapping[str, Any]
    claimed_at: int
    private: Mapping[str, Sequence[Disclosure]] = field(default_factory=dict)
    refs: Sequence[str] = ()
    case: str | None = None
    rules: str | None = None
    kind_version: int = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as read from a leaf; the signature is still to be verified.

    Attributes:
        leaf: The very bytes that are logged and signed.
        key_id: RFC 7638 thumbprint of the author's key.
        author: Who says so: party and unit.
        seq: Number in the author's own chain, from 0.
        prev: Leaf hash in hex of the author's statement before, None for the first.
        kind: What sort of statement.
        kind_version: Version of the kind's schema.
        claimed_at: When the author says it was made, seconds since 1970.
        body: What everyone may read.
        digests: Class to the digests that stand for private fields.
        refs: Leaf hashes in hex of the entries it speaks of.
        case: The case it belongs to, if any.
        rules: SHA-256 in hex of the rules in force, if any.
    """

    leaf: bytes
    key_id: str
    author: str
    seq: int
    prev: str | None
    kind: str
    kind_version: int
    claimed_at: int
    body: Mapping[str, Any]
    digests: Mapping[str, tuple[str, ...]]
    refs: tuple[str, ...]
    case: str | None
    rules: str | None

    @property
    def hash(self) -> str:
        """The leaf hash in hex: how other statements refer to this one."""
        return leaf_hash(self.leaf).hex()

    def verify(self, public: bytes) -> None:
        """Check the author's signature with a raw public key.

        Raises:
            StatementRefused: When the key is another, or did not sign these bytes.
        """
        if thumbprint(public) != self.key_id:
            raise StatementRefused(f"the statement names the key {self.key_id}, another was given")
        signed, _, signature = self.leaf.rpartition(b".")
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(
                from_base64url(signature.decode()) or b"", signed
            )
        except InvalidSignature:
            raise StatementRefused(f"the signature of {self.author} does not hold") from None


def thumbprint(public: bytes) -> str:
    """The RFC 7638 thumbprint of an Ed25519 public key, as base64url."""
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": to_base64url(public)}
    return to_base64url(sha256(encode(jwk)).digest())


class Author:
    """One who signs statements and keeps the chain of their own."""

    def __init__(self, name: str, seed: bytes, seq: int = 0, prev: str | None = None) -> None:
        """An author who goes on after a statement made before.

        Args:
            name: Party and unit, without spaces, as "party-a:monitors-3".
            seed: The 32 seed bytes of the Ed25519 key.
            seq: Number of the next statement.
            prev: Leaf hash in hex of the last statement.
        """
        self.name = name
        self.seq = seq
        self.prev = prev
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.key_id = thumbprint(self.public)
        header = {"alg": "EdDSA", "kid": self.key_id, "typ": TYPE}
        self._header = to_base64url(encode(header)).encode() + b"."

    def state(self, draft: Draft) -> bytes:
        """Sign a draft as this author's next statement; gives its leaf.

        Raises:
            StatementRefused: When the draft cannot be a statement; the chain does not move.
        """
        return self.make(draft).leaf

    def make(self, draft: Draft) -> Statement:
        """Sign a draft as this author's next statement.

        Raises:
            StatementRefused: When the draft cannot be a statement; the chain does not move.
        """
        try:
            payload = plain(_payload(self.name, self.seq, self.prev, draft))
            raw = encode_plain(payload)
        except NotCanonical as error:
            raise StatementRefused(f"a {draft.kind!r} statement: {error}") from None
        signed = self._header + base64.urlsafe_b64encode(raw).rstrip(b"=")
        signature = base64.urlsafe_b64encode(self._key.sign(signed)).rstrip(b"=")
        statement = _statement(signed + b"." + signature, self.key_id, payload)
        self.seq, self.prev = self.seq + 1, statement.hash
        return statement

    def prove_possession(self, new_public: bytes, context: str) -> str:
        """Sign that this key belongs with another, for enrolment and rotation, as base64url."""
        return to_base64url(self._key.sign(possession_message(new_public, context)))


def possession_message(public: bytes, context: str) -> bytes:
    """What is signed to show that whoever enrols a key holds it."""
    return b"waarborg key possession, version 1\n" + context.encode() + b"\n" + public


def read_statement(leaf: bytes) -> Statement:
    """Read a leaf strictly; the signature is still to be verified.

    Raises:
        StatementRefused: When any part is not as this module writes it.
    """
    _check_length(leaf)
    header, payload = _parts(leaf)
    if set(header) != {"alg", "kid", "typ"} or header["alg"] != "EdDSA" or header["typ"] != TYPE:
        raise StatementRefused(f"the header is not that of a statement: {str(header)[:80]}")
    if not isinstance(header["kid"], str) or not _DIGEST.fullmatch(header["kid"]):
        raise StatementRefused("the header names no key")
    return _statement(leaf, header["kid"], payload)


def _check_length(leaf: bytes) -> None:
    if len(leaf) > LARGEST_ENTRY:
        raise StatementRefused(
            f"a statement of {len(leaf)} bytes; a log holds at most {LARGEST_ENTRY}: attach the "
            "large part as a blob and name it"
        )


def _statement(leaf: bytes, key_id: str, payload: dict[str, Any]) -> Statement:
    _check_length(leaf)
    _check_payload(payload)
    return Statement(
        leaf,
        key_id,
        payload["iss"],
        payload["seq"],
        payload["prev"],
        payload["kind"],
        payload["kind_version"],
        payload["iat"],
        payload["body"],
        _digests(payload),
        tuple(payload["refs"]),
        payload.get("case"),
        payload.get("rules"),
    )


def _payload(author: str, seq: int, prev: str | None, draft: Draft) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "v": 1,
        "kind": draft.kind,
        "kind_version": draft.kind_version,
        "iss": author,
        "seq": seq,
        "prev": prev,
        "iat": draft.claimed_at,
        "refs": list(draft.refs),
        "body": draft.body,
    }
    if draft.case is not None:
        payload["case"] = draft.case
    if draft.rules is not None:
        payload["rules"] = draft.rules
    if draft.private:
        payload["_sd_alg"] = "sha-256"
        payload["private"] = {
            kind: {"_sd": sorted(each.digest for each in disclosures)}
            for kind, disclosures in draft.private.items()
        }
    return payload


def _parts(leaf: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    pieces = leaf.split(b".")
    if len(pieces) != 3:
        raise StatementRefused("a statement has three parts: header, payload, signature")
    try:
        raw = [from_base64url(piece.decode("ascii")) for piece in pieces]
    except UnicodeDecodeError:
        raise StatementRefused("a statement is ASCII") from None
    header, payload, signature = raw
    if header is None or payload is None or signature is None:
        raise StatementRefused("a part of the statement is not canonical base64url")
    if len(signature) != 64:
        raise StatementRefused(f"a signature has 64 bytes, this one {len(signature)}")
    try:
        found = decode_canonical(header), decode_canonical(payload)
    except NotCanonical as error:
        raise StatementRefused(f"the statement: {error}") from None
    if not isinstance(found[0], dict) or not isinstance(found[1], dict):
        raise StatementRefused("header and payload are JSON objects")
    return found


def _check_payload(payload: dict[str, Any]) -> None:
    keys = payload.keys()
    if not _NEEDED <= keys <= _ALLOWED:
        missing, unknown = sorted(_NEEDED - keys), sorted(keys - _ALLOWED)
        raise StatementRefused(f"the payload: missing {missing}, unknown {unknown}")
    wrong = [name for name, right in _checks(payload) if not right]
    if wrong:
        raise StatementRefused(f"the payload: malformed {', '.join(wrong)}")


def _checks(payload: dict[str, Any]) -> list[tuple[str, bool]]:
    refs, prev, seq = payload["refs"], payload["prev"], payload["seq"]
    return [
        ("v", payload["v"] == 1 and _is_count(payload["v"])),
        ("kind", _is_text(payload["kind"], _KIND)),
        ("kind_version", _is_count(payload["kind_version"])),
        ("iss", _is_text(payload["iss"], _NAME)),
        ("seq", _is_count(seq)),
        ("prev", prev is None if seq == 0 else _is_text(prev, _HEX)),
        ("iat", _is_count(payload["iat"])),
        ("refs", isinstance(refs, list) and all(_is_text(each, _HEX) for each in refs)),
        ("body", isinstance(payload["body"], dict) and "_sd" not in payload["body"]),
        ("case", "case" not in payload or _is_text(payload["case"], _NAME)),
        ("rules", "rules" not in payload or _is_text(payload["rules"], _HEX)),
    ]


def _digests(payload: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    private = payload.get("private", {})
    algorithm = "sha-256" if "private" in payload else None
    if payload.get("_sd_alg") != algorithm or not isinstance(private, dict):
        raise StatementRefused("the payload: private fields need _sd_alg sha-256")
    found: dict[str, tuple[str, ...]] = {}
    for kind, held in private.items():
        digests = held.get("_sd") if isinstance(held, dict) and set(held) == {"_sd"} else None
        right = isinstance(digests, list) and all(_is_text(each, _DIGEST) for each in digests)
        if kind not in CLASSES or not right or digests is None:
            raise StatementRefused(f"the payload: malformed private fields of class {kind!r}")
        found[kind] = tuple(digests)
    every = [digest for digests in found.values() for digest in digests]
    if len(set(every)) != len(every):
        raise StatementRefused("the payload: one digest stands there twice")
    return found


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_text(value: Any, form: re.Pattern[str]) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None
