"""Taking releases in: each row becomes part of a report or is refused with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from waarborg.app.services.logbook import Import, digest_of
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.reports import viina
from waarborg.reports.collect import collect
from waarborg.reports.headlines import HeadlineReader, Lexicon
from waarborg.reports.mission import Channel, Mission, Release
from waarborg.reports.quarantine import table
from waarborg.reports.report import Report, ReportId
from waarborg.reports.viina import Parsed

Parser = Callable[[Iterable[bytes], Release, Channel], Parsed]

PARSERS: dict[str, Parser] = {"viina": viina.parse}
"""The intake of each channel; a new source is a parser here and a channel in the mission."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in.

    Attributes:
        reports: Every version of every report.
        imports: Every release, for the record.
        parsed: Every release, with its accepted and refused rows.
        problems: Every problem of every release; its row is in quarantine, the rest is taken.
        later: Rows of pages that stayed up; see `Collected.later`.
    """

    reports: tuple[Report, ...]
    imports: tuple[Import, ...]
    parsed: tuple[Parsed, ...]
    problems: tuple[Problem, ...]
    later: Mapping[ReportId, tuple[tuple[str, date], ...]] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """Rows accepted, over all releases."""
        return sum(parsed.rows.height for parsed in self.parsed)

    @property
    def refused(self) -> int:
        """Rows refused, over all releases."""
        return sum(len(parsed.refused) for parsed in self.parsed)

    def quarantine(self) -> bytes:
        """The refused rows with the reason of each, as a CSV file."""
        return table(self.parsed)


def parse(chunks: Iterable[bytes], release: Release, mission: Mission) -> Parsed:
    """Parse one release.

    Raises:
        ProblemsFound: The mission names a channel for which there is no parser.
    """
    if release.channel not in PARSERS:
        raise ProblemsFound(
            [
                Problem(
                    "mission.toml",
                    0,
                    "MIS-003",
                    f"no parser reads the channel {release.channel}",
                    ", ".join(sorted(PARSERS)),
                    release.channel,
                    "correct the channel of the release",
                )
            ]
        )
    return PARSERS[release.channel](chunks, release, mission.channels[release.channel])


def take_in(parsed: Iterable[Parsed], mission: Mission, lexicon: Lexicon) -> Intake:
    """Make reports of parsed releases.

    Raises:
        ProblemsFound: A release could not be read at all; nothing of it is taken.
    """
    releases = tuple(sorted(parsed, key=lambda p: (p.release.received_at, p.release.file)))
    unreadable = [
        problem
        for release in releases
        if not release.rows.height and not release.refused
        for problem in release.problems
    ]
    if unreadable:
        raise ProblemsFound(unreadable)
    collected = collect(releases, mission.channels, HeadlineReader(lexicon))
    rows: dict[str, list[tuple[str, ReportId]]] = {}
    for (file, key), report in collected.keys.items():
        rows.setdefault(file, []).append((key, report))
    imports = tuple(
        Import(
            release.release.file,
            release.release.channel,
            release.release.received_at,
            tuple(sorted((key, str(report)) for key, report in rows.get(release.release.file, []))),
            tuple(sorted((digest_of(row.text), row.codes) for row in release.refused)),
        )
        for release in releases
    )
    problems = tuple(sorted(p for release in releases for p in release.problems))
    return Intake(collected.reports, imports, releases, problems, collected.later)
