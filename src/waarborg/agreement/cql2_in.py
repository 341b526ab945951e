"""CQL2-JSON turned into the short YAML form, so that one reader checks both.

Taken are: and, or, not, =, <>, <, <=, >, >=, between, in, isNull, s_within and s_intersects with a
named zone, and the functions zone, period, near, threshold and term. Everything else is refused by
name: a condition that some reading could not hold must not get into a file.
"""

from __future__ import annotations

from typing import Any

from waarborg.agreement.vocabulary import PROPERTIES, Kind
from waarborg.agreement.yaml_tree import Entry, Mapping_, Scalar, Sequence_, Tree

Json = Any

_WORDS = {"=": "is", "<>": "not", "<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_FUNCTIONS = {"zone": ("place", "in"), "period": ("at", "during")}
_NAMED = ("near", "threshold", "term")


def to_short_form(tree: Json, line: int) -> Tree:
    """CQL2-JSON as a condition in the short form, every part at one line.

    Raises:
        ValueError: It uses something outside the part that is taken.
    """
    return _Translator(line).condition(tree)


class _Translator:
    def __init__(self, line: int) -> None:
        self._line = line

    def condition(self, tree: Json) -> Tree:
        if isinstance(tree, bool):
            return self._scalar("always" if tree else "never")
        if isinstance(tree, dict) and set(tree) == {"property"}:
            return self._keyed(str(tree["property"]), self._scalar(value=True))
        if not isinstance(tree, dict) or not isinstance(tree.get("args"), list):
            raise ValueError(  # noqa: TRY004  # what a person wrote, not what a caller passed
                f"a value stands where a condition is expected: {str(tree)[:40]}"
            )
        return self._operation(str(tree.get("op")).lower(), tree["args"])

    def _operation(self, op: str, args: list[Json]) -> Tree:  # noqa: PLR0911  # one branch a kind
        match op:
            case "and" | "or" if args:
                key = "all" if op == "and" else "any"
                return self._keyed(key, self._list([self.condition(arg) for arg in args]))
            case "not" if len(args) == 1:
                return self._keyed("not", self.condition(args[0]))
            case "isnull" if len(args) == 1:
                return self._keyed("unknown", self._scalar(_name(args[0])))
            case "in" if len(args) == 2 and isinstance(args[1], list):
                return self._keyed(_name(args[0]), self._list([self._value(v) for v in args[1]]))
            case "between" if len(args) == 3:
                limits = {"at_least": self._value(args[1]), "at_most": self._value(args[2])}
                return self._keyed(_name(args[0]), self._mapping(limits))
            case "s_within" | "s_intersects" if len(args) == 2 and _name(args[0]) == "place":
                return self._zone(args[1])
        if op in _WORDS and len(args) == 2:
            return self._comparison(op, args[0], args[1])
        return self._function(op, args)

    def _comparison(self, op: str, left: Json, right: Json) -> Tree:
        if isinstance(left, dict) and "op" in left and isinstance(right, bool):
            inner = self.condition(left)
            same = right is (op == "=")
            if op in {"=", "<>"}:
                return inner if same else self._keyed("not", inner)
        if not _is_property(left):
            left, right, op = right, left, _MIRRORED[op]
        name = _name(left)
        asked = PROPERTIES.get(name)
        if asked is not None and asked.kind in {Kind.PLACE, Kind.INSTANT}:
            raise ValueError(f"{name} is asked for by zone('…') or period('…')")
        return self._keyed(name, self._mapping({_WORDS[op]: self._value(right)}))

    def _zone(self, tree: Json) -> Tree:
        if isinstance(tree, dict) and tree.get("op") == "zone":
            return self.condition(tree)
        raise ValueError("a geometry stands where a named zone is expected")

    def _function(self, op: str, args: list[Json]) -> Tree:
        if len(args) == 1 and isinstance(args[0], str):
            if op in _FUNCTIONS:
                name, verb = _FUNCTIONS[op]
                return self._keyed(name, self._mapping({verb: self._scalar(args[0])}))
            if op in _NAMED:
                return self._keyed(op, self._scalar(args[0]))
        raise ValueError(f"{op} is outside the part of CQL2 that every reading holds")

    def _value(self, tree: Json) -> Tree:
        if isinstance(tree, float) and tree.is_integer():
            return self._scalar(int(tree))
        if isinstance(tree, str | int | float):
            return self._scalar(tree)
        raise ValueError(f"no plain value: {str(tree)[:40]}")

    def _scalar(self, value: str | float | bool) -> Scalar:  # noqa: FBT001  # data
        return Scalar(value, self._line, quoted=True)

    def _list(self, items: list[Tree]) -> Tree:
        return Sequence_(tuple(items), self._line)

    def _mapping(self, entries: dict[str, Tree]) -> Tree:
        return Mapping_(tuple(Entry(k, v, self._line) for k, v in entries.items()), self._line)

    def _keyed(self, key: str, value: Tree) -> Tree:
        return self._mapping({key: value})


def _is_property(tree: Json) -> bool:
    return isinstance(tree, dict) and set(tree) == {"property"}


def _name(tree: Json) -> str:
    if not _is_property(tree):
        raise ValueError(f"a property is expected, not {str(tree)[:40]}")
    return str(tree["property"])
