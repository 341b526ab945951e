"""The page of a proof: one self-contained HTML file, the same bytes for the same proofs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import jinja2

from waarborg.app.publish.coverage_tree import draw_fault_tree
from waarborg.app.publish.safe import foreign, sentence
from waarborg.app.services.proving import as_data, lines
from waarborg.coverage.gaps import Answer, Gaps
from waarborg.coverage.prove import Proof


def render_proofs(title: str, proofs: Sequence[Proof]) -> str:
    """Lay proofs out as a page that opens from disk, prints, and asks nothing of the network.

    Args:
        title: Title of the agreement.
        proofs: At least one proof, each a need under a reading.
    """
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"foreign": foreign, "sentence": sentence}
    template = environment.get_template("coverage.html.j2")
    return template.render(title=title, proofs=[_part(proof) for proof in proofs])


_HEAD = ("need", "reading")
"""The first lines of a proof, which the page gives in its headings."""


def _part(proof: Proof) -> dict[str, Any]:
    return {
        "data": as_data(proof),
        "lines": list(lines(proof))[len(_HEAD) + bool(proof.basis.exercise) :],
        "tree": tree(proof),
        "gap": answer_words(proof.plain),
        "unknown": answer_words(proof.unknown),
        "single": single_words(proof),
    }


def tree(proof: Proof) -> str:
    """The fault tree of a proof."""
    return draw_fault_tree(proof.cuts, f"A breach is left without this: {proof.asked.need.words}")


def single_words(proof: Proof) -> str:
    """The single points of failure of a proof, in a cell of a table."""
    if proof.cuts.answer is Answer.NOT_KNOWN:
        return "not known"
    if not proof.cuts.ever_met:
        return "nothing to lose"
    return "; ".join(e.words for e in proof.cuts.single_points) or "none, proved"


def answer_words(found: Gaps) -> str:
    """The answer on one kind of gap, in a cell of a table."""
    if found.answer is Answer.NOT_KNOWN:
        return "not known"
    if found.answer is Answer.NONE:
        return "none, proved"
    return (
        "every breach" if found.every_breach else " — or ".join(g.family.words for g in found.gaps)
    )


def _asset(name: str) -> str:
    return files("waarborg.app.publish").joinpath(name).read_text(encoding="utf-8")
