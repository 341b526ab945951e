"""What an agreement file may hold: the shape of every section."""

from __future__ import annotations

from waarborg.agreement.shape import (
    Anything,
    Duration,
    Either,
    Flag,
    Instant,
    Key,
    ListOf,
    MapOf,
    Record,
    Text,
    Whole,
    Word,
)
from waarborg.agreement.vocabulary import (
    ACTIONS,
    BINDING,
    FORMAT,
    SOURCE_KINDS,
    UNSTATED,
    GateEffect,
    RunsFrom,
    Strength,
)
from waarborg.base.grades import Certainty, Standing

_NAMES = ListOf(Text("a name of the file"), lone=True)
_CERTAINTY = Word(tuple(c.value for c in Certainty))
_OPEN = Record({"open": Key(Text("an open term of the file"), "open term", required=True)}, "open")
_CONDITION = Anything("a condition")
_SPAN = Either((_OPEN, Duration()))
_ACTIONS = ListOf(Word(ACTIONS), lone=True, least=1)

SOURCE = Record(
    {
        "title": Key(Text(), "title of the source", required=True),
        "kind": Key(Word(SOURCE_KINDS), "what kind of source it is", required=True),
        "date": Key(Text("a date, as 2026-04-11"), "date of the source"),
        "url": Key(Text("a web address"), "web address"),
        "licence": Key(Text(), "licence of what was taken from it"),
    },
    "a source",
)
PARTY = Record(
    {
        "name": Key(Text(), "name of the party", required=True),
        "role": Key(Text(), "its role in the text, in words"),
    },
    "a party",
)
GROUP = Record(
    {
        "members": Key(_NAMES, "parties known to belong to it", required=True),
        "complete": Key(Flag(), "whether these are all; true when left out"),
        "said_to_number": Key(Whole(1), "how many the source speaks of"),
        "source": Key(Text("a source of the file"), "where that is known from"),
    },
    "a group",
)
PERIOD = Record(
    {
        "from": Key(Instant(), "first moment, which belongs to the period", required=True),
        "until": Key(Instant(), "end, which does not belong to it", required=True),
        "note": Key(Text(), "what a reader should know"),
        "certainty": Key(_CERTAINTY, "how it follows from the words"),
    },
    "a period",
)
STEP = Record(
    {
        "step": Key(Word(tuple(s.value for s in Standing)), "the standing reached", required=True),
        "since": Key(Instant(), "from which moment", required=True),
        "party": Key(Text("a party of the file"), "for which party; for all when left out"),
    },
    "a standing",
)
CLAUSE = Record(
    {
        "quote": Key(Text(), "short excerpt of the text, under 15 words"),
        "says": Key(Text(), "what it says, in the reader's words", required=True),
        "source": Key(Text("a source of the file"), "where it is known from", required=True),
        "binding": Key(Word(BINDING), "how far it binds"),
        "certainty": Key(_CERTAINTY, "how sure it is that the text says so", required=True),
        "standing": Key(ListOf(STEP), "the steps it went through"),
    },
    "a clause",
)
TERM = Record(
    {
        "words": Key(Text(), "the term in words", required=True),
        "reads": Key(_CONDITION, "the condition it stands for", required=True),
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
    },
    "a term",
)
ANSWERS = Record(
    {
        "by": Key(_NAMES, "whose earlier strike is answered", required=True),
        "same": Key(ListOf(Word(("place", "zone", "sector")), lone=True), "what both must share"),
        "within": Key(_SPAN, "how soon after the strike", required=True),
    },
    "an answer",
)
EXCEPTION = Record(
    {
        "clause": Key(Text("a clause of the file"), "the clause it rests on", required=True),
        "reads": Key(_CONDITION, "condition on the act"),
        "answers": Key(ANSWERS, "the strike that must come before"),
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
        "words": Key(Text(), "the exception in words"),
    },
    "an exception",
)
PROHIBITION = Record(
    {
        "clause": Key(Text("a clause of the file"), "the clause it rests on", required=True),
        "who": Key(_NAMES, "the parties it binds", required=True),
        "must_not": Key(_CONDITION, "what they must not do", required=True),
        "where": Key(
            Either(
                (Word((UNSTATED,)), Record({"in": Key(_NAMES, "zones", required=True)}, "where"))
            ),
            "in which zones; unstated when the words name no place",
            required=True,
        ),
        "except": Key(ListOf(EXCEPTION), "what takes an act out of it"),
        "decided_by": Key(Text("operation_of_the_text or a body"), "who decides; nobody if absent"),
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
        "words": Key(Text(), "the prohibition in words"),
    },
    "a prohibition",
)
GATE = Record(
    {
        "of": Key(Text("a party of the file"), "whose procedure", required=True),
        "effect": Key(Word(tuple(e.value for e in GateEffect)), "effect in law", required=True),
        "for": Key(_ACTIONS, "actions that must pass it", required=True),
        "words": Key(Text(), "what it asks, in words", required=True),
        "practice": Key(Text(), "where practice leads beyond the law"),
        "after": Key(Duration(), "when a later extension is due"),
        "source": Key(Text("a source of the file"), "where it is known from"),
        "certainty": Key(_CERTAINTY, "how sure that is", required=True),
    },
    "a gate",
)
GUARANTEE = Record(
    {
        "clause": Key(Text("a clause of the file"), "the clause it rests on", required=True),
        "by": Key(_NAMES, "who gives it: parties, one group, or a body", required=True),
        "each": Key(Flag(), "whether each gives it for itself"),
        "strength": Key(Word(tuple(s.value for s in Strength)), "how hard it is", required=True),
        "action": Key(
            Either(
                (
                    Record({"one_of": Key(_ACTIONS, "free choice", required=True)}, "a choice"),
                    _ACTIONS,
                )
            ),
            "what is promised, or one_of several",
            required=True,
        ),
        "trigger": Key(_CONDITION, "what sets it off", required=True),
        "gates": Key(_NAMES, "gates it must pass"),
        "gates_of_actor": Key(Flag(), "whether the giver's own gates for the action apply"),
        "relies_on": Key(
            ListOf(
                Either(
                    (
                        Record({"any": Key(_NAMES, "one suffices", required=True)}, "a choice"),
                        Text("a guarantee of the file"),
                    )
                ),
                lone=True,
            ),
            "guarantees that must hold first",
        ),
        "within": Key(_SPAN, "the time it allows, or the open term in its place"),
        "runs_from": Key(Word(tuple(r.value for r in RunsFrom)), "from when the time runs"),
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
        "words": Key(Text(), "the promise in words"),
    },
    "a guarantee",
)
_SETTING = Either((_OPEN, Text("a word, or an open term")))
BODY = Record(
    {
        "words": Key(Text(), "how a sentence calls it", required=True),
        "members": Key(_NAMES, "parties and groups that sit on it", required=True),
        "decides": Key(
            ListOf(Word(("breach", "responsibility", "remedy")), lone=True),
            "what it decides",
            required=True,
        ),
        "quorum": Key(_SETTING, "who must be present"),
        "majority": Key(_SETTING, "how it decides"),
        "on_deadlock": Key(_SETTING, "what happens when it cannot decide"),
        "within": Key(_SPAN, "how soon it must decide"),
    },
    "a body",
)
OPEN_TERM = Record(
    {
        "values": Key(ListOf(Text(), least=2), "the values it could have", required=True),
        "words": Key(Text(), "what is left open, in words", required=True),
    },
    "an open term",
)
READING = Record(
    {
        "note": Key(Text(), "what is read otherwise", required=True),
        "only": Key(_NAMES, "the guarantees it keeps"),
        "terms": Key(MapOf(_CONDITION), "terms read otherwise"),
        "drop_except": Key(_NAMES, "prohibitions whose exceptions it does not accept"),
        "relies_on": Key(MapOf(GUARANTEE.keys["relies_on"].shape), "reliance read otherwise"),
    },
    "a reading",
)
NEED = Record(
    {
        "words": Key(Text(), "what is asked to be covered", required=True),
        "any_of": Key(_NAMES, "guarantees of which one must be owed"),
        "action": Key(_ACTIONS, "actions of which one must be owed"),
        "not_by": Key(_NAMES, "parties whose own action does not count"),
    },
    "a need",
)
QUESTION = Record(
    {
        "id": Key(Text(), "its name", required=True),
        "ask": Key(Word(("gap", "cuts")), "what is asked", required=True),
        "reading": Key(Text("a reading of the file"), "under which reading"),
        "need": Key(Text("a need of the file"), "what must be covered"),
        "breach": Key(_CONDITION, "which breaches are meant"),
        "expect": Key(Word(("found", "none", "every_breach")), "the answer expected"),
        "order": Key(Whole(1), "largest cut looked for"),
        "why": Key(Text(), "why it is asked"),
    },
    "a question",
)
CASE = Record(
    {
        "id": Key(Text(), "its name", required=True),
        "row": Key(Anything("properties with values"), "the incident", required=True),
        "expect": Key(
            MapOf(Word(("violated", "not_violated", "unknown"))), "prohibition to outcome"
        ),
        "owed": Key(MapOf(_NAMES), "reading to the guarantees then owed; plain for none"),
        "why": Key(Text(), "what it shows"),
    },
    "a case",
)
FILE = Record(
    {
        "waarborg": Key(Word((FORMAT,)), "name and version of the format", required=True),
        "id": Key(Text(), "identifier of the agreement", required=True),
        "title": Key(Text(), "its title", required=True),
        "exercise": Key(
            Record({"words": Key(Text(), "the sentence", required=True)}, "an exercise"),
            "the sentence that stands on every output when this is an exercise",
        ),
        "reading": Key(
            Record(
                {
                    "by": Key(Text(), "who made the machine reading", required=True),
                    "reviewed_by": Key(ListOf(Text()), "who reviewed it"),
                    "note": Key(Text(), "what a reader should know"),
                },
                "who reads",
            ),
            "who made the machine reading; never the state's own",
            required=True,
        ),
        "sources": Key(MapOf(SOURCE), "where the text is known from", required=True),
        "parties": Key(MapOf(PARTY), "who is named", required=True),
        "groups": Key(MapOf(GROUP), "parties named together"),
        "periods": Key(MapOf(PERIOD), "half-open stretches of time"),
        "bodies": Key(MapOf(BODY), "who decides"),
        "terms": Key(MapOf(TERM), "words the file defines"),
        "clauses": Key(MapOf(CLAUSE), "the text, piece by piece", required=True),
        "prohibitions": Key(MapOf(PROHIBITION), "what a party must not do"),
        "gates": Key(MapOf(GATE), "national procedures"),
        "guarantees": Key(MapOf(GUARANTEE), "what is promised"),
        "open": Key(MapOf(OPEN_TERM), "what the words leave open"),
        "readings": Key(MapOf(READING), "the same words, read otherwise"),
        "needs": Key(MapOf(NEED), "what coverage means"),
        "questions": Key(ListOf(QUESTION), "proofs that run as tests"),
        "cases": Key(ListOf(CASE), "worked cases that run as tests"),
    },
    "an agreement file",
)
