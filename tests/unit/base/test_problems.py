"""Problems as a person reads them."""

from __future__ import annotations

from waarborg.base.problems import Problem, ProblemsFound


def test_a_problem_says_place_expected_found_and_fix() -> None:
    """Each part a person needs stands on its own line, the place first."""
    problem = Problem(
        "a.csv", 7, "VII-004", "The day does not exist.", "a day", "20260231", "mend it"
    )
    assert str(problem) == (
        "VII-004 a.csv:7 · The day does not exist.\n"
        "    expected: a day\n    found: 20260231\n    fix: mend it"
    )


def test_all_problems_are_shown_in_file_order() -> None:
    """An exception carries every problem, sorted by file and line."""
    late, early = Problem("b", 0, "X-1", "Late."), Problem("a", 3, "X-2", "Early.")
    found = ProblemsFound([late, early])
    assert found.problems == (early, late)
    assert str(found) == "X-2 a:3 · Early.\nX-1 b · Late."
    assert early.to_json()["line"] == 3
