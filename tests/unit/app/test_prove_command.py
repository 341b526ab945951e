"""`waarborg prove`: answers in words, as data, as a page and as a drawing."""

import json
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from waarborg.app.cli.commands import app
from waarborg.base.problems import ProblemsFound

TEXT = "examples/easter-truce-2026/exercise.yaml"


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)


def run(*arguments):
    """Run the command and give what it prints, or raise what it refuses with."""
    result = CliRunner().invoke(app, ["prove", TEXT, *map(str, arguments)])
    if isinstance(result.exception, ProblemsFound):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_words_name_the_exercise_the_gap_and_the_weak_spot():
    """The terminal says that this is an exercise, who is left out, and what it hangs on."""
    told = run("--need", "armed_answer", "--drop", "1")
    assert told.startswith("exercise: no such guarantee was in force\n")
    assert (
        "single point of failure: the approval US-congress is refused → every such breach" in told
    )
    assert "If any 1 drop out: it does not hold" in told


def test_data_names_text_solver_and_families():
    """The JSON holds what a third party needs to repeat the answer."""
    proof = json.loads(run("--need", "armed_answer", "--json"))["proofs"][0]
    assert len(proof["digest"]) == 64
    assert proof["solver"].startswith("z3 ")
    assert proof["gaps"]["families"][1]["words"] == "the actor is Ukraine"
    assert proof["gaps"]["families"][0]["judged_again"] > 1


def test_all_readings_come_with_a_table():
    """Asked for all readings, the answers stand in one table."""
    told = run("--need", "armed_answer", "--reading", "all")
    table = told[told.index("Answers by reading") :]
    assert "without_ladder · armed_answer: gaps: every breach" in table
    assert "single points of failure: nothing to lose" in table
    assert "Circle: force/FR, force/GB, us-backstop wait for each other" in told


def test_page_and_drawing_stand_alone(tmp_path):
    """The page asks nothing of the network and the drawing is well-formed; both repeat to the byte."""
    page, drawing = tmp_path / "a.html", tmp_path / "a.svg"
    run("--need", "armed_answer", "--html", page, "--svg", drawing)
    first = page.read_bytes()
    run("--need", "armed_answer", "--html", page)
    assert page.read_bytes() == first
    text = first.decode()
    assert "default-src 'none'" in text
    assert 'src="' not in text
    assert 'href="' not in text
    assert "Exercise: no such guarantee was in force" in text
    words = "".join(ET.fromstring(drawing.read_text()).itertext())  # noqa: S314  # our own drawing
    assert "US-congress" in words


def test_within_counts_only_what_is_due_in_time():
    """Within a day only Ukraine's own step has a fixed time, so no other state owes."""
    told = run("--need", "others_answer", "--within", "PT24H")
    assert "every such breach" in told
    assert "only promises surely due within 24 hours of the breach count" in told


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--need", "peace"), "CLI-020", "the file has no such need"),
        (("--reading", "kind"), "CLI-020", "the file has no such reading"),
        (("--zones", "nowhere.geojson"), "CLI-021", "the file cannot be read"),
        (("--within", "soon"), "CLI-022", "this is no fixed time"),
        (("--within", "P1M"), "CLI-022", "this is no fixed time"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments, code, message):
    """A need, reading, map or time that is not there is refused with what would be right."""
    with pytest.raises(ProblemsFound, match=message) as refused:
        run(*arguments)
    assert refused.value.problems[0].code == code


def test_a_file_without_needs_is_told_how_to_write_one(monkeypatch):
    """Where the file has no needs, the refusal says what a need is and shows one."""
    monkeypatch.setitem(globals(), "TEXT", "examples/easter-truce-2026/agreement.yaml")
    with pytest.raises(
        ProblemsFound, match="has no needs, so there is nothing to prove"
    ) as refused:
        run()
    (problem,) = refused.value.problems
    assert (problem.code, problem.found) == ("CLI-020", "no section `needs:`")
    assert "`needs: {warned: {words: somebody warns, action: [warning]}}`" in problem.expected


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (None, "nothing there"),
        ("folder", "a folder"),
        (b"id: \xff", "bytes that are no UTF-8, from byte 5 on"),
    ],
)
def test_what_stands_in_the_place_of_the_map_is_said_in_words(tmp_path, content, found):
    """No number of the system's own is shown: a person reads what is there instead of a text file."""
    path = tmp_path / "map.geojson"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(ProblemsFound, match="the file cannot be read") as refused:
        run("--zones", str(path))
    assert refused.value.problems[0].found == found
