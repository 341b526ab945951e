"""Second check of the sections that ask: readings, needs, questions and worked cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from waarborg.agreement.build import Builder, records, section, text, words
from waarborg.agreement.model import Case, Need, Question, Reading
from waarborg.agreement.yaml_tree import Entry, Mapping_, Scalar, Sequence_, Tree, plain


def build_readings(b: Builder) -> dict[str, Reading]:
    """The readings, with the terms they read otherwise."""
    groups = {g.group for g in b.guarantees}
    rules = {p.id for p in b.prohibitions}
    by_group = {name: _givers_of(b, name) for name in groups}
    found: dict[str, Reading] = {}
    for name, r, _ in records(b.tree, "readings"):
        where = f"reading {name}"
        terms = {}
        for entry in section(r, "terms").entries:
            b.known(entry.key, entry.line, where, "term", "AGR-022", b.terms)
            terms[entry.key] = b.condition(entry.value, f"{where}, term {entry.key}")
        relies = {}
        for entry in section(r, "relies_on").entries:
            b.known(entry.key, entry.line, where, "guarantee", "AGR-028", groups)
            reliance = b.reliance(entry.value, where, by_group)
            relies[entry.key] = tuple(" or ".join(item) for item in reliance)
        only = r.get("only")
        found[name] = Reading(
            name,
            text(r, "note"),
            None if only is None else b.several(r, "only", where, "guarantee", "AGR-028", groups),
            terms,
            b.several(r, "drop_except", where, "prohibition", "AGR-037", rules),
            relies,
        )
    return found


def _givers_of(b: Builder, group: str) -> tuple[str, ...]:
    return tuple(g.by for g in b.guarantees if g.group == group)


def build_needs(b: Builder) -> dict[str, Need]:
    """The needs."""
    groups = {g.group for g in b.guarantees}
    return {
        name: Need(
            name,
            text(r, "words"),
            b.several(r, "any_of", f"need {name}", "guarantee", "AGR-028", groups),
            tuple(w for w, _ in words(r.get("action"))),
            b.parties_named(r, "not_by", f"need {name}"),
        )
        for name, r, _ in records(b.tree, "needs")
    }


def build_questions(
    b: Builder, readings: Mapping[str, Reading], needs: Mapping[str, Need]
) -> Iterator[Question]:
    """The questions, in the order of the file."""
    for r in _items(b.tree, "questions"):
        where = f"question {text(r, 'id')}"
        order = r.get("order")
        breach = r.get("breach")
        yield Question(
            text(r, "id"),
            text(r, "ask"),
            text(r, "expect"),
            b.one(r, "reading", where, "reading", "AGR-038", readings),
            b.one(r, "need", where, "need", "AGR-039", needs),
            None if breach is None else b.condition(breach, f"{where}, breach"),
            order.value if isinstance(order, Scalar) and isinstance(order.value, int) else None,
            text(r, "why"),
        )


def build_cases(b: Builder, readings: Mapping[str, Reading]) -> Iterator[Case]:
    """The worked cases, in the order of the file."""
    rules = [p.id for p in b.prohibitions]
    groups = {g.group for g in b.guarantees}
    for r in _items(b.tree, "cases"):
        where = f"case {text(r, 'id')}"
        for entry in section(r, "expect").entries:
            b.known(entry.key, entry.line, where, "prohibition", "AGR-037", rules)
        owed = {}
        for entry in section(r, "owed").entries:
            if entry.key != "plain":
                b.known(entry.key, entry.line, where, "reading", "AGR-038", readings)
            owed[entry.key] = _named(b, entry, where, groups)
        yield Case(
            text(r, "id"),
            _data(r.get("row")),
            {e.key: text(section(r, "expect"), e.key) for e in section(r, "expect").entries},
            owed,
            text(r, "why"),
            r.line,
            tuple(_data(item) for item in _items(r, "record")),
        )


def _named(b: Builder, entry: Entry, where: str, groups: Collection[str]) -> tuple[str, ...]:
    return tuple(
        name
        for name, line in words(entry.value)
        if b.known(name, line, where, "guarantee", "AGR-028", groups)
    )


def _items(tree: Mapping_, key: str) -> list[Mapping_]:
    found = tree.get(key)
    items = found.items if isinstance(found, Sequence_) else ()
    return [item for item in items if isinstance(item, Mapping_)]


def _data(tree: Tree | None) -> dict[str, object]:
    found = plain(tree) if isinstance(tree, Mapping_) else {}
    return found if isinstance(found, dict) else {}
