"""Second check of procedures: every step is reached, and none leads back to itself."""

from __future__ import annotations

from collections.abc import Iterator

from waarborg.agreement.build import Builder, certainty, records, section, text
from waarborg.agreement.sections import Procedure, Step
from waarborg.agreement.vocabulary import LateKnowledge
from waarborg.agreement.yaml_tree import Mapping_


def build_procedures(b: Builder) -> Iterator[tuple[str, Procedure]]:
    """The procedures of a file by name; problems go to the builder's checker."""
    for name, r, _ in records(b.tree, "procedures"):
        where = f"procedure {name}"
        steps = dict(_steps(b, r, where))
        _unreached(b, r, where, steps)
        _loops(b, r, where, steps)
        yield (
            name,
            Procedure(
                name,
                b.one(r, "clause", where, "clause", "AGR-021", b.clauses),
                text(r, "words"),
                b.condition(r.get("trigger"), f"{where}, trigger"),
                steps,
                certainty(r),
            ),
        )


def _steps(b: Builder, procedure: Mapping_, where: str) -> Iterator[tuple[str, Step]]:
    known = section(procedure, "steps").keys
    actors = (*b.parties, *b.bodies, *b.groups)
    clocks = section(b.tree, "clocks").keys
    for name, r, _ in records(procedure, "steps"):
        at = f"{where}, step {name}"
        yield (
            name,
            Step(
                name,
                b.one(r, "who", at, "party or body", "AGR-023", actors),
                text(r, "what"),
                text(r, "words"),
                b.span(r.get("within"), at),
                b.one(r, "clock", at, "clock", "AGR-044", clocks),
                text(r, "runs_from") or "step",
                b.several(r, "then", at, "step", "AGR-049", known),
                b.several(r, "on_lapse", at, "step", "AGR-049", known),
                LateKnowledge(text(r, "late_knowledge") or "as_written"),
            ),
        )


def _unreached(b: Builder, r: Mapping_, where: str, steps: dict[str, Step]) -> None:
    """Every step but the first must open from some other step."""
    if not steps:
        return
    opened = {next(iter(steps))}
    waiting = list(opened)
    while waiting:
        step = steps[waiting.pop()]
        fresh = [s for s in (*step.then, *step.on_lapse) if s in steps and s not in opened]
        opened.update(fresh)
        waiting.extend(fresh)
    for name in steps:
        if name not in opened:
            b.checker.problem(
                r.line,
                "AGR-057",
                f"{where} never reaches its step {name}",
                "then or on_lapse of another step that names it",
                name,
                "name the step where it follows, or remove it",
            )


def _loops(b: Builder, r: Mapping_, where: str, steps: dict[str, Step]) -> None:
    """No step may lead back to itself: each opens once, and its time is dated once."""
    for name in steps:
        ways: list[tuple[str, ...]] = [(name,)]
        seen = {name}
        for way in ways:
            step = steps[way[-1]]
            for following in (*step.then, *step.on_lapse):
                if following == name:
                    b.checker.problem(
                        r.line,
                        "AGR-074",
                        f"{where} goes in a circle",
                        "steps that lead on and never back: each opens once",
                        " -> ".join((*way, name)),
                        "write a step of its own for each time it is to be taken again, as hear and "
                        "hear_again",
                    )
                    return
                if following in steps and following not in seen:
                    seen.add(following)
                    ways.append((*way, following))
