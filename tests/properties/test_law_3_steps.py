"""Law 3: deriving step by step as releases arrive equals deriving from the whole record at once."""

from __future__ import annotations

from hypothesis import given, settings
from strategies import Row, mission_of, rows

from small_mission import Chain
from waarborg.app.cli.desk import open_inputs
from waarborg.app.services.logbook import read_back
from waarborg.app.services.outputs import derived_files
from waarborg.app.wiring.run import Run
from waarborg.app.wiring.verification import repeat


def figures(done: Run) -> dict[str, bytes]:
    """The derived figures; pages also print the seal of the record they stand in."""
    return derived_files(done.derived)


def both_ways(chain: Chain, first: str) -> tuple[Run, Run, list[bytes]]:
    """A run in two steps, a run at once, and the entries after the first step."""
    journal = chain.journal()
    chain.run(journal, known_at=first)
    held = list(journal.log.entries)
    return chain.run(journal), chain.run(chain.journal()), held


def check(in_steps: Run, at_once: Run, held: list[bytes]) -> None:
    """Equal figures, the same reports, and a record that only grew."""
    assert figures(in_steps) == figures(at_once)
    assert list(in_steps.journal.log.entries)[: len(held)] == held
    one, other = read_back(in_steps.journal), read_back(at_once.journal)
    assert set(one.reports) == set(other.reports)
    assert one.texts == other.texts
    assert len(one.derivations) == 2


def test_the_real_releases_one_after_the_other_equal_both_at_once(easter: Chain) -> None:
    """A record begun on 24 April and extended in July gives what one run in July gives."""
    in_steps, at_once, held = both_ways(easter, "2026-04-24")
    check(in_steps, at_once, held)


@settings(max_examples=6, deadline=None)
@given(rows(prefix="a"), rows(prefix="b"))
def test_made_up_releases_one_after_the_other_equal_both_at_once(
    first: list[Row], second: list[Row]
) -> None:
    """Whatever arrives later, two steps give what one gives, and the record repeats it."""
    in_steps, at_once, held = both_ways(mission_of(first, second).open(), "2030-04-15")
    check(in_steps, at_once, held)
    derivation, files = repeat(in_steps.journal, open_inputs)
    assert derivation.known_at == at_once.derived.known_at
    assert files == in_steps.files


def test_a_run_repeated_adds_nothing_to_the_record(easter: Chain) -> None:
    """The same run again finds every entry there already."""
    journal = easter.journal()
    easter.run(journal)
    size, root = journal.size, journal.root()
    easter.run(journal)
    assert (journal.size, journal.root()) == (size, root)
