"""Whether a clause was in force on the day of a breach, and from when an exit has effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commission_begun import at, ruled, run, said
from commission_desk import AGREEMENT, hour, opened, proposed, rules, vote
from commission_moves import NINETY
from waarborg.app.services.day import status
from waarborg.app.services.docket import docket, due, rulings
from waarborg.app.services.flagged import flagged
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.cases.entry import Entry
from waarborg.obligations.below import Grounds
from waarborg.obligations.standing import standings
from waarborg.obligations.state import Running, state

DAY = "on the day of the breach: "


def stands(name: str, hours: float, party: str, step: str, since: float, **fields: Any) -> Entry:
    """A party changes its standing at an hour, from an hour that it names."""
    moment = format_instant(at(since))
    return said(
        name, hours, f"{party}:x", "change-standing", party=party, step=step, since=moment, **fields
    )


def breach(hours: float, until: float, name: str = "case-2") -> Entry:
    """A case against Borland of a breach between two hours."""
    return said(
        name, until, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1",
        happened_from=format_instant(at(hours)), happened_until=format_instant(at(until)),
    )  # fmt: skip


def told(running: Running, case: str = "case-2") -> str:
    """The flag on the standing of the accused, the same in the docket, in `determine` and among the flagged."""
    clock = running.clock
    assert clock is not None
    [row] = [row for row in docket(running, clock) if row["case"] == case]
    found = [flag for flag in row["flags"] if flag.startswith(DAY)]
    name = f"det-{case}"
    [made] = [each for each in rulings(running) if each["determination"] == name]
    assert [flag for flag in made["flags"] if flag.startswith(DAY)] == found
    named = [flag for each in flagged(running, clock) if each.id == name for flag in each.flags]
    assert [flag for flag in named if flag.startswith(DAY)] == found
    return found[0].removeprefix(DAY) if found else ""


OUT = stands("out", 20, "BOR", "suspended", 30)


def test_a_breach_while_the_clause_was_suspended_for_the_accused_says_so() -> None:
    """Before it and after it was taken up again nothing is told."""
    since = format_instant(at(30))
    back = stands("in", 50, "BOR", "in_force", 60)
    assert told(run(OUT, breach(25, 28))) == ""
    assert told(run(OUT, breach(35, 38))) == f"BOR had suspended the text from {since}"
    assert told(run(OUT, back, breach(62, 64))) == ""
    assert told(run(OUT, breach(35, 38), back)) == f"BOR had suspended the text from {since}"


def test_who_brings_a_case_over_a_day_on_which_it_had_left_the_text_is_told() -> None:
    """The accused was bound and the claimant was not: the text was in force between none."""
    left = stands("out", 20, "ARD", "denounced", 30)
    since = format_instant(at(30))
    assert told(run(left, breach(25, 28))) == ""
    running = run(left, breach(35, 38))
    assert told(running) == f"ARD had denounced the text from {since} (ARD brought the case)"
    grounds = {each.below.name for each in Grounds(running).down(Thing.CASE, "case-2")}
    assert "out" in grounds


def test_a_case_of_a_third_party_looks_at_whom_the_clause_protects() -> None:
    """Where none of them was bound besides the accused, the clause was in force between none."""
    left = stands("out", 20, "ARD", "denounced", 30)
    third = replace(breach(35, 38), author="GUA:x")
    assert told(run(left, third)) == (
        "C-1 was in force between none that it protects: ARD had denounced the text from "
        f"{format_instant(at(30))}"
    )
    assert told(run(third)) == "", "that Guardia has only signed is no matter between the two"


def test_a_breach_that_may_have_happened_before_or_after_leaves_it_open() -> None:
    """Unknown is not no: both ends of the time are told."""
    assert told(run(OUT, breach(25, 38))) == (
        "whether C-1 was in force for BOR cannot be decided: at the start of the time in which this happened "
        f"C-1 was in force for BOR; at its end BOR had suspended the text from {format_instant(at(30))}"
    )


def test_a_suspension_dated_back_frees_nobody_before_the_record_had_it() -> None:
    """The breach came first, whatever day the entry names."""
    back = stands("out", 40, "BOR", "suspended", 20)
    assert told(run(breach(35, 38), back)) == ""
    assert told(run(back, breach(45, 48))) == (
        f"BOR had suspended the text from {format_instant(at(40))} "
        f"(when it reached the record; it names {format_instant(at(20))})"
    )


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("denounced", "BOR had denounced C-1 from AT"),
        ("lapsed", "C-1 had lapsed for BOR from AT"),
        ("replaced", "C-1 had been replaced for BOR from AT"),
        (
            "signed",
            "C-1 was no more than signed for BOR from AT: nothing on the record says that it was in force",
        ),
        (
            "ratified",
            "C-1 was no more than ratified for BOR from AT: nothing on the record says that it was in force",
        ),
        ("in_force", ""),
    ],
)
def test_each_step_short_of_in_force_is_told(step: str, words: str) -> None:
    """Ended, or not yet there, with the day from which it holds."""
    running = run(stands("s", 20, "BOR", step, 30, clause="C-1"), breach(35, 38))
    assert told(running) == words.replace("AT", format_instant(at(30)))


def test_a_reservation_is_told_beside_a_clause_in_force() -> None:
    """In force under a reservation is not plainly in force; of a clause it was not made about nothing is told."""
    made = stands("r", 20, "BOR", "in_force", 20, clause="C-1", reservation="not at sea")
    assert told(run(made, breach(35, 38))) == "BOR made a reservation: not at sea"
    other = stands("r", 20, "BOR", "in_force", 20, clause="C-5", reservation="not at sea")
    assert told(run(other, breach(35, 38))) == ""


def test_who_owes_under_a_clause_that_was_only_signed_says_so() -> None:
    """Each promise tells how far its clause bound its giver at the breach."""
    running = run(*ruled())
    flags = {
        row.who: [flag for flag in row.flags if flag.startswith(DAY)]
        for row in due(running, at(12))
        if row.id.startswith("obl-")
    }
    assert {who: len(each) for who, each in flags.items()} == {"GUA": 1, "WIT": 1, "SUL": 1}
    assert flags["WIT"][0].startswith(f"{DAY}C-3 was no more than signed for WIT from 2030-01-01T")


def test_a_text_that_says_nothing_of_standing_is_read_as_binding_all() -> None:
    """No doubt is told where the file speaks of nobody's standing."""
    seats = [vote(60, f"{party}:x", name=f"v-{party}") for party in ("GUA", "ARD", "BOR")]
    entries = [*rules(), opened(), proposed(55), *seats]
    running = state(AGREEMENT, (), entries, hour(100), hour(100))
    assert [flag for row in due(running, hour(100)) for flag in row.flags] == []


