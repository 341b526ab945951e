"""Who rests on whom: the chance that two outlets tell of an event from one origin, and what that leaves.

Six papers that print one agency's report are one witness. Whether they did is seldom written in a
headline, so it is a chance: learnt beforehand for each two outlets, then moved by what the two
headlines at hand show.

Rules this module keeps:
1. A table with a version, learnt from named data, never computed again from the mission at hand.
2. A report can rest only on one told before it. Where sources know only the day, every order within
   the day is as likely as another; so the answer does not depend on the order of the input.
3. That nobody at all told of it first-hand is left out: there is one witness at least.
4. The number is a chance over all these; the hard count of `account` (never more than the headlines
   allow) stands beside it and is never replaced.

Source: the vote count of Dong, Berti-Equille and Srivastava, "Integrating conflicting data: the role
of source dependence" (VLDB 2009), with the unknown order integrated out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np

_EXACT = 8
"""Outlets up to which the whole distribution is worked out over every order of telling."""


class Shown(StrEnum):
    """What two headlines on one event show of a common origin."""

    NAMED = "named"
    """One names the other outlet."""
    ORIGIN = "origin"
    """Both name one authority."""
    WORDING = "wording"
    """Nearly the same words, names of authorities left aside."""
    DIFFERENT = "different"
    """They name different authorities."""
    NOTHING = "nothing"
    """Neither speaks for a common origin nor against it."""
    UNREAD = "unread"
    """A headline is missing, so nothing can be compared."""


STRENGTH = tuple(Shown)
"""From the sign that says most for a common origin to the one that says least."""


@dataclass(frozen=True, slots=True)
class Tie:
    """What was learnt of two outlets.

    Attributes:
        events: Events that both told of, within a day of each other.
        shown: In how many of them their headlines show a common origin.
        chance: In how many they would if each always told by itself.
        shared: Chance that both rest on one origin, before the headlines at hand are read.
        low: With `high`, nine tenths of what the data leave open about that chance.
        high: See `low`.
        before: Events in which the first (by name) told on an earlier day.
        after: Events in which the second did.
    """

    events: int
    shown: int
    chance: float
    shared: float
    low: float
    high: float
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Copying:
    """Everything learnt about who rests on whom.

    Attributes:
        version: Names the table in every record that rests on it.
        provenance: The data it was learnt from, with licence.
        ties: By the two outlets' names, sorted.
        usual: Chance of a common origin for two outlets of which nothing is known.
        times: How many times likelier each sign is when the origin is common than when it is not.
        telling: Share of the headlines that can be read which are accounts by a witness: the chance
            that one which cannot be read is.
    """

    version: str
    provenance: str
    ties: Mapping[tuple[str, str], Tie]
    usual: float
    times: Mapping[Shown, float]
    telling: float

    def chance(self, one: str, other: str, shown: Shown) -> float:
        """The chance that two outlets rest on one origin for an event, given what their headlines show.

        Args:
            one: An outlet.
            other: Another; the answer is the same the other way round.
            shown: The strongest sign between their headlines.
        """
        tie = self.ties.get((min(one, other), max(one, other)))
        prior = self.usual if tie is None else tie.shared
        odds = prior / (1.0 - prior) * self.times[shown]
        return odds / (1.0 + odds)


def read_copying(text: str) -> Copying:
    """Read a table as it ships in `waarborg/incidents/tables`.

    Raises:
        ValueError: Its signs are not those that this version reads.
    """
    held: dict[str, Any] = json.loads(text)
    if set(held["times"]) != {sign.value for sign in Shown}:
        odd = sorted(set(held["times"]) ^ {sign.value for sign in Shown})
        raise ValueError(f"table {held['version']}: signs do not fit, see {', '.join(odd)}")
    return Copying(
        version=held["version"],
        provenance=held["provenance"],
        ties={(tie.pop("one"), tie.pop("other")): Tie(**tie) for tie in held["ties"]},
        usual=held["usual"],
        times={sign: float(held["times"][sign.value]) for sign in Shown},
        telling=held["telling"],
    )


@dataclass(frozen=True, slots=True)
class Teller:
    """An outlet that tells of an event.

    Attributes:
        source: Its name.
        first: When its first report says that it happened: reports of a later day may rest on it.
        weight: Chance that it tells as a witness at all; 1 where its headline shows so.
    """

    source: str
    first: datetime
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Independent:
    """How many witnesses of an event stand on their own, as far as can be said.

    Attributes:
        expected: Their number in the mean.
        low: With `high`, the number lies between them with a chance of nine tenths or more.
        high: See `low`.
        two_or_more: Chance that there are at least two.
    """

    expected: float
    low: int
    high: int
    two_or_more: float


def independent(tellers: Sequence[Teller], shared: Mapping[tuple[str, str], float]) -> Independent:
    """How many outlets tell of an event from an origin of their own.

    Args:
        tellers: Each outlet once, in any order.
        shared: For two outlets (sorted by name), the chance that both rest on one origin.
    """
    held = sorted(tellers, key=lambda teller: (teller.first, teller.source))
    m = len(held)
    if m == 1:
        return Independent(1.0, 1, 1, 0.0)
    rests = np.zeros((m, m))
    for i in range(m):
        for j in range(i):
            pair = (held[j].source, held[i].source)
            rests[i, j] = rests[j, i] = shared[min(pair), max(pair)]
    # who is no witness can be copied no more than he can be counted
    rests *= np.array([teller.weight for teller in held])[None, :]
    own = _own(held, rests)
    numbers = _orders(held, rests) if m <= _EXACT else _unrelated(own)
    # somebody told of it first-hand: that nobody did is left out
    nobody = numbers[0] if m <= _EXACT else np.prod([1.0 - teller.weight for teller in held])
    numbers[0] = 0.0
    numbers /= numbers.sum()
    reached = np.cumsum(numbers)
    return Independent(
        expected=round(float(own.sum() / (1.0 - nobody)), 3),
        low=int(np.searchsorted(reached, 0.05 + 1e-12)),
        high=min(int(np.searchsorted(reached, 0.95 - 1e-12)), m),
        two_or_more=round(float(np.clip(numbers[2:].sum(), 0.0, 1.0)), 3),
    )


@lru_cache(maxsize=64)
def _nodes(number: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Where in the day, and with what weight, a polynomial is looked at to be integrated exactly."""
    at, weight = np.polynomial.legendre.leggauss(number)
    return (at + 1.0) / 2.0, weight / 2.0


