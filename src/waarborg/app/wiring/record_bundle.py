"""A bundle: a record with everything it takes to check it offline, in one folder."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from waarborg.app.services.plain import pretty
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.note import Verifier
from waarborg.record.source import RecordSource
from waarborg.store.record_folder import FolderSource, write_files
from waarborg.store.record_mirror import mirror

BESIDE = ("README.txt", "verify_record.py", "verify_record.html")


def export(source: RecordSource, folder: Path, keys: list[Verifier]) -> Checkpoint:
    """Write a bundle; the record is checked while it is copied.

    Args:
        source: The record.
        folder: Where the bundle shall lie.
        keys: Keys that may have signed it.

    Raises:
        VerificationFailure: When the record does not hold; the bundle is then not complete.
    """
    checkpoint, _ = mirror(source, folder / "record", keys)
    offline = files("waarborg.app.publish") / "offline"
    write_files(folder, ((name, (offline / name).read_bytes()) for name in BESIDE))
    held = FolderSource(folder)
    rows = []
    for name in sorted(held.names()):
        found = held.digest(name)
        if found is not None and name != "manifest.json":
            rows.append({"path": name, "sha256": found[0], "bytes": found[1]})
    write_files(folder, [("manifest.json", pretty(rows).encode())])
    return checkpoint
