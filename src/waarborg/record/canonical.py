"""Canonical JSON: one value, one sequence of bytes (RFC 8785), without numbers that machines round.

The bytes equal those of the `rfc8785` package on everything this module accepts (a property test
holds them together); the C encoder of the standard library is about four times as fast.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import orjson

LARGEST_INTEGER = 2**53 - 1
"""Beyond this, readers that keep numbers as IEEE 754 doubles would change the value."""

_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
).encode


class NotCanonical(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """A value that has no canonical form here, or bytes that are not in it; the text says where."""


def encode(value: Any) -> bytes:
    """The canonical bytes of a value of text, whole numbers, booleans, null, lists and mappings.

    Raises:
        NotCanonical: For a float (write it as a decimal string), an integer beyond 2^53-1, a
            lone surrogate, a key that is no text, or a type JSON does not have.
    """
    return encode_plain(plain(value))


def plain(value: Any) -> Any:
    """The value as it reads back from its canonical bytes: lists for tuples, dicts for mappings.

    Raises:
        NotCanonical: As `encode`, but for lone surrogates.
    """
    return _plain(value, "$")


def encode_plain(plain: Any) -> bytes:
    """The canonical bytes of what `plain` gave.

    Raises:
        NotCanonical: When a text holds a lone surrogate.
    """
    try:
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # nested deeper than it goes, or no Unicode text: told apart below
        pass
    try:
        return _encode(plain).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"the text holds a lone surrogate: {error.object[:40]!a}") from None


_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
DEEPEST = 100
"""How deep values may be nested: a bound of our own, so that every program draws it at the same place."""


def decode(data: bytes) -> Any:
    """The value of JSON bytes, strictly: UTF-8, no duplicate keys, no floats, no NaN, not too deep.

    Raises:
        NotCanonical: When a reader could understand these bytes in two ways.
    """
    if data.count(b"[") + data.count(b"{") > DEEPEST and _depth(data) > DEEPEST:
        raise NotCanonical(
            f"the JSON is nested too deeply: more than {DEEPEST} values in one another"
        )
    try:
        return _decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotCanonical(f"the bytes are not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise NotCanonical(
            f"the bytes are not JSON at character {error.pos}: {error.msg}"
        ) from None
    except RecursionError:
        raise NotCanonical("the JSON is nested too deeply") from None


def decode_canonical(data: bytes) -> Any:
    """The value of JSON bytes in their one canonical spelling.

    Raises:
        NotCanonical: As `decode`, and when the value is spelled otherwise.
    """
    value = decode(data)
    if encode_plain(value) != data:
        raise NotCanonical("the JSON is not in canonical form (RFC 8785)")
    return value


def _depth(data: bytes) -> int:
    """How deep JSON bytes are nested; texts are passed over."""
    depth = deepest = 0
    for mark in _MARKS.finditer(data):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(mark[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _plain(value: Any, path: str) -> Any:
    """The value with every mapping a plain dict, after each part was checked."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is int:
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise NotCanonical(f"{path}: {value} is beyond 2^53-1; write it as text")
        return value
    if isinstance(value, Mapping):
        return _plain_mapping(value, path)
    if isinstance(value, list | tuple):
        return [
            part if type(part) is str else _plain(part, f"{path}[{at}]")
            for at, part in enumerate(value)
        ]
    if isinstance(value, str):
        return str(value)
    if kind is float:
        raise NotCanonical(f"{path}: {value!r} is a float; write it as a decimal string")
    raise NotCanonical(f"{path}: JSON has no {kind.__name__}")


def _plain_mapping(value: Mapping[Any, Any], path: str) -> dict[str, Any]:
    plain = {}
    for key, part in value.items():
        if type(key) is not str:
            raise NotCanonical(f"{path}: the key {key!r} is no text")
        if not key.isascii():
            _check_key(key, path)
        plain[key] = part if type(part) is str else _plain(part, f"{path}.{key}")
    return plain


def _check_key(key: str, path: str) -> None:
    """Keys sort alike by code point and by UTF-16 unit, and no two look the same."""
    if max(key) > "\uffff" or unicodedata.normalize("NFC", key) != key:
        raise NotCanonical(f"{path}: the key {key!a} is not in NFC, or beyond U+FFFF")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise NotCanonical(f"the key {double!r} stands there twice")
    return found


def _no_float(text: str) -> Any:
    raise NotCanonical(f"{text} is a float; a decimal string was expected")


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST_INTEGER:
        raise NotCanonical(f"{text[:40]} is beyond 2^53-1")
    return int(text)


_decode = json.JSONDecoder(
    object_pairs_hook=_no_duplicates,
    parse_float=_no_float,
    parse_constant=_no_float,
    parse_int=_whole,
).decode
