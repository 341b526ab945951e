"""Proofs as lines of text with their depth, for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterator

from waarborg.agreement.vocabulary import RunsFrom, in_words
from waarborg.agreement.words import listed
from waarborg.app.services.proving import Answers, Tally
from waarborg.coverage.chance import Chance
from waarborg.coverage.cuts import Cuts
from waarborg.coverage.escapes import Excused, Procedure
from waarborg.coverage.firming import Firming
from waarborg.coverage.gaps import Answer, Gaps
from waarborg.coverage.opened import Depends
from waarborg.coverage.packages import Packages, Piece
from waarborg.coverage.parting import Apart, Split
from waarborg.coverage.prove import (
    NO_BREACH,
    OR,
    Counted,
    Proof,
    Whole,
    gap_words,
    quantity_in_words,
    single_words,
)
from waarborg.coverage.quantity import Counts, Quantity
from waarborg.coverage.repair import Repairs
from waarborg.coverage.resilience import Resilience
from waarborg.coverage.timing import AFTER_RULING, Late, Owed, grouped, hours_words

NOT_KNOWN = "not known: the solver gave up, so nothing is proved"
PLAIN = "plain"
_SHOWN = 2
"""Families told of an answer that another value or reading would give."""
Line = tuple[int, str]

_EVENTS = {
    RunsFrom.OCCURRENCE: "the breach",
    RunsFrom.KNOWLEDGE: "when the breach is known",
    RunsFrom.VERIFICATION: "when the breach is verified",
    RunsFrom.RULING: "the ruling",
    RunsFrom.REQUEST: "the request",
    RunsFrom.FIRST_BREACH: "the first breach",
}


def lines(answers: Answers) -> Iterator[Line]:
    """Everything that was answered, as lines with their depth."""
    asked: list[Proof | Counted] = [*answers.proofs, *answers.counted]
    for number, proof in enumerate(asked):
        if number:
            yield 0, ""
        yield from heading(proof)
        yield from proof_lines(proof, answers)
    for whole in answers.wholes:
        told = list(whole_lines(whole))
        if told:
            yield 0, ""
            yield 0, f"The text as a whole, on the reading: {reading_words(whole.basis.reading)}"
            yield from told
    if answers.partings:
        yield 0, ""
        yield 0, "Where two readings part"
        for one in answers.partings:
            yield from parting_lines(one, answers)
    yield from table(answers)


def reading_words(reading: str) -> str:
    """How a sentence calls a reading."""
    return reading or "the words as they stand"


def heading(proof: Proof | Counted) -> Iterator[Line]:
    """What was asked, under which reading."""
    if proof.basis.exercise:
        yield 0, proof.basis.exercise
    yield 0, f"Need: {proof.asked.need.words} ({proof.asked.need.id})"
    version = f"; {proof.basis.version_words}" if proof.basis.version_words else ""
    yield 0, f"On the reading: {reading_words(proof.basis.reading)}{version}"


def proof_lines(proof: Proof | Counted, answers: Answers) -> Iterator[Line]:
    """The answers about one need, without their heading."""
    if isinstance(proof, Counted):
        yield from _quantity_lines(proof.quantity, proof.drop)
    else:
        yield from _gap_lines(proof, proof.plain, "nobody owes it", "Gaps", answers)
        yield from _gap_lines(
            proof,
            proof.unknown,
            "nobody surely owes it",
            "Gaps because something is not known",
            answers,
        )
        yield from _cut_lines(proof.cuts, proof.plain.answer)
        for circle in proof.circles:
            yield 0, f"Circle: {', '.join(circle)} wait for each other, and none can be first"
        if proof.resilience is not None:
            yield 0, resilience_words(proof.resilience)
        if proof.repairs is not None:
            yield from _repair_lines(proof.repairs)
        if proof.firming is not None:
            yield from _firming_lines(proof.firming)
        if proof.chance is not None:
            yield from _chance_lines(proof.chance)
    yield from _depends_lines(proof.depends)
    if proof.basis.notes:
        yield 0, "Taken for granted"
    for note in proof.basis.notes:
        yield 1, f"· {note}"


def _gap_lines(
    proof: Proof, found: Gaps, said: str, title: str, answers: Answers
) -> Iterator[Line]:
    if found.answer is Answer.NOT_KNOWN:
        yield 0, f"{title}: {NOT_KNOWN}"
        return
    if found.answer is Answer.NONE:
        yield 0, f"{title}: none, proved"
        return
    if found.answer is Answer.NO_BREACH:
        yield 0, f"{title}: {NO_BREACH}"
        return
    rest = "these are all" if found.complete else "there are more"
    yield 0, f"{title}: after these breaches {said} ({rest})"
    key = (str(answers.proofs.index(proof)), found.kind.value)
    for number, gap in enumerate(found.gaps):
        counted = tally_words(answers.tallies.get((*key, str(number))))
        yield 1, f"· {gap.family.words}{counted}"
        for promise, reasons in gap.reasons:
            why = "; ".join(reason.words for reason in reasons)
            yield 2, f"{promise}: not owed, since {why}"


def tally_words(tally: Tally | None) -> str:
    """How many incidents of a mission's record fall in a family; "" where none were counted."""
    if tally is None:
        return ""
    many = "1 incident" if tally.surely == 1 else f"{tally.surely:,} incidents"
    return f" [{many} surely, {tally.maybe:,} more maybe]"


