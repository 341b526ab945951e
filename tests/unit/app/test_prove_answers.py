"""`waarborg prove` on the Harbour Truce: every kind of answer in words, as data and as a page."""

import json
from pathlib import Path

import pytest

from waarborg.agreement.vocabulary import RunsFrom
from waarborg.app.services import proving_words

DATA = Path(__file__).parents[2] / "data" / "agreements"
HARBOUR = DATA / "harbour.yaml"
CHANCES = """\
waarborg: chances/1
by: a test
sources:
  guess: {title: A guess, kind: fiction}
holds:
  approval R-storting: {chance: 0.5, source: guess}
others: {chance: [0.8, 0.9], source: guess, words: no better ground}
together:
  - {of: [guarantor R, guarantor S], fails: 0.1, words: one storm at sea, source: guess}
"""
ZONED = """\
waarborg: agreement/1
id: mapped
title: Mapped
reading: {by: a test}
sources: {t: {title: T, kind: fiction}}
parties: {A: {name: Aland}, G: {name: Guardia}}
clauses: {C: {says: x, source: t, certainty: stated}}
terms: {fire: {words: any fire, reads: {act: [artillery_fire]}, certainty: stated}}
prohibitions:
  cease: {clause: C, who: [A], must_not: {term: fire}, where: unstated, certainty: stated}
guarantees:
  help: {clause: C, by: [G], strength: shall, action: [warning], trigger: {place: {in: east}}, certainty: stated}
needs: {help: {words: Guardia warns, any_of: [help]}}
"""
SQUARE = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
    '{"id":"east","words":"the East","basis":"made up"},"geometry":{"type":"Polygon",'
    '"coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}}]}'
)


@pytest.fixture(scope="module")
def told(waarborg):
    """Give what the command prints about every need under both readings."""
    result = waarborg("prove", HARBOUR, "--readings", "all", "--repair", "--drop", "2")
    assert result.code == 0, result.err
    return result.out


@pytest.mark.parametrize(
    "words",
    [
        "What can move next",
        "Norland: Norland pledges the peace (only intended)",
        "Beland: opens the harbour",
        "Circle: guns and radar wait for each other",
        "if Aland went first (stores its heavy guns), it would free: mines, radar",
        "stand/R cannot be kept: it is due within 72 hours of the occurrence",
        "stand/S cannot be kept",
        "Sudland calls for talks: within 42 to 137 hours of the ruling; with the ruling 305 hours",
        "Westland brings them there: no fixed time, left open by lift_time",
        "Enough: yes, 20,000 of 15,000 trainers when everybody keeps their word",
        "single point of failure: the approval N-storting is refused → 11,000 left",
        "Westland, w-late: 5,000, does not count: comes only within 1,080 hours at worst",
        "lift_time",
        "So that any 2 things else may fail, these have to be made certain beforehand",
        "let a breach count as found where the Council does not rule",
        "open deadlock: what follows when the Council cannot decide",
        "no_ruling → the same",
        "breach_presumed → single points of failure: it fails that Westland brings them there",
        "plain and automatic, any: they never part, proved",
        "surely answered on plain, not on automatic",
        "cease, exception 1: the target is none",
        "S-notice (parliament is told): comes first and cannot stop it in law; touches stand",
        "automatic · trainers: 20,000 of 15,000 trainers: enough",
    ],
)
def test_each_kind_of_answer_is_told(told, words):
    """Packages, time, quantities, firming, open words, partings, exceptions and procedures in words."""
    assert words in told


def test_the_same_file_gives_the_same_words(told, waarborg):
    """Asked again, every line is the same."""
    again = waarborg("prove", HARBOUR, "--readings", "all", "--repair", "--drop", "2")
    assert again.out == told


