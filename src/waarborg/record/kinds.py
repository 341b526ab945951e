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
_HOUR = r"(?:[01]\d|2[0-3]):[0-5]\d"
_TIME = re.compile(rf"\d{{4}}-\d\d-\d\dT{_HOUR}:[0-5]\d(?:\.\d{{1,9}})?(?:Z|[+-]{_HOUR})", re.ASCII)


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


def _several(value: Any) -> bool:
    """Two to a hundred different texts: what is said of every pair of them stays within bounds."""
    return _texts(value) and 2 <= len(set(value)) == len(value) <= 100


def _hash(value: Any) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def _time(value: Any) -> bool:
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


TYPES: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str) and value != "",
    "count": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    "figure": lambda value: value is None or TYPES["count"](value),
    "hash": _hash,
    "hashes": lambda value: isinstance(value, list) and all(map(_hash, value)),
    "texts": _texts,
    "several": _several,
    "time": _time,
    "object": lambda value: isinstance(value, Mapping),
    "objects": lambda value: (
        isinstance(value, list) and all(isinstance(each, Mapping) for each in value)
    ),
    "words": lambda value: isinstance(value, str),
    "yes-no": lambda value: isinstance(value, bool),
    "moment": lambda value: value is None or (_time(value)),
    "list": lambda value: isinstance(value, list),
    "place": lambda value: value is None or isinstance(value, Mapping),
    "word": lambda value: value is None or isinstance(value, str),
}
"""Type to the test of a value: text is not empty, words may be, count is a whole number from 0, hash
32 bytes in hex, several two to a hundred different texts, time RFC 3339 with offset; figure, moment, place and word may be null."""


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


def _act(name: str, meaning: str, needed: str, optional: str = "") -> Kind:
    """An act of a body, a party or a guarantor: every one has a name of its own and its time."""
    return _kind(name, meaning, f"id:text at:time {needed}", f"cites:texts {optional}")


_LOG = (
    _kind("genesis", "The log begins: whose it is, who may state.", "origin:text keys:objects"),
    _kind(
        "key",
        "A key is enrolled, replaced or withdrawn.",
        "action:text name:text public:text",
        "possession:text",
    ),
    _kind(
        "recorded",
        "Whoever keeps the record says by when everything before this was in it.",
        "at:time",
    ),
    _kind("freeze", "The log ends: nothing is added after this.", "reason:text", "successor:text"),
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
    _kind("approval", "A proposal is approved by another person.", "decision:text", "words:text"),
    _kind("objection", "Somebody objects to a statement.", "reason:text"),
)
"""What keeps the log itself."""

_INTAKE = (
    _kind(
        "config",
        "Rules, texts or settings take effect.",
        "name:text",
        "digest:hash text:text blob:hash bytes:count media_type:text",
    ),
    _kind(
        "engine",
        "The program and the model that figures are derived with.",
        "waarborg:text fusion_model:text fusion_digest:hash",
    ),
    _kind(
        "release",
        "A file of reports came in: what was accepted and what refused.",
        "file:text channel:text received_at:time accepted:count refused:list",
        "rows:object",
    ),
    _kind(
        "report",
        "Somebody says that something happened.",
        "source:text",
        "key:text id:text version:count channel:text address:words headline:words happened:list "
        "received_at:time place:place label:words acts:list actors:list harm:list keys:texts",
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
        "claim", "A party states a total about the other side.", "count:count unit:text window:text"
    ),
    _kind(
        "statement",
        "What a named person publicly said.",
        "speaker:text said_at:time",
        "id:text source:text words:text",
    ),
    _kind("grading", "Source and item are graded.", "source:text item:text", "reason:text"),
    _kind(
        "merge-judgement",
        "Reports are held to tell of one incident.",
        "reports:several reason:text",
    ),
    _kind(
        "split-judgement",
        "Reports are held to tell of different incidents.",
        "reports:several reason:text",
    ),
    _kind(
        "open-judgement",
        "A judgement on reports is taken back: the evidence decides again.",
        "reports:several reason:text",
    ),
)
"""What comes in, and what people judge of it."""

