"""Second check of procedures: every step is reached, and each way back has a bound, so that all of them end."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from waarborg.agreement.build import Builder, certainty, number, records, section, text, words
from waarborg.agreement.rounds import done_anew, most_rounds, named_round, ways_back
from waarborg.agreement.sections import Procedure, Step, WayBack
from waarborg.agreement.vocabulary import GoesBack, LateKnowledge
from waarborg.agreement.yaml_tree import Mapping_

MOST_TIMES = 100
"""How often a procedure may go back one way at most: a bound beyond it is a slip, and bounds nothing for anybody."""


def build_procedures(b: Builder) -> Iterator[tuple[str, Procedure]]:
    """The procedures of a file by name; problems go to the builder's checker."""
    for name, r, _ in records(b.tree, "procedures"):
        where = f"procedure {name}"
        steps = dict(_steps(b, r, where))
        _unreached(b, r, where, steps)
        _loops(b, r, where, steps)
        _ways_back(b, r, where, steps)
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
                tuple(_back(b, r, at, known)),
            ),
        )


def _back(b: Builder, r: Mapping_, at: str, known: Collection[str]) -> Iterator[WayBack]:
    for to, way, line in records(r, "back"):
        at_most = number(way, "at_most")
        if b.known(to, line, f"{at}, back", "step", "AGR-049", known) and at_most is not None:
            when = [GoesBack(word) for word, _ in words(way.get("when"))]
            yield WayBack(to, at_most, tuple(dict.fromkeys(when)) or (GoesBack.DECIDED,))


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
    """No step leads on to itself: what goes back has a way back of its own, with its bound."""
    for name in steps:
        ways: list[tuple[str, ...]] = [(name,)]
        seen = {name}
        for way in ways:
            step = steps[way[-1]]
            for following in (*step.then, *step.on_lapse):
                if following == name:
                    lapse = ", when: lapse" if name not in step.then else ""
                    b.checker.problem(
                        r.line,
                        "AGR-074",
                        f"{where} goes in a circle without end",
                        "steps that lead on under then and on_lapse, and back only under back, with a bound",
                        " -> ".join((*way, name)),
                        f"take {name} out there, and write in step {way[-1]}: "
                        f"back: {{{name}: {{at_most: 1{lapse}}}}}, with as many times as the text allows",
                    )
                    return
                if following in steps and following not in seen:
                    seen.add(following)
                    ways.append((*way, following))


def _ways_back(b: Builder, r: Mapping_, where: str, steps: dict[str, Step]) -> None:
    """A way back leads to what was done before, one alone is taken when a time has passed, and no name is double."""
    for step, way in ways_back(steps):
        if step.id not in done_anew(steps, way.to):
            b.checker.problem(
                r.line,
                "AGR-075",
                f"{where}, step {step.id} goes back to {way.to}, which does not come before it",
                f"{step.id} itself, or a step from which then or on_lapse lead to it",
                way.to,
                "name the step that is to be done anew; what comes later stands under then",
            )
        if way.at_most > MOST_TIMES:
            b.checker.problem(
                r.line,
                "AGR-078",
                f"{where}, step {step.id} goes back to {way.to} more than {MOST_TIMES} times",
                f"a bound of {MOST_TIMES} at most",
                str(way.at_most),
                "write how often the text lets it go back; where it gives no number, a small one",
            )
    for step in steps.values():
        lapses = [way.to for way in step.back if GoesBack.LAPSE in way.when]
        if len(lapses) > 1 or (lapses and step.within is None):
            b.checker.problem(
                r.line,
                "AGR-076",
                f"{where}, step {step.id} cannot go back when its time has passed",
                "a time under within, and one step to go back to",
                " and ".join(lapses) if step.within else "no time",
                "leave when: lapse at one of them"
                if step.within
                else "write within, or when: decided",
            )
        named = named_round(
            {name: each for name, each in steps.items() if name != step.id}, step.id
        )
        if named is not None and most_rounds(steps, named[0]) > 1:
            b.checker.problem(
                r.line,
                "AGR-077",
                f"{where}, step {step.id} is called as a round of step {named[0]} is",
                f"a name that is not {named[0]} with a point and a number",
                step.id,
                "give it another name",
            )
