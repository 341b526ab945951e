"""Second check of the sections that ask: readings, needs, questions and worked cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from waarborg.agreement.amend import FIRST
from waarborg.agreement.build import Builder, items, number, records, section, text, words
from waarborg.agreement.model import Case, Need, Question, Reading
from waarborg.agreement.yaml_tree import Entry, Mapping_, Tree, plain
from waarborg.base.parties import PartyId


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
            b.one(r, "version", where, "version", "AGR-066", version_names(b)),
        )
    return found


def version_names(b: Builder) -> tuple[str, ...]:
    """The names of the versions of the text, the first one first."""
    return (text(section(b.tree, "version"), "name") or FIRST, *section(b.tree, "amendments").keys)


def _givers_of(b: Builder, group: str) -> tuple[str, ...]:
    return tuple(g.by for g in b.guarantees if g.group == group)


def build_needs(b: Builder) -> dict[str, Need]:
    """The needs by name, every name in them checked."""
    return {name: _need(b, name, r) for name, r, _ in records(b.tree, "needs")}


def _need(b: Builder, name: str, r: Mapping_) -> Need:
    where = f"need {name}"
    need = Need(
        name,
        text(r, "words"),
        b.several(r, "any_of", where, "guarantee", "AGR-028", b.guarantee_groups),
        tuple(w for w, _ in words(r.get("action"))),
        tuple(map(PartyId, b.several(r, "not_by", where, "party", "AGR-023", b.parties))),
        number(r, "number"),
        text(r, "unit"),
        b.zone(r, "place", where),
        b.span(r.get("within"), where),
    )
    if need.number is not None and not (need.actions and need.unit):
        b.checker.problem(
            r.line,
            "AGR-060",
            f"{where} asks for a number and does not say of what",
            "action and unit beside number",
            ", ".join(r.keys),
            "add the action that the contributions serve, and the unit they are counted in",
        )
    return need


def build_questions(
    b: Builder, readings: Mapping[str, Reading], needs: Mapping[str, Need]
) -> Iterator[Question]:
    """The questions, in the order of the file."""
    for r in items(b.tree, "questions"):
        where = f"question {text(r, 'id')}"
        breach = r.get("breach")
        question = Question(
            text(r, "id"),
            text(r, "ask"),
            text(r, "expect"),
            b.one(r, "reading", where, "reading", "AGR-038", readings),
            b.one(r, "need", where, "need", "AGR-039", needs),
            None if breach is None else b.condition(breach, f"{where}, breach"),
            number(r, "order"),
            text(r, "why"),
            r.line,
        )
        if question.ask in {"gap", "cuts"} and not question.need:
            b.checker.problem(
                r.line,
                "AGR-061",
                f"{where} does not say what must be covered",
                f"need: one of {', '.join(needs) or 'the needs, which the file has to give first'}",
                ", ".join(r.keys),
                "name the need it is about",
            )
        yield question


def build_cases(b: Builder, readings: Mapping[str, Reading]) -> Iterator[Case]:
    """The worked cases, in the order of the file."""
    rules = [p.id for p in b.prohibitions]
    groups = {g.group for g in b.guarantees}
    for r in items(b.tree, "cases"):
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
            tuple(_data(item) for item in items(r, "record")),
        )


def _named(b: Builder, entry: Entry, where: str, groups: Collection[str]) -> tuple[str, ...]:
    return tuple(
        name
        for name, line in words(entry.value)
        if b.known(name, line, where, "guarantee", "AGR-028", groups)
    )


def _data(tree: Tree | None) -> dict[str, object]:
    found = plain(tree) if isinstance(tree, Mapping_) else {}
    return found if isinstance(found, dict) else {}
