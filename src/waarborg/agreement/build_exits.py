"""Second check of the ways out of a text: one notice for each party and way, on a clock that can measure it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from waarborg.agreement.build import Builder, certainty, records, section, text, words
from waarborg.agreement.deadlines import UNSTATED, due
from waarborg.agreement.sections import Clock, Exit
from waarborg.agreement.vocabulary import WAYS_OUT
from waarborg.base.parties import PartyId

_STARTS = [datetime(2031, month, 31, tzinfo=UTC) for month in (1, 3, 5, 7, 8, 10, 12)]
"""Days on which a month may have no such day: a notice is tried from each."""


def build_exits(b: Builder, clocks: Mapping[str, Clock]) -> Iterator[tuple[str, Exit]]:
    """The ways out, by name.

    Args:
        b: The file with what was built of it.
        clocks: Its clocks.
    """
    taken: dict[tuple[str, str], str] = {}
    for name, r, line in records(b.tree, "exits"):
        where = f"way out {name}"
        who = b.parties_named(r, "who", where) or tuple(map(PartyId, b.parties))
        ways = tuple(w for w, _ in words(r.get("ways"))) or WAYS_OUT
        clock = b.one(r, "clock", where, "clock", "AGR-044", section(b.tree, "clocks").keys)
        notice = text(r, "notice")
        twice = [(p, w) for p in who for w in ways if taken.setdefault((p, w), name) != name]
        if twice:
            party, way = twice[0]
            other = taken[party, way]
            b.checker.problem(
                line,
                "AGR-079",
                f"{where} sets a notice for {party} ({way}) for which {other} sets one already",
                "one period of notice for each party and way out",
                name,
                "say under who and ways which exits each of the two is for",
            )
        wrong = _cannot(clocks.get(clock, UNSTATED), notice)
        if wrong:
            b.checker.problem(
                line,
                "AGR-080",
                f"the notice of {where} cannot be measured on its clock: {wrong}",
                "a clock that can, as kind: local_days with rounding: down",
                f"{notice} on {clock}",
                "name another clock, or leave it out, which is elapsed time",
            )
        yield (
            name,
            Exit(
                name,
                b.one(r, "clause", where, "clause", "AGR-021", b.clauses),
                who,
                ways,
                notice,
                clock,
                certainty(r),
                text(r, "words"),
            ),
        )


def _cannot(clock: Clock, notice: str) -> str:
    """Why a clock cannot measure a notice, "" where it can."""
    try:
        for start in _STARTS if notice else ():
            due(clock, start, notice)
    except ValueError as error:
        return str(error)
    return ""
