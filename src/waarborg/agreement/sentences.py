"""Every part of an agreement as plain sentences, made from the data and never written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from waarborg.agreement.condition import ALWAYS, Compare, Node, Relation
from waarborg.agreement.model import Agreement, Body, Exception_, Gate, Guarantee, Prohibition
from waarborg.agreement.rounds import on_lapse, times_words, ways_back
from waarborg.agreement.sections import (
    AROUND,
    Clock,
    Commitment,
    Contribution,
    Distance,
    Exit,
    Procedure,
    Span,
    Step,
    Threshold,
)
from waarborg.agreement.time_words import duration_words, moment_words
from waarborg.agreement.vocabulary import (
    OPERATION_OF_THE_TEXT,
    ClockKind,
    GateEffect,
    GoesBack,
    LateKnowledge,
    RunsFrom,
    Strength,
    in_words,
)
from waarborg.agreement.ways import choices_barred
from waarborg.agreement.words import listed, sentence

DOES: Mapping[str, str] = MappingProxyType(
    {
        "armed_force": "use armed force",
        "force_deployment": "deploy forces",
        "air_defence": "give air defence",
        "naval_presence": "be present at sea",
        "intelligence": "give intelligence",
        "logistics": "give logistic support",
        "materiel": "give materiel",
        "training": "train forces",
        "sanctions": "impose sanctions",
        "diplomacy": "act by diplomacy",
        "economic": "act by economic means",
        "warning": "warn",
        "monitoring": "monitor",
        "determination": "rule on it",
        "self_defence": "act in its own defence",
        "withdrawal": "withdraw",
        "demining": "clear mines",
        "reparation": "make good the damage",
        "exchange_of_prisoners": "exchange prisoners",
        "humanitarian_access": "let help through",
        "consultation": "consult",
    }
)
"""Each action of the vocabulary as a verb phrase."""

_STRENGTH = {
    Strength.SHALL: "must",
    Strength.SHALL_SUBJECT_TO_PROCEDURES: "must, as far as its own procedures allow,",
    Strength.INTENDS: "intends to",
    Strength.MAY: "may",
    Strength.UNSTATED: "is named (how firmly is not stated) to",
}
_SEVERAL = {
    Strength.SHALL_SUBJECT_TO_PROCEDURES: "must, as far as their own procedures allow,",
    Strength.INTENDS: "intend to",
    Strength.UNSTATED: "are named (how firmly is not stated) to",
}
_RUNS_FROM = {
    RunsFrom.OCCURRENCE.value: "the act",
    RunsFrom.KNOWLEDGE.value: "learning of it",
    RunsFrom.RULING.value: "the ruling",
    RunsFrom.REQUEST.value: "being asked",
    RunsFrom.FIRST_BREACH.value: "the first breach",
    RunsFrom.VERIFICATION.value: "the moment at which it is verified",
    "step": "the moment at which this step opened",
}
_LEAVES = {
    "denounced": "leaves the text",
    "suspended": "suspends the text",
    "withdrawn": "takes back a promise",
}
_DEADLOCK = {
    "no_ruling": "there is no ruling",
    "chair_decides": "the chair decides",
    "lead_decides": "the lead decides",
    "refer_to_guarantors": "it goes to the guarantors",
    "breach_presumed": "a breach is presumed",
}


def capital(text: str) -> str:
    """The text with a capital first letter and a full stop."""
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "?", "!")) else f"{whole}."


def names_of(agreement: Agreement, zones: Mapping[str, str] | None = None) -> dict[str, str]:
    """How sentences call the parties, periods, distance rules, thresholds and zones of a file."""
    names = {f"actor:{party.id}": party.name for party in agreement.parties.values()}
    names |= {f"period:{name}": f"the {in_words(name)}" for name in agreement.periods}
    names |= {
        f"near:{rule.id}": rule.words.removeprefix("within ")
        for rule in agreement.distances.values()
    }
    names |= {f"threshold:{t.id}": f"“{t.words}”" for t in agreement.thresholds.values()}
    names |= {f"term:{term}": f"“{in_words(term)}”" for term in agreement.terms}
    return names | dict(zones or {})


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says each part of one agreement in sentences.

    Attributes:
        agreement: What is spoken of.
        names: How parties, zones and the like are called, as `names_of` gives them.
    """

    agreement: Agreement
    names: Mapping[str, str] = field(default_factory=dict)

    def called(self, name: str) -> str:
        """A party, group or body as a sentence calls it."""
        if name in self.agreement.bodies:
            return self.agreement.bodies[name].words
        group = self.agreement.groups.get(name)
        if group is None:
            return self.names.get(f"actor:{name}", name)
        members = [self.called(member) for member in group.members]
        if not group.complete:
            said = f" ({group.said_to_number} are spoken of)" if group.said_to_number else ""
            members.append(f"others that are not named{said}")
        return listed(members, "and")

    def all_of(self, ids: Iterable[str]) -> str:
        """Several parties, groups or bodies as a sentence lists them, whole groups by their members."""
        return listed([self.called(name) for name in self._flat(ids)], "and")

    def _flat(self, ids: Iterable[str]) -> Iterator[str]:
        for name in ids:
            group = self.agreement.groups.get(name)
            if group is not None and group.complete:
                yield from self._flat(group.members)
            else:
                yield name

    def when(self, node: Node) -> str:
        """A condition as the end of a sentence, as "when …" or "at any time"."""
        if node == ALWAYS:
            return "at any time"
        if isinstance(node, Compare) and node.property == "in_force":
            in_force = (node.value is True) is (node.relation is Relation.EQUAL)
            return f"as long as the agreement is {'' if in_force else 'not '}in force"
        return f"when {sentence(node, self.names)}"

    def span(self, span: Span, clock: str = "") -> str:
        """How long something may take: "within 5 working days", "how soon is left open (…)"."""
        if span.open_term:
            return f"by when is left open ({in_words(span.open_term)})"
        return f"within {duration_words(span.text)}{self._on(clock)}"

    def _on(self, clock: str) -> str:
        found = self.agreement.clocks.get(clock)
        if found is None or found.kind is ClockKind.ELAPSED:
            return ""
        if found.kind is ClockKind.WORKING:
            return f" of working time ({clock})"
        return f", counted in whole days ({found.zone})"

    def prohibition(self, rule: Prohibition) -> tuple[str, ...]:
        """What is forbidden to whom, and who decides."""
        decided = {
            "": "nobody is named to decide whether it was broken, so it stays alleged",
            OPERATION_OF_THE_TEXT: "the text itself decides",
        }.get(rule.decided_by) or f"{self.called(rule.decided_by)} decides"
        who = listed([self.called(name) for name in rule.who], "or")
        broken = f"broken by {who} {self.when(rule.must_not)}"
        return (*([capital(rule.words)] if rule.words else []), capital(broken), capital(decided))

    def exception(self, rule: Prohibition, exception: Exception_) -> tuple[str, ...]:
        """What takes an act out of a prohibition."""
        if exception.answers is None:
            reads = exception.reads if exception.reads is not None else ALWAYS
            what = self.when(reads)
        else:
            answers = exception.answers
            within = answers.within
            if within.open_term:
                soon = f"; how soon after is left open ({in_words(within.open_term)})"
            else:
                soon = f", within {duration_words(within.text)} of it"
            same = f" in the same {listed(answers.same, 'and')}" if answers.same else ""
            what = f"when it answers a strike by {self.all_of(answers.by)}{same}{soon}"
        said = f"{exception.words}: " if exception.words else ""
        return (capital(f"{said}{rule.id} is not broken {what}"),)

    def promise(self, promises: list[Guarantee]) -> tuple[str, ...]:
        """What one or several promise under one heading, one item each of a group."""
        first = promises[0]
        several = len(promises) > 1
        firmly = (_SEVERAL if several else {}).get(first.strength, _STRENGTH[first.strength])
        acts = [DOES[action] for action in first.actions]
        choice = "do one of these, as it chooses: " if first.choice and len(acts) > 1 else ""
        each = " each" if several else ""
        what = f"{self.all_of(p.by for p in promises)}{each} {firmly} {choice}"
        what += listed(acts, "or" if first.choice else "and")
        said = [capital(f"{what}{self._by_when(first)}, {self.when(first.trigger)}")]
        if first.within_open:
            said.append(f"By when is left open ({in_words(first.within_open)}).")
        if first.late_knowledge is LateKnowledge.FROM_KNOWLEDGE and first.within_text:
            said.append("If it becomes known late, the time runs from when it is known.")
        said += self._conditions(promises)
        if first.until is not None:
            said.append(f"It ends on {moment_words(first.until.isoformat())}.")
        return (*([capital(first.words)] if first.words else []), *said)

    def _by_when(self, promise: Guarantee) -> str:
        if promise.within_open or not promise.within_text:
            return ""
        soon = duration_words(promise.within_text)
        return f" within {soon}{self._on(promise.clock)} of {_RUNS_FROM[promise.runs_from.value]}"

    def _conditions(self, promises: list[Guarantee]) -> list[str]:
        gates = sorted({gate for promise in promises for gate in promise.gates})
        said = [
            f"First, for {self.called(gate.of)}{self._choosing(promises, gate.id)}: {gate.words} "
            f"({in_words(gate.effect.value)})."
            for gate in (self.agreement.gates[name] for name in gates)
            if gate.effect is not GateEffect.NONE
        ]
        if promises[0].relies_on:
            said.append(f"It leans on {listed(list(promises[0].relies_on), 'and')}.")
        if promises[0].waits_for:
            said.append(f"It waits until these are there: {listed(promises[0].waits_for, 'and')}.")
        return said

    def _choosing(self, promises: list[Guarantee], gate: str) -> str:
        """Where a gate bars some choices of a promise only: if it chooses one of these."""
        mine = next(promise for promise in promises if gate in promise.gates)
        barred = choices_barred(self.agreement, mine, gate)
        return f", if it chooses to {listed([DOES[action] for action in barred])}" if barred else ""

    def threshold(self, count: Threshold) -> tuple[str, ...]:
        """What is counted, over which window, and from how many on it is met."""
        shared = f" with the same {listed(count.by, 'and')}" if count.by else ""
        if count.sectors:
            names = [self.names.get(f"zone:{zone}", in_words(zone)) for zone in count.sectors]
            shared += f" ({listed(names, 'or')})"
        looks = (
            "that holds the incident" if count.looks == AROUND else "that ends with the incident"
        )
        within = window_words(count.window)
        met = f"Met at {count.at_least} or more incidents{shared} within any {within} {looks}"
        return (
            capital(count.words),
            f"{met}; an incident counts {self.when(count.of)}.",
            f"Counted by the rule {count.rule}.",
        )

    def distance(self, rule: Distance) -> tuple[str, ...]:
        """What counts as near, and on which side."""
        side = "" if rule.side == "either" else f", {rule.side} it"
        if rule.within:
            side += f", only in {self.names.get(f'zone:{rule.within}', in_words(rule.within))}"
        zone = self.names.get(f"zone:{rule.of}", in_words(rule.of))
        return (
            capital(rule.words),
            f"Measured from {zone}{side}: up to {rule.metres:,} metres, and exactly that far is near.",
        )

    def procedure(self, procedure: Procedure) -> tuple[str, ...]:
        """What opens a procedure, then its steps one by one."""
        opens = (
            f"{procedure.words} It opens {self.when(procedure.trigger)}"
            if procedure.words.endswith(".")
            else f"{procedure.words}: it opens {self.when(procedure.trigger)}"
        )
        if any(ways_back(procedure.steps)):
            opens += (
                ". Where it goes back, that step and all that follow it are done anew, "
                "each with its time anew, from when it opens again"
            )
        return (
            capital(opens),
            *(self._step(n, step) for n, step in enumerate(procedure.steps.values(), start=1)),
        )

    def _step(self, number: int, step: Step) -> str:
        said = f"Step {number}, {step.id}: {step.words} ({self.called(step.who)})"
        if step.within is not None:
            said += f", {self.span(step.within, step.clock)}"
            said += "" if step.within.open_term else f" of {_RUNS_FROM[step.runs_from]}"
        if step.then:
            said += f"; then {listed(step.then, 'and')}"
        lapse = on_lapse(step)
        if lapse is not None:
            said += (
                f"; if the time passes, back to {lapse.to} ({times_words(lapse.at_most)} at most)"
            )
            said += f", after that {listed(step.on_lapse, 'and')}" if step.on_lapse else ""
        elif step.on_lapse:
            said += f"; if the time passes, {listed(step.on_lapse, 'and')}"
        sent = [
            f"to {way.to} ({times_words(way.at_most)} at most)"
            for way in step.back
            if GoesBack.DECIDED in way.when
        ]
        if sent:
            said += f"; whoever takes it may send it back {listed(sent)}"
        return f"{said}."

    def contribution(self, brought: Contribution) -> tuple[str, ...]:
        """Who brings what, where and for what."""
        number = f"{brought.number:,} {brought.unit}".strip() if brought.number else brought.unit
        place = self.names.get(f"zone:{brought.place}", in_words(brought.place))
        where = f", in {place}" if brought.place else ""
        act = in_words(brought.what)
        what = f"brings {number}{where}, for {act}" if number else f"contributes to {act}{where}"
        return (
            capital(brought.words),
            f"{self.called(brought.by)} {what} ({brought.capacity}); {brought.state}.",
            *self._arrival(brought),
        )

    def _arrival(self, brought: Contribution) -> list[str]:
        said = []
        if brought.within is not None:
            said.append(capital(f"it is there {self.span(brought.within, brought.clock)}"))
        if brought.relies_on:
            said.append(f"It leans on {listed(brought.relies_on, 'and')}.")
        return said

    def commitment(self, commitment: Commitment) -> tuple[str, ...]:
        """Who does what, and what must be there first."""
        said = f"{self.called(commitment.by)} {commitment.does}"
        if commitment.waits_for:
            said += f" once these are there: {listed(commitment.waits_for, 'and')}"
        if commitment.within is not None:
            after = " of that" if commitment.waits_for and commitment.within.text else ""
            said += f"; {self.span(commitment.within)}{after}"
        return (capital(said),)

    def exit(self, way_out: Exit) -> tuple[str, ...]:
        """Who leaves how, and how long each stays bound after its word was received."""
        ways = listed([_LEAVES[way] for way in way_out.ways], "or")
        notice = f"{duration_words(way_out.notice)}{self._on(way_out.clock)}"
        every = set(way_out.who) == set(self.agreement.parties)
        who = "" if every else f"{self.all_of(way_out.who)}: "
        said = f"{who}whoever {ways} stays bound for {notice} after that was received"
        return (*([capital(way_out.words)] if way_out.words else []), capital(said))

    def body(self, body: Body) -> tuple[str, ...]:
        """Who sits on a body, what it decides and how."""
        lead = f"; {self.called(body.chair)} leads it" if body.chair else ""
        soon = body.settings.get("within", "")
        within = f" within {duration_words(soon)}" if soon and not _open(soon) else ""
        said = [
            f"{capital(body.words)[:-1]}: {self.all_of(body.members)} sit on it{lead}.",
            f"It decides on {listed(body.decides, 'and')}{within}.",
        ]
        said += [
            _setting("how soon it decides", soon, str) if _open(soon) else "",
            _setting("how many must be there", body.quorum, lambda n: f"{n} must be there"),
            _setting(
                "how it decides",
                body.settings.get("majority", ""),
                lambda word: (
                    f"it decides by {in_words(word)} vote"
                    if word != "chair_decides"
                    else "its chair decides alone"
                ),
            ),
            _setting(
                "what happens when it cannot decide",
                body.settings.get("on_deadlock", ""),
                lambda word: f"when it cannot decide, {_DEADLOCK.get(word, in_words(word))}",
            ),
            "A second person must stand behind each grading and each proposal."
            if body.settings.get("two_persons")
            else "",
        ]
        return tuple(one for one in said if one)

    def gate(self, gate: Gate) -> tuple[str, ...]:
        """What a national procedure asks and what it does in law."""
        effect = f"in law: {in_words(gate.effect.value)}"
        after = f", due after {duration_words(gate.after.text)}" if gate.after else ""
        takes = f"; it takes {self.taking(gate)}" if gate.takes is not None else ""
        practice = f"; practice leads {in_words(gate.practice)}" if gate.practice else ""
        acts = listed([in_words(action) for action in gate.actions], "and")
        return (
            capital(f"{self.called(gate.of)}: {gate.words}"),
            capital(f"it applies to {acts}; {effect}{after}{practice}{takes}"),
            *([f"What it decided is said by {listed(gate.organs, 'or')}."] if gate.speaks else []),
        )

    def taking(self, gate: Gate) -> str:
        """How long a national procedure takes, "" when the file does not say."""
        taken = gate.takes
        if taken is None:
            return ""
        if taken.open_term:
            return f"a time that is left open ({in_words(taken.open_term)})"
        return f"{duration_words(taken.text)}{self._on(gate.clock)}"

    def clock(self, name: str, clock: Clock) -> str:
        """How spans of time are measured."""
        kinds = {
            ClockKind.ELAPSED: "time as it passes: 24 hours are 24 hours",
            ClockKind.LOCAL_DAYS: f"calendar days, to midnight in {clock.zone}",
            ClockKind.WORKING: f"working time, {clock.opens:%H:%M} to {clock.closes:%H:%M} "
            f"on {len(clock.workdays)} days a week in {clock.zone}, holidays left out",
        }
        return f"{name}: {kinds[clock.kind]}"


def _open(setting: str) -> bool:
    return setting.startswith("open: ")


def _setting(asked: str, setting: str, said: Callable[[str], str]) -> str:
    if not setting:
        return ""
    if _open(setting):
        return f"{capital(asked)[:-1]} is left open ({in_words(setting.removeprefix('open: '))})."
    return capital(said(setting))


def window_words(window: timedelta) -> str:
    """A window of time in words: hours up to three days, whole days above where it has them."""
    minutes = int(window.total_seconds()) // 60
    if minutes > 72 * 60 and not minutes % (24 * 60):
        return duration_words(f"P{minutes // (24 * 60)}D")
    hours, left = divmod(minutes, 60)
    return duration_words(f"PT{f'{hours}H' if hours else ''}{f'{left}M' if left else ''}")
