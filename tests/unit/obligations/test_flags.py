"""Flags: what a reader must notice about what was done; the state stays what it is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from commission_begun import at, ruled, run, said
from waarborg.app.services.docket import DueRow, due
from waarborg.base.times import format_instant
from waarborg.cases.body import from_body
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running

HELP = "obl-case-1-help-GUA"


def gate(name: str, hours: float, step: str, case: str = "case-1", **fields: Any) -> Entry:
    """Guardia's senate moves."""
    return said(
        name, hours, "GUA:senate", "gate-step", gate="GUA-senate", step=step, case=case, **fields
    )


def helped(hours: float, dated: float | None = None, **fields: Any) -> Entry:
    """Guardia says at an hour that it helped, at that hour or before."""
    when, came = at(hours if dated is None else dated), at(hours)
    return from_body(
        {
            "id": "helped",
            "kind": "obligation-step",
            "at": format_instant(when),
            "known_at": format_instant(came),
            "author": "GUA:desk",
            "cites": ["log-7"],
            "obligation": HELP,
            "step": "fulfilled",
            **fields,
        }
    )


def row(running: Running, hours: float, name: str = HELP) -> DueRow:
    """What `due` says of an obligation at an hour."""
    running.tick(at(hours))
    found = next(each for each in due(running, at(hours)) if each.id == name)
    # Nobody's signature puts a clause in force: that is told of every promise here, and tested by itself.
    assert found.flags[-1].startswith("on the day of the breach: C-")
    return replace(found, flags=found.flags[:-1])


_WITHOUT = "done without the consent of GUA-senate: "


_AFTER = "nothing on the record decided GUA-senate for this breach when this was done at DONE"
_GATES: list[tuple[list[Entry], str]] = [
    ([gate("yes", 12, "given")], ""),
    ([], f"{_WITHOUT}{_AFTER}"),
    (
        [gate("file", 12, "filed")],
        f"{_WITHOUT}GUA-senate was not decided (filed in file at 12) when this was done at DONE",
    ),
    (
        [gate("no", 12, "refused")],
        f"{_WITHOUT}GUA-senate was refused in no at 12 when this was done at DONE",
    ),
    (
        [gate("no", 12, "refused", "")],
        f"{_WITHOUT}GUA-senate was refused in no at 12 when this was done at DONE",
    ),
    (
        [gate("old", -2, "refused", "")],
        (
            f"{_WITHOUT}GUA-senate was not decided (refused in old at -2, which does not cover this breach) "
            "when this was done at DONE"
        ),
    ),
    (
        [gate("yes", 12, "given", until=format_instant(at(18)))],
        f"{_WITHOUT}GUA-senate, given in yes at 12, had expired at 18 when this was done at DONE",
    ),
    (
        [gate("yes", 12, "given"), gate("back", 14, "recalled")],
        f"{_WITHOUT}GUA-senate was recalled in back at 14 when this was done at DONE",
    ),
    (
        [gate("yes", 25, "given")],
        f"{_WITHOUT}{_AFTER}; GUA-senate was given in yes at 25, after the act",
    ),
    (
        [gate("yes", 12, "given"), gate("back", 26, "recalled")],
        (
            "the consent of GUA-senate was there when this was done at DONE; "
            "GUA-senate was recalled in back at 26, after the act"
        ),
    ),
    ([gate("yes", 12, "given"), gate("no", 26, "refused", "case-0")], ""),
]


@pytest.mark.parametrize(("gates", "flag"), _GATES)
def test_an_act_without_the_consent_it_needed_says_so(gates: list[Entry], flag: str) -> None:
    """It stays fulfilled, with the gate named, how it stood then, and what became of it since."""
    entries = sorted([*ruled(), *gates, helped(20)], key=lambda entry: entry.known_at)
    found = row(run(*entries), 30)
    assert found.state == "fulfilled"
    assert found.flags == (_timed(flag),) * bool(flag)


def _timed(flag: str) -> str:
    """A flag with its hours as instants."""
    words = flag.replace("at DONE", "at 20")
    return re.sub(r"at (-?[0-9]+)", lambda hour: f"at {format_instant(at(int(hour[1])))}", words)


def test_a_consent_that_came_in_after_the_act_and_is_dated_before_it_leaves_the_question_open() -> (
    None
):
    """Unknown is not no: the senate's date is its own word, and the record had it only later."""
    yes = from_body(
        {
            "id": "yes", "kind": "gate-step", "at": format_instant(at(15)),
            "known_at": format_instant(at(22)), "author": "GUA:senate",
            "gate": "GUA-senate", "step": "given", "case": "case-1",
        }
    )  # fmt: skip
    [flag] = row(run(*ruled(), helped(20), yes), 30).flags
    assert flag.startswith(
        "whether the consent of GUA-senate was there cannot be decided: yes dates it"
    )


def test_a_consent_gone_when_the_act_came_in_rests_on_the_word_of_its_author() -> None:
    """Dated into the life of a consent that had been recalled before the record knew of the act."""
    back = gate("back", 18, "recalled")
    [flag] = row(run(*ruled(), gate("yes", 12, "given"), back, helped(20, dated=15)), 30).flags
    assert (
        "was there when this was done at 2030-01-02T15:00:00Z by the word of GUA:desk alone" in flag
    )
    assert "GUA-senate was recalled in back" in flag


def test_an_act_before_the_breach_was_found_is_kept_and_flagged() -> None:
    """An act before attribution was final stays an act, and says how much earlier it was."""
    found = row(run(*ruled(), gate("yes", 11, "given"), helped(12, dated=8)), 30)
    assert found.state == "fulfilled"
    assert found.flags[0].startswith("done before attribution was final: at ")
    appeal = said("a", 15, "BOR:x", "appeal", case="case-1", grounds="pictures")
    found = row(run(*ruled(), gate("yes", 11, "given"), appeal, helped(20)), 30)
    assert found.flags == (
        "done before attribution was final: the appeal of BOR (a) waited for a ruling",
    )


def test_a_fulfilment_that_cites_nothing_says_so() -> None:
    """Whatever words it has: evidence is what an entry cites."""
    bare = helped(20, cites=[], words="we were there")
    assert row(run(*ruled(), gate("yes", 12, "given"), bare), 30).flags == (
        "no evidence cited in helped",
    )


def test_going_on_without_the_extension_says_so() -> None:
    """Within the month no authorisation was needed; after it one was."""
    month = 31 * 24

    def watched(hours: float) -> Entry:
        return said(
            "w", hours, "SUL:x", "obligation-step", cites=["photo"],
            obligation="obl-case-1-watch-SUL", step="fulfilled",
        )  # fmt: skip

    there = said("d", 11, "SUL:x", "contribute", guarantee="watch", step="deployed")
    early, late = (run(*ruled(), there, watched(hours)) for hours in (20, 30 + month))
    assert row(early, 40 + month, "obl-case-1-watch-SUL").flags == ()
    [flag] = row(late, 40 + month, "obl-case-1-watch-SUL").flags
    done = format_instant(at(30 + month))
    assert flag == (
        "done without the consent of SUL-estates: nothing on the record decided SUL-estates for this breach "
        f"when this was done at {done}"
    )


def test_what_nobody_has_done_carries_no_flag_of_an_act() -> None:
    """Neither a waiver nor what is still due."""
    waived = said("w", 20, "ARD:x", "obligation-step", obligation=HELP, step="waived")
    assert row(run(*ruled()), 15).flags == ()
    assert row(run(*ruled(), waived), 30).flags == ()
