"""Why something came out as it did: each figure as a tree, down to the entries of the record."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from waarborg.app.services.held import held_of, told_after
from waarborg.app.services.hinging import hinges_told
from waarborg.app.services.logbook import Contents
from waarborg.app.services.rows import NO_ROWS, Rows
from waarborg.app.services.wording import period_words, person_words
from waarborg.base.places import Area
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import Period, parse_instant
from waarborg.incidents.incident import IncidentId
from waarborg.incidents.judgements import settled
from waarborg.incidents.model import Model, Standing
from waarborg.incidents.nearest import nearest
from waarborg.incidents.pair_reasons import standings
from waarborg.reports.report import Report, ReportId, known

FIGURES = (
    "incidents.jsonl",
    "findings.jsonl",
    "determinations.jsonl",
    "obligations.jsonl",
    "accounts.jsonl",
    "episodes.jsonl",
    "follows.jsonl",
    "hinges.jsonl",
)
"""The files that hold what can be explained."""

NEAR = 5
"""Identifiers that are named when one is not known."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """One thing and what it rests on.

    Attributes:
        id: Its identifier.
        title: What it is, in a line.
        lines: What is said about it, a sentence each.
        parts: What it rests on.
        entry: Of an entry of the commission: kind, author, times, number and digest in the record.
    """

    id: str
    title: str
    lines: tuple[str, ...]
    parts: tuple[Explained, ...] = ()
    entry: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Derived figures by identifier."""

    incidents: Mapping[str, Row]
    findings: Mapping[str, Row]
    determinations: Mapping[str, Row]
    obligations: Mapping[str, Row]
    accounts: Mapping[str, Row]
    episodes: Mapping[str, Row]
    follows: Mapping[str, Row]
    hinges: Sequence[Row] = ()


def read_figures(files: Mapping[str, bytes]) -> Figures:
    """Read the files of a run.

    Args:
        files: Content of each of `FIGURES` by name; empty when it is not there.
    """
    tables = []
    *by_name, hinges = FIGURES
    for name in by_name:
        rows = [json.loads(line) for line in files[name].splitlines()]
        key = "incident" if name in {"accounts.jsonl", "follows.jsonl"} else "id"
        tables.append({str(row[key]): row for row in rows})
    few = tuple(json.loads(line) for line in files[hinges].splitlines())
    incidents, findings, determinations, obligations, accounts, episodes, follows = tables
    return Figures(
        incidents, findings, determinations, obligations, accounts, episodes, follows, few
    )


def chosen(identifier: str, known: Collection[str]) -> str:
    """The identifier, or the only one that starts with it.

    Args:
        identifier: As somebody typed it.
        known: Everything that can be explained.

    Raises:
        ProblemsFound: Nothing has that identifier, or several things start with it (CLI-004); those
            nearest to it are named.
    """
    found = [identifier] if identifier in known else sorted(_starting(identifier, known))
    if len(found) == 1:
        return found[0]
    what = "nothing has this identifier" if not found else "several identifiers start like this"
    near = found or get_close_matches(identifier, sorted(known), n=NEAR, cutoff=0.5)
    told = ", ".join(near[:NEAR])
    seen = told if found else f"{identifier}; nearest to it: {told}" if near else identifier
    raise ProblemsFound(
        [
            Problem(
                identifier,
                0,
                "CLI-004",
                what,
                "an identifier as the output files, the report, `docket` or `due` name it, as "
                "inc-3f9a0c41d2e7 or obl-shelling-help-GUA",
                seen,
                "copy the identifier from there; for a case, a deadline or a promise that the record of a run "
                "does not hold, name the folder of the mission or the agreement behind it",
            )
        ]
    )


def _starting(identifier: str, known: Collection[str]) -> Iterator[str]:
    return (name for name in known if name.startswith(identifier))


