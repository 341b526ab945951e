"""Two texts compared by what they mean: a draft against a final text, a version against the next.

Lines, order and comments do not count. Parts are paired by their names in the file, and where a name
is gone by what they hold, so that a part that was only renamed is told as renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from waarborg.agreement.condition import Node, Settled, SettledKind, leaves
from waarborg.agreement.diff_parts import KINDS, Part, PartKind, parts_of_text
from waarborg.agreement.model import Agreement
from waarborg.agreement.sentences import Speaker, names_of
from waarborg.agreement.show import grouped
from waarborg.agreement.vocabulary import Strength, in_words
from waarborg.agreement.weigh import Shift, weigh

_HARDEST = tuple(Strength)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two texts.

    Attributes:
        kind: What differs: "clause", "promise", "gate" and so on.
        name: Its name in the file; in the second one where it stands there.
        aspect: Which side of it: "added", "removed", "renamed", or as "trigger", "strength".
        before: How it stood, in words, "" when it was not there.
        after: How it stands, in words, "" when it is gone.
        weight: What that comes to: "harder", "softer", "wider", "narrower", "sooner", "later"; ""
            where it cannot be said in one word.
        example: An incident that parts the two, in words, "" if there is none.
    """

    kind: str
    name: str
    aspect: str
    before: str
    after: str
    weight: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """What one party owes under two texts.

    Attributes:
        party: Who owes, by name.
        gone: What it owed and owes no longer, each as "action (strength)".
        new: What it owes and did not owe.
        kept: What it owes under both with the same strength.
        changed: What it owes under both with another strength, as "action: strength, was strength".
    """

    party: str
    gone: tuple[str, ...]
    new: tuple[str, ...]
    kept: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs in meaning between two texts.

    Attributes:
        before: Title and digest of the first.
        after: Title and digest of the second.
        changes: What differs, in the order of the second file, what is gone last of its kind.
        owed: Who owes what, for each party for whom that differs.
    """

    before: tuple[str, str]
    after: tuple[str, str]
    changes: tuple[Change, ...]
    owed: tuple[Owed, ...]

    def to_json(self) -> dict[str, Any]:
        """The difference as data, for another program."""
        return {
            "before": {"title": self.before[0], "digest": self.before[1]},
            "after": {"title": self.after[0], "digest": self.after[1]},
            "changes": [asdict(change) for change in self.changes],
            "owed": [asdict(owed) for owed in self.owed],
        }


def difference(
    before: Agreement,
    after: Agreement,
    zone_names: Mapping[str, str] | None = None,
) -> Difference:
    """What differs in meaning between two texts.

    Args:
        before: The text that stood first, as a draft.
        after: The text that stands now.
        zone_names: How sentences call the zones.
    """
    said = _Said(before, after, zone_names)
    changes = [change for kind in KINDS for change in said.changes(kind)]
    return Difference(
        (before.title, before.digest),
        (after.title, after.digest),
        tuple(changes),
        tuple(_owed(before, after)),
    )


class _Said:
    """The parts of two texts, paired."""

    def __init__(
        self, before: Agreement, after: Agreement, zone_names: Mapping[str, str] | None
    ) -> None:
        self._parties = (*before.parties, *after.parties)
        self._names = names_of(before, zone_names) | names_of(after, zone_names)
        self._before = parts_of_text(Speaker(before, names_of(before, zone_names)))
        self._after = parts_of_text(Speaker(after, names_of(after, zone_names)))
        self._moved = _redefined(before, after)

    def changes(self, kind: PartKind) -> Iterator[Change]:
        old, new = self._before[kind.name], self._after[kind.name]
        renamed = dict(_renamed(old, new))
        for name, part in new.items():
            if name in old:
                yield from self._compare(kind, old[name], part)
            elif name in renamed:
                earlier = old[renamed[name]]
                yield Change(kind.name, name, "renamed", earlier.name, name)
                yield from self._compare(kind, earlier, part)
            else:
                yield Change(kind.name, name, "added", "", part.summary)
        for name, part in old.items():
            if name not in new and name not in renamed.values():
                yield Change(kind.name, name, "removed", part.summary, "")

    def _compare(self, kind: PartKind, old: Part, new: Part) -> Iterator[Change]:
        for aspect in dict.fromkeys((*old.says, *new.says)):
            was, now = old.says.get(aspect, ""), new.says.get(aspect, "")
            if was != now:
                weight = _weight(aspect, old.ranks.get(aspect), new.ranks.get(aspect))
                yield Change(kind.name, new.name, aspect, was, now, weight)
        for aspect in dict.fromkeys((*old.asks, *new.asks)):
            yield from self._condition(kind, new.name, aspect, old, new)

    def _condition(
        self, kind: PartKind, name: str, aspect: str, old: Part, new: Part
    ) -> Iterator[Change]:
        was, now = old.asks[aspect], new.asks[aspect]
        found = weigh(was, now, self._parties, self._names)
        if found.shift is Shift.SAME:
            moved = sorted(self._moved & (_settled(was) & _settled(now)))
            if moved:
                said = f"the same words, but {', '.join(in_words(m) for m in moved)} now differs"
                yield Change(kind.name, name, aspect, old.asked[aspect], said)
            return
        parting = [f"now also: {found.gained.words}"] if found.gained else []
        parting += [f"no longer: {found.lost.words}"] if found.lost else []
        weight = "" if found.shift is Shift.OTHER else found.shift.value.replace("_", " ")
        was_said, now_said = old.asked[aspect], new.asked[aspect]
        if was_said == now_said:
            now_said += " (the words it is made of are read otherwise)"
        yield Change(kind.name, name, aspect, was_said, now_said, weight, " — ".join(parting))


def _settled(node: Node) -> frozenset[str]:
    return frozenset(leaf.column for leaf in leaves(node) if isinstance(leaf, Settled))


def _redefined(before: Agreement, after: Agreement) -> frozenset[str]:
    """Columns whose definition differs though their name is the same."""
    found = {
        f"{SettledKind.PERIOD.value}:{name}"
        for name in before.periods.keys() & after.periods.keys()
        if before.periods[name] != after.periods[name]
    }
    for kind, old, new in (
        (SettledKind.NEAR, before.distances, after.distances),
        (SettledKind.THRESHOLD, before.thresholds, after.thresholds),
    ):
        found |= {f"{kind.value}:{name}" for name in set(old) & set(new) if old[name] != new[name]}
    return frozenset(found)


def _renamed(old: Mapping[str, Part], new: Mapping[str, Part]) -> Iterator[tuple[str, str]]:
    """New name and old name of parts that hold the same under another name."""
    gone = {name: part for name, part in old.items() if name not in new}
    for name, part in new.items():
        if name in old:
            continue
        same = [n for n, earlier in gone.items() if earlier.content == part.content]
        if same:
            gone.pop(same[0])
            yield name, same[0]


def _weight(aspect: str, was: float | None, now: float | None) -> str:
    if was is None or now is None or was == now:
        return ""
    lighter, heavier = _SCALES.get(aspect, ("", ""))
    return lighter if now < was else heavier


_SCALES = {
    "strength": ("softer", "harder"),
    "time": ("sooner", "later"),
    "standing": ("less far", "further"),
    "number": ("fewer", "more"),
    "from how many": ("fewer", "more"),
    "distance": ("nearer", "farther"),
}


def _owed(before: Agreement, after: Agreement) -> Iterator[Owed]:
    was, now = _duties(before), _duties(after)
    named = {str(p.id): p.name for text in (before, after) for p in text.parties.values()}
    named |= {b.id: b.words for text in (before, after) for b in text.bodies.values()}
    for party in dict.fromkeys((*now, *was)):
        old, new = was.get(party, {}), now.get(party, {})
        if old == new:
            continue
        both = [act for act in new if act in old]
        yield Owed(
            named.get(party, party),
            tuple(_duty(act, old[act]) for act in old if act not in new),
            tuple(_duty(act, new[act]) for act in new if act not in old),
            tuple(_duty(act, new[act]) for act in both if old[act] == new[act]),
            tuple(
                f"{in_words(act)}: {_firmly(new[act])}, was {_firmly(old[act])}"
                for act in both
                if old[act] != new[act]
            ),
        )


def _duties(text: Agreement) -> dict[str, dict[str, Strength]]:
    """For each giver the actions it is bound to, with the hardest strength of any promise."""
    found: dict[str, dict[str, Strength]] = {}
    for promises in grouped(text).values():
        for promise in promises:
            choice = " as one of several" if promise.choice else ""
            mine = found.setdefault(promise.by, {})
            for action in promise.actions:
                act = f"{action}{choice}"
                mine[act] = _harder(mine.get(act), promise.strength)
    return found


def _harder(one: Strength | None, other: Strength) -> Strength:
    return other if one is None else min(one, other, key=_HARDEST.index)


def _duty(act: str, strength: Strength) -> str:
    return f"{in_words(act)} ({_firmly(strength)})"


def _firmly(strength: Strength) -> str:
    return in_words(strength.value)


def as_lines(found: Difference) -> Iterator[str]:
    """A difference as lines for the terminal."""
    yield f"From: {found.before[0]}"
    yield f"To:   {found.after[0]}"
    if not found.changes:
        yield ""
        yield "Nothing differs in meaning."
        return
    for kind in KINDS:
        mine = [change for change in found.changes if change.kind == kind.name]
        if mine:
            yield ""
            yield kind.title.upper()
            yield from _lines(mine)
    if found.owed:
        yield ""
        yield "WHO OWES WHAT"
    for owed in found.owed:
        yield f"  {owed.party}"
        for word, duties in (
            ("no longer", owed.gone),
            ("new", owed.new),
            ("otherwise", owed.changed),
        ):
            if duties:
                yield f"    {word}: {', '.join(duties)}"
        if owed.kept:
            yield f"    as before: {len(owed.kept)} more"


def _lines(changes: Iterable[Change]) -> Iterator[str]:
    shown = ""
    for change in changes:
        if change.aspect in _WHOLE:
            shown = change.name
            yield f"  {_WHOLE[change.aspect](change)}"
            continue
        if shown != change.name:
            shown = change.name
            yield f"  {change.name}"
        weight = f", {change.weight}" if change.weight else ""
        yield f"    {change.aspect}{weight}: {change.after or 'nothing'}"
        yield f"      was: {change.before or 'nothing'}"
        if change.example:
            yield f"      {change.example}"


_WHOLE: dict[str, Callable[[Change], str]] = {
    "added": lambda c: f"{c.name}, new: {c.after}",
    "removed": lambda c: f"{c.name}, gone; it was: {c.before}",
    "renamed": lambda c: f"{c.name}, called {c.before} before",
}
