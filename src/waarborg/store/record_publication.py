"""Publishing a database's record: tiles first, then the proof, then the signature, then the checkpoint.

Nothing is signed that was not proved to extend what was signed before. A process killed at any point
leaves either the old checkpoint or the new one; the next run completes what is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from waarborg.record.checkpoint import Checkpoint, read_checkpoint
from waarborg.record.failure import VerificationFailure
from waarborg.record.note import NoteRefused, Signer
from waarborg.record.source import CHECKPOINT, VKEY
from waarborg.record.tiles import WIDTH, grow, node_reader, tile_path
from waarborg.record.tree import ProofRefused, consistency_proof, root, verify_consistency
from waarborg.store.record_folder import FolderSource, remove_unfinished, write_files

if (
    TYPE_CHECKING
):  # SQLAlchemy and Alembic are loaded by who opens a database, not by who reads a folder
    from waarborg.store.record_sql import SqlRecord


def publish(record: SqlRecord, folder: Path, seed: bytes) -> Checkpoint:
    """Bring the folder up to the database and sign its checkpoint.

    Args:
        record: The log, open for writing.
        folder: Where tiles and checkpoint lie or shall lie.
        seed: The 32 seed bytes of the log's key.

    Returns:
        The checkpoint that was signed.

    Raises:
        VerificationFailure: REC-050 when the tiles do not lead to the database's root, or the
            new root does not extend the last one signed; nothing is signed then.
    """
    signer = Signer(record.origin, seed)
    source = FolderSource(folder)
    published = _published(source, signer)
    new, last = record.checkpoint(), record.last_signed()
    folder.mkdir(parents=True, exist_ok=True)
    remove_unfinished(folder)
    old = min(published.size, new.size)
    write_files(folder, grow(old, record.entries(old // WIDTH * WIDTH), _tiles(source)))
    _prove(source, last, new)
    if last != new:
        record.about_to_sign(new)
    if published != new:
        note = new.signed(signer)
        write_files(folder, [(VKEY, signer.verifier.vkey.encode() + b"\n")])
        write_files(folder, [(CHECKPOINT, note.encode())])
    return new


def _published(source: FolderSource, signer: Signer) -> Checkpoint:
    """The folder's checkpoint, if this log signed it; size 0 for a new folder."""
    data = source.read(CHECKPOINT)
    if data is None:
        return Checkpoint(signer.name, 0, b"")
    try:
        checkpoint, note = read_checkpoint(data)
        note.verified_by([signer.verifier])
    except NoteRefused as error:
        expected = f"the last checkpoint signed by {signer.verifier.vkey}"
        raise VerificationFailure("REC-002", CHECKPOINT, expected, str(error)) from None
    return checkpoint


def _prove(source: FolderSource, last: Checkpoint | None, new: Checkpoint) -> None:
    """The tiles on disk lead to the new root, and the new root extends the last one signed."""
    if not new.size:
        return
    node = node_reader(_tiles(source), new.size)
    expected = f"the root {new.root.hex()} of the {new.size} entries in the database"
    found = root(node, new.size)
    if found != new.root:
        raise VerificationFailure("REC-050", "tiles", expected, f"the root {found.hex()}")
    if last is None or not last.size:
        return
    try:
        proof = consistency_proof(node, last.size, new.size)
        verify_consistency(last.size, new.size, last.root, new.root, proof)
    except (ProofRefused, ValueError) as error:
        expected = f"the {last.size} entries with root {last.root.hex()}, and more behind them"
        raise VerificationFailure("REC-050", CHECKPOINT, expected, str(error)) from None


def _tiles(source: FolderSource) -> Callable[[int, int, int], bytes]:
    """Reads tiles of a folder; some are kept at hand, because proofs ask for neighbours in turn."""

    @lru_cache(maxsize=64)
    def tile(level: int, number: int, width: int) -> bytes:
        path = tile_path(level, number, width)
        data = source.read(path)
        if data is None:
            expected = f"a tile of {width} hashes"
            raise VerificationFailure("REC-030", path, expected, "no such file")
        return data

    return tile
