"""One incident, found by the text and ruled on by a body: a promise is owed for it once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from commission_begun import at, said
from commission_moves import BEGIN, NINETY, beginning
from waarborg.app.services.board import Board
from waarborg.app.services.day import status
from waarborg.app.services.docket import due
from waarborg.base.parties import PartyId
from waarborg.base.times import Period, format_instant
from waarborg.cases.determination import (
    OPERATION_OF_THE_TEXT,
    Decision,
    Determination,
    DeterminationId,
)
from waarborg.cases.entry import Entry
from waarborg.cases.turn import Turn
from waarborg.findings.finding import FindingId, Tier
from waarborg.incidents.incident import IncidentId
from waarborg.obligations.state import Running, state
from waarborg.reports.report import ReportId

_GIVEN = NINETY.prohibitions[0]
TEXT = replace(
    NINETY,
    procedures={},
    prohibitions=(_GIVEN, replace(_GIVEN, id="by-text", decided_by=OPERATION_OF_THE_TEXT)),
)
CASE = "det-1-no-force"


def found(prohibition: str) -> Determination:
    """What a prohibition makes of the one incident."""
    by_text = prohibition == "by-text"
    name = f"det-1-{prohibition}"
    return Determination(
        id=DeterminationId(name), finding=FindingId(f"fin-{name}"), incident=IncidentId("inc-1"),
        agreement=TEXT.id, exercise="", prohibition=prohibition, clause="C-1", breacher=PartyId("BOR"),
        by=OPERATION_OF_THE_TEXT if by_text else "commission",
        decision=Decision.BREACH_FOUND if by_text else Decision.PENDING, tier=Tier.CERTAIN,
        happened=Period(BEGIN, BEGIN + timedelta(hours=9)), known_at=format_instant(BEGIN),
        facts={"decision": "breach_found", "severity": 1, "actor": "BOR"}, words="alleged",
        cites=(ReportId("r1"),),
    )  # fmt: skip


def ruling() -> list[Entry]:
    """The commission finds the breach too, at hour 10."""
    put = said("p", 10, "GUA:x", "propose", case=CASE, outcome="breach", responsible="BOR")
    votes = [
        said(f"v-{party}", 10, f"{party}:x", "vote", proposal="p", choice="for")
        for party in ("ARD", "BOR", "GUA")
    ]
    return [*beginning(), put, *votes]


def played(turns: list[Turn], entries: list[Entry]) -> Running:
    """The state after turns and entries, step by step and at once, which have to be equal."""
    end = at(100)
    board = Board(Running(TEXT))
    steps: list[Turn | Entry] = [*turns, *entries]
    for step in sorted(steps, key=lambda s: s.at if isinstance(s, Turn) else s.known_at):
        board.turn(step) if isinstance(step, Turn) else board.take(step)
    board.tick(end)
    at_once = state(TEXT, turns, entries, end, end)
    assert board.running == at_once
    assert (board.due(), board.status()) == (due(at_once, end), status(at_once, end))
    return at_once


def owed(running: Running) -> list[str]:
    """What is owed under the watch."""
    return sorted(name for name in running.owed if "watch" in name and name not in running.void)


BOTH = [Turn(at(1), None, found("no-force")), Turn(at(1), None, found("by-text"))]


def test_a_ruling_on_what_the_text_found_adds_no_second_obligation() -> None:
    """One incident, one answer: under the determination that first set it off."""
    assert owed(played(BOTH, ruling())) == ["obl-1-by-text-watch-SUL"]


def test_the_ruling_carries_it_when_the_text_s_own_goes() -> None:
    """When later knowledge takes the text's own finding away, what the body ruled still obliges."""
    gone = Turn(at(50), found("by-text"), None)
    assert owed(played([*BOTH, gone], ruling())) == ["obl-1-no-force-watch-SUL"]


def test_what_was_owed_before_stays_owed() -> None:
    """A ruling that came first keeps what it set off, whatever the text finds later."""
    late = [BOTH[0], Turn(at(50), None, found("by-text"))]
    assert "obl-1-no-force-watch-SUL" in owed(played(late, ruling()))


def test_what_is_said_of_the_second_counts_for_the_one() -> None:
    """A fulfilment that names the ruling's obligation is one of the text's, and is not refused."""
    done = said(
        "done", 20, "SUL:x", "obligation-step", obligation="obl-1-no-force-watch-SUL",
        step="fulfilled",
    )  # fmt: skip
    running = played(BOTH, [*ruling(), done])
    assert running.refused == []
    [watch] = [o for o in running.obligations(at(100)) if o.id == "obl-1-by-text-watch-SUL"]
    assert watch.state.value == "fulfilled"
