"""Verify that published figures follow from the record: derive them again and compare.

Rules this module keeps:
1. Only the record is read; a figure is never checked against itself.
2. Files as published are compared with the record first, then the record with what is derived anew:
   an edited file and a wrong derivation are told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from waarborg import __version__
from waarborg.app.services.derive import Progress, derive, silent
from waarborg.app.services.derived import Derived
from waarborg.app.services.inputs import Inputs
from waarborg.app.services.logbook import (
    PROOF,
    PROVER,
    Contents,
    Derivation,
    last_derivation,
    read_back,
)
from waarborg.app.services.outputs import derived_files
from waarborg.app.services.panels import Seal
from waarborg.base.problems import ProblemsFound
from waarborg.record.failure import VerificationFailure, entry_failure
from waarborg.record.journal import Journal
from waarborg.record.manifest import differences, manifest, manifest_digest

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Repeated:
    """A derivation that came out the same again.

    Attributes:
        derivation: The derivation.
        files: Number of files compared.
        published: Number of published files compared; 0 when none lie beside the record.
    """

    derivation: Derivation
    files: int
    published: int


def contents(journal: Journal, stop: int | None = None) -> Contents:
    """Read a record that has been verified, or its first entries.

    Raises:
        VerificationFailure: An entry cannot be read as its kind says (REC-064).
    """
    return _read(lambda: read_back(journal, stop))


def repeat_proofs(journal: Journal, announce: Progress = silent) -> int:
    """Ask every proof on the record again, from the record alone, and compare the answers.

    Args:
        journal: The record, verified.
        announce: Called with the name of the step.

    Returns:
        How many proofs came out the same.

    Raises:
        VerificationFailure: One comes out otherwise (REC-062), or its entry cannot be read as its
            kind says (REC-064).
    """
    count = 0
    for recorded in journal.read():
        if (recorded.statement.kind, recorded.statement.author) != (PROOF, PROVER):
            continue
        announce("prove")
        stated, found = _read(partial(_both, recorded.statement.body, journal.blobs))
        if found != stated:
            place, expected, seen = _first_difference("answers", found, stated)
            raise VerificationFailure("REC-062", place, expected, seen, recorded.place)
        count += 1
    return count


def _pages(derived: Derived, inputs: Inputs, seal: Seal | None) -> dict[str, bytes]:
    from waarborg.app.wiring.run import pages  # noqa: PLC0415  # loads the templates

    return pages(derived, inputs, seal)


def _both(body: Mapping[str, Any], blobs: Mapping[str, bytes]) -> tuple[bytes, bytes]:
    """The answers of a proof as stated, and as they come out now."""
    from waarborg.app.services.proving_record import repeated  # noqa: PLC0415  # loads the solver

    return blobs[body["answers"]["blob"]], repeated(body, blobs)


def _read(reader: Callable[[], _Found]) -> _Found:
    try:
        return reader()
    except (KeyError, ValueError, TypeError, ProblemsFound) as error:
        raise VerificationFailure(
            "REC-064", "entries", "entries as their kinds say", f"{type(error).__name__}: {error}"
        ) from error


def check_published(
    derivation: Derivation, published: Mapping[str, bytes | None], derived: Mapping[str, bytes]
) -> None:
    """Compare files as they lie beside the record with what the record says was derived.

    Args:
        derivation: What the record says.
        published: Content of each file the derivation names, None when it is not there.
        derived: The files derived anew, to name what was edited.

    Raises:
        VerificationFailure: The first file that is missing or edited (REC-060, REC-061).
    """
    for row in derivation.files:
        found = published.get(row["path"])
        if found is None:
            raise VerificationFailure("REC-061", row["path"], row["sha256"], "no such file")
        if manifest({row["path"]: found})[0]["sha256"] != row["sha256"]:
            place, expected, seen = _first_difference(row["path"], derived[row["path"]], found)
            raise VerificationFailure("REC-060", place, expected, seen)


def check_vouched(held: Contents, files: Mapping[str, bytes]) -> None:
    """Compare files with the digests that the record's last derivation gives, without deriving.

    Args:
        held: What the record holds.
        files: Content of some of the files it gave, by name; empty when it is not there.

    Raises:
        VerificationFailure: The record has no derivation (REC-063), or a file was edited (REC-060).
    """
    if not held.derivations:
        raise VerificationFailure("REC-063", "entries", "a derivation", "none")
    stated = {row["path"]: row["sha256"] for row in held.derivations[-1].files}
    for row in manifest(files):
        if row["path"] not in stated and not row["bytes"]:
            continue  # a run of an earlier version gave no such file
        expected = stated.get(row["path"], "no such file")
        if row["sha256"] != expected:
            found = f"a file with SHA-256 {row['sha256']}" if row["bytes"] else "no such file"
            raise VerificationFailure("REC-060", row["path"], f"SHA-256 {expected}", found)


def _first_difference(path: str, right: bytes, found: bytes) -> tuple[str, str, str]:
    """The first line that differs: where, how it should read, how it reads."""
    one, other = right.splitlines(), found.splitlines()
    for number, (expected, seen) in enumerate(zip(one, other, strict=False), start=1):
        if expected != seen:
            return (f"{path}:{number}", *_around(expected, seen))
    number = min(len(one), len(other)) + 1
    return f"{path}:{number}", f"{len(one)} lines", f"{len(other)} lines"


def _around(expected: bytes, seen: bytes) -> tuple[str, str]:
    """The stretch of two lines around their first difference."""
    pairs = zip(expected, seen, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(expected), len(seen)))
    cut = slice(max(0, at - 40), at + 40)
    return expected[cut].decode("utf-8", "replace"), seen[cut].decode("utf-8", "replace")


def repeat(
    journal: Journal,
    open_inputs: Callable[[Contents], Inputs],
    announce: Progress = silent,
) -> tuple[Derivation, dict[str, bytes]]:
    """Derive the last derivation again from the record and compare it with what the record says.

    Args:
        journal: The record, verified.
        open_inputs: Reads settings and texts; the caller knows their forms.
        announce: Called with the name of each step.

    Raises:
        VerificationFailure: There is no derivation (REC-063), it comes out otherwise (REC-062), or
            an entry cannot be read as its kind says (REC-064).
    """
    derivation = _read(lambda: last_derivation(journal))
    if derivation is None:
        raise VerificationFailure("REC-063", "entries", "a derivation", "none")
    _check_rests_on(derivation)
    inputs = open_inputs(contents(journal, derivation.rests_on))
    derived = derive(inputs, derivation.as_of, derivation.known_at, announce)
    announce("report")
    seal = Seal(derivation.rests_on, journal.root(derivation.rests_on).hex())
    files = derived_files(derived) | _pages(derived, inputs, seal)
    _check_manifest(derivation, manifest(files))
    return derivation, files


def _check_rests_on(derivation: Derivation) -> None:
    if not 0 <= derivation.rests_on <= derivation.seq:
        expected = f"a derivation that rests on entries before {derivation.seq}"
        found = f"one that rests on {derivation.rests_on}"
        raise entry_failure("REC-064", derivation.seq, expected, found)


def _check_manifest(derivation: Derivation, rows: list[dict[str, Any]]) -> None:
    """Every file came out as the derivation states."""
    for path, stated, found in differences(derivation.files, rows):
        raise VerificationFailure(
            "REC-062",
            path,
            f"digest {stated}, made by waarborg {derivation.waarborg}",
            f"digest {found}",
            derivation.seq,
        )


@dataclass(frozen=True, slots=True)
class Replayed:
    """An answer worked out from a record alone.

    Attributes:
        as_of: The moment it speaks of.
        known_at: The moment up to which knowledge counted.
        rests_on: Number of entries it rests on.
        files: Figures and pages by name.
        digest: SHA-256 in hex over the list of their digests.
        entry: The entry that states this very digest for these moments, None when there is none.
    """

    as_of: datetime
    known_at: datetime
    rests_on: int
    files: Mapping[str, bytes]
    digest: str
    entry: int | None


def question(journal: Journal) -> tuple[datetime, datetime] | None:
    """The moments that the last derivation of a record answers for, None without one.

    Raises:
        VerificationFailure: REC-064 when it cannot be read.
    """
    last = _read(lambda: last_derivation(journal))
    return None if last is None else (last.as_of, last.known_at)


def replay(
    journal: Journal,
    open_inputs: Callable[[Contents], Inputs],
    as_of: datetime,
    known_at: datetime,
    announce: Progress = silent,
) -> Replayed:
    """Work out an answer from a record alone.

    Where the record states an answer for these moments, this one rests on the same entries and must
    come out the same.

    Args:
        journal: The record, verified.
        open_inputs: Reads settings and texts; the caller knows their forms.
        as_of: The moment the answer speaks of.
        known_at: The moment up to which knowledge counts.
        announce: Called with the name of each step.

    Raises:
        VerificationFailure: REC-062 when the record states another answer, REC-064 when an entry
            cannot be read as its kind says.
    """
    held = contents(journal)
    asked = [d for d in held.derivations if (d.as_of, d.known_at) == (as_of, known_at)]
    stated = asked[-1] if asked and asked[-1].waarborg == __version__ else None
    rests_on = journal.size
    if stated is not None:
        _check_rests_on(stated)
        rests_on = stated.rests_on
        held = contents(journal, rests_on)
    inputs = open_inputs(held)
    derived = derive(inputs, as_of, known_at, announce)
    announce("report")
    seal = Seal(rests_on, journal.root(rests_on).hex())
    files = derived_files(derived) | _pages(derived, inputs, seal)
    rows = manifest(files)
    if stated is not None:
        _check_manifest(stated, rows)
    entry = None if stated is None else stated.seq
    return Replayed(as_of, known_at, rests_on, files, manifest_digest(rows), entry)
