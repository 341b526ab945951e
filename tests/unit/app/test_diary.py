"""The diary of an exercise: every day, what happened, what moved, what stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from commission_moves import FOLDER, NINETY
from small_mission import CommandResult
from waarborg.app.services.arrived import Arrival
from waarborg.app.services.diary import diary, ends
from waarborg.app.services.script import read_script
from waarborg.app.services.spoken import Speaker

SCRIPT = read_script((FOLDER / "script.yaml").read_text(encoding="utf-8"), "script.yaml")
SPEAKER = Speaker(NINETY, ZoneInfo("UTC"))
SUSPENDS = "suspended from 15 March 2030, 00:00: the day that it names"


def told(first: date, last: date, arrivals: tuple[Arrival, ...] = ()):
    """The days from a first to a last one, of the ninety days' script."""
    stands = ends(NINETY, (), SCRIPT.entries, (first, last), SPEAKER)
    return list(diary(stands, SCRIPT.events, arrivals, SPEAKER))


def test_a_day_says_what_happened_what_moved_and_what_follows() -> None:
    """15 January: the company stands on the line, and Borland has until the 22nd."""
    day = next(d for d in told(date(2030, 1, 1), date(2030, 1, 15)) if d.last == date(2030, 1, 15))
    assert day.happened[0].startswith("10:00 SUL:defence: Sulland's company stands on the line")
    assert "commitment: due (was waiting): draw-back" in day.moved
    assert day.stands["commitments"] == {"draw-back": "due", "open-port": "waiting"}
    assert day.following == ("22 January 2030, 10:00: Borland: draws its guns back behind the line")


def test_days_without_anything_stand_in_one_row() -> None:
    """From 4 to 7 January nobody says anything and no time ends."""
    rows = [(d.first.day, d.last.day) for d in told(date(2030, 1, 3), date(2030, 1, 8))]
    assert rows == [(3, 3), (4, 7), (8, 8)]


def test_reports_that_move_nothing_are_a_day_of_their_own() -> None:
    """A late arrival is told even when everything stands as it stood."""
    late = Arrival(datetime(2030, 1, 5, 12, tzinfo=UTC), "40 reports came in")
    rows = told(date(2030, 1, 3), date(2030, 1, 8), (late,))
    assert [(d.first.day, d.last.day) for d in rows] == [(3, 3), (4, 4), (5, 5), (6, 7), (8, 8)]
    assert (rows[2].happened, rows[2].moved) == (("12:00 reports: 40 reports came in",), ())


def test_a_time_that_ends_and_an_entry_that_is_refused_are_told() -> None:
    """25 January: the remedy's time ends; 13 January: the chair's own approval is refused."""
    rows = {d.first: d for d in told(date(2030, 1, 1), date(2030, 1, 26))}
    ended = rows[date(2030, 1, 25)].happened
    assert any(
        "12:00 the clock: the time ends for Borland: move the battery behind the line" in each
        for each in ended
    )
    refused = rows[date(2030, 1, 13)].happened
    assert any("[REFUSED: COM-009" in each for each in refused)


def test_a_time_in_which_it_was_done_is_no_news() -> None:
    """11 January: told and answered in time; the watch that was kept has no deadline left on the 24th."""
    rows = {d.first: d for d in told(date(2030, 1, 1), date(2030, 1, 24))}
    assert not any("the clock" in each for each in rows[date(2030, 1, 11)].happened)
    assert rows[date(2030, 1, 24)].following.endswith("move the battery behind the line")


def test_what_begins_at_midnight_begins_on_the_day_after() -> None:
    """Witland's supply ends on 10 March, not on the 9th; what Borland says on the 14th is so on the 15th."""
    rows = told(date(2030, 3, 8), date(2030, 3, 15))
    moved = {d.first.day: d.moved for d in rows if d.moved}
    assert set(moved) == {8, 10, 14, 15}
    assert moved[14] == (f"leaving: {SUSPENDS}: BOR/the text",)
    assert moved[15] == (
        "standing: suspended: BOR",
        f"leaving: no more (was {SUSPENDS}): BOR/the text",
    )


def test_the_command_tells_it_day_by_day(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """As text and as JSON, each marked as exercise, without a day missing."""
    shown = waarborg("exercise", FOLDER, "--daily")
    assert shown.code == 0, shown.err
    assert shown.out.count(f"[{NINETY.exercise}] 2030-01-04 to 2030-01-07") == 1
    assert "nothing happened and nothing moved" in shown.out
    found = json.loads(waarborg("exercise", FOLDER, "--daily", "--json").out)
    assert found["exercise"] == NINETY.exercise
    days = found["days"]
    assert (days[0]["first"], days[0]["last"]) == ("2030-01-01", "2030-01-01")
    assert len(days) > 60
