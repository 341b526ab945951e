"""What `joins` and `explain` answer of a file or a mission folder that need not have been run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import typer

from waarborg.app.cli.taking import Taken, judged_in, people_of, take_in
from waarborg.app.services.explanation import Explained
from waarborg.app.services.fusing import People
from waarborg.app.services.reviewing import Join, Review, Supposed
from waarborg.app.services.seen_joins import SeenFile, SeenReview, numbers, seen_file
from waarborg.app.services.seen_words import change_told, incident_told, pair_told
from waarborg.app.services.told_joins import ToldFile, reports_told
from waarborg.base.problems import Problem
from waarborg.incidents.judgements import Circle, Contradiction, Sameness
from waarborg.incidents.sighting_reasons import Between, Change, Held
from waarborg.store.fusion_models import fusion_model

Asked = tuple[Path, str, Path | None, Path | None]
"""The file or mission folder, what it holds, the mission whose settings read it, what people judged."""


def is_of_sightings(asked: Asked) -> bool:
    """Whether a file of sightings is asked about."""
    path, source, _, _ = asked
    return source == "synthetic" and not path.is_dir()


def two_keys(option: str, text: str) -> tuple[str, str]:
    """Two keys with a comma between them, as a person typed them for an option."""
    keys = [key.strip() for key in text.split(",")]
    if len(keys) != 2 or not all(keys):
        raise typer.BadParameter(
            f"{text!r}: two keys with a comma between them, as 17,42", param_hint=option
        )
    return keys[0], keys[1]


def told_file(asked: Asked) -> tuple[ToldFile, tuple[Problem, ...]]:
    """Web reports to ask about, and the rows that were refused."""
    path, source, mission, judgements = asked
    taken: Taken = take_in(path, source, mission)
    people: People | None = people_of(judgements)
    judged = taken.judged + (() if people is None else judged_in(people, taken.keys))
    return ToldFile(taken.reports, taken.rows, judged, fusion_model()), taken.refused


def explained(asked: Asked, keys: Sequence[str]) -> tuple[Explained, object]:
    """Why a report is where it is, or why two are together or apart: in words, and as data."""
    if not is_of_sightings(asked):
        told, _ = told_file(asked)
        if len(keys) == 1:
            found = told.explained(keys[0])
            return found, found
        pair = told.pair(keys[0], keys[1])
        return reports_told(pair, fusion_model(), told.rows), pair
    path, _, _, judgements = asked
    with seen_file(path, Path(gettempdir()), people_of(judgements)) as file:
        names = numbers(keys, str(path))
        answer: Held | Between = (
            file.held(names[0]) if len(names) == 1 else file.between(names[0], names[1])
        )
    return (incident_told(answer) if isinstance(answer, Held) else pair_told(answer)), answer


def supposed(
    asked: Asked, keys: tuple[str, str], sameness: Sameness
) -> tuple[str, Change | Supposed]:
    """What one judgement would change: in words, and as data."""
    if not is_of_sightings(asked):
        change = told_file(asked)[0].change(*keys, sameness)
        return change.words, change
    path, _, _, judgements = asked
    with seen_file(path, Path(gettempdir()), people_of(judgements)) as file:
        one, other = numbers(keys, str(path))
        found = file.change(one, other, sameness)
    return change_told(found), found


def seen_review(asked: Asked, most: int) -> SeenReview:
    """The joins of a file of sightings to look at first."""
    path, _, _, judgements = asked
    with seen_file(path, Path(gettempdir()), people_of(judgements)) as file:
        opened: SeenFile = file
        return opened.review(most)


def at_odds(
    contradictions: Sequence[Contradiction], circles: Sequence[Circle]
) -> dict[str, list[dict[str, Any]]]:
    """Judgements that do not hold, and circles of them, as data, each with its words and who is in it."""
    return {
        "contradictions": [asdict(each) | {"words": each.words} for each in contradictions],
        "circles": [asdict(each) | {"words": each.words, "who": each.who} for each in circles],
    }


def review_data(found: Review | SeenReview, limit: int) -> dict[str, Any]:
    """A review as data: of each list so many, and beside it how many there are."""
    joins: Sequence[Join] | Sequence[Any] = found.joins
    against, circles = found.contradictions, found.circles
    told: dict[str, Any] = {"joins": joins, **at_odds(against[:limit], circles[:limit])}
    told |= {"contradictions_of": len(against), "circles_of": len(circles)}
    if isinstance(found, Review):
        few = found.hinges
        return told | {"of": found.of, "hinges": few[:limit], "hinges_of": len(few)}
    more = {"of": found.incidents, "in_floods": found.flooded}
    return told | more | {"refused": found.refused.rows, "problems": found.refused.problems}
