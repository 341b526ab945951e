"""The exception "it answers a strike": whether an act may have answered an earlier one.

Rules this module keeps:
1. Order, place and actor are judged apart, each three-valued; what is known only to the day leaves
   the order open.
2. An exception must be pointed at: where no report in the record, inference included, tells of an
   earlier strike that could have been answered, the exception does not apply (decision 0006).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from waarborg.agreement.distances import within_metres
from waarborg.agreement.model import Answers
from waarborg.base.judgement import Reason, Verdict, all_of
from waarborg.base.places import Place
from waarborg.base.times import Period


@dataclass(frozen=True, slots=True)
class Strike:
    """An act that somebody may have answered.

    Attributes:
        incident: Identifier of the incident.
        happened: When.
        zones: Smallest zones of the map it lies in for sure.
        maybe: Smallest zones it may lie in, the sure ones included; None when its place is unknown.
        actor: Who did it as far as stated, None when not.
        points_to: Who did it with inference accepted, None when not even that points anywhere.
        is_strike: Whether it is an act of the forbidden kind, as far as stated.
        may_be_strike: The same with inference accepted.
        place: Where, None when not known.
    """

    incident: str
    happened: Period
    zones: frozenset[str]
    maybe: frozenset[str] | None
    actor: str | None
    points_to: str | None
    is_strike: Verdict
    may_be_strike: Verdict
    place: Place | None = None


class Laid:
    """Strikes by zone and time, so that only those of the same place and near in time are looked at.

    Args:
        strikes: In any order.
        by_zone: Whether zones of the map part them.
    """

    def __init__(self, strikes: Iterable[Strike], *, by_zone: bool) -> None:
        self._zoned = by_zone
        self._all = sorted(strikes, key=_in_order)
        self._by_zone: defaultdict[str | None, list[Strike]] = defaultdict(list)
        for strike in self._all:
            for zone in self._zones(strike):
                self._by_zone[zone].append(strike)
        lengths = [strike.happened.end - strike.happened.start for strike in self._all]
        self._longest = max(lengths, default=timedelta(0))

    def add(self, strike: Strike) -> None:
        """One strike more."""
        for table in (self._all, *(self._by_zone[zone] for zone in self._zones(strike))):
            insort(table, strike, key=_in_order)
        self._longest = max(self._longest, strike.happened.end - strike.happened.start)

    def remove(self, strike: Strike) -> None:
        """One strike less; it has to be among them."""
        for table in (self._all, *(self._by_zone[zone] for zone in self._zones(strike))):
            del table[bisect_left(table, _in_order(strike), key=_in_order)]

    def near(
        self, strike: Strike, start: datetime | None, end: datetime | None
    ) -> Iterator[Strike]:
        """Every other strike that may share a zone, and began before `end` and ended after `start`.

        Some come twice, and some that ended a little earlier; None leaves an end open.
        """
        if self._zoned and strike.maybe is not None:
            zones = (None, *sorted(strike.maybe))
            tables = [self._by_zone[zone] for zone in zones if zone in self._by_zone]
        else:
            tables = [self._all]
        stretches = (self._between(table, start, end) for table in tables)
        return (one for one in chain.from_iterable(stretches) if one.incident != strike.incident)

    def _zones(self, strike: Strike) -> Iterable[str | None]:
        return strike.maybe if self._zoned and strike.maybe is not None else (None,)

    def _between(
        self, table: Sequence[Strike], start: datetime | None, end: datetime | None
    ) -> Iterator[Strike]:
        first = 0
        if start is not None:
            # A strike that ended in time began no earlier than the longest of them lasted before.
            earliest = start - self._longest
            first = bisect_left(table, earliest, key=lambda one: one.happened.start)
        for place in range(first, len(table)):
            if end is not None and table[place].happened.start >= end:
                return
            yield table[place]


class Answerable:
    """The strikes that a rule lets somebody answer, laid out by zone and time.

    A long truce has many strikes, and only those of the same place and shortly before can be the
    one that is answered.

    Args:
        rule: By whom the earlier strike, what an answer must share with it, how soon after it.
        strikes: All strikes of the record, in any order.
    """

    def __init__(self, rule: Answers, strikes: Iterable[Strike]) -> None:
        self.rule = rule
        by_zone = rule.same != () and rule.metres is None
        self._laid = Laid(
            (strike for strike in strikes if _pointed_at(strike, rule)), by_zone=by_zone
        )

    def add(self, strike: Strike) -> None:
        """One strike of the record more."""
        if _pointed_at(strike, self.rule):
            self._laid.add(strike)

    def remove(self, strike: Strike) -> None:
        """One strike of the record less."""
        if _pointed_at(strike, self.rule):
            self._laid.remove(strike)

    def before(self, strike: Strike) -> Iterator[Strike]:
        """Every other strike that this one may answer by time and place; some twice."""
        within = self.rule.within.elapsed
        start = None if within is None else strike.happened.start - within
        return self._laid.near(strike, start, strike.happened.end)


class Answering:
    """What each strike of a record answers under a rule, kept up strike by strike.

    Args:
        rule: By whom the earlier strike, what an answer must share with it, how soon after it.
    """

    def __init__(self, rule: Answers) -> None:
        self.earlier = Answerable(rule, ())
        self._laid = Laid((), by_zone=rule.same != () and rule.metres is None)
        self._verdicts: dict[str, Verdict] = {}

    def add(self, strike: Strike) -> set[str]:
        """A strike becomes known; gives the others that answer otherwise now."""
        self.earlier.add(strike)
        self._laid.add(strike)
        self._verdicts[strike.incident] = answers(strike, self.earlier)[0]
        return self._turned(strike, joined=True)

    def remove(self, strike: Strike) -> set[str]:
        """A strike is no more; gives the others that answer otherwise now."""
        self.earlier.remove(strike)
        self._laid.remove(strike)
        del self._verdicts[strike.incident]
        return self._turned(strike, joined=False)

    def _turned(self, strike: Strike, *, joined: bool) -> set[str]:
        rule = self.earlier.rule
        if not _pointed_at(strike, rule):
            return set()
        within, turned = rule.within.elapsed, set()
        end = None if within is None else strike.happened.end + within
        for later in {
            s.incident: s for s in self._laid.near(strike, strike.happened.start, end)
        }.values():
            gives, held = _answers_one(later, rule, strike), self._verdicts[later.incident]
            # one that came matters where it says more than the others did, one that went where nothing did
            matters = held in {Verdict.NO, Verdict.UNKNOWN} and held is not gives
            if gives is Verdict.NO or not (matters if joined else held is gives):
                continue
            verdict = answers(later, self.earlier)[0]
            if verdict is not held:
                self._verdicts[later.incident] = verdict
                turned.add(later.incident)
        return turned


def _in_order(strike: Strike) -> tuple[Period, str]:
    return (strike.happened, strike.incident)


def answers(strike: Strike, earlier: Answerable) -> tuple[Verdict, Reason]:
    """Whether a strike answers an earlier one that the rule allows to be answered.

    Args:
        strike: The act that is judged.
        earlier: The strikes that may be answered; the judged one may be among them.
    """
    rule = earlier.rule
    may_answer = False
    for other in earlier.before(strike):
        verdict = _answers_one(strike, rule, other)
        if verdict is Verdict.YES:
            return verdict, Reason("answers-a-strike", f"it answers a strike by {_by(rule)}")
        may_answer = may_answer or verdict is Verdict.UNKNOWN
        if may_answer and rule.within.elapsed is None:
            break  # Where the time is left open, no strike makes the answer certain.
    if may_answer:
        return Verdict.UNKNOWN, Reason(
            "answer-open",
            f"it cannot be told whether it answers a strike by {_by(rule)}: "
            "one may have come before it",
        )
    return Verdict.NO, Reason(
        "answers-nothing", f"no report tells of an earlier strike by {_by(rule)} it could answer"
    )


def _by(rule: Answers) -> str:
    return " or ".join(rule.by)


def _pointed_at(other: Strike, rule: Answers) -> bool:
    return other.points_to in rule.by and other.may_be_strike is not Verdict.NO


def _answers_one(strike: Strike, rule: Answers, other: Strike) -> Verdict:
    sure_actor = Verdict.YES if other.actor in rule.by else Verdict.UNKNOWN
    return all_of(
        (
            sure_actor,
            other.is_strike if other.is_strike is not Verdict.NO else Verdict.UNKNOWN,
            _precedes(other.happened, strike.happened, rule.within.elapsed),
            _same_place(strike, other, rule.metres) if rule.same else Verdict.YES,
        )
    )


def _precedes(earlier: Period, later: Period, within: timedelta | None) -> Verdict:
    """Whether one came before the other and no longer before than allowed; None allows any time."""
    if earlier.start >= later.end:
        return Verdict.NO
    if within is not None and later.start - earlier.end >= within:
        return Verdict.NO
    in_time = within is not None and later.end - earlier.start <= within
    return Verdict.YES if earlier.end <= later.start and in_time else Verdict.UNKNOWN


def _same_place(one: Strike, other: Strike, metres: int | None) -> Verdict:
    if metres is not None:
        return within_metres(one.place, other.place, metres)
    if one.maybe is None or other.maybe is None:
        return Verdict.UNKNOWN
    if one.zones & other.zones:
        return Verdict.YES
    return Verdict.UNKNOWN if one.maybe & other.maybe else Verdict.NO
