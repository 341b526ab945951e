"""Every act of the commission has its kind in the registry of the record, field for field."""

from __future__ import annotations

import dataclasses

import pytest

from waarborg.cases.body import KINDS as ACTS
from waarborg.record.kinds import KINDS

HEADER = {"id", "at", "cites"}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_act_and_its_kind_have_the_same_fields(name: str) -> None:
    """What an act holds may be said on the record, and nothing else; what it needs must be."""
    fields = {each.name: each for each in dataclasses.fields(ACTS[name])}
    kind = KINDS[name]
    assert {**kind.needed, **kind.optional}.keys() - {"text"} == fields.keys() | HEADER, (
        f"write the fields of {name} into waarborg.record.kinds"
    )
    if name != "comment":  # one word of it is enough on the record
        needed = {n for n, each in fields.items() if each.default is dataclasses.MISSING}
        assert kind.needed.keys() == needed | {"id", "at"}
