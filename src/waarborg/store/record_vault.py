"""The vault: keys of private fields, in a file of their own, so that erasing is destroying a key.

The vault is backed up apart from the record, or not at all: whoever has a backup of the ciphertext
alone has nothing. It is always an SQLite file, also beside PostgreSQL, whose journal and dead rows
would keep what was deleted.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from waarborg.record.disclosure import Disclosure
from waarborg.record.sealing import KEY_BYTES, NONCE_BYTES, seal, seal_to, unseal
from waarborg.store.concealed import Concealed
from waarborg.store.record_engine import lock_file

if (
    TYPE_CHECKING
):  # SQLAlchemy and Alembic are loaded by who opens a database, not by who reads a folder
    from waarborg.store.record_sql import SqlRecord

_SLOT = 8
SEALED = "sealed"


def fresh_salt() -> bytes:
    """16 bytes from the system's dice, for one disclosure."""
    return secrets.token_bytes(16)


class Vault:
    """Data keys, each wrapped with the key of its class."""

    def __init__(self, path: Path, class_keys: Mapping[str, bytes]) -> None:
        """Open or begin a vault.

        Args:
            path: The file.
            class_keys: Class to 32 secret bytes; kept by the caller, never in the file.

        Raises:
            VerificationFailure: REC-051 when another process holds the vault.
        """
        self._lock = lock_file(path.with_name(path.name + ".lock"))
        self._keys = dict(class_keys)
        self._file = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS data_key (slot INTEGER PRIMARY KEY AUTOINCREMENT, "
            "wrapped BLOB NOT NULL)"
        )

    def conceal(self, private: Mapping[str, Sequence[Disclosure]]) -> list[Concealed]:
        """Encrypt disclosures by class; their keys are on disk when this returns.

        Raises:
            KeyError: For a class without a key here; sealed fields go through `conceal_to`.
        """
        concealed = []
        self._file.execute("BEGIN IMMEDIATE")
        try:
            for kind, disclosures in sorted(private.items()):
                concealed += [self._conceal(kind, each) for each in disclosures]
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")
        return concealed

    def reveal(self, field: Concealed) -> str | None:
        """The disclosure, or None when its key was destroyed.

        Raises:
            SealBroken: When the ciphertext was altered or the class key is another.
        """
        slot = int.from_bytes(field.ciphertext[:_SLOT], "big")
        query = "SELECT wrapped FROM data_key WHERE slot = ?"
        row = self._file.execute(query, (slot,)).fetchone()
        if row is None:
            return None
        context = f"{field.kind} {field.digest}"
        key = unseal(row[0], self._keys[field.kind], context)
        return unseal(field.ciphertext[_SLOT:], key, context).decode()

    def destroy(self, fields: Iterable[Concealed]) -> None:
        """Destroy the keys of fields, so that no copy of their ciphertext can be opened again."""
        slots = [(int.from_bytes(each.ciphertext[:_SLOT], "big"),) for each in fields]
        self._file.execute("BEGIN IMMEDIATE")
        self._file.executemany("DELETE FROM data_key WHERE slot = ?", slots)
        self._file.execute("COMMIT")
        self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._file.execute("VACUUM")
        self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _conceal(self, kind: str, disclosure: Disclosure) -> Concealed:
        context = f"{kind} {disclosure.digest}"
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = seal(key, self._keys[kind], secrets.token_bytes(NONCE_BYTES), context)
        cursor = self._file.execute("INSERT INTO data_key (wrapped) VALUES (?)", (wrapped,))
        slot = (cursor.lastrowid or 0).to_bytes(_SLOT, "big")
        box = seal(disclosure.encoded.encode(), key, secrets.token_bytes(NONCE_BYTES), context)
        return Concealed(kind, disclosure.digest, slot + box)


def conceal_to(disclosures: Sequence[Disclosure], readers: Sequence[bytes]) -> list[Concealed]:
    """Encrypt disclosures to named readers, on the author's own machine.

    Args:
        disclosures: Of the class "sealed".
        readers: Raw X25519 public keys.
    """
    return [
        Concealed(
            SEALED, each.digest, seal_to(each.encoded.encode(), readers, f"{SEALED} {each.digest}")
        )
        for each in disclosures
    ]


def carry_out_redactions(record: SqlRecord, vault: Vault) -> dict[int, list[str]]:
    """Destroy what the record's redactions in effect name, and is still there.

    Returns:
        Entry to the digests that were destroyed now.
    """
    done: dict[int, list[str]] = {}
    for place, digests in sorted(record.chains.redacted.items()):
        fields = [each for each in record.concealed(place) if each.digest in digests]
        if not fields:
            continue
        vault.destroy(each for each in fields if each.kind != SEALED)
        record.erase_concealed(place, [each.digest for each in fields])
        done[place] = [each.digest for each in fields]
    return done
