"""A gate that bars one choice of a promise is told with that choice, wherever the promise and the gate are named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from waarborg.agreement.compare import compare, read_references
from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement
from waarborg.agreement.sentences import Speaker, names_of
from waarborg.agreement.show import grouped
from waarborg.agreement.ways import choices_barred
from waarborg.coverage.escapes import procedures

EXAMPLES = Path(__file__).parents[3] / "examples"
PARIS = load((EXAMPLES / "agreements/berlin-paris/agreement.yaml").read_text("utf-8"), "a.yaml")
REFERENCES = read_references(
    (Path(__file__).parents[3] / "src/waarborg/agreement/references.toml").read_text("utf-8")
)


def _all_barred() -> Agreement:
    """The same text, whose Bundestag must consent to everything that may be chosen."""
    every = next(g.actions for g in PARIS.guarantees if g.group == "respond")
    gate = replace(PARIS.gates["DE-bundestag"], actions=every)
    return replace(PARIS, gates={**PARIS.gates, "DE-bundestag": gate})


@pytest.mark.parametrize(
    ("text", "only"), [(PARIS, ("armed_force",)), (_all_barred(), ())], ids=["force", "everything"]
)
def test_the_choices_that_a_gate_bars_are_named_in_every_line(
    text: Agreement, only: tuple[str, ...]
) -> None:
    """What `prove` says it touches, the sentence beside the clause, and the comparison with a treaty."""
    promises = grouped(text)["respond"]
    mine = next(p for p in promises if p.by == "DE")
    assert choices_barred(text, mine, "DE-bundestag") == only
    [touched] = [p for p in procedures(text) if p.gate == "DE-bundestag"]
    assert "respond" in touched.promises
    assert touched.choices.get("respond", ()) == only
    assert "step-2" not in touched.choices, "where nothing can be chosen the whole promise waits"
    [said] = [s for s in Speaker(text, names_of(text)).promise(promises) if "the Bundestag" in s]
    assert ("if it chooses to use armed force" in said) is bool(only)
    found = compare(text, "respond", REFERENCES["nato-5"])
    [point] = [p.promise for p in found.points if p.point == "procedures"]
    assert point.word == ("own_procedures" if only else "consent_first")
    assert ("Germany: prior consent (armed force only)" in point.says) is bool(only)
