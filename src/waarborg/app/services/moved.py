"""What moved between two states: each thing by name, how it stood and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from waarborg.agreement.model import Guarantee
from waarborg.base.times import format_instant
from waarborg.obligations.flags import flags_of_matter, flags_of_ruling
from waarborg.obligations.movable import waiting
from waarborg.obligations.obligation import Deadline
from waarborg.obligations.state import Running

Standings = Mapping[str, Mapping[str, str]]
"""Kind of thing to its name to how it stands, in words."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that stands otherwise.

    Attributes:
        kind: What sort of thing, as "case".
        name: Its name.
        before: How it stood, "" when it was not there.
        after: How it stands, "" when it is not there.
    """

    kind: str
    name: str
    before: str
    after: str


def stand(running: Running, as_of: datetime) -> Standings:
    """How everything stands at a moment, in words; clocks are shown apart from states."""
    owed = {str(each.id): each for each in running.obligations(as_of)}
    courses = running.procedures.courses
    steps = {
        f"{name}/{step}": (opened, course)
        for name, course in courses.items()
        for step, opened in course.steps.items()
    }
    promises = running.promises
    clocks = {name: _clock(each.deadline) for name, each in owed.items()}
    clocks |= {
        name: _clock(opened.deadline)
        for name, (opened, course) in steps.items()
        if opened.open and not course.rests
    }
    clocks |= {
        name: _clock(running.commitments.deadline(name))
        for name in running.agreement.commitments
        if not promises.committed(name)
    }
    for case in running.commission.cases.values():
        duties = case.duties.items()
        clocks |= {f"{case.id}/{key}": f"until {format_instant(d.by)}" for key, d in duties}
    blocks = running.blocks(as_of)
    return {
        "determination": {str(d.id): d.decision.value for d in running.determinations()},
        "case": {
            case.id: case.state.value + (f", remedy {case.remedy_state}" * bool(case.remedy_state))
            for case in running.commission.cases.values()
        },
        "obligation": {name: each.state.value for name, each in owed.items()},
        "flag": _flags(running, as_of),
        "step": {
            name: opened.state(as_of, course).value for name, (opened, course) in steps.items()
        },
        "clock": {name: words for name, words in clocks.items() if words},
        "gate": {name: promises.gate_state(name, as_of) for name in running.agreement.gates}
        | {
            f"{gate} for {case}": promises.gate_state_for(case, gate, as_of)
            for case, gate in promises.case_gates
        },
        "promise": {
            g.id: holds(running, g, as_of)
            if block is None
            else f"{block.state.value}: {block.words}"
            for g in running.agreement.guarantees
            for block in (blocks[g.id],)
        },
        "contribution": {
            name: promises.contribution_step(name)
            for name in running.agreement.contributions.keys() | promises.contributions
        },
        "commitment": {each.commitment: each.state for each in waiting(running.commitments, as_of)},
        "standing": {party: step.value for party, step in running.in_force(as_of).items()},
        "leaving": {
            f"{each.party}/{each.what}": f"{each.step} from {format_instant(each.since)}: {each.words}"
            for each in promises.leaving(as_of)
        },
        "amendment": {
            f"{version}/{party}": f"binds from {format_instant(since)}"
            for version, by in promises.signed().items()
            for party, since in by.items()
        },
        "refused": {each.entry.id: f"{each.rule} {each.words}" for each in running.refused},
    }


def _flags(running: Running, as_of: datetime) -> dict[str, str]:
    """What must be noticed about rulings and what is owed; who is bound by what moves apart."""
    cases = sorted(running.commission.cases.items())
    told = {name: flags_of_ruling(running, case) for name, case in cases}
    told |= {
        name: flags_of_matter(running, owed, as_of) for name, owed in sorted(running.owed.items())
    }
    return {name: "; ".join(flags) for name, flags in told.items() if flags}


def holds(running: Running, promise: Guarantee, as_of: datetime) -> str:
    """How a promise that nothing blocks stands, with the choices that gates keep back."""
    narrowed = running.promises.narrowed(promise, as_of)
    return f"holds; {narrowed}" if narrowed else "holds"


def moves(before: Standings, after: Standings) -> list[Move]:
    """What stands otherwise, by kind and name."""
    return [
        Move(kind, name, then, now)
        for kind, standing in after.items()
        for name in sorted(before.get(kind, {}).keys() | standing.keys())
        for then, now in ((before.get(kind, {}).get(name, ""), standing.get(name, "")),)
        if then != now
    ]


def _clock(deadline: Deadline) -> str:
    return f"until {format_instant(deadline.latest)}" if deadline.latest else ""
