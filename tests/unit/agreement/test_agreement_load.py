"""Loading an agreement file: what it gives, and every refusal with its line and words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from waarborg.agreement.condition import ALWAYS, Named, Settled, SettledKind, leaves
from waarborg.agreement.load import load
from waarborg.agreement.zones import read_zones
from waarborg.base.grades import Certainty, Standing
from waarborg.base.problems import ProblemsFound
from waarborg.base.times import parse_instant

EXAMPLE = Path(__file__).parents[3] / "examples" / "easter-truce-2026"

SMALL = """\
waarborg: agreement/1
id: small
title: A small truce
reading: {by: a test}
sources:
  note: {title: A note, kind: fiction}
parties:
  A: {name: Aland}
  B: {name: Beland}
periods:
  truce: {from: 2026-04-11T16:00+03:00, until: 2026-04-13T00:00+03:00}
terms:
  force:
    words: any use of force
    reads: {act: [air_strike, drone_strike]}
    certainty: assumed
clauses:
  C-1: {says: Nobody fires., source: note, certainty: stated}
open:
  window: {values: [PT1H, PT6H], words: how soon}
bodies:
  board: {words: the Board, members: [A, B], decides: breach}
prohibitions:
  cease:
    clause: C-1
    who: [A, B]
    must_not: {all: [{term: force}, {at: {during: truce}}]}
    where: {in: [north]}
    certainty: stated
gates:
  vote: {of: B, effect: prior_consent, for: armed_force, words: a vote, certainty: stated}
guarantees:
  help:
    clause: C-1
    by: [B]
    strength: shall
    action: armed_force
    trigger: {actor: A}
    gates_of_actor: true
    within: PT24H
    certainty: stated
