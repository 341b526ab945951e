"""The Easter truce under the exercise, every day from the first report to the last clock, with the late arrivals.

`examples/easter-truce-2026/days.yaml` holds what each day brings. After a change that is meant to show, write it anew
with `pytest tests/replay/test_easter_days.py --refresh-golden`, and read the difference line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from small_mission import Chain
from waarborg.agreement.model import Agreement
from waarborg.app.services.arrived import Arrival, followed
from waarborg.app.services.derive import derive
from waarborg.app.services.diary import Day, Stood, diary, ends, last_moment, stood
from waarborg.app.services.inputs import last_arrival
from waarborg.app.services.script import read_script
from waarborg.app.services.spoken import Speaker
from waarborg.app.wiring.proceedings import put, read_held
from waarborg.base.times import local_day
from waarborg.cases.determination import Determination
from waarborg.cases.turn import Turn
from waarborg.obligations.state import state
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.store.mission_record import MissionRecord

EndOfDay = tuple[date, Stood, tuple[tuple[datetime, str], ...]]

FOLDER = Path(__file__).parents[2] / "examples" / "easter-truce-2026"
DAYS = FOLDER / "days.yaml"
SCRIPT = read_script((FOLDER / "script.yaml").read_text(encoding="utf-8"), "script.yaml")
SPAN = (date(2026, 4, 1), date(2026, 11, 8))
HEAD = """\
# Every day of the exercise over the Easter truce, from the first day that a report speaks of to the last clock: what
# happened (hours of Kyiv), what moved, what changed by name, what stands when the day ends, and the next deadline. Days
# on end on which nothing happened and nothing moved stand in one row. How the two releases add up: releases.md. As `waarborg exercise examples/easter-truce-2026 --daily`
# tells it, and read line by line against exercise.yaml and script.yaml; `tests/replay/test_easter_days.py` holds every line, step
# by step and at once, from a record on SQLite and on PostgreSQL. Why a day comes out so: expected.yaml.
"""


@pytest.fixture(scope="module")
def exercise(easter: Chain) -> Agreement:
    """The guarantee texts, read as an exercise."""
    return next(a for a in easter.inputs.agreements if a.id == "guarantees-exercise-2026")


@pytest.fixture(scope="module")
def speaker(easter: Chain, exercise: Agreement) -> Speaker:
    """Who puts it into words, in the mission's time zone."""
    return Speaker(exercise, easter.inputs.mission.time_zone)


@pytest.fixture(scope="module")
def came(easter: Chain, exercise: Agreement) -> tuple[tuple[Turn, ...], tuple[Arrival, ...]]:
    """What the releases brought, arrival by arrival."""
    known = last_arrival(easter.inputs.mission)
    return followed(replace(easter.inputs, agreements=(exercise,)), known, known)


@pytest.fixture(scope="module")
def stepped(
    exercise: Agreement, came: tuple[tuple[Turn, ...], tuple[Arrival, ...]], speaker: Speaker
) -> list[EndOfDay]:
    """What stands at the end of each day, carried from day to day."""
    return list(ends(exercise, came[0], SCRIPT.entries, SPAN, speaker))


def _written(days: Sequence[Day]) -> str:
    rows = [
        {
            "from": day.first,
            "until": day.last,
            "happened": list(day.happened),
            "moved": list(day.moved),
            **({"by name": list(day.named)} if day.named else {}),
            "stands": {
                kind: found if isinstance(found, int) else dict(found)
                for kind, found in day.stands.items()
            },
            "next deadline": day.following or "none",
        }
        for day in days
    ]
    out, yaml = StringIO(), YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.sort_base_mapping_type_on_output = False, False
    yaml.width = 120
    yaml.representer.ignore_aliases = lambda _row: (
        True
    )  # a day that begins and ends a row is written twice
    yaml.dump(rows, out)
    return HEAD + out.getvalue().replace("\n- from", "\n\n- from")


def test_every_day_comes_out_as_written(
    stepped: list[EndOfDay],
    came: tuple[tuple[Turn, ...], tuple[Arrival, ...]],
    speaker: Speaker,
    refresh_golden: bool,
) -> None:
    """What happened, what moved and what stands, day after day, as the file for the reader says."""
    told = list(diary(stepped, SCRIPT.events, came[1], speaker))
    if refresh_golden:
        DAYS.write_text(_written(told), encoding="utf-8")
    assert _written(told) == DAYS.read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(DAYS.read_text(encoding="utf-8"))
    # a reader of YAML may give a day as a date or as its text
    begins = [date.fromisoformat(str(row["from"])) for row in rows]
    ends = [date.fromisoformat(str(row["until"])) for row in rows]
    assert (begins[0], ends[-1]) == SPAN
    following = [end + timedelta(days=1) for end in ends[:-1]]
    assert following == begins[1:], "a day is missing, or there twice"


def test_every_day_at_once_from_the_record_equals_step_by_step(
    easter: Chain,
    exercise: Agreement,
    speaker: Speaker,
    stepped: list[EndOfDay],
    tmp_path: Path,
    database: str,
) -> None:
    """Each day worked out anew, from a record on each database and from the reports that had come in by then."""
    origin = demonstration_origin("exercise.easter-truce-2026")
    with MissionRecord.open(tmp_path, origin, demonstration_seed(origin), database) as record:
        put(record, SCRIPT.entries)
    held = read_held(tmp_path, [origin])
    derived: dict[tuple[int, datetime], tuple[Determination, ...]] = {}
    for day, expected, _ in stepped:
        end = last_moment(local_day(day, speaker.zone))
        found = _known(easter, end, derived)
        at_once = state(exercise, found, held.entries, end, end)
        assert stood(at_once, end, speaker) == expected, f"{day} differs when worked out at once"


def _known(
    easter: Chain, at: datetime, derived: dict[tuple[int, datetime], tuple[Determination, ...]]
) -> tuple[Determination, ...]:
    """What the findings come to from what had come in and happened by then, worked out once for equal inputs."""
    mission = easter.inputs.mission
    in_by_then = sum(release.received_at < at for release in mission.releases)
    over = local_day(mission.span.last + timedelta(days=7), mission.time_zone).end
    key = (in_by_then, min(at, over) if in_by_then else over)
    if key not in derived:
        derived[key] = derive(easter.inputs, at, at).determinations
    return derived[key]
