"""Second check of the sections that measure, decide and deliver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from waarborg.agreement.build import (
    Builder,
    certainty,
    fixed_span,
    number,
    records,
    section,
    text,
    words,
)
from waarborg.agreement.build_exits import build_exits
from waarborg.agreement.build_procedures import build_procedures
from waarborg.agreement.condition import Settled, SettledKind, leaves
from waarborg.agreement.model import PeriodText
from waarborg.agreement.sections import (
    BACK,
    Clock,
    Commitment,
    Contribution,
    Distance,
    Measures,
    Threshold,
    Version,
)
from waarborg.agreement.vocabulary import ClockKind, Rounding
from waarborg.agreement.yaml_tree import Mapping_
from waarborg.base.parties import PartyId
from waarborg.base.times import parse_instant

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def build_measures(b: Builder) -> Measures:
    """The sections, with every name checked; problems go to the builder's checker."""
    contributions, clocks = dict(_contributions(b)), dict(_clocks(b))
    return Measures(
        clocks=clocks,
        distances=dict(_distances(b)),
        thresholds=dict(_thresholds(b)),
        procedures=dict(build_procedures(b)),
        contributions=contributions,
        commitments=dict(_commitments(b, tuple(contributions))),
        exits=dict(build_exits(b, clocks)),
    )


def build_version(b: Builder) -> Version | None:
    """The version of the text, None when the file does not say."""
    r = section(b.tree, "version")
    if not text(r, "name") or not text(r, "from"):
        return None
    return Version(text(r, "name"), parse_instant(text(r, "from")), text(r, "replaces"))


def build_period_texts(b: Builder) -> dict[str, PeriodText]:
    """How the file writes each period, for whoever reads it."""
    return {
        name: PeriodText(text(r, "from"), text(r, "until"), certainty(r), text(r, "note"))
        for name, r, _ in records(b.tree, "periods")
    }


def build_form(b: Builder) -> dict[str, str]:
    """The form of the agreement."""
    form = section(b.tree, "form")
    return {entry.key: text(form, entry.key) for entry in form.entries}


def _clocks(b: Builder) -> Iterator[tuple[str, Clock]]:
    for name, r, line in records(b.tree, "clocks"):
        zone = text(r, "zone") or "UTC"
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            b.checker.problem(
                line,
                "AGR-040",
                f"clock {name} names the time zone {zone}, which does not exist",
                "a name of the IANA time zone database, as Europe/Kyiv",
                zone,
                "correct the time zone",
            )
        opens, closes = _time(b, r, "opens", name, "09:00"), _time(b, r, "closes", name, "17:00")
        if opens is not None and closes is not None and closes <= opens:
            b.checker.problem(
                line,
                "AGR-041",
                f"clock {name} closes before it opens",
                f"a time of day after {opens:%H:%M}",
                f"{closes:%H:%M}",
                "correct opens or closes",
            )
        days = [day for day, _ in words(r.get("workdays"))] or list(_WEEK[:5])
        yield (
            name,
            Clock(
                ClockKind(text(r, "kind") or ClockKind.ELAPSED),
                zone,
                opens or time(9),
                closes or time(17),
                tuple(sorted(_WEEK.index(day) for day in days)),
                frozenset(_holidays(b, r, name)),
                Rounding(text(r, "rounding") or Rounding.REFUSE),
            ),
        )


def _time(b: Builder, r: Mapping_, key: str, name: str, usual: str) -> time | None:
    written = text(r, key) or usual
    try:
        return time.fromisoformat(written)
    except ValueError:
        b.checker.problem(
            r.line,
            "AGR-042",
            f"clock {name}, {key} is no time of day",
            'hours and minutes in quotes, as "09:00"',
            written,
            "write the time of day in quotes",
        )
        return None


def _holidays(b: Builder, r: Mapping_, name: str) -> Iterator[date]:
    for written, line in words(r.get("holidays")):
        try:
            yield date.fromisoformat(written)
        except ValueError:
            b.checker.problem(
                line,
                "AGR-043",
                f"clock {name} has a holiday that is no date",
                "a date, as 2026-04-13",
                written,
                "correct the date",
            )


