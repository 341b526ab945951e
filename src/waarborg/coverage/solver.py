"""The solver at work: an unknown incident, what holds of it, and questions that it may leave open.

Every question is put in terms of the classes of `domain`, never in terms of a model the solver
happens to choose: the same file gives the same words, on any version of the solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import z3

from waarborg.agreement.condition import Node, Value
from waarborg.agreement.smt_reading import Formulas, SmtRow
from waarborg.agreement.vocabulary import PROPERTIES, Kind
from waarborg.coverage.domain import Class_, Domain
from waarborg.coverage.occurrence import Ground
from waarborg.coverage.reliance import Logic

Row = dict[str, Value | None]
Allowed = Mapping[str, frozenset[int]]
"""For each column the indices of the classes it may have."""


class NotKnown(Exception):  # noqa: N818  # a result, not a fault: the solver gave up
    """The solver gave up before it knew; never to be read as "holds"."""


class Solver:
    """One unknown incident, with everything that can be said of every incident.

    Attributes:
        row: The variables, as the agreement's own reading for solvers declares them.
        domain: The columns that matter.
        checks: How many questions were put to the solver.
    """

    def __init__(
        self,
        domain: Domain,
        parties: Sequence[str],
        ground: Ground | None,
        times: Iterable[Mapping[str, bool | None]],
        seconds: int,
    ) -> None:
        self.row = SmtRow(parties)
        self.domain = domain
        self.checks = 0
        self._ground = ground
        self._names = 0
        self._engine = z3.SolverFor("QF_FD")
        self._engine.set("timeout", seconds * 1000)
        self.literal: dict[str, tuple[Any, ...]] = {
            column: tuple(self._class(column, i, c) for i, c in enumerate(classes))
            for column, classes in domain.columns.items()
        }
        self._engine.add(self.row.facts)
        for literals in self.literal.values():
            self._engine.add(z3.Or(list(literals)))
        self._add_attribution()
        self._add_ground()
        self._add_times(list(times))

    def _class(self, column: str, index: int, class_: Class_) -> Any:
        asked = PROPERTIES.get(column)
        if asked is None:
            self.row.settled(column)
        known, value = self.row.known[column], self.row.values[column]
        if not class_.known:
            return self.named(f"{column} unknown", z3.Not(known))
        if asked is None or asked.kind is Kind.FLAG:
            inside = value if class_.values[0] else z3.Not(value)
        elif asked.kind is Kind.NUMBER:
            least, most = class_.values
            inside = z3.And(value >= least, value <= most)
        else:
            inside = z3.Or([value == self.row.code(column, v) for v in class_.values])
        return self.named(f"{column} class {index}", z3.And(known, inside))

    def _add_attribution(self) -> None:
        """Where nobody can be named, the act is laid at nobody's door."""
        classes = self.domain.columns.get("attribution", ())
        if "actor" not in self.domain.columns:
            return
        nobody = self.literal["actor"][-1]
        for class_, literal in zip(classes, self.literal.get("attribution", ()), strict=True):
            if class_.known and "unknown" not in class_.values:
                self._engine.add(z3.Not(z3.And(nobody, literal)))

    def _add_ground(self) -> None:
        """Known zones fit some cell; what follows from a known zone on the map is known too."""
        if self._ground is None:
            return
        columns, cells = self._ground.columns, self._ground.cells
        self._engine.add(
            z3.Or(
                [
                    z3.And([z3.Not(self.literal[c][1 if c in cell else 0]) for c in columns])
                    for cell in cells
                ]
            )
        )
        for one in columns:
            for inside in (True, False):
                fitting = [cell for cell in cells if (one in cell) is inside]
                for other in columns:
                    seen = {other in cell for cell in fitting}
                    if other != one and len(seen) == 1:
                        follows = self.literal[other][0 if seen.pop() else 1]
                        self._engine.add(z3.Implies(self.literal[one][0 if inside else 1], follows))

    def _add_times(self, times: Sequence[Mapping[str, bool | None]]) -> None:
        codes = {True: 0, False: 1, None: 2}
        columns = self.domain.periods
        if columns and times:
            self._engine.add(
                z3.Or(
                    [
                        z3.And([self.literal[c][codes[time[c]]] for c in columns if c in time])
                        for time in times
                    ]
                )
            )

    def formulas(self, node: Node) -> Formulas:
        """A condition as "surely so" and "surely not so"."""
        return self.row.formulas(node)

    def named(self, label: str, formula: Any) -> Any:
        """A variable that is true exactly when a formula is."""
        self._names += 1
        name = z3.Bool(f"{self.row.tag}.{self._names}.{label}")
        self._engine.add(name == formula)
        return name

    def fresh(self, label: str) -> Any:
        """A variable of its own, on which nothing hangs yet."""
        self._names += 1
        return z3.Bool(f"{self.row.tag}.{self._names}.{label}")

    def require(self, formula: Any) -> None:
        """What shall hold from now on."""
        self._engine.add(formula)

    @property
    def logic(self) -> Logic[Any]:
        """Reliance over formulas of this solver."""
        return Logic(z3.BoolVal(False), z3.And, z3.Or, self.named)  # noqa: FBT003  # a formula

    def can(self, *assumed: Any) -> bool:
        """Whether there is an incident of which all this holds.

        Args:
            assumed: Variables, or their negations.

        Raises:
            NotKnown: The solver gave up.
        """
        self.checks += 1
        answer = self._engine.check(*assumed)
        if answer == z3.unknown:
            raise NotKnown(str(self._engine.reason_unknown()))
        return bool(answer == z3.sat)

    def holding(self, variable: Any) -> bool:
        """Whether a variable is true in the incident found last."""
        return bool(z3.is_true(self._engine.model().eval(variable, model_completion=True)))

    def within(self, allowed: Allowed) -> list[Any]:
        """Assumptions that keep an incident to the classes allowed."""
        return [
            z3.Not(literal)
            for column, kept in allowed.items()
            for index, literal in enumerate(self.literal[column])
            if index not in kept
        ]

    def exclude(self, allowed: Allowed, unless: Any) -> None:
        """From now on no incident lies within the classes allowed, unless a variable is true."""
        outside = [
            literal
            for column, kept in allowed.items()
            for index, literal in enumerate(self.literal[column])
            if index not in kept
        ]
        self._engine.add(z3.Or([unless, *outside]))

    def first(self, *assumed: Any) -> dict[str, int] | None:
        """The first incident of which all this holds, in the order of the lists; None if none.

        Columns are settled one by one, each to its first class that is possible, so the answer does
        not hang on how the solver searches. Places that cannot occur on the map are passed over.

        Raises:
            NotKnown: The solver gave up.
        """
        while self.can(*assumed):
            chosen = self._settle(list(assumed))
            row = self.example(chosen)
            if self._ground is None or self._ground.can_occur(row):
                return chosen
            zones = self._ground.columns
            self._engine.add(z3.Or([z3.Not(self.literal[c][chosen[c]]) for c in zones]))
        return None

    def _settle(self, fixed: list[Any]) -> dict[str, int]:
        chosen: dict[str, int] = {}
        found = self._seen()
        for column, literals in self.literal.items():
            pick = found[column]
            for index in range(found[column]):
                if self.can(*fixed, literals[index]):
                    found, pick = self._seen(), index
                    break
            chosen[column] = pick
            fixed.append(literals[pick])
        return chosen

    def _seen(self) -> dict[str, int]:
        model = self._engine.model()
        return {
            column: next(
                i
                for i, literal in enumerate(literals)
                if z3.is_true(model.eval(literal, model_completion=True))
            )
            for column, literals in self.literal.items()
        }

    def example(self, chosen: Mapping[str, int]) -> Row:
        """The incident with the first value of each class chosen."""
        return {c: self.domain.columns[c][i].example for c, i in chosen.items()}
