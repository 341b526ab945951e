"""What rows of the commission's views rest on, as data and in a line of words, down to the record.

Rules this module keeps:
1. What rests on what is defined in the core (`obligations.below`); here it is only told.
2. An entry is named as its author named it and as the record numbers it; where no record holds it, the
   number is null: nothing is made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from waarborg.app.services.proceedings import Place
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.cases.body import kind_of
from waarborg.cases.entry import Entry
from waarborg.obligations.below import Grounds, Under
from waarborg.obligations.state import Running
from waarborg.reports.report import Report

Places = Mapping[str, Sequence[Place]]
"""Name to where the record has it: several where a name was used twice, or a report has versions."""

MOST_NAMED = 6
"""Sorts of things, and things of one sort, that a line of words names; the rest is counted."""


class Named:
    """Where the record has what is named, and what reports call it.

    Args:
        places: Of the record; empty where there is none.
        reports: The mission's reports, every version; none where there is no mission.
    """

    def __init__(self, places: Places | None = None, reports: Sequence[Report] = ()) -> None:
        self._places = places or {}
        self._reports = reports

    @cached_property
    def _newest(self) -> dict[str, Report]:
        return {str(each.id): each for each in sorted(self._reports, key=lambda each: each.version)}

    def headline(self, name: str) -> dict[str, str]:
        """A report's source and its own headline, as last known; empty where there is no such report."""
        report = self._newest.get(name)
        if report is None:
            return {}
        return {"report": name, "source": report.source, "headline": report.headline}

    def entry(self, entry: Entry) -> dict[str, Any]:
        """An entry of the commission, with its number and digest in the record."""
        where = self._place(entry)
        return {
            "kind": kind_of(entry.act),
            "author": entry.author,
            "at": format_instant(entry.at),
            "known_at": format_instant(entry.known_at),
            "number": where.number if where else None,
            "digest": where.digest if where else None,
        }

    def signed(self, entry: Entry) -> str:
        """By whom an entry is signed, in words; who signed with a key that is no secret is not known."""
        where = self._place(entry)
        if where is None or not where.anyones:
            return f"signed by {entry.author}"
        return (
            f"signed for {entry.author} with a key that anyone can work out from the record's name"
        )

    def _place(self, entry: Entry) -> Place | None:
        said = (entry.author, entry.known_at)
        held = self._places.get(entry.id, ())
        return next((place for place in held if (place.author, place.recorded_at) == said), None)

    def other(self, name: str) -> dict[str, Any]:
        """A report or piece of evidence by its name; empty where the record has none of it."""
        where = self._places.get(name)
        if not where:
            return {"number": None, "digest": None}
        last = where[-1]
        return {
            "kind": last.kind,
            "author": last.author,
            "at": format_instant(last.said_at),
            "known_at": format_instant(last.recorded_at) if last.recorded_at else None,
            "number": last.number,
            "digest": last.digest,
        }


class Behind:
    """Tells what rests on what in one state.

    Args:
        running: The state.
        places: Where the record has entries, reports and evidence.
        reports: The mission's reports, every version; none where there is no mission.
    """

    def __init__(
        self, running: Running, places: Places | None = None, reports: Sequence[Report] = ()
    ) -> None:
        self.running = running
        self.grounds = Grounds(running)
        self.named = Named(places, reports)

    def rows(self, thing: Thing, name: str) -> list[dict[str, Any]]:
        """Everything that something rests on, down to the entries: each once, behind what rests on it."""
        return [self._row(under) for under in self.grounds.down(thing, name)]

    def _row(self, under: Under) -> dict[str, Any]:
        below = under.below
        row: dict[str, Any] = {
            "thing": below.thing.value,
            "name": below.name,
            "part": below.part,
            "under": under.of[1],
            "depth": under.depth,
        }
        if below.entry is not None:
            return row | self.named.entry(below.entry)
        if below.thing in {Thing.REPORT, Thing.CITED}:
            return row | self.named.other(below.name)
        return row

    def words(self, thing: Thing, name: str) -> str:
        """The same in a line: what is directly below, and how many entries there are in all."""
        direct = self.grounds.of(thing, name)
        under = self.grounds.down(thing, name)
        counted = Counter(each.below.thing for each in under)
        parts: dict[str, list[str]] = {}
        for below in direct:
            parts.setdefault(below.part, []).append(below.name)
        told = [f"{part} {_listed(names)}" for part, names in parts.items()]
        if len(told) > MOST_NAMED:
            told = [*told[:MOST_NAMED], f"{len(told) - MOST_NAMED} more"]
        if not told:
            return "nothing on the record"
        entries, reports = counted[Thing.ENTRY], counted[Thing.REPORT]
        all_of_it = [f"{entries} {'entry' if entries == 1 else 'entries'}"] * bool(entries)
        all_of_it += [f"{reports} {'report' if reports == 1 else 'reports'}"] * bool(reports)
        return ", ".join(told) + (f" ({' and '.join(all_of_it)} in all)" if all_of_it else "")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"({shown} and {more} more)" if more > 0 else f"({shown})"


