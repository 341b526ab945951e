"""The text beside its reading: sentences from the data, as lines, as JSON and as a page that prints."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from waarborg.agreement.load import load
from waarborg.agreement.sentences import DOES, window_words
from waarborg.agreement.show import MARKS, as_text, view_of
from waarborg.agreement.time_words import duration_words, moment_words
from waarborg.agreement.vocabulary import ACTIONS
from waarborg.app.cli.agreement import app
from waarborg.app.publish.agreement import render_agreement
from waarborg.base.grades import Certainty

EXAMPLES = Path(__file__).parents[3] / "examples"
FICTION = EXAMPLES / "agreements" / "two-rivers" / "agreement.yaml"
EXERCISE = EXAMPLES / "easter-truce-2026" / "exercise.yaml"


def test_each_clause_stands_beside_what_is_read_in_it() -> None:
    """The clauses come in the order of the file, each with its source, its standing and its readings."""
    agreement = load(EXERCISE.read_text("utf-8"), EXERCISE.name)
    view = view_of(agreement)
    assert [clause.clause for clause in view.clauses] == list(agreement.clauses)
    step = next(clause for clause in view.clauses if clause.clause == "L-1")
    assert step.standing == ("reported since 3 February 2026, 00:00 (UTC)",)
    (read,) = step.readings
    assert (read.name, read.kind, read.certainty) == ("step-1", "promise", "implied")
    assert read.sentences[1] == (
        "Ukraine must warn and act in its own defence within 24 hours of the act, "
        "when the actor is Russian Federation and it counts as “use of force”."
    )


@pytest.mark.parametrize(
    "said",
    [
        "Version 2, after version 1; it applies from 1 June 2031, 01:00 (UTC).",
        "Off Halden five kilometres are kept free instead of three.",
        "From the beginning to 1 June 2031, 01:00 (UTC).",
        "Made by the Waarborg developers; reviewed by nobody.",
        "Fenmark and others that are not named (12 are spoken of).",
        "ratified since 10 April 2031, 00:00 (UTC-1), Arven",
        "Broken by Arven or Belmar when it counts as “covert”",
        "arven-fire is not broken when it answers a strike by Belmar in the same zone, within 30 minutes of it.",
        "Met at 10 or more incidents with the same actor and sector (Arven, Belmar or the river Sel, which belongs to neither bank) within any 24 hours that holds the incident; an incident counts when",
        "within any 7 days that ends with the incident",
        "outside it, only in Belmar: up to 40,000 metres",
        "It waits until these are there: monitors-galdia.",
        "If it becomes known late, the time runs from when it is known.",
        "in law: prior consent; it takes 2 days.",
        "It is there within 30 days, counted in whole days (Atlantic/Azores).",
        "It leans on lift-galdia.",
        "The text itself decides.",
        "within 5 days of working time (office) of the ruling, when it counts as “ruled”",
        "Corrin and Galdia each must give intelligence and give logistic support, as long as the agreement is in force.",
        "First, for Dovren: the Diet must agree beforehand",
        "By when is left open (payment time).",
        "It ends on 1 May 2036, 01:00 (UTC).",
        "Step 1, comment: the side that is accused answers (Arven and Belmar), within 2 days of working time (office) of learning of it; then rule; if the time passes, rule.",
        "Step 4, repair: the Claims Board sets what is to be paid (the Claims Board), by when is left open (payment time).",
        "Fenmark is named (how firmly is not stated) to let help through",
        "Corrin brings 4,000 soldiers, in Arven, for force deployment (combat); promised.",
        "Arven hands back the east bank villages once these are there: monitors-galdia and monitoring; within 14 days of that.",
        "5 must be there.",
        "When it cannot decide, the chair decides.",
        "How soon it decides is left open (payment time).",
        "in law: consultation; practice leads towards consent.",
        "it could be 30 days, 6 months or 1 year.",
        "at longitude -35.3, latitude 36.5, known to 5,000 metres",
        "on 2031-05-01, a day in Atlantic/Azores, the hour not known",
        "Not known: the actor.",
        "So arven-fire: cannot be decided; belmar-fire: cannot be decided.",
        "Owed under the reading ruling-first: monitoring, determination, consult, backstop, training and material.",
    ],
)  # fmt: skip
def test_every_part_is_said_in_a_sentence(said: str) -> None:
    """What the fictional agreement holds can be read by somebody who has never seen the file."""
    result = CliRunner().invoke(app, ["show", str(FICTION)])
    assert result.exit_code == 0
    assert said in result.stdout.replace("Arven, Belmar and the river between them", "Arven")


def test_every_action_has_a_verb_and_every_mark_a_meaning() -> None:
    """No action is printed as a bare word, and the three marks are explained."""
    assert set(DOES) == set(ACTIONS)
    assert set(MARKS) == {certainty.value for certainty in Certainty}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("PT24H", "24 hours"), ("P1D", "1 day"), ("P4M", "4 months"), ("P1Y6M", "1 year and 6 months"),
        ("PT1H30M", "1 hour and 30 minutes"), ("none", "none"),
    ],
)  # fmt: skip
def test_durations_are_said_in_words(written: str, said: str) -> None:
    """An ISO 8601 duration becomes words; what is none stays as it is."""
    assert duration_words(written) == said


def test_moments_keep_the_offset_of_the_file() -> None:
    """A midnight in a source stays a midnight, with the offset beside it."""
    assert moment_words("2026-04-13T00:00+03:00") == "13 April 2026, 00:00 (UTC+3)"
    assert moment_words("2026-04-13T00:00:05-03:30") == "13 April 2026, 00:00:05 (UTC-3:30)"
    assert moment_words("2026-04-13T00:00Z") == "13 April 2026, 00:00 (UTC)"


def test_windows_are_said_in_hours_or_days() -> None:
    """A window of a day is 24 hours, one of a week is 7 days."""
    assert window_words(timedelta(hours=24)) == "24 hours"
    assert window_words(timedelta(days=7)) == "7 days"
    assert window_words(timedelta(minutes=90)) == "1 hour and 30 minutes"


def test_the_page_needs_nothing_beside_it(tmp_path: Path) -> None:
    """The page says what it is, asks nothing of the network, and comes out the same twice."""
    out = tmp_path / "page.html"
    result = CliRunner().invoke(app, ["show", str(EXERCISE), "--html", str(out)])
    assert (result.exit_code, result.stdout) == (0, f"written: {out}\n")
    html = out.read_text("utf-8")
    assert '<p class="exercise">Exercise: no such guarantee was in force</p>' in html
    assert "It is not a legal opinion." in html
    assert [word for word in ("src=", "href=", "<script", "url(") if word in html] == []
    assert "@media print" in html
    CliRunner().invoke(app, ["show", str(EXERCISE), "--html", str(out)])
    assert out.read_text("utf-8") == html


def test_the_page_escapes_what_a_file_says() -> None:
    """A file cannot bring markup, or a mark that turns text around, into the page."""
    agreement = load(FICTION.read_text("utf-8"), FICTION.name)
    hostile = replace(agreement, title="<script>alert(1)</script>\u202e")
    page = render_agreement(view_of(hostile))
    assert "<script" not in page
    assert "\u202e" not in page


def test_json_holds_what_the_page_shows() -> None:
    """With --json the whole view is data for another program."""
    result = CliRunner().invoke(app, ["show", str(FICTION), "--json"])
    found = json.loads(result.stdout)
    view = view_of(load(FICTION.read_text("utf-8"), FICTION.name))
    assert found["title"] == view.title
    assert [clause["clause"] for clause in found["clauses"]] == [c.clause for c in view.clauses]
    assert found["digest"] == view.digest
    assert as_text(view).startswith(view.title)
