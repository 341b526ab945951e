"""The docket says which act is alleged, where, by whom, and what the reports call it themselves."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from commission_begun import at, run, said
from commission_moves import NINETY
from small_mission import Chain
from waarborg.app.services.alleged import act_and_place, cells, headlines
from waarborg.app.services.behind import Behind, Named
from waarborg.app.services.derive import derive
from waarborg.app.services.docket import docket
from waarborg.app.services.inputs import last_arrival
from waarborg.app.services.spoken import Speaker
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.obligations.state import state

UTC = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("act", "words"),
    [("artillery_fire", "artillery fire, place not named"), ("", "act not named, place not named")],
)
def test_a_case_that_an_entry_opened_tells_the_act_and_who_alleges_it(act: str, words: str) -> None:
    """The act as its author named it; what nobody has named is said to be not named."""
    case = {
        "body": "commission", "accused": "BOR", "clause": "C-1", "act_done": act, "words": "the quay burns", "severity": 2,
        "happened_from": format_instant(at(-5)), "happened_until": format_instant(at(0)),
    }  # fmt: skip
    running = run(said("extra", 5, "ARD:liaison", "open-case", **case))
    [row] = [row for row in docket(running, at(6)) if row["case"] == "extra"]
    assert row["alleged"] == {"by": "ARD:liaison", "act": act, "place": "", "reports": []}
    assert act_and_place(row) == words
    first, second, third = cells(Speaker(NINETY, UTC), row, "the allegation (extra)")
    assert first.splitlines() == ["extra", "open", "C-1, severity 2"]
    assert second.splitlines() == [
        f"Borland: {words}",
        "from 1 January 2030, 19:00 until before 2 January 2030, 00:00",
        "ARD:liaison: the quay burns",
    ]
    assert third.splitlines()[-1] == "rests on the allegation (extra)"


def test_a_case_that_was_split_off_keeps_the_act_and_who_alleges_it() -> None:
    """What is alleged stays alleged by who brought it; the words are those of who split it, with the name."""
    case = {
        "body": "commission", "accused": "BOR", "clause": "C-1", "act_done": "artillery_fire", "words": "the quay burns",
        "happened_from": format_instant(at(-5)), "happened_until": format_instant(at(0)), "findings": ["north", "south"],
    }  # fmt: skip
    running = run(
        said("extra", 5, "ARD:liaison", "open-case", **case),
        said("parted", 6, "GUA:chair", "split-case", case="extra", findings=["south"], reason="another battery"),
    )  # fmt: skip
    [row] = [row for row in docket(running, at(7)) if row["case"] == "parted"]
    assert row["alleged"]["by"] == "ARD:liaison"
    assert act_and_place(row) == "artillery fire, place not named"
    assert "GUA:chair: another battery" in cells(Speaker(NINETY, UTC), row, "")[1].splitlines()
    made = running.determination("parted")
    assert made is not None
    assert made.facts["act"] == "artillery_fire"


def test_a_case_that_a_finding_opened_tells_the_headlines_of_its_reports(easter: Chain) -> None:
    """Act and place as the reports have them, and their own headlines with who says so; three, and how many more."""
    agreement = next(a for a in easter.inputs.agreements if a.id == "guarantees-exercise-2026")
    known = last_arrival(easter.inputs.mission)
    base = derive(easter.inputs, known, known).determinations
    running = state(agreement, base, (), known, known)
    behind = Behind(running, {}, easter.inputs.reports)
    rows = docket(running, known, behind.named)
    for row in rows:
        made = running.base[row["case"]]
        said_of = row["alleged"]
        assert (said_of["by"], said_of["act"], said_of["place"]) == (
            "",
            made.facts["act"] or "",
            made.place,
        )
        assert [each["report"] for each in said_of["reports"]] == list(map(str, made.cites))
        told = list(headlines(row))
        assert told
        assert all(
            each["headline"] in cells(Speaker(agreement, UTC), row, "")[1]
            for each in said_of["reports"][:3]
        )
        assert behind.words(Thing.CASE, row["case"])
    many = rows[0] | {
        "alleged": rows[0]["alleged"] | {"reports": rows[0]["alleged"]["reports"][:1] * 5}
    }
    assert list(headlines(many))[3:] == ["and 2 more reports"]


def test_without_its_reports_a_case_tells_no_headline() -> None:
    """A report that nobody has is not made up."""
    assert Named().headline("viina-1") == {}
