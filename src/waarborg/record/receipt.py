"""Receipts (c2sp.org/tlog-proof): proof, offline and for good, that an entry is in the log."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from waarborg.record.checkpoint import Checkpoint, read_checkpoint
from waarborg.record.note import NoteRefused, Verifier, base64_exact
from waarborg.record.policy import Policy
from waarborg.record.tree import (
    HASH_BYTES,
    NodeReader,
    ProofRefused,
    inclusion_proof,
    leaf_hash,
    verify_inclusion,
)

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63
_INDEX = re.compile(r"0|[1-9][0-9]{0,18}")


class ReceiptRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """A receipt that is malformed or does not show that the entry is in the log."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry's place, the proof that it is there, and the checkpoint the proof leads to.

    Attributes:
        index: Place of the entry.
        proof: Hashes from the leaf's sibling upwards.
        checkpoint: The signed checkpoint, byte for byte, cosignatures included.
        extra: Bytes for the application; nothing vouches for them.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> Receipt:
        """Read a receipt strictly.

        Raises:
            ReceiptRefused: When a line is not as the specification says.
        """
        head, gap, checkpoint = data.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise ReceiptRefused("the lines of a receipt are ASCII") from None
        if not gap or lines[0] != FIRST_LINE:
            raise ReceiptRefused(f"a receipt begins with {FIRST_LINE}, then an empty line follows")
        rest, extra = lines[1:], b""
        try:
            if rest and rest[0].startswith("extra "):
                extra = base64_exact(rest.pop(0).removeprefix("extra "))
            index = rest.pop(0).removeprefix("index ") if rest else ""
            proof = tuple(map(base64_exact, rest))
        except NoteRefused as error:
            raise ReceiptRefused(f"the receipt: {error}") from None
        if not _INDEX.fullmatch(index) or lines[-1 - len(rest)] != f"index {index}":
            raise ReceiptRefused("the receipt names no place")
        if len(proof) > MOST_HASHES or any(len(each) != HASH_BYTES for each in proof):
            raise ReceiptRefused("a proof has at most 63 hashes of 32 bytes")
        return cls(int(index), proof, checkpoint, extra)

    def encode(self) -> bytes:
        """The receipt as the text of a `.tlog-proof` file."""
        lines = [FIRST_LINE]
        if self.extra:
            lines.append("extra " + base64.b64encode(self.extra).decode())
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(each).decode() for each in self.proof]
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint

    def verify(self, entry: bytes, policy: Policy) -> Checkpoint:
        """Check, without any server, that an entry is in a log that a policy accepts.

        Args:
            entry: The bytes that were handed in.
            policy: The logs accepted, and the witnesses asked for.

        Raises:
            ReceiptRefused: When the receipt does not show it.
        """
        try:
            checkpoint, signed = check_policy(self.checkpoint, policy)
        except NoteRefused as error:
            raise ReceiptRefused(f"the checkpoint of the receipt: {error}") from None
        if not policy.met_by(signed):
            missing = ", ".join(policy.lacking(signed))
            raise ReceiptRefused(f"the quorum {policy.quorum!r} is not met; silent: {missing}")
        try:
            verify_inclusion(
                self.index, checkpoint.size, leaf_hash(entry), self.proof, checkpoint.root
            )
        except ProofRefused as error:
            raise ReceiptRefused(f"the entry is not shown to be in the log: {error}") from None
        return checkpoint


def make_receipt(index: int, size: int, node: NodeReader, checkpoint: bytes) -> Receipt:
    """The receipt of an entry, from the nodes of a tree and its signed checkpoint."""
    return Receipt(index, tuple(inclusion_proof(node, index, size)), checkpoint)


def check_policy(data: bytes, policy: Policy) -> tuple[Checkpoint, tuple[Verifier, ...]]:
    """A checkpoint signed by a log of the policy, and the witnesses whose cosignatures hold.

    Raises:
        NoteRefused: When it is malformed, or no log of the policy signed it, or a known key's
            signature does not hold.
    """
    checkpoint, note = read_checkpoint(data)
    logs = [key for key in policy.logs if key.name == checkpoint.origin]
    if not logs:
        raise NoteRefused(f"the policy accepts no log of the name {checkpoint.origin}")
    note.verified_by(logs)
    return checkpoint, _cosigners(note.verified_by([*logs, *policy.witnesses.values()]), logs)


def _cosigners(signed: Iterable[Verifier], logs: list[Verifier]) -> tuple[Verifier, ...]:
    return tuple(key for key in signed if key not in logs)
