"""Verify that published figures follow from the record: derive them again and compare.

Rules this module keeps:
1. Only the record is read; a figure is never checked against itself.
2. Files as published are compared with the record first, then the record with what is derived anew:
   an edited file and a wrong derivation are told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from waarborg.app.services.derive import Progress, derive, silent
from waarborg.app.services.inputs import Inputs
from waarborg.app.services.logbook import Contents, Derivation, last_derivation, read_back
from waarborg.app.services.outputs import derived_files
from waarborg.app.services.panels import Seal
from waarborg.app.wiring.run import pages
from waarborg.record.failure import VerificationFailure, entry_failure
from waarborg.record.journal import Journal
from waarborg.record.manifest import differences, manifest

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


def _read(reader: Callable[[], _Found]) -> _Found:
    try:
        return reader()
    except (KeyError, ValueError, TypeError) as error:
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
    if not 0 <= derivation.rests_on <= derivation.seq:
        expected = f"a derivation that rests on entries before {derivation.seq}"
        found = f"one that rests on {derivation.rests_on}"
        raise entry_failure("REC-064", derivation.seq, expected, found)
    inputs = open_inputs(contents(journal, derivation.rests_on))
    derived = derive(inputs, derivation.as_of, derivation.known_at, announce)
    announce("report")
    seal = Seal(derivation.rests_on, journal.root(derivation.rests_on).hex())
    files = derived_files(derived) | pages(derived, inputs, seal)
    for path, stated, found in differences(derivation.files, manifest(files)):
        raise VerificationFailure(
            "REC-062",
            path,
            f"digest {stated}, made by waarborg {derivation.waarborg}",
            f"digest {found}",
            derivation.seq,
        )
    return derivation, files
