"""Joins of a file of sightings: the same answers however little of it is held at a time."""

from __future__ import annotations

import csv
from itertools import pairwise

import numpy as np
import pytest

from many_sightings import frame_for_file, many, said
from waarborg.app.services.fusing import People, fuse_sightings
from waarborg.app.services.judged import HEADER
from waarborg.app.services.seen_joins import numbers, seen_file
from waarborg.base.problems import ProblemsFound
from waarborg.base.times import format_instant
from waarborg.incidents.judgements import Sameness


def people_of(judgements):
    """Judgements as a file holds them."""
    lines = [
        ",".join((j.one, j.other, j.sameness, j.who, format_instant(j.when), j.why))
        for j in judgements
    ]
    return People("judged.csv", "\n".join([",".join(HEADER), *lines]))


@pytest.fixture
def seen_in_a_file(tmp_path):
    """A file of sightings over months, and judgements of which three go round in a circle."""
    seen = many(31, 120, 400, days=200.0)
    path = tmp_path / "seen.parquet"
    frame_for_file(seen).write_parquet(path)
    early, late = (int(seen.id[np.nanargmin(seen.t)]), int(seen.id[np.nanargmax(seen.t)]))
    lost = int(seen.id[np.isnan(seen.t)][0])
    one, two, three = (int(name) for name in np.sort(seen.id)[:3])
    judgements = [
        said(early, late, Sameness.SAME), said(early, lost, Sameness.SAME, 1),
        said(one, two, Sameness.SAME, 2, "Ben"), said(two, three, Sameness.SAME, 3, "Cy"),
        said(one, three, Sameness.DIFFERENT, 4),
    ]  # fmt: skip
    return seen, path, people_of(judgements)


def test_a_stretch_of_the_file_gives_the_answers_of_the_whole(tmp_path, seen_in_a_file):
    """What is held at a time changes no incident, no pair and no consequence of a judgement."""
    seen, path, people = seen_in_a_file
    names = [int(name) for name in seen.id[:25]]
    answers = []
    for rows in (40, 1_000_000):
        with seen_file(path, tmp_path, people, rows) as file:
            answers.append(
                (
                    [file.held(name) for name in names],
                    [file.between(one, other) for one, other in pairwise(names)],
                    [file.change(one, names[0], Sameness.SAME) for one in names[1:8]],
                    file.review(15),
                )
            )

    assert answers[0] == answers[1]


def test_the_least_certain_incidents_come_first_and_circles_are_named(tmp_path, seen_in_a_file):
    """Incidents rise in certainty as the result states it; who judged in a circle is told."""
    _, path, people = seen_in_a_file
    fuse_sightings(path, tmp_path / "out.csv", people=people)
    with (tmp_path / "out.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    chance = {line["incident_id"]: float(line["probability"]) for line in lines}
    size = {name: sum(line["incident_id"] == name for line in lines) for name in chance}
    least = sorted(chance[name] for name in chance if size[name] > 1)
    with seen_file(path, tmp_path, people) as file:
        found = file.review(10)

    assert [round(join.held.probability, 4) for join in found.joins] == least[:10]
    assert found.incidents == len(least)
    assert [circle.who for circle in found.circles] == [("Ann", "Ben", "Cy")]
    assert len(found.contradictions) == 1
    for join in found.joins:
        assert join.if_different.before != join.if_different.after
        assert any(join.if_different.one in own for own in join.if_different.before)


def test_a_key_that_was_not_taken_is_told(tmp_path):
    """A key of a refused row, of none, or that is no number is named with where keys come from."""
    frame_for_file(many(1, 3, 6)).write_csv(tmp_path / "seen.csv")
    with (tmp_path / "seen.csv").open("a", encoding="utf-8") as file:
        file.write("9999,1,1,noon,5,14,41,200,3,2,\n")
    with (
        seen_file(tmp_path / "seen.csv", tmp_path) as file,
        pytest.raises(ProblemsFound, match="no row that was taken has this key") as caught,
    ):
        file.between(9999, 8888)

    assert [(p.code, p.found) for p in caught.value.problems] == [
        ("FUS-015", "8888"),
        ("FUS-015", "9999"),
    ]
    with pytest.raises(ProblemsFound, match="FUS-015"):
        numbers(["inc-5", "five"], "seen.csv")
    assert numbers(["inc-5", "-7"], "seen.csv") == [5, -7]
