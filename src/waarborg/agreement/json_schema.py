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

_INSTANT = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$"


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an agreement file.

    It says what the first check says: keys, words and forms. Names that point elsewhere in the file
    are left to the loader.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Waarborg agreement file",
        **_schema(FILE),
    }


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
