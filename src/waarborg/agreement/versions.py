"""Versions of a text: each judges what happened in its own time.

Rules this module keeps:
1. What happened before an amendment begins is judged by the text as it was; a new version never
   changes an old verdict. "Under the new text" is a reading (`readings.under`).
2. What may have happened under either of two versions is broken when both say so, kept when both
   say so, and otherwise cannot be decided.
3. A threshold of a version counts the incidents of the whole record that lie in its window.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from waarborg.agreement.held import Deed, Ground, Held, hold
from waarborg.agreement.judging import Against, Answer, Judged
from waarborg.agreement.model import Agreement, Prohibition, VersionText
from waarborg.agreement.settled import Columns
from waarborg.base.grades import Certainty
from waarborg.base.judgement import Judgement, Reason, Verdict
from waarborg.base.parties import PartyId
from waarborg.base.times import Period

_Entry = TypeVar("_Entry")
_EVER = datetime(1, 1, 2, tzinfo=UTC)
_NEVER = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HeldUnder:
    """The incidents of a record, settled for one version of the text."""

    version: VersionText
    held: tuple[Held, ...]


def versions_of(agreement: Agreement) -> tuple[VersionText, ...]:
    """Every version of a text in order of time; itself alone where it was never amended."""
    if agreement.versions:
        return agreement.versions
    name = agreement.version.name if agreement.version else ""
    return (VersionText(name, None, None, "", "", Certainty.STATED, agreement),)


def in_force(agreement: Agreement, happened: Period) -> tuple[VersionText, ...]:
    """The versions under which something may have happened: one, unless its time is open."""
    return overlapping(versions_of(agreement), happened)


def overlapping(versions: Sequence[VersionText], happened: Period) -> tuple[VersionText, ...]:
    """Those of some versions under which something may have happened."""
    return tuple(each for each in versions if happened.overlaps(time_of(each)))


def time_of(version: VersionText) -> Period:
    """When a version is in force; what has no beginning or end reaches far enough."""
    return Period(version.start or _EVER, version.end or _NEVER)


def everything(agreement: Agreement) -> Agreement:
    """The text with every entry that any version has, in its newest form, for looking up names.

    A promise that an amendment ended binds until the amendment begins.
    """
    if not agreement.versions:
        return agreement
    rules: dict[str, Prohibition] = {}
    until: dict[str, datetime | None] = {}
    for each in agreement.versions:
        rules |= {rule.id: rule for rule in each.text.prohibitions}
        until |= {
            promise.id: _until(promise.until, each.end, promise.id, agreement)
            for promise in each.text.guarantees
        }
    found = {
        promise.id: replace(promise, until=until[promise.id])
        for each in agreement.versions
        for promise in each.text.guarantees
    }
    texts = [each.text for each in agreement.versions]
    return replace(
        agreement,
        prohibitions=tuple(rules.values()),
        guarantees=tuple(found.values()),
        clauses=_joined([t.clauses for t in texts]),
        bodies=_joined([t.bodies for t in texts]),
        gates=_joined([t.gates for t in texts]),
        terms=_joined([t.terms for t in texts]),
        periods=_joined([t.periods for t in texts]),
        clocks=_joined([t.clocks for t in texts]),
        groups=_joined([t.groups for t in texts]),
        parties=_joined([t.parties for t in texts]),
        sources=_joined([t.sources for t in texts]),
        procedures=_joined([t.procedures for t in texts]),
        contributions=_joined([t.contributions for t in texts]),
        commitments=_joined([t.commitments for t in texts]),
        exits=_joined([t.exits for t in texts]),
    )


def _until(
    until: datetime | None, end: datetime | None, name: str, agreement: Agreement
) -> datetime | None:
    """When a promise ends: as it says, and no later than the amendment that leaves it out."""
    if any(name == kept.id for kept in agreement.versions[-1].text.guarantees):
        return until
    return min(moment for moment in (until, end, _NEVER) if moment is not None)


def _joined(parts: Sequence[Mapping[str, _Entry]]) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for part in parts:
        found |= part
    return found


def hold_versions(
    agreement: Agreement,
    deeds: Sequence[Deed],
    ground: Ground,
    places: Sequence[Columns] | None = None,
) -> tuple[HeldUnder, ...]:
    """Settle the incidents of a record for every version of a text.

    Args:
        agreement: The agreement, under the reading that is to apply.
        deeds: Every incident that counts, in any order.
        ground: The map, and the time zone of reasons.
        places: The zone columns of each incident where they were settled before.
    """
    return tuple(
        HeldUnder(each, hold(each.text, deeds, ground, places)) for each in versions_of(agreement)
    )


def columns_of(under: Sequence[HeldUnder]) -> dict[str, Columns]:
    """Incident to its settled columns, by the version in force when it happened.

    What two versions answer differently about an incident that may fall under either is None.
    """
    found: dict[str, Columns] = {}
    for each in under:
        for one in each.held:
            if not one.deed.happened.overlaps(time_of(each.version)):
                continue
            known = found.get(one.deed.id)
            found[one.deed.id] = one.columns if known is None else agreed(known, one.columns)
    return found


def agreed(one: Columns, other: Columns) -> Columns:
    """What two versions say alike of an incident; what they say otherwise of it is None."""
    both = {*one, *other}
    return {name: one.get(name) if one.get(name) is other.get(name) else None for name in both}


def judged(
    under: Sequence[HeldUnder], smallest: Sequence[str]
) -> Iterator[tuple[Prohibition, Judged]]:
    """Every prohibition, incident and party of which a breach cannot be ruled out.

    Args:
        under: The incidents, settled for every version.
        smallest: Zones of the map that hold no other zone, for "the same place".
    """
    several: dict[tuple[str, PartyId, str], list[tuple[Prohibition, Judged]]] = {}
    for each in under:
        time = time_of(each.version)
        for rule in each.version.text.prohibitions:
            for one in Against(each.version.text, rule, each.held, smallest).judged():
                happened = one.held.deed.happened
                if not happened.overlaps(time):
                    continue
                if happened.lies_in(time) is Verdict.YES:
                    yield rule, one
                else:
                    key = (rule.id, one.answer.accused, one.held.deed.id)
                    several.setdefault(key, []).append((rule, one))
    for found in several.values():
        rule, one = found[0]
        candidates = [
            e.version for e in under if one.held.deed.happened.overlaps(time_of(e.version))
        ]
        yield rule, Judged(one.held, merged([each.answer for _, each in found], candidates))


def merged(found: Sequence[Answer], candidates: Sequence[VersionText]) -> Answer:
    """What several versions together say of an incident that may fall under any of them.

    Args:
        found: What each says that does not rule a breach out.
        candidates: The versions under which it may have happened.
    """
    first = found[0]
    missing = [Verdict.NO] * (len(candidates) - len(found))
    verdicts = {*(one.verdict for one in found), *missing}
    accepted = {*(one.accepted for one in found), *missing}
    if len(verdicts) == 1 and verdicts != {Verdict.UNKNOWN}:
        return first
    named = " or ".join(each.name for each in candidates)
    reason = Reason(
        "version-open", f"it cannot be said which version of the text was in force: {named}"
    )
    if verdicts == {Verdict.UNKNOWN}:
        act = replace(first.act, reasons=(*first.act.reasons, reason))
        return replace(first, act=act)
    sure = next(iter(accepted)) if len(accepted) == 1 else Verdict.UNKNOWN
    open_ = Judgement(Verdict.UNKNOWN, (reason,))
    return Answer(first.accused, open_, (), sure)
