"""Quorum and majority: what a vote comes to, in exact arithmetic.

What the text leaves open stays open: without a quorum or a majority rule the answer is that it
cannot be decided, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from waarborg.cases.entry import AdoptRules, Choice

_SHARES = {
    "simple": Fraction(1, 2),
    "qualified": Fraction(2, 3),
    "two_thirds": Fraction(2, 3),
    "three_quarters": Fraction(3, 4),
    "unanimous": Fraction(1),
}


class Result(StrEnum):
    """What a vote comes to."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    DEADLOCK = "deadlock"
    NO_QUORUM = "no_quorum"
    CANNOT_BE_DECIDED = "cannot_be_decided"


@dataclass(frozen=True, slots=True)
class Tally:
    """A count.

    Attributes:
        result: What it comes to.
        votes_for: Weight for.
        votes_against: Weight against.
        abstained: Weight of those who abstained.
        present: Seats that took part.
        seats: Seats there are.
        words: How it was computed.
    """

    result: Result
    votes_for: int
    votes_against: int
    abstained: int
    present: int
    seats: int
    words: str


def tally(rules: AdoptRules, votes: Mapping[str, Choice], *, silence: bool = False) -> Tally:
    """Count a vote that is closed.

    Args:
        rules: The body's rules.
        votes: Party to its choice; parties without a seat are no seats and do not count.
        silence: Written procedure: a seat that said nothing consents, and one objection ends it.
    """
    cast = {seat.party: votes[seat.party] for seat in rules.seats if seat.party in votes}
    if silence:
        cast = {s.party: cast.get(s.party, Choice.FOR) for s in rules.seats}
    weight = {seat.party: seat.weight for seat in rules.seats}
    sums = {c: sum(weight[p] for p, choice in cast.items() if choice is c) for c in Choice}
    for_, against = sums[Choice.FOR], sums[Choice.AGAINST]
    abstained = sums[Choice.ABSTAIN]
    result, why = _result(rules, cast, for_, against, abstained, silence=silence)
    voted = sum(seat.party in votes for seat in rules.seats)
    quiet = len(rules.seats) - voted
    consent = "" if result is Result.REJECTED else ", which counts as consent"
    words = (
        f"{voted} of {len(rules.seats)} seats voted, {quiet} did not{consent}: {why}"
        if silence
        else f"{len(cast)} of {len(rules.seats)} seats took part; for {for_}, against {against}, "
        f"abstained {abstained}: {why}"
    )
    return Tally(result, for_, against, abstained, len(cast), len(rules.seats), words)


def carries(rules: AdoptRules, agreed: Collection[str], *, without: str = "") -> bool:
    """Whether the seats that agree decide by themselves, even if all others were against.

    As many as the quorum asks for have to be among them. Rules that leave quorum or majority open ask
    every seat.

    Args:
        rules: The body's rules.
        agreed: The parties that agree.
        without: A party whose seat is left out of the count, "" for none.
    """
    seats = tuple(seat for seat in rules.seats if seat.party != without)
    there = {seat.party for seat in seats if seat.party in agreed}
    asked, chair = quorum_of(replace(rules, seats=seats)), rules.majority == "chair_decides"
    settled = rules.lead not in {"", without} if chair else majority_of(rules) is not None
    if asked is None or not settled:
        return len(there) == len(seats)
    asked = min(asked, len(seats))
    choices = {s.party: Choice.FOR if s.party in there else Choice.AGAINST for s in seats}
    counted = tally(replace(rules, seats=seats, quorum=str(asked)), choices)
    return len(there) >= asked and counted.result is Result.ADOPTED


def _result(  # noqa: PLR0911  # one line a rule
    rules: AdoptRules,
    cast: Mapping[str, Choice],
    for_: int,
    against: int,
    abstained: int,
    *,
    silence: bool,
) -> tuple[Result, str]:
    objecting = sorted(party for party, choice in cast.items() if choice is Choice.AGAINST)
    if silence and objecting:
        return Result.REJECTED, f"{', '.join(objecting)} objected, which ends a written procedure"
    needed = quorum_of(rules)
    if needed is None:
        return Result.CANNOT_BE_DECIDED, "the text leaves the quorum open"
    if len(cast) < needed:
        return Result.NO_QUORUM, f"the quorum is {needed} seats"
    vetoes = sorted(s.party for s in rules.seats if s.veto and cast.get(s.party) is Choice.AGAINST)
    if vetoes:
        return Result.REJECTED, f"veto of {', '.join(vetoes)}"
    if rules.majority == "chair_decides":
        return _by_chair(rules.lead, cast.get(rules.lead))
    share = majority_of(rules)
    if share is None:
        return Result.CANNOT_BE_DECIDED, "the text leaves the majority open"
    total = for_ + against + (abstained if rules.abstentions == "counted" else 0)
    if total == 0:
        return Result.DEADLOCK, "nobody voted for or against"
    reached = Fraction(for_, total)
    if reached > share if share == Fraction(1, 2) else reached >= share:
        return Result.ADOPTED, f"{for_} of {total} reaches {_share_words(share)}"
    if Fraction(against, total) > Fraction(1, 2):
        return Result.REJECTED, f"{against} of {total} are against"
    return Result.DEADLOCK, f"{for_} of {total} does not reach {_share_words(share)}"


def _by_chair(lead: str, choice: Choice | None) -> tuple[Result, str]:
    if choice is Choice.FOR:
        return Result.ADOPTED, f"{lead} decides, and is for it"
    if choice is Choice.AGAINST:
        return Result.REJECTED, f"{lead} decides, and is against it"
    return Result.DEADLOCK, f"{lead or 'nobody'} decides, and has not"


def _share_words(share: Fraction) -> str:
    return "more than half" if share == Fraction(1, 2) else f"{share} of the weight"


def quorum_of(rules: AdoptRules) -> int | None:
    """How many seats must take part; None when that is open."""
    seats = len(rules.seats)
    match rules.quorum:
        case "majority":
            return seats // 2 + 1
        case "all":
            return seats
        case text if text.isdigit():
            return int(text)
        case text:
            share = _fraction(text)
            return None if share is None else -((-share * seats).__floor__())


def majority_of(rules: AdoptRules) -> Fraction | None:
    """The share that carries; one half means more than half. None when that is open."""
    return _SHARES.get(rules.majority) or _fraction(rules.majority)


def _fraction(text: str) -> Fraction | None:
    above, slash, below = text.partition("/")
    if slash and above.isdigit() and below.isdigit() and 0 < int(above) <= int(below):
        return Fraction(int(above), int(below))
    return None