_DERIVED = (
    _kind(
        "proof",
        "What a text covers was proved; anybody can ask again and compare.",
        "agreement:text solver:text waarborg:text request:object text:object answers:object",
        "map:object chances:object",
    ),
    _kind(
        "determination",
        "The text by its operation, or a body, decides about a finding.",
        "outcome:text",
        "clause:text remedy:object until:time determination:object",
    ),
    _kind(
        "derived",
        "What was worked out from the entries before.",
        "digest:hash",
        "files:objects manifest:object as_of:time known_at:time rests_on:count waarborg:text",
    ),
)
"""What was worked out."""

_COMMISSION = (
    _act(
        "adopt-rules",
        "A body's rules of procedure take effect.",
        "body:text seats:objects",
        "quorum:words majority:words abstentions:words on_deadlock:words lead:words "
        "vote_hours:count comment_hours:count appeal_hours:count two_persons:yes-no silence:yes-no words:words",
    ),
    _act(
        "open-case",
        "An alleged breach comes before a body.",
        "body:text accused:text clause:text happened_from:time happened_until:time",
        "findings:texts severity:figure act_done:words words:words observed_at:moment "
        "received_at:moment",
    ),
    _kind(
        "comment",
        "A party comments on a case.",
        "",
        "id:text at:time cites:texts case:text words:text text:text",
    ),
    _act("account", "A rival account of what happened.", "case:text words:text"),
    _act(
        "request-inspection",
        "Access to a place is asked of a party.",
        "case:text of:text place:text",
        "hours:count",
    ),
    _act(
        "answer-inspection",
        "What became of a request for access.",
        "request:text access:text",
        "words:words",
    ),
    _act(
        "task",
        "Somebody is asked to look into something.",
        "case:text assignee:text words:text",
        "hours:count",
    ),
    _act("task-done", "A task was carried out.", "task:text words:text"),
    _act("join-cases", "Cases are dealt with together.", "cases:texts into:text reason:text"),
    _act("split-case", "Findings are dealt with apart.", "case:text findings:texts reason:text"),
    _act("close-case", "A seat asks that a case end without a ruling.", "case:text reason:text"),
    _act("reopen-case", "A seat asks that a case go on.", "case:text reason:text"),
    _act(
        "verify",
        "A named person grades and verifies.",
        "case:text result:text",
        "source:text item:text likelihood:word confidence:word attributed_to:words words:words",
    ),
    _act(
        "propose",
        "A ruling is put to the vote.",
        "case:text outcome:text",
        "responsible:words cause:words remedy:words remedy_hours:count silence:yes-no "
        "corrects:words words:words",
    ),
    _act("approve", "Another stands behind what somebody put.", "proposal:text"),
    _act("vote", "A seat votes.", "proposal:text choice:text", "reason:words"),
    _act("withdraw-proposal", "A proposal is taken back.", "proposal:text", "reason:words"),
    _act("appeal", "A ruling is to be looked at again.", "case:text grounds:text"),
    _act("remedy-step", "What became of a remedy.", "case:text step:text", "words:words"),
    _act(
        "deconflict",
        "A message from one party to another to prevent or calm an incident.",
        "to:text words:text",
        "case:words answers:words",
    ),
    _act("act-early", "Somebody acted before attribution was final.", "case:text words:text"),
    _act("change-step", "A response is stepped up or down.", "case:text direction:text words:text"),
)
"""Acts of a commission and of the parties before it."""