_MOVED: Mapping[str, Thing] = {
    "determination": Thing.DETERMINATION,
    "case": Thing.CASE,
    "obligation": Thing.OBLIGATION,
    "step": Thing.STEP,
    "gate": Thing.GATE,
    "promise": Thing.PROMISE,
    "contribution": Thing.PROMISE,
    "commitment": Thing.COMMITMENT,
    "standing": Thing.STANDING,
    "amendment": Thing.AMENDMENT,
    "refused": Thing.REFUSED,
}
"""Kinds of what can move, but for clocks, to what they are."""


def moved(behind: Behind, kind: str, name: str) -> list[dict[str, Any]]:
    """What stands under something that moved, by the kind and name that `moves` gives it.

    A clock is that of an obligation, a step, a duty or a commitment, a flag of a case or an obligation; a
    gate may be named with a case, an amendment with a party, an exit with what is left.
    """
    if kind == "gate":
        name = name.partition(" for ")[0]
    if kind == "amendment":
        name = name.rpartition("/")[0]
    if kind == "leaving":
        return below_leaving(behind, *name.split("/", 1))
    if kind == "flag":
        return behind.rows(Thing.CASE, name) or behind.rows(Thing.OBLIGATION, name)
    if kind in _MOVED:
        return behind.rows(_MOVED[kind], name)
    clocks = (Thing.OBLIGATION, Thing.STEP, Thing.DUTY, Thing.COMMITMENT)
    return next((rows for thing in clocks if (rows := behind.rows(thing, name))), [])


def below_leaving(behind: Behind, party: str, what: str) -> list[dict[str, Any]]:
    """What stands under an exit that has no effect yet: of a promise, or of the text or a clause of it."""
    if any(promise.id == what for promise in behind.running.agreement.guarantees):
        return behind.rows(Thing.PROMISE, what)
    return behind.rows(Thing.STANDING, party)


def picture_with_grounds(picture: dict[str, Any], behind: Behind) -> dict[str, Any]:
    """The picture of a day, each row of its tables with what it rests on.

    What is told as a mapping (contributions, standing of the whole text) has its grounds beside it, in
    `rests_on`; cases, obligations and steps that are counted are named in `counted`, for `docket` and `due`.
    """

    def rows(table: str, thing: Thing, key: str) -> list[dict[str, Any]]:
        return with_grounds(picture[table], behind, thing, key)

    changes = picture["moved_since"]["changes"]
    return picture | {
        "blocked": rows("blocked", Thing.PROMISE, "guarantee"),
        "commitments": rows("commitments", Thing.COMMITMENT, "commitment"),
        "fallen": rows("fallen", Thing.FALLEN, "determination"),
        "flagged": [
            row | {"rests_on": behind.rows(Thing(row["thing"]), row["id"])}
            for row in picture["flagged"]
        ],
        "leaving": [
            row | {"rests_on": below_leaving(behind, row["party"], row["what"])}
            for row in picture["leaving"]
        ],
        "amendments": rows("amendments", Thing.AMENDMENT, "version"),
        "standing": [
            row | {"rests_on": behind.rows(Thing.STANDING, f"{row['party']}/{row['clause']}")}
            for row in picture["standing"]
        ],
        "next_movable": [
            row | {"rests_on": moved(behind, *row["what"].split(" ", 1))}
            for row in picture["next_movable"]
        ],
        "moved_since": picture["moved_since"]
        | {"changes": [m | {"rests_on": moved(behind, m["kind"], m["name"])} for m in changes]},
        "rests_on": {
            "contributions": {
                n: moved(behind, "contribution", n) for n in picture["contributions"]
            },
            "in_force": {n: moved(behind, "standing", n) for n in picture["in_force"]},
        },
    }


def with_grounds(
    rows: Iterable[dict[str, Any]], behind: Behind, thing: Thing, key: str
) -> list[dict[str, Any]]:
    """Rows of one sort of thing, each with what it rests on.

    Args:
        rows: The rows.
        behind: What rests on what.
        thing: What the rows are about.
        key: Under which column a row has its name.
    """
    return [row | {"rests_on": behind.rows(thing, row[key])} for row in rows]
