"""Second check of what is asked of a file: needs, and the questions that run as tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from waarborg.agreement.build import Builder, items, number, records, text, words
from waarborg.agreement.model import Need, Question, Reading
from waarborg.agreement.yaml_tree import Mapping_
from waarborg.base.parties import PartyId


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