_PROMISES = (
    _act(
        "gate-step",
        "A national procedure moves: filed, given, refused, recalled.",
        "gate:text step:text",
        "conditions:words until:moment words:words case:words",
    ),
    _act(
        "contribute",
        "A contribution is pledged, approved, ready, deployed or withdrawn.",
        "guarantee:text step:text",
        "words:words",
    ),
    _act(
        "obligation-step",
        "An obligation is fulfilled, waived, excused or contested.",
        "obligation:text step:text",
        "words:words",
    ),
    _act(
        "promise-term",
        "A promise ends, or is renewed until a moment.",
        "guarantee:text until:time",
        "words:words",
    ),
    _act(
        "change-standing",
        "A party signs, ratifies, reserves, suspends or withdraws.",
        "party:text step:text since:time",
        "clause:words reservation:words",
    ),
    _act(
        "amend",
        "A party signs an amendment, which binds it from then on.",
        "version:text since:time words:text",
    ),
    _act("ask-help", "A party asks the guarantors for an answer.", "breach:text", "words:words"),
    _act("step-taken", "A step of a procedure was taken.", "course:text step:text", "words:words"),
    _act(
        "send-back",
        "A procedure is sent back from a step to an earlier one; of a body, a seat asks for it.",
        "course:text step:text to:text reason:text",
    ),
    _act("pause-course", "A seat asks that a procedure be suspended.", "course:text reason:text"),
    _act(
        "resume-course", "A seat asks that a suspended procedure go on.", "course:text reason:text"
    ),
    _act(
        "commitment-step",
        "What somebody committed themselves to was done, or that is taken back.",
        "commitment:text step:text",
        "words:words",
    ),
)
"""Acts that move promises and the standing of a text."""

KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (*_LOG, *_INTAKE, *_DERIVED, *_COMMISSION, *_PROMISES)
}
"""Name to kind."""


KEEPERS = frozenset({"config", "engine", "derived", "freeze"})
"""Kinds that only whoever keeps the record may state; so it is with `recorded` (REC-079)."""

_ACTED_ON = frozenset({"genesis", "key", "recorded", "freeze", "redaction", "approval"})
"""Kinds that move the state of the log: one of an unknown version cannot be carried unread."""

_TESTS: Mapping[str, Mapping[str, Callable[[Any], bool]]] = {
    name: {field: TYPES[wanted] for field, wanted in {**kind.needed, **kind.optional}.items()}
    for name, kind in KINDS.items()
}


def misfits(kind: str, version: int, body: Mapping[str, Any]) -> list[str]:
    """What is wrong with a body for its kind, in words; nothing for kinds or versions unknown here.

    Of the kinds that move keys, times and ends of the log, every version must be known.
    """
    known = KINDS.get(kind)
    if known is None:
        return []
    if known.version != version:
        unread = f"version {version}, where version {known.version} is known"
        return [unread] if kind in _ACTED_ON else []
    tests = _TESTS[kind]
    wrong = [f"{name} is missing" for name in known.needed if name not in body]
    wrong += [
        _misfit(known, name)
        for name, value in body.items()
        if name not in tests or not tests[name](value)
    ]
    return sorted(wrong)


def _misfit(kind: Kind, name: str) -> str:
    wanted = kind.needed.get(name) or kind.optional.get(name)
    if wanted is not None:
        return f"{name} should be of type {wanted}"
    hidden = kind.private.get(name)
    where = f"; it belongs concealed, class {hidden}" if hidden else ""
    return f"{name} is no field of {kind.name}{where}"


def json_schema(kind: Kind) -> dict[str, Any]:
    """The body of a kind as JSON Schema (2020-12), for other programs."""
    forms: dict[str, dict[str, Any]] = {
        "text": {"type": "string", "minLength": 1},
        "count": {"type": "integer", "minimum": 0},
        "figure": {"type": ["integer", "null"], "minimum": 0},
        "hash": {"type": "string", "pattern": f"^{_HEX.pattern}$"},
        "hashes": {"type": "array", "items": {"type": "string", "pattern": f"^{_HEX.pattern}$"}},
        "texts": {"type": "array", "items": {"type": "string"}},
        "several": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 2,
            "maxItems": 100,
            "uniqueItems": True,
        },
        "time": {"type": "string", "pattern": f"^{_TIME.pattern}$"},
        "object": {"type": "object"},
        "objects": {"type": "array", "items": {"type": "object"}},
        "words": {"type": "string"},
        "word": {"type": ["string", "null"]},
        "yes-no": {"type": "boolean"},
        "moment": {"type": ["string", "null"], "pattern": f"^{_TIME.pattern}$"},
        "list": {"type": "array"},
        "place": {"type": ["object", "null"]},
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
