"""What an agreement file may hold: the shape of every section."""

from __future__ import annotations

from waarborg.agreement.sections import AROUND, BACK, STEP_RUNS_FROM
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
    CAPACITIES,
    COUNTING_RULES,
    DEADLOCK,
    FORM_WORDS,
    FORMAT,
    MAJORITIES,
    SOURCE_KINDS,
    UNSTATED,
    WAYS_OUT,
    ClockKind,
    GateEffect,
    GoesBack,
    LateKnowledge,
    Rounding,
    RunsFrom,
    Strength,
)
from waarborg.base.grades import Certainty, Standing

_NAMES = ListOf(Text("a name of the file"), lone=True)
_CERTAINTY = Word(tuple(c.value for c in Certainty))
_OPEN = Record({"open": Key(Text("an open term of the file"), "open term", required=True)}, "open")
_CONDITION = Anything("a condition")
_SPAN = Either((_OPEN, Duration()))
_LATE = Key(
    Word(tuple(late.value for late in LateKnowledge)), "what holds when the breach is known late"
)
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
        "metres": Key(Whole(1), "how near is the same place; by the map's zones if left out"),
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
        "speaks": Key(_NAMES, "names under which those sign who say what it decided, as senate"),
        "practice": Key(Text(), "where practice leads beyond the law"),
        "after": Key(Duration(), "when a later extension is due"),
        "takes": Key(_SPAN, "how long the procedure takes"),
        "clock": Key(Text("a clock of the file"), "the clock on which that runs"),
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
        "waits_for": Key(_NAMES, "contributions and commitments that must be there first"),
        "within": Key(_SPAN, "the time it allows, or the open term in its place"),
        "clock": Key(Text("a clock of the file"), "the clock on which that time runs"),
        "until": Key(Instant(), "from which moment it no longer binds"),
        "runs_from": Key(Word(tuple(r.value for r in RunsFrom)), "from when the time runs"),
        "late_knowledge": _LATE,
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
        "words": Key(Text(), "the promise in words"),
    },
    "a guarantee",
)
BODY = Record(
    {
        "words": Key(Text(), "how a sentence calls it", required=True),
        "members": Key(_NAMES, "parties and groups that sit on it", required=True),
        "decides": Key(
            ListOf(Word(("breach", "responsibility", "remedy")), lone=True),
            "what it decides",
            required=True,
        ),
        "chair": Key(Text("a party of the file"), "the member that leads it"),
        "quorum": Key(Either((_OPEN, Whole(1))), "how many members must be there"),
        "majority": Key(Either((_OPEN, Word(MAJORITIES))), "how it decides"),
        "on_deadlock": Key(Either((_OPEN, Word(DEADLOCK))), "what happens when it cannot decide"),
        "two_persons": Key(Flag(), "whether a second person must stand behind what is proposed"),
        "within": Key(_SPAN, "how soon it must decide"),
    },
    "a body",
)
CLOCK = Record(
    {
        "kind": Key(Word(tuple(k.value for k in ClockKind)), "how it measures", required=True),
        "zone": Key(Text("a time zone, as Europe/Kyiv"), "where its days begin and end"),
        "opens": Key(Text('a time of day in quotes, as "09:00"'), "start of a working day"),
        "closes": Key(Text('a time of day in quotes, as "17:00"'), "end of a working day"),
        "workdays": Key(
            ListOf(Word(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))), "working days"
        ),
        "holidays": Key(ListOf(Text("a date, as 2026-04-13")), "days on which nobody works"),
        "rounding": Key(
            Word(tuple(r.value for r in Rounding)), "what a month means that has no such day"
        ),
    },
    "a clock",
)
DISTANCE = Record(
    {
        "of": Key(Text("a zone or line of the zones file"), "measured from", required=True),
        "metres": Key(Whole(1), "up to which distance", required=True),
        "side": Key(
            Word(("inside", "outside", "either")),
            "on which side of the edge of a zone; either if left out",
        ),
        "in": Key(Text("a zone"), "only in this zone, as one side of a line"),
        "words": Key(Text(), "the rule in words", required=True),
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
    },
    "a distance rule",
)
THRESHOLD = Record(
    {
        "clause": Key(Text("a clause of the file"), "the clause it rests on", required=True),
        "of": Key(_CONDITION, "which incidents count", required=True),
        "by": Key(
            ListOf(Word(("actor", "zone", "place", "sector")), lone=True), "what they must share"
        ),
        "sectors": Key(_NAMES, "zones that are counted apart, for a count by sector"),
        "window": Key(Duration(), "how long the sliding window is", required=True),
        "looks": Key(
            Word((BACK, AROUND)),
            "whether the window ends with the incident, or may be any that holds it; back if left out",
        ),
        "at_least": Key(Whole(1), "how many it takes", required=True),
        "counting": Key(
            Word(COUNTING_RULES), "name and version of the counting rule", required=True
        ),
        "words": Key(Text(), "the threshold in words", required=True),
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
    },
    "a threshold",
)
WAY_BACK = Record(
    {
        "at_most": Key(
            Whole(1), "how often it may go back there, so that the procedure ends", required=True
        ),
        "when": Key(
            ListOf(Word(tuple(each.value for each in GoesBack)), lone=True, least=1),
            "decided: whoever takes the step may say so, which is meant if left out; lapse: its time has passed",
        ),
    },
    "a way back",
)
PROCEDURE_STEP = Record(
    {
        "who": Key(Text("a party or body of the file"), "who has to act", required=True),
        "what": Key(Word(ACTIONS), "what it has to do", required=True),
        "words": Key(Text(), "the step in words", required=True),
        "within": Key(_SPAN, "how soon"),
        "clock": Key(Text("a clock of the file"), "the clock on which that time runs"),
        "runs_from": Key(Word(STEP_RUNS_FROM), "from when it runs; step: when it opened"),
        "late_knowledge": _LATE,
        "then": Key(_NAMES, "steps that open when it is done"),
        "on_lapse": Key(_NAMES, "steps that open when its time has passed"),
        "back": Key(
            MapOf(WAY_BACK, "write the step and how often at most, as hear: {at_most: 1}"),
            "this step or earlier ones, to which the procedure may go back, each with its bound",
        ),
    },
    "a step",
)
PROCEDURE = Record(
    {
        "clause": Key(Text("a clause of the file"), "the clause it rests on", required=True),
        "words": Key(Text(), "the procedure in words", required=True),
        "trigger": Key(_CONDITION, "what opens its first step", required=True),
        "steps": Key(MapOf(PROCEDURE_STEP), "its steps, the first one first", required=True),
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
    },
    "a procedure",
)
CONTRIBUTION = Record(
    {
        "clause": Key(Text("a clause of the file"), "the clause it rests on", required=True),
        "by": Key(Text("a party of the file"), "who brings it", required=True),
        "what": Key(Word(ACTIONS), "which action it serves", required=True),
        "number": Key(Whole(1), "how many"),
        "unit": Key(Text(), "of what, as soldiers"),
        "place": Key(Text("a zone"), "in which zone"),
        "capacity": Key(Word(CAPACITIES), "in which capacity", required=True),
        "state": Key(Word(("promised", "delivered")), "whether it is there", required=True),
        "within": Key(_SPAN, "how soon it is there once called for"),
        "clock": Key(Text("a clock of the file"), "the clock on which that time runs"),
        "relies_on": Key(_NAMES, "guarantees and contributions that must be there first"),
        "words": Key(Text(), "the contribution in words", required=True),
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
    },
    "a contribution",
)
COMMITMENT = Record(
    {
        "clause": Key(Text("a clause of the file"), "the clause it rests on", required=True),
        "by": Key(Text("a party of the file"), "who commits itself", required=True),
        "does": Key(Text(), "what it does, in words", required=True),
        "waits_for": Key(
            _NAMES, "guarantees, contributions and commitments that come first", required=True
        ),
        "within": Key(_SPAN, "how soon after they are there"),
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
    },
    "a commitment",
)
EXIT = Record(
    {
        "clause": Key(Text("a clause of the file"), "the clause it rests on", required=True),
        "who": Key(_NAMES, "the parties whose notice this is; all when left out"),
        "ways": Key(
            ListOf(Word(WAYS_OUT), lone=True, least=1),
            "denounced: leaves the text; suspended; withdrawn: takes back a promise; all when left out",
        ),
        "notice": Key(Duration(), "the period of notice, which runs from receipt", required=True),
        "clock": Key(Text("a clock of the file"), "the clock on which it runs"),
        "words": Key(Text(), "the way out in words"),
        "certainty": Key(_CERTAINTY, "how it follows from the words", required=True),
    },
    "a way out",
)
FORM = Record(
    {
        **{
            name: Key(Word(words), f"{name} of the agreement, from a published list")
            for name, words in FORM_WORDS.items()
        },
        "written": Key(Flag(), "whether it is in writing"),
        "mediator": Key(Text(), "who mediated, in words"),
    },
    "a form",
)
VERSION = Record(
    {
        "name": Key(Text(), "name of this version", required=True),
        "from": Key(Instant(), "from which moment it applies", required=True),
        "replaces": Key(Text(), "name of the version it replaces"),
    },
    "a version",
)
AMENDED = {
    "clauses": CLAUSE,
    "parties": PARTY,
    "groups": GROUP,
    "sources": SOURCE,
    "clocks": CLOCK,
    "distances": DISTANCE,
    "periods": PERIOD,
    "bodies": BODY,
    "terms": TERM,
    "thresholds": THRESHOLD,
    "prohibitions": PROHIBITION,
    "gates": GATE,
    "guarantees": GUARANTEE,
    "procedures": PROCEDURE,
    "contributions": CONTRIBUTION,
    "commitments": COMMITMENT,
    "exits": EXIT,
}
"""Sections that an amendment may change."""
AMENDMENT = Record(
    {
        "from": Key(Instant(), "from which moment it applies", required=True),
        "says": Key(Text(), "what it changes, in words", required=True),
        "source": Key(Text("a source of the file"), "where it is known from", required=True),
        "certainty": Key(_CERTAINTY, "how sure it is that the text says so", required=True),
        "changes": Key(
            Record(
                {
                    name: Key(MapOf(shape), f"{name} that are new or written anew")
                    for name, shape in AMENDED.items()
                },
                "changes",
            ),
            "entries that are new or written anew, each in whole",
        ),
        "ends": Key(
            Record(
                {name: Key(_NAMES, f"{name} that end") for name in AMENDED},
                "ends",
            ),
            "entries that end",
        ),
    },
    "an amendment",
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
        "version": Key(Text("a version"), "the version under which everything is read"),
    },
    "a reading",
)
NEED = Record(
    {
        "words": Key(Text(), "what is asked to be covered", required=True),
        "any_of": Key(_NAMES, "guarantees of which one must be owed"),
        "action": Key(_ACTIONS, "actions of which one must be owed"),
        "not_by": Key(_NAMES, "parties whose own action does not count"),
        "number": Key(Whole(1), "how much must be there, where the need is a quantity"),
        "unit": Key(Text(), "of what, as trainers"),
        "place": Key(Text("a zone"), "in which zone it must be"),
        "within": Key(_SPAN, "how soon it must be there"),
    },
    "a need",
)
QUESTION = Record(
    {
        "id": Key(Text(), "its name", required=True),
        "ask": Key(
            Word(("gap", "cuts", "circles", "packages", "deadlines")),
            "what is asked",
            required=True,
        ),
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
        "record": Key(
            ListOf(Anything("properties with values")),
            "the other incidents on the record; times: 9 stands for nine alike",
        ),
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
        "form": Key(FORM, "what kind of agreement it is"),
        "version": Key(VERSION, "which version of the text this is"),
        "clocks": Key(MapOf(CLOCK), "how spans of time are measured"),
        "distances": Key(MapOf(DISTANCE), "distance rules"),
        "periods": Key(MapOf(PERIOD), "half-open stretches of time"),
        "bodies": Key(MapOf(BODY), "who decides"),
        "terms": Key(MapOf(TERM), "words the file defines"),
        "clauses": Key(MapOf(CLAUSE), "the text, piece by piece", required=True),
        "thresholds": Key(MapOf(THRESHOLD), "counts over sliding windows"),
        "prohibitions": Key(MapOf(PROHIBITION), "what a party must not do"),
        "gates": Key(MapOf(GATE), "national procedures"),
        "guarantees": Key(MapOf(GUARANTEE), "what is promised"),
        "procedures": Key(MapOf(PROCEDURE), "what follows what, step by step"),
        "contributions": Key(MapOf(CONTRIBUTION), "what each brings"),
        "commitments": Key(MapOf(COMMITMENT), "what waits for what"),
        "exits": Key(MapOf(EXIT), "ways out of the text, each with its period of notice"),
        "amendments": Key(MapOf(AMENDMENT), "later versions of the text, in order of time"),
        "open": Key(MapOf(OPEN_TERM), "what the words leave open"),
        "readings": Key(MapOf(READING), "the same words, read otherwise"),
        "needs": Key(MapOf(NEED), "what coverage means"),
        "questions": Key(ListOf(QUESTION), "proofs that run as tests"),
        "cases": Key(ListOf(CASE), "worked cases that run as tests"),
    },
    "an agreement file",
)
