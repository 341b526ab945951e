"""The bodies of a text as they stand: rules in effect or waiting, who sits, and who is sat for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from waarborg.agreement.model import Body
from waarborg.cases.entry import AdoptRules
from waarborg.cases.seats import sitting_for, unnamed, without_seat
from waarborg.cases.settled_rules import not_agreed
from waarborg.obligations.state import Running


def bodies(running: Running) -> list[dict[str, Any]]:
    """Each body of the text, in its order: rules, seats, groups that are sat for, and what waits."""
    return [_body(running, each) for each in running.agreement.bodies.values()]


def _body(running: Running, body: Body) -> dict[str, Any]:
    commission = running.commission
    held = commission.rules.get(body.id)
    adopted = [entry for entry, of in commission.in_effect.items() if of == body.id]
    return {
        "body": body.id,
        "words": body.words,
        "rules": adopted[-1] if adopted else "",
        "seats": sorted(commission.seats(body.id)),
        "sat_for": _sat_for(running, body, held),
        "open": unnamed(running.agreement, body),
        "waiting": [
            {
                "entry": entry,
                "agreed": sorted(agreed),
                "not_agreed": sorted(not_agreed(running.agreement, held, new, agreed)),
                "sat_for": _sat_for(running, body, new),
            }
            for entry, (new, agreed) in commission.waiting_rules.items()
            if new.body == body.id
        ],
    }


def _sat_for(running: Running, body: Body, rules: AdoptRules | None) -> list[dict[str, Any]]:
    if rules is None:
        return []
    return [
        {
            "group": group,
            "by": sorted(sitting_for(rules.seats, group)),
            "without_seat": sorted(parties),
        }
        for group, parties in without_seat(running.agreement, body, rules.seats).items()
    ]


def in_words(row: dict[str, Any]) -> Iterator[str]:
    """A body in sentences: the rules in effect, whom they leave without a seat, and what waits for whom."""
    if row["rules"]:
        seats = ", ".join(row["seats"])
        yield f"it decides by the rules {row['rules']}; seats: {seats}"
    else:
        yield "no rules of procedure are in effect, and it decides nothing"
    yield from (f"there sit {_sits(each)}" for each in row["sat_for"])
    for each in row["waiting"]:
        yield f"the rules {each['entry']} wait; not agreed: {', '.join(each['not_agreed'])}"
        yield from (f"under them there sit {_sits(one)}" for one in each["sat_for"])
    yield from row["open"]


def _sits(each: dict[str, Any]) -> str:
    without = ", ".join(each["without_seat"]) or "none"
    return (
        f"{', '.join(each['by'])} for {each['group']}, whose members without a seat are {without}"
    )
