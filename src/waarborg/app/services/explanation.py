"""Why something came out as it did: each figure as a tree, down to the entries of the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from waarborg.app.services.logbook import Contents
from waarborg.app.services.wording import period_words, person_words
from waarborg.base.places import Area
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import Period, parse_instant
from waarborg.reports.report import Report

FIGURES = ("incidents.jsonl", "findings.jsonl", "determinations.jsonl", "obligations.jsonl")
"""The files that hold what can be explained."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """One thing and what it rests on.

    Attributes:
        id: Its identifier.
        title: What it is, in a line.
        lines: What is said about it, a sentence each.
        parts: What it rests on.
    """

    id: str
    title: str
    lines: tuple[str, ...]
    parts: tuple[Explained, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Derived figures by identifier."""

    incidents: Mapping[str, Row]
    findings: Mapping[str, Row]
    determinations: Mapping[str, Row]
    obligations: Mapping[str, Row]


def read_figures(files: Mapping[str, bytes]) -> Figures:
    """Read the files of a run.

    Args:
        files: Content of each of `FIGURES` by name; empty when it is not there.
    """
    tables = []
    for name in FIGURES:
        rows = [json.loads(line) for line in files[name].splitlines()]
        tables.append({str(row["id"]): row for row in rows})
    return Figures(*tables)


def explain(identifier: str, figures: Figures, held: Contents, zone: ZoneInfo) -> Explained:
    """Explain one identifier, or the only one that starts with it.

    Args:
        identifier: Of an incident, finding, determination, obligation or report, or its start.
        figures: The figures of the run.
        held: What its record holds.
        zone: The time zone in which days and hours are written.

    Raises:
        ProblemsFound: Nothing has that identifier, or several things start with it.
    """
    teller = _Teller(figures, held, zone)
    known = sorted(teller.names())
    found = [identifier] if identifier in known else [k for k in known if k.startswith(identifier)]
    if len(found) == 1:
        return teller.tell(found[0])
    what = "nothing has this identifier" if not found else "several identifiers start like this"
    raise ProblemsFound(
        [
            Problem(
                identifier,
                0,
                "CLI-004",
                what,
                "an identifier from the output files or the report, as inc-3f9a0c41d2e7",
                ", ".join(found[:5]) or identifier,
                "copy the identifier from the report or from findings.jsonl",
            )
        ]
    )


