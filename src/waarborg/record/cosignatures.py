"""Which witnesses stand behind a record's checkpoint, for one reader's policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from waarborg.record.failure import VerificationFailure
from waarborg.record.note import Note, NoteRefused, Signature, Verifier
from waarborg.record.policy import Policy
from waarborg.record.receipt import check_policy
from waarborg.record.source import CHECKPOINT, RecordSource


@dataclass(frozen=True, slots=True)
class WitnessStatus:
    """What one witness of a policy said to a checkpoint.

    Attributes:
        name: Its name in the policy.
        at: When it says it cosigned, seconds since 1970; None when it was silent.
    """

    name: str
    at: int | None

    def to_json(self) -> dict[str, Any]:
        """As plain data for `--json`."""
        return {"name": self.name, "cosigned_at": self.at}


def add_cosignatures(note: Note, lines: Iterable[Signature], witnesses: Iterable[Verifier]) -> Note:
    """The checkpoint with the cosignatures that hold and are by known witnesses.

    A later word of a witness takes the place of its earlier one; order is by name.

    Args:
        note: The signed checkpoint.
        lines: What witnesses answered; anything else is passed over.
        witnesses: The keys that are known.
    """
    known = list(witnesses)
    own = [each for each in note.signatures if not any(key.made(each) for key in known)]
    latest: dict[tuple[str, bytes], Signature] = {}
    for line in sorted((*note.signatures, *lines), key=lambda each: each.data[:8]):
        if any(key.made(line) and key.holds(note.text, line) for key in known):
            latest[line.name, line.key_id] = line
    return Note(note.text, (*own, *(latest[name] for name in sorted(latest))))


def check_cosignatures(source: RecordSource, policy: Policy) -> tuple[WitnessStatus, ...]:
    """What each witness of the policy said; silence is a status, a missed quorum a failure.

    Raises:
        VerificationFailure: REC-001 without a checkpoint, REC-003 when no log of the policy
            signed it or a known key's signature is wrong, REC-090 when the quorum is not met.
    """
    data = source.read(CHECKPOINT)
    if data is None:
        raise VerificationFailure("REC-001", CHECKPOINT, "a signed checkpoint", "no such file")
    try:
        _, signed = check_policy(data, policy)
        note = Note.parse(data)
    except NoteRefused as error:
        expected = "signatures as the policy asks"
        raise VerificationFailure("REC-003", CHECKPOINT, expected, str(error)) from None
    if not policy.met_by(signed):
        missing = ", ".join(policy.lacking(signed))
        expected = f"the quorum {policy.quorum!r}"
        raise VerificationFailure("REC-090", CHECKPOINT, expected, f"no cosignature by {missing}")
    return tuple(
        WitnessStatus(name, _time(note, key) if key in signed else None)
        for name, key in sorted(policy.witnesses.items())
    )


def _time(note: Note, key: Verifier) -> int:
    """The latest time at which a witness says it cosigned."""
    return max(int.from_bytes(each.data[:8], "big") for each in note.signatures if key.made(each))