def _cut_lines(found: Cuts, gaps: Answer) -> Iterator[Line]:
    if found.answer is Answer.NOT_KNOWN:
        yield 0, f"Weak spots: {NOT_KNOWN}"
        return
    if not found.ever_met:
        why = "no such breach can occur" if gaps is Answer.NO_BREACH else "the need is never met"
        yield 0, f"Weak spots: there is nothing to lose, for {why}"
        return
    if not found.cuts:
        yield 0, f"Weak spots: no {found.order} or fewer failures break it, proved"
        return
    yield 0, "Weak spots: if this fails, these breaches are left unanswered"
    for cut in found.cuts:
        single = "single point of failure: " if cut.size == 1 else ""
        said = " and ".join(element.words for element in cut.elements)
        yield 1, f"· {single}{said}{' → ' if cut.words else ''}{cut.words}"


def _repair_lines(found: Repairs) -> Iterator[Line]:
    if not found.needed:
        said = NOT_KNOWN if found.answer is Answer.NOT_KNOWN else "nothing to mend"
        yield 0, f"Repair: {said}"
        return
    if not found.alternatives:
        none = "no few changes to these promises close the gaps"
        yield 0, f"Repair: {NOT_KNOWN if found.answer is Answer.NOT_KNOWN else none}"
        return
    for number, chosen in enumerate(found.alternatives, start=1):
        yield 0, f"Repair {number}: all of these close the gaps"
        for change in chosen:
            yield 1, f"· {change.words}"


def _firming_lines(found: Firming) -> Iterator[Line]:
    any_ = "any one thing" if found.drop == 1 else f"any {found.drop} things"
    if found.answer is Answer.NOT_KNOWN:
        yield 0, f"So that {any_} may fail: {NOT_KNOWN}"
    elif not found.needed:
        yield 0, f"So that {any_} may fail: nothing need be done, proved"
    elif not found.alternatives:
        yield 0, f"So that {any_} may fail: no few steps beforehand are enough"
    for number, chosen in enumerate(found.alternatives, start=1):
        which = f" (way {number})" if len(found.alternatives) > 1 else ""
        yield 0, f"So that {any_} else may fail, these have to be made certain beforehand{which}"
        for step in chosen:
            yield 1, f"· {step.words}"


def resilience_words(found: Resilience) -> str:
    """Whether the need holds if some drop out, in a sentence."""
    if found.answer is Answer.NOT_KNOWN:
        return f"If any {found.drop} drop out: {NOT_KNOWN}"
    if not found.ever_met:
        return f"If any {found.drop} drop out: nothing to lose, for the need is never met"
    if found.failing is None:
        return f"If any {found.drop} drop out: it holds, proved"
    said = " and ".join(element.words for element in found.failing.elements)
    return f"If any {found.drop} drop out: it does not hold; it is enough that {said}"


def _chance_lines(found: Chance) -> Iterator[Line]:
    chances = found.chances
    if found.answer is Answer.NOT_KNOWN:
        yield 0, f"Chance: {NOT_KNOWN}"
        return
    rest = "" if found.complete else "; there are more kinds of breach"
    yield 0, f"Chance that the need is met, on chances stated by {chances.by} (see below){rest}"
    for kind in found.kinds:
        said = " — or ".join(family.words for family in kind.families)
        yield 1, f"· {kind.chance.words}: {said}"
        for weight in kind.weights[:3]:
            yield (
                2,
                (
                    f"{weight.element.name}: {weight.certain.words} were it certain, "
                    f"{weight.lost.words} were it certain to fail"
                ),
            )
    yield 0, "These chances rest on"
    alike: dict[tuple[str, str, str], list[str]] = {}
    for name, stated in sorted(chances.stated.items()):
        alike.setdefault((stated.holds.words, stated.source, stated.words), []).append(name)
    for (holds, source, words), names in alike.items():
        ground = f" ({words})" if words else ""
        each = "each holds" if len(names) > 1 else "holds"
        yield 1, f"· {', '.join(names)} {each}: {holds}; {source}{ground}"
    for cause in chances.causes:
        said = " and ".join(cause.of)
        source = f"; {cause.source}" if cause.source else ""
        yield 1, f"· {said} fail together: {cause.fails.words}; {cause.words}{source}"
    yield 1, "· beside that, each is taken to hold or fail on its own, whatever the breach"


