"""The page of a proof: one self-contained HTML file, the same bytes for the same proofs."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import jinja2

from waarborg.agreement.zones import Zones
from waarborg.app.publish.coverage_map import draw_gap_map
from waarborg.app.publish.coverage_tree import draw_fault_tree, draw_shortfalls
from waarborg.app.publish.safe import foreign, sentence
from waarborg.app.services.gap_map import gap_map
from waarborg.app.services.proving import Answers
from waarborg.app.services.proving_words import (
    parting_lines,
    proof_lines,
    reading_words,
    whole_lines,
)
from waarborg.coverage.prove import Counted, Proof, gap_words, quantity_in_words, single_words

_MAPS = 4
"""Maps of gaps shown at most for one need."""


def render_answers(answers: Answers, zones: Zones | None) -> str:
    """Lay answers out as a page that opens from disk, prints, and asks nothing of the network.

    Args:
        answers: What was asked and answered.
        zones: The map, None when there is none.
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
    basis = (*(proof.basis for proof in answers.proofs), answers.wholes[0].basis)[0]
    return template.render(
        title=answers.title,
        basis=basis,
        proofs=[_part(proof, answers, zones) for proof in answers.proofs],
        counted=[_quantity(one, answers) for one in answers.counted],
        wholes=[
            {"reading": reading_words(whole.basis.reading), "lines": list(whole_lines(whole))}
            for whole in answers.wholes
        ],
        partings=[line for one in answers.partings for line in parting_lines(one, answers)],
        chances={p.chance.chances.digest for p in answers.proofs if p.chance is not None},
        mission=answers.mission,
    )


def _part(proof: Proof, answers: Answers, zones: Zones | None) -> dict[str, Any]:
    maps = [gap_map(gap.family, zones) for gap in (*proof.plain.gaps, *proof.unknown.gaps)]
    return {
        "need": proof.asked.need.words,
        "reading": reading_words(proof.basis.reading),
        "lines": list(proof_lines(proof, answers)),
        "tree": tree(proof),
        "maps": [(m.words, draw_gap_map(m)) for m in maps if m is not None][:_MAPS],
        "gap": gap_words(proof.plain),
        "unknown": gap_words(proof.unknown),
        "single": single_words(proof.cuts),
    }


def _quantity(one: Counted, answers: Answers) -> dict[str, Any]:
    return {
        "need": one.asked.need.words,
        "reading": reading_words(one.basis.reading),
        "lines": list(proof_lines(one, answers)),
        "answer": quantity_in_words(one.quantity),
        "tree": tree(one),
    }


def tree(proof: Proof | Counted) -> str:
    """The fault tree of a proof."""
    top = f"A breach is left without this: {proof.asked.need.words}"
    if isinstance(proof, Counted):
        return draw_shortfalls(proof.quantity, f"Too few: {proof.asked.need.words}")
    return draw_fault_tree(proof.cuts, top)


def _asset(name: str) -> str:
    return files("waarborg.app.publish").joinpath(name).read_text(encoding="utf-8")
