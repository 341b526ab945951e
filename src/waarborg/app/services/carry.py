"""A new report, correction or judgement carried through everything that follows from it.

Rules this module keeps:
1. After each step what is held equals what `derive` works out from everything at once (law 3).
2. A step costs what it changes: the component of its reports, the findings of the incidents that
   changed and of those they reach, the determinations and obligations of these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from waarborg.agreement.held import Ground
from waarborg.agreement.settled import smallest_zones
from waarborg.app.services.counting import Counted, Covered, span
from waarborg.app.services.derive import known_claims, opposing, stated_gaps, within
from waarborg.app.services.derived import Derived
from waarborg.app.services.inputs import Inputs
from waarborg.cases.determination import Determination
from waarborg.cases.kept import KeptDeterminations
from waarborg.cases.turn import Turn
from waarborg.findings.finding import Finding
from waarborg.findings.kept import Batch, Findings, KeptFindings
from waarborg.incidents.attribution import attribute
from waarborg.incidents.follows import KeptFollows
from waarborg.incidents.incident import Incident, IncidentId
from waarborg.incidents.judgements import Judgement
from waarborg.incidents.told import Moved, Told
from waarborg.incidents.trail import Fate, Move, moves
from waarborg.obligations.fall_due import fall_due
from waarborg.obligations.obligation import Obligation
from waarborg.reports.report import Report, ReportId


@dataclass(frozen=True, slots=True)
class Carried:
    """What a step changed, from incidents to obligations.

    Attributes:
        at: When it became known.
        reports: Reports that came, corrections among them.
        incidents: Incidents before and after, with the evidence on who did each.
        trail: What merged or parted.
        findings: Findings before and after.
        turns: Determinations that came, changed or went.
        obligations: What the text alone makes owed, before and after.
    """

    at: datetime
    reports: tuple[Report, ...]
    incidents: tuple[tuple[Incident, ...], tuple[Incident, ...]]
    trail: tuple[Move, ...]
    findings: tuple[Sequence[Finding], Sequence[Finding]]
    turns: tuple[Turn, ...]
    obligations: tuple[tuple[Obligation, ...], tuple[Obligation, ...]]


class Carry:
    """Everything that follows from the reports so far, kept up step by step.

    Args:
        inputs: Settings, texts, map, control, claims and model; its reports and judgements are not
            read.
        as_of: What happened from this moment on is left out.
    """

    def __init__(self, inputs: Inputs, as_of: datetime) -> None:
        self._inputs = inputs
        self._as_of = as_of
        self._told = Told(inputs.model)
        self._follows = KeptFollows(inputs.model)
        self._sides = opposing(inputs.mission)
        ground = Ground(inputs.zones, inputs.mission.time_zone, smallest_zones(inputs.zones))
        self._findings = {text.id: KeptFindings(text, ground) for text in inputs.agreements}
        self._made = {
            text.id: KeptDeterminations(text, self._received, self._findings[text.id].columns)
            for text in inputs.agreements
        }
        self._owed: dict[tuple[str, str], tuple[Obligation, ...]] = {}
        self._incidents: dict[IncidentId, Incident] = {}
        mission = inputs.mission
        self._days = span(mission.span.first, mission.span.last)
        self.counted = Counted(mission.time_zone)
        self.covered = Covered(self._days, mission.time_zone, stated_gaps(mission))

    def __len__(self) -> int:
        """How many incidents are held."""
        return len(self._incidents)

    def take(
        self,
        at: datetime,
        reports: Iterable[Report] = (),
        judgements: Iterable[Judgement] = (),
        *,
        gone: Iterable[ReportId] = (),
    ) -> Carried:
        """Carry through what became known at a moment.

        Args:
            at: The moment.
            reports: New reports and new versions.
            judgements: What people said about pairs of reports.
            gone: Reports that are not to count any more.
        """
        moved = self._told.take(reports, judgements, gone=gone)
        for report in moved.left:
            self.covered.add(report, -1)
        for report in moved.came:
            self.covered.add(report)
        before, after = self._attributed(moved)
        left, stand = self._events(before, after)
        trail = moves(moved.before, moved.after, at)
        was: list[Batch] = []
        now: list[Batch] = []
        turns: list[Turn] = []
        for text in self._inputs.agreements:
            found = self._findings[text.id].change(left, stand)
            was += found.before.batches
            now += found.after.batches
            some = (each.taken_up() for each in (found.before, found.after, found.again))
            made = self._made[text.id].change(*some)
            turns += _turns(at, *made, self._why(trail))
        found_before, found_after = Findings(was), Findings(now)
        self.counted.add_all(found_before, -1)
        self.counted.add_all(found_after)
        owed = self._owe(turns)
        came = moved.came
        return Carried(
            at, came, (before, after), trail, (found_before, found_after), tuple(turns), owed
        )

    def determinations(self) -> tuple[Determination, ...]:
        """Every determination, agreement by agreement."""
        return tuple(
            d for text in self._inputs.agreements for d in self._made[text.id].determinations()
        )

    def derived(self, known_at: datetime) -> Derived:
        """Everything held, as `derive` gives it.

        Args:
            known_at: Up to when knowledge counts; nothing was taken in from this moment on.
        """
        inputs, mission = self._inputs, self._inputs.mission
        owed: list[Obligation] = []
        for text in inputs.agreements:
            mine = (self._owed[key] for key in self._owed if key[0] == text.id)
            owed += sorted((each for some in mine for each in some), key=lambda o: o.id)
        rule = f"{mission.counting.rule}/{mission.counting.version}"
        return Derived(
            as_of=self._as_of,
            known_at=known_at,
            reports=self._told.reports(),
            incidents=tuple(sorted(self._incidents.values(), key=lambda i: (i.happened, i.id))),
            agreements=inputs.agreements,
            findings=tuple(
                f for text in inputs.agreements for f in self._findings[text.id].findings()
            ),
            determinations=self.determinations(),
            obligations=tuple(owed),
            counts=self.counted.counts(inputs.agreements, self._days, rule),
            claims=known_claims(inputs.claims, known_at),
            coverage=self.covered.coverage(),
            follows=self._follows.ties(),
            hinges=within(self._told.hinges(), self._incidents),
        )

    def _received(self, name: ReportId) -> datetime:
        return self._told.report(name).received_at

    def _attributed(self, moved: Moved) -> tuple[tuple[Incident, ...], tuple[Incident, ...]]:
        """The incidents that changed, with the evidence on who did each, as far as they happened."""
        inputs = self._inputs
        before = tuple(
            incident
            for each in moved.before
            if (incident := self._incidents.pop(each.id, None)) is not None
        )
        after = []
        for each in moved.after:
            if each.happened.start >= self._as_of:
                continue
            who = attribute(
                each, self._told.standing, inputs.control, self._sides, inputs.mission.organs
            )
            after.append(each.done_by(who))
        self._incidents |= {incident.id: incident for incident in after}
        return before, tuple(after)

    def _events(
        self, before: Sequence[Incident], after: Sequence[Incident]
    ) -> tuple[tuple[Incident, ...], tuple[Incident, ...]]:
        """What is an event of its own no more, and what is one now.

        An incident that only tells of what followed an earlier one is none; whether it does can change with
        the earlier one alone.
        """
        was = self._follows.tied
        self._follows.change(before, after, self._told.standing.__getitem__)
        now = self._follows.tied
        moved = {incident.id for incident in after}
        left = [incident for incident in before if incident.id not in was]
        stand = [incident for incident in after if incident.id not in now]
        # those that stayed as they are, and are no event now or are one again
        left += [self._incidents[name] for name in sorted(now - was - moved)]
        back = (name for name in sorted(was - now - moved) if name in self._incidents)
        stand += [self._incidents[name] for name in back]
        return tuple(left), tuple(stand)

    def _owe(self, turns: Sequence[Turn]) -> tuple[tuple[Obligation, ...], tuple[Obligation, ...]]:
        texts = {text.id: text for text in self._inputs.agreements}
        before: list[Obligation] = []
        after: list[Obligation] = []
        for turn in turns:
            key = (turn.agreement, turn.id)
            before += self._owed.pop(key, ())
            if turn.after is not None:
                found = fall_due(texts[turn.agreement], [turn.after], self._as_of)
                after += found
                if found:
                    self._owed[key] = found
        return tuple(before), tuple(after)

    def _why(self, trail: Sequence[Move]) -> dict[str, str]:
        """Incident to what became of it, in words."""
        words: defaultdict[str, list[str]] = defaultdict(list)
        for move in trail:
            match move.fate:
                case Fate.MERGED:
                    words[move.incident].append(f"{move.incident} merged into {move.into}")
                case Fate.PARTED:
                    words[move.incident].append(
                        f"{len(move.reports)} of its reports went from {move.incident} to {move.into}"
                    )
                case Fate.WITHDRAWN:
                    words[move.incident].append(f"no report of {move.incident} is left")
        return {name: "; ".join(some) for name, some in words.items()}


def _turns(
    at: datetime,
    before: Sequence[Determination],
    after: Sequence[Determination],
    why: dict[str, str],
) -> list[Turn]:
    was = {each.id: each for each in before}
    now = {each.id: each for each in after}
    return [
        Turn(
            at,
            was.get(name),
            now.get(name),
            why.get(str((now.get(name) or was[name]).incident), ""),
        )
        for name in sorted(was.keys() | now.keys())
    ]


def carried(inputs: Inputs, as_of: datetime, known_at: datetime) -> Iterable[Carried]:
    """What became known, moment by moment, each carried through.

    Args:
        inputs: Reports and judgements with everything else.
        as_of: What happened from this moment on is left out.
        known_at: What arrived from this moment on is left out.
    """
    carry = Carry(inputs, as_of)
    for at, reports, judgements in arrivals(inputs, known_at):
        yield carry.take(at, reports, judgements)


def arrivals(
    inputs: Inputs, known_at: datetime
) -> Iterable[tuple[datetime, list[Report], list[Judgement]]]:
    """What came in before a moment, in order, what came together together."""
    came: defaultdict[datetime, tuple[list[Report], list[Judgement]]] = defaultdict(
        lambda: ([], [])
    )
    for report in inputs.reports:
        came[report.received_at][0].append(report)
    for judgement in inputs.counted:
        came[judgement.when][1].append(judgement)
    return [(at, *came[at]) for at in sorted(came) if at < known_at]


def turns(inputs: Inputs, as_of: datetime, known_at: datetime) -> tuple[Turn, ...]:
    """Every turn that determinations took as reports arrived and people judged, in order."""
    return tuple(turn for step in carried(inputs, as_of, known_at) for turn in step.turns)
