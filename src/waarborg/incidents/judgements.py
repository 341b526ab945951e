"""What a person said about two reports: the same event, different events, or unsure.

Rules this module keeps:
1. A judgement is data with a name, a moment and a reason; fusion respects it and stays a pure
   function, so that taking one back undoes exactly what it did.
2. Of several judgements on one pair the latest counts; "unsure" leaves the pair to the evidence.
3. "Different" is stronger than "same": two reports judged different are never in one incident,
   even where chains of "same" lead from one to the other.
4. Where two persons are wanted, what one says of a pair counts from the moment when another says the
   same, and no longer than two stand behind it; nobody is their own second person.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from waarborg.base.parties import person
from waarborg.reports.report import ReportId


class Sameness(StrEnum):
    """What was judged."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, order=True)
class Judgement:
    """One person's judgement on two reports.

    Attributes:
        one: A report.
        other: The other; which of the two comes first plays no part.
        sameness: What was judged.
        who: Who judged.
        when: When.
        why: On what ground, in words.
    """

    one: ReportId
    other: ReportId
    sameness: Sameness
    who: str
    when: datetime
    why: str


Pair = tuple[ReportId, ReportId]


def settled(judgements: Iterable[Judgement]) -> Mapping[Pair, Judgement]:
    """The judgement that counts for each pair, smaller identifier first; without the unsure.

    Raises:
        ValueError: A report is judged against itself.
    """
    latest: dict[Pair, Judgement] = {}
    for judgement in judgements:
        if judgement.one == judgement.other:
            raise ValueError(f"{judgement.who} judged report {judgement.one} against itself")
        pair = pair_of(judgement)
        held = latest.get(pair)
        if held is None or _rank(judgement) > _rank(held):
            latest[pair] = judgement
    return {
        pair: latest[pair]
        for pair in sorted(latest)
        if latest[pair].sameness is not Sameness.UNSURE
    }


class Said:
    """What people said so far, and what of it counts, while judgements come and are taken back."""

    def __init__(self) -> None:
        """Start without any judgement."""
        self._said: dict[Pair, set[Judgement]] = {}
        self.counted: dict[Pair, Judgement] = {}

    def take(self, said: Iterable[Judgement], taken_back: Iterable[Judgement]) -> set[Pair]:
        """Note what people said; gives the pairs of which something else counts now.

        Raises:
            ValueError: A report is judged against itself.
        """
        moved: set[Pair] = set()
        new = tuple(said)
        settled(new)
        for judgement in new:
            pair = pair_of(judgement)
            self._said.setdefault(pair, set()).add(judgement)
            moved.add(pair)
        for judgement in taken_back:
            pair = pair_of(judgement)
            self._said.get(pair, set()).discard(judgement)
            moved.add(pair)
        changed: set[Pair] = set()
        for pair in moved:
            before, after = self.counted.get(pair), settled(self._said.get(pair, ())).get(pair)
            if before == after:
                continue
            changed.add(pair)
            if after is None:
                del self.counted[pair]
            else:
                self.counted[pair] = after
        return changed


