"""The kinds of statements: one registry, each with the fields its body must have.

Kinds that are not registered are kept and carried like any other: an older reader never stops at
what a newer writer knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_HEX = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of statement.

    Attributes:
        name: As it stands in the statement.
        version: Of the fields below.
        meaning: What it says, one sentence.
        needed: Field to type of what the body must have.
        optional: Field to type of what it may have.
        private: Field to the class under which it is concealed.
    """

    name: str
    version: int
    meaning: str
    needed: Mapping[str, str]
    optional: Mapping[str, str]
    private: Mapping[str, str]


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _hash(value: Any) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


TYPES: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str) and value != "",
    "count": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    "hash": _hash,
    "hashes": lambda value: isinstance(value, list) and all(map(_hash, value)),
    "texts": _texts,
    "time": lambda value: isinstance(value, str) and _TIME.fullmatch(value) is not None,
    "object": lambda value: isinstance(value, Mapping),
    "objects": lambda value: (
        isinstance(value, list) and all(isinstance(each, Mapping) for each in value)
    ),
}
"""Type to the test of a value: text is not empty, count a whole number from 0, hash 32 bytes in
hex, time RFC 3339 with offset."""


def _kind(
    name: str,
    meaning: str,
    needed: str,
    optional: str = "",
    private: str = "",
) -> Kind:
    return Kind(name, 1, meaning, _fields(needed), _fields(optional), _fields(private))


def _fields(words: str) -> dict[str, str]:
    return {name: kind for name, _, kind in (word.partition(":") for word in words.split())}


_EVIDENCE = (
    "file:mission sha256:mission bytes:mission original_name:mission source:mission device:mission "
    "collector:mission collected_at:parties clock:mission place:parties exif:sealed "
    "near_duplicate_hint:mission content_credentials:mission legal_basis:mission risk:mission"
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("genesis", "The log begins: whose it is, who may state.", "origin:text keys:objects"),
        _kind(
            "key",
            "A key is enrolled, replaced or withdrawn.",
            "action:text name:text public:text",
            "possession:text",
        ),
        _kind("config", "Rules or settings take effect.", "name:text digest:hash", "text:text"),
        _kind(
            "report",
            "Somebody says that something happened.",
            "source:text",
            "key:text",
            "words:parties",
        ),
        _kind(
            "evidence",
            "A file is held that bears on a report.",
            "media_type:text role:text",
            "copy_of:hash",
            _EVIDENCE,
        ),
        _kind(
            "custody",
            "A file changes hands.",
            "purpose:text at:time",
            "seal:text",
            "from:mission to:mission",
        ),
        _kind(
            "correction",
            "An earlier statement of the same author is put right.",
            "reason:text corrects:hash",
        ),
        _kind(
            "redaction",
            "Private fields of an entry are to be destroyed.",
            "entry:count leaf:hash digests:texts ground:text",
        ),
        _kind(
            "approval", "A proposal is approved by another person.", "decision:text", "words:text"
        ),
        _kind(
            "claim",
            "A party states a total about the other side.",
            "count:count unit:text window:text",
        ),
        _kind("comment", "A party comments on a case.", "text:text"),
        _kind("objection", "Somebody objects to a statement.", "reason:text"),
        _kind("grading", "Source and item are graded.", "source:text item:text", "reason:text"),
        _kind(
            "merge-judgement",
            "Reports are held to tell of one incident.",
            "reports:texts reason:text",
        ),
        _kind(
            "split-judgement",
            "Reports are held to tell of different incidents.",
            "reports:texts reason:text",
        ),
        _kind(
            "determination",
            "The commission rules.",
            "outcome:text",
            "clause:text remedy:object until:time",
        ),
        _kind("vote", "A member votes.", "choice:text", "reason:text"),
        _kind(
            "pledge",
            "A guarantor promises a contribution.",
            "action:text",
            "quantity:object until:time",
        ),
        _kind(
            "standing",
            "A party signs, ratifies, reserves, suspends or withdraws.",
            "clause:text standing:text from:time",
        ),
        _kind("gate-decision", "A national procedure decides.", "gate:text decision:text at:time"),
        _kind("fulfilment", "An obligation is met.", "obligation:text at:time"),
        _kind(
            "statement",
            "What a named person publicly said.",
            "speaker:text said_at:time",
            "source:text words:text",
        ),
        _kind(
            "derived",
            "What was worked out from the entries before.",
            "digest:hash",
            "files:objects as_of:time known_at:time",
        ),
        _kind(
            "freeze", "The log ends: nothing is added after this.", "reason:text", "successor:text"
        ),
    )
}
"""Name to kind."""


def misfits(kind: str, version: int, body: Mapping[str, Any]) -> list[str]:
    """What is wrong with a body for its kind, in words; nothing for kinds or versions unknown here."""
    known = KINDS.get(kind)
    if known is None or known.version != version:
        return []
    wrong = [f"{name} is missing" for name in known.needed if name not in body]
    for name, value in body.items():
        wanted = known.needed.get(name) or known.optional.get(name)
        if wanted is None:
            where = (
                f"; it belongs concealed, class {known.private[name]}"
                if name in known.private
                else ""
            )
            wrong.append(f"{name} is no field of {kind}{where}")
        elif not TYPES[wanted](value):
            wrong.append(f"{name} should be of type {wanted}")
    return sorted(wrong)


def json_schema(kind: Kind) -> dict[str, Any]:
    """The body of a kind as JSON Schema (2020-12), for other programs."""
    forms: dict[str, dict[str, Any]] = {
        "text": {"type": "string", "minLength": 1},
        "count": {"type": "integer", "minimum": 0},
        "hash": {"type": "string", "pattern": f"^{_HEX.pattern}$"},
        "hashes": {"type": "array", "items": {"type": "string", "pattern": f"^{_HEX.pattern}$"}},
        "texts": {"type": "array", "items": {"type": "string"}},
        "time": {"type": "string", "pattern": f"^{_TIME.pattern}$"},
        "object": {"type": "object"},
        "objects": {"type": "array", "items": {"type": "object"}},
    }
    fields = {**kind.needed, **kind.optional}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{kind.name}, version {kind.version}",
        "description": kind.meaning,
        "type": "object",
        "properties": {name: forms[wanted] for name, wanted in sorted(fields.items())},
        "required": sorted(kind.needed),
        "additionalProperties": False,
    }