def _depends_lines(found: tuple[Depends, ...]) -> Iterator[Line]:
    bearing = [one for one in found if one.differs]
    if bearing:
        yield 0, "This answer hangs on words that are open or read otherwise"
    for one in bearing:
        kind = "reading" if one.is_reading else "open"
        yield 1, f"· {kind} {one.name or PLAIN}: {one.words}"
        for value, parts in one.answers:
            said = "; ".join(map(_short, parts)) or "the same"
            yield 2, said if one.is_reading else f"{value} → {said}"
    idle = [one.name or PLAIN for one in found if not one.differs]
    if idle:
        yield 0, f"It does not hang on: {', '.join(idle)}"


def _short(part: str) -> str:
    """A part of an answer with its first two families, and how many more there are."""
    families = part.split(OR)
    rest = f"{OR}{len(families) - _SHOWN} more" if len(families) > _SHOWN else ""
    return OR.join(families[:_SHOWN]) + rest


def _quantity_lines(found: Quantity, drop: int | None) -> Iterator[Line]:
    said = quantity_in_words(found).partition(":")[0]
    yield 0, f"Enough: {'yes' if found.enough else 'no'}, {said} when everybody keeps their word"
    for one in found.supplies:
        counts = "" if one.counts in {Counts.THERE, Counts.IN_TIME} else ", does not count"
        yield 1, f"· {one.by}, {one.id}: {one.number:,}{counts}: {one.words}"
    if not found.enough:
        return
    if found.answer is Answer.NOT_KNOWN:
        yield 0, f"Weak spots: {NOT_KNOWN}"
    elif not found.shortfalls:
        yield 0, f"Weak spots: no {found.order} or fewer failures leave too few, proved"
    else:
        yield 0, "Weak spots: if this fails, too few are left"
    for short in found.shortfalls:
        single = "single point of failure: " if len(short.elements) == 1 else ""
        fails = " and ".join(element.words for element in short.elements)
        yield 1, f"· {single}{fails} → {short.left:,} left"
    if drop is not None and found.answer is not Answer.NOT_KNOWN:
        breaking = [s for s in found.shortfalls if len(s.elements) <= drop]
        held = "it does not hold" if breaking else "it holds, proved"
        yield 0, f"If any {drop} drop out: {held}"


def whole_lines(whole: Whole) -> Iterator[Line]:
    """Packages and time."""
    yield from _package_lines(whole.packages)
    yield from _owed_lines(whole.owed)
    yield from _late_lines(whole.late)
    for term, value, missed in whole.late_if:
        yield 1, f"· if {in_words(term)} is {value}: {_late_words(missed)}"
    yield from _excused_lines(whole.excused)
    if whole.procedures:
        yield 0, "National procedures"
    for one in whole.procedures:
        touched = ", ".join(_touched(one, promise) for promise in one.promises) or "no promise"
        yield 1, f"· {one.gate} ({one.words}): {one.can}; touches {touched}"


def _touched(one: Procedure, promise: str) -> str:
    """A promise that a procedure touches, with its choices where the others are free of it."""
    only = one.choices.get(promise)
    return (
        f"{promise} (of its choices {listed(list(map(in_words, only)))} only)" if only else promise
    )


def _excused_lines(found: tuple[Excused, ...]) -> Iterator[Line]:
    if found:
        yield 0, "Acts that exceptions excuse"
    for one in found:
        if one.about_record:
            said = "whatever answers an earlier strike as the words ask; that hangs on the record"
        elif one.answer is Answer.NOT_KNOWN:
            said = NOT_KNOWN
        else:
            said = OR.join(f.words for f in one.families) or "nothing, proved"
        yield 1, f"· {one.rule}, {one.words}: {said}"


def _said(piece: Piece) -> str:
    firm = "" if piece.firm else " (only intended)"
    return f"{piece.by}: {piece.words}{firm}"


