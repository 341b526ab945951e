"""The evidence desk of a mission: files taken in, handed on and checked, each step a statement.

    OUT/operator/evidence/     the files, under names that tell nothing
    OUT/operator/vault.db      the keys of what is concealed about them

What everyone can read is that a file is held, of which type, and when it changed hands. Digest, size,
name, source, collector and place are concealed by class; what the camera wrote is sealed to named readers.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from waarborg.base.times import format_instant
from waarborg.record.account import Fate, FieldAccount, account_for
from waarborg.record.disclosure import Disclosure, conceal
from waarborg.record.failure import VerificationFailure, entry_failure
from waarborg.record.kinds import KINDS
from waarborg.record.sealing import SealBroken
from waarborg.record.statement import Draft, Statement
from waarborg.store.evidence_folder import EvidenceFolder, Held, custody_draft, evidence_fields
from waarborg.store.mission_record import OPERATOR, MissionRecord
from waarborg.store.record_vault import SEALED, Vault, conceal_to, fresh_salt

DESK = "desk:evidence"
"""Who signs for the evidence desk."""
_CLASSES = ("parties", "guarantors", "mission")
_FILLERS = 2


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of evidence as the desk sees it.

    Attributes:
        place: Place of its statement.
        hash: Leaf hash in hex: how others refer to it.
        recorded_at: By when it was in the record.
        body: What everyone may read.
        fields: What is concealed and could be opened with the keys of the desk.
        custody: Its changes of hands, in order: what everyone may read and what could be opened.
        redacted: Entry of a redaction in effect to how many private fields it destroyed.
    """

    place: int
    hash: str
    recorded_at: str | None
    body: Mapping[str, Any]
    fields: Mapping[str, Any]
    custody: tuple[Mapping[str, Any], ...]
    redacted: Mapping[int, int] = field(default_factory=dict)


