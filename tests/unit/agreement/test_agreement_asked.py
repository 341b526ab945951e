"""What is asked of a file: needs that are quantities, and questions, with their refusals."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from waarborg.agreement.load import load
from waarborg.app.cli.commands import app
from waarborg.base.problems import ProblemsFound

HARBOUR = Path(__file__).parents[2] / "data" / "agreements" / "harbour.yaml"
TEXT = HARBOUR.read_text(encoding="utf-8")


def test_a_need_can_be_a_quantity():
    """A need says how much of what, where and how soon; contributions say what they rest on."""
    text = load(TEXT, "harbour.yaml")
    need = text.needs["trainers"]
    assert (need.number, need.unit) == (15_000, "trainers")
    assert need.within.elapsed == timedelta(days=30)
    assert text.contributions["s-trainers"].relies_on == ("ferry",)
    assert text.gates["S-notice"].takes.text == "P3D"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "number: 15000, unit: trainers",
            "number: 15000",
            "AGR-060 harbour.yaml:.* need trainers asks for a number and does not say of what",
        ),
        (
            "ask: gap, need: any",
            "ask: gap",
            "AGR-061 harbour.yaml:.* question somebody-answers does not say what must be covered",
        ),
        (
            "takes: P3D, clock: office",
            "takes: P3D, clock: ofice",
            "AGR-044 .* gate S-notice names the clock ofice",
        ),
        ("relies_on: [ferry]", "relies_on: [fery]", "AGR-028 .* s-trainers names"),
    ],
)
def test_what_is_asked_badly_is_refused(old, new, message):
    """A quantity without a unit, a question without a need and names of nothing are refused."""
    assert old in TEXT
    with pytest.raises(ProblemsFound, match=message):
        load(TEXT.replace(old, new), "harbour.yaml")


def test_a_question_answered_otherwise_fails_with_the_counterexample(tmp_path):
    """The command ends with an error and says the expected answer, the found one and the breach."""
    file = tmp_path / "harbour.yaml"
    file.write_text(
        TEXT.replace("ask: gap, need: force, expect: found", "ask: gap, need: force, expect: none")
    )
    result = CliRunner().invoke(app, ["agreement", "test", str(file)])
    assert result.exit_code == 1
    assert "question force-has-gaps (gap): expected none, found found: " in (result.output)
    assert "5 of 6 questions answered as expected" in result.output


def test_every_question_of_the_file_holds():
    """The questions come out as the file expects, in words and as data."""
    result = CliRunner().invoke(app, ["agreement", "test", str(HARBOUR)])
    assert "6 of 6 questions answered as expected" in result.output
    told = CliRunner().invoke(app, ["agreement", "test", str(HARBOUR), "--json"]).output
    assert '"failed": 0' in told
    assert "Aland: stores its heavy guns" in told
