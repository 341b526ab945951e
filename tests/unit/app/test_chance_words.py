"""The chance of a web report in its incident, in words from which it can be worked out again."""

from __future__ import annotations

import math
import re

import pytest

from waarborg.app.services.explanation import chance_words
from waarborg.incidents.model import Standing
from waarborg.store.fusion_models import fusion_model

NUMBER = r"([-+]?\d+(?:\.\d+)?)"
SIGNED = r"([-+] \d+(?:\.\d+)?)"
SUM = re.compile(
    rf"log odds {NUMBER} = {NUMBER} {SIGNED} \* {NUMBER} \(strongest pair.*?\) {SIGNED} \* {NUMBER} "
    rf"\(mean with all others.*?\) {SIGNED} \* ln (\d+) \(tellings.*?\); chance 1 / \(1 \+ e\^{NUMBER}\) = (\d+)%"
)
"""The whole sentence; the parts in their order."""


@pytest.mark.parametrize(
    "stands", [Standing(4.21, 1.5, -math.inf, 3), Standing(17.0, -6.06, -math.inf, 98)]
)
def test_the_printed_parts_add_up_to_the_printed_chance(stands: Standing) -> None:
    """Whoever reads the line can work out the chance that `fuse` writes."""
    told = SUM.search(chance_words(stands, fusion_model()))
    assert told is not None
    odds, start, a, strongest, b, mean, c, size, turned, percent = (
        float(x.replace(" ", "")) for x in told.groups()
    )
    sums = start + a * strongest + b * mean + c * math.log(size)
    assert odds == -turned == pytest.approx(sums, abs=0.02)
    assert 100 / (1 + math.exp(-odds)) == pytest.approx(percent, abs=1)
    assert percent == round(100 * fusion_model().probability(stands))


def test_evidence_beyond_what_was_seen_is_told_as_bounded() -> None:
    """The terms above the line may add up to more than counts; the line says so, and only then."""
    bound = "12.00 (strongest pair, +17.00 kept within what was seen when the chance was learnt)"
    beyond = chance_words(Standing(17.0, 1.0, -math.inf, 3), fusion_model())
    assert bound in beyond
    assert beyond.count("kept within") == 1
    assert "kept within" not in chance_words(Standing(4.0, 1.0, -math.inf, 3), fusion_model())


def test_a_chance_that_is_not_the_one_stated_is_told_to_be_another() -> None:
    """Where a judgement of the mission's own file counts too, the line says that its sum is not what is stated."""
    stands, model = Standing(4.0, 1.0, -math.inf, 3), fusion_model()
    assert "that is not the" not in chance_words(stands, model, round(model.probability(stands), 4))
    assert "that is not the 12.34% stated" in chance_words(stands, model, 0.1234)
