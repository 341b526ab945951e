"""What an arrival brought: counted, and by name with a line of words each, for a lawyer to read.

Rules this module keeps:
1. What a determination rests on is always named. Of other findings few are named; many are counted, by
   clause and by why they cannot be decided.
2. What came, what changed and what went are told apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from waarborg.app.services.carry import Carried, carried
from waarborg.app.services.desk import TIER_WORDS
from waarborg.app.services.inputs import Inputs
from waarborg.app.services.listing import reason_rows
from waarborg.app.services.wording import LEVELS, period_words, place_words
from waarborg.base.times import Period
from waarborg.cases.turn import Turn
from waarborg.findings.finding import Finding, Tier
from waarborg.incidents.trail import Fate, Move
from waarborg.reports.report import Report, ReportId

FEW = 12
"""So many things of a sort are named; of more, how many there are."""

_MOST_REASONS = 3
"""Why findings cannot be decided: so many reasons are told, the commonest first."""

_Each = TypeVar("_Each")


@dataclass(frozen=True, slots=True)
class Changed(Generic[_Each]):
    """What became of things of a sort.

    Attributes:
        came: Those that were not there before.
        changed: Those that were there and are otherwise now.
        went: Those that are there no more.
    """

    came: tuple[_Each, ...]
    changed: tuple[_Each, ...]
    went: tuple[_Each, ...]

    @property
    def words(self) -> str:
        """How many of each, in words: "4 came, 2 changed"."""
        told = [
            f"{len(some):,} {what}"
            for what, some in (("came", self.came), ("changed", self.changed), ("went", self.went))
            if some
        ]
        return ", ".join(told) or "none came, changed or went"


def changed(before: Iterable[_Each], after: Iterable[_Each]) -> Changed[_Each]:
    """What came, changed and went between two moments; each thing has a name in `id`."""
    was: dict[Hashable, _Each] = {_name(each): each for each in before}
    now: dict[Hashable, _Each] = {_name(each): each for each in after}
    return Changed(
        tuple(each for name, each in now.items() if name not in was),
        tuple(each for name, each in now.items() if name in was and was[name] != each),
        tuple(each for name, each in was.items() if name not in now),
    )


def _name(each: Any) -> Hashable:
    name: Hashable = each.id
    return name


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that the mission came to know, whether or not it moved anything.

    Attributes:
        at: When.
        words: What came in, and what that changed, counted.
        named: What that changed by name, a line each.
    """

    at: datetime
    words: str
    named: tuple[str, ...] = ()


def followed(
    inputs: Inputs, as_of: datetime, known_at: datetime
) -> tuple[tuple[Turn, ...], tuple[Arrival, ...]]:
    """Every turn that determinations took, and every arrival, those that turned nothing among them.

    Args:
        inputs: Reports and judgements with everything else.
        as_of: What happened from this moment on is left out.
        known_at: What arrived from this moment on is left out.
    """
    held: dict[ReportId, Report] = {}
    turns: list[Turn] = []
    arrivals: list[Arrival] = []
    for step in carried(inputs, as_of, known_at):
        turns += step.turns
        arrivals.append(Arrival(step.at, _counted(step), tuple(named(step, inputs, held))))
        held |= {report.id: report for report in step.reports}
    return tuple(turns), tuple(arrivals)


def _counted(step: Carried) -> str:
    new = sum(report.version == 1 for report in step.reports)
    newer = len(step.reports) - new
    versions = f" and {newer:,} in a new version" if newer else ""
    came = f"{new:,} reports came in for the first time{versions}"
    made = Changed(
        tuple(turn.id for turn in step.turns if turn.before is None),
        tuple(turn.id for turn in step.turns if turn.before and turn.after),
        tuple(turn.id for turn in step.turns if turn.after is None),
    )
    return (
        f"{came if step.reports else 'people judged'}; of the incidents {changed(*step.incidents).words}; "
        f"of the findings {changed(*step.findings).words}; of the determinations {made.words}"
    )


