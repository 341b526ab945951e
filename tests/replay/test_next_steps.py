"""Every step named under "what can move next" is one that the record takes and that frees what is said, no more.

Held in the exercises that are shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from small_mission import Chain
from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement
from waarborg.app.services.day import status
from waarborg.app.services.derive import derive
from waarborg.app.services.inputs import last_arrival
from waarborg.app.services.script import read_script
from waarborg.app.services.whatif import compare
from waarborg.base.times import format_instant, parse_instant
from waarborg.cases.body import from_body
from waarborg.cases.determination import Determination
from waarborg.cases.entry import Entry
from waarborg.obligations.movable import waiting
from waarborg.obligations.state import Running, state

EXAMPLES = Path(__file__).parents[2] / "examples"
KINDS = {
    "gate": ("gate-step", "gate"),
    "contribution": ("contribute", "guarantee"),
    "commitment": ("commitment-step", "commitment"),
}


def _entries(folder: str) -> list[Entry]:
    path = EXAMPLES / folder / "script.yaml"
    return read_script(path.read_text(encoding="utf-8"), path.name).entries


def _gate_step(name: str, at: datetime, author: str, gate: str, step: str) -> Entry:
    said = {"id": name, "kind": "gate-step", "at": format_instant(at), "author": author}
    return from_body(said | {"gate": gate, "step": step})


def _played(row: dict[str, Any], at: datetime) -> list[Entry]:
    """A listed step as an entry, by each of those who are said to be able to take it."""
    what, name = row["what"].split(" ", 1)
    kind, key = KINDS[what]
    return [
        from_body(
            {
                "id": f"next-{name}",
                "kind": kind,
                "at": format_instant(at),
                "author": who if ":" in who else f"{who}:desk",
                key: name,
                "step": row["step"],
            }
        )
        for who in row["who"].split(" or ")
    ]


def _free(running: Running, at: datetime) -> frozenset[str]:
    """What nothing holds back at a moment that the clock reaches: promises and commitments not yet kept."""
    then = deepcopy(running)
    then.tick(at)
    promised = {name for name, block in then.blocks(at).items() if block is None}
    given = waiting(then.commitments, at)
    return frozenset(
        promised
        | {w.commitment for w in given if not w.waits_for and w.state not in {"done", "dormant"}}
    )


def _all_taken(running: Running, at: datetime) -> list[dict[str, Any]]:
    """The steps listed at a moment, each held to be taken by the record, and to free just what it says."""
    listed: list[dict[str, Any]] = status(running, at)["next_movable"]
    soon = at + timedelta(seconds=1)
    days = [soon, *(at + timedelta(days=day) for day in (1, 10, 40, 100, 400))]
    before, as_it_is = _free(running, at), {day: _free(running, day) for day in days}
    for row in listed:
        for entry in _played(row, soon):
            after = deepcopy(running)
            refused = after.take(entry)
            assert refused is None, (row, refused)
            freed = {name for day in days for name in _free(after, day) - as_it_is[day]} - before
            assert sorted(freed) == sorted(row["frees"]), row
            left = {(each["what"], each["step"]) for each in status(after, soon)["next_movable"]}
            assert (row["what"], row["step"]) not in left, "a step that was taken is listed no more"
    return listed


@pytest.mark.parametrize(
    "day",
    [
        "2030-01-02",
        "2030-01-03",
        "2030-01-09",
        "2030-01-16",
        "2030-01-25",
        "2030-02-18",
        "2030-03-01",
        "2030-05-01",
    ],
)
def test_the_next_steps_of_the_ninety_days_free_just_what_they_say(day: str) -> None:
    """From the first days, after the senate's no, to the end of the truce and after it."""
    path = EXAMPLES / "ninety-days" / "agreement.yaml"
    agreement = load(path.read_text(encoding="utf-8"), path.name)
    at = parse_instant(f"{day}T00:00:00Z")
    entries = _entries("ninety-days")
    assert _all_taken(state(agreement, (), entries, at, at), at)
    before = at - timedelta(hours=1)
    no = _gate_step("no", before, "GUA:senate", "GUA-senate", "refused")
    refused = state(agreement, (), [*(e for e in entries if e.known_at < before), no], at, at)
    assert "filed" in {row["step"] for row in _all_taken(refused, at) if "senate" in row["what"]}


