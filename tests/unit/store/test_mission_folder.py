"""The mission folder on disk."""

import shutil
from pathlib import Path

import pytest

from waarborg.base.problems import ProblemsFound
from waarborg.store import mission_folder

EXAMPLE = Path(__file__).parents[3] / "examples" / "easter-truce-2026"


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped folder; what other rooms read in it is only present."""
    copy = tmp_path / "mission"
    shutil.copytree(EXAMPLE, copy)
    for name in ("agreement.yaml", "exercise.yaml", "claims.yaml"):
        (copy / name).write_text("x: 1\n", encoding="utf-8")
    return copy


def change(folder, old, new, name="mission.toml"):
    """Change the settings in one place."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder):
    """The problems of a folder that is refused."""
    with pytest.raises(ProblemsFound, match="VII-") as refused:
        mission_folder.read(folder)
    return refused.value.problems


def test_the_shipped_folder_is_read(folder):
    """Settings, words and contents are in hand; releases come in pieces, byte for byte."""
    read = mission_folder.read(folder)
    assert read.mission.id == "easter-truce-2026"
    assert len(read.mission.releases) == 2
    assert read.text("agreement.yaml") == "x: 1\n"
    for release in read.mission.releases:
        assert b"".join(read.chunks(release)) == (EXAMPLE / release.file).read_bytes()
    assert sorted(read.lexicon.actors) == ["RU", "UA"]
    assert read.mission.channels["viina"].time_zone.key == "Europe/Kyiv"


def test_an_unknown_key_is_told_with_its_line(folder):
    """A misspelt key is refused, with the line it stands on."""
    change(folder, 'rule = "fused', 'rulle = "x"\nrule = "fused')
    (problem,) = problems(folder)
    assert problem.code == "VII-023"
    assert problem.message == "the key counting.rulle is not known"
    lines = (folder / "mission.toml").read_text(encoding="utf-8").splitlines()
    assert lines[problem.line - 1] == 'rulle = "x"'


def test_all_problems_at_once(folder):
    """Missing files, a changed release and a wrong span are told together."""
    (folder / "claims.yaml").unlink()
    (folder / "zones.geojson").unlink()
    release = next((folder / "reports").glob("*asof*"))
    release.write_bytes(release.read_bytes() + b"\n")
    change(folder, "last = 2026-04-25", "last = 2026-03-25")
    assert [(p.file.rpartition("/")[2], p.code) for p in problems(folder)] == [
        ("claims.yaml", "VII-027"),
        ("mission.toml", "VII-029"),
        (release.name, "VII-028"),
        ("zones.geojson", "VII-027"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ('waarborg = "mission/1"', 'waarborg = "mission/9"', "VII-025", "the value of waarborg"),
        ("near_m = 5000.0", 'near_m = "no"', "VII-025", "the value of control.near_m"),
        ('time_zone = "Europe/Kyiv"', 'time_zone = "Kyiv"', "VII-025", "the value of time_zone"),
        ('id = "easter-truce-2026"\n', "", "VII-024", "the key id is missing"),
        ("20:00:00+03:00", "20:00:00", "VII-029", "the moment names no offset from UTC"),
        ('channel = "viina"', 'channel = "acled"', "VII-029", "the channel is not defined"),
        ('zones = "zones', 'zones = "../zones', "VII-026", "lies outside the mission folder"),
        (
            "[span]",
            "[engine]\njoin_probability = 0.5\n[span]",
            "VII-029",
            "the key engine.join_probability has no effect",
        ),
        ("[span]", "[span", "VII-022", "the file is not TOML"),
        ("_asof_2026-04-24.csv", ".csv", "VII-027", "the file is missing"),
    ],
)
def test_one_problem(folder, old, new, code, message):
    """Each fault of the settings is told with file, line, expected, found and fix."""
    change(folder, old, new)
    found = [p for p in problems(folder) if p.code == code]
    assert found
    assert message in found[0].message
    assert found[0].expected
    assert found[0].found
    assert found[0].fix


def test_lines_of_arrays_of_tables(folder):
    """A fault in the second release is told on its own line."""
    change(folder, "2026-07-02T00:00:00+03:00", "2026-07-02T00:00:00")
    (problem,) = problems(folder)
    lines = (folder / "mission.toml").read_text(encoding="utf-8").splitlines()
    assert "2026-07-02" in lines[problem.line - 1]


def test_two_files_of_one_name(folder):
    """A release named like another in a second folder is refused, and names that differ in case."""
    release = next((folder / "reports").glob("*asof*"))
    (folder / "more").mkdir()
    shutil.copy(release, folder / "more")
    change(folder, "reports/viina_reports_2026-04-01_2026-04-25.csv", f"more/{release.name}")
    (folder / "Zones.geojson").write_text("x", encoding="utf-8")
    found = [p for p in problems(folder) if p.code == "VII-020"]
    assert len(found) == 2
    assert all(p.message == "two files have one name" for p in found)


def test_another_encoding(folder):
    """Settings that are not UTF-8 are told with the line."""
    text = (folder / "mission.toml").read_bytes()
    (folder / "mission.toml").write_bytes(
        text.replace(b'= "Easter truce of', b'= "\xcf\xe0\xf1\xf5\xe0', 1)
    )
    (problem,) = problems(folder)
    assert problem.code == "VII-021"
    assert problem.line > 1


def test_no_folder(tmp_path):
    """Without mission.toml the folder is no mission."""
    (problem,) = problems(tmp_path)
    assert (problem.file, problem.code) == ("mission.toml", "VII-027")
    assert problem.fix == "correct the name of the folder, or write its mission.toml"


def test_a_folder_that_is_not_there(tmp_path):
    """Who mistypes the folder is told so, not that a file in it is missing."""
    (problem,) = problems(tmp_path / "typo")
    assert (problem.file, problem.code) == (str(tmp_path / "typo"), "VII-027")
    assert problem.message == "there is no such folder"


def test_words_are_checked_too(folder):
    """An unknown act in the words is refused."""
    change(folder, "\ndrone_strike = [", "\ndrone_strikes = [", "words.toml")
    assert {p.file for p in problems(folder)} == {"words.toml"}
