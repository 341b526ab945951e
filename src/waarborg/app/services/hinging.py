"""What hinges on a few reports, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from waarborg.incidents.hinges import Kind

Row = Mapping[str, Any]

SHOWN = 6
"""Sentences about one incident, and reports within one sentence, that are shown at most."""


_FIRST = (Kind.KEEPS_APART, Kind.HOLDS_TOGETHER, Kind.BRIDGE, Kind.DRAWS_IN)
"""Which kind a person should look at first: what changes a count of incidents before what moves a report."""


def first_to_look_at(rows: Iterable[Row]) -> list[Row]:
    """What hinges on few reports, that first by which the most would be otherwise."""
    return sorted(
        rows,
        key=lambda r: (
            _FIRST.index(Kind(r["kind"])),
            not r["whole"],
            -len(r["moved"]),
            r["incidents"],
        ),
    )


def hinge_told(row: Row, incident: str, called: Callable[[str], str] = str) -> str:
    """What hinges on a few reports, as said of an incident that is already named.

    Args:
        row: A line of `hinges.jsonl`.
        incident: One of its incidents.
        called: How a report is called.
    """
    through, moved = (some(sorted(map(called, row[side]))) for side in ("reports", "moved"))
    match Kind(row["kind"]):
        case Kind.BRIDGE:
            return f"{through} resembles reports of another incident too: it is no bridge between the two"
        case Kind.HOLDS_TOGETHER:
            return f"would be two incidents but for {through}: left out, the others fall apart"
        case Kind.DRAWS_IN:
            return (
                f"{moved} would not be here but for {through}: no other report here speaks for it"
            )
        case Kind.KEEPS_APART:
            mine, other = row["incidents"]
            holds = "" if incident == mine else f" (of {mine})"
            beside = other if incident == mine else mine
            if row["whole"]:
                return f"would be one incident with {beside} but for {through}{holds}"
            return f"{moved} would stand with reports of {other} but for {through}{holds}"


def hinge_words(row: Row, called: Callable[[str], str] = str) -> str:
    """The same with the incident named, for a list of all."""
    mine = row["incidents"][0]
    told = hinge_told(row, mine, called)
    return f"{mine}: {told}" if not told.startswith("would be") else f"{mine} {told}"


def hinges_told(
    rows: Iterable[Row], incident: str, called: Callable[[str], str] = str
) -> list[str]:
    """Everything that hinges on few reports in an incident; of much, the first and how much more there is."""
    told = [hinge_told(row, incident, called) for row in rows if incident in row["incidents"]]
    more = len(told) - SHOWN
    return [
        *told[:SHOWN],
        *([f"and {more} more that hinge on a few reports"] if more > 0 else []),
    ]


def some(names: Sequence[str]) -> str:
    """Names with "and" between them; of many the first and how many more."""
    if len(names) > SHOWN:
        return f"{', '.join(names[:SHOWN])} and {len(names) - SHOWN} more"
    *first, last = names or [""]
    return f"{', '.join(first)} and {last}" if first else last
