"""The few figures that close a run."""

from __future__ import annotations

from collections import Counter
from typing import Any

from waarborg.app.services.derived import Derived
from waarborg.app.services.intake import Intake
from waarborg.app.services.plain import plain
from waarborg.base.times import format_instant


def summary(derived: Derived, intake: Intake) -> dict[str, Any]:
    """Totals of a derivation, as plain data."""
    states = Counter(obligation.state.value for obligation in derived.obligations)
    return {
        "as_of": format_instant(derived.as_of),
        "known_at": format_instant(derived.known_at),
        "rows_accepted": intake.accepted,
        "rows_refused": intake.refused,
        "reports": len(derived.reports),
        "incidents": len(derived.incidents),
        "told_of_what_came_after": sum(tie.of is not None for tie in derived.follows),
        "findings": len(derived.findings),
        "determinations": len(derived.determinations),
        "obligations": len(derived.obligations),
        "obligation_states": dict(sorted(states.items())),
        "totals": [plain(count) for count in derived.counts if count.day is None],
        "exercises": sorted({a.exercise for a in derived.agreements if a.exercise}),
    }


def exercise_lines(derived: Derived) -> list[str]:
    """What follows under each text that is read as an exercise, each line marked so."""
    lines: list[str] = []
    for agreement in derived.agreements:
        if not agreement.exercise:
            continue
        decided = [d for d in derived.determinations if d.agreement == agreement.id]
        owed = Counter(
            (o.guarantee, str(o.guarantor), o.state.value)
            for o in derived.obligations
            if o.agreement == agreement.id
        )
        lines.append(f"\n{agreement.title} ({agreement.exercise})")
        lines.append(f"  determinations: {len(decided)}, obligations: {sum(owed.values())}")
        lines += [
            f"  {guarantee}: {guarantor}, {number} {state.replace('_', ' ')}"
            for (guarantee, guarantor, state), number in sorted(owed.items())
        ]
    return lines
