"""Derived values as plain data: what `--json` prints and what the output files hold.

The same value always gives the same bytes: keys sorted, no white space, instants in UTC to the
second, measures rounded to six places.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from waarborg.base.places import Area, Point
from waarborg.base.times import Period, format_instant


def plain(value: object) -> Any:  # noqa: PLR0911  # one line a kind of value
    """Turn a derived value into lists, mappings, text, numbers and None.

    Raises:
        TypeError: The value is of a kind that no output holds.
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, date | Period):
        return _plain_time(value)
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = {Point: {"kind": "point"}, Area: {"kind": "area"}}.get(type(value), {})
        return {key: plain(item) for key, item in _fields(value)} | kind
    raise TypeError(f"no plain form for a {type(value).__name__}")


def _plain_time(value: date | Period) -> Any:
    if isinstance(value, Period):
        return {"start": format_instant(value.start), "end": format_instant(value.end)}
    return format_instant(value) if isinstance(value, datetime) else value.isoformat()


def _fields(value: Any) -> Iterable[tuple[str, Any]]:
    return ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))


def dump(value: object) -> str:
    """One value as one line of JSON."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def lines(values: Iterable[object]) -> bytes:
    """Values as JSON lines in UTF-8, in the order given; empty for none."""
    return "".join(dump(value) + "\n" for value in values).encode()


def pretty(value: object) -> str:
    """One value as indented JSON, for reading."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, indent=1) + "\n"