def named(step: Carried, inputs: Inputs, held: Mapping[ReportId, Report]) -> Iterator[str]:
    """What a step changed by name: determinations, findings, versions of reports, merges and splits.

    Args:
        step: The step.
        inputs: Settings and map, for hours and names of places.
        held: The reports as they stood before.
    """
    teller = _Teller(inputs)
    findings = {f.id: f for some in step.findings for f in some}
    behind = set()
    for turn in sorted(step.turns, key=lambda turn: (turn.either.clause, turn.id)):
        made = turn.either
        behind.add(made.finding)
        fate = "came" if turn.before is None else "changed" if turn.after else "went"
        about = findings.get(made.finding)
        what = f": {teller.event(about)}" if about else ""
        yield f"{made.clause}, {made.id} {fate}: {made.words.rstrip('.')}{what}"
    yield from _findings(changed(*step.findings), behind, teller)
    newer = [report for report in step.reports if report.version > 1 and report.id in held]
    yield from _few(newer, "reports in a new version", lambda r: teller.version(held[r.id], r))
    yield from _few(step.trail, "merges and splits of incidents", _fate)


def _findings(found: Changed[Finding], behind: set[Any], teller: _Teller) -> Iterator[str]:
    """Findings that no determination rests on: named where they are few, else counted."""
    sorts: defaultdict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for fate, some in (("came", found.came), ("changed", found.changed), ("went", found.went)):
        for finding in some:
            if finding.id not in behind:
                sorts[finding.clause, fate, TIER_WORDS[finding.tier]].append(finding)
    for (clause, fate, tier), alike in sorted(sorts.items()):
        if len(alike) <= FEW:
            for each in sorted(alike, key=lambda f: (f.happened, f.id)):
                yield f"{clause}, {each.id} {fate}, {tier}: {each.accused}, {teller.event(each)}{_why(each)}"
        else:
            reasons = reason_rows(alike)[:_MOST_REASONS]
            why = "; ".join(f"{row.words} ({row.count:,})" for row in reasons)
            yield f"{clause}, {len(alike):,} findings {fate}, {tier}" + (f": {why}" if why else "")


def _why(finding: Finding) -> str:
    if finding.tier is not Tier.UNDECIDABLE:
        return ""
    return "; because " + "; ".join(dict.fromkeys(reason.words for reason in finding.reasons))


def _few(some: Sequence[_Each], what: str, tell: Any) -> Iterator[str]:
    if len(some) > FEW:
        yield f"{len(some):,} {what}"
        return
    yield from (tell(each) for each in some)


def _fate(move: Move) -> str:
    count = f"{len(move.reports)} {'report' if len(move.reports) == 1 else 'reports'}"
    match move.fate:
        case Fate.MERGED:
            return f"{move.incident} merged into {move.into}, with {count}"
        case Fate.PARTED:
            return f"{count} went from {move.incident} to {move.into}"
        case Fate.WITHDRAWN:
            return f"no report of {move.incident} is left"


class _Teller:
    """Puts findings and reports of a mission into a line.

    Args:
        inputs: Settings and map.
    """

    def __init__(self, inputs: Inputs) -> None:
        self._zone = inputs.mission.time_zone
        self._places = {name: zone.words for name, zone in inputs.zones.zones.items()}

    def event(self, finding: Finding) -> str:
        """What, where, when, and how firmly it is laid at the accused's door."""
        count = len(finding.cites)
        return (
            f"{finding.act.words if finding.act else 'act not known'}, "
            f"{place_words(finding.place, self._places)}, {self._days(finding.happened)} "
            f"({finding.incident}, {count} {'report' if count == 1 else 'reports'}; who did it: "
            f"{LEVELS[finding.attribution]})"
        )

    def version(self, before: Report, after: Report) -> str:
        """What a new version of a report says otherwise."""
        told = [
            f"{what} {was or 'nothing'}, now {now or 'nothing'}"
            for what, was, now in (
                ("day", self._days(before.happened), self._days(after.happened)),
                ("label", before.label, after.label),
                ("headline", before.headline, after.headline),
            )
            if was != now
        ]
        return (
            f"report {after.id}, of {after.source}, in version {after.version}: {'; '.join(told)}"
        )

    def _days(self, happened: Period) -> str:
        return period_words(happened, self._zone)
