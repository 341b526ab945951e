"""Everything that was asked of a text, answered: proofs, quantities, the text as a whole, partings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from waarborg.agreement.model import Agreement
from waarborg.agreement.zones import Zones
from waarborg.coverage.asked import Asked, answering
from waarborg.coverage.binding import prepared, versions_under
from waarborg.coverage.chances import Chances
from waarborg.coverage.elements import elements
from waarborg.coverage.parting import Apart, apart
from waarborg.coverage.prove import Counted, Examiner, Proof, Wanted, Whole
from waarborg.coverage.quantity import contributing


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a text.

    Attributes:
        readings: The readings, "" for the words as they stand.
        needs: The needs by name.
        wanted: What is wanted beside gaps, weak spots and circles.
        practice_is_veto: Whether a procedure that is no veto in law counts as one.
        intentions_count: Whether mere intentions count as duties.
        within: Only what is due within this time counts; None for any time.
    """

    readings: tuple[str, ...]
    needs: tuple[str, ...]
    wanted: Wanted = field(default_factory=Wanted)
    practice_is_veto: bool = False
    intentions_count: bool = False
    within: timedelta | None = None

    def stating(self, chances: Chances) -> Request:
        """The same, with chances stated."""
        return replace(self, wanted=replace(self.wanted, chances=chances))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many incidents of a mission's record fall in a family.

    Attributes:
        surely: Incidents that surely are such breaches.
        maybe: Incidents that may be, were more known of them.
    """

    surely: int
    maybe: int


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that was answered.

    Attributes:
        title: Title of the agreement.
        proofs: For each reading and need that is no quantity, in the order asked.
        counted: The same for needs that are quantities.
        wholes: The text as a whole under each reading.
        partings: Each further reading held against the first, for each need.
        tallies: For a mission: (number of the proof, kind of gap, place in the list) to its
            incidents; for partings ("parting", number of the parting, kind, place).
        mission: Name of the mission whose incidents were counted, "" if none.
    """

    title: str
    proofs: tuple[Proof, ...]
    counted: tuple[Counted, ...]
    wholes: tuple[Whole, ...]
    partings: tuple[Apart, ...]
    tallies: Mapping[tuple[str, ...], Tally] = field(default_factory=dict)
    mission: str = ""


def ask(agreement: Agreement, zones: Zones | None, request: Request) -> Answers:
    """Answer everything that is asked of a text.

    Args:
        agreement: The agreement as its words stand.
        zones: The map, None when there is none.
        request: What is asked.

    Raises:
        ReadingsPart: The prover and another reading of the text part; no answer may be used.
    """
    examiner = Examiner(agreement, zones)
    asked = {name: _asked(agreement, request, name) for name in request.needs}
    plain = [name for name, one in asked.items() if one.need.number is None]
    counts = [name for name in asked if name not in plain]
    first, *others = request.readings
    return Answers(
        agreement.title,
        tuple(
            examiner.prove(asked[name], reading, request.wanted, version)
            for reading in request.readings
            for name in plain
            for version in examiner.versions(asked[name], reading)
        ),
        tuple(
            examiner.count(asked[name], reading, request.wanted, version)
            for reading in request.readings
            for name in counts
            for version in versions_under(agreement, reading, contributing)
        ),
        tuple(examiner.whole(reading) for reading in request.readings),
        _partings(agreement, zones, [asked[name] for name in plain], [(first, o) for o in others]),
    )


def _partings(
    agreement: Agreement,
    zones: Zones | None,
    asked: Sequence[Asked],
    pairs: Sequence[tuple[str, str]],
) -> tuple[Apart, ...]:
    return tuple(
        found for pair in pairs for one in asked for found in apart(agreement, zones, one, pair)
    )


def _asked(agreement: Agreement, request: Request, name: str) -> Asked:
    return Asked(
        agreement.needs[name],
        practice_is_veto=request.practice_is_veto,
        intentions_count=request.intentions_count,
        within=request.within,
    )


def first_of(answers: Answers) -> Proof | Counted:
    """The first answer about a need."""
    asked: tuple[Proof | Counted, ...] = (*answers.proofs, *answers.counted)
    return asked[0]


def failing(agreement: Agreement, request: Request) -> tuple[frozenset[str], frozenset[str]]:
    """What can fail under the readings asked: for any need of the file, and for the needs asked.

    Args:
        agreement: The agreement as its words stand.
        request: What is asked.

    Returns:
        Names of everything that can fail, and of what must be given a chance.
    """
    known: set[str] = set()
    needed: set[str] = set()
    for reading in request.readings:
        texts = [prepared(each.text) for each in versions_under(agreement, reading)]
        for name in agreement.needs:
            one = _asked(agreement, request, name)
            found = {e.name for t in texts for e in elements(t, one, answering(t, one))}
            known |= found
            if name in request.needs and one.need.number is None:
                needed |= found
    return frozenset(known), frozenset(needed)
