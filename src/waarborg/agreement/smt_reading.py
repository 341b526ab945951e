"""Reading 4: formulas for a solver (z3).

One unknown incident is a set of variables: each column has a value and whether it is known. A
condition becomes two formulas, "surely so" and "surely not so"; where neither holds, the answer is
open. Words of a list are whole numbers by their place in the list, so grades keep their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import z3

from waarborg.agreement.condition import (
    All,
    AnyOf,
    Compare,
    Constant,
    Member,
    Missing,
    Named,
    Node,
    Not,
    Relation,
    Settled,
    Value,
)
from waarborg.agreement.vocabulary import PROPERTIES, Kind, Property

Formulas = tuple[Any, Any]
"""Two z3 formulas: surely so, surely not so."""


class SmtRow:
    """The variables of one unknown incident.

    Attributes:
        tag: Prefix of the variables' names, so that several incidents can be asked about at once.
        parties: The values of the actor.
        values: Column to the variable of its value.
        known: Column to the variable that says whether it is known.
        facts: What holds of every incident: each value lies in its list or range.
    """

    def __init__(self, parties: Sequence[str], tag: str = "incident") -> None:
        self.tag = tag
        self.parties = tuple(parties)
        self.values: dict[str, Any] = {}
        self.known: dict[str, Any] = {}
        self.facts: list[Any] = []
        self._built: dict[int, tuple[Node, Formulas]] = {}
        self._leaves: dict[Node, Formulas] = {}
        for asked in PROPERTIES.values():
            if asked.kind not in {Kind.PLACE, Kind.INSTANT}:
                self._declare(asked)

    def _declare(self, asked: Property) -> None:
        name = f"{self.tag}.{asked.name}"
        self.known[asked.name] = z3.Bool(f"{name}.known")
        if asked.kind is Kind.FLAG:
            self.values[asked.name] = z3.Bool(name)
            return
        value = z3.Int(name)
        self.values[asked.name] = value
        least, most = asked.least, asked.most
        if asked.kind is not Kind.NUMBER:
            least, most = 0, len(self.words(asked.name)) - 1
        self.facts += [value >= least, value <= most]

    def words(self, name: str) -> tuple[str, ...]:
        """The words a property may have, in their order."""
        return self.parties if name == "actor" else PROPERTIES[name].values

    def settled(self, column: str) -> Formulas:
        """The variables of a settled column: its truth, and whether it is known."""
        if column not in self.values:
            self.values[column] = z3.Bool(f"{self.tag}.{column}")
            self.known[column] = z3.Bool(f"{self.tag}.{column}.known")
        return self.values[column], self.known[column]

    def code(self, name: str, value: Value) -> Any:
        """A literal as the solver sees it.

        Raises:
            ValueError: The value does not belong to the property.
        """
        if isinstance(value, bool):
            return z3.BoolVal(value)
        return value if isinstance(value, int) else self.words(name).index(value)

    def formulas(self, node: Node) -> Formulas:
        """The condition as "surely so" and "surely not so"; shared parts are built once."""
        found = self._built.get(id(node))
        if found is None:
            found = self._built[id(node)] = (node, self._build(node))
        return found[1]

    def _build(self, node: Node) -> Formulas:
        match node:
            case Constant(holds):
                return z3.BoolVal(holds), z3.BoolVal(not holds)
            case All(parts):
                pairs = [self.formulas(part) for part in parts]
                return z3.And([yes for yes, _ in pairs]), z3.Or([no for _, no in pairs])
            case AnyOf(parts):
                pairs = [self.formulas(part) for part in parts]
                return z3.Or([yes for yes, _ in pairs]), z3.And([no for _, no in pairs])
            case Not(part):
                yes, no = self.formulas(part)
                return no, yes
            case Named(body=body):
                return self.formulas(body)
            case _:
                if node not in self._leaves:
                    self._leaves[node] = self._leaf(node)
                return self._leaves[node]

    def _leaf(self, node: Compare | Member | Missing | Settled) -> Formulas:
        match node:
            case Missing(name):
                return z3.Not(self.known[name]), self.known[name]
            case Settled():
                truth, known = self.settled(node.column)
            case Member(name, values):
                known = self.known[name]
                truth = z3.Or([self.values[name] == self.code(name, v) for v in values])
            case Compare(name, relation, value):
                known = self.known[name]
                truth = _compare(relation, self.values[name], self.code(name, value))
        return z3.And(known, truth), z3.And(known, z3.Not(truth))

    def fixed(self, row: Mapping[str, Value | None]) -> list[Any]:
        """Formulas that say: this very row. Columns the row does not name are not known."""
        found = []
        for column, known in self.known.items():
            value = row.get(column)
            found.append(known == z3.BoolVal(value is not None))
            if value is not None:
                found.append(self.values[column] == self.code(column, value))
        return found

    def read(self, model: Any) -> dict[str, Value | None]:
        """The row of a model: column to value, None where not known."""
        row: dict[str, Value | None] = {}
        for column, known in self.known.items():
            is_known = z3.is_true(model.eval(known, model_completion=True))
            row[column] = self._value(model, column) if is_known else None
        return row

    def _value(self, model: Any, column: str) -> Value:
        found = model.eval(self.values[column], model_completion=True)
        if z3.is_bool(found):
            return bool(z3.is_true(found))
        number = int(found.as_long())
        asked = PROPERTIES[column]
        return number if asked.kind is Kind.NUMBER else self.words(column)[number]


def _compare(relation: Relation, left: Any, right: Any) -> Any:
    match relation:
        case Relation.EQUAL:
            return left == right
        case Relation.DIFFERENT:
            return left != right
        case Relation.BELOW:
            return left < right
        case Relation.AT_MOST:
            return left <= right
        case Relation.ABOVE:
            return left > right
        case Relation.AT_LEAST:
            return left >= right
