"""What a reader of a checked file should look at; none of it refuses the file."""

from __future__ import annotations

from collections.abc import Iterator

from waarborg.agreement.condition import Named, Node, Settled, SettledKind, leaves, parts_of
from waarborg.agreement.model import Agreement, Reading
from waarborg.base.problems import Problem

_LONGEST_QUOTE = 14


def warnings_of(agreement: Agreement, name: str) -> tuple[Problem, ...]:
    """Everything a reader should look at, in a fixed order (AGR-050 to AGR-056)."""
    return tuple(
        Problem(name, 0, code, message, expected, found, fix, "warning")
        for code, message, expected, found, fix in sorted(_all(agreement))
    )


def _all(agreement: Agreement) -> Iterator[tuple[str, str, str, str, str]]:
    nodes = _conditions(agreement)
    terms = {found.term for node in nodes for found in _named(node)}
    settled = {leaf for node in nodes for leaf in leaves(node) if isinstance(leaf, Settled)}
    periods = {leaf.name for leaf in settled if leaf.kind is SettledKind.PERIOD}
    rethought = {term for reading in agreement.readings.values() for term in reading.terms}
    for term in sorted(set(agreement.terms) - terms - rethought):
        yield _unused("AGR-050", f"the term {term} is never used", term)
    for period in sorted(set(agreement.periods) - periods):
        yield _unused("AGR-051", f"the period {period} is never used", period)
    cited = {clause.source for clause in agreement.clauses.values()}
    cited |= {gate.source for gate in agreement.gates.values()}
    cited |= {group.source for group in agreement.groups.values()}
    for source in sorted(set(agreement.sources) - cited):
        yield _unused("AGR-052", f"the source {source} is never used", source)
    gates = {gate for guarantee in agreement.guarantees for gate in guarantee.gates}
    for gate in sorted(set(agreement.gates) - gates):
        yield _unused("AGR-053", f"the gate {gate} is never used", gate)
    for reading in agreement.readings.values():
        if _changes_nothing(agreement, reading):
            yield (
                "AGR-054",
                f"the reading {reading.id} changes nothing",
                "terms, guarantees, exceptions or reliance that it reads otherwise",
                reading.id,
                "check that no key was swallowed by a note, or remove the reading",
            )
    for clause in agreement.clauses.values():
        if len(clause.quote.split()) > _LONGEST_QUOTE:
            yield (
                "AGR-055",
                f"the quote of clause {clause.id} is long",
                f"at most {_LONGEST_QUOTE} words",
                f"{len(clause.quote.split())} words",
                "quote less and say the rest in own words",
            )
    for ring in _rings(agreement):
        yield (
            "AGR-056",
            "promises wait for each other, so that nobody can be first",
            "promises of which one can be kept first",
            " waits for ".join((*ring, ring[0])),
            "check whether the text means it; if so, the proofs will say what it costs",
        )


def _unused(code: str, message: str, name: str) -> tuple[str, str, str, str, str]:
    return (
        code,
        message,
        "something in the file that rests on it",
        name,
        "remove it, or check whether a name is misspelled",
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
        waits.setdefault(guarantee.group, set()).update(needed)
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
