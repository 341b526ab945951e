"""Small made-up agreements for the tests of coverage."""

from __future__ import annotations

import json

from waarborg.agreement.condition import ALWAYS, Compare, Relation, conjunction, member_of
from waarborg.agreement.model import Agreement, Body, Gate, Guarantee, Need, Party, Prohibition
from waarborg.agreement.vocabulary import GateEffect, Strength
from waarborg.agreement.zones import read_zones
from waarborg.base.grades import Certainty
from waarborg.base.parties import PartyId
from waarborg.coverage.asked import Asked

FIRE = member_of("act", ("artillery_fire", "mortar_fire", "drone_strike"))
ANSWER = Need("answer", "somebody owes an answer", any_of=("help", "other"))


def promise(name, by, trigger=ALWAYS, **changes):
    """Give a promise by one party."""
    group = changes.pop("group", "help")
    return Guarantee(
        id=name,
        group=group,
        clause="C",
        by=PartyId(by),
        strength=changes.pop("strength", Strength.SHALL),
        actions=changes.pop("actions", ("warning",)),
        choice=changes.pop("choice", False),
        trigger=trigger,
        **changes,
    )


def gate(name, of, effect=GateEffect.PRIOR_CONSENT, actions=("warning",)):
    """Give a national procedure."""
    return Gate(name, PartyId(of), effect, actions, name, Certainty.ASSUMED)


def agreement(*guarantees, must_not=FIRE, gates=(), bodies=(), decided_by="", **changes):
    """Give an agreement that forbids fire to A and B."""
    parties = {p: Party(PartyId(p), f"State {p}") for p in ("A", "B", "G", "H", "I", "J")}
    return Agreement(
        id="small",
        title="Small",
        exercise="",
        digest="0" * 64,
        parties=parties,
        prohibitions=(
            Prohibition("fire", "C", (PartyId("A"), PartyId("B")), must_not, decided_by=decided_by),
        ),
        guarantees=tuple(guarantees),
        gates={g.id: g for g in gates},
        bodies={b: Body(b, f"the {b}", ("A",), ("breach",)) for b in bodies},
        needs={"answer": ANSWER},
        **changes,
    )


def asked(**changes):
    """Ask whether anybody owes anything."""
    return Asked(changes.pop("need", ANSWER), **changes)


def by(party, *more):
    """Give the condition that a party did it, and more."""
    return conjunction((Compare("actor", Relation.EQUAL, party), *more))


def squares(**corners):
    """Give zones that are rectangles: name to west, south, east, north."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": name, "words": name.title(), "basis": "made up"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]],
            },
        }
        for name, (w, s, e, n) in corners.items()
    ]
    return read_zones(json.dumps({"type": "FeatureCollection", "features": features}), "zones")