class _Teller:
    """Knows where each identifier lies and how its kind is told."""

    def __init__(self, figures: Figures, held: Contents, zone: ZoneInfo) -> None:
        self._figures = figures
        self._zone = zone
        self._entries = held.entries
        self._reports: dict[str, Report] = {}
        for report in held.reports:
            other = self._reports.get(report.id)
            if other is None or other.version < report.version:
                self._reports[report.id] = report
        self._kinds = (
            (figures.obligations, self._obligation),
            (figures.determinations, self._determination),
            (figures.findings, self._finding),
            (figures.incidents, self._incident),
        )

    def names(self) -> set[str]:
        names = set(self._reports)
        for rows, _ in self._kinds:
            names |= rows.keys()
        return names

    def tell(self, identifier: str) -> Explained:
        for rows, how in self._kinds:
            if identifier in rows:
                return how(rows[identifier])
        return self._report(self._reports[identifier])

    def _obligation(self, row: Row) -> Explained:
        choice = " or " if row["choice"] else " and "
        owes = choice.join(action.replace("_", " ") for action in row["actions"])
        lines = _marked(row)
        lines += [
            f"owes {owes} ({row['strength'].replace('_', ' ')})",
            f"from clause {row['clause']}, {_reading(row['reading'])} ({row['certainty']})",
            f"until when: {person_words(row['deadline']['words'], self._zone)}",
            f"state: {row['state'].replace('_', ' ')}",
        ]
        lines += [f"still to pass: {g['gate']} ({g['effect']}): {g['words']}" for g in row["gates"]]
        lines += [f"relies on {partner}" for partner in row["relies_on"]]
        lines += [f"because {reason['words']}" for reason in row["reasons"]]
        return Explained(
            row["id"],
            f"Obligation {row['id']}: {row['guarantor']} under {row['guarantee']}",
            tuple(lines),
            (self.tell(row["determination"]),),
        )

    def _determination(self, row: Row) -> Explained:
        lines = [
            *_marked(row),
            row["words"],
            f"decided by {row['by'].replace('_', ' ')}: {row['decision'].replace('_', ' ')}",
            f"could first be known at {person_words(row['known_at'], self._zone)}",
        ]
        return Explained(
            row["id"], f"Determination {row['id']}", tuple(lines), (self.tell(row["finding"]),)
        )

    def _finding(self, row: Row) -> Explained:
        verdict = "cannot be decided" if row["verdict"] == "unknown" else row["verdict"]
        lines = [
            *_marked(row),
            f"{row['accused']} held against {row['clause']} ({row['prohibition']}): {verdict}",
            f"counted as {row['tier']}",
        ]
        lines += [f"because {reason['words']}" for reason in row["reasons"]]
        lines += [f"would need the inference that {words}" for words in row["inferred"]]
        return Explained(
            row["id"], f"Finding {row['id']}", tuple(lines), (self.tell(row["incident"]),)
        )

    def _incident(self, row: Row) -> Explained:
        start, end = (parse_instant(row["happened"][edge]) for edge in ("start", "end"))
        act = row["act"] or (f"{row['act_labelled']} (label only)" if row["act_labelled"] else "")
        lines = [
            f"happened: {period_words(Period(start, end), self._zone)}",
            f"place: {_place(row['place'])}",
            f"act: {act.replace('_', ' ') or 'no source states one'}",
            f"attribution: {_attribution(row['attribution'])}",
        ]
        parts = tuple(self._member(member) for member in row["members"])
        return Explained(row["id"], f"Incident {row['id']}", tuple(lines), parts)

    def _member(self, member: Row) -> Explained:
        told = self._report(self._reports[member["report"]])
        if not member["partner"]:
            return told
        terms = "; ".join(f"{t['words']} ({t['nats']:+.1f})" for t in member["terms"])
        why = f"joined with {member['partner']} at {member['probability']:.0%}: {terms} [nats]"
        return Explained(told.id, told.title, (why, *told.lines))

    def _report(self, report: Report) -> Explained:
        entry = self._entries[str(report.id), report.version]
        lines = [
            f"address: {report.address}",
            f"place: {_report_place(report)}; the source's label: {report.label}",
        ]
        lines += [f"states the act {e.act.words} ({e.basis.value}: {e.words})" for e in report.acts]
        lines += [f"names {e.party} ({e.basis.value}: {e.words})" for e in report.actors]
        lines.append(f"entry {entry} of the record, version {report.version}")
        day = period_words(report.happened, self._zone)
        return Explained(report.id, f"Report {report.id} by {report.source}, {day}", tuple(lines))


def _marked(row: Row) -> list[str]:
    return [row["exercise"]] if row["exercise"] else []


def _reading(reading: str) -> str:
    return f"under the reading {reading}" if reading else "as the words stand"


def _place(place: Row | None) -> str:
    if place is None:
        return "not known"
    if "zone" in place:
        return f"somewhere in {place['zone']} ({place['name']})"
    return f"{place['name']} ({place['longitude']}, {place['latitude']}, to {place['precision_m']:.0f} m)"


def _report_place(report: Report) -> str:
    place = report.place
    if place is None:
        return "not known"
    if isinstance(place, Area):
        return f"somewhere in {place.zone} ({place.name})"
    return f"{place.name} ({place.longitude}, {place.latitude})"


def _attribution(row: Row) -> str:
    if row["party"]:
        words = f"{row['party']} ({row['level'].replace('_', ' ')})"
    elif row["implied"]:
        words = f"not stated; inference points to {row['implied']}"
    else:
        words = "unknown"
    evidence = "; ".join(f"{e['words']} [{e['basis']}]" for e in row["evidence"])
    return f"{words}: {evidence}" if evidence else words
