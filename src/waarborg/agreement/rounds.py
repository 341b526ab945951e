"""Going back in a procedure: what is then done anew, and how often a step can come round at most.

Rules this module keeps:
1. What comes after a step is done anew with it whenever the procedure goes back to it.
2. A step opens once, and once more at most for each time the procedure went back to it or to a step before it.
3. Each way back has its bound, so every step has a last round, and the procedure surely ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from waarborg.agreement.sections import Step, WayBack
from waarborg.agreement.vocabulary import GoesBack

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip


def ways_back(steps: Mapping[str, Step]) -> Iterator[tuple[Step, WayBack]]:
    """Every way back in a procedure, with the step from which it leads."""
    return ((step, way) for step in steps.values() for way in step.back)


def done_anew(steps: Mapping[str, Step], to: str) -> frozenset[str]:
    """The steps that are done anew when a procedure goes back to one: it, and all that come after it."""
    found, waiting = {to}, [to]
    while waiting:
        step = steps[waiting.pop()]
        fresh = {s for s in (*step.then, *step.on_lapse) if s in steps} - found
        found |= fresh
        waiting.extend(fresh)
    return frozenset(found)


def most_rounds(steps: Mapping[str, Step], name: str) -> int:
    """How many rounds a step can have at most: one, and one for each time that it may be done anew."""
    return 1 + sum(
        way.at_most
        for _, way in ways_back(steps)
        if way.to in steps and name in done_anew(steps, way.to)
    )


def on_lapse(step: Step) -> WayBack | None:
    """The way back that a procedure takes when the time of a step has passed; None where there is none."""
    return next((way for way in step.back if GoesBack.LAPSE in way.when), None)


def on_decision(step: Step, to: str) -> WayBack | None:
    """The way back to a step that whoever takes a step may choose; None where the text gives none."""
    return next((w for w in step.back if w.to == to and GoesBack.DECIDED in w.when), None)


def round_name(step: str, number: int) -> str:
    """What a round of a step is called: the step in its first round, then as "hear.2"."""
    return step if number == 1 else f"{step}.{number}"


def named_round(steps: Mapping[str, Step], name: str) -> tuple[str, int | None] | None:
    """The step and the round that somebody names, as "hear" or "hear.2"; None where there is no such step.

    The round is None where the name says none.
    """
    if name in steps:
        return name, None
    step, _, number = name.rpartition(".")
    if step in steps and number.isdecimal() and number.isascii() and int(number) > 0:
        return step, int(number)
    return None


def round_words(number: int, most: int) -> str:
    """The round of a step in words, as "second round of at most two"; "" for a step that comes but once."""
    return "" if most == 1 else f"{_ordinal(number)} round of at most {_number(most)}"


def times_words(times: int) -> str:
    """How often at most, as "once", "twice" or "three times"."""
    return {1: "once", 2: "twice"}.get(times) or f"{_number(times)} times"


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def _ordinal(number: int) -> str:
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    tens = 0 if number // 10 % 10 == 1 else number % 10
    return f"{number:,}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(tens, 'th') }"
