"""A fictional ceasefire of ninety days, replayed from its record against an outcome a lawyer can read."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ninety_days_played import AGREEMENT, CASE, END, ORIGIN, SCRIPT, opened
from replayed_case import moment_of, step_by_step_is_at_once
from waarborg.app.services.flagged import flagged
from waarborg.app.services.moved import stand
from waarborg.app.services.proceedings import entries_of
from waarborg.app.wiring.proceedings import put, read_held
from waarborg.base.times import parse_instant
from waarborg.cases.entry import Unreadable
from waarborg.obligations.standing import in_force_between
from waarborg.obligations.state import Running, state
from waarborg.record.failure import VerificationFailure
from waarborg.record.statement import Draft


@pytest.mark.parametrize("day", CASE.expected, ids=lambda day: str(day["at"]))
def test_each_day_named_comes_out_as_expected(day: dict[str, Any]) -> None:
    """Cases, promises, flags, procedures, commitments, standing and refusals, as the outcome file says."""
    at = moment_of(day)
    running = state(AGREEMENT, (), SCRIPT.entries, at, at)
    stands = stand(running, at)
    found = {
        "cases": stands["case"],
        "owed": stands["obligation"],
        "flags": stands["flag"],
        "doubted": [
            each.id
            for each in flagged(running, at)
            if any(flag.startswith("on the day of the breach: ") for flag in each.flags)
        ],
        "steps": stands["step"],
        "commitments": stands["commitment"],
        "in_force_between": list(
            in_force_between(AGREEMENT, running.promises.standing, at).get("C-1", ())
        ),
        "refused": [f"{r.entry.id} {r.rule}" for r in running.refused],
    }
    assert found == {key: day[key] for key in found}, day["because"]


def test_step_by_step_equals_at_once() -> None:
    """Every hour of the ninety days passes by itself, and the end and every view are the same."""
    step_by_step_is_at_once(CASE, END)


def test_a_record_read_back_gives_the_same_on_every_database(tmp_path: Path, database: str) -> None:
    """Signed one by one and published in four parts, the record gives what the script says."""
    entries = SCRIPT.entries
    parts = [entries[place : place + 30] for place in range(0, len(entries), 30)]
    running, seen = Running(AGREEMENT), 0
    for part in parts:
        with opened(tmp_path, database) as record:
            put(record, part)
            held = list(entries_of(record.read()))
        assert held[: seen + len(part)] == entries[: seen + len(part)]
        for entry in held[seen:]:
            running.take(entry)
        seen += len(part)
    running.tick(END)
    public = read_held(tmp_path, [ORIGIN])
    assert list(public.entries) == entries
    assert running == state(AGREEMENT, (), public.entries, END, END)


def test_an_altered_record_shows_nothing(played: Path, tmp_path: Path) -> None:
    """A flipped byte is found, and nothing derived from the entries is shown (law 6)."""
    shutil.copytree(played, tmp_path / "out")
    bundle = next((tmp_path / "out/record/tile/entries").rglob("*.p*/*"))
    raw = bytearray(bundle.read_bytes())
    raw[len(raw) // 2] ^= 1
    bundle.write_bytes(bytes(raw))
    with pytest.raises(VerificationFailure, match="REC-0"):
        read_held(tmp_path / "out", [ORIGIN])


def test_the_record_of_another_log_is_refused(played: Path) -> None:
    """Entries of one mission are never read into another."""
    with pytest.raises(VerificationFailure, match="REC-004"):
        read_held(played, ["waarborg.example/other"])


def test_a_signed_entry_that_cannot_be_read_stays_as_refused(tmp_path: Path) -> None:
    """What the door lets through and no act has: on the record, refused by COM-021."""
    body = {"id": "odd", "at": "2030-01-01T08:00:00Z", "proposal": "p", "choice": "perhaps"}
    with opened(tmp_path) as record:
        record.say("GUA:chair", Draft("vote", body, 0))
        record.mark(parse_instant("2030-01-01T09:00Z"))
        record.commit()
        record.publish()
    [entry] = read_held(tmp_path, [ORIGIN]).entries
    assert isinstance(entry.act, Unreadable)
    running = Running(AGREEMENT)
    refused = running.take(entry)
    assert refused is not None
    assert refused.rule == "COM-021"
    assert "a vote that cannot be read" in refused.words


def test_an_entry_behind_the_last_time_mark_is_not_in_yet(tmp_path: Path) -> None:
    """Nobody knows when an unmarked entry came in, so it has no effect yet."""
    with opened(tmp_path) as record:
        record.say("GUA:chair", Draft("comment", {"id": "c", "at": "2030-01-01T08:00:00Z"}, 0))
        record.commit()
        record.publish()
    assert read_held(tmp_path, [ORIGIN]).entries == ()
    assert read_held(tmp_path / "nowhere", [ORIGIN]).size == 0
