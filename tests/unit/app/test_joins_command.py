"""`joins` and `explain` of a file that was never run: least certain first, pairs, and what a judgement would change."""

from __future__ import annotations

import json
import re

import pytest
from test_fuse_command import SAMPLE, WINDOW
from typer.testing import CliRunner

from many_sightings import frame_for_file, many
from small_mission import release, row
from waarborg.app.cli.commands import app
from waarborg.base.problems import ProblemsFound
from waarborg.store.fusion_models import fusion_model


def ask(*words):
    """What a command says, and how it ended."""
    done = CliRunner().invoke(app, [*map(str, words)], catch_exceptions=False)
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    """Four hundred rows of the Easter window."""
    lines = WINDOW.read_text(encoding="utf-8").splitlines()[:400]
    path = tmp_path_factory.mktemp("window") / "window.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def seen(tmp_path):
    """A file of sightings."""
    path = tmp_path / "seen.csv"
    frame_for_file(many(29, 150, 600)).write_csv(path)
    return path


def test_joins_of_a_web_file_say_what_different_would_change(window):
    """Each listed join parts its incident, or says that nothing would change; numbers of each side add up."""
    code, out = ask("joins", window, "--limit", 5, "--json")
    found = json.loads(out)

    assert (code, len(found["joins"])) == (0, 5)
    assert (found["contradictions"], found["circles"]) == ([], [])
    chances = [join["probability"] for join in found["joins"]]
    assert chances == sorted(chances)
    for join in found["joins"]:
        change = join["if_different"]
        before = sorted(name for group in change["before"].values() for name in group)
        after = sorted(name for group in change["after"].values() for name in group)
        assert before == after
        assert len(change["after"]) > len(change["before"]) == 1
    code, words = ask("joins", window, "--limit", 1)
    words = " ".join(words.split())
    assert " different: inc-" in words
    assert " would become inc-" in words
    assert f"1 of {found['of']:,} joins, the least certain first" in words


def test_a_web_pair_is_explained_by_its_rows_or_its_reports(window):
    """Two rows together, and two apart, are explained with the sum of the terms and what a join needs."""
    _, out = ask("joins", window, "--limit", 1, "--json")
    (join,) = json.loads(out)["joins"]
    code, together = ask("explain", f"{join['one']},{join['other']}", window)
    keys = [line.split(",")[0] for line in window.read_text(encoding="utf-8").splitlines()[1:3]]
    _, apart = ask("explain", ",".join(keys), window)

    assert code == 0
    assert " are in one incident" in together
    terms = re.findall(r"· [a-z ]+ ([+-]\d+\.\d\d): ", together)
    (total,) = re.findall(r"by themselves: ([+-]\d+\.\d\d) nats", together)
    assert float(total) == pytest.approx(sum(map(float, terms)), abs=0.03)
    assert " are in two incidents" in apart
    assert f"and a join needs more than {fusion_model().keep_joined:g}\n" in apart


def test_a_row_of_a_web_file_is_explained_with_how_its_chance_follows(window):
    """The incident of a row is told; the printed chance is the outcome of the printed sum."""
    _, out = ask("joins", window, "--limit", 1, "--json")
    (join,) = json.loads(out)["joins"]
    code, told = ask("explain", join["one"], window)
    by_incident = ask("explain", join["incident"], window)
    sums = re.findall(r"log odds ([-+.0-9]+) = .*chance 1 / \(1 \+ e\^([-.0-9]+)\) = (\d+)%", told)

    assert code == 0
    assert by_incident == (0, told)
    assert sums
    for odds, turned, chance in sums:
        assert float(odds) == -float(turned)
        assert 100 / (1 + 2.718281828 ** -float(odds)) == pytest.approx(float(chance), abs=0.6)
    assert not re.search("viina-[0-9a-f]{16}", told)


def test_each_join_has_one_name_a_report_and_the_sum_behind_its_chance(window):
    """Reports are called by their rows alone, no line is wider than a page, and the limit holds for every list."""
    _, out = ask("joins", window, "--limit", 4)
    data = json.loads(ask("joins", window, "--limit", 4, "--json")[1])
    sums = re.findall(r"log odds ([-+.0-9]+) = .*?chance 1 / .*?= (\d+)%", " ".join(out.split()))

    assert not re.search("viina-[0-9a-f]{16}", out)
    assert max(map(len, out.splitlines())) <= 100
    assert len(sums) == 4
    for (odds, chance), join in zip(sums, data["joins"], strict=True):
        assert f"{join['probability']:.0%}" == f"{chance}%"
        assert 100 / (1 + 2.718281828 ** -float(odds)) == pytest.approx(float(chance), abs=0.6)
    assert len(data["hinges"]) == 4 < data["hinges_of"]
    assert f"4 of {data['hinges_of']} hinges on a few reports" in out


def test_two_reports_together_are_told_by_which_join_and_gain(window):
    """Of a pair in one incident the two groups that were joined are named, with the gain as printed."""
    _, out = ask("joins", window, "--limit", 20, "--json")
    join = next(j for j in json.loads(out)["joins"] if j["reports"] > 2)
    _, told = ask("explain", f"{join['one']},{join['other']}", window)
    ((blend, strong, rest, mean, gain),) = re.findall(
        r"([.\d]+) \* ([-.\d]+) \+ ([.\d]+) \* ([-.\d]+) = ([-+.\d]+)(?:, held at [-+.\d]+, [a-z ]+)?, and a join needs more than -",
        told,
    )

    assert "brought together by the join of " in told
    assert float(blend) * float(strong) + float(rest) * float(mean) == pytest.approx(
        float(gain), abs=0.02
    )
    assert float(gain) > fusion_model().keep_joined