class Teller:
    """Knows where each identifier of a run lies and how its kind is told."""

    def __init__(
        self, figures: Figures, held: Contents, zone: ZoneInfo, model: Model,
        fused: Sequence[Report] | None = None, rows: Rows = NO_ROWS,
    ) -> None:  # fmt: skip
        self._figures = figures
        self._rows = rows
        self._zone = zone
        self._model = model
        self._counted = settled(held.judgements)
        if fused is None:
            derivations = held.derivations
            fused = known(held.reports, derivations[-1].known_at) if derivations else ()
        self._fused = fused
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
            (figures.episodes, self._episode),
        )

    def names(self) -> set[str]:
        """Everything that this run can explain."""
        names = set(self._reports)
        for rows, _ in self._kinds:
            names |= rows.keys()
        return names

    def tell(self, identifier: str) -> Explained:
        """Explain one identifier, down to the reports."""
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
        lines += held_of(self._figures.accounts.get(row["id"]))
        lines += told_after(row["id"], self._figures.follows)
        lines += hinges_told(self._figures.hinges, row["id"], self._rows.called)
        lines += [
            f"one of {len(episode['incidents'])} incidents of episode {episode['id']}"
            for episode in self._figures.episodes.values()
            if row["id"] in episode["incidents"]
        ]
        own = [self._reports[member["report"]] for member in row["members"]]
        stands = standings(own, self._model, self._counted) if len(own) > 1 else {}
        parts = [self._member(member, stands.get(member["report"])) for member in row["members"]]
        if self._fused:
            parts.append(self._outside(row))
        return Explained(row["id"], f"Incident {row['id']}", tuple(lines), tuple(parts))

    def _outside(self, row: Row) -> Explained:
        """The nearest report that is not in an incident, and why."""
        held = {
            ReportId(member["report"]): IncidentId(incident["id"])
            for incident in self._figures.incidents.values()
            for member in incident["members"]
        }
        found = nearest(IncidentId(row["id"]), self._fused, held, self._model)
        if found is None:
            words = "no other report shares a telling sign with one of these"
            return Explained("", f"Nearest report that is not in: {words}", ())
        lines = [
            (
                f"compared with {self._rows.called(found.inside)}: {found.nats:+.2f} nats; with the whole incident "
                f"{found.mean_nats:+.2f} in the mean"
            ),
            f"in incident {found.incident}" if found.incident else "in no incident of this run",
        ]
        lines += [f"{term.words} ({term.nats:+.2f})" for term in found.terms]
        told = self._report(self._reports[found.outside])
        title = f"Nearest report that is not in: {self._rows.called(found.outside)}"
        return Explained(found.outside, title, (*lines, *told.lines))

    def _episode(self, row: Row) -> Explained:
        happened = row["happened"]
        acts = ", ".join(f"{count} {act.replace('_', ' ')}" for act, count in row["acts"])
        lines = (
            f"{len(row['incidents'])} incidents between {happened['start']} and {happened['end']}",
            f"acts: {acts}; {row['reports']} reports; {row['extent_km']} km across",
            "an episode is a heading: counts are counts of incidents",
        )
        parts = tuple(self._incident_line(name) for name in row["incidents"])
        return Explained(row["id"], f"Episode {row['id']}", lines, parts)

    def _incident_line(self, name: str) -> Explained:
        row = self._figures.incidents[name]
        act = (row["act"] or row["act_labelled"] or "").replace("_", " ")
        many = f"{len(row['members'])} report{'s' if len(row['members']) > 1 else ''}"
        title = f"Incident {name}: {act}, {_place(row['place'])}, {many}"
        return Explained(name, title, ())

    def _member(self, member: Row, stands: Standing | None) -> Explained:
        told = self._report(self._reports[member["report"]])
        if not member["partner"] or stands is None:
            return told
        terms = "; ".join(f"{t['words']} ({t['nats']:+.2f})" for t in member["terms"])
        chance = member["probability"]
        nearest_to = self._rows.called(member["partner"])
        why = f"in it at {chance:.0%}; nearest to {nearest_to}: {terms} [nats]"
        how = chance_words(stands, self._model, chance)
        return Explained(told.id, told.title, (why, how, *told.lines))

    def _report(self, report: Report) -> Explained:
        number = self._entries.get((str(report.id), report.version))
        entry = "in no entry" if number is None else f"entry {number}"
        lines = [
            f"address: {report.address}",
            f"place: {_report_place(report)}; the source's label: {report.label}",
        ]
        lines += [f"states the act {e.act.words} ({e.basis.value}: {e.words})" for e in report.acts]
        lines += [f"names {e.party} ({e.basis.value}: {e.words})" for e in report.actors]
        if not self._rows.keys:
            lines.append(f"{entry} of the record, version {report.version}")
        stood = self._rows.stood(report.id)
        lines += [stood] if stood else []
        day = period_words(report.happened, self._zone)
        called = self._rows.called(report.id)
        return Explained(report.id, f"Report {called} by {report.source}, {day}", tuple(lines))


def chance_words(stands: Standing, model: Model, stated: float | None = None) -> str:
    """How the chance of a report among others follows from the evidence.

    Args:
        stands: How it stands in its incident.
        model: The weights.
        stated: The chance that is stated; a difference is told.
    """
    start, strongest, mean, size = model.sureness.joined
    _, best, average, _ = stands.parts()
    odds = model.log_odds(stands)
    told = (
        f"log odds {odds:+.2f} = {start:g} {_signed(strongest)} * {_counted(best, stands.strongest, 'strongest pair')} "
        f"{_signed(mean)} * {_counted(average, stands.mean, 'mean with all others')} {_signed(size)} * ln {stands.size} (tellings, "
        f"near-copies of one outlet once); chance 1 / (1 + e^{-odds:.2f}) = {model.probability(stands):.0%}"
    )
    if stated is not None and round(model.probability(stands), 4) != stated:
        told += f"; that is not the {stated:.2%} stated, for a judgement in the mission's own file counts too"
    return told


def _signed(weight: float) -> str:
    return f"{'-' if weight < 0.0 else '+'} {abs(weight):g}"


def _counted(counted: float, found: float, what: str) -> str:
    """Evidence in nats as it counts, and that it was kept within the bounds of what was seen in learning."""
    kept = f", {found:+.2f} kept within what was seen when the chance was learnt" * (
        counted != found
    )
    return f"{counted:.2f} ({what}{kept})"


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
