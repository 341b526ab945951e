"""The mission folder on disk: settings checked, every file named in them found, contents in hand.

Rules this module keeps:
1. All problems of the folder are told at once, each with file, line, expected, found and fix.
2. An unknown key, a missing file, two files of one name or a changed release refuse the folder.
3. Releases are read in chunks by whoever parses them; nothing here holds a whole one.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.reports.headlines import Lexicon
from waarborg.reports.mission import Mission, Release

CHUNK = 1 << 20
SETTINGS = "mission.toml"
_FIX_KEY = "see the reference of mission.toml for the keys there are"
_Form = TypeVar("_Form")


@dataclass(frozen=True, slots=True)
class MissionFolder:
    """A mission folder that was read without a problem.

    Attributes:
        path: Where it lies.
        mission: What `mission.toml` states.
        lexicon: The word lists.
        contents: Every other named file but the releases, by its path inside the folder.
    """

    path: Path
    mission: Mission
    lexicon: Lexicon
    contents: dict[str, bytes]

    def text(self, name: str) -> str:
        """A file named in the settings, as text.

        Raises:
            KeyError: The settings name no such file.
        """
        return self.contents[name].decode("utf-8")

    def chunks(self, release: Release) -> Iterator[bytes]:
        """A release's bytes, a piece at a time."""
        with (self.path / release.file).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def read(path: Path) -> MissionFolder:
    """Read a mission folder.

    Args:
        path: The folder that holds `mission.toml`.

    Raises:
        ProblemsFound: With every problem of the folder.
    """
    problems: list[Problem] = []
    mission = _form(path, SETTINGS, Mission, problems)
    if mission is None:
        raise ProblemsFound(problems)
    named = [mission.agreement, *mission.exercises, mission.zones, mission.claims]
    named += [mission.words, mission.control.file]
    named += [mission.judgements] if mission.judgements else []
    problems += _same_names(path, named + [release.file for release in mission.releases])
    contents = {
        name: found for name in named if (found := _bytes(path, name, problems)) is not None
    }
    for release in mission.releases:
        _check_release(path, release, problems)
    problems += _check_settings(mission, (path / SETTINGS).read_text(encoding="utf-8"))
    lexicon = _form(path, mission.words, Lexicon, problems) if mission.words in contents else None
    if problems or lexicon is None:
        raise ProblemsFound(problems)
    return MissionFolder(path, mission, lexicon, contents)


def _form(path: Path, name: str, form: type[_Form], problems: list[Problem]) -> _Form | None:
    """A TOML file as what it should be, or None with the problems noted."""
    raw = _bytes(path, name, problems)
    return None if raw is None else read_form(name, raw, form, problems)


def read_form(name: str, raw: bytes, form: type[_Form], problems: list[Problem]) -> _Form | None:
    """The bytes of a TOML file as what they should be.

    Args:
        name: How problems call the file.
        raw: Its bytes.
        form: `Mission` or `Lexicon`.
        problems: Every problem found is added here.

    Returns:
        The form, or None when there was a problem.
    """
    try:
        text = raw.decode("utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.append(
            Problem(
                name,
                line,
                "VII-021",
                "the file is not in UTF-8",
                "UTF-8",
                f"the byte 0x{raw[error.start]:02x}",
                "save the file as UTF-8",
            )
        )
        return None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place.group(1)) if place else text.count("\n") + 1
        problems.append(
            Problem(
                name,
                line,
                "VII-022",
                "the file is not TOML",
                "TOML 1.0",
                str(error),
                "correct the line; text stands in double quotes",
            )
        )
        return None
    try:
        # Through JSON, because the strict mode then takes lists, words and days as a file has them,
        # and still refuses "no" as a truth value or "5" as a number.
        return TypeAdapter(form).validate_json(json.dumps(data, default=_plain), strict=True)
    except ValidationError as error:
        problems += [_form_problem(name, text, found) for found in error.errors(include_url=False)]
        return None


def _plain(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"TOML has no {type(value).__name__}")


def _form_problem(name: str, text: str, found: Any) -> Problem:
    """One complaint of the checker, in our words and with its line."""
    keys = [key for key in found["loc"] if key != "__root__"]
    dotted = ".".join(str(key) for key in keys)
    line = locate(text, keys)
    kind, shown = found["type"], _short(found.get("input"))
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return Problem(
            name,
            line,
            "VII-023",
            f"the key {dotted} is not known",
            "a key of the format",
            dotted,
            _FIX_KEY,
        )
    if kind == "missing":
        return Problem(
            name,
            line,
            "VII-024",
            f"the key {dotted} is missing",
            f"a value for {dotted}",
            "nothing",
            _FIX_KEY,
        )
    expected = str(found["msg"]).removeprefix("Input should be ")
    return Problem(
        name,
        line,
        "VII-025",
        f"the value of {dotted} cannot be used",
        expected,
        shown,
        "correct the value",
    )


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:80] + "…"