def _own(held: Sequence[Teller], rests: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """For each outlet the chance that it tells from an origin of its own.

    It does when it rests on none of those before it. Within a day each other outlet is before it for a
    share u of the day, u from 0 to 1: the product is a polynomial in u, integrated exactly.
    """
    at, weight = _nodes(len(held) // 2 + 1)
    found = np.empty(len(held))
    for i, teller in enumerate(held):
        left = np.ones(len(at))
        for j, other in enumerate(held):
            if other.first < teller.first:
                left *= 1.0 - rests[i, j]
            elif other.first == teller.first and j != i:
                left *= 1.0 - at * rests[i, j]
        found[i] = teller.weight * (left * weight).sum()
    return found


def _orders(held: Sequence[Teller], rests: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The chance of each number of independent witnesses, over every order of telling.

    Sets of outlets are built up by whoever told last among them.
    """
    m = len(held)
    numbers = np.zeros((1 << m, m + 1))
    numbers[0, 0] = 1.0
    for members in range(1, 1 << m):
        inside = [i for i in range(m) if members >> i & 1]
        latest = [i for i in inside if held[i].first == held[inside[-1]].first]
        for i in latest:
            alone = held[i].weight
            for j in inside:
                if j != i:
                    alone *= 1.0 - rests[i, j]
            before = numbers[members & ~(1 << i)] / len(latest)
            numbers[members] += before * (1.0 - alone)
            numbers[members, 1:] += before[:-1] * alone
    return np.asarray(numbers[-1])


def _unrelated(own: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The chance of each number when outlets are taken one by one: near enough for many of them."""
    numbers = np.zeros(len(own) + 1)
    numbers[0] = 1.0
    for chance in own:
        numbers[1:] = numbers[1:] * (1.0 - chance) + numbers[:-1] * chance
        numbers[0] *= 1.0 - chance
    return numbers
