"""When a promise binds: up to its end, and as long as its clause stands.

A promise that ends, or whose clause lapses, answers no breach that comes later; one whose clause is
only proposed answers none. So the stretches of time in which a promise binds become periods of the
text, and stand in what sets the promise off. Each version of an amended text is asked in its own time
in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

from waarborg.agreement.condition import (
    NEVER,
    Node,
    Settled,
    SettledKind,
    conjunction,
    disjunction,
)
from waarborg.agreement.model import Agreement, Clause, Guarantee
from waarborg.agreement.readings import under
from waarborg.agreement.vocabulary import in_words
from waarborg.agreement.words import listed
from waarborg.base.grades import Standing
from waarborg.base.parties import PartyId
from waarborg.base.times import Period, format_instant
from waarborg.coverage.woven import woven

EVER = datetime(1, 1, 2, tzinfo=UTC)
AFTER_ALL = datetime(9999, 12, 30, tzinfo=UTC)
ENDED = frozenset({Standing.SUSPENDED, Standing.LAPSED, Standing.DENOUNCED, Standing.REPLACED})
"""A clause in one of these binds no more."""
OWN_TIME = "own time of this version"
"""The period in which a version of the text applies."""
_BINDING = "binding "
_Stretch = tuple[datetime, datetime]
_ALWAYS = Period(EVER, AFTER_ALL)


@dataclass(frozen=True, slots=True)
class InForce:
    """A text under a reading as it was in one version, or in several that read alike.

    Attributes:
        versions: Their names, in order of time; empty for a text that was never amended.
        text: The text, with the period of its own time where that has a limit.
    """

    versions: tuple[str, ...]
    text: Agreement

    @property
    def words(self) -> str:
        """Which versions, and for breaches of which time; "" for a text that was never amended."""
        if not self.versions:
            return ""
        many = "versions" if len(self.versions) > 1 else "version"
        said = f"{many} {listed(self.versions, 'and')} of the text"
        period = self.text.periods.get(OWN_TIME)
        return said if period is None else f"{said}, for breaches {_stretch_words(period)}"


def versions_under(
    agreement: Agreement, reading: str, alike: Callable[[Agreement], Hashable] = id
) -> tuple[InForce, ...]:
    """Each version of a text under a reading, to be asked in its own time; one where there is one.

    A reading of a version reads everything under that version, whenever it happened.

    Args:
        agreement: The agreement as its words stand, with its versions.
        reading: The reading, "" for the words as they stand.
        alike: What an answer looks at; neighbours in which that is equal are asked as one.

    Raises:
        KeyError: The file has no such reading.
    """
    read = under(agreement, reading)
    if not read.versions:
        return (InForce((), read),)
    found: list[InForce] = []
    for _, same in groupby(read.versions, lambda each: alike(each.text)):
        run = list(same)
        period = Period(run[0].start or EVER, run[-1].end or AFTER_ALL)
        text = run[-1].text
        if period != _ALWAYS:
            text = replace(text, periods={**text.periods, OWN_TIME: period})
        found.append(InForce(tuple(each.name for each in run), text))
    return tuple(found)


def as_in(agreement: Agreement, reading: str, among: InForce) -> Agreement:
    """A text under a reading, in the version and the time in which it was asked before.

    Args:
        agreement: The agreement as its words stand, or with an open term settled.
        reading: The reading.
        among: The version that was asked.
    """
    read = under(agreement, reading)
    texts = {each.name: each.text for each in read.versions}
    text = texts[among.versions[-1]] if texts and among.versions else read
    period = among.text.periods.get(OWN_TIME)
    return text if period is None else replace(text, periods={**text.periods, OWN_TIME: period})


def in_own_time(agreement: Agreement) -> Node | None:
    """The condition that something happened in the time of a version; None where it has no limit."""
    return Settled(SettledKind.PERIOD, OWN_TIME) if OWN_TIME in agreement.periods else None


def prepared(agreement: Agreement) -> Agreement:
    """A text as it is asked about: what promises wait for as promises, each bound to its time."""
    return bound(woven(agreement))


def bound(agreement: Agreement) -> Agreement:
    """The text with the time in which each promise binds in what sets it off.

    Args:
        agreement: The agreement under its reading; given back as it is where every promise always
            binds, or where this was done before.
    """
    if any(name.startswith(_BINDING) for name in agreement.periods):
        return agreement
    periods: dict[str, Period] = {}
    promises = []
    for promise in agreement.guarantees:
        stretches = binds(agreement, promise)
        if stretches == [(EVER, AFTER_ALL)]:
            promises.append(promise)
            continue
        named = {f"{_BINDING}{_between(s)}": Period(*s) for s in stretches}
        periods |= named
        then = disjunction(Settled(SettledKind.PERIOD, name) for name in named)
        trigger = NEVER if then == NEVER else conjunction((promise.trigger, then))
        promises.append(replace(promise, trigger=trigger))
    if all(one is other for one, other in zip(promises, agreement.guarantees, strict=True)):
        return agreement
    return replace(agreement, guarantees=tuple(promises), periods={**agreement.periods, **periods})


def period_words(name: str, period: Period) -> str:
    """How a sentence calls a period: by its name in the file, or by the days it holds."""
    if name == OWN_TIME or name.startswith(_BINDING):
        return f"the time {_stretch_words(period)}"
    return f"the {name.replace('_', ' ')}"


def _between(stretch: _Stretch) -> str:
    return " to ".join(map(format_instant, stretch))


def _stretch_words(period: Period) -> str:
    start, end = (f"{moment:%Y-%m-%d %H:%M} UTC" for moment in (period.start, period.end))
    if period.start == EVER:
        return f"before {end}"
    return f"from {start} on" if period.end == AFTER_ALL else f"from {start} to {end}"


def binds(agreement: Agreement, promise: Guarantee) -> list[_Stretch]:
    """The stretches of time in which a promise binds, in order; none where it never does.

    Before anything that is forbidden is in force there is no breach, so a promise that comes into
    force by then is taken to bind from ever. Where all that is forbidden is itself only proposed,
    the text is a draft, and what it proposes is read as if it were agreed.
    """
    end = promise.until or AFTER_ALL
    clause = agreement.clauses.get(promise.clause)
    stands = [(EVER, AFTER_ALL)]
    if clause is not None:
        idle = frozenset() if is_draft(agreement) else frozenset({Standing.PROPOSED})
        stands = list(_stands(clause, promise.by, _first_breach(agreement), idle))
    return [(start, min(stop, end)) for start, stop in stands if start < end]


def is_draft(agreement: Agreement) -> bool:
    """Whether all that a text forbids is only proposed, so that nothing but a draft can be asked."""
    named = [agreement.clauses.get(rule.clause) for rule in agreement.prohibitions]
    return bool(named) and all(
        clause is not None
        and bool(clause.standing)
        and all(step.step is Standing.PROPOSED for step in clause.standing)
        for clause in named
    )


def _first_breach(agreement: Agreement) -> datetime:
    """The first moment at which something that is forbidden is in force."""
    starts = []
    for rule in agreement.prohibitions:
        clause = agreement.clauses.get(rule.clause)
        steps = clause.standing if clause is not None else ()
        starts.append(min((s.since for s in steps if s.step is Standing.IN_FORCE), default=EVER))
    return min(starts, default=EVER)


def _stands(
    clause: Clause, party: PartyId, first: datetime, idle: frozenset[Standing]
) -> Iterator[_Stretch]:
    """When a clause binds a party: once it is in force, or agreed where no step says in force."""
    steps = [step for step in clause.standing if step.party in {None, party}]
    if not steps:
        yield EVER, AFTER_ALL
        return
    entry = any(step.step is Standing.IN_FORCE for step in steps)
    since: datetime | None = None
    for number, step in enumerate(steps):
        if step.step in ENDED:
            if since is not None and since < step.since:
                yield since, step.since
            since = None
        elif (
            since is None
            and step.step not in idle
            and (not entry or step.step is Standing.IN_FORCE)
        ):
            from_ever = step.since <= first if entry else number == 0
            since = EVER if from_ever else step.since
    if since is not None:
        yield since, AFTER_ALL


def binding_notes(agreement: Agreement) -> list[str]:
    """Which promises do not bind, which bind for a time, and which are known from reports alone."""
    never, ends, reported = [], [], []
    for promise in agreement.guarantees:
        stretches = binds(agreement, promise)
        clause = agreement.clauses.get(promise.clause)
        last = clause.standing[-1].step if clause is not None and clause.standing else None
        if not stretches:
            why = in_words(last) if last is not None and promise.until is None else "over"
            never.append(f"{promise.group} ({why})")
        elif stretches != [(EVER, AFTER_ALL)]:
            times = " and ".join(_stretch_words(Period(*stretch)) for stretch in stretches)
            ends.append(f"{promise.group} ({times})")
        if last is Standing.REPORTED:
            reported.append(promise.group)
    draft = ["the text is a draft: what it proposes is read as if it were agreed"]
    return (draft if is_draft(agreement) else []) + [
        f"{said}: {', '.join(dict.fromkeys(sorted(found)))}"
        for said, found in (
            ("promises that do not bind are not counted", never),
            ("promises are counted only for breaches in the time in which they bind", ends),
            ("known from reports alone, and counted as if they bound", reported),
        )
        if found
    ]
