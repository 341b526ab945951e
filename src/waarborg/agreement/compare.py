"""How close a promise stands to reference treaties, point by point.

Source: the points and their words follow the codebook of ATOP (Alliance Treaty Obligations and
Provisions): the kind of obligation, and conditions of adversary, place, conflict, demand and
provocation; national procedures, deadline and who decides are added for guarantees. There is no
total score: ten points of different weight do not add up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from waarborg.agreement.condition import Compare, Member, Node, Settled, SettledKind, leaves
from waarborg.agreement.model import Agreement, Guarantee
from waarborg.agreement.sentences import DOES, Speaker, names_of
from waarborg.agreement.show import grouped
from waarborg.agreement.time_words import duration_words
from waarborg.agreement.vocabulary import GateEffect, RunsFrom, Strength, in_words
from waarborg.agreement.ways import barring, choices_barred
from waarborg.agreement.words import listed, value_words

SCALES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "trigger": ("nuclear_aggression", "armed_attack", "use_of_force", "any_breach", "standing"),
        "decides": ("body_rules_first", "facts_established", "each_for_itself"),
        "owed": (
            "consultation_only",
            "council_action_sought",
            "assistance_without_force",
            "assistance_any_means",
            "assistance_force_named",
            "armed_force",
        ),
        "discretion": ("not_bound", "free", "limited", "none"),
        "deadline": ("unstated", "left_open", "at_once_no_hours", "hours_set"),
        "procedures": ("consent_first", "own_procedures", "unstated"),
        "place": ("area", "unstated"),
        "adversary": ("named", "any"),
        "consultation": ("unstated", "owed"),
        "remedy": ("unstated", "aim_named", "decided_by_a_body"),
    }
)
"""Each point with its words, the one that goes least far for whoever is promised help first."""

ASKED: Mapping[str, str] = MappingProxyType(
    {
        "trigger": "what sets it off",
        "decides": "who decides that it is set off",
        "owed": "what is owed",
        "discretion": "how free the giver is",
        "deadline": "how soon",
        "procedures": "national procedures",
        "place": "where the attack must fall",
        "adversary": "by whom",
        "consultation": "consultation",
        "remedy": "what it is to bring about",
    }
)
"""Each point as a heading."""


class Stands(StrEnum):
    """How a promise stands to a reference on one point."""

    SAME = "same"
    FURTHER = "further"
    LESS_FAR = "less far"


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a clause: a word of its scale, and what the text says, in words."""

    word: str
    says: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference treaty, coded.

    Attributes:
        id: Its name, as "nato-5".
        title: Its title and articles.
        date: Its date.
        url: Where the text can be read.
        binding: How far it binds, in a word.
        points: Point to word and sentence.
    """

    id: str
    title: str
    date: str
    url: str
    binding: str
    points: Mapping[str, Point]


@dataclass(frozen=True, slots=True)
class Compared:
    """One point of a promise beside the same point of a reference.

    Attributes:
        point: The point.
        promise: How the promise stands on it.
        reference: How the reference stands on it.
        stands: Whether the promise goes as far, further or less far.
    """

    point: str
    promise: Point
    reference: Point
    stands: Stands


@dataclass(frozen=True, slots=True)
class Comparison:
    """A promise beside a reference, point by point.

    Attributes:
        promise: Key of the promise in the file.
        says: The promise in a sentence.
        binding: How far its clause binds and the standing it has reached, in words.
        reference: The reference.
        points: The points in a fixed order.
    """

    promise: str
    says: str
    binding: str
    reference: Reference
    points: tuple[Compared, ...]

    def to_json(self) -> dict[str, Any]:
        """The comparison as data, for another program."""
        about = {k: v for k, v in asdict(self.reference).items() if k != "points"}
        return {
            "promise": self.promise,
            "says": self.says,
            "binding": self.binding,
            "reference": about,
            "points": [asdict(point) for point in self.points],
        }


def read_references(text: str) -> dict[str, Reference]:
    """The reference codings from their TOML text.

    Raises:
        ValueError: A reference lacks a point, or uses a word that is not of the point's scale.
    """
    found = {}
    for name, about in tomllib.loads(text).items():
        points = {point: Point(**about.get(point, {"word": "", "says": ""})) for point in SCALES}
        for point, coded in points.items():
            if coded.word not in SCALES[point]:
                raise ValueError(
                    f"{name} codes {point} as {coded.word!r}, which is not on its scale"
                )
        title, date, url = about["title"], about["date"], about["url"]
        found[name] = Reference(name, title, date, url, about["binding"], points)
    return found


def compare(
    agreement: Agreement, promise: str, reference: Reference, zones: Mapping[str, str] | None = None
) -> Comparison:
    """A promise of a file beside a reference, point by point.

    Args:
        agreement: The agreement, under the reading that is to apply.
        promise: Key of the promise in the file.
        reference: The reference.
        zones: How sentences call the zones.

    Raises:
        KeyError: The file has no such promise.
    """
    promises = grouped(agreement)[promise]
    speaker = Speaker(agreement, names_of(agreement, zones))
    points = dict(_points(speaker, promises))
    clause = agreement.clauses[promises[0].clause]
    standing = f", {in_words(clause.standing[-1].step.value)}" if clause.standing else ""
    return Comparison(
        promise,
        " ".join(speaker.promise(promises)),
        f"{in_words(clause.binding)}{standing}",
        reference,
        tuple(
            Compared(name, points[name], reference.points[name], _stands(name, points, reference))
            for name in SCALES
        ),
    )


def _stands(point: str, points: Mapping[str, Point], reference: Reference) -> Stands:
    scale = SCALES[point]
    mine, other = scale.index(points[point].word), scale.index(reference.points[point].word)
    if mine == other:
        return Stands.SAME
    return Stands.FURTHER if mine > other else Stands.LESS_FAR


def answering(agreement: Agreement) -> tuple[str, ...]:
    """The promises that answer something: all but those that only hold while the text is in force."""
    return tuple(
        group
        for group, promises in grouped(agreement).items()
        if _trigger(promises[0].trigger) != "standing" and promises[0].by not in agreement.bodies
    )


def _points(speaker: Speaker, promises: list[Guarantee]) -> Iterator[tuple[str, Point]]:
    first = promises[0]
    yield "trigger", Point(_trigger(first.trigger), speaker.when(first.trigger))
    yield "decides", _decides(speaker, first)
    yield "owed", _owed(first)
    yield "discretion", _discretion(first)
    yield "deadline", _deadline(first)
    yield "procedures", _procedures(speaker, promises)
    yield "place", _place(speaker, first.trigger)
    yield "adversary", _adversary(speaker, first.trigger)
    yield "consultation", _consultation(speaker, promises)
    yield "remedy", _remedy(speaker)


def _asked(node: Node) -> frozenset[str]:
    """The properties that a condition asks, without what settles place, time and record."""
    return frozenset(leaf.property for leaf in leaves(node) if isinstance(leaf, Compare | Member))


def _trigger(node: Node) -> str:
    asked = _asked(node)
    if "act" in asked:
        return "armed_attack" if "severity" in asked else "use_of_force"
    return "standing" if asked <= {"in_force"} and not _settled(node) else "any_breach"


def _settled(node: Node) -> list[Settled]:
    return [leaf for leaf in leaves(node) if isinstance(leaf, Settled)]


def _decides(speaker: Speaker, promise: Guarantee) -> Point:
    asked = _asked(promise.trigger)
    if "decision" in asked or promise.runs_from is RunsFrom.RULING:
        bodies = [body.words for body in speaker.agreement.bodies.values()]
        return Point("body_rules_first", f"{listed(bodies) or 'a body'} must rule first")
    if "attribution" in asked:
        return Point("facts_established", "nobody rules; the act must be attributed firmly enough")
    return Point("each_for_itself", "nobody is named to rule first")


def _owed(promise: Guarantee) -> Point:
    acts = [DOES[action] for action in promise.actions]
    says = listed(acts, "or" if promise.choice else "and")
    several = promise.choice and len(promise.actions) > 1
    if "armed_force" in promise.actions:
        return Point("assistance_force_named" if several else "armed_force", says)
    talk = {"consultation", "diplomacy", "warning"}
    only = set(promise.actions) <= talk
    return Point("consultation_only" if only else "assistance_without_force", says)


def _discretion(promise: Guarantee) -> Point:
    firmly = in_words(promise.strength.value)
    if promise.strength in {Strength.INTENDS, Strength.MAY, Strength.UNSTATED}:
        return Point("not_bound", f"the giver is not bound ({firmly})")
    if promise.choice and len(promise.actions) > 1:
        return Point("free", f"the giver chooses one of {len(promise.actions)} ({firmly})")
    subject = promise.strength is Strength.SHALL_SUBJECT_TO_PROCEDURES
    return Point("limited" if subject else "none", f"the giver must do what is named ({firmly})")


def _deadline(promise: Guarantee) -> Point:
    if promise.within_open:
        return Point("left_open", f"left open ({in_words(promise.within_open)})")
    if promise.within_text:
        return Point("hours_set", f"within {duration_words(promise.within_text)}")
    return Point("unstated", "no time is set")


def _procedures(speaker: Speaker, promises: list[Guarantee]) -> Point:
    named = sorted({gate for promise in promises for gate in promise.gates})
    gates = [speaker.agreement.gates[name] for name in named]
    gates = [gate for gate in gates if gate.effect is not GateEffect.NONE]
    says = "; ".join(
        f"{speaker.called(g.of)}: {in_words(g.effect.value)}{_for_choices(speaker, promises, g.id)}"
        for g in gates
    )
    consent = (
        barring(speaker.agreement, each, lambda gate: gate.effect is GateEffect.PRIOR_CONSENT)
        for each in promises
    )
    if any(consent):
        return Point("consent_first", says)
    if gates or promises[0].strength is Strength.SHALL_SUBJECT_TO_PROCEDURES:
        return Point("own_procedures", says or "as each giver's own procedures allow")
    return Point("unstated", "no national procedure is named")


def _for_choices(speaker: Speaker, promises: list[Guarantee], gate: str) -> str:
    """Of which choices a gate bars a promise, where it leaves others free."""
    mine = next(promise for promise in promises if gate in promise.gates)
    barred = choices_barred(speaker.agreement, mine, gate)
    return f" ({listed(list(map(in_words, barred)))} only)" if barred else ""


def _place(speaker: Speaker, node: Node) -> Point:
    where = {SettledKind.ZONE, SettledKind.NEAR}
    zones = [leaf for leaf in _settled(node) if leaf.kind in where]
    names = [speaker.names.get(leaf.column, in_words(leaf.name)) for leaf in zones]
    if not names:
        return Point("unstated", "no place is named")
    return Point("area", f"in {listed(list(dict.fromkeys(names)))}")


def _adversary(speaker: Speaker, node: Node) -> Point:
    values = [
        str(value)
        for leaf in leaves(node)
        if isinstance(leaf, Compare | Member) and leaf.property == "actor"
        for value in (leaf.values if isinstance(leaf, Member) else (leaf.value,))
    ]
    if not values:
        return Point("any", "no adversary is named")
    named = [value_words("actor", value, speaker.names) for value in dict.fromkeys(values)]
    return Point("named", f"an act of {listed(named)}")


def _consultation(speaker: Speaker, promises: list[Guarantee]) -> Point:
    givers = {promise.by for promise in promises}
    owed = [
        promise
        for promise in speaker.agreement.guarantees
        if "consultation" in promise.actions
        and promise.by in givers
        and promise.strength in {Strength.SHALL, Strength.SHALL_SUBJECT_TO_PROCEDURES}
    ]
    if owed:
        return Point("owed", f"owed under {owed[0].group}")
    return Point("unstated", "no promise of its givers names consultation")


def _remedy(speaker: Speaker) -> Point:
    bodies = [body.words for body in speaker.agreement.bodies.values() if "remedy" in body.decides]
    if bodies:
        return Point("decided_by_a_body", f"{listed(bodies, 'and')} decides on remedies")
    return Point("unstated", "no remedy is named")


def as_lines(found: list[Comparison]) -> Iterator[str]:
    """Comparisons as lines for the terminal: the points, then how many go as far."""
    for number, one in enumerate(found):
        if number:
            yield ""
        yield f"{one.promise} beside {one.reference.title} ({one.reference.date})"
        yield f"  {one.says}"
        yield f"  how far it binds: {one.binding}; the reference: {one.reference.binding}"
        for point in one.points:
            yield f"  {ASKED[point.point]}: {point.stands.value}"
            yield f"    here: {point.promise.says}"
            yield f"    there: {point.reference.says}"
        yield f"  {counted(one)}"
        yield f"  source of the reference: {one.reference.url}"


def counted(one: Comparison) -> str:
    """How many of the points go as far, further and less far, in a sentence."""
    counts = [
        f"{sum(point.stands is stands for point in one.points)} {stands.value}" for stands in Stands
    ]
    return f"of {len(one.points)} points: {', '.join(counts)}; they do not add up to a score"
