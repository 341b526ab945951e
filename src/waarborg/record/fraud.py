"""Proof that a log signed two histories: portable, checked by anyone who has the log's key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from waarborg.record.checkpoint import Checkpoint, read_checkpoint
from waarborg.record.note import NoteRefused, Verifier
from waarborg.record.tree import (
    NodeReader,
    ProofRefused,
    consistency_proof,
    root,
    verify_consistency,
)

FORMAT = "waarborg fraud proof, version 1"


class NoFraud(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """The two checkpoints do not show that the log signed two histories; the text says why."""


def prove_fraud(one: bytes, other: bytes, later: NodeReader | None) -> dict[str, Any]:
    """Put together the proof from two checkpoints.

    Two of one size with different roots are proof by themselves. For two sizes the nodes of the
    later history are needed: they show which root it had at the earlier size.

    Args:
        one: A signed checkpoint.
        other: Another of the same log.
        later: Nodes of the tree of the larger checkpoint.

    Raises:
        NoFraud: When the two belong to one history, or to different logs.
    """
    try:
        pair = sorted((read_checkpoint(each)[0].size, each) for each in (one, other))
    except NoteRefused as error:
        raise NoFraud(f"a checkpoint cannot be read: {error}") from None
    (small, early), (large, late) = pair
    proof: dict[str, Any] = {"format": FORMAT, "early": early.decode(), "late": late.decode()}
    if small < large and small > 0:
        if later is None:
            raise NoFraud("for two sizes the entries or tiles of the later history are needed")
        proof["root"] = root(later, small).hex()
        proof["proof"] = [each.hex() for each in consistency_proof(later, small, large)]
    return proof


def check_fraud(proof: Mapping[str, Any], keys: Sequence[Verifier]) -> str:
    """Check a fraud proof; what it shows, in words.

    Raises:
        NoFraud: When it does not show that a holder of these keys signed two histories.
    """
    early, late = (_signed(proof, name, keys) for name in ("early", "late"))
    if early.origin != late.origin:
        raise NoFraud("the checkpoints are of different logs")
    if early.size == late.size:
        if early.root == late.root:
            raise NoFraud("both checkpoints say the same")
        return f"{early.origin} signed two roots for {early.size} entries"
    try:
        other = bytes.fromhex(proof["root"])
        path = [bytes.fromhex(each) for each in proof["proof"]]
        verify_consistency(early.size, late.size, other, late.root, path)
    except (KeyError, TypeError, ValueError, ProofRefused) as error:
        raise NoFraud(f"the later history is not shown to have had another root: {error}") from None
    if other == early.root:
        raise NoFraud("the later checkpoint extends the earlier one: one history")
    return (
        f"{early.origin} signed {early.size} entries with root {early.root.hex()}, and later "
        f"{late.size} entries whose first {early.size} have root {other.hex()}"
    )


def _signed(proof: Mapping[str, Any], name: str, keys: Sequence[Verifier]) -> Checkpoint:
    try:
        checkpoint, note = read_checkpoint(str(proof[name]).encode())
        note.verified_by([key for key in keys if key.name == checkpoint.origin])
    except (KeyError, NoteRefused) as error:
        raise NoFraud(f"the {name} checkpoint is not one the log signed: {error}") from None
    return checkpoint
