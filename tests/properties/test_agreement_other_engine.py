"""Our conditions against another engine: what `cql2` says of the same incidents."""

from __future__ import annotations

import json
from typing import Any

import cql2 as engine
from agreement_trees import NODES, rows
from hypothesis import given, settings

from waarborg.agreement.condition import Member, Node, Settled, leaves
from waarborg.agreement.cql2 import to_cql2
from waarborg.agreement.explain import truth


def can_be_asked(node: Node) -> bool:
    """Whether the other engine knows all that the condition asks for."""
    return not any(
        isinstance(leaf, Settled) or (isinstance(leaf, Member) and not leaf.values)
        for leaf in leaves(node)
    )


PLAIN = NODES.filter(can_be_asked)


def item_of(row: dict[str, Any]) -> dict[str, Any]:
    """An incident as a GeoJSON feature."""
    about = {name: value for name, value in row.items() if ":" not in name}
    return {"type": "Feature", "geometry": None, "properties": about}


@settings(max_examples=200, deadline=None)
@given(node=PLAIN, row=rows(complete=True))
def test_cql2_gives_our_truth_on_complete_incidents(node: Node, row: dict[str, Any]) -> None:
    """Where every property is known, the other engine gives the same answer."""
    expression = engine.parse_json(json.dumps(to_cql2(node)))
    assert expression.matches(item_of(row)) is truth(node, row)


@settings(max_examples=200, deadline=None)
@given(node=PLAIN, row=rows())
def test_cql2_gives_no_other_truth_on_gaps(node: Node, row: dict[str, Any]) -> None:
    """Where values are missing, it may fail, but never answers yes to our no or no to our yes."""
    expression = engine.parse_json(json.dumps(to_cql2(node)))
    try:
        matched = expression.matches(item_of(row))
    except Exception:  # noqa: BLE001  # its errors share no class; a missing value raises them
        return
    if truth(node, row) is not None:
        assert matched is truth(node, row)