"""

SQUARE = """{"type": "FeatureCollection", "features": [{"type": "Feature",
"properties": {"id": "north", "words": "the north", "basis": "drawn for a test"},
"geometry": {"type": "Polygon", "coordinates": [[[30,48],[32,48],[32,50],[30,50],[30,48]]]}}]}"""


def refused(text: str) -> list[tuple[int, str, str]]:
    """Line, code and message of every problem of a file, with the zones of the test."""
    with pytest.raises(ProblemsFound) as found:
        load(text, "small.yaml", read_zones(SQUARE, "zones.geojson"))
    assert all(p.file == "small.yaml" and p.expected and p.fix for p in found.value.problems)
    return [(p.line, p.code, p.message) for p in found.value.problems]


def test_small_file_gives_what_it_says() -> None:
    """A file without problems becomes data, with groups expanded and names resolved."""
    agreement = load(SMALL, "small.yaml", read_zones(SQUARE, "zones.geojson"))
    (rule,) = agreement.prohibitions
    (promise,) = agreement.guarantees
    assert rule.who == ("A", "B")
    assert Settled(SettledKind.ZONE, "north") in set(leaves(rule.must_not))
    assert agreement.terms["force"].words == "any use of force"
    assert promise.gates == ("vote",)
    assert promise.within == timedelta(hours=24)
    assert agreement.exercise == ""
    assert agreement.periods["truce"].start == parse_instant("2026-04-11T13:00Z")
    assert rule.certainty is Certainty.STATED


def test_digest_names_the_text() -> None:
    """One changed byte, even in a comment, gives another digest."""
    other = load(SMALL + "# more\n", "small.yaml").digest
    assert load(SMALL, "small.yaml").digest != other


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "message"),
    [
        ("id: small", "id: small\nidd: x", 3, "AGR-010", "the file has no key idd"),
        ("id: small\n", "", 1, "AGR-011", "the file lacks the key id"),
        (
            "title: A small truce",
            "title: A small truce\ntitle: Again",
            4,
            "AGR-002",
            "the key title stands twice in one place",
        ),
        (
            "who: [A, B]",
            "who: [A, NO]",
            26,
            "AGR-003",
            "NO without quotes is read as yes or no by some tools",
        ),
        (
            "title: A small truce",
            "title: 18:00",
            3,
            "AGR-004",
            "18:00 without quotes is read as another number by some tools",
        ),
        (
            "title: A small truce",
            "title: &t A small truce",
            3,
            "AGR-005",
            "anchors, aliases and tags are not part of the language",
        ),
        (
            "says: Nobody fires.,",
            "says: Nobody fires, or almost nobody,",
            18,
            "AGR-006",
            "a comma inside braces cut a text in two",
        ),
        (
            "reading: {by: a test}",
            "reading: {by: 7}",
            4,
            "AGR-012",
            "the file, reading, by has the wrong form",
        ),
        (
            "strength: shall",
            "strength: shal",
            36,
            "AGR-013",
            "the file, guarantees, help, strength has a word that is not on its list",
        ),
        (
            "from: 2026-04-11T16:00+03:00",
            "from: 2026-04-11T16:00",
            11,
            "AGR-014",
            "the file, periods, truce, from names no offset from UTC",
        ),
        (
            "from: 2026-04-11T16:00+03:00",
            "from: 2026-04-31T16:00+03:00",
            11,
            "AGR-014",
            "the file, periods, truce, from is no moment",
        ),
        (
            "within: PT24H",
            "within: 24 hours",
            40,
            "AGR-015",
            "the file, guarantees, help, within is no duration",
        ),
        (
            "until: 2026-04-13T00:00+03:00",
            "until: 2026-04-11T16:00+03:00",
            11,
            "AGR-016",
            "period truce ends before it starts, or lasts no time",
        ),
        (
            "source: note, certainty: stated}",
            (
                "source: note, certainty: stated, standing: ["
                "{step: in_force, since: 2026-04-11T16:00+03:00}, "
                "{step: lapsed, since: 2026-04-10T16:00+03:00}]}"
            ),
            18,
            "AGR-017",
            "clause C-1 ends before it starts",
        ),
        (
            "source: note, certainty: stated}",
            (
                "source: note, certainty: stated, standing: ["
                "{step: signed, since: 2026-04-11T16:00+03:00}, "
                "{step: proposed, since: 2026-04-10T16:00+03:00}]}"
            ),
            18,
            "AGR-017",
            "clause C-1 has its steps out of order",
        ),
        (
            "source: note, certainty",
            "source: nota, certainty",
            18,
            "AGR-020",
            "clause C-1 names the source nota, which the file does not have",
        ),
        (
            "clause: C-1\n    who",
            "clause: C-2\n    who",
            25,
            "AGR-021",
            "prohibition cease names the clause C-2, which the file does not have",
        ),
        (
            "{term: force}",
            "{term: farce}",
            27,
            "AGR-022",
            "prohibition cease, must_not uses the term farce, which is not defined above it",
        ),
        (
            "who: [A, B]",
            "who: [A, C]",
            26,
            "AGR-023",
            "prohibition cease names the party C, which the file does not have",
        ),
        (
            "gates_of_actor: true",
            "gates: [veto]",
            39,
            "AGR-024",
            "guarantee help names the gate veto, which the file does not have",
        ),
        (
            "{during: truce}",
            "{during: truse}",
            27,
            "AGR-025",
            "prohibition cease, must_not names the period truse, which is not defined",
        ),
        (
            "{in: [north]}",
            "{in: [nort]}",
            28,
            "AGR-026",
            "prohibition cease, where names the zone nort, which the file does not have",
        ),
        (
            "    certainty: stated\ngates",
            "    decided_by: bord\n    certainty: stated\ngates",
            29,
            "AGR-027",
            "prohibition cease names the body bord, which the file does not have",
        ),
        (
            "gates_of_actor: true",
            "relies_on: [hulp]",
            39,
            "AGR-028",
            "guarantee help names the guarantee hulp, which the file does not have",
        ),
        (
            "within: PT24H",
            "within: {open: windo}",
            40,
            "AGR-029",
            "guarantee help names the open term windo, which the file does not have",
        ),
        (
            "trigger: {actor: A}",
            "trigger: {acter: A}",
            38,
            "AGR-030",
            "guarantee help, trigger asks for acter, which no incident has",
        ),
        (
            "trigger: {actor: A}",
            "trigger: {unknown: place}",
            38,
            "AGR-030",
            "guarantee help, trigger asks whether place is unknown, which cannot be asked",
        ),
        (
            "reads: {act: [air_strike, drone_strike]}",
            "reads: {act: [air_strike, dron_strike]}",
            15,
            "AGR-031",
            "term force compares act with a value it cannot have",
        ),
        (
            "trigger: {actor: A}",
            "trigger: {severity: {at_least: 7}}",
            38,
            "AGR-031",
            "guarantee help, trigger compares severity with a value it cannot have",
        ),
        (
            "trigger: {actor: A}",
            "trigger: {actor: {at_least: A}}",
            38,
            "AGR-032",
            "guarantee help, trigger asks for actor at_least, which has no order",
        ),
        (
            "trigger: {actor: A}",
            "trigger: 7",
            38,
            "AGR-033",
            "guarantee help, trigger is no condition",
        ),
        (
            "trigger: {actor: A}",
            "trigger: {place: north}",
            38,
            "AGR-033",
            "guarantee help, trigger asks for place in a form that is not known",
        ),
        (
            "by: [B]",
            "by: [A, B]",
            34,
            "AGR-035",
            "guarantee help has several givers and does not say that each gives it",
        ),
        (
            "    certainty: stated\ngates",
            "    except: [{clause: C-1, certainty: stated}]\n    certainty: stated\ngates",
            29,
            "AGR-036",
            "prohibition cease, except needs either reads or answers",
        ),
    ],
)
def test_refusal_names_line_and_reason(
    old: str, new: str, line: int, code: str, message: str
) -> None:
    """Each kind of mistake is refused with its line, its code and one plain sentence."""
    assert old in SMALL
    found = refused(SMALL.replace(old, new, 1))
    assert (line, code, message) in found


def test_nearest_word_is_offered() -> None:
    """A slip of the pen is answered with the word that was probably meant."""
    with pytest.raises(ProblemsFound, match="write drone_strike"):
        load(SMALL.replace("drone_strike]", "dron_strike]"), "small.yaml")


def test_all_problems_come_at_once() -> None:
    """Six mistakes in one file give six problems, in the order of the lines."""
    text = (
        SMALL.replace("id: small", "id: small\nidd: x")
        .replace("source: note,", "source: nota,")
        .replace("{term: force}", "{term: farce}")
        .replace("{in: [north]}", "{in: [nort]}")
        .replace("trigger: {actor: A}", "trigger: {acter: A}")
        .replace("within: PT24H", "within: PT")
    )
    found = refused(text)
    assert [code for _, code, _ in found] == [
        "AGR-010",
        "AGR-020",
        "AGR-022",
        "AGR-026",
        "AGR-030",
        "AGR-015",
    ]
    assert [line for line, _, _ in found] == sorted(line for line, _, _ in found)


@pytest.mark.parametrize("text", ["", "a: [", "a: 1\n\tb: 2\n", "a: 1\n---\nb: 2\n"])
def test_no_yaml_is_refused(text: str) -> None:
    """What is no YAML document is refused as a whole."""
    with pytest.raises(ProblemsFound, match=r"AGR-001 .* the file cannot be read as YAML"):
        load(text, "small.yaml")


@pytest.mark.parametrize("text", ["- a\n", "just words\n", "7\n"])
def test_other_data_is_refused(text: str) -> None:
    """YAML that is no mapping is refused with the keys that are expected."""
    with pytest.raises(ProblemsFound, match=r"AGR-012 .* the file has the wrong form"):
        load(text, "small.yaml")


def test_example_truce_reads_as_declared() -> None:
    """The shipped truce has the declared hours, binds each side once, and is decided by nobody."""
    agreement = load((EXAMPLE / "agreement.yaml").read_text("utf-8"), "agreement.yaml")
    truce = agreement.periods["truce"]
    assert truce.start == parse_instant("2026-04-11T16:00+03:00")
    assert truce.end == parse_instant("2026-04-13T00:00+03:00")
    assert [(p.id, p.who, p.decided_by) for p in agreement.prohibitions] == [
        ("RU-cease", ("RU",), ""),
        ("UA-mirror", ("UA",), ""),
    ]
    assert agreement.exercise == ""
    assert agreement.guarantees == ()
    clause = agreement.clauses["RU-1"]
    assert clause.standing_at(parse_instant("2026-04-11T15:59+03:00")) is None
    assert clause.standing_at(parse_instant("2026-04-12T00:00+03:00")) is Standing.IN_FORCE
    assert clause.standing_at(parse_instant("2026-04-13T00:00+03:00")) is Standing.LAPSED


def test_example_exercise_says_so_and_expands_groups() -> None:
    """The exercise carries its sentence, and each state of a group gives its own promise."""
    agreement = load((EXAMPLE / "exercise.yaml").read_text("utf-8"), "exercise.yaml")
    assert agreement.exercise == "exercise: no such guarantee was in force"
    promises = {g.id: g for g in agreement.guarantees}
    assert promises["step-1"].within == timedelta(hours=24)
    assert promises["step-2/NL"].gates == ("NL-art100",)
    assert promises["respond/NO"].choice
    assert promises["respond/NO"].within_open == "answer_time"
    assert promises["step-3"].reliance == (
        ("step-2/FR", "step-2/GB", "step-2/NO", "step-2/DE", "step-2/NL"),
    )
    assert isinstance(agreement.readings["automatic"].terms["ruled"], Named)
    assert {p.decided_by for p in agreement.prohibitions} == {
        "operation_of_the_text",
        "special_commission",
    }


def test_conditions_always_and_never_are_words() -> None:
    """A trigger that always holds is written as the word."""
    agreement = load(SMALL.replace("trigger: {actor: A}", "trigger: always"), "small.yaml")
    assert agreement.guarantees[0].trigger == ALWAYS
