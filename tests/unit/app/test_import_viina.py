"""`waarborg import viina`: whole or not at all, once, and never over another file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from small_mission import MISSION, ROWS, CommandResult, Mission, release, row, texts_of
from waarborg.store import import_folder, mission_folder

Command = Callable[..., CommandResult]
AT = ("--received-at", "2030-04-16T09:00:00+03:00")
NEWS = release([row("n1", "2030-04-12", "Sudby", slug="ardanians attacked sudby dairy")])


@pytest.fixture
def mission(tmp_path: Path) -> Path:
    """The small mission as a folder."""
    return Mission().write(tmp_path / "mission")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A file with one more report."""
    file = tmp_path / "news.csv"
    file.write_bytes(NEWS)
    return file


def test_a_file_is_taken_in_once(waarborg: Command, mission: Path, news: Path) -> None:
    """The file is copied and named with its digest; the same file again changes nothing."""
    first = waarborg("import", "viina", news, "--mission", mission, *AT)
    assert (first.code, first.out) == (0, "news.csv: 1 rows accepted, 0 refused; taken in.\n")
    assert (mission / "reports" / "news.csv").read_bytes() == NEWS
    settings = mission_folder.read(mission).mission
    assert settings.releases[-1].file == "reports/news.csv"
    assert settings.releases[-1].sha256
    after = texts_of(mission)
    again = waarborg("import", "viina", news, "--mission", mission, *AT)
    assert (again.code, again.out) == (0, "news.csv: 1 rows accepted, 0 refused; already there.\n")
    assert texts_of(mission) == after
    assert waarborg("assess", mission).code == 0


def test_a_dry_run_writes_nothing(waarborg: Command, mission: Path, news: Path) -> None:
    """With --dry-run the figures are told and no byte of the mission changes."""
    before = texts_of(mission)
    done = waarborg("import", "viina", news, "--mission", mission, *AT, "--dry-run", "--json")
    told = json.loads(done.out)
    assert (done.code, told["accepted"], told["refused"], told["taken"]) == (0, 1, 0, False)
    assert texts_of(mission) == before


def test_a_link_leads_no_file_out_of_the_mission(
    waarborg: Command, mission: Path, news: Path, tmp_path: Path
) -> None:
    """Where reports/ of a mission is a link to elsewhere, nothing is written there."""
    elsewhere = tmp_path / "elsewhere"
    (mission / "reports").rename(elsewhere)
    (mission / "reports").symlink_to(elsewhere)
    before = sorted(elsewhere.iterdir())
    done = waarborg("import", "viina", news, "--mission", mission, *AT)
    assert done.code == 1
    assert "VII-026 reports/" in done.err
    assert sorted(elsewhere.iterdir()) == before


def test_bad_rows_go_to_quarantine(waarborg: Command, mission: Path, news: Path) -> None:
    """The command ends with 4; the row lies in quarantine with its reason, the others are taken."""
    news.write_bytes(NEWS + release([row("n2", "2030-13-01")]).split(b"\n", 1)[1])
    done = waarborg("import", "viina", news, "--mission", mission, *AT)
    assert done.code == 4
    assert "VII-006 reports/news.csv:3" in done.err
    table = (mission / "quarantine" / "news.csv.csv").read_text()
    assert "VII-006" in table
    assert "n2," in table


def test_another_file_of_the_name_is_refused(waarborg: Command, mission: Path, news: Path) -> None:
    """A release is never replaced by another of the same name."""
    assert waarborg("import", "viina", news, "--mission", mission, *AT).code == 0
    before = texts_of(mission)
    news.write_bytes(release(ROWS[:2]))
    done = waarborg("import", "viina", news, "--mission", mission, *AT)
    assert done.code == 1
    assert "VII-031 reports/news.csv" in done.err
    assert "the mission already has another file of this name" in done.err
    assert texts_of(mission) == before