def test_an_exit_dated_back_shows_from_when_it_has_effect_and_the_day_it_names() -> None:
    """In the table of standings, of a denunciation as of a signature."""
    running = run(
        stands("out", 40, "SUL", "denounced", -20), stands("late", 41, "WIT", "ratified", 5)
    )
    [row] = [
        each
        for each in standings(NINETY, running.promises.standing, at(50))
        if (each.party, each.clause) == ("SUL", "C-4")
    ]
    assert (row.since, row.named) == (at(40), at(-20))
    shown = {(each["party"], each["clause"]): each for each in status(running, at(50))["standing"]}
    assert shown["WIT", "C-3"]["since"] == format_instant(at(41))
    assert shown["WIT", "C-3"]["named"] == format_instant(at(5))


def test_a_return_dated_back_lifts_a_suspension_from_when_the_record_has_it() -> None:
    """Not before, and not never."""
    back = stands("in", 50, "BOR", "in_force", 10)
    assert told(run(OUT, breach(40, 45), back)) != ""
    assert told(run(OUT, back, breach(55, 58))) == ""


def term(name: str, hours: float, until: float) -> Entry:
    """Witland's supply is to end."""
    return said(
        name, hours, "WIT:x", "promise-term", guarantee="supply", until=format_instant(at(until))
    )


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ([term("e", 20, 30)], "the promise had ended at 30"),
        (
            [term("e", 40, 30)],
            "the promise had ended at 40, when it reached the record; it names 30",
        ),
        ([term("e", 20, 30), term("f", 40, 25)], "the promise had ended at 30"),
        ([term("e", 20, 30), term("f", 25, 45)], "the promise had ended at 45"),
    ],
)
def test_a_promise_that_ended_says_from_which_day(terms: list[Entry], words: str) -> None:
    """The day of the record where the end was dated back, with the day named beside it."""
    running = run(*terms)
    guarantee = next(g for g in NINETY.guarantees if g.id == "supply")
    for hours in (45, 40, 30, 25):
        words = words.replace(f"at {hours}", f"at {format_instant(at(hours))}")
        words = words.replace(f"names {hours}", f"names {format_instant(at(hours))}")
    assert running.promises.over(guarantee, at(50)) == words
    assert running.promises.over(guarantee, at(20) - timedelta(seconds=1)) == ""


def test_a_withdrawal_says_when_it_counted_from() -> None:
    """The record's day, and its author's where that is another."""
    gone = said("w", 20, "SUL:x", "contribute", guarantee="watch", step="withdrawn")
    guarantee = next(g for g in NINETY.guarantees if g.id == "watch")
    told = f"the promise was withdrawn in w at {format_instant(at(20))}"
    assert run(gone).promises.over(guarantee, at(50)) == told
    back = replace(gone, at=at(5))
    named = f"{told}, when it reached the record; it names {format_instant(at(5))}"
    assert run(back).promises.over(guarantee, at(50)) == named
