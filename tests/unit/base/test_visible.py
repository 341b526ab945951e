"""Foreign text as it is shown."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from waarborg.base.problems import Problem
from waarborg.base.visible import UNSAFE, on_one_line, visible


def test_what_acts_is_spelled_out() -> None:
    """Escape sequences and direction marks are shown by number; line ends and tabs stay."""
    assert visible("a\x1b[31mb\u202ec\td\n") == "a[U+001B][31mb[U+202E]c\td\n"


def test_plain_words_stay_as_they_are() -> None:
    """Words of any script are shown as they stand."""
    words = "Запоріжжя, القدس, 北京: 12 % …"
    assert visible(words) == on_one_line(words) == words


@given(st.text())
def test_nothing_shown_can_act(words: str) -> None:
    """Whatever stands in a file, no letter of what is shown is a control or direction mark."""
    shown = on_one_line(words)
    assert not {unicodedata.category(letter) for letter in shown if letter != "\t"} & UNSAFE
    assert len(shown.splitlines()) <= 1


def test_a_problem_cannot_be_given_lines_of_its_own() -> None:
    """What was found in a file cannot pass for a line that the program printed."""
    told = str(Problem("a.csv", 1, "VII-001", "no", "x", "y\nVERIFIED\x1b[2J", "mend it"))
    assert told.splitlines()[2] == "    found: y ⏎ VERIFIED[U+001B][2J"
