"""The releases of a mission reconciled: every row accounted for, and what each release changed.

Rules this module keeps:
1. Rows taken and refused are the rows read; rows that repeat and pages at places are the rows taken; what
   is told first, told otherwise and told unchanged are the pages at places.
2. What stood before, with what came and without what went, is what stands afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from waarborg.agreement.model import Agreement
from waarborg.app.services.arrived import Changed, changed, named
from waarborg.app.services.carry import Carried, carried
from waarborg.app.services.desk import TIER_WORDS
from waarborg.app.services.inputs import Inputs, last_arrival
from waarborg.app.services.intake import Intake
from waarborg.app.services.spoken import Speaker
from waarborg.app.services.wording import moment_words
from waarborg.findings.finding import Finding, Tier
from waarborg.reports.report import Report, ReportId


@dataclass(frozen=True, slots=True)
class Accounted:
    """Where the rows of a release went.

    Attributes:
        file: The release.
        received_at: When it came in.
        rows: Rows in the file.
        refused: Rows refused, each with its reason in the quarantine.
        repeated: Rows that only repeat a page at a place that another row of the file has.
        first: Pages at places that no release told before: new reports.
        newer: Those told before and otherwise now: new versions of a report.
        unchanged: Those told before, as before.
        left_out: Reports held that this release has no row of; they are kept as they were.
        held: Reports held afterwards.
        versions: Versions of reports held afterwards.
    """

    file: str
    received_at: datetime
    rows: int
    refused: int
    repeated: int
    first: int
    newer: int
    unchanged: int
    left_out: int
    held: int
    versions: int

    @property
    def taken(self) -> int:
        """Rows taken."""
        return self.rows - self.refused

    @property
    def pages(self) -> int:
        """Pages at places, each of which is one report."""
        return self.first + self.newer + self.unchanged


def accounted(intake: Intake) -> Iterator[Accounted]:
    """Where the rows of each release went, in the order in which they came in."""
    versions: Counter[tuple[ReportId, datetime]] = Counter()
    for report in intake.reports:
        versions[report.id, report.received_at] += 1
    held: set[str] = set()
    count = 0
    for parsed, imported in zip(intake.parsed, intake.imports, strict=True):
        at = parsed.release.received_at
        pages = {report for _, report in imported.rows}
        first = pages - held
        versions.subtract((ReportId(page), at) for page in first)
        newer = {page for page in pages & held if versions[ReportId(page), at] > 0}
        versions.subtract((ReportId(page), at) for page in newer)
        count += len(first) + len(newer)
        before, held = held, held | pages
        yield Accounted(
            file=parsed.release.file,
            received_at=at,
            rows=parsed.rows.height + len(parsed.refused),
            refused=len(parsed.refused),
            repeated=parsed.rows.height - len(pages),
            first=len(first),
            newer=len(newer),
            unchanged=len(pages) - len(first) - len(newer),
            left_out=len(before - pages),
            held=len(held),
            versions=count,
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """How many things of a sort stood before and stand after something came in.

    Attributes:
        before: How many stood.
        came: How many came.
        changed: How many stand otherwise.
        went: How many went.
    """

    before: int
    came: int
    changed: int
    went: int

    @property
    def after(self) -> int:
        """How many stand afterwards."""
        return self.before + self.came - self.went


@dataclass(frozen=True, slots=True)
class Release:
    """What came in at one moment, and what it changed.

    Attributes:
        at: When.
        rows: Where the rows of each file went that came in then; none where people judged.
        moved: Sort of thing, as "incidents" or "findings under P-1, certain", to how many moved.
        named: What changed by name, a line each.
    """

    at: datetime
    rows: tuple[Accounted, ...]
    moved: Mapping[str, Moved]
    named: tuple[str, ...]


def reconciled(inputs: Inputs, intake: Intake) -> tuple[Release, ...]:
    """Everything that came in, in order, each with where its rows went and what it changed.

    Args:
        inputs: The mission with its reports.
        intake: The rows behind them.
    """
    known = last_arrival(inputs.mission, inputs.counted)
    rows: dict[datetime, list[Accounted]] = {}
    for each in accounted(intake):
        rows.setdefault(each.received_at, []).append(each)
    stood: dict[str, int] = {}
    held: dict[ReportId, Report] = {}
    found = []
    for step in carried(inputs, known, known):
        moved = {}
        for sort, what in _sorts(step, inputs.agreements):
            counts = (len(what.came), len(what.changed), len(what.went))
            moved[sort] = Moved(stood.get(sort, 0), *counts)
            stood[sort] = moved[sort].after
        lines = tuple(named(step, inputs, held))
        held |= {report.id: report for report in step.reports}
        found.append(Release(step.at, tuple(rows.get(step.at, ())), moved, lines))
    return tuple(found)


def _sorts(step: Carried, texts: Sequence[Agreement]) -> Iterator[tuple[str, Changed[object]]]:
    """What a step changed, sort by sort: incidents, findings by clause and tier, determinations."""
    yield "incidents", changed(*step.incidents)
    for text in texts:
        for prohibition in text.prohibitions:
            for tier in Tier:
                sort = f"findings under {prohibition.clause} ({prohibition.id}), {TIER_WORDS[tier]}"
                yield sort, changed(*(_of(f, text.id, prohibition.id, tier) for f in step.findings))
    before = [turn.before for turn in step.turns if turn.before]
    after = [turn.after for turn in step.turns if turn.after]
    yield "determinations", changed(before, after)


def _of(findings: Sequence[Finding], text: str, prohibition: str, tier: Tier) -> list[Finding]:
    return [
        f for f in findings if (f.agreement, f.prohibition, f.tier) == (text, prohibition, tier)
    ]


_ROWS: tuple[tuple[str, Callable[[Accounted], int]], ...] = (
    ("rows in the file", lambda r: r.rows),
    ("refused, each with its reason", lambda r: r.refused),
    ("**rows taken**", lambda r: r.taken),
    ("of these, rows that only repeat a page at a place", lambda r: r.repeated),
    ("**pages at places, each of them one report**", lambda r: r.pages),
    ("of these, told for the first time: new reports", lambda r: r.first),
    ("of these, told before and otherwise now: new versions", lambda r: r.newer),
    ("of these, told before, as before", lambda r: r.unchanged),
    ("reports that this file leaves out, kept as they were", lambda r: r.left_out),
    ("**reports held afterwards**", lambda r: r.held),
    ("**versions of reports held afterwards**", lambda r: r.versions),
)
"""What is told of a file's rows, in the order in which it adds up."""


