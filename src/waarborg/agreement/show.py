"""The text beside its reading, clause by clause, for somebody who has never seen the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from waarborg.agreement.model import Agreement, Case, Clause, Guarantee, VersionText
from waarborg.agreement.sentences import Speaker, capital, names_of
from waarborg.agreement.time_words import duration_words, moment_words
from waarborg.agreement.vocabulary import PROPERTIES, in_words
from waarborg.agreement.words import listed, sentence, value_words

DISCLAIMER = "A machine reading, made to be checked by people. It is not a legal opinion."

MARKS = {
    "stated": "the source says so in words",
    "implied": "it follows from the words",
    "assumed": "the words do not settle it; this is the reader's own line",
}
"""What the three marks of a reading mean."""


@dataclass(frozen=True, slots=True)
class ReadingView:
    """One thing the machine reads in a clause.

    Attributes:
        name: Its name in the file.
        kind: What it is: a prohibition, a promise, a count and so on.
        certainty: "stated", "implied" or "assumed".
        sentences: What it says.
    """

    name: str
    kind: str
    certainty: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One clause for a person to compare.

    Attributes:
        clause: Its identifier.
        quote: The text's own words, "" if none.
        says: The paraphrase.
        certainty: How sure it is that the text says so.
        source: Title and date of the source.
        binding: How far it binds, in words.
        standing: The steps it went through, in words, the last one reached last.
        readings: What the machine reads.
    """

    clause: str
    quote: str
    says: str
    certainty: str
    source: str
    binding: str
    standing: tuple[str, ...]
    readings: tuple[ReadingView, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list: a name, sentences and, where there is one, a mark."""

    name: str
    sentences: tuple[str, ...]
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A list under a heading, with a sentence that says what it is for."""

    title: str
    about: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class AgreementView:
    """A whole agreement as a person reads it.

    Attributes:
        title: Its title.
        exercise: The sentence that must stand on every output, "" if none.
        about: What kind of text it is, who takes part, who read it and who reviewed that.
        clauses: The clauses beside what is read in them.
        sections: Everything that stands under no single clause.
        id: Identifier of the agreement.
        digest: SHA-256 of the file, in hex.
    """

    title: str
    exercise: str
    about: tuple[Line, ...]
    clauses: tuple[ClauseView, ...]
    sections: tuple[Section, ...]
    id: str
    digest: str

    def to_json(self) -> dict[str, Any]:
        """The view as data, for another program."""
        return asdict(self)


def view_of(agreement: Agreement, zone_names: Mapping[str, str] | None = None) -> AgreementView:
    """An agreement as a person reads it: the clauses in the order of the file, then the rest."""
    speaker = Speaker(agreement, names_of(agreement, zone_names))
    return AgreementView(
        agreement.title,
        agreement.exercise,
        tuple(_about(speaker)),
        tuple(_clause(speaker, clause) for clause in agreement.clauses.values()),
        tuple(section for section in _sections(speaker) if section.lines),
        agreement.id,
        agreement.digest,
    )


def _about(speaker: Speaker) -> Iterator[Line]:
    text = speaker.agreement
    roles = [f"{p.name}{f': {p.role}' if p.role else ''}" for p in text.parties.values()]
    yield Line("parties", (capital("; ".join(roles)),))
    for group in text.groups.values():
        if not group.complete:
            yield Line(f"group {in_words(group.id)}", (capital(speaker.called(group.id)),))
    if text.form:
        kind = [in_words(v) for k, v in text.form.items() if k not in {"written", "mediator"}]
        written = {"True": ["in writing"], "False": ["not in writing"]}
        kind += written.get(text.form.get("written", ""), [])
        kind += [f"mediated by {text.form['mediator']}"] if "mediator" in text.form else []
        yield Line("form", (capital(", ".join(kind)),))
    if text.version is not None:
        after = f", after version {text.version.replaces}" if text.version.replaces else ""
        start = moment_words(text.version.start.isoformat())
        yield Line("version", (f"Version {text.version.name}{after}; it applies from {start}.",))
    by = text.read_by or "somebody not named"
    reviewed = listed(text.reviewed_by, "and") or "nobody"
    note = (text.read_note,) if text.read_note else ()
    yield Line("reading", (f"Made by {by}; reviewed by {reviewed}.", *note))


def _clause(speaker: Speaker, clause: Clause) -> ClauseView:
    source = speaker.agreement.sources[clause.source]
    standing = [
        f"{in_words(step.step.value)} since {moment_words(step.written or step.since.isoformat())}"
        + (f", {speaker.called(step.party)}" if step.party else "")
        for step in clause.standing
    ]
    return ClauseView(
        clause.id,
        clause.quote,
        clause.says,
        clause.certainty.value,
        f"{source.title}{f', {source.date}' if source.date else ''}",
        in_words(clause.binding),
        tuple(standing),
        tuple(_readings(speaker, clause.id)),
    )


def _readings(speaker: Speaker, clause: str) -> Iterator[ReadingView]:
    text = speaker.agreement
    for rule in text.prohibitions:
        if rule.clause == clause:
            said = speaker.prohibition(rule)
            yield ReadingView(rule.id, "prohibition", rule.certainty.value, said)
        for one in rule.exceptions:
            if one.clause == clause:
                said = speaker.exception(rule, one)
                yield ReadingView(rule.id, "exception", one.certainty.value, said)
    for count in text.thresholds.values():
        if count.clause == clause:
            yield ReadingView(count.id, "count", count.certainty.value, speaker.threshold(count))
    for group, promises in grouped(text).items():
        if promises[0].clause == clause:
            said = speaker.promise(promises)
            yield ReadingView(group, "promise", promises[0].certainty.value, said)
    yield from _deliveries(speaker, clause)


def _deliveries(speaker: Speaker, clause: str) -> Iterator[ReadingView]:
    text = speaker.agreement
    for procedure in text.procedures.values():
        if procedure.clause == clause:
            said = speaker.procedure(procedure)
            yield ReadingView(procedure.id, "procedure", procedure.certainty.value, said)
    for brought in text.contributions.values():
        if brought.clause == clause:
            said = speaker.contribution(brought)
            yield ReadingView(brought.id, "contribution", brought.certainty.value, said)
    for done in text.commitments.values():
        if done.clause == clause:
            said = speaker.commitment(done)
            yield ReadingView(done.id, "what waits for what", done.certainty.value, said)
    for out in text.exits.values():
        if out.clause == clause:
            yield ReadingView(out.id, "way out", out.certainty.value, speaker.exit(out))


def grouped(agreement: Agreement) -> dict[str, list[Guarantee]]:
    """The promises by their key in the file, in the order of the file."""
    found: dict[str, list[Guarantee]] = {}
    for promise in agreement.guarantees:
        found.setdefault(promise.group, []).append(promise)
    return found


def _sections(speaker: Speaker) -> Iterator[Section]:
    text = speaker.agreement
    yield Section(
        "Words defined",
        "Where a sentence above says that something counts as one of these, this is meant.",
        tuple(
            Line(
                in_words(term.id),
                (capital(term.words), capital(f"read as: {sentence(term.reads, speaker.names)}")),
                term.certainty.value,
            )
            for term in text.terms.values()
        ),
    )
    yield Section(
        "Versions",
        "What happened is judged by the text as it stood at the time. Above stands the newest.",
        tuple(
            Line(v.name, (capital(v.says or "the text as first written"), _lasts(v)))
            for v in text.versions
        ),
    )
    yield Section("Times", "A time holds its first moment and not its last.", tuple(_times(text)))
    yield Section(
        "Distances",
        "A place that is known only roughly, near such a line, cannot be decided.",
        tuple(
            Line(in_words(rule.id), speaker.distance(rule), rule.certainty.value)
            for rule in text.distances.values()
        ),
    )
    yield Section(
        "Who decides",
        "Bodies that rule on a breach.",
        tuple(Line(in_words(b.id), speaker.body(b)) for b in text.bodies.values()),
    )
    yield Section(
        "National procedures",
        "What a state must pass at home before it may act.",
        tuple(Line(g.id, speaker.gate(g), g.certainty.value) for g in text.gates.values()),
    )
    yield from _doubts(speaker)
    yield Section(
        "Sources",
        "Where the text is known from.",
        tuple(
            Line(
                source.id,
                (capital(f"{source.title} ({in_words(source.kind)}, {source.date or 'undated'})"),)
                + ((source.address,) if source.address else ()),
            )
            for source in text.sources.values()
        ),
    )


def _lasts(version: VersionText) -> str:
    start = moment_words(version.start.isoformat()) if version.start else "the beginning"
    end = f" to {moment_words(version.end.isoformat())}" if version.end else ""
    return f"From {start}{end}."


def _times(text: Agreement) -> Iterator[Line]:
    for name, written in text.period_texts.items():
        start, end = moment_words(written.start), moment_words(written.end)
        note = (written.note,) if written.note else ()
        said = (f"From {start} to {end}.", *note)
        yield Line(in_words(name), said, written.certainty.value)
    speaker = Speaker(text)
    for name, clock in text.clocks.items():
        yield Line(f"clock {name}", (capital(speaker.clock(name, clock)),))


def _doubts(speaker: Speaker) -> Iterator[Section]:
    text = speaker.agreement
    yield Section(
        "Left open",
        "What the words do not say. An answer that hangs on one of these says so.",
        tuple(
            Line(in_words(o.id), (capital(f"{o.words}; it could be {listed(_spoken(o.values))}"),))
            for o in text.open.values()
        ),
    )
    yield Section(
        "Read otherwise",
        "Other readings of the same words.",
        tuple(Line(in_words(r.id), (capital(r.note),)) for r in text.readings.values()),
    )
    yield Section(
        "What is asked of it",
        "What counts as covered; `waarborg prove` looks for breaches that are not.",
        tuple(Line(in_words(need.id), (capital(need.words),)) for need in text.needs.values()),
    )
    yield Section(
        "Worked cases",
        "Made-up incidents, with what follows from the text as read; `waarborg agreement test` runs them.",
        tuple(Line(in_words(case.id), _case(speaker, case)) for case in text.cases),
    )


def _spoken(values: tuple[str, ...]) -> list[str]:
    """Values of an open term: durations in words, any other word as a sentence writes it."""
    return [duration_words(v) if duration_words(v) != v else in_words(v) for v in values]


_OUTCOMES = {
    "violated": "broken",
    "not_violated": "not broken",
    "unknown": "cannot be decided",
}


def _case(speaker: Speaker, case: Case) -> tuple[str, ...]:
    known = [_fact(speaker, name, value) for name, value in case.row.items() if value is not None]
    missing = [PROPERTIES[n].words for n, v in case.row.items() if v is None and n in PROPERTIES]
    said = [capital(case.why)] if case.why else []
    said.append(capital("; ".join(known)))
    if missing:
        said.append(f"Not known: {listed(missing, 'and')}.")
    if case.expect:
        outcomes = [f"{rule}: {_OUTCOMES[outcome]}" for rule, outcome in case.expect.items()]
        said.append(f"So {'; '.join(outcomes)}.")
    for reading, promises in case.owed.items():
        under = "" if reading == "plain" else f" under the reading {in_words(reading)}"
        said.append(f"Owed{under}: {listed(promises, 'and') or 'nothing'}.")
    return tuple(said)


def _fact(speaker: Speaker, name: str, value: object) -> str:
    if name == "place":
        return _where(speaker, value)
    if name == "at":
        return _at(value)
    if name not in PROPERTIES or not isinstance(value, bool | int | str):
        return f"{in_words(name)} is {value}"
    said = PROPERTIES[name].words
    if isinstance(value, bool):
        return said if value else f"it is not so that {said}"
    return f"{said} is {value_words(name, value, speaker.names)}"


def _at(value: object) -> str:
    match value:
        case {"day": day, "zone": zone}:
            return f"on {day}, a day in {zone}, the hour not known"
        case _:
            return f"at {moment_words(str(value))}"


def _where(speaker: Speaker, value: object) -> str:
    match value:
        case [longitude, latitude, *precision]:
            near = f", known to {precision[0]:,} metres" if precision else ""
            return f"at longitude {longitude}, latitude {latitude}{near}"
        case _:
            return f"somewhere in {speaker.names.get(f'zone:{value}', in_words(str(value)))}"


def as_text(view: AgreementView) -> str:
    """A view as plain text for the terminal."""
    lines = [view.title, *([view.exercise] if view.exercise else []), DISCLAIMER, ""]
    lines += [f"{line.name}: {' '.join(line.sentences)}" for line in view.about]
    for clause in view.clauses:
        lines += ["", f"§ {clause.clause}  [{clause.certainty}; {clause.binding}; {clause.source}]"]
        lines += [f"  {step}" for step in clause.standing]
        lines += [f"  “{clause.quote}”"] if clause.quote else []
        lines += [f"  {clause.says}"]
        for reading in clause.readings:
            lines += [f"    {reading.name}, {reading.kind} ({reading.certainty})"]
            lines += [f"      {said}" for said in reading.sentences]
    for section in view.sections:
        lines += ["", section.title.upper()]
        for line in section.lines:
            mark = f" ({line.certainty})" if line.certainty else ""
            lines += [f"  {line.name}{mark}", *(f"    {said}" for said in line.sentences)]
    return "\n".join(lines) + "\n"