def _package_lines(found: Packages) -> Iterator[Line]:
    if not found:
        return
    if found.there:
        yield 0, "There already"
        for piece in found.there:
            yield 1, f"· {_said(piece)}"
    for number, part in enumerate(found.rounds):
        yield 0, "What can move next" if number == 0 else f"Then, step {number + 1}"
        for piece in part:
            yield 1, f"· {_said(piece)}"
    if found.never:
        yield 0, "What can never start as the text stands"
        for piece in found.never:
            waits = " and ".join(" or ".join(item) for item in piece.waits_for)
            yield 1, f"· {_said(piece)}: waits for {waits}"
    for ring in found.circles:
        yield 0, f"Circle: {' and '.join(p.id for p in ring)} wait for each other"
    for one in found.openings:
        freed = ", ".join(piece.id for piece in one.follows) or "nothing else"
        yield 1, f"· if {one.piece.by} went first ({one.piece.words}), it would free: {freed}"


def _owed_lines(found: tuple[Owed, ...]) -> Iterator[Line]:
    if not any(one.span is not None or one.opens or one.open_terms for one in found):
        return
    yield 0, "What is owed by when, on the worst calendar"
    for group, ones in grouped(found).items():
        one = ones[0]
        yield 1, f"· {one.promise.words or in_words(group)}: {owed_words(one)}"


def owed_words(one: Owed) -> str:
    """By when a promise is due, in words."""
    parts = []
    if one.opens:
        parts.append(f"not before {one.opens} hours after the first breach")
    if one.span is None:
        left_open = f", left open by {', '.join(one.open_terms)}" if one.open_terms else ""
        return "; ".join([*parts, f"no fixed time{left_open}"])
    least, most = one.span.shortest, one.span.longest
    span = (
        hours_words(most)
        if least == most
        else f"{least.total_seconds() / 3600:g} to {hours_words(most)}"
    )
    parts.append(f"within {span} of {_EVENTS[one.event]}")
    if one.needs_ruling and one.event in AFTER_RULING:
        if one.longest is None:
            parts.append("how long the ruling takes is left open")
        else:
            parts.append(f"with the ruling {hours_words(one.longest)} after it is asked for")
    return "; ".join(parts)


def _late_lines(found: tuple[Late, ...]) -> Iterator[Line]:
    if not found:
        return
    yield 0, "Deadlines that cannot be kept, or not surely"
    for one in found:
        yield 1, f"· {_late_words(one)}"


_KEPT = {
    "never": "cannot be kept",
    "not_always": "cannot always be kept",
    "open": "cannot surely be kept",
}


def _late_words(one: Late) -> str:
    return f"{one.promise.id} {_KEPT[one.kept.value]}: {one.words}"


_SPLITS = {
    Split.BREACH: "breaches on {0}, not surely on {1}",
    Split.NO_BREACH: "breaches on {1}, not surely on {0}",
    Split.ANSWERED: "surely answered on {0}, not on {1}",
    Split.UNANSWERED: "surely answered on {1}, not on {0}",
}


def parting_lines(one: Apart, answers: Answers) -> Iterator[Line]:
    """The incidents on which two readings part."""
    names = (one.first or PLAIN, one.second or PLAIN)
    version = f", {one.version}" if one.version else ""
    head = f"{names[0]} and {names[1]}, {one.need}{version}"
    if one.agree:
        yield 1, f"{head}: they never part, proved"
        return
    yield 1, head
    key = ("parting", str(answers.partings.index(one)))
    for part in one.partings:
        said = _SPLITS[part.split].format(*names)
        if part.answer is Answer.NOT_KNOWN:
            yield 2, f"{said}: {NOT_KNOWN}"
        elif part.answer is Answer.FOUND:
            rest = "" if part.complete else " (there are more)"
            yield 2, f"{said}{rest}"
            for number, family in enumerate(part.families):
                counted = tally_words(answers.tallies.get((*key, part.split.value, str(number))))
                yield 3, f"· {family.words}{counted}"


def table(answers: Answers) -> Iterator[Line]:
    """Answers by reading, where there is more than one."""
    if len(answers.wholes) < 2:
        return
    yield 0, ""
    yield 0, "Answers by reading"
    for proof in answers.proofs:
        yield (
            1,
            f"{_head(proof)}: gaps: {gap_words(proof.plain)}",
        )
        yield 2, f"single points of failure: {single_words(proof.cuts)}"
    for one in answers.counted:
        yield 1, f"{_head(one)}: {quantity_in_words(one.quantity)}"


def _head(one: Proof | Counted) -> str:
    """Reading, need and version of an answer, in a table."""
    version = f" · version {' and '.join(one.basis.versions)}" if one.basis.versions else ""
    return f"{one.basis.reading or PLAIN} · {one.asked.need.id}{version}"
