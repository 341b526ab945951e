"""The chance of a web report in its incident, in words from which it can be worked out again."""

from __future__ import annotations

import math
import re

import pytest

from waarborg.app.services.explanation import chance_words
from waarborg.incidents.model import Standing
from waarborg.store.fusion_models import fusion_model

NUMBER = r"([-+]?\d+(?:\.\d+)?)"
SUM = re.compile(
    rf"the chance: {NUMBER} \* the strongest pair {NUMBER}.*?, {NUMBER} \* the mean with all others {NUMBER}.*? and "
    rf"{NUMBER} \* ln (\d+) tellings .*?are {NUMBER}, and 1 / \(1 \+ e\^-\({NUMBER} \+ 1 \* {NUMBER}\)\) = (\d+)%"
)
"""The whole sentence; the parts in their order."""


@pytest.mark.parametrize(
    "stands", [Standing(4.21, 1.5, -math.inf, 3), Standing(17.0, -6.06, -math.inf, 98)]
)
def test_the_printed_parts_add_up_to_the_printed_chance(stands: Standing) -> None:
    """Whoever reads the line can work out the chance that `fuse` writes."""
    told = SUM.search(chance_words(stands, fusion_model()))
    assert told is not None
    a, strongest, b, mean, c, size, nats, start, _, percent = (float(x) for x in told.groups())
    assert a * strongest + b * mean + c * math.log(size) == pytest.approx(nats, abs=0.02)
    assert 100 / (1 + math.exp(-(start + nats))) == pytest.approx(percent, abs=1)
    assert percent == round(100 * fusion_model().probability(stands))


def test_evidence_beyond_what_was_seen_is_told_as_bounded() -> None:
    """The terms above the line may add up to more than counts; the line says so, and only then."""
    bound = "(the bound: no more was seen when the chance was learnt)"
    beyond = chance_words(Standing(17.0, 1.0, -math.inf, 3), fusion_model())
    assert f"strongest pair +12.00 {bound}, " in beyond
    assert beyond.count(bound) == 1
    assert bound not in chance_words(Standing(4.0, 1.0, -math.inf, 3), fusion_model())