def test_joins_of_sightings_are_listed_with_what_would_change(seen):
    """Incidents of sightings are listed with their weakest join, and what judging otherwise would change."""
    code, out = ask("joins", seen, "--source", "synthetic", "--limit", 3)
    data = json.loads(ask("joins", seen, "--source", "synthetic", "--limit", 3, "--json")[1])

    assert code == 0
    assert out.startswith("1. ")
    assert out.count(" different: inc-") == 3
    assert "3 of 171 incidents of several sightings, the least certain first" in out
    assert [join["held"]["probability"] for join in data["joins"]] == sorted(
        join["held"]["probability"] for join in data["joins"]
    )
    assert data["of"] == 171


@pytest.mark.parametrize("sameness", ["same", "different"])
def test_what_one_judgement_would_change_can_be_asked(seen, window, sameness):
    """Of any two keys, of sightings and of web reports; nothing else is listed then."""
    first = json.loads(ask("joins", window, "--limit", 1, "--json")[1])["joins"][0]
    web = f"{first['one']},{first['other']}"
    code, words = ask("joins", window, f"--if-{sameness}", web)
    of_seen = ask("joins", seen, "--source", "synthetic", f"--if-{sameness}", "89,359")[1]

    assert code == 0
    expected = "nothing would change" if sameness == "same" else "would become"
    judged = "the same" if sameness == "same" else sameness
    assert words.startswith(f"if a person judged {first['one']} and {first['other']} {judged}: ")
    assert expected in words
    assert of_seen.startswith(f"if a person judged 89 and 359 {judged}: ")
    assert expected in of_seen


def test_a_sighting_and_a_pair_are_explained_in_sums(seen):
    """Each gain is the sum of its terms as printed, and the chance that of the log odds as printed."""
    code, told = ask("explain", "1532", seen, "--source", "synthetic")
    _, pair = ask("explain", "inc-917,1532", seen, "--source", "synthetic")
    data = json.loads(ask("explain", "917,1532", seen, "--source", "synthetic", "--json")[1])

    assert code == 0
    assert told.startswith("Incident inc-917: 4 sightings\n")
    for part in told.split("\n  Join ")[1:]:
        (gain,) = re.findall(r": ([+-]\d+\.\d{4}) nats", part.split("\n")[0])
        terms = re.findall(r"· [a-z]+ ([+-]\d+\.\d{4}): ", part.split("Nearest that is not in")[0])
        assert float(gain) == pytest.approx(sum(map(float, terms)), abs=0.001)
    (odds, chance) = re.findall(r"e\^([+-]?\d+\.\d{4})\) = (\d+\.\d\d)%", told)[0]
    assert 100 / (1 + 2.718281828 ** float(odds)) == pytest.approx(float(chance), abs=0.01)
    assert "kept apart from inc-89: 1313 alone would have joined the two" in told
    assert "917 and 1532 are in one incident" in pair
    assert data["together"]


def test_two_planted_headlines_that_join_two_events_are_flagged_and_listed(tmp_path):
    """Reports that alone hold an incident together stand in the flags, the counts, joins and explain."""
    slugs = {
        "a": "raketa vluchila v likarnyu u darnici", "b": "dron udariv po skladu na obolon sklad gorit",
        "c": "raketa vluchila v likarnyu u darnici dron udariv po skladu na obolon",
    }  # fmt: skip
    rows = [
        row(f"{key}{n}", "2030-04-12", "Sudby", source=f"paper{n}{key}", slug=slug)
        for key, slug in slugs.items()
        for n in range(2 if key == "c" else 3)
    ]
    path, out, flags = tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "flags.csv"
    path.write_bytes(release(rows))
    _, said = ask("fuse", path, "--out", out, "--flags", flags, "--json")
    listed = json.loads(ask("joins", path, "--json")[1])
    told = ask("explain", "c0", path)[1]

    assert json.loads(said)["without_which_an_incident_would_be_two"] == 2
    assert (
        flags.read_text(encoding="utf-8")
        == "report_key,flag\nc0,holds_together\nc1,holds_together\n"
    )
    hinge, *others = listed["hinges"]
    assert {hinge["kind"], *(other["kind"] for other in others)} == {"holds_together"}
    assert "would be two incidents but for c0" in told
    assert f"{hinge['incidents'][0]} would be two incidents but for " in ask("joins", path)[1]


def test_refused_rows_are_told_by_joins_too(seen, tmp_path):
    """A file of which rows were refused is answered for the others, with the code for rows set aside."""
    with seen.open("a", encoding="utf-8") as file:
        file.write("1,2,3\n")
    code, out = ask("joins", seen, "--source", "synthetic", "--limit", 1, "--json")
    sample = tmp_path / "sample.csv"
    text = SAMPLE.read_text(encoding="utf-8")
    first = text.splitlines()[1]
    sample.write_text(text.replace(first, first.replace(",1,", ",9,", 1)), encoding="utf-8")

    assert (code, json.loads(out)["refused"]) == (4, 1)
    assert ask("joins", sample, "--source", "ucdp")[0] == 4


def test_keys_that_are_none_are_refused_in_words(seen, window):
    """An unknown key names where keys come from; two keys have a comma between them."""
    with pytest.raises(ProblemsFound, match="FUS-015"):
        ask("explain", "4", seen, "--source", "synthetic")
    with pytest.raises(ProblemsFound, match="CLI-004"):
        ask("explain", "nobody", window)
    code, out = ask("joins", seen, "--source", "synthetic", "--if-same", "89")
    assert code == 2
    assert "two keys with a comma between them" in out
