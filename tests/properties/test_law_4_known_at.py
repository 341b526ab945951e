"""Law 4: later knowledge never rewrites what was known on an earlier date."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from hypothesis import given, settings
from strategies import Row, mission_of, rows

from small_mission import Chain, open_texts

FIRST = "reports/viina_reports_2026-04-01_2026-04-24_asof_2026-04-24.csv"
SECOND = "reports/viina_reports_2026-04-01_2026-04-25.csv"


def without_second(texts: dict[str, bytes]) -> dict[str, bytes]:
    """The example mission as it stood before the second release."""
    settings_text = texts["mission.toml"].decode()
    head, first, rest = settings_text.split("[[releases]]")
    assert SECOND in rest
    kept = head + "[[releases]]" + first + rest[rest.index("[channels.viina]") :]
    return {name: raw for name, raw in texts.items() if name != SECOND} | {
        "mission.toml": kept.encode()
    }


def pages(raw: bytes, last_day: str) -> set[tuple[str, str, str]]:
    """Day, address and place of each row up to a day."""
    rows_ = csv.DictReader(io.StringIO(raw.decode()))
    return {(r["date"], r["url"], r["asciiname"]) for r in rows_ if r["date"] <= last_day}


def test_what_was_known_on_24_april_stays_byte_for_byte(
    easter: Chain, easter_texts: dict[str, bytes]
) -> None:
    """With the later release at hand, known at 24 April gives what the first release alone gave."""
    then = open_texts(without_second(easter_texts))
    assert then.files(known_at="2026-04-24") == easter.files(known_at="2026-04-24")
    assert then.files() == easter.files(known_at="2026-07-01")


def test_the_later_release_tells_something_new(
    easter: Chain, easter_texts: dict[str, bytes]
) -> None:
    """The law is not empty: hundreds of rows on the same days came only later and change the answer."""
    late = pages(easter_texts[SECOND], "20260424") - pages(easter_texts[FIRST], "20260424")
    assert len(late) > 400
    then, since = easter.files(known_at="2026-04-24"), easter.files()
    assert then["incidents.jsonl"] != since["incidents.jsonl"]


def test_a_claim_is_known_only_when_it_was_made(easter: Chain) -> None:
    """Known at 11 April there is one claim, known at 12 April there are all three."""
    assert [c.id for c in easter.derive(known_at="2026-04-11").claims] == []
    assert [c.id for c in easter.derive(known_at="2026-04-12T01:00+03:00").claims] == [
        "ua-general-staff-evening"
    ]
    assert len(easter.derive(known_at="2026-04-13").claims) == 3


@settings(max_examples=8, deadline=None)
@given(rows(prefix="a"), rows(prefix="b"), rows(prefix="c"))
def test_made_up_later_releases_change_nothing_that_was_known(
    first: list[Row], second: list[Row], third: list[Row]
) -> None:
    """Whatever comes later, and whichever page it repeats, an earlier date keeps its answer."""
    second = [*second, *({**row, "type_code": "S"} for row in first)]
    then = mission_of(first).open().files(known_at="2030-04-15")
    assert mission_of(first, second).open().files(known_at="2030-04-15") == then
    after_two = mission_of(first, second).open().files(known_at="2030-04-16")
    assert mission_of(first, second, third).open().files(known_at="2030-04-15") == then
    assert mission_of(first, second, third).open().files(known_at="2030-04-16") == after_two


def test_what_arrives_at_the_very_moment_is_not_yet_known(small) -> None:
    """`known_at` is half-open: what arrives at that moment belongs to later."""
    arrival = "2030-04-14T12:00:00+03:00"
    assert replace(small).open().derive(known_at=arrival).reports == ()
    assert small.open().derive(known_at="2030-04-14T12:00:01+03:00").reports
