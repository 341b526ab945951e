"""What a person reads of the commission: names, words and local times in place of codes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from commission_moves import NINETY
from waarborg.app.services.spoken import Speaker

SPEAKER = Speaker(NINETY, ZoneInfo("Europe/Kyiv"))


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("state", "maybe_overdue", "perhaps overdue"),
        ("state", "waiting_for_gate: GUA-senate is open", "waiting for a gate: GUA-senate is open"),
        ("who", "BOR", "Borland"),
        ("who", "commission", "the Commission"),
        ("words", "WIT has no seat on commission", "Witland has no seat on the Commission"),
        ("words", "PT24H after the ruling, so at 2030-01-01T10:00:00Z",
         "24 hours after the ruling, so at 1 January 2030, 12:00"),
        ("entry", "obl-shelling-help-GUA", "obl-shelling-help-GUA"),
        ("name", "a_name_to_type", "a_name_to_type"),
        ("words", "by GUA:chair in GUA-senate", "by GUA:chair in GUA-senate"),
        ("figures", {"BOR": {"no_deadline": 2, "due": 1}}, "Borland: no time set 2, due 1"),
        ("figures", {"waiting_for_partner": 2}, "waiting for a partner 2"),
        ("by", None, ""),
        ("frees", ["watch", "help"], "watch, help"),
    ],
)  # fmt: skip
def test_a_value_is_told_in_words(column: str, value: object, told: str) -> None:
    """States, parties, bodies, durations and instants; names that are typed again stay."""
    assert SPEAKER.cell(column, value) == told


def test_the_zone_is_told() -> None:
    """Whoever reads a time knows whose time it is."""
    assert SPEAKER.times() == "Times are those of Europe/Kyiv."


def test_a_cutoff_is_told_as_the_report_tells_it() -> None:
    """Midnight is named by the day that it ends, in the speaker's zone; any other moment by its hour."""
    assert SPEAKER.cutoff("2030-01-26T22:00:00Z") == "the end of 26 January 2030"
    assert SPEAKER.cutoff("2030-01-26T00:00:00Z") == "26 January 2030, 02:00"