class EvidenceDesk:
    """Takes evidence into a mission's record."""

    def __init__(self, record: MissionRecord, secret: bytes) -> None:
        private = record.out / OPERATOR
        self._record = record
        self.folder = EvidenceFolder(private / "evidence", _key(secret, "evidence names"))
        keys = {kind: _key(secret, f"class {kind}") for kind in _CLASSES}
        self.vault = Vault(private / "vault.db", keys)

    def close(self) -> None:
        """Let go of the vault."""
        self.vault.close()

    def take(
        self,
        file: IO[bytes],
        media_type: str,
        found: Mapping[str, Any],
        at: datetime,
        readers: Sequence[bytes] = (),
        copy_of: str | None = None,
    ) -> int:
        """Take a file in; it is on disk, and said on the record, when this returns.

        Args:
            file: Open for reading.
            media_type: As "image/jpeg".
            found: What else is known of it, by the names of the kind `evidence`; "exif" is sealed.
            at: When it is recorded.
            readers: Raw X25519 keys of those who may read what is sealed.
            copy_of: Leaf hash of the original's statement, for a working copy.

        Raises:
            ValueError: When something is to be sealed and nobody is named who may read it.
        """
        sealed = {name: value for name, value in found.items() if _class_of(name) == SEALED}
        if sealed and not readers:
            raise ValueError("what the camera wrote is sealed: name who may read it")
        held = self.folder.take(file)
        role = "original" if copy_of is None else "working copy"
        body, hidden = evidence_fields(held, media_type, role, found, copy_of)
        refs = [] if copy_of is None else [copy_of]
        return self._say("evidence", body, hidden, at, refs, readers)

    def hand_over(
        self, evidence: str, purpose: str, giver: str, taker: str, at: datetime, recorded: datetime
    ) -> int:
        """Say that a file changed hands.

        Args:
            evidence: Leaf hash in hex of the evidence statement.
            purpose: Why, for everyone to read.
            giver: From whom; concealed.
            taker: To whom; concealed.
            at: When it happened.
            recorded: When it is recorded.

        Raises:
            VerificationFailure: REC-040 when the record holds no such evidence.
        """
        self._original(evidence)
        draft = custody_draft(evidence, purpose, format_instant(at), int(at.timestamp()))
        return self._say("custody", draft.body, {"from": giver, "to": taker}, recorded, draft.refs)

    def items(self) -> list[Item]:
        """Every piece of evidence, with its changes of hands."""
        found: dict[str, Item] = {}
        redacted = self._record.journal.chains.redacted
        for each in self._record.read():
            said = each.statement
            when = None if each.recorded_at is None else format_instant(each.recorded_at)
            if said.kind == "evidence":
                fields = self.open_fields(each.place, said)
                gone = Counter(redacted.get(each.place, {}).values())
                found[said.hash] = Item(each.place, said.hash, when, said.body, fields, (), gone)
            elif said.kind == "custody":
                step = {**said.body, **self.open_fields(each.place, said), "entry": each.place}
                for old in (found[ref] for ref in said.refs if ref in found):
                    found[old.hash] = replace(old, custody=(*old.custody, step))
        return list(found.values())

    def check(self) -> Iterator[tuple[Item, Held]]:
        """Hash every file again that is still held, and compare with what was said of it.

        Raises:
            VerificationFailure: REC-040 for a missing file, REC-041 for a changed one, REC-078 when
                a private field is gone that no redaction in effect names.
        """
        for item in self.items():
            self.refuse_missing(item.place)
            if "file" not in item.fields:
                continue
            held = self.folder.check(str(item.fields["file"]))
            said = {name: item.fields[name] for name in ("bytes", "sha256") if name in item.fields}
            is_so = {"bytes": held.bytes, "sha256": held.sha256}
            if any(is_so[name] != value for name, value in said.items()):
                expected = ", ".join(f"{name} {value}" for name, value in said.items())
                found = ", ".join(f"{name} {is_so[name]}" for name in said)
                raise VerificationFailure(
                    "REC-041", f"entry {item.place}", expected, found, item.place
                )
            yield item, held

    def original(self, evidence: str) -> tuple[Item, IO[bytes]]:
        """A piece of evidence by its leaf hash, or the beginning of one, and its file.

        Raises:
            VerificationFailure: REC-040 when the record holds no such evidence, or several, or its
                file was redacted.
        """
        item = self._original(evidence)
        if "file" not in item.fields:
            entries = ", ".join(str(entry) for entry in item.redacted) or "none"
            expected = "a file that is still held"
            raise VerificationFailure(
                "REC-040", f"entry {item.place}", expected, f"redacted by entry {entries}"
            )
        return item, self.folder.open(str(item.fields["file"]))

    def _original(self, evidence: str) -> Item:
        found = [item for item in self.items() if item.hash.startswith(evidence)]
        if len(found) != 1:
            words = f"{len(found)} that begin so"
            raise VerificationFailure(
                "REC-040", evidence, "the hash of one piece of evidence", words
            )
        return found[0]

    def _say(
        self,
        kind: str,
        body: Mapping[str, Any],
        hidden: Mapping[str, Any],
        at: datetime,
        refs: Sequence[str],
        readers: Sequence[bytes] = (),
    ) -> int:
        private: dict[str, list[Disclosure]] = {}
        by_class: dict[str, dict[str, Any]] = {}
        for name, value in hidden.items():
            by_class.setdefault(_class_of(name, kind), {})[name] = value
        for klass, fields in by_class.items():
            private[klass] = conceal(fields, iter(fresh_salt, None), _FILLERS)
        draft = Draft(kind, body, int(at.timestamp()), private, refs)
        concealed = self.vault.conceal({k: v for k, v in private.items() if k != SEALED})
        if SEALED in private:
            concealed += conceal_to(private[SEALED], readers)
        place = self._record.say(DESK, draft, concealed)
        self._record.mark(at)
        self._record.commit()
        return place

    def open_fields(self, place: int, statement: Statement) -> dict[str, Any]:
        """The private fields of a statement that the desk's keys open, by name; no fillers."""
        known = KINDS[statement.kind].private if statement.kind in KINDS else {}
        shown = (Disclosure.parse(encoded) for encoded in self.revealed(place))
        return {each.name: each.value for each in shown if each.name in known}

    def revealed(self, place: int) -> list[str]:
        """The disclosures of an entry that the desk's keys open; what is destroyed is left out.

        Raises:
            VerificationFailure: REC-087 when a ciphertext or a wrapped key was edited.
        """
        held = [each for each in self._record.concealed(place) if each.kind != SEALED]
        try:
            return [shown for shown in map(self.vault.reveal, held) if shown is not None]
        except SealBroken as error:
            where, expected = f"entry {place}", "private fields and keys as the vault wrote them"
            raise VerificationFailure("REC-087", where, expected, str(error), place) from None

    def account(self, place: int) -> list[FieldAccount]:
        """Say of every private field of an entry what became of it, as the desk sees it.

        Raises:
            VerificationFailure: REC-077 when a disclosure does not belong here.
        """
        statement = self._record.journal.statement(place)
        redacted = self._record.journal.chains.redacted.get(place, {})
        held = {each.digest for each in self._record.concealed(place)}
        found = account_for(place, statement, self.revealed(place), redacted, _CLASSES)
        return [
            replace(each, fate=Fate.MISSING)
            if each.fate is Fate.WITHHELD and each.digest not in held
            else each
            for each in found
        ]

    def refuse_missing(self, place: int) -> None:
        """Pass an entry of which every private field is here or redacted by an entry.

        Raises:
            VerificationFailure: REC-078 otherwise.
        """
        gone = [each.digest for each in self.account(place) if each.fate is Fate.MISSING]
        if gone:
            expected = "every private field here, or redacted with two approvals"
            raise entry_failure("REC-078", place, expected, f"missing: {', '.join(gone)}")


def as_stream(pieces: Iterator[bytes]) -> IO[bytes]:
    """Pieces as a file open for reading, never held whole."""
    return io.BufferedReader(_Pieces(pieces))


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _class_of(name: str, kind: str = "evidence") -> str:
    return KINDS[kind].private.get(name, "mission")


def _key(secret: bytes, purpose: str) -> bytes:
    info = b"waarborg key, version 1\n" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
