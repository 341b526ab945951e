"""Two conditions weighed against each other: what sets one off and not the other, with an example.

Asked of the solver over every incident there can be, so that it is meaning that is compared and not
wording. "Surely so" counts: where something is not known, neither side is given the benefit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import z3

from waarborg.agreement.condition import Compare, Member, Node, Value, leaves, properties
from waarborg.agreement.smt_reading import SmtRow
from waarborg.agreement.vocabulary import PROPERTIES, Kind, Property
from waarborg.agreement.words import NO_NAMES, Names, value_words


class Shift(StrEnum):
    """How a condition stands to another one, by the incidents that surely meet it."""

    SAME = "same"
    NARROWER = "narrower"
    WIDER = "wider"
    OTHER = "other"
    """Some incidents are gained and others lost."""
    UNDECIDED = "undecided"
    """The same incidents surely meet it; they part only where something is not known."""
    NOT_KNOWN = "not_known"
    """The solver gave up; never to be read as "same"."""


@dataclass(frozen=True, slots=True)
class Example:
    """An incident that parts two conditions; what it does not name may be anything.

    Attributes:
        words: The incident in words.
        row: Column to value, None where it is not known.
    """

    words: str
    row: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Two conditions weighed.

    Attributes:
        shift: How the second stands to the first.
        gained: An incident that only the second is met by, None if there is none.
        lost: An incident that only the first is met by, None if there is none.
    """

    shift: Shift
    gained: Example | None = None
    lost: Example | None = None


def weigh(
    before: Node,
    after: Node,
    parties: Iterable[str],
    names: Names = NO_NAMES,
    seconds: int = 10,
) -> Weighed:
    """Weigh a condition against the one that stood before it.

    Args:
        before: The condition that stood before.
        after: The one that stands now.
        parties: Every party that either file names; the values of the actor.
        names: How sentences call parties, zones and periods.
        seconds: How long the solver may think on one question.

    Returns:
        How the second stands to the first, with examples that do not hang on the solver's choice.
    """
    if before == after:
        return Weighed(Shift.SAME)
    asked = _Asked(before, after, tuple(dict.fromkeys(parties)), names, seconds)
    (so_before, not_before), (so_after, not_after) = asked.formulas
    try:
        gained = asked.example(z3.And(so_after, z3.Not(so_before)))
        lost = asked.example(z3.And(so_before, z3.Not(so_after)))
        if gained is None and lost is None:
            parts = asked.possible(z3.Xor(not_before, not_after))
            return Weighed(Shift.UNDECIDED if parts else Shift.SAME)
    except TimeoutError:
        return Weighed(Shift.NOT_KNOWN)
    if gained and lost:
        return Weighed(Shift.OTHER, gained, lost)
    return Weighed(Shift.WIDER, gained) if gained else Weighed(Shift.NARROWER, lost=lost)


class _Asked:
    """The solver with one unknown incident and the two conditions."""

    def __init__(
        self, before: Node, after: Node, parties: tuple[str, ...], names: Names, seconds: int
    ) -> None:
        self._row = SmtRow(parties)
        self._before, self._after = before, after
        self._names = names
        self.formulas = self._row.formulas(before), self._row.formulas(after)
        self._columns = sorted(
            properties(before) | properties(after), key=lambda c: (c not in PROPERTIES, c)
        )
        self._solver = z3.Solver()
        self._solver.set("timeout", seconds * 1000)
        self._solver.set("random_seed", 0)
        self._solver.add(self._row.facts)

    def possible(self, *formulas: Any) -> bool:
        """Whether some incident fits.

        Raises:
            TimeoutError: The solver gave up.
        """
        found = self._solver.check(*formulas)
        if found == z3.unknown:
            raise TimeoutError("the solver gave up")
        return bool(found == z3.sat)

    def example(self, formula: Any) -> Example | None:
        """The first incident that fits, in the order of the lists; None when none does."""
        if not self.possible(formula):
            return None
        fixed = [formula]
        row: dict[str, Value | None] = {}
        for column in self._columns:
            if self._irrelevant(column, fixed):
                continue
            for value, chosen in self._choices(column):
                if self.possible(*fixed, chosen):
                    fixed.append(chosen)
                    row[column] = value
                    break
        said = [self._say(column, value) for column, value in row.items()]
        return Example("; ".join(said) or "any incident", row)

    def _irrelevant(self, column: str, fixed: list[Any]) -> bool:
        """Whether no incident that fits stops fitting when only this column changes."""
        value, known = self._row.values[column], self._row.known[column]
        other_value = z3.FreshConst(value.sort(), "other")
        other_known = z3.FreshConst(z3.BoolSort(), "other.known")
        whole = z3.And(fixed)
        changed = z3.substitute(whole, (value, other_value), (known, other_known))
        return not self.possible(whole, z3.Not(changed), *self._within(column, other_value))

    def _within(self, column: str, value: Any) -> Iterator[Any]:
        asked = PROPERTIES.get(column)
        if asked is None or asked.kind is Kind.FLAG:
            return
        least, most = asked.least, asked.most
        if asked.kind is not Kind.NUMBER:
            least, most = 0, len(self._row.words(column)) - 1
        yield value >= least
        yield value <= most

    def _choices(self, column: str) -> Iterator[tuple[Value | None, Any]]:
        known, value = self._row.known[column], self._row.values[column]
        for one in self._values(column):
            yield one, z3.And(known, value == self._row.code(column, one))
        yield None, z3.Not(known)

    def _values(self, column: str) -> Iterator[Value]:
        asked = PROPERTIES.get(column)
        if asked is None or asked.kind is Kind.FLAG:
            yield from (True, False)
        elif asked.kind is Kind.NUMBER:
            yield from self._numbers(column, asked)
        else:
            yield from self._row.words(column)

    def _numbers(self, column: str, asked: Property) -> list[int]:
        """The least number, and those at and around each limit that a condition draws."""
        limits = {
            leaf.value
            for leaf in (*leaves(self._before), *leaves(self._after))
            if isinstance(leaf, Compare) and leaf.property == column and type(leaf.value) is int
        }
        limits |= {
            value
            for leaf in (*leaves(self._before), *leaves(self._after))
            if isinstance(leaf, Member) and leaf.property == column
            for value in leaf.values
            if type(value) is int
        }
        near = {asked.least} | {limit + step for limit in limits for step in (-1, 0, 1)}
        return sorted(number for number in near if asked.least <= number <= asked.most)

    def _say(self, column: str, value: Value | None) -> str:
        if column not in PROPERTIES:
            return _settled(column, value, self._names)
        said = PROPERTIES[column].words
        if value is None:
            whether = "whether " if PROPERTIES[column].kind is Kind.FLAG else ""
            return f"{whether}{said} is not known"
        if isinstance(value, bool):
            return said if value else f"it is not so that {said}"
        return f"{said} is {value_words(column, value, self._names)}"


def _settled(column: str, value: Value | None, names: Mapping[str, str]) -> str:
    kind, _, name = column.partition(":")
    called = names.get(column, name.replace("_", " "))
    asked = {
        "zone": f"in {called}",
        "period": f"within {called}",
        "near": f"within {called}",
        "threshold": f"with the threshold {called} reached",
    }[kind]
    if value is None:
        return f"whether {asked} is not known"
    return asked if value else f"not {asked}"
