"""The shape of a file as a JSON Schema, so that editors complete and check while one writes."""

from __future__ import annotations

from typing import Any

from waarborg.agreement.file_shape import FILE
from waarborg.agreement.shape import (
    DURATION,
    Anything,
    Duration,
    Either,
    Flag,
    Instant,
    ListOf,
    MapOf,
    Record,
    Shape,
    Text,
    Whole,
    Word,
)
from waarborg.agreement.short_form import RELATIONS, UNORDERED
from waarborg.agreement.vocabulary import PROPERTIES, Kind, Property

_INSTANT = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$"


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an agreement file.

    It says what the first check says: keys, words and forms; of conditions also which properties
    and words they may ask for. Names that point elsewhere in the file are left to the loader.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Waarborg agreement file",
        "$defs": {"condition": _condition()},
        **_schema(FILE),
    }


_CONDITION: dict[str, Any] = {"$ref": "#/$defs/condition"}


def _condition() -> dict[str, Any]:
    """The short form of a condition, and the two forms of CQL2."""
    several = {"type": "array", "items": _CONDITION, "minItems": 1}
    name = {"type": "string"}
    keys: dict[str, Any] = {"all": several, "any": several, "not": _CONDITION}
    keys |= dict.fromkeys(("term", "near", "threshold", "unknown"), name)
    keys |= {asked.name: _property(asked) for asked in PROPERTIES.values()}
    return {
        "description": "a condition: short form, CQL2 text, or CQL2-JSON",
        "anyOf": [
            {"type": "string", "description": "always, never, or CQL2 text"},
            several,
            {
                "type": "object",
                "properties": keys,
                "minProperties": 1,
                "additionalProperties": False,
            },
            {
                "type": "object",
                "properties": {"op": name, "args": {"type": "array"}},
                "required": ["op", "args"],
                "additionalProperties": False,
            },
        ],
    }


def _property(asked: Property) -> dict[str, Any]:
    """What a condition may ask of a property: a value, one of several, or a limit."""
    name = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    match asked.kind:
        case Kind.PLACE | Kind.INSTANT:
            verb = "in" if asked.kind is Kind.PLACE else "during"
            keys = {verb: name}
            return {
                "type": "object",
                "properties": keys,
                "required": [verb],
                "additionalProperties": False,
            }
        case Kind.FLAG:
            value: dict[str, Any] = {"type": "boolean"}
        case Kind.NUMBER:
            value = {"type": "integer", "minimum": asked.least, "maximum": asked.most}
        case _:
            value = {"enum": list(asked.values)} if asked.values else {"type": "string"}
    ordered = asked.kind in {Kind.GRADE, Kind.NUMBER}
    relations = RELATIONS if ordered else UNORDERED
    limits = {
        "type": "object",
        "properties": dict.fromkeys(relations, value),
        "minProperties": 1,
        "additionalProperties": False,
    }
    listed = {"type": "array", "items": value, "minItems": 1}
    return {"description": asked.words, "anyOf": [value, listed, limits]}


def _schema(shape: Shape) -> dict[str, Any]:  # noqa: C901, PLR0911  # one branch a shape
    match shape:
        case Text(about):
            return {"type": "string", "pattern": r"\S", "description": about}
        case Word(words):
            return {"enum": list(words)}
        case Whole(least):
            return {"type": "integer", "minimum": least}
        case Flag():
            return {"type": "boolean"}
        case Instant():
            return {"type": "string", "pattern": _INSTANT}
        case Duration():
            return {"type": "string", "pattern": DURATION.pattern}
        case Anything("a condition" as about):
            return {"description": about, **_CONDITION}
        case Anything(about):
            return {"description": about}
        case Either(options):
            return {"anyOf": [_schema(option) for option in options]}
        case MapOf(item):
            return {"type": "object", "additionalProperties": _schema(item)}
        case ListOf(item, lone, least):
            listed: dict[str, Any] = {"type": "array", "items": _schema(item), "minItems": least}
            return {"anyOf": [listed, _schema(item)]} if lone else listed
        case Record(keys):
            return {
                "type": "object",
                "properties": {
                    name: {"description": key.meaning, **_schema(key.shape)}
                    for name, key in keys.items()
                },
                "required": [name for name, key in keys.items() if key.required],
                "additionalProperties": False,
            }
