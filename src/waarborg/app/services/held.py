"""What is held of an incident beyond one line, in sentences: who is a witness, what is not sure.

Rules this module keeps:
1. A chance is told with what it rests on, and beside the hard count, never in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from waarborg.app.services.wording import period_words
from waarborg.base.times import Period
from waarborg.incidents.account import Account

Row = Mapping[str, Any]

_PAIRS_SHOWN = 6
_SHOWN = {
    "named": "one names the other",
    "origin": "both name one authority",
    "wording": "nearly the same words",
    "different": "they name different authorities",
    "nothing": "their headlines show nothing either way",
    "unread": "a headline is missing",
}


def held_of(row: Row | None) -> list[str]:
    """What is held of an incident beyond one line: witnesses, kinds of text, tolls, spread."""
    if row is None:
        return []
    least, most = row["least"], row["most"]
    many = f"{least}" if least == most else f"{least} to {most}"
    lines = [f"independent witnesses: {many}", *_on_their_own(row)]
    lines += [
        f"one witness: {', '.join(w['sources'])}: {w['why'][0]}"
        for w in row["witnesses"]
        if w["why"]
    ]
    kinds = Counter(text["genre"].replace("_", " ") for text in row["texts"])
    lines.append("kinds of text: " + ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())))
    if least == 0:
        lines.append("no report here is an account by a witness: round-ups and commentary only")
    lines += [
        f"{toll['harm']}: {toll['least']}"
        + (f" to {toll['most']}" if toll["most"] != toll["least"] else "")
        + f", by {_many(len(toll['reports']), 'report')}"
        for toll in row["tolls"]
    ]
    if row["spread_km"]:
        lines.append(f"its reports name places up to {row['spread_km']} km apart")
    return lines + _bounded(row["bounds"])


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _share(chance: float) -> str:
    """A chance in words; what is not certain is not called so."""
    return "over 99%" if chance > 0.995 else f"{chance:.0%}"


def told_by(held: Account) -> str:
    """How many outlets tell of an incident, and how many of them are witnesses, in a sentence."""
    if held.independent is None:
        return "round-ups and commentary only, so nobody who is a witness"
    if held.most == 1:
        return "1 outlet"
    many = str(held.least) if held.least == held.most else f"{held.least} to {held.most}"
    return (
        f"{held.most} outlets: {many} independent witnesses by their headlines, "
        f"{held.independent.expected:.1f} that stand on their own in the mean "
        f"(at least two: {held.independent.two_or_more:.0%})"
    )


def in_bounds(held: Account, zone: ZoneInfo) -> str:
    """Where, when and what it was within bounds that hold nine tenths, in a sentence.

    Why something is not known stands in `explain` and the files.
    """
    bounds = held.bounds
    parts = [f"within {bounds.radius_km} km"] if bounds.radius_km is not None else []
    parts.append(period_words(Period(bounds.earliest, bounds.latest), zone))
    if bounds.acts:
        parts.append(" or ".join(f"{act.words} ({_share(chance)})" for act, chance in bounds.acts))
    parts += [
        f"{n.low} {n.harm}" if n.low == n.high else f"{n.low} to {n.high} {n.harm}"
        for n in bounds.numbers
    ]
    gone = ", ".join(why.partition(":")[0] for why in bounds.unknown)
    return ", ".join(parts) + (f"; not known: {gone}" if gone else "")


def _bounded(row: Row) -> list[str]:
    """Place, time, kind of act, dead and injured with the bounds that hold nine tenths."""
    lines = []
    if row["place_chance"] is not None:
        within = row["radius_km"] and f", and within {row['radius_km']} km of it nine times in ten"
        lines.append(f"the place is right with {_share(row['place_chance'])}{within or ''}")
    lines.append(f"it happened between {row['earliest']} and {row['latest']} nine times in ten")
    if row["acts"]:
        acts = ", ".join(f"{act.replace('_', ' ')} {_share(chance)}" for act, chance in row["acts"])
        lines.append(f"kind of act: {acts}")
    lines += [
        f"{n['harm']}: {n['likeliest']} ({n['low']} to {n['high']} nine times in ten), "
        f"told by {_many(n['outlets'], 'outlet')}"
        for n in row["numbers"]
    ]
    lines += [f"not known: {why}" for why in row["unknown"]]
    return [*lines, f"bounds by {row['table']}"]


def _on_their_own(row: Row) -> list[str]:
    """How many witnesses stand on their own, as a chance, and which outlets may share an origin."""
    own = row["independent"]
    if own is None or row["most"] < 2:
        return []
    span = f"{own['low']}" if own["low"] == own["high"] else f"{own['low']} to {own['high']}"
    lines = [
        (
            f"{row['most']} outlets count for {own['expected']:.1f} witnesses that stand on their own "
            f"({span} with a chance of nine in ten; at least two: {own['two_or_more']:.0%}; "
            f"{row['copying']})"
        )
    ]
    by_chance = sorted(
        row["together"], key=lambda pair: (-pair["chance"], pair["one"], pair["other"])
    )
    lines += [
        f"{pair['one']} and {pair['other']} have it from one origin: {pair['chance']:.0%} "
        f"({_SHOWN[pair['shown']]})"
        for pair in by_chance[:_PAIRS_SHOWN]
    ]
    if len(by_chance) > _PAIRS_SHOWN:
        lines.append(
            f"and {_many(len(by_chance) - _PAIRS_SHOWN, 'more pair')} of outlets with smaller chances"
        )
    return lines


def told_after(incident: str, follows: Mapping[str, Row]) -> list[str]:
    """What an incident followed, and what followed it."""
    lines = []
    mine = follows.get(incident)
    if mine and mine["of"]:
        terms = "; ".join(f"{term['words']} ({term['nats']:+.1f})" for term in mine["terms"])
        lines += [
            "no event of its own, held against no clause and counted nowhere",
            f"tells what came after incident {mine['of']} ({mine['kind']}: {mine['shown']})",
            f"tied through {mine['report']} and {mine['to']} at {mine['nats']:+.1f} nats: {terms}",
        ]
    elif mine:
        others = ", ".join(f"{name} ({nats:+.1f})" for name, nats in mine["others"])
        lines.append(
            f"tells what came after an earlier incident ({mine['kind']}: {mine['shown']}); which one cannot be "
            f"told: {others}"
        )
    lines += [
        f"spoken of again by incident {name}: {row['kind']}, {row['days']} days later"
        for name, row in sorted(follows.items())
        if row["of"] == incident
    ]
    return lines
