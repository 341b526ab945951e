"""CQL2 (OGC 21-065) in and out: the encoding in which other tools can hold a condition.

In: CQL2-JSON, and CQL2 text by way of the `cql2` package with a parse, print, parse check. Only the
part that every reading can hold is taken; the rest is refused by name.
Out: `to_cql2` keeps settled questions as functions (`zone('UA')`, `period('truce')`), so that a file
can be read back; `to_portable_cql2` writes geometries and moments instead, so that any OGC API
server can run it. Grades are always written as lists, since a server knows no order of words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import cql2 as engine
import shapely

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
    SettledKind,
    Value,
)
from waarborg.agreement.explain import compare
from waarborg.agreement.vocabulary import PROPERTIES, Kind
from waarborg.agreement.zones import Zones
from waarborg.base.times import Period, format_instant

Json = Any
_UNORDERED = frozenset({Relation.EQUAL, Relation.DIFFERENT})


def parse_text(text: str) -> Json:
    """CQL2 text as CQL2-JSON.

    Raises:
        ValueError: It is no CQL2 text, or it does not survive being printed and parsed again.
    """
    try:
        parsed = engine.parse_text(text)
        again = engine.parse_text(parsed.to_text())
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in {"cql2", "builtins"}:
            raise
        raise ValueError(" ".join(str(error).split())[:120]) from error
    if again.to_json() != parsed.to_json():
        raise ValueError("the text does not survive being printed and parsed again")
    return parsed.to_json()


def to_text(node: Node) -> str:
    """The condition as CQL2 text."""
    return str(engine.parse_json(json.dumps(to_cql2(node))).to_text())


def to_cql2(node: Node) -> Json:
    """The condition as CQL2-JSON with settled questions as functions; reads back the same."""
    return _Writer(None, None).write(node)


def to_portable_cql2(node: Node, zones: Zones, periods: Mapping[str, Period]) -> Json:
    """The condition as CQL2-JSON that knows nothing of this project.

    Zones become geometries, periods become half-open comparisons of the moment.

    Raises:
        ValueError: It asks for a threshold or a distance, which CQL2 cannot say.
        KeyError: A zone or period is not given.
    """
    return _Writer(zones, periods).write(node)


class _Writer:
    def __init__(self, zones: Zones | None, periods: Mapping[str, Period] | None) -> None:
        self._zones = zones
        self._periods = periods

    def write(self, node: Node) -> Json:  # noqa: PLR0911  # one branch a kind of node
        match node:
            case Constant(holds):
                return holds
            case All(parts):
                return self._joined("and", parts, empty=True)
            case AnyOf(parts):
                return self._joined("or", parts, empty=False)
            case Not(part):
                return _call("not", self.write(part))
            case Named(body=body):
                return self.write(body)
            case Missing(name):
                return _call("isNull", _property(name))
            case Member(name, values):
                return _one_of(name, list(values))
            case Compare():
                return _comparison(node)
            case Settled(kind, name):
                return self._settled(kind, name)

    def _joined(self, op: str, parts: tuple[Node, ...], *, empty: bool) -> Json:
        written = [self.write(part) for part in parts]
        if len(written) < 2:
            return written[0] if written else empty
        return _call(op, *written)

    def _settled(self, kind: SettledKind, name: str) -> Json:
        if self._zones is None or self._periods is None:
            return _call(kind.value, name)
        match kind:
            case SettledKind.ZONE:
                shape = json.loads(shapely.to_geojson(self._zones.zones[name].shape))
                return _call("s_intersects", _property("place"), shape)
            case SettledKind.PERIOD:
                period = self._periods[name]
                start, end = (
                    {"timestamp": format_instant(moment)} for moment in (period.start, period.end)
                )
                at = _property("at")
                return _call("and", _call(">=", at, start), _call("<", at, end))
            case _:
                raise ValueError(f"CQL2 has no words for the {kind.value} {name}")


def _call(op: str, *args: Json) -> Json:
    return {"op": op, "args": list(args)}


def _property(name: str) -> Json:
    return {"property": name}


def _one_of(name: str, values: list[Value]) -> Json:
    """Membership in a list that may be empty.

    An empty list is open on a missing value and never so on a known one, which CQL2 says by asking
    for two different values at once.
    """
    if values:
        return _call("in", _property(name), values)
    two = PROPERTIES[name].values[:2]
    if len(two) < 2:
        raise ValueError(f"CQL2 has no words for an empty list of {name}")
    return _call("and", *(_call("=", _property(name), value) for value in two))


def _comparison(node: Compare) -> Json:
    asked = PROPERTIES[node.property]
    if asked.kind is Kind.GRADE and node.relation not in _UNORDERED:
        kept: list[Value] = [
            v for v in asked.values if compare(asked.name, node.relation, v, node.value)
        ]
        return _one_of(asked.name, kept)
    return _call(node.relation.value, _property(asked.name), node.value)
