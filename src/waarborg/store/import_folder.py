"""Taking a file of reports into a mission folder: copied whole, named in the settings, or nothing."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.reports.mission import Release
from waarborg.store.mission_folder import CHUNK, SETTINGS, MissionFolder, leads_out
from waarborg.store.out_folder import write_chunks, write_file


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, a piece at a time.

    Raises:
        ProblemsFound: There is no such file.
    """
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece
    except OSError as error:
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    0,
                    "VII-030",
                    "the file cannot be read",
                    "a file of reports",
                    error.strerror or str(error),
                    "correct the name, or the rights to read it",
                )
            ]
        ) from error


def take(folder: MissionFolder, file: Path, release: Release, quarantine: bytes | None) -> bool:
    """Copy a file into the mission and name it in the settings.

    The copy is complete before the settings name it, so that a crash in between leaves a mission
    that reads as before.

    Args:
        folder: The mission.
        file: The file that was parsed.
        release: What the settings will say of it.
        quarantine: The refused rows as CSV, None when there are none.

    Returns:
        False when the mission already holds this very file; nothing is written then.

    Raises:
        ProblemsFound: Another file of that name is in the mission, or a link leads out of it.
    """
    digest = _digest(file)
    if any(held.sha256 == digest for held in folder.mission.releases):
        return False
    beside = f"quarantine/{file.name}.csv"
    if problem := leads_out(folder.path, release.file) or leads_out(folder.path, beside):
        raise ProblemsFound([problem])
    target = folder.path / release.file
    if target.exists() and _digest(target) != digest:
        raise ProblemsFound(
            [
                Problem(
                    release.file,
                    0,
                    "VII-031",
                    "the mission already has another file of this name",
                    "a name that is not taken",
                    file.name,
                    "rename the file; a release is never replaced",
                )
            ]
        )
    settings = folder.path / SETTINGS
    named = _with_entry(settings.read_text(encoding="utf-8"), _entry(release, digest))
    write_chunks(target, chunks(file))
    if quarantine is not None:
        write_file(folder.path / beside, quarantine)
    write_file(settings, named.encode())
    return True


def _digest(file: Path) -> str:
    """SHA-256 in hex of a file, read a piece at a time."""
    digest = hashlib.sha256()
    for piece in chunks(file):
        digest.update(piece)
    return digest.hexdigest()


def _with_entry(text: str, entry: str) -> str:
    """The settings with one more release at their end.

    Raises:
        ProblemsFound: The releases stand in a list on one line, to which no table can be added.
    """
    named = re.sub(r"(?m)^releases\s*=\s*\[\s*\][ \t]*\n?", "", text).rstrip("\n") + "\n\n" + entry
    try:
        tomllib.loads(named)
    except tomllib.TOMLDecodeError as error:
        raise ProblemsFound(
            [
                Problem(
                    SETTINGS,
                    0,
                    "VII-032",
                    "no release can be added to the settings",
                    "a table [[releases]] for each release",
                    str(error),
                    "write each release as a table of its own, as the example does",
                )
            ]
        ) from error
    return named


def _entry(release: Release, digest: str) -> str:
    rows = {
        "file": json.dumps(release.file),
        "channel": json.dumps(release.channel),
        "received_at": release.received_at.isoformat(),
        "certainty": json.dumps(release.certainty.value),
        "words": json.dumps(release.words),
        "sha256": json.dumps(digest),
    }
    return "[[releases]]\n" + "".join(f"{key} = {value}\n" for key, value in rows.items())