def test_a_crash_between_copy_and_settings_loses_nothing(
    waarborg: Command, mission: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash before the settings name the copy leaves a mission that reads as before; again, it is whole."""
    before = mission_folder.read(mission).mission
    write = import_folder.write_file

    def crash(path: Path, content: bytes) -> None:
        if path.name == "mission.toml":
            raise RuntimeError("the machine stops here")
        write(path, content)

    monkeypatch.setattr(import_folder, "write_file", crash)
    with pytest.raises(RuntimeError, match="the machine stops here"):
        waarborg("import", "viina", news, "--mission", mission, *AT)
    assert mission_folder.read(mission).mission == before
    monkeypatch.undo()
    assert waarborg("import", "viina", news, "--mission", mission, *AT).code == 0
    assert len(mission_folder.read(mission).mission.releases) == 2


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n"])
def test_a_file_that_cannot_be_read_changes_nothing(
    waarborg: Command, mission: Path, news: Path, content: bytes
) -> None:
    """An empty file or one without the columns is refused whole."""
    before = texts_of(mission)
    news.write_bytes(content)
    done = waarborg("import", "viina", news, "--mission", mission, *AT)
    assert done.code == 1
    assert "VII-001" in done.err or "VII-003" in done.err
    assert texts_of(mission) == before


def test_a_file_that_is_not_there_is_refused(waarborg: Command, mission: Path) -> None:
    """A name without a file is told with the reason of the system."""
    done = waarborg("import", "viina", mission / "nowhere.csv", "--mission", mission, *AT)
    assert done.code == 1
    assert "VII-030" in done.err
    assert "No such file" in done.err


def test_an_arrival_without_offset_is_refused(waarborg: Command, mission: Path, news: Path) -> None:
    """An instant of arrival needs its offset."""
    done = waarborg(
        "import", "viina", news, "--mission", mission, "--received-at", "2030-04-16T09:00"
    )
    assert done.code == 1
    assert "CLI-002 --received-at" in done.err
    assert "this is no instant with an offset" in done.err


def test_the_first_release_of_a_mission_can_be_imported(
    waarborg: Command, mission: Path, news: Path
) -> None:
    """A mission that has no release yet, written as an empty list, takes its first."""
    (mission / "mission.toml").write_text(
        MISSION.replace('words = "words.toml"\n', 'words = "words.toml"\nreleases = []\n')
    )
    done = waarborg("import", "viina", news, "--mission", mission, *AT)
    assert done.code == 0, done.err
    assert len(mission_folder.read(mission).mission.releases) == 1


def test_a_release_said_to_have_come_earlier_does_not_rewrite_the_record(
    waarborg: Command, mission: Path, news: Path, tmp_path: Path
) -> None:
    """A late file with an early arrival must not change versions that the record holds."""
    out = tmp_path / "out"
    assert waarborg("run", mission, "--out", out).code == 0
    same_page = [{**ROWS[1], "type_code": "S"}]
    news.write_bytes(release(same_page))
    early = ("--received-at", "2030-04-13T09:00:00+03:00")
    assert waarborg("import", "viina", news, "--mission", mission, *early).code == 0
    before = texts_of(out)
    done = waarborg("run", mission, "--out", out)
    assert done.code == 1
    assert "MIS-004 mission.toml" in done.err
    assert "name the release with the moment it really came in" in done.err
    assert texts_of(out) == before


def test_releases_on_one_line_are_not_extended(
    waarborg: Command, mission: Path, news: Path
) -> None:
    """Where the settings list releases on one line, the import says so and writes nothing."""
    inline = (
        'releases = [{file = "reports/first.csv", channel = "viina", '
        'received_at = 2030-04-14T12:00:00+03:00, certainty = "stated", words = "made up"}]'
    )
    (mission / "mission.toml").write_text(
        MISSION.replace('words = "words.toml"\n', f'words = "words.toml"\n{inline}\n')
    )
    before = texts_of(mission)
    done = waarborg("import", "viina", news, "--mission", mission, *AT)
    assert done.code == 1
    assert "VII-032 mission.toml" in done.err
    assert texts_of(mission) == before
