"""What if: the same entries under another text or with more entries, side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from waarborg.base.times import format_instant
from waarborg.obligations.obligation import Obligation
from waarborg.obligations.state import Running


def compare(one: Running, other: Running, as_of: datetime) -> dict[str, Any]:
    """Which determinations, obligations and clocks differ between two states at a moment."""
    here = {str(d.id): d.decision.value for d in one.determinations()}
    there = {str(d.id): d.decision.value for d in other.determinations()}
    owed = {str(o.id): _told(o) for o in one.obligations(as_of)}
    would = {str(o.id): _told(o) for o in other.obligations(as_of)}
    return {
        "as_of": format_instant(as_of),
        "determinations": _differing(here, there),
        "obligations": _differing(owed, would),
    }


def _told(owed: Obligation) -> str:
    window = owed.deadline.window
    return owed.state.value + (f" by {format_instant(window.end)}" if window else "")


def _differing(here: dict[str, str], there: dict[str, str]) -> list[dict[str, str | None]]:
    return [
        {"id": name, "now": here.get(name), "what_if": there.get(name)}
        for name in sorted(here.keys() | there.keys())
        if here.get(name) != there.get(name)
    ]
