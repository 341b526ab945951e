"""Why the certain findings of two texts differ in number, in a sentence drawn from the findings themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from waarborg.agreement.model import Agreement
from waarborg.findings.finding import Finding, Tier

_FIRST = (Tier.CERTAIN, Tier.POSSIBLE, Tier.UNDECIDABLE)
"""Which finding tells of an incident under which a text has several."""

_THERE = {Tier.POSSIBLE: "possible there", Tier.UNDECIDABLE: "cannot be decided there"}

Held = Mapping[str, Finding]
"""Incident to the finding that tells of it under one text."""


def why_counts_differ(agreements: Sequence[Agreement], findings: Sequence[Finding]) -> list[str]:
    """Where what is certain under one text is not so under another: how many, and for which reason.

    Args:
        agreements: The texts, the first one leading.
        findings: All findings under them.
    """
    held = {text.id: _told(text.id, findings) for text in agreements}
    told: list[str] = []
    for text in agreements[1:]:
        for one, other in ((text, agreements[0]), (agreements[0], text)):
            told += _sentence(one, other, held[one.id], held[other.id])
    return told


def _told(agreement: str, findings: Sequence[Finding]) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for each in findings:
        before = found.get(each.incident)
        if each.agreement == agreement and (
            before is None or _FIRST.index(each.tier) < _FIRST.index(before.tier)
        ):
            found[each.incident] = each
    return found


def _sentence(one: Agreement, other: Agreement, here: Held, there: Held) -> Iterator[str]:
    certain = [name for name, each in here.items() if each.tier is Tier.CERTAIN]
    others = [there.get(name) for name in certain]
    same = sum(each is not None and each.tier is Tier.CERTAIN for each in others)
    if same == len(certain):
        return
    parts: Counter[str] = Counter()
    for each in others:
        if each is None:
            parts["with no finding there"] += 1
        elif each.tier is not Tier.CERTAIN:
            parts[f"{_THERE[each.tier]}, since {_why(each)}"] += 1
    rest = "; ".join(
        f"{number} {words}" for words, number in sorted(parts.items(), key=lambda p: (-p[1], p[0]))
    )
    yield (
        f"Of {len(certain)} incidents with a certain finding under {one.title}, {same} "
        f"{'has' if same == 1 else 'have'} one under {other.title}: {rest}."
    )


def _why(finding: Finding) -> str:
    """What keeps a finding from being certain, in words that several findings share."""
    codes = {reason.code: reason.words for reason in finding.reasons}
    return " and ".join(dict.fromkeys(codes.values())) or " and ".join(finding.inferred)
