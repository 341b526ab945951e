"""How close a promise stands to reference treaties: each point derived from the file, each reference sourced."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from waarborg.agreement.compare import (
    ASKED,
    SCALES,
    Stands,
    answering,
    as_lines,
    compare,
    read_references,
)
from waarborg.agreement.load import load
from waarborg.agreement.readings import under
from waarborg.app.cli.agreement import app

AGREEMENTS = Path(__file__).parents[3] / "examples" / "agreements"
FICTION = AGREEMENTS / "two-rivers" / "agreement.yaml"
FRAMEWORK = AGREEMENTS / "berlin-paris" / "agreement.yaml"
TEXT = files("waarborg.agreement").joinpath("references.toml").read_text("utf-8")
REFERENCES = read_references(TEXT)


def words(file: Path, promise: str, reading: str = "") -> dict[str, str]:
    """Each point of a promise with its word."""
    agreement = under(load(file.read_text("utf-8"), file.name), reading)
    found = compare(agreement, promise, REFERENCES["nato-5"])
    return {point.point: point.promise.word for point in found.points}


def test_every_reference_is_whole_and_sourced() -> None:
    """Each reference codes every point with a word of its scale and a sentence, and can be looked up."""
    assert {"nato-5", "eu-42-7", "budapest-1994"} <= set(REFERENCES)
    for reference in REFERENCES.values():
        assert reference.url.startswith("https://")
        assert set(reference.points) == set(SCALES) == set(ASKED)
        assert [p for p in reference.points.values() if len(p.says.split()) < 3] == []


def test_a_reference_with_a_word_of_no_scale_is_refused() -> None:
    """A slip in the data is named and never compared."""
    wrong = TEXT.replace('word = "armed_attack"', 'word = "armed_atack"', 1)
    with pytest.raises(ValueError, match="nato-5 codes trigger as 'armed_atack', which is not on its scale"):  # fmt: skip
        read_references(wrong)


def test_the_points_of_a_promise_follow_from_the_file() -> None:
    """The promise of the Paris text is coded from its trigger, gates, time and bodies."""
    assert words(FRAMEWORK, "respond") == {
        "trigger": "use_of_force",
        "decides": "body_rules_first",
        "owed": "assistance_force_named",
        "discretion": "free",
        "deadline": "left_open",
        "procedures": "own_procedures",  # the Bundestag bars one choice, and leaves the others
        "place": "unstated",
        "adversary": "named",
        "consultation": "unstated",
        "remedy": "decided_by_a_body",
    }


@pytest.mark.parametrize(
    ("file", "promise", "point", "word"),
    [
        (FICTION, "shield", "trigger", "armed_attack"),
        (FICTION, "shield", "decides", "facts_established"),
        (FICTION, "shield", "owed", "armed_force"),
        (FICTION, "shield", "discretion", "none"),
        (FICTION, "shield", "deadline", "hours_set"),
        (FICTION, "shield", "consultation", "owed"),
        (FICTION, "consult", "trigger", "any_breach"),
        (FICTION, "consult", "owed", "consultation_only"),
        (FICTION, "consult", "procedures", "unstated"),
        (FICTION, "consult", "adversary", "any"),
        (FICTION, "material", "discretion", "not_bound"),
        (FICTION, "monitoring", "trigger", "standing"),
        (FICTION, "measures", "owed", "assistance_without_force"),
        (FRAMEWORK, "us-backstop", "discretion", "not_bound"),
        (FRAMEWORK, "step-1", "discretion", "none"),
        (FRAMEWORK, "step-1", "decides", "each_for_itself"),
    ],
)
def test_each_point_has_its_words(file: Path, promise: str, point: str, word: str) -> None:
    """Promises of other kinds get other words on the point that differs."""
    assert words(file, promise)[point] == word


def test_a_reading_moves_the_point_it_reads_otherwise() -> None:
    """Read as waiting for the Commission, armed force is no longer owed on the facts alone."""
    assert words(FICTION, "shield", "ruling-first")["decides"] == "body_rules_first"
    assert words(FICTION, "shield")["decides"] == "facts_established"


def test_further_and_less_far_follow_the_scale() -> None:
    """Armed force within hours goes further than the alliance's clause; a ruling first goes less far."""
    agreement = load(FICTION.read_text("utf-8"), FICTION.name)
    found = compare(agreement, "shield", REFERENCES["nato-5"])
    stands = {point.point: point.stands for point in found.points}
    assert stands["owed"] is stands["deadline"] is stands["discretion"] is Stands.FURTHER
    assert stands["trigger"] is stands["consultation"] is Stands.SAME
    assert stands["adversary"] is stands["procedures"] is Stands.LESS_FAR
    assert "they do not add up to a score" in "\n".join(as_lines([found]))


def test_the_promises_that_answer_are_compared() -> None:
    """What only holds while the text is in force, and what a body owes, is no answer to an attack."""
    agreement = load(FRAMEWORK.read_text("utf-8"), FRAMEWORK.name)
    assert answering(agreement) == ("step-1", "step-2", "step-3", "respond")


def test_the_command_compares_in_words_and_as_data() -> None:
    """`agreement compare` takes references, a promise and a reading; unknown names are refused."""
    run = CliRunner().invoke
    one = ["compare", str(FRAMEWORK), "--with", "nato-5", "--promise", "respond"]
    shown = run(app, one)
    assert shown.exit_code == 0
    assert "  who decides that it is set off: less far\n    here: the Special Commission must rule first\n" in shown.stdout  # fmt: skip
    data = json.loads(run(app, [*one, "--json"]).stdout)["compared"]
    assert [(c["promise"], c["reference"]["id"]) for c in data] == [("respond", "nato-5")]
    assert len(data[0]["points"]) == len(SCALES)
    everything = json.loads(run(app, ["compare", str(FRAMEWORK), "--json"]).stdout)["compared"]
    assert len(everything) == 4 * len(REFERENCES)
    for wrong, found in ((["--with", "nato-6"], "nato-6"), (["--promise", "none"], "none"), (["--reading", "x"], "x")):  # fmt: skip
        refused = run(app, ["compare", str(FRAMEWORK), *wrong, "--json"])
        assert refused.exit_code == 1
        (problem,) = json.loads(refused.stdout)["problems"]
        assert (problem["code"], problem["found"]) == ("CLI-020", found)
