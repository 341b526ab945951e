"""Answers that hold from one turn to the next."""

from datetime import UTC, datetime, timedelta

from waarborg.obligations.stretches import Stretches

BEGIN = datetime(2030, 1, 1, tzinfo=UTC)


def test_an_answer_is_worked_out_once_for_each_stretch() -> None:
    """Two moments of one stretch share an answer; the turn itself begins the next stretch."""
    asked: list[int] = []
    stretches = Stretches[str, int]()
    stretches.turn(BEGIN)

    def work_out() -> int:
        asked.append(len(asked))
        return asked[-1]

    moments = (BEGIN - timedelta(seconds=1), BEGIN, BEGIN + timedelta(days=9), BEGIN)
    assert [stretches.at(moment, "help", work_out) for moment in moments] == [0, 1, 1, 1]


def test_what_moves_forgets_every_answer() -> None:
    """After a move nothing that was worked out before is given any more."""
    stretches = Stretches[str, str]()
    assert stretches.at(BEGIN, "help", lambda: "waits") == "waits"
    stretches.turn(None)
    assert stretches.at(BEGIN, "help", lambda: "due") == "due"


def test_the_next_turn_is_the_first_after_a_moment() -> None:
    """A turn at the very moment has come; without a later one there is none."""
    stretches = Stretches[str, str]()
    stretches.turn(BEGIN + timedelta(days=2), BEGIN)
    assert stretches.next(BEGIN) == BEGIN + timedelta(days=2)
    assert stretches.next(BEGIN + timedelta(days=2)) is None
