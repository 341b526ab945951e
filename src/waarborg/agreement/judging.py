"""One incident held against one prohibition: the act, and what each exception says of it.

Rules this module keeps:
1. Each part is yes, no or unknown, with the reasons that settle it; the whole follows by Kleene's
   logic (law 8).
2. What rests on inference never makes a verdict; it only tells a possible breach from an open one.
3. Incidents that are alike in all that a prohibition asks get one answer, worked out once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from waarborg.agreement.answers import Answerable, Answering, Strike, answers
from waarborg.agreement.asked import Asked
from waarborg.agreement.condition import conjunction, member_of, properties
from waarborg.agreement.held import Held
from waarborg.agreement.model import Agreement, Prohibition
from waarborg.agreement.settled import zones_of
from waarborg.base.judgement import Judgement, Reason, Verdict, all_of, from_bool, negate
from waarborg.base.parties import PartyId

_KEPT = 1 << 14
"""Answers kept for one prohibition; incidents differ in few of the things that it asks."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a prohibition says of one party it binds, for all incidents that are alike in what it asks.

    Attributes:
        accused: The party.
        act: Whether the party did what it must not, and why.
        excused: What each exception says, in the order of the text.
        accepted: The whole, once marked inferences are accepted.
        verdict: Whether the prohibition was broken, from what is stated.
        reasons: The reasons of the parts that settle the verdict, each once, in the order of the text.
    """

    accused: PartyId
    act: Judgement
    excused: tuple[Judgement, ...]
    accepted: Verdict
    verdict: Verdict = field(init=False)
    reasons: tuple[Reason, ...] = field(init=False)

    def __post_init__(self) -> None:
        parts = (self.act.verdict, *(negate(excuse.verdict) for excuse in self.excused))
        verdict = all_of(parts)
        settling = [self.act] if self.act.verdict is verdict else []
        settling += [excuse for excuse in self.excused if negate(excuse.verdict) is verdict]
        reasons = dict.fromkeys(reason for part in settling for reason in part.reasons)
        object.__setattr__(self, "verdict", verdict)
        object.__setattr__(self, "reasons", tuple(reasons))


@dataclass(frozen=True, slots=True)
class Judged:
    """What a prohibition says of one incident and one party it binds.

    Attributes:
        held: The incident.
        answer: What it says.
    """

    held: Held
    answer: Answer

    @property
    def verdict(self) -> Verdict:
        """Whether the prohibition was broken, from what is stated."""
        return self.answer.verdict


class Against:
    """A prohibition with the record it is held against; the record decides who answered whom.

    Args:
        agreement: The agreement, under the reading that is to apply.
        rule: One of its prohibitions.
        held: Every incident of the record.
        smallest: Zones of the map that hold no other zone, for "the same place".

    Attributes:
        rule: The prohibition.
        by_record: Whether other incidents of the record have a say in what it says of one.
    """

    def __init__(
        self, agreement: Agreement, rule: Prohibition, held: Sequence[Held], smallest: Sequence[str]
    ) -> None:
        self.rule = rule
        names = {f"actor:{p.id}": p.name for p in agreement.parties.values()}
        self._must_not = Asked(rule.must_not)
        self._breach = {
            accused: Asked(conjunction((member_of("actor", (accused,)), rule.must_not)), names)
            for accused in rule.who
        }
        self._excuses = tuple(
            None if e.reads is None else Asked(e.reads, names) for e in rule.exceptions
        )
        asked = (rule.must_not, *(e.reads for e in rule.exceptions if e.reads is not None))
        self._columns = tuple(sorted({"actor"}.union(*map(properties, asked))))
        self._kept: dict[tuple[object, ...], tuple[Answer, ...]] = {}
        self.by_record = any(exception.answers is not None for exception in rule.exceptions)
        self._near = {one.deed.id: one for one in held if self._may_be_near(one)}
        self._strikes: dict[str, Strike] = {}
        self._earlier: tuple[Answerable | None, ...] = tuple(None for _ in rule.exceptions)
        if self.by_record:
            self._strikes = {
                name: _strike(one, self._must_not, smallest) for name, one in self._near.items()
            }
            self._earlier = tuple(
                None if e.answers is None else Answerable(e.answers, self._strikes.values())
                for e in rule.exceptions
            )

    def judged(self) -> Iterator[Judged]:
        """Every incident and party of which it cannot be ruled out that it broke the prohibition."""
        for incident in self._near:
            yield from self.judged_of(incident)

    def judged_of(self, incident: str) -> list[Judged]:
        """The parties of which it cannot be ruled out that they broke the prohibition by one incident."""
        one = self._near.get(incident)
        if one is None:
            return []
        return [Judged(one, answer) for answer in self.answers(one)]

    def judge(self, one: Held, accused: PartyId) -> Judged:
        """One incident of the record and one party."""
        return Judged(one, self._answer(one, accused))

    def _may_be_near(self, one: Held) -> bool:
        """Whether an incident has to be kept: where the record decides, only acts that may be forbidden."""
        return not self.by_record or self._must_not.holds(one.stated) is not False

    def answers(self, one: Held) -> tuple[Answer, ...]:
        """The answer for each party of which a breach by one incident of the record cannot be ruled out."""
        if self.by_record:
            return self._answers_anew(one) if one.deed.id in self._near else ()
        columns = self._columns
        stated = tuple(map(one.stated.get, columns))
        told = tuple(map(one.unknown.get, columns)) if None in stated else ()
        alike = (stated, tuple(map(one.inferred.get, columns)), told)
        found = self._kept.get(alike)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[alike] = self._answers_anew(one)
        return found

    def _answers_anew(self, one: Held) -> tuple[Answer, ...]:
        return tuple(
            self._answer(one, accused)
            for accused, breach in self._breach.items()
            if breach.holds(one.stated) is not False
        )

    def _answer(self, one: Held, accused: PartyId) -> Answer:
        breach = self._breach[accused]
        act = breach.why(one.stated, one.unknown)
        excused = tuple(
            self._excuse(reads, one, earlier)
            for reads, earlier in zip(self._excuses, self._earlier, strict=True)
        )
        accepted = all_of(
            (
                from_bool(breach.holds(one.inferred)),
                *(negate(excuse.verdict) for excuse in excused),
            )
        )
        return Answer(accused, act, excused, accepted)

    def _excuse(self, reads: Asked | None, one: Held, earlier: Answerable | None) -> Judgement:
        if earlier is not None:
            strike = self._strikes.get(one.deed.id)
            if strike is None:
                return Judgement(Verdict.NO)  # Surely no forbidden act, so nothing to excuse.
            verdict, reason = answers(strike, earlier)
            return Judgement(verdict, (reason,))
        if reads is None:
            return Judgement(Verdict.NO)
        return reads.why(one.stated, one.unknown)


class KeptAgainst(Against):
    """A prohibition that looks at the record, with a record that grows and is corrected.

    Args:
        agreement: The agreement, under the reading that is to apply.
        rule: One of its prohibitions.
        smallest: Zones of the map that hold no other zone, for "the same place".
    """

    def __init__(self, agreement: Agreement, rule: Prohibition, smallest: Sequence[str]) -> None:
        super().__init__(agreement, rule, (), smallest)
        self._smallest = smallest
        self._answering = tuple(
            None if e.answers is None else Answering(e.answers) for e in rule.exceptions
        )
        self._earlier = tuple(None if a is None else a.earlier for a in self._answering)

    def put(self, one: Held) -> set[str]:
        """An incident becomes known; gives the others that are to be judged again."""
        if not self._may_be_near(one):
            return set()
        self._near[one.deed.id] = one
        strike = _strike(one, self._must_not, self._smallest)
        self._strikes[one.deed.id] = strike
        return {name for each in self._answering if each for name in each.add(strike)}

    def knows(self, incident: str) -> bool:
        """Whether an incident is one that the record may have a say about."""
        return incident in self._near

    def drop(self, incident: str) -> set[str]:
        """An incident is no more; gives the others that are to be judged again."""
        self._near.pop(incident, None)
        strike = self._strikes.pop(incident, None)
        if strike is None:
            return set()
        return {name for each in self._answering if each for name in each.remove(strike)}


def _strike(one: Held, must_not: Asked, smallest: Sequence[str]) -> Strike:
    sure, maybe = zones_of(one.columns, smallest)
    actor, implied = one.stated.get("actor"), one.inferred.get("actor")
    return Strike(
        incident=one.deed.id,
        happened=one.deed.happened,
        zones=sure,
        maybe=maybe,
        actor=actor if isinstance(actor, str) else None,
        points_to=implied if isinstance(implied, str) else None,
        is_strike=from_bool(must_not.holds(one.stated)),
        may_be_strike=from_bool(must_not.holds(one.inferred)),
        place=one.deed.place,
    )