def pair_of(judgement: Judgement) -> Pair:
    """The two reports of a judgement, the smaller identifier first."""
    return (min(judgement.one, judgement.other), max(judgement.one, judgement.other))


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A judgement that does not hold in the result, because of what others judged.

    Attributes:
        judgement: The judgement that does not hold.
        against: What stands against it: later judgements on the same pair, or pairs judged different
            between the two incidents that it would have joined.
    """

    judgement: Judgement
    against: tuple[Judgement, ...]

    @property
    def words(self) -> str:
        """What happened, for a person."""
        mine = self.judgement
        told = in_words(mine)
        if pair_of(self.against[0]) == pair_of(mine):
            return f"{told}; later {in_words(self.against[0])}: the latest counts"
        others = "; ".join(in_words(each) for each in self.against)
        return f"{told}, which cannot be followed: {others}; of the two, different is the stronger"


def in_words(judgement: Judgement) -> str:
    """Who judged what, when and on what ground."""
    one, other = pair_of(judgement)
    what = {
        Sameness.SAME: "the same event",
        Sameness.DIFFERENT: "different events",
        Sameness.UNSURE: "perhaps one event, perhaps not",
    }[judgement.sameness]
    day = judgement.when.date().isoformat()
    return f"{judgement.who} judged {one} and {other} {what} on {day} ({judgement.why})"


@dataclass(frozen=True, slots=True)
class Circle:
    """Judgements that cannot all hold: a chain of "same" leads from one report to another judged different.

    Attributes:
        different: The pair judged different.
        same: The shortest chain of pairs judged the same that leads from one of the two to the other.
    """

    different: Judgement
    same: tuple[Judgement, ...]

    @property
    def words(self) -> str:
        """Who said what, for a person."""
        chain = "; ".join(in_words(each) for each in self.same)
        return f"{in_words(self.different)}; yet {chain}"

    @property
    def who(self) -> tuple[str, ...]:
        """Everybody whose judgement is in it."""
        return tuple(sorted({each.who for each in (self.different, *self.same)}))


def circles(judgements: Iterable[Judgement]) -> tuple[Circle, ...]:
    """The circles among the judgements that count, one for each pair judged different that lies in one.

    Args:
        judgements: What people said, in any order.
    """
    counted = settled(judgements)
    tied: dict[ReportId, dict[ReportId, Judgement]] = {}
    for (one, other), judgement in counted.items():
        if judgement.sameness is Sameness.SAME:
            tied.setdefault(one, {})[other] = judgement
            tied.setdefault(other, {})[one] = judgement
    found = []
    for (one, other), judgement in counted.items():
        if judgement.sameness is Sameness.DIFFERENT:
            chain = _chain(tied, one, other)
            if chain:
                found.append(Circle(judgement, chain))
    return tuple(found)


def _chain(
    tied: Mapping[ReportId, Mapping[ReportId, Judgement]], begin: ReportId, end: ReportId
) -> tuple[Judgement, ...]:
    """The shortest chain of judgements from one report to another; of several the smaller names."""
    chains: dict[ReportId, tuple[Judgement, ...]] = {begin: ()}
    waiting = deque([begin])
    while waiting and end not in chains:
        here = waiting.popleft()
        for there in sorted(tied.get(here, {})):
            if there not in chains:
                chains[there] = (*chains[here], tied[here][there])
                waiting.append(there)
    return chains.get(end, ())


def contradictions(
    judgements: Iterable[Judgement], incident: Mapping[ReportId, str]
) -> tuple[Contradiction, ...]:
    """The judgements that do not hold because others say otherwise; nothing is dropped in silence.

    A person who changes their mind contradicts nobody.

    Args:
        judgements: What people said, in any order.
        incident: The incident that each report is in; reports that have not come are left out.
    """
    held = tuple(sorted(judgements, key=_rank))
    counted = settled(held)
    last: dict[Pair, Judgement] = {pair_of(judgement): judgement for judgement in held}
    apart: dict[tuple[str, str], list[Judgement]] = {}
    for pair, judgement in counted.items():
        ends = sorted(incident[name] for name in pair if name in incident)
        if judgement.sameness is Sameness.DIFFERENT and len(ends) == 2:
            apart.setdefault((ends[0], ends[1]), []).append(judgement)
    found = []
    for judgement in held:
        pair = pair_of(judgement)
        final = last[pair]
        overruled = judgement.sameness not in {final.sameness, Sameness.UNSURE}
        if overruled and judgement.who != final.who:
            found.append(Contradiction(judgement, (final,)))
        elif judgement == counted.get(pair) and judgement.sameness is Sameness.SAME:
            ends = sorted(incident[name] for name in pair if name in incident)
            if len(ends) == 2 and ends[0] != ends[1]:
                found.append(Contradiction(judgement, tuple(apart[ends[0], ends[1]])))
    return tuple(found)


def with_second_person(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """What two persons stand behind, each from the moment at which the second of them said so.

    A person's latest word on a pair is theirs, however they spell their name. Where nobody stands with another any more, the pair is
    left to the evidence again from then on.

    Args:
        judgements: What each person said, in any order.
    """
    said: dict[Pair, dict[str, Judgement]] = {}
    held: dict[Pair, Sameness] = {}
    found: dict[tuple[Pair, datetime], Judgement] = {}
    for judgement in sorted(judgements, key=_rank):
        pair = pair_of(judgement)
        persons = said.setdefault(pair, {})
        persons[person(judgement.who)] = judgement
        agreed = [each for each in persons.values() if each.sameness is judgement.sameness]
        before = held.get(pair, Sameness.UNSURE)
        now = judgement.sameness if len(agreed) > 1 else _backed(persons.values(), before)
        if now is not before:
            held[pair] = now
            behind = [each for each in persons.values() if each.sameness is now] or [judgement]
            found[pair, judgement.when] = replace(
                judgement,
                sameness=now,
                who=" and ".join(sorted(each.who for each in behind)),
                why="; ".join(each.why for each in behind),
            )
    return tuple(found.values())


def _backed(persons: Iterable[Judgement], before: Sameness) -> Sameness:
    """What counted before, while two persons still stand behind it."""
    behind = sum(each.sameness is before for each in persons)
    return before if behind > 1 else Sameness.UNSURE


def _rank(judgement: Judgement) -> tuple[datetime, Judgement]:
    return (judgement.when, judgement)
