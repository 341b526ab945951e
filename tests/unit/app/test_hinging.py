"""What hinges on a few reports, in sentences, in `explain` and on the report page."""

from __future__ import annotations

import json

import pytest
from test_joins_command import ask

from small_mission import release, row
from waarborg.app.services.explanation import FIGURES, Teller, read_figures
from waarborg.app.services.hinging import SHOWN, hinge_told, hinge_words, hinges_told, some
from waarborg.app.services.logbook import Contents
from waarborg.app.services.outputs import derived_files
from waarborg.app.wiring import run
from waarborg.incidents.hinges import Kind

APART = {
    "kind": "keeps_apart", "incidents": ["inc-a", "inc-b"], "reports": ["x"], "moved": ["f", "e"], "whole": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (APART, "inc-a would be one incident with inc-b but for x"),
        (APART | {"whole": False}, "inc-a: e and f would stand with reports of inc-b but for x"),
        (
            APART
            | {"kind": "draws_in", "incidents": ["inc-a"], "reports": ["y", "x"], "moved": ["r"]},
            "inc-a: r would not be here but for x and y: no other report here speaks for it",
        ),
        (
            APART | {"kind": "holds_together", "incidents": ["inc-a"], "reports": ["x", "y"]},
            "inc-a would be two incidents but for x and y: left out, the others fall apart",
        ),
        (
            APART | {"kind": "bridge", "incidents": ["inc-a"]},
            "inc-a: x resembles reports of another incident too: it is no bridge between the two",
        ),
    ],
)
def test_each_kind_has_a_sentence(row, words):
    """The incident, the report it hinges on and what would be otherwise stand in one sentence."""
    assert hinge_words(row) == words


def test_seen_from_the_other_incident_the_report_is_told_with_its_own():
    """Whoever reads of the other incident learns where the report stands."""
    assert hinge_told(APART, "inc-b") == "would be one incident with inc-a but for x (of inc-a)"


def test_much_is_cut_with_how_much_more_there_is():
    """A long list of names or sentences says what it leaves out."""
    assert some([str(n) for n in range(9)]) == "0, 1, 2, 3, 4, 5 and 3 more"
    assert hinges_told([APART] * 8, "inc-a")[SHOWN:] == ["and 2 more that hinge on a few reports"]
    assert hinges_told([APART], "inc-c") == []


def test_a_planted_again_is_named_by_fuse_joins_and_explain(tmp_path):
    """One headline that splits an incident stands in the flags, the counts, joins and explain."""
    told = (
        ("a1", "2030-04-07", "buferna zona na vinnichchini ekspert ociniv chi pid silu ce vorogu"),
        ("a2", "2030-04-07", "rosiya planuye bufernu zonu na vinnychchyni z boku prydnistrov ya"),
        ("a3", "2030-04-07", "rossiyane hotyat sozdat bufernuyu zonu v vinnitskoi oblasti so storony pridnestrovya palisa"),
        ("b1", "2030-04-08", "na vinnichchini ekspert poyasniv zayavu palisi shchodo cogo pitannya"),
        ("x", "2030-04-08", "znovu na vinnichchini ekspert poyasniv zayavu palisi shchodo cogo pitannya"),
    )  # fmt: skip
    path, out, flags = tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "flags.csv"
    path.write_bytes(
        release(
            [row(key, day, "Sudby", source=f"paper-{key}", slug=slug) for key, day, slug in told]
        )
    )
    _, said = ask("fuse", path, "--out", out, "--flags", flags, "--json")

    assert json.loads(said)["without_which_reports_of_two_incidents_would_be_in_one"] == 1
    assert flags.read_text(encoding="utf-8") == "report_key,flag\nx,keeps_apart\n"
    assert "but for x" in ask("explain", "x", path)[1]
    assert "but for x (of inc-" in ask("explain", "a1", path)[1]
    assert " would be one incident with " in ask("joins", path)[1]


def test_a_run_names_them_in_its_files_its_explanations_and_its_report(easter, easter_derived):
    """What hinges on few reports stands in hinges.jsonl, in `explain` of a run and on the report page."""
    files = derived_files(easter_derived)
    figures = read_figures({name: files[name] for name in FIGURES})
    apart = next(h for h in easter_derived.hinges if h.kind is Kind.KEEPS_APART and h.whole)
    held = Contents({}, easter_derived.reports, {}, (), easter.inputs.model.version, "", ())
    teller = Teller(figures, held, easter.inputs.mission.time_zone, easter.inputs.model)
    page = run.page(easter_derived, easter.inputs, None, None).decode()

    assert len(figures.hinges) == len(easter_derived.hinges)
    for incident in apart.incidents:
        assert f"but for {apart.reports[0]}" in "; ".join(teller.tell(incident).lines)
    assert "Hinges on few reports" in page
    assert " would not be here but for " in page
