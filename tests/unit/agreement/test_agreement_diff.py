"""What differs between two texts in meaning: parts, standing, conditions, who owes what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from waarborg.agreement.diff import Change, Difference, as_lines, difference
from waarborg.agreement.load import load
from waarborg.app.cli.agreement import app

FICTION = Path(__file__).parents[3] / "examples" / "agreements" / "two-rivers" / "agreement.yaml"
TEXT = FICTION.read_text("utf-8")


def between(old: str, new: str) -> Difference:
    """What differs between the fiction and the fiction with one piece of its text exchanged."""
    assert old in TEXT
    return difference(load(TEXT, "a.yaml"), load(TEXT.replace(old, new, 1), "b.yaml"))


def told(found: Difference, kind: str, name: str, aspect: str) -> Change:
    """The one change of an aspect of a part."""
    (change,) = [c for c in found.changes if (c.kind, c.name, c.aspect) == (kind, name, aspect)]
    return change


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\nclauses:\n", "\n# a comment\nclauses:\n"),
        ("at_least: 10\n", "at_least:   10\n"),
        (
            "reads: act IN ('artillery_fire', 'mortar_fire', 'missile_strike', 'air_strike')",
            "reads: {any: [{act: [air_strike, missile_strike]}, {act: [mortar_fire, artillery_fire]}]}",
        ),
        ("{term: force}, {severity: {at_least: 3}}", "{severity: {above: 2}}, {term: force}"),
    ],
)
def test_what_means_the_same_is_no_difference(old: str, new: str) -> None:
    """Comments, blanks, order and other words for the same condition do not count."""
    found = between(old, new)
    assert found.changes == ()
    assert found.owed == ()
    assert list(as_lines(found))[-1] == "Nothing differs in meaning."


@pytest.mark.parametrize(
    ("old", "new", "kind", "name", "aspect", "was", "now", "weight"),
    [
        ("strength: shall\n    action: [armed_force]", "strength: may\n    action: [armed_force]",
         "promise", "shield", "strength", "shall", "may", "softer"),
        ("within: PT72H\n    clock: plain", "within: PT48H\n    clock: plain",
         "promise", "shield", "time", "72 hours", "48 hours", "sooner"),
        ("within: PT72H\n    clock: plain", "within: {open: payment_time}\n    clock: plain",
         "promise", "shield", "time", "72 hours", "left open (payment time)", ""),
        ("by: [CORRIN, GALDIA]", "by: [CORRIN]",
         "promise", "backstop", "who", "Corrin and Galdia", "Corrin", ""),
        ("    gates_of_actor: true\n    relies_on", "    relies_on",
         "promise", "shield", "procedures to pass", "CORRIN-senate, DOVREN-diet and ELLAND-council", "", ""),
        ("relies_on: [{any: [backstop]}]", "relies_on: [backstop, monitoring]",
         "promise", "shield", "leans on", "backstop", "backstop and monitoring", ""),
        ("runs_from: first_breach\n    until", "runs_from: ruling\n    until",
         "promise", "shield", "time runs from", "first breach", "ruling", ""),
        ("    effect: prior_consent", "    effect: information",
         "gate", "DOVREN-diet", "effect in law", "prior consent", "information", ""),
        ("    quorum: 5", "    quorum: 6",
         "body", "joint_commission", "quorum", "5", "6", ""),
        ("    on_deadlock: chair_decides", "    on_deadlock: no_ruling",
         "body", "joint_commission", "on deadlock", "chair decides", "no ruling", ""),
        ("    metres: 15000", "    metres: 20000",
         "distance", "belt", "distance", "15,000 metres", "20,000 metres", "farther"),
        ("    at_least: 10\n", "    at_least: 5\n",
         "count", "ten_in_a_day", "from how many", "10", "5", "fewer"),
        ("    number: 600", "    number: 400",
         "contribution", "monitors-galdia", "number", "600 monitors", "400 monitors", "fewer"),
        ("    waits_for: [monitors-galdia, monitoring]\n", "    waits_for: [monitoring]\n",
         "commitment", "handover-arven", "waits for", "monitors-galdia and monitoring", "monitoring", ""),
        ("      - {step: in_force, since: 2031-05-01T00:00-01:00}\n", "",
         "clause", "1", "standing", "in force, ratified (Arven) and ratified (Belmar)", "", "less far"),
        ("answers: {by: [BELMAR], same: [zone], within: PT30M}", "answers: {by: [BELMAR], same: [zone], within: PT2H}",
         "exception", "arven-fire 1", "exception",
         "It answers fire: arven-fire is not broken when it answers a strike by Belmar in the same zone, within 30 minutes of it.",
         "It answers fire: arven-fire is not broken when it answers a strike by Belmar in the same zone, within 2 hours of it.", ""),
    ],
)  # fmt: skip
def test_each_aspect_is_told(
    old: str, new: str, kind: str, name: str, aspect: str, was: str, now: str, weight: str
) -> None:
    """A change of one aspect is told with what stood there, what stands there, and what it comes to."""
    change = told(between(old, new), kind, name, aspect)
    if aspect == "standing":
        assert (change.weight, "in force" in change.before, "in force" in change.after) == (
            weight,
            True,
            False,
        )
        return
    assert (change.before, change.after, change.weight) == (was, now, weight)


def test_a_term_read_otherwise_shows_in_every_promise_that_uses_it() -> None:
    """A word that means less makes the promises made of it narrower, with an incident that parts them."""
    found = between("{severity: {at_least: 3}}", "{severity: {at_least: 4}}")
    meaning = told(found, "term", "armed_attack", "meaning")
    assert (meaning.weight, meaning.example) == (
        "narrower",
        "no longer: the act is ground assault; the severity is 3",
    )
    trigger = told(found, "promise", "shield", "trigger")
    assert trigger.weight == "narrower"
    assert trigger.after.endswith("(the words it is made of are read otherwise)")


def test_a_condition_that_gains_and_loses_gives_an_example_of_each() -> None:
    """Where neither contains the other, both sides are shown."""
    found = between("reads: {act: [sabotage, cyber_attack, signal_jamming]}", "reads: {act: [sabotage, air_incursion]}")  # fmt: skip
    meaning = told(found, "term", "covert", "meaning")
    assert (meaning.weight, meaning.example) == (
        "",
        "now also: the act is air incursion — no longer: the act is cyber attack",
    )


def test_the_same_words_over_another_time_are_told() -> None:
    """A period of the same name with another end changes the rules that name it."""
    found = between("until: 2031-05-15T00:00-01:00", "until: 2031-05-20T00:00-01:00")
    assert told(found, "time", "withdrawal", "span").after.endswith("to 20 May 2031, 00:00 (UTC-1)")


def test_who_owes_what_is_told_for_each_party() -> None:
    """A promise that is gone and one that is softer stand under the party that gave it."""
    found = between("    strength: shall\n    action: [armed_force]", "    strength: may\n    action: [armed_force]")  # fmt: skip
    owed = {one.party: one for one in found.owed}
    assert set(owed) == {"Corrin", "Dovren", "Elland"}
    assert owed["Elland"].changed == ("armed force: may, was shall",)
    assert "monitoring (shall)" in owed["Elland"].kept
    less = between("by: [CORRIN, DOVREN, ELLAND]", "by: [CORRIN, DOVREN]")
    assert [(one.party, one.gone) for one in less.owed] == [("Elland", ("armed force (shall)",))]


def test_parts_come_go_and_are_renamed() -> None:
    """A part that is gone, one that is new, and one that only has another name are told apart."""
    renamed = TEXT.replace("  claims_board:", "  damage_board:").replace("who: claims_board", "who: damage_board")  # fmt: skip
    found = difference(load(TEXT, "a.yaml"), load(renamed, "b.yaml"))
    assert told(found, "body", "damage_board", "renamed").before == "claims_board"
    assert not [c for c in found.changes if c.kind == "body" and c.aspect in {"added", "removed"}]
    whole = TEXT[: TEXT.index("\ncases:")]
    start, end = whole.index("  training:\n    clause"), whole.index("  material:\n    clause")
    without = whole[:start] + whole[end:]
    gone = difference(load(whole, "a.yaml"), load(without, "b.yaml"))
    assert told(gone, "promise", "training", "removed").before.startswith("Fenmark means to train.")
    back = difference(load(without, "a.yaml"), load(whole, "b.yaml"))
    assert told(back, "promise", "training", "added").after.startswith("Fenmark means to train.")
    assert "  training, gone; it was: Fenmark means to train." in "\n".join(as_lines(gone))


def test_the_command_tells_it_in_words_and_as_data(tmp_path: Path) -> None:
    """`agreement diff` prints lines, or the same as JSON; a file that does not load is refused."""
    other = tmp_path / "other.yaml"
    other.write_text(TEXT.replace("by: [CORRIN, GALDIA]", "by: [CORRIN]"), "utf-8")
    shown = CliRunner().invoke(app, ["diff", str(FICTION), str(other)])
    assert shown.exit_code == 0
    assert "    who: Corrin\n      was: Corrin and Galdia\n" in shown.stdout
    assert "  Galdia\n    no longer: intelligence (shall), logistics (shall)\n" in shown.stdout
    data = json.loads(CliRunner().invoke(app, ["diff", str(FICTION), str(other), "--json"]).stdout)
    assert {"kind", "name", "aspect", "before", "after", "weight", "example"} == set(
        data["changes"][0]
    )
    assert data["owed"][0]["party"] == "Galdia"
    other.write_text("waarborg: agreement/2\n", "utf-8")
    refused = CliRunner().invoke(app, ["diff", str(FICTION), str(other), "--json"])
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["problems"]


def test_the_final_paris_text_dropped_what_the_draft_said_of_the_united_states() -> None:
    """The draft's promise of support to the force is gone, and the backing is softer."""
    folder = FICTION.parents[1] / "berlin-paris"
    words = ["diff", str(folder / "draft.yaml"), str(folder / "agreement.yaml")]
    result = CliRunner().invoke(app, [*words, "--after-reading", "without_ladder", "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    promises = {(c["name"], c["aspect"], c["weight"]) for c in found["changes"] if c["kind"] == "promise"}  # fmt: skip
    assert promises == {("us-backstop", "strength", "softer"), ("us-support", "removed", "")}
    assert [(o["party"], o["changed"]) for o in found["owed"]] == [
        (
            "United States",
            ["intelligence: unstated, was intends", "logistics: unstated, was intends"],
        )
    ]


def test_a_reading_that_is_not_there_is_refused() -> None:
    """A reading is named with those the file has."""
    words = ["diff", str(FICTION), str(FICTION), "--before-reading", "kindly", "--json"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["problems"]
    assert (problem["code"], problem["found"]) == ("CLI-020", "kindly")
    assert "ruling-first" in problem["expected"]
