"""The redaction desk: destroying private fields for good, proposed by one person and approved by two others.

The file of a piece of evidence goes first, then the keys, then the ciphertext: wherever it breaks off,
doing it again finishes it, and until the file is gone its name can still be opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from waarborg.record.chains import Chains, Proposal
from waarborg.record.disclosure import Disclosure
from waarborg.record.statement import Draft, Statement
from waarborg.store.evidence_desk import EvidenceDesk
from waarborg.store.mission_record import MissionRecord

FILE = "file"
"""Private field of evidence that names its file; redacting it erases the file."""


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What was destroyed now.

    Attributes:
        fields: Entry to the digests whose key and ciphertext were destroyed.
        files: How many files of evidence were erased.
    """

    fields: dict[int, list[str]]
    files: int


class RedactionDesk:
    """Proposes, approves and carries out redactions on a mission's record."""

    def __init__(self, record: MissionRecord, evidence: EvidenceDesk) -> None:
        self._record = record
        self._evidence = evidence

    @property
    def chains(self) -> Chains:
        """The state of the record."""
        return self._record.journal.chains

    def statement(self, place: int) -> Statement | None:
        """The statement at a place, None when the record ends before it."""
        return self._record.journal.statement(place) if 0 <= place < self.chains.size else None

    def proposal(self, place: int) -> Proposal | None:
        """The proposal at a place, None when none stands there."""
        return next((each for each in self.chains.proposals() if each.place == place), None)

    def names(self, place: int) -> dict[str, str]:
        """Name to digest of the private fields of an entry that the desk's keys open."""
        shown = map(Disclosure.parse, self._evidence.revealed(place))
        return {each.name: each.digest for each in shown if not each.is_filler}

    def propose(
        self, place: int, digests: Iterable[str], ground: str, by: str, at: datetime
    ) -> int:
        """Propose to destroy private fields of an entry; gives the place of the proposal.

        Args:
            place: The entry.
            digests: Which of its private fields.
            ground: Why, for everyone to read.
            by: Who proposes.
            at: When.

        Raises:
            VerificationFailure: REC-072 when who proposes holds a key of their own.
        """
        leaf = self._record.journal.statement(place).hash
        body = {"entry": place, "leaf": leaf, "digests": sorted(digests), "ground": ground}
        number = self._record.say(by, Draft("redaction", body, int(at.timestamp()), refs=[leaf]))
        self._keep(at)
        return number

    def approve(self, proposal: Proposal, words: str | None, by: str, at: datetime) -> Destroyed:
        """Approve a proposal, and destroy what it names when that was the second approval.

        Raises:
            VerificationFailure: REC-072 when who approves holds a key of their own.
        """
        body = {"decision": "approve"} | ({"words": words} if words else {})
        refs = [proposal.statement.hash]
        self._record.say(by, Draft("approval", body, int(at.timestamp()), refs=refs))
        self._keep(at)
        return self.carry_out()

    def take(self, signed: Iterable[bytes], at: datetime) -> Destroyed:
        """Take proposals and approvals that their authors signed elsewhere; carry out what is approved.

        Raises:
            VerificationFailure: REC-070 to REC-079 when one may not stand here; none is taken then.
        """
        for leaf in signed:
            self._record.take(leaf)
        self._keep(at)
        return self.carry_out()

    def carry_out(self) -> Destroyed:
        """Destroy what redactions in effect name and is still there; doing it again changes nothing."""
        doomed, kept = self._files()
        for name in doomed - kept:
            self._evidence.folder.erase(name)
        return Destroyed(self._record.carry_out(self._evidence.vault), len(doomed - kept))

    def _files(self) -> tuple[set[str], set[str]]:
        """Names of files that a redaction in effect dooms, and of those another entry still holds."""
        doomed: set[str] = set()
        kept: set[str] = set()
        for item in self._evidence.items():
            gone = self.chains.redacted.get(item.place, {})
            for each in map(Disclosure.parse, self._evidence.revealed(item.place)):
                if each.name == FILE:
                    (doomed if each.digest in gone else kept).add(str(each.value))
        return doomed, kept

    def _keep(self, at: datetime) -> None:
        self._record.mark(at)
        self._record.commit()
        self._record.publish()
