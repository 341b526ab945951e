"""Derived values as plain data: what `--json` prints and what the output files hold.

The same value always gives the same bytes: fields in the order of their type, keys of mappings
sorted, instants in UTC. Dataclasses become
mappings of their fields, so a place is a point when it has a longitude and an area when it has a
zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from waarborg.incidents.incident import Terms

_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def _worded(value: object) -> object:
    """What is put into words only when it is read, as it is read.

    Raises:
        TypeError: Nothing is known of such a value.
    """
    if isinstance(value, Terms):
        return value.terms
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def plain(value: object) -> Any:
    """Turn a derived value into lists, mappings, text, numbers, truth values and None.

    Raises:
        TypeError: The value is of a kind that no output holds.
    """
    return orjson.loads(orjson.dumps(value, _worded, _SORTED))


def dump(value: object) -> str:
    """One value as one line of JSON."""
    return orjson.dumps(value, _worded, _SORTED).decode()


def lines(values: Iterable[object]) -> bytes:
    """Values as JSON lines in UTF-8, in the order given; empty for none."""
    option = _SORTED | orjson.OPT_APPEND_NEWLINE
    return b"".join(orjson.dumps(value, _worded, option) for value in values)


def pretty(value: object) -> str:
    """One value as indented JSON, for reading."""
    option = _SORTED | orjson.OPT_APPEND_NEWLINE | orjson.OPT_INDENT_2
    return orjson.dumps(value, _worded, option).decode()
