"""Replaying statements: whose keys count, whose chain has a gap, what was redacted, when it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from waarborg.base.times import format_instant, parse_instant
from waarborg.record.base64url import from_base64url
from waarborg.record.failure import entry_failure
from waarborg.record.keys import proves_nothing
from waarborg.record.kinds import KEEPERS, misfits
from waarborg.record.statement import (
    Statement,
    StatementRefused,
    possession_message,
    read_statement,
    thumbprint,
)

APPROVALS_TO_REDACT = 2
"""Approvals by different people, none of them the proposer, before a redaction takes effect."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal to destroy private fields, as it stands.

    Attributes:
        place: Its place in the log.
        statement: What was proposed.
        approved_by: Who approved, by name, in alphabetical order; the proposer never counts.
    """

    place: int
    statement: Statement
    approved_by: tuple[str, ...]

    @property
    def in_effect(self) -> bool:
        """Whether enough others approved."""
        return len(self.approved_by) >= APPROVALS_TO_REDACT


@dataclass(slots=True)
class Chains:
    """State of a log of statements after so many entries; grows entry by entry.

    Attributes:
        size: Entries read.
        origin: The log's name as its genesis states it.
        operator: Who made the genesis.
        keys: Thumbprint to the name and the raw public key it counts for at this place.
        heads: Author to the number and leaf hash of their last statement.
        frozen: Place of the entry that ended the log, None while it goes on.
        recorded: The operator's last time mark, None before the first.
        redacted: Entry to digest to the place of the redaction that is in effect.
    """

    size: int = 0
    origin: str = ""
    operator: str = ""
    keys: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    frozen: int | None = None
    recorded: datetime | None = None
    redacted: dict[int, dict[str, int]] = field(default_factory=dict)
    _proposed: dict[str, tuple[int, Statement]] = field(default_factory=dict)
    _approved: dict[str, set[str]] = field(default_factory=dict)
    _private: dict[int, tuple[str, frozenset[str]]] = field(default_factory=dict)

    def proposals(self) -> list[Proposal]:
        """Every redaction that was proposed, in the order of the log."""
        return [
            Proposal(place, statement, tuple(sorted(self._approved.get(ref, ()))))
            for ref, (place, statement) in self._proposed.items()
        ]

    def copy(self) -> Chains:
        """A state that can go on apart from this one."""
        return replace(
            self,
            keys=dict(self.keys),
            heads=dict(self.heads),
            redacted={entry: dict(digests) for entry, digests in self.redacted.items()},
            _proposed=dict(self._proposed),
            _approved={ref: set(names) for ref, names in self._approved.items()},
            _private=dict(self._private),
        )

    def resume(self, leaf: bytes) -> Statement:
        """Take an entry that was checked before it was stored, without checking it again.

        Raises:
            StatementRefused: When the bytes are no statement at all.
        """
        statement = read_statement(leaf)
        self.add_checked(statement)
        return statement

    def add(self, leaf: bytes) -> Statement:
        """Take the next entry, or refuse it and stay as before.

        Raises:
            VerificationFailure: REC-070 to REC-086, naming the entry.
        """
        statement = self.check(leaf)
        self.add_checked(statement)
        return statement

    def check(self, leaf: bytes) -> Statement:
        """Whether a leaf may be the next entry; changes nothing.

        Raises:
            VerificationFailure: REC-070 to REC-086, naming the entry.
        """
        place = self.size
        try:
            statement = read_statement(leaf)
        except StatementRefused as error:
            raise entry_failure("REC-070", place, "a signed statement", str(error)) from None
        self._check_open(place)
        self._check_signature(place, statement, self._check_key(place, statement))
        self._check_content(place, statement)
        return statement

    def check_made(self, statement: Statement) -> None:
        """As `check`, for a statement that this very process has just signed with the author's key.

        Raises:
            VerificationFailure: REC-072 to REC-086, naming the entry.
        """
        self._check_open(self.size)
        self._check_key(self.size, statement)
        self._check_content(self.size, statement)

    def _check_open(self, place: int) -> None:
        if self.frozen is not None:
            raise entry_failure("REC-076", place, f"nothing after entry {self.frozen}", "an entry")

    def _check_content(self, place: int, statement: Statement) -> None:
        self._check_chain(place, statement)
        wrong = misfits(statement.kind, statement.kind_version, statement.body)
        if wrong:
            expected = f"the fields of a {statement.kind!r} statement"
            raise entry_failure("REC-075", place, expected, "; ".join(wrong))
        if statement.kind in KEEPERS and statement.author != self.operator:
            expected = f"a {statement.kind!r} statement by {self.operator}"
            raise entry_failure("REC-086", place, expected, f"one by {statement.author}")
        self._check_keys(place, statement)
        if statement.kind == "recorded":
            self._check_mark(place, statement)
        if statement.kind == "redaction":
            self._check_redaction(place, statement)

    def _check_key(self, place: int, statement: Statement) -> bytes:
        """The raw public key that a statement names, which must count for its author."""
        keys = _genesis_keys(statement) if place == 0 else self.keys
        name, public = keys.get(statement.key_id, ("", b""))
        if name != statement.author:
            expected = f"a key that counts for {statement.author}"
            raise entry_failure("REC-072", place, expected, f"the key {statement.key_id}")
        return public

    def _check_signature(self, place: int, statement: Statement, public: bytes) -> None:
        try:
            statement.verify(public)
        except StatementRefused as error:
            expected = f"a statement signed by {statement.author}"
            raise entry_failure("REC-071", place, expected, str(error)) from None

    def _check_chain(self, place: int, statement: Statement) -> None:
        last, prev = self.heads.get(statement.author, (-1, None))
        chain = f"statement {last + 1} of {statement.author}"
        if statement.seq > last + 1:
            gap = f"statement {statement.seq}: {statement.seq - last - 1} before it are not here"
            raise entry_failure("REC-073", place, chain, gap)
        if statement.seq <= last:
            raise entry_failure("REC-074", place, chain, f"a second statement {statement.seq}")
        if statement.prev != prev:
            expected = f"{chain}, after the one with hash {prev}"
            raise entry_failure("REC-074", place, expected, f"after one with hash {statement.prev}")

    def _check_mark(self, place: int, statement: Statement) -> None:
        at = _instant(statement)
        if at is None or statement.author != self.operator:
            expected = f"a time mark by {self.operator}, with a time that there is"
            found = f"{statement.body['at']} by {statement.author}"
            raise entry_failure("REC-079", place, expected, found)
        if self.recorded is not None and at < self.recorded:
            expected = f"a time mark from {format_instant(self.recorded)} on"
            raise entry_failure("REC-079", place, expected, str(statement.body["at"]))

    def _check_redaction(self, place: int, statement: Statement) -> None:
        """A redaction names an entry by place and by hash, and private fields that this entry has."""
        body = statement.body
        leaf, digests = self._private.get(body["entry"], ("", frozenset()))
        if not leaf:
            found = f"entry {body['entry']}, which has none"
            raise entry_failure("REC-075", place, "an entry with private fields", found)
        if body["leaf"] != leaf:
            expected = f"{leaf}, the hash of entry {body['entry']}"
            raise entry_failure("REC-075", place, expected, f"the hash {body['leaf']}")
        strange = sorted(set(body["digests"]) - digests)
        if strange or not body["digests"]:
            expected = f"private fields of entry {body['entry']}"
            raise entry_failure("REC-075", place, expected, ", ".join(strange) or "none")

    def _check_keys(self, place: int, statement: Statement) -> None:
        if statement.kind == "genesis" and place > 0:
            raise entry_failure("REC-072", place, "one genesis, at the start", "another genesis")
        if statement.kind == "key":
            problem = self._key_problem(statement)
            if problem:
                expected = "a change of keys that its author may make"
                raise entry_failure("REC-072", place, expected, problem)

    def _key_problem(self, statement: Statement) -> str:
        action, name = statement.body["action"], statement.body["name"]
        public = from_base64url(statement.body["public"])
        if public is None or len(public) != 32:
            return "the key is not 32 bytes in base64url"
        if proves_nothing(public):
            return "with this key anyone can sign: it is of small order"
        may = {"enrol": self.operator, "replace": name, "withdraw": name}
        if action not in may:
            return f"the action {action!r} is none of enrol, replace, withdraw"
        if statement.author not in {may[action], self.operator if action == "withdraw" else ""}:
            return f"{statement.author} may not {action} a key of {name}"
        if action == "withdraw":
            held = self.keys.get(thumbprint(public), ("",))[0]
            return "" if held == name else f"no such key counts for {name}"
        return _possession_problem(public, statement.body.get("possession", ""), self.origin, name)

    def add_checked(self, statement: Statement) -> None:
        """Take the statement that `check` has just let pass."""
        place = self.size
        if place == 0:
            self.keys = _genesis_keys(statement)
            self.origin, self.operator = str(statement.body["origin"]), statement.author
        elif statement.kind == "key":
            self._change_keys(statement)
        elif statement.kind == "recorded":
            self.recorded = _instant(statement)
        elif statement.kind == "freeze":
            self.frozen = place
        elif statement.kind == "redaction":
            self._proposed[statement.hash] = (place, statement)
        elif statement.kind == "approval" and statement.body["decision"] == "approve":
            self._approve(statement)
        leaf = statement.hash
        if statement.digests:
            self._private[place] = (leaf, frozenset().union(*statement.digests.values()))
        self.heads[statement.author] = (statement.seq, leaf)
        self.size += 1

    def _change_keys(self, statement: Statement) -> None:
        action, name = statement.body["action"], statement.body["name"]
        public = from_base64url(statement.body["public"]) or b""
        if action == "withdraw":
            self.keys.pop(thumbprint(public), None)
            return
        if action == "replace":
            self.keys.pop(statement.key_id, None)
        self.keys[thumbprint(public)] = (name, public)

    def _approve(self, statement: Statement) -> None:
        for ref in statement.refs:
            if ref not in self._proposed:
                continue
            place, proposal = self._proposed[ref]
            if statement.author == proposal.author:
                continue
            approved = self._approved.setdefault(ref, set())
            approved.add(statement.author)
            if len(approved) >= APPROVALS_TO_REDACT:
                of_entry = self.redacted.setdefault(proposal.body["entry"], {})
                for digest in proposal.body["digests"]:
                    of_entry.setdefault(digest, place)


def replay(leaves: Iterable[bytes], origin: str | None = None) -> Chains:
    """The state after all these entries.

    Args:
        leaves: The entries.
        origin: The name under which the log was signed, which its genesis must state.

    Raises:
        VerificationFailure: On the first entry that may not stand where it stands.
    """
    chains = Chains()
    for leaf in leaves:
        chains.add(leaf)
        if chains.size == 1 and origin is not None and chains.origin != origin:
            found = f"a genesis of the log {chains.origin}"
            raise entry_failure("REC-004", 0, f"a genesis of the log {origin}", found)
    return chains


def _instant(statement: Statement) -> datetime | None:
    """The time of a time mark, None when there is no such time."""
    try:
        return parse_instant(str(statement.body.get("at")))
    except (ValueError, OverflowError):
        return None


def _genesis_keys(statement: Statement) -> dict[str, tuple[str, bytes]]:
    rows: Any = statement.body.get("keys")
    if statement.kind != "genesis" or not isinstance(rows, list):
        raise entry_failure("REC-070", 0, "a genesis with the keys that count", statement.kind)
    keys: dict[str, tuple[str, bytes]] = {}
    for row in rows:
        public = from_base64url(str(row.get("public"))) if isinstance(row, dict) else None
        if public is None or len(public) != 32 or not isinstance(row.get("name"), str):
            raise entry_failure("REC-070", 0, "keys with name and public key", str(row)[:80])
        if proves_nothing(public):
            raise entry_failure("REC-072", 0, "keys whose signatures prove something", row["name"])
        keys[thumbprint(public)] = (row["name"], public)
    return keys


def _possession_problem(public: bytes, proof: str, origin: str, name: str) -> str:
    signature = from_base64url(proof) if isinstance(proof, str) else None
    message = possession_message(public, f"{origin} {name}")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature or b"", message)
    except (InvalidSignature, ValueError):
        return "whoever enrols the key has not shown that they hold it"
    return ""
