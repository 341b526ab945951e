"""The picture of the day: what is agreed, open, blocked and by what, what moved, what can move next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from waarborg.app.services.docket import refusals
from waarborg.app.services.plain import plain
from waarborg.base.times import format_instant
from waarborg.cases.case import CaseFile
from waarborg.obligations.block import Block
from waarborg.obligations.movable import movable, waiting
from waarborg.obligations.obligation import Obligation, ObligationState
from waarborg.obligations.standing import in_force_between, standings
from waarborg.obligations.state import Running

DAY = timedelta(days=1)

_HELD_BACK = frozenset(
    {
        ObligationState.WAITING_FOR_GATE.value,
        ObligationState.WAITING_FOR_PARTNER.value,
        ObligationState.EXCUSED.value,
    }
)
"""States in which a promise is kept from falling due."""

Told = tuple[str, str]
"""A thing and the state it has, as ("GUA", "overdue")."""


@dataclass(slots=True)
class Figures:
    """How many of what stand how: the counts of a picture, kept up one change at a time.

    Attributes:
        cases: Cases by state.
        cases_by_clause: The same for each clause.
        cases_by_party: The same for each accused party.
        owed: Obligations by state.
        owed_by_clause: The same for each clause.
        owed_by_guarantor: The same for each guarantor.
        steps: Steps of procedures by state.
        under: Obligations by guarantee.
    """

    cases: Counter[str] = field(default_factory=Counter)
    cases_by_clause: Counter[Told] = field(default_factory=Counter)
    cases_by_party: Counter[Told] = field(default_factory=Counter)
    owed: Counter[str] = field(default_factory=Counter)
    owed_by_clause: Counter[Told] = field(default_factory=Counter)
    owed_by_guarantor: Counter[Told] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    under: Counter[Told] = field(default_factory=Counter)

    def case(self, case: CaseFile, state: str, by: int) -> None:
        """Count a case in or out."""
        self.cases[state] += by
        self.cases_by_clause[case.clause, state] += by
        self.cases_by_party[case.accused, state] += by

    def obligation(self, owed: Obligation, guarantee: str, state: str, by: int) -> None:
        """Count an obligation in or out."""
        self.owed[state] += by
        self.owed_by_clause[owed.clause, state] += by
        self.owed_by_guarantor[str(owed.guarantor), state] += by
        self.under[guarantee, state] += by


def status(running: Running, as_of: datetime, since: datetime | None = None) -> dict[str, Any]:
    """The picture of a moment, worked out from the whole state.

    Args:
        running: The state at that moment.
        as_of: The moment.
        since: Moved since when; the day before when not given.
    """
    figures = Figures()
    for case in running.commission.cases.values():
        figures.case(case, case.state.value, 1)
    blocks, barred = running.blocks(as_of), running.barred(as_of)
    for owed in running.owed.values():
        guarantee = running.guarantee_of(owed).id
        stands, _ = running.state_of(owed, barred)
        figures.obligation(owed, guarantee, stands.value, 1)
    for course in running.procedures.courses.values():
        for opened in course.steps.values():
            figures.steps[opened.state(as_of, course).value] += 1
    start = since or as_of - DAY
    moved = (
        c.id for c in running.commission.cases.values() if (c.moved_at or c.opened_at) >= start
    )
    return assemble(running, as_of, start, figures, blocks, moved)


def counted(running: Running, as_of: datetime) -> dict[str, dict[str, list[str]]]:
    """What is behind the counts of a picture: state to the names of what has it, as `docket` and `due` have them."""
    found: dict[str, dict[str, list[str]]] = {"cases": {}, "obligations": {}, "steps": {}}
    for case in running.commission.cases.values():
        found["cases"].setdefault(case.state.value, []).append(case.id)
    barred = running.barred(as_of)
    for name, owed in running.owed.items():
        state = running.state_of(owed, barred)[0].value
        found["obligations"].setdefault(state, []).append(name)
    for course in running.procedures.courses.values():
        for step, opened in course.steps.items():
            state = opened.state(as_of, course).value
            found["steps"].setdefault(state, []).append(f"{course.id}/{step}")
    return {
        table: {state: sorted(names) for state, names in sorted(states.items())}
        for table, states in found.items()
    }


def assemble(
    running: Running,
    as_of: datetime,
    since: datetime,
    figures: Figures,
    blocks: Mapping[str, Block | None],
    moved: Iterable[str],
) -> dict[str, Any]:
    """A picture from its counts: the same whether they were counted anew or kept up."""
    promises = running.promises
    return {
        "agreement": running.agreement.id,
        "exercise": running.agreement.exercise,
        "as_of": format_instant(as_of),
        "in_force": {party: step.value for party, step in sorted(running.in_force(as_of).items())},
        "in_force_between": {
            clause: list(parties)
            for clause, parties in in_force_between(
                running.agreement, promises.standing, as_of
            ).items()
        },
        "standing": [
            plain(each) for each in standings(running.agreement, promises.standing, as_of)
        ],
        "leaving": [plain(each) for each in promises.leaving(as_of)],
        "amendments": _amendments(running),
        "cases": _counts(figures.cases),
        "cases_by_clause": _nested(figures.cases_by_clause),
        "cases_by_party": _nested(figures.cases_by_party),
        "obligations": _counts(figures.owed),
        "obligations_by_clause": _nested(figures.owed_by_clause),
        "obligations_by_guarantor": _nested(figures.owed_by_guarantor),
        "steps": _counts(figures.steps),
        "blocked": [
            {
                "guarantee": name,
                "state": block.state.value,
                "why": block.words,
                "by": list(block.by),
                "obligations": figures.under[name, block.state.value],
            }
            for name, block in blocks.items()
            if block is not None and block.state is not ObligationState.DORMANT
        ]
        + [
            {
                "guarantee": name,
                "state": state,
                "why": "as it stands for the breaches found, which a new one does not share",
                "by": [],
                "obligations": count,
            }
            for (name, state), count in sorted(figures.under.items())
            if count and state in _HELD_BACK
            if (block := blocks[name]) is None or block.state.value != state
        ],
        "contributions": {
            name: promises.contribution_step(name)
            for name in sorted(running.agreement.contributions.keys() | promises.contributions)
        },
        "commitments": [plain(each) for each in waiting(running.commitments, as_of)],
        "next_movable": [plain(each) for each in movable(running.commitments, blocks, as_of)],
        "moved_since": {"since": format_instant(since), "cases": sorted(moved)},
        "fallen": [
            {
                "at": format_instant(each.at),
                "determination": each.determination,
                "owed": list(each.owed),
                "words": each.words,
            }
            for each in running.fallen
        ],
        "refused": refusals(running),
    }


def _amendments(running: Running) -> list[dict[str, Any]]:
    """The amendments of the file: from when, and who has signed each on the record."""
    signed = running.promises.signed()
    return [
        {
            "version": each.name,
            "says": each.says,
            "file_says_from": format_instant(each.start) if each.start else None,
            "signed_by": {
                party: format_instant(since)
                for party, since in sorted(signed.get(each.name, {}).items())
            },
            "binds": "those who signed, each from then on"
            if each.name in signed
            else "all, from the date of the file",
        }
        for each in running.agreement.versions[1:]
    ]


def _counts(counter: Counter[str]) -> dict[str, int]:
    return {key: n for key, n in sorted(counter.items()) if n}


def _nested(counter: Counter[Told]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (key, state), n in sorted(counter.items()):
        if n:
            nested.setdefault(key, {})[state] = n
    return nested
