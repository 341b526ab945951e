"""The incident: what we hold happened, and why we hold it.

Rules this module keeps:
1. Every report in an incident carries the terms of the score that put it there.
2. Attribution is evidence with its ground, never a column; the alternatives are kept.
3. What is implied is kept apart from what is stated, so that a reader can leave it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NewType, overload

from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel, Basis
from waarborg.base.parties import PartyId
from waarborg.base.places import Place
from waarborg.base.times import Period
from waarborg.reports.report import ReportId

IncidentId = NewType("IncidentId", str)
"""Name of an incident, drawn from the report in it that came in first, as "inc-3f9a0c41d2e7"."""


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a score, shown to whoever asks why.

    Attributes:
        name: What was compared, as "place".
        nats: Evidence for the join in nats (natural logarithm units); negative speaks against.
        words: The comparison in words.
    """

    name: str
    nats: float
    words: str


class Terms(Sequence[Term]):
    """The terms of a score, put into words when somebody reads them: most are never read.

    Args:
        worded: Gives the terms.
        of: What it gives them from; where these are equal, so are the terms.
    """

    __slots__ = ("_held", "_of", "_worded")

    def __init__(self, worded: Callable[..., tuple[Term, ...]], *of: Any) -> None:
        self._worded = worded
        self._of = of
        self._held: tuple[Term, ...] | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms themselves."""
        if self._held is None:
            self._held = self._worded(*self._of)
        return self._held

    @overload
    def __getitem__(self, place: int) -> Term: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Term, ...]: ...
    def __getitem__(self, place: int | slice) -> Term | tuple[Term, ...]:
        """One term, or some."""
        return self.terms[place]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.terms)

    def __iter__(self) -> Iterator[Term]:
        """Each in order."""
        return iter(self.terms)

    def __eq__(self, other: object) -> bool:
        """Equal to the same terms, read or unread, and to a tuple of them."""
        if not isinstance(other, Terms):
            return self.terms == other
        same = self._worded == other._worded and self._of == other._of
        return same or self.terms == other.terms

    def __hash__(self) -> int:
        """As a tuple of the same terms."""
        return hash(self.terms)

    def __repr__(self) -> str:
        """As a tuple of the same terms."""
        return repr(self.terms)

    def __reduce__(self) -> tuple[type[tuple[Any, ...]], tuple[tuple[Term, ...]]]:
        """Sent elsewhere, they are a tuple."""
        return tuple, (self.terms,)


@dataclass(frozen=True, slots=True)
class Member:
    """A report in an incident.

    Attributes:
        report: Which.
        probability: That it is where it belongs, 0 to 1; see `Model.probability`.
        terms: Why, against its strongest partner in the incident; empty for a lone report.
        partner: The report it was joined through, None for a lone report.
    """

    report: ReportId
    probability: float
    terms: Sequence[Term] = ()
    partner: ReportId | None = None


@dataclass(frozen=True, slots=True, order=True)
class AttributionEvidence:
    """One piece of evidence on who did it.

    Attributes:
        party: Whom it points to.
        basis: STATED by a source in words, or IMPLIED by who held the ground.
        words: In words, as a report prints it.
        reports: The reports it rests on.
        source: The outlet for STATED, the control data's name for IMPLIED.
    """

    party: PartyId
    basis: Basis
    words: str
    reports: tuple[ReportId, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who did it, as far as the evidence goes.

    Attributes:
        party: The one party that sources state, None when none or several are stated.
        level: How firmly, from stated evidence only; UNKNOWN when `party` is None.
        implied: The one party that inference points to (stated evidence also counts), else None.
        evidence: All of it, sorted.
        alternatives: Every party that any evidence names, sorted.
    """

    party: PartyId | None
    level: AttributionLevel
    implied: PartyId | None
    evidence: tuple[AttributionEvidence, ...] = ()
    alternatives: tuple[PartyId, ...] = ()


NOBODY = Attribution(None, AttributionLevel.UNKNOWN, None)


@dataclass(frozen=True, slots=True)
class Incident:
    """What we hold happened.

    Attributes:
        id: See `IncidentId`.
        members: The reports, sorted by identifier.
        sources: Outlets behind them, sorted, each once.
        happened: When, as narrow as the reports allow (a day, for VIINA).
        place: The most precise place on which the reports agree, None when none is known.
        places: Every place a report gives, sorted, the alternatives included.
        act: The act that sources state in words, None when none or only a label says so.
        act_labelled: The act including machine labels, None when not even a label names one.
        acts: Every act named, with its ground, sorted.
        harm: "civilian", "military" where a source says so.
        attribution: Who did it.
    """

    id: IncidentId
    members: tuple[Member, ...]
    sources: tuple[str, ...]
    happened: Period
    place: Place | None
    places: tuple[Place, ...]
    act: Act | None
    act_labelled: Act | None
    acts: tuple[tuple[Act, Basis], ...]
    harm: tuple[str, ...]
    attribution: Attribution

    @property
    def reports(self) -> tuple[ReportId, ...]:
        """The identifiers of the reports in it."""
        return tuple([member.report for member in self.members])

    def done_by(self, attribution: Attribution) -> Incident:
        """The same with the evidence on who did it."""
        if attribution is self.attribution:
            return self
        return Incident(
            self.id, self.members, self.sources, self.happened, self.place, self.places, self.act,
            self.act_labelled, self.acts, self.harm, attribution,
        )  # fmt: skip
