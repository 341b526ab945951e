"""Quantities and firming: enough in time, what it hangs on, and what to make certain beforehand."""

from dataclasses import replace
from pathlib import Path

import pytest

from small_agreements import agreement, asked, gate, promise
from waarborg.agreement.load import load
from waarborg.agreement.sections import Span
from waarborg.coverage import quantity as room
from waarborg.coverage.asked import Asked
from waarborg.coverage.firming import firming
from waarborg.coverage.gaps import Answer
from waarborg.coverage.opened import fill
from waarborg.coverage.prover import Prover
from waarborg.coverage.quantity import Counts, quantity
from waarborg.coverage.solver import NotKnown, Solver

HARBOUR = Path(__file__).parents[2] / "data" / "agreements" / "harbour.yaml"
TEXT = HARBOUR.read_text(encoding="utf-8")


def ask(text=TEXT, order=2, **changes):
    """Ask for the trainers of the Harbour Truce."""
    read = load(text, "harbour.yaml")
    need = replace(read.needs["trainers"], **changes)
    return quantity(read, Asked(need), order)


def test_what_counts_and_what_comes_too_late():
    """What is delivered or surely comes in thirty days counts; what comes in 45 days does not."""
    told = ask()
    assert {s.id: s.counts for s in told.supplies} == {
        "n-trainers": Counts.IN_TIME,
        "s-trainers": Counts.IN_TIME,
        "s-more": Counts.OPEN,
        "w-trainers": Counts.THERE,
        "w-late": Counts.LATE,
    }
    assert (told.counted, told.wanted, told.enough) == (20_000, 15_000, True)


def test_every_single_failure_that_leaves_too_few():
    """Each state, the Norland vote and the ferry alone leave fewer than fifteen thousand."""
    assert {tuple(e.name for e in one.elements): one.left for one in ask().shortfalls} == {
        ("approval N-storting",): 11_000,
        ("backstop ferry",): 13_000,
        ("guarantor R",): 11_000,
        ("guarantor S",): 13_000,
        ("guarantor W",): 9_000,
    }


def test_with_room_to_spare_it_takes_two():
    """For eleven thousand it takes the right two failures, or Westland alone."""
    told = ask(number=11_000)
    assert ("guarantor W",) in {tuple(e.name for e in s.elements) for s in told.shortfalls}
    pairs = {tuple(e.name for e in s.elements) for s in told.shortfalls if len(s.elements) == 2}
    assert ("approval N-storting", "guarantor S") in pairs
    assert all("guarantor W" not in pair for pair in pairs)


def test_too_little_even_when_all_keep_their_word():
    """Where even everything together is too little, there is nothing to lose."""
    told = ask(number=23_000)
    assert (told.enough, told.answer, told.shortfalls) == (False, Answer.NONE, ())


@pytest.mark.parametrize(
    ("old", "new", "name", "counts", "words"),
    [
        ("within: P20D, words", "words", "n-trainers", Counts.OPEN, "without a fixed time"),
        ("takes: P10D", "takes: P40D", "n-trainers", Counts.LATE, "N-storting takes 40 days"),
        ("number: 9000, ", "", "n-trainers", Counts.OPEN, "the text gives no number"),
        ("within: P20D", "within: P31D", "n-trainers", Counts.LATE, "within 744 hours at worst"),
    ],
)
def test_why_a_contribution_does_not_count(old, new, name, counts, words):
    """No number, no time, too long a time and too slow a parliament are told apart."""
    assert old in TEXT
    (found,) = (s for s in ask(TEXT.replace(old, new)).supplies if s.id == name)
    assert found.counts is counts
    assert words in found.words


def test_an_open_time_of_a_partner_leaves_a_contribution_open():
    """Trainers that wait for a lift whose time is left open count once that time is short enough."""
    text = load(TEXT, "harbour.yaml")

    def counted(value):
        filled = fill(text, "lift_time", value)
        return quantity(filled, Asked(filled.needs["trainers"])).counted

    assert {value: counted(value) for value in text.open["lift_time"].values} == {
        "P1D": 22_000,
        "P30D": 20_000,
        "none": 20_000,
    }


def test_a_place_that_is_asked_for_must_be_promised():
    """A contribution without a place does not count where a place is asked for."""
    told = ask(place="harbour")
    assert {s.words for s in told.supplies} == {"promised without a place"}
    assert told.counted == 0


def test_without_a_time_everything_promised_counts():
    """Where the need names no time, what is promised for later counts as well."""
    assert ask(within=None).counted == 27_000
    assert ask(within=Span("", None, "someday")).counted == 27_000


def test_a_solver_that_gives_up_knows_no_shortfall(monkeypatch):
    """A time-out is not known, never enough."""

    def gives_up(engine):
        raise NotKnown("timeout")

    monkeypatch.setattr(room, "_sat", gives_up)
    assert ask().answer is Answer.NOT_KNOWN


def steps(text, drop, **question):
    """What would have to be made certain, in words."""
    found = firming(Prover(text, None, asked(**question)), drop)
    return [[step.words for step in chosen] for chosen in found.alternatives]


def test_an_approval_beforehand():
    """A promise that hangs on a vote and its giver: both have to be made certain."""
    text = agreement(promise("help", "G", gates=("vote",)), gates=[gate("vote", "G")])
    assert steps(text, 1) == [
        ["get the approval vote beforehand", "let another state promise the same beside State G"]
    ]


def test_several_ways_to_make_two_failures_harmless():
    """Where two states back each other up, making either certain is enough for two failures."""
    text = agreement(
        promise("help", "G", gates=("vote",)), promise("other", "H"), gates=[gate("vote", "G")]
    )
    assert steps(text, 1) == []
    assert steps(text, 2) == [["let another state promise the same beside State H"]]


def test_nothing_is_needed_where_it_holds():
    """Where any one may fail already, firming says that nothing is needed."""
    text = agreement(promise("help", "G"), promise("other", "H"))
    found = firming(Prover(text, None, asked()), 1)
    assert (found.answer, found.needed) == (Answer.NONE, False)


def test_a_presumed_breach_takes_the_council_off_the_list():
    """Once a deadlock counts as a breach found, the Council's silence need not be provided for."""
    text = load(TEXT, "harbour.yaml")
    need = {"need": text.needs["force"]}
    assert any("the Council" in w for chosen in steps(text, 1, **need) for w in chosen)
    presumed = fill(text, "deadlock", "breach_presumed")
    assert not any("the Council" in w for chosen in steps(presumed, 1, **need) for w in chosen)


def test_a_solver_that_gives_up_finds_no_steps(monkeypatch):
    """A time-out is not known."""

    def gives_up(self, *assumed):
        raise NotKnown("timeout")

    monkeypatch.setattr(Solver, "can", gives_up)
    found = firming(Prover(agreement(promise("help", "G")), None, asked()), 1)
    assert found.answer is Answer.NOT_KNOWN