def page(inputs: Inputs, releases: Sequence[Release]) -> str:
    """The reconciliation as a text with tables (Markdown), for a lawyer to add up.

    Args:
        inputs: The mission.
        releases: What came in.
    """
    zone = inputs.mission.time_zone
    speakers = [Speaker(text, zone) for text in inputs.agreements]
    files = [rows for each in releases for rows in each.rows]
    told = [
        f"# What came in, and what it changed: {inputs.mission.name}",
        "",
        f"Times are those of {zone.key}.",
        "",
        "## Rows and reports",
        "",
        *(
            f"{number}. `{rows.file}`, in at {moment_words(rows.received_at, zone)}"
            for number, rows in enumerate(files, 1)
        ),
        "",
        *_table(
            ["", *(f"file {number}" for number in range(1, len(files) + 1))],
            [[what, *(f"{count(rows):,}" for rows in files)] for what, count in _ROWS],
        ),
    ]
    for each in releases:
        told += ["", f"## What changed at {moment_words(each.at, zone)}", ""]
        told += _table(
            ["", "stood", "came", "changed", "went", "stand"],
            [
                [sort, *(f"{n:,}" for n in (m.before, m.came, m.changed, m.went, m.after))]
                for sort, m in each.moved.items()
                if m.before or m.came
            ],
        )
        told += ["", "By name:", "", *(f"- {_told(line, speakers)}" for line in each.named)]
    return "\n".join(told) + "\n"


def _told(line: str, speakers: Sequence[Speaker]) -> str:
    """A line with the names that each of the texts gives its parties and bodies."""
    for speaker in speakers:
        line = speaker.words(line)
    return line


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown, the first column words and the others numbers."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
