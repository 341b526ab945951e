"""Ways out of a text: the notice that it asks for, for whom, measured on which clock."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from waarborg.agreement.diff import difference
from waarborg.agreement.load import load
from waarborg.agreement.notice import notice_of, runs_out
from waarborg.agreement.sections import Exit
from waarborg.agreement.sentences import Speaker, names_of
from waarborg.agreement.show import view_of
from waarborg.agreement.write import as_yaml
from waarborg.agreement.yaml_tree import read_tree
from waarborg.base.problems import ProblemsFound

FICTION = Path(__file__).parents[3] / "examples" / "agreements" / "two-rivers" / "agreement.yaml"
TEXT = FICTION.read_text("utf-8")
RIVERS = load(TEXT, "agreement.yaml")
CANNOT = "a clock of working time cannot measure the months of P1M"
LEAVE = "    ways: [denounced, withdrawn]\n    notice: P6M\n"


def test_a_notice_is_read_with_who_how_long_and_on_which_clock() -> None:
    """Who is left out means everybody; what is written in the file comes back as it was."""
    leave, pause = RIVERS.exits["leave"], RIVERS.exits["pause"]
    assert isinstance(leave, Exit)
    assert leave.who == tuple(RIVERS.parties)
    assert (leave.clause, leave.ways, leave.notice, leave.clock) == (
        "P-9", ("denounced", "withdrawn"), "P6M", "",
    )  # fmt: skip
    assert (pause.who, pause.ways, pause.notice, pause.clock) == (
        ("CORRIN", "DOVREN", "ELLAND", "FENMARK", "GALDIA"), ("suspended",), "P30D", "days",
    )  # fmt: skip
    tree, problems = read_tree(TEXT, "agreement.yaml")
    assert problems == []
    assert tree is not None
    assert load(as_yaml(tree), "again.yaml").exits == RIVERS.exits


def test_all_ways_out_are_meant_where_the_file_names_none() -> None:
    """Whoever withdraws a promise does not leave faster than whoever leaves the text."""
    pause = TEXT.index("  pause:\n    clause: P-9")
    alone = TEXT[:pause] + TEXT[TEXT.index("\nopen:\n", pause) :]
    text = load(alone.replace(LEAVE, "    notice: P6M\n"), "a.yaml")
    assert text.exits["leave"].ways == ("denounced", "suspended", "withdrawn")


def test_a_sentence_and_the_clause_say_how_long_one_stays_bound() -> None:
    """In the words of the text, and in the reading beside its clause."""
    speaker = Speaker(RIVERS, names_of(RIVERS))
    assert speaker.exit(RIVERS.exits["leave"])[1] == (
        "Whoever leaves the text or takes back a promise stays bound for 6 months after that was received."
    )
    assert speaker.exit(RIVERS.exits["pause"])[1].startswith("Corrin, ")
    assert (
        "stays bound for 30 days, counted in whole days (Atlantic/Azores) after"
        in (speaker.exit(RIVERS.exits["pause"])[1])
    )
    [clause] = [each for each in view_of(RIVERS).clauses if each.clause == "P-9"]
    assert [(each.name, each.kind) for each in clause.readings] == [
        ("leave", "way out"), ("pause", "way out"),
    ]  # fmt: skip


def test_another_notice_is_a_difference() -> None:
    """Six months or three: a comparison of two drafts tells it, and what no longer asks for any."""
    shorter = difference(RIVERS, load(TEXT.replace("notice: P6M", "notice: P3M"), "b.yaml"))
    [change] = [c for c in shorter.changes if c.kind == "exit"]
    assert (change.name, change.aspect, change.before, change.after) == (
        "leave", "notice", "6 months", "3 months",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("ways: [suspended]", "ways: [denounced]", "AGR-079",
         "way out pause sets a notice for CORRIN (denounced) for which leave sets one already"),
        ("clock: days\n    words: a guarantor", "clock: office\n    words: a guarantor", "", ""),
        ("notice: P30D\n    clock: days", "notice: P1M\n    clock: office", "AGR-080",
         f"the notice of way out pause cannot be measured on its clock: {CANNOT}"),
        ("notice: P30D\n    clock: days", "notice: P30D\n    clock: hours", "AGR-044",
         "way out pause names the clock hours, which the file does not have"),
        ("clause: P-9\n    who", "clause: P-99\n    who", "AGR-021",
         "way out pause names the clause P-99, which the file does not have"),
        ("who: [CORRIN, DOVREN", "who: [CORIN, DOVREN", "AGR-023",
         "way out pause names the party CORIN, which the file does not have"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_notice_is_told(old: str, new: str, code: str, words: str) -> None:
    """Two notices for one exit, a clock that cannot measure it, and names that the file does not have."""
    assert old in TEXT
    if not code:
        assert load(TEXT.replace(old, new, 1), "b.yaml").exits["pause"].clock == "office"
        return
    with pytest.raises(ProblemsFound, match=code) as found:
        load(TEXT.replace(old, new, 1), "b.yaml")
    assert [(p.code, p.message) for p in found.value.problems] == [(code, words)]


@pytest.mark.parametrize(
    ("party", "way", "received", "until"),
    [
        ("ARVEN", "denounced", datetime(2032, 8, 31, 10, tzinfo=UTC), datetime(2033, 2, 28, 10, tzinfo=UTC)),
        ("ARVEN", "suspended", datetime(2032, 8, 31, 10, tzinfo=UTC), None),
        ("CORRIN", "suspended", datetime(2032, 8, 1, 10, tzinfo=UTC), datetime(2032, 9, 1, tzinfo=UTC)),
        ("CORRIN", "withdrawn", datetime(2032, 1, 15, tzinfo=UTC), datetime(2032, 7, 15, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_notice_runs_from_receipt_on_its_clock(
    party: str, way: str, received: datetime, until: datetime | None
) -> None:
    """To the same date, or the last day of a shorter month; on a clock of days to the end of the last one."""
    given = notice_of(RIVERS, party, way, received)
    assert (given is None) is (until is None)
    if given is not None:
        assert runs_out(RIVERS, given, received) == until


def test_the_notice_is_that_of_the_text_as_it_stood_when_the_word_was_received() -> None:
    """An amendment that changes the notice changes none that ran before it."""
    amended = TEXT.replace(
        "\nform:",
        "\n  shorter:\n    from: 2034-01-01T00:00-01:00\n    says: three months' notice\n    source: protocol\n"
        "    certainty: stated\n    changes:\n      exits:\n        leave: {clause: P-9, ways: [denounced, withdrawn],"
        " notice: P3M, certainty: stated}\n\nform:",
        1,
    )
    text = load(amended, "c.yaml")
    before, after = datetime(2033, 6, 1, tzinfo=UTC), datetime(2034, 6, 1, tzinfo=UTC)
    assert [
        given.notice
        for moment in (before, after)
        if (given := notice_of(text, "ARVEN", "denounced", moment))
    ] == ["P6M", "P3M"]
