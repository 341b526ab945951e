"""What the page on windows, distances and amendments quotes is language that the loader takes."""

from __future__ import annotations

import re
from pathlib import Path

from waarborg.agreement.load import load

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "windows.md"
AROUND = """\
waarborg: agreement/1
id: quoted
title: Quoted
reading: {by: a test}
sources: {note: {title: A note, kind: fiction}, protocol: {title: A protocol, kind: fiction}}
parties: {A: {name: Aland}, B: {name: Beland}}
clauses: {C-4: {says: Nobody fires., source: note, certainty: stated}}
terms:
  heavy: {words: heavy weapons, reads: {act: artillery_fire}, certainty: stated}
guarantees:
  pay: {clause: C-4, by: B, strength: shall, action: economic, trigger: {actor: A}, certainty: stated}
prohibitions:
  many:
    clause: C-4
    who: [A, B]
    must_not: {all: [{threshold: ten-in-a-day}, {near: belt}, {term: heavy}]}
    where: unstated
    certainty: stated
"""


def test_the_excerpts_make_a_file_that_loads_without_a_warning() -> None:
    """Put together with the clauses they name, the excerpts are an agreement."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    assert len(blocks) == 3
    agreement = load(AROUND + "".join(blocks), "quoted.yaml")
    assert agreement.warnings == ()
    assert agreement.thresholds["ten-in-a-day"].sectors == ("north", "south")
    assert agreement.distances["belt"].within == "north"
    assert [version.name for version in agreement.versions] == ["1", "protocol-2"]
