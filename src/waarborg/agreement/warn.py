"""What a reader of a checked file should look at; none of it refuses the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from waarborg.agreement.condition import Named, Node, Settled, SettledKind, leaves, parts_of
from waarborg.agreement.model import Agreement, Reading
from waarborg.agreement.vocabulary import GateEffect
from waarborg.agreement.warn_never import Warned, Way, never
from waarborg.agreement.yaml_tree import Mapping_, Sequence_, Tree
from waarborg.agreement.zones import Zones
from waarborg.base.problems import Problem

_LONGEST_QUOTE = 14
_SECTIONS = {"distance rule": "distances"}


def warnings_of(
    agreement: Agreement, trees: Sequence[Mapping_], name: str, zones: Zones | None = None
) -> tuple[Problem, ...]:
    """Everything a reader should look at, by line (AGR-050 to 056, 068 to 072, 077).

    Args:
        agreement: The agreement, with its versions where it was amended.
        trees: The tree of each version, for the lines.
        name: How messages call the file.
        zones: The map, to see which zones share no ground.
    """
    texts = [version.text for version in agreement.versions] or [agreement]
    idle = [set(_never_used(text)) for text in texts]
    cited = {version.source for version in agreement.versions}
    found = {
        (_line(trees, w.way), w)
        for w in set.intersection(*idle)
        if w.code != "AGR-052" or w.found not in cited
    }
    for text, tree in zip(texts, trees, strict=True):
        found |= {(_line([tree], w.way), w) for w in (*_looks_wrong(text), *never(text, zones))}
    return tuple(
        Problem(name, line, w.code, w.message, w.expected, w.found, w.fix, "warning")
        for line, w in sorted(found, key=lambda each: (each[0], each[1][:5]))
    )


def _line(trees: Sequence[Mapping_], way: Way) -> int:
    """The line of a part of the file, in the newest of the trees that has it."""
    return max(((*_reached(tree, way), n) for n, tree in enumerate(trees)), key=_depth_and_age)[1]


def _depth_and_age(reached: tuple[int, int, int]) -> tuple[int, int]:
    depth, _, age = reached
    return depth, age


def _reached(tree: Mapping_, way: Way) -> tuple[int, int]:
    """How far a way leads into a tree, and the line where it ends."""
    here: Tree = tree
    line = tree.line
    for depth, step in enumerate(way):
        if isinstance(here, Mapping_):
            entry = next((each for each in here.entries if each.key == step), None)
            if entry is None:
                return depth, line
            here, line = entry.value, entry.line
        elif isinstance(here, Sequence_) and isinstance(step, int) and step < len(here.items):
            here = here.items[step]
            line = here.line
        else:
            return depth, line
    return len(way), line


def _never_used(agreement: Agreement) -> Iterator[Warned]:
    nodes = _conditions(agreement)
    asked = {
        (leaf.kind, leaf.name)
        for node in nodes
        for leaf in leaves(node)
        if isinstance(leaf, Settled)
    }
    terms = {found.term for node in nodes for found in _named(node)}
    terms |= {term for reading in agreement.readings.values() for term in reading.terms}
    cited = {clause.source for clause in agreement.clauses.values()}
    cited |= {gate.source for gate in agreement.gates.values()}
    cited |= {group.source for group in agreement.groups.values()}
    gates = {gate for guarantee in agreement.guarantees for gate in guarantee.gates}
    for code, kind, names, used in (
        ("AGR-050", "term", agreement.terms, terms),
        ("AGR-051", "period", agreement.periods, _of(SettledKind.PERIOD, asked)),
        ("AGR-052", "source", agreement.sources, cited),
        ("AGR-053", "gate", agreement.gates, gates),
        ("AGR-071", "distance rule", agreement.distances, _of(SettledKind.NEAR, asked)),
        ("AGR-072", "threshold", agreement.thresholds, _of(SettledKind.THRESHOLD, asked)),
    ):
        for name in sorted(set(names) - used):
            yield Warned(
                code,
                f"the {kind} {name} is never used",
                "something in the file that rests on it",
                name,
                "remove it, or check whether a name is misspelled",
                (_SECTIONS.get(kind, f"{kind}s"), name),
            )


def _of(kind: SettledKind, asked: set[tuple[SettledKind, str]]) -> set[str]:
    return {name for of, name in asked if of is kind}


def _looks_wrong(agreement: Agreement) -> Iterator[Warned]:
    for reading in agreement.readings.values():
        if _changes_nothing(agreement, reading):
            yield Warned(
                "AGR-054",
                f"the reading {reading.id} changes nothing",
                "terms, guarantees, exceptions or reliance that it reads otherwise",
                reading.id,
                "check that no key was swallowed by a note, or remove the reading",
                ("readings", reading.id),
            )
    for clause in agreement.clauses.values():
        if len(clause.quote.split()) > _LONGEST_QUOTE:
            yield Warned(
                "AGR-055",
                f"the quote of clause {clause.id} is long",
                f"at most {_LONGEST_QUOTE} words",
                f"{len(clause.quote.split())} words",
                "quote less and say the rest in own words",
                ("clauses", clause.id, "quote"),
            )
    yield from _unspoken(agreement)
    for ring in _rings(agreement):
        yield Warned(
            "AGR-056",
            "promises wait for each other, so that nobody can be first",
            "promises of which one can be kept first",
            " waits for ".join((*ring, ring[0])),
            "check whether the text means it; if so, the proofs will say what it costs",
            ("commitments" if ring[0] in agreement.commitments else "guarantees", ring[0]),
        )


def _unspoken(agreement: Agreement) -> Iterator[Warned]:
    """Gates that can keep a promise back and of which the file does not say who speaks for them."""
    passed = {gate for guarantee in agreement.guarantees for gate in guarantee.gates}
    asks = {GateEffect.PRIOR_CONSENT, GateEffect.LATER_EXTENSION}
    for gate in agreement.gates.values():
        if gate.id in passed and gate.effect in asks and not gate.speaks:
            yield Warned(
                "AGR-081",
                f"nobody is named who speaks for the gate {gate.id}, so {gate.of} keeps its promise back by its "
                "own word",
                "speaks: the names under which those sign who say what it decided",
                gate.id,
                "write speaks: [senate], or whoever decides; leave it out only where the text names nobody",
                ("gates", gate.id),
            )


def _conditions(agreement: Agreement) -> list[Node]:
    nodes = [rule.must_not for rule in agreement.prohibitions]
    nodes += [
        e.reads for rule in agreement.prohibitions for e in rule.exceptions if e.reads is not None
    ]
    nodes += [guarantee.trigger for guarantee in agreement.guarantees]
    nodes += [threshold.of for threshold in agreement.thresholds.values()]
    nodes += [procedure.trigger for procedure in agreement.procedures.values()]
    nodes += [node for reading in agreement.readings.values() for node in reading.terms.values()]
    nodes += [question.breach for question in agreement.questions if question.breach is not None]
    return nodes


def _named(node: Node) -> Iterator[Named]:
    if isinstance(node, Named):
        yield node
    for part in parts_of(node):
        yield from _named(part)


def _changes_nothing(agreement: Agreement, reading: Reading) -> bool:
    groups = {guarantee.group for guarantee in agreement.guarantees}
    relies = {guarantee.group: guarantee.relies_on for guarantee in agreement.guarantees}
    excused = {rule.id for rule in agreement.prohibitions if rule.exceptions}
    return (
        not reading.version
        and (reading.only is None or set(reading.only) == groups)
        and all(
            name in agreement.terms and agreement.terms[name].reads == node
            for name, node in reading.terms.items()
        )
        and not excused & set(reading.drop_exceptions)
        and all(relies.get(group) == wanted for group, wanted in reading.relies_on.items())
    )


def _rings(agreement: Agreement) -> Iterator[tuple[str, ...]]:
    """Rings among commitments and guarantees, each once, starting with its first name."""
    waits: dict[str, set[str]] = {c.id: set(c.waits_for) for c in agreement.commitments.values()}
    for guarantee in agreement.guarantees:
        needed = {name for item in guarantee.relies_on for name in item.split(" or ")}
        waits.setdefault(guarantee.group, set()).update(needed, guarantee.waits_for)
    seen: set[frozenset[str]] = set()
    for start in sorted(waits):
        ring = _ring_from(start, waits)
        if ring and frozenset(ring) not in seen:
            seen.add(frozenset(ring))
            yield ring


def _ring_from(start: str, waits: dict[str, set[str]]) -> tuple[str, ...]:
    """The shortest way from a promise back to itself, empty when there is none."""
    paths: list[tuple[str, ...]] = [(start,)]
    reached: set[str] = set()
    while paths:
        longer: list[tuple[str, ...]] = []
        for path in paths:
            for step in sorted(waits.get(path[-1], ())):
                if step == start:
                    return path
                if step not in reached:
                    reached.add(step)
                    longer.append((*path, step))
        paths = longer
    return ()