@pytest.mark.parametrize(
    ("day", "step", "frees", "says"),
    [
        ("2030-01-02", "approved", [], "; approved sets nothing free, deployed would set free draw-back"),
        ("2030-01-04", "ready", [], "; ready sets nothing free, deployed would set free draw-back"),
        ("2030-01-09", "deployed", ["draw-back"], ""),
    ],
)  # fmt: skip
def test_a_company_frees_only_where_it_stands(
    day: str, step: str, frees: list[str], says: str
) -> None:
    """Approved and ready are on the way: drawing back waits for the company on the line."""
    path = EXAMPLES / "ninety-days" / "agreement.yaml"
    agreement = load(path.read_text(encoding="utf-8"), path.name)
    at = parse_instant(f"{day}T00:00:00Z")
    listed = status(state(agreement, (), _entries("ninety-days"), at, at), at)["next_movable"]
    [row] = [row for row in listed if row["what"] == "contribution company"]
    assert (row["step"], row["frees"]) == (step, frees)
    so_far = {"approved": "pledged", "ready": "approved", "deployed": "ready"}[step]
    assert row["words"] == f"a company of observers on the line (so far {so_far}{says})"


@pytest.fixture(scope="module")
def exercise(easter: Chain) -> Agreement:
    """The guarantee texts, read as an exercise."""
    return next(a for a in easter.inputs.agreements if a.id == "guarantees-exercise-2026")


@pytest.fixture(scope="module")
def base(easter: Chain) -> Sequence[Determination]:
    """What the findings come to with every release in."""
    known = last_arrival(easter.inputs.mission)
    return derive(easter.inputs, known, known).determinations


@pytest.mark.parametrize("day", ["2026-04-30", "2026-05-15", "2026-07-03", "2026-11-20"])
def test_the_next_steps_of_the_easter_truce_free_just_what_they_say(
    exercise: Agreement, base: Sequence[Determination], day: str
) -> None:
    """Before and after Congress declined, and after the Bundestag's consent had run out."""
    at = parse_instant(f"{day}T00:00:00Z")
    listed = _all_taken(state(exercise, base, _entries("easter-truce-2026"), at, at), at)
    declined = at > parse_instant("2026-05-20T10:00:00Z")
    [congress] = [row for row in listed if row["what"] == "gate US-congress"]
    assert congress["step"] == ("filed" if declined else "given")
    if declined:
        assert "refused in congress-no: it is filed anew" in congress["words"]
        assert "a yes then would set free" in congress["words"]


def test_what_if_the_bundestag_had_said_no(
    exercise: Agreement, base: Sequence[Determination]
) -> None:
    """Germany's choices say that it said no, and for which breaches, not that it is open."""
    at = parse_instant("2026-05-15T00:00:00Z")
    entries = [e for e in _entries("easter-truce-2026") if e.known_at <= at]
    named = next(place for place, e in enumerate(entries) if e.id == "bundestag-yes")
    yes = entries[named]
    said = _gate_step("bundestag-no", yes.at, yes.author, "DE-bundestag", "refused")
    otherwise = [*entries[:named], said, *entries[named + 1 :]]
    one, other = (state(exercise, base, each, at, at) for each in (entries, otherwise))
    rows = {row["id"]: row["what_if"] for row in compare(one, other, at)["promises"]}
    assert rows["respond/DE"] == (
        "holds; of the choices not armed force: DE-bundestag is open for a breach found from now on "
        "(refused in bundestag-no for those found before)"
    )