def locate(text: str, keys: list[Any]) -> int:
    """The line of a key in TOML text, as near as its tables tell; 1 when it is not found.

    Args:
        text: The TOML text.
        keys: Table names, indexes of arrays of tables, and the key itself.
    """
    at: list[Any] = []
    counts: dict[tuple[Any, ...], int] = defaultdict(int)
    best, depth = 1, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if head := re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line):
            names: list[Any] = [part.strip().strip("\"'") for part in head.group(2).split(".")]
            if head.group(1) == "[[":
                at = [*names, counts[tuple(names)]]
                counts[tuple(names)] += 1
            else:
                at = names
            here = at
        elif pair := re.match(r"\s*([A-Za-z0-9_\"'.-]+)\s*=", line):
            here = [*at, *pair.group(1).strip("\"'").split(".")]
        else:
            continue
        if here == keys[: len(here)] and len(here) > depth:
            best, depth = number, len(here)
    return best


def _bytes(path: Path, name: str, problems: list[Problem]) -> bytes | None:
    """A file's bytes, or None with the problem noted."""
    if problem := _unreadable(path, name):
        problems.append(problem)
        return None
    return (path / name).read_bytes()


def leads_out(path: Path, name: str) -> Problem | None:
    """The problem when a name leads out of a folder, by its words or by a link on the way.

    Args:
        path: The folder.
        name: Path of a file, as the settings have it.
    """
    words = PurePosixPath(name.replace("\\", "/"))
    by_words = words.is_absolute() or ".." in words.parts
    if by_words or not (path / name).resolve().is_relative_to(path.resolve()):
        return Problem(
            name,
            0,
            "VII-026",
            "the file lies outside the mission folder",
            "a path inside the folder",
            name,
            "put the file itself into the folder, without a link",
        )
    return None


def _unreadable(path: Path, name: str) -> Problem | None:
    if problem := leads_out(path, name):
        return problem
    if not path.is_dir():
        return Problem(
            str(path),
            0,
            "VII-027",
            "there is no such folder",
            "the folder of a mission, the one that holds mission.toml",
            "a file" if path.exists() else "nothing",
            "correct the name",
        )
    if not (path / name).is_file():
        return Problem(
            name,
            0,
            "VII-027",
            "the file is missing",
            f"a file {name} in {path.name}",
            "nothing",
            "correct the name of the folder, or write its mission.toml"
            if name == SETTINGS
            else "put the file there, or take its name out of mission.toml",
        )
    return None


def _same_names(path: Path, named: list[str]) -> list[Problem]:
    """Files that one name means: a release named alike in two folders, or names that differ in case.

    Some systems take the latter for one file, and a table of rows names only the file.
    """
    present = [file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()]
    seen: dict[str, set[str]] = defaultdict(set)
    for file in present:
        seen[file.casefold()].add(file)
    for file in set(named) & set(present):
        seen["name of " + PurePosixPath(file).name.casefold()].add(file)
    return [
        Problem(
            min(names),
            0,
            "VII-020",
            "two files have one name",
            "each name once in the folder",
            ", ".join(sorted(names)),
            "rename or remove one of them",
        )
        for names in seen.values()
        if len(names) > 1
    ]


def _check_release(path: Path, release: Release, problems: list[Problem]) -> None:
    if problem := _unreadable(path, release.file):
        problems.append(problem)
        return
    if release.sha256:
        with (path / release.file).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != release.sha256:
            problems.append(
                Problem(
                    release.file,
                    0,
                    "VII-028",
                    "the release is not the one the mission names",
                    release.sha256,
                    digest,
                    "hand in the release unchanged; a new release gets its own entry",
                )
            )


def _check_settings(mission: Mission, text: str) -> list[Problem]:
    """What the form alone cannot tell."""
    problems: list[Problem] = []

    def tell(keys: list[Any], message: str, expected: str, found: str, fix: str) -> None:
        problems.append(
            Problem(SETTINGS, locate(text, keys), "VII-029", message, expected, found, fix)
        )

    if mission.span.last < mission.span.first:
        tell(
            ["span", "last"],
            "the span ends before it starts",
            f"a day from {mission.span.first} on",
            str(mission.span.last),
            "swap the days",
        )
    if mission.engine.join_probability is not None:
        tell(
            ["engine", "join_probability"],
            "the key engine.join_probability has no effect",
            "no such key: from which evidence on reports are joined stands in the fusion model",
            f"join_probability = {mission.engine.join_probability:g}",
            "delete the line; what people know better about two reports goes into the file of judgements",
        )
    files = [release.file for release in mission.releases]
    for number, release in enumerate(mission.releases):
        if release.received_at.tzinfo is None:
            tell(
                ["releases", number, "received_at"],
                "the moment names no offset from UTC",
                "an instant like 2026-04-24T20:00:00+03:00",
                release.received_at.isoformat(),
                "write the offset",
            )
        if release.channel not in mission.channels:
            tell(
                ["releases", number, "channel"],
                "the channel is not defined",
                ", ".join(sorted(mission.channels)),
                release.channel,
                f"add [channels.{release.channel}]",
            )
        if release.file in files[:number]:
            tell(
                ["releases", number, "file"],
                "the release is named twice",
                "each release once",
                release.file,
                "take one of them out",
            )
    for number, gap in enumerate(mission.gaps):
        if gap.last < gap.first:
            tell(
                ["gaps", number, "last"],
                "the gap ends before it starts",
                f"a day from {gap.first} on",
                str(gap.last),
                "swap the days",
            )
    return problems