def test_data_holds_every_answer(waarborg):
    """The JSON has the proofs, the quantities, the text as a whole and where readings part."""
    data = json.loads(waarborg("prove", HARBOUR, "--readings", "all", "--json").out)
    assert {len(data[k]) for k in ("proofs", "quantities", "texts", "partings")} == {2, 4}
    (quantity, _) = data["quantities"]
    assert (quantity["counted"], quantity["wanted"], quantity["enough"]) == (20_000, 15_000, True)
    (text, _) = data["texts"]
    assert [p["id"] for p in text["packages"]["never"]] == ["guns", "mines", "radar"]
    assert {late["promise"] for late in text["late"]} == {"stand/R", "stand/S"}
    depends = {d["name"]: d["differs"] for d in data["proofs"][1]["depends"]}
    assert depends == {"lift_time": False, "deadlock": True, "automatic": True}


def test_chances_come_only_with_what_they_rest_on(waarborg, tmp_path):
    """With a chances file each kind of breach has a chance, and every source is told."""
    file = tmp_path / "chances.yaml"
    file.write_text(CHANCES.replace("R-storting", "N-storting"), encoding="utf-8")
    asked = ("prove", HARBOUR, "--need", "force", "--quick", "--chances", file)
    told = waarborg(*asked).out
    assert "Chance that the need is met, on chances stated by a test (see below)" in told
    assert "approval N-storting holds: 50 %; A guess" in told
    assert "guarantor R and guarantor S fail together: 10 %; one storm at sea; A guess" in told
    assert "80 to 90 %; A guess (no better ground)" in told
    assert "Chance that" not in waarborg("prove", HARBOUR, "--need", "force", "--quick").out
    data = json.loads(waarborg(*asked, "--json").out)["proofs"][0]["chance"]
    assert next(kind["chance"]["least"] for kind in data["kinds"]) == "0"
    refused = waarborg("prove", HARBOUR, "--need", "force", "--chances", HARBOUR)
    assert refused.code == 1
    assert "AGR-013" in refused.err


def test_quick_leaves_open_words_out(waarborg):
    """With --quick no other value or reading is tried."""
    told = waarborg("prove", HARBOUR, "--need", "force", "--quick").out
    assert "hang on" not in told
    assert "hangs on words" not in told


def test_the_page_holds_every_answer_and_asks_nothing_of_the_network(waarborg, tmp_path):
    """The page has all sections and both kinds of fault tree, and repeats to the byte."""
    page = tmp_path / "a.html"
    assert waarborg("prove", HARBOUR, "--readings", "all", "--html", page).code == 0
    text = page.read_text(encoding="utf-8")
    for words in ("The text as a whole", "Where two readings part", "Too few: 15,000 trainers"):
        assert words in text
    assert 'src="' not in text
    assert 'href="' not in text
    answers = text.split("<h2>Answers by reading</h2>")[1].split("<section>")[0]
    assert answers.count("<td") == answers.count('<td data-of="') > 0, "a phone drops the head row"
    waarborg("prove", HARBOUR, "--readings", "all", "--html", page)
    assert page.read_text(encoding="utf-8") == text


def test_a_gap_of_place_is_drawn_on_the_map(waarborg, tmp_path):
    """Outside the East nobody owes a warning: the ground outside is hatched, the East is not."""
    file, zones, page = (tmp_path / n for n in ("t.yaml", "zones.geojson", "a.html"))
    file.write_text(ZONED, encoding="utf-8")
    zones.write_text(SQUARE, encoding="utf-8")
    assert waarborg("prove", file, "--html", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("Hatched: the place lies outside the East") == 1
    assert 'class="go"' in text
    assert 'class="gc"' not in text
    assert "SHA-256 of their shapes" in text
    inside = ZONED.replace("trigger: {place: {in: east}}", "trigger: {not: {place: {in: east}}}")
    file.write_text(inside, encoding="utf-8")
    waarborg("prove", file, "--html", page)
    assert 'class="gc"' in page.read_text(encoding="utf-8")


def test_every_event_from_which_time_runs_has_words():
    """No promise is told without words for the event that starts its time."""
    assert set(proving_words._EVENTS) == set(RunsFrom)
