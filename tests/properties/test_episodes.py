"""Episodes of any incidents of force: what hangs together, against every pair compared by the rule in words."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waarborg.incidents.episodes import Fire, Sweep, hang_together, on_the_map

HOUR, DAY = 3600.0, 86_400.0
SPANS = (0.0, 30.0, HOUR, 5 * HOUR, 12 * HOUR, 12 * HOUR + 1.0, DAY)


def made(seed: int, many: int, north: float, spread: float) -> Fire:
    """Points and areas around a latitude over two days, known to the moment, the hour or the day."""
    dice = np.random.default_rng(seed)
    start = np.sort(dice.choice([900.0, 1.0], many) * dice.integers(0, 190, many))
    start = np.sort(np.where(dice.random(many) < 0.2, np.floor(start / DAY) * DAY, start))
    fire = on_the_map(
        start, start + dice.choice(SPANS, many),
        np.clip(north + dice.normal(0, spread, many), -90, 90),
        np.clip(dice.normal(0, spread, many) / max(math.cos(math.radians(north)), 0.01), -180, 180),
    )  # fmt: skip
    fire.zone[:] = np.where(dice.random(many) < 0.15, dice.integers(0, 3, many), -1)
    return fire


def by_pairs(fire: Fire) -> list[int]:
    """The same by comparing each two, in seconds and kilometres, as the rule says it."""
    root = list(range(len(fire.start)))
    for a, b in combinations(root.copy(), 2):
        late = max(fire.start[a], fire.start[b]) / 1e6
        early = min(fire.end[a], fire.end[b]) / 1e6
        widest = max((fire.end[at] - fire.start[at]) / 1e6 for at in (a, b))
        if late >= early if widest > 12 * HOUR else late - early > HOUR:
            continue
        middle = math.radians((fire.latitude[a] + fire.latitude[b]) / 2)
        km = 111.195 * math.hypot(
            fire.latitude[a] - fire.latitude[b],
            (fire.longitude[a] - fire.longitude[b]) * math.cos(middle),
        )
        if fire.zone[a] != fire.zone[b] or (fire.zone[a] < 0 and km > 50.0):
            continue
        low, high = sorted((root[a], root[b]))
        root = [low if at == high else at for at in root]
    return root


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(0, 60),
    st.sampled_from([0.0, 14.0, -48.0, 70.0, 89.6]),
    st.sampled_from([0.1, 0.7, 3.0]),
)
def test_what_hangs_together_is_what_every_pair_says(seed, many, north, spread):
    """Cells and sweeping miss no tie and make none, at the equator and the poles, for points and areas."""
    fire = made(seed, many, north, spread)

    assert hang_together(fire).tolist() == by_pairs(fire)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 80), st.integers(1, 9), st.sampled_from([0.4, 3.0]))
def test_incidents_that_come_part_by_part_are_labelled_as_the_whole(seed, many, rows, spread):
    """However long the parts, each label ends as the smallest name of what hangs together."""
    fire = made(seed, many, 48.0, spread)
    name = np.random.default_rng(seed).permutation(many).astype(np.int64) * 7
    sweep = Sweep()
    parts = (np.arange(low, min(low + rows, many)) for low in range(0, many, rows))
    label = np.concatenate([sweep.take(name[part], fire.take(part)) for part in parts])
    into = dict(sweep.settled())
    root = np.array(by_pairs(fire))

    assert [into.get(at, at) for at in label.tolist()] == [
        name[root == own].min() for own in root.tolist()
    ]


def test_a_sweep_holds_only_what_later_ones_can_still_touch():
    """Of incidents over years, a few hours are held, and names of what is over are forgotten."""
    sweep = Sweep()
    for part in range(50):
        start = part * DAY + np.arange(100) * 600.0
        lone = np.zeros(100)
        sweep.take(np.arange(100) + 100 * part, on_the_map(start, start + 60.0, lone, lone))

        assert len(sweep._label) <= 8
    assert not dict(sweep.settled())


@pytest.mark.parametrize("spot", [0.0, 0.46])
def test_two_floods_just_out_of_reach_are_no_quadratic_work(spot):
    """Two hundred thousand incidents of one hour on two spots 51 km apart are told apart in a moment."""
    many = 200_000
    side = np.arange(many) % 2
    start = np.sort(np.random.default_rng(1).uniform(0, 3000, many))
    root = hang_together(
        on_the_map(start, start + 1.0, np.full(many, 48.0), 36.0 + spot + 0.686 * side)
    )

    assert np.unique(root).tolist() == [0, 1]
