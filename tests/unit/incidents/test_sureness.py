"""How sure an incident of sightings is: its weakest join, and how much goes on around it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from waarborg.incidents.sightings import sureness
from waarborg.store.fusion_models import sighting_model

SOMEBODY, QUIET, BUSY = np.inf, 1e-11, 1e-9
"""No join; and densities of reports a square metre and second."""


def sure(group: list[int], weakest: list[float], crowd: list[float]) -> list[float]:
    """What the shipped model states of each row."""
    found = sureness(
        np.array(group, dtype=np.int64), np.array(weakest), np.array(crowd), sighting_model()
    )
    return found.tolist()


def test_the_log_odds_are_those_of_the_model():
    """Offset, nats of the weakest join and nats of the density add up to the log odds."""
    model = replace(sighting_model(), sure_offset=-1.0, sure_slope=0.5, sure_crowd=-0.25)
    crowd = np.exp(np.array([-8.0, -8.0]))
    found = sureness(np.array([0, 0]), np.array([4.0, 4.0]), crowd, model)

    assert found == pytest.approx(1.0 / (1.0 + np.exp(-3.0)))


def test_a_lone_sighting_is_one_event_whatever_goes_on_around_it():
    """What is joined with nothing is stated as 1."""
    assert sure([0, 1], [SOMEBODY, SOMEBODY], [QUIET, BUSY]) == [1.0, 1.0]


def test_the_same_join_is_less_sure_where_more_goes_on():
    """Two incidents with one gain differ by the density about them."""
    quiet, _, busy, _ = sure([0, 0, 2, 2], [3.0] * 4, [QUIET, QUIET, BUSY, BUSY])

    assert quiet > busy


def test_an_incident_is_judged_where_most_goes_on_in_it():
    """All its sightings state one chance, that of its busiest place, in whatever order they stand."""
    mixed = sure([0, 0, 0], [3.0] * 3, [QUIET, BUSY, QUIET])
    turned = sure([2, 2, 2], [3.0] * 3, [BUSY, QUIET, QUIET])

    assert len(set(mixed)) == 1
    assert mixed == turned
    assert mixed[0] == sure([0, 0], [3.0] * 2, [BUSY, BUSY])[0]


def test_nothing_is_as_sure_as_nothing():
    """No rows give no chances."""
    assert sure([], [], []) == []
