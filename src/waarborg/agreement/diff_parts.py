"""The parts of a text as a comparison needs them: what each says, what it asks, how it ranks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from waarborg.agreement.condition import Node
from waarborg.agreement.model import Agreement, Body, Clause, Gate, Guarantee, Prohibition
from waarborg.agreement.sections import (
    Commitment,
    Contribution,
    Distance,
    Exit,
    Procedure,
    Threshold,
)
from waarborg.agreement.sentences import DOES, Speaker, window_words
from waarborg.agreement.show import grouped
from waarborg.agreement.time_words import duration_words, moment_words
from waarborg.agreement.vocabulary import Strength, in_words
from waarborg.agreement.words import listed, sentence
from waarborg.base.grades import Standing

_SOFTEST_FIRST = tuple(reversed(Strength))
_STANDINGS = tuple(Standing)


@dataclass(frozen=True, slots=True)
class PartKind:
    """A kind of part: its name in a change and the heading over its changes."""

    name: str
    title: str


KINDS = (
    PartKind("text", "the text as a whole"),
    PartKind("party", "who takes part"),
    PartKind("clause", "clauses and their standing"),
    PartKind("time", "times"),
    PartKind("term", "words defined"),
    PartKind("prohibition", "what is forbidden"),
    PartKind("exception", "exceptions"),
    PartKind("count", "counts"),
    PartKind("distance", "distances"),
    PartKind("promise", "what is promised"),
    PartKind("gate", "national procedures"),
    PartKind("body", "who decides"),
    PartKind("procedure", "procedures"),
    PartKind("contribution", "contributions"),
    PartKind("commitment", "what waits for what"),
    PartKind("exit", "ways out"),
    PartKind("open", "left open"),
    PartKind("reading", "other readings"),
)
"""Every kind of part, in the order in which changes are told."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a text.

    Attributes:
        name: Its name in the file.
        summary: What it is, in a sentence.
        says: Aspect to what it says, in words.
        asks: Aspect to the condition it asks.
        asked: The same conditions in words.
        ranks: Aspect to a number that grows with weight, where aspects can be ranked.
    """

    name: str
    summary: str
    says: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, Node] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    ranks: Mapping[str, float] = field(default_factory=dict)

    @property
    def content(self) -> tuple[object, ...]:
        """What it holds without its name, to find a part that was only renamed."""
        return (tuple(self.says.items()), tuple(self.asks.items()))


def parts_of_text(speaker: Speaker) -> dict[str, dict[str, Part]]:
    """The parts of a text by kind and name."""
    found: dict[str, dict[str, Part]] = {kind.name: {} for kind in KINDS}
    for kind, part in _parts(speaker):
        found[kind][part.name] = part
    return found


def _parts(speaker: Speaker) -> Iterator[tuple[str, Part]]:
    text = speaker.agreement
    yield "text", _whole(text)
    for party in text.parties.values():
        role = f": {party.role}" if party.role else ""
        yield "party", Part(party.id, f"{party.name}{role}", {"name and role": party.name + role})
    for group in text.groups.values():
        members = speaker.called(group.id)
        yield "party", Part(f"group {group.id}", members, {"members": members})
    for clause in text.clauses.values():
        yield "clause", _clause(speaker, clause)
    for name, written in text.period_texts.items():
        span = f"from {moment_words(written.start)} to {moment_words(written.end)}"
        yield "time", Part(name, span, {"span": span, "certainty": written.certainty.value})
    for term in text.terms.values():
        node = _asking(speaker, {"meaning": term.reads})
        yield "term", replace(node, name=term.id, summary=f"{term.words}; {node.asked['meaning']}")
    for rule in text.prohibitions:
        yield "prohibition", _prohibition(speaker, rule)
        for number, one in enumerate(rule.exceptions, start=1):
            (said,) = speaker.exception(rule, one)
            yield "exception", Part(f"{rule.id} {number}", said, {"exception": said})
    for promises in grouped(text).values():
        yield "promise", _promise(speaker, promises)
    yield from _measures(speaker)


def _measures(speaker: Speaker) -> Iterator[tuple[str, Part]]:
    text = speaker.agreement
    yield from (("count", _threshold(speaker, count)) for count in text.thresholds.values())
    yield from (("distance", _distance(speaker, rule)) for rule in text.distances.values())
    yield from (("gate", _gate(speaker, gate)) for gate in text.gates.values())
    yield from (("body", _body(speaker, body)) for body in text.bodies.values())
    yield from (("procedure", _procedure(speaker, p)) for p in text.procedures.values())
    yield from (("contribution", _contribution(speaker, c)) for c in text.contributions.values())
    yield from (("commitment", _commitment(speaker, c)) for c in text.commitments.values())
    yield from (("exit", _exit(speaker, e)) for e in text.exits.values())
    for left_open in text.open.values():
        values = listed([duration_words(value) for value in left_open.values])
        said = {"what": left_open.words, "could be": values}
        yield "open", Part(left_open.id, f"{left_open.words}: {values}", said)
    for reading in text.readings.values():
        yield "reading", Part(reading.id, reading.note, {"note": reading.note})


def _asking(speaker: Speaker, asks: Mapping[str, Node]) -> Part:
    asked = {aspect: sentence(node, speaker.names) for aspect, node in asks.items()}
    return Part("", "", {}, asks, asked)


def _sentences(said: Iterable[str]) -> str:
    return " ".join(said)


def _whole(text: Agreement) -> Part:
    form = ", ".join(
        f"{in_words(key)}: {in_words(value)}" for key, value in sorted(text.form.items())
    )
    version = "" if text.version is None else text.version.name
    return Part(text.id, text.title, {"form": form, "version": version, "exercise": text.exercise})


def _clause(speaker: Speaker, clause: Clause) -> Part:
    source = speaker.agreement.sources[clause.source]
    reached: dict[str, Standing] = {}
    for step in clause.standing:
        reached[step.party or ""] = step.step
    standing = [
        f"{in_words(step.value)}{f' ({speaker.called(party)})' if party else ''}"
        for party, step in reached.items()
    ]
    says = {
        "quote": clause.quote,
        "says": clause.says,
        "source": source.title,
        "binding": in_words(clause.binding),
        "certainty": clause.certainty.value,
        "standing": listed(standing, "and"),
    }
    furthest = max((_STANDINGS.index(step) for step in reached.values()), default=-1)
    return Part(clause.id, clause.says, says, ranks={"standing": furthest})


def _prohibition(speaker: Speaker, rule: Prohibition) -> Part:
    said = speaker.prohibition(rule)
    says = {
        "who": listed([speaker.called(party) for party in rule.who], "and"),
        "who decides": said[-1],
        "clause": rule.clause,
        "certainty": rule.certainty.value,
    }
    asking = _asking(speaker, {"what is forbidden": rule.must_not})
    return replace(asking, name=rule.id, summary=_sentences(said), says=says)


def _promise(speaker: Speaker, promises: list[Guarantee]) -> Part:
    first = promises[0]
    acts = listed([DOES[action] for action in first.actions], "or" if first.choice else "and")
    gates = sorted({gate for promise in promises for gate in promise.gates})
    soon = duration_words(first.within_text) if first.within_text else ""
    soon = f"left open ({in_words(first.within_open)})" if first.within_open else soon
    says = {
        "who": speaker.all_of(promise.by for promise in promises),
        "strength": in_words(first.strength.value),
        "what": f"one of: {acts}" if first.choice and len(first.actions) > 1 else acts,
        "time": soon or "no time is set",
        "clock": first.clock,
        "time runs from": in_words(first.runs_from.value) if soon else "",
        "procedures to pass": listed(gates, "and"),
        "leans on": listed(list(first.relies_on), "and"),
        "waits for": listed(list(first.waits_for), "and"),
        "when known late": in_words(first.late_knowledge.value) if soon else "",
        "end": moment_words(first.until.isoformat()) if first.until else "",
        "clause": first.clause,
        "certainty": first.certainty.value,
    }
    ranks = {"strength": float(_SOFTEST_FIRST.index(first.strength))}
    if first.within is not None:
        ranks["time"] = first.within.total_seconds()
    asking = _asking(speaker, {"trigger": first.trigger})
    summary = _sentences(speaker.promise(promises))
    return replace(asking, name=first.group, summary=summary, says=says, ranks=ranks)


def _threshold(speaker: Speaker, count: Threshold) -> Part:
    says = {
        "from how many": str(count.at_least),
        "window": window_words(count.window),
        "shared": listed(count.by, "and"),
        "counted apart in": listed([in_words(zone) for zone in count.sectors], "and"),
        "the window looks": count.looks,
        "counting rule": count.rule,
        "certainty": count.certainty.value,
    }
    asking = _asking(speaker, {"what counts": count.of})
    said = _sentences(speaker.threshold(count))
    ranks = {"from how many": float(count.at_least)}
    return replace(asking, name=count.id, summary=said, says=says, ranks=ranks)


def _distance(speaker: Speaker, rule: Distance) -> Part:
    says = {
        "from": speaker.names.get(f"zone:{rule.of}", rule.of),
        "distance": f"{rule.metres:,} metres",
        "side": rule.side,
        "only in": speaker.names.get(f"zone:{rule.within}", in_words(rule.within)),
        "certainty": rule.certainty.value,
    }
    said = _sentences(speaker.distance(rule))
    return Part(rule.id, said, says, ranks={"distance": float(rule.metres)})


def _gate(speaker: Speaker, gate: Gate) -> Part:
    says = {
        "of": speaker.called(gate.of),
        "effect in law": in_words(gate.effect.value),
        "applies to": listed([in_words(action) for action in gate.actions], "and"),
        "practice": in_words(gate.practice),
        "due after": duration_words(gate.after.text) if gate.after else "",
        "takes": speaker.taking(gate),
        "who says what it decided": listed(gate.organs, "or"),
        "certainty": gate.certainty.value,
    }
    return Part(gate.id, _sentences(speaker.gate(gate)), says)


def _body(speaker: Speaker, body: Body) -> Part:
    says = {
        "members": speaker.all_of(body.members),
        "chair": speaker.called(body.chair) if body.chair else "",
        "decides on": listed(body.decides, "and"),
        "quorum": in_words(body.quorum),
        **{in_words(key): _value(value) for key, value in sorted(body.settings.items())},
    }
    return Part(body.id, _sentences(speaker.body(body)), says)


def _value(setting: str) -> str:
    if setting.startswith("open: "):
        return f"left open ({in_words(setting.removeprefix('open: '))})"
    said = duration_words(setting)
    return in_words(setting) if said == setting else said


def _procedure(speaker: Speaker, procedure: Procedure) -> Part:
    opening, *steps = speaker.procedure(procedure)
    says = dict(zip((f"step {name}" for name in procedure.steps), steps, strict=True))
    asking = _asking(speaker, {"what opens it": procedure.trigger})
    said = _sentences((opening, *steps))
    return replace(asking, name=procedure.id, summary=said, says=says)


def _contribution(speaker: Speaker, brought: Contribution) -> Part:
    says = {
        "who": speaker.called(brought.by),
        "for": in_words(brought.what),
        "number": f"{brought.number or ''} {brought.unit}".strip(),
        "place": speaker.names.get(f"zone:{brought.place}", in_words(brought.place)),
        "capacity": brought.capacity,
        "state": brought.state,
        "time": speaker.span(brought.within, brought.clock) if brought.within else "",
        "leans on": listed(brought.relies_on, "and"),
        "certainty": brought.certainty.value,
    }
    ranks = {} if brought.number is None else {"number": float(brought.number)}
    return Part(brought.id, _sentences(speaker.contribution(brought)), says, ranks=ranks)


def _commitment(speaker: Speaker, done: Commitment) -> Part:
    soon = speaker.span(done.within) if done.within is not None else ""
    says = {
        "who": speaker.called(done.by),
        "does": done.does,
        "waits for": listed(done.waits_for, "and"),
        "time": soon,
        "certainty": done.certainty.value,
    }
    return Part(done.id, _sentences(speaker.commitment(done)), says)


def _exit(speaker: Speaker, out: Exit) -> Part:
    says = {
        "who": speaker.all_of(out.who),
        "ways": listed([in_words(way) for way in out.ways], "or"),
        "notice": duration_words(out.notice),
        "clock": out.clock,
        "certainty": out.certainty.value,
    }
    return Part(out.id, _sentences(speaker.exit(out)), says)