def _distances(b: Builder) -> Iterator[tuple[str, Distance]]:
    for name, r, line in records(b.tree, "distances"):
        where = f"distance rule {name}"
        of = b.zone_or_line(r, "of", where)
        side = text(r, "side") or "either"
        if side != "either" and of in (b.lines or ()):
            b.checker.problem(
                line,
                "AGR-062",
                f"{where} asks for the {side} of a line, which has none",
                "side: either, and in: a zone that is one side of the line",
                side,
                "draw the side that is meant as a zone and name it under in",
            )
        yield (
            name,
            Distance(
                name,
                of,
                number(r, "metres") or 0,
                side,
                text(r, "words"),
                certainty(r),
                b.zone(r, "in", where),
            ),
        )


def _thresholds(b: Builder) -> Iterator[tuple[str, Threshold]]:
    for name, r, line in records(b.tree, "thresholds"):
        where = f"threshold {name}"
        of = b.condition(r.get("of"), f"{where}, of")
        if any(
            isinstance(leaf, Settled) and leaf.kind is SettledKind.THRESHOLD for leaf in leaves(of)
        ):
            b.checker.problem(
                line,
                "AGR-047",
                f"{where} counts incidents by another threshold",
                "a condition on the incident alone",
                "a threshold under of",
                "write the condition out",
            )
        window = fixed_span(text(r, "window"))
        if window is None or window <= timedelta(0):
            b.checker.problem(
                line,
                "AGR-048",
                f"{where} has a window that is no fixed stretch of time",
                "weeks, days, hours and minutes, as PT24H, and more than none",
                text(r, "window"),
                "write the window in days or hours",
            )
        by = tuple(w for w, _ in words(r.get("by")))
        sectors = b.zones_named(r, "sectors", where)
        if bool(r.get("sectors")) is not ("sector" in by):
            b.checker.problem(
                line,
                "AGR-063",
                f"{where} counts by sector without saying which zones are sectors, or says so in vain",
                "by: [sector] and sectors: [zone, zone], or neither",
                f"by {', '.join(by) or 'nothing'}, sectors {', '.join(sectors) or 'none'}",
                "name the zones under sectors, or count by zone",
            )
        yield (
            name,
            Threshold(
                name,
                of,
                by,
                window or timedelta(0),
                number(r, "at_least") or 1,
                text(r, "counting"),
                text(r, "words"),
                certainty(r),
                b.one(r, "clause", where, "clause", "AGR-021", b.clauses),
                text(r, "looks") or BACK,
                sectors,
            ),
        )


def _contributions(b: Builder) -> Iterator[tuple[str, Contribution]]:
    for name, r, _ in records(b.tree, "contributions"):
        where = f"contribution {name}"
        yield (
            name,
            Contribution(
                name,
                b.one(r, "clause", where, "clause", "AGR-021", b.clauses),
                PartyId(b.one(r, "by", where, "party", "AGR-023", b.parties)),
                text(r, "what"),
                number(r, "number"),
                text(r, "unit"),
                b.zone(r, "place", where),
                text(r, "capacity"),
                text(r, "state"),
                certainty(r),
                text(r, "words"),
                b.span(r.get("within"), where),
                b.one(r, "clock", where, "clock", "AGR-044", section(b.tree, "clocks").keys),
                b.several(
                    r,
                    "relies_on",
                    where,
                    "promise",
                    "AGR-028",
                    (*b.guarantee_groups, *section(b.tree, "contributions").keys),
                ),
            ),
        )


def _commitments(b: Builder, contributions: tuple[str, ...]) -> Iterator[tuple[str, Commitment]]:
    known = (*section(b.tree, "commitments").keys, *contributions, *b.guarantee_groups)
    for name, r, _ in records(b.tree, "commitments"):
        where = f"commitment {name}"
        yield (
            name,
            Commitment(
                name,
                b.one(r, "clause", where, "clause", "AGR-021", b.clauses),
                PartyId(b.one(r, "by", where, "party", "AGR-023", b.parties)),
                text(r, "does"),
                b.several(r, "waits_for", where, "promise", "AGR-028", known),
                b.span(r.get("within"), where),
                certainty(r),
            ),
        )
