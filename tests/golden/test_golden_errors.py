"""Golden errors: the whole text a person reads for each code of mission, claims, command and figures.

After a change that is meant to show, write the texts anew with `pytest tests/golden --refresh-golden`
and read the difference before committing. The codes of other rooms are tested with their rooms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from small_mission import (
    AGREEMENT,
    CLAIMS,
    CONTROL,
    ROWS,
    CommandResult,
    Mission,
    release,
    row,
)
from waarborg.store import out_folder

Command = Callable[..., CommandResult]

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "errors"
ARRIVAL = "2030-04-14T12:00:00+03:00"
GOOD = release(ROWS)
SCANNED = ("CLI", "CLM", "JDG", "MIS", "VII", "ZON")
"""Families of which every code must be held by some test; REC-06x, of figures, too."""


def changed(name: str, text: str) -> Callable[[Path], None]:
    """Put another text in a file's place."""
    return lambda folder: (folder / name).write_text(text, encoding="utf-8") and None


def claim(old: str, new: str) -> Callable[[Path], None]:
    """The claims with one thing changed."""
    assert old in CLAIMS
    return changed("claims.yaml", CLAIMS.replace(old, new, 1))


def settings(old: str, new: str) -> Callable[[Path], None]:
    """The settings with something changed everywhere."""

    def change(folder: Path) -> None:
        file = folder / "mission.toml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return change


def in_latin_1(folder: Path) -> None:
    """The agreement saved in another encoding."""
    (folder / "agreement.yaml").write_bytes(AGREEMENT.replace("River", "Río").encode("latin-1"))


JUDGED = "one,other,sameness,who,when,why\n"


def judged(line: str, header: str = JUDGED) -> Callable[[Path], None]:
    """A file of judgements with one line."""

    def change(folder: Path) -> None:
        settings('claims = "claims.yaml"', 'claims = "claims.yaml"\njudgements = "judged.csv"')(
            folder
        )
        (folder / "judged.csv").write_text(header + line, encoding="utf-8")

    return change


REFUSED_BY_RUN: dict[str, Callable[[Path], None]] = {
    "CLM-001": changed("claims.yaml", "claims: [\n"),
    "CLM-002": changed("claims.yaml", "claims: 5\n"),
    "CLM-003": changed("claims.yaml", "claims:\n  - forty breaches\n"),
    "CLM-004": claim("    unit: breaches\n", "    unit: breaches\n    sure: very\n"),
    "CLM-005": claim("count: 40", "count: many"),
    "CLM-006": claim("id: bor-says", "id: ard-says"),
    "JDG-001": judged("", "report,sameness\n"),
    "JDG-002": judged("viina-1,viina-2,same\n"),
    "JDG-003": judged("viina-1,viina-2,same,Ann,2030-04-14T12:00+03:00,one street\n"),
    "JDG-004": judged("viina-1,viina-1,same,Ann,2030-04-14T12:00+03:00,one street\n"),
    "JDG-005": judged("viina-1,viina-2,alike,,noon,\n"),
    "MIS-001": in_latin_1,
    "MIS-002": settings('default_zone = "land"', 'default_zone = "sea"'),
    "MIS-003": settings("viina", "acled"),
    "VII-041": lambda folder: (
        (folder / "control.csv").write_bytes(CONTROL.replace("Sudby", "Südby").encode("latin-1"))
        and None
    ),
    "VII-042": changed("control.csv", CONTROL.replace("date_from", "since")),
    "VII-043": changed("control.csv", CONTROL + "5,Ostheim,50.1,10.9,20300101,Z\n"),
    "VII-044": changed("control.csv", CONTROL + "1,Norvik,50.5,10.5,20300101,B\n"),
}


def held(code: str, text: str, folder: Path, *, refresh: bool) -> None:
    """Compare a text with the golden one of its code; names of temporary folders are left out."""
    found = text.replace(str(folder), "FOLDER")
    file = GOLDEN / f"{code}.txt"
    if refresh:
        file.write_text(found, encoding="utf-8")
    assert code in found
    assert found == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", REFUSED_BY_RUN)
def test_a_mission_refused_reads_as_reviewed(
    waarborg: Command, tmp_path: Path, code: str, refresh_golden: bool
) -> None:
    """A broken mission is refused with the text that was reviewed, and nothing is written."""
    mission = Mission().write(tmp_path / "m")
    REFUSED_BY_RUN[code](mission)
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert (done.code, done.out) == (1, "")
    assert not (tmp_path / "out").exists()
    held(code, done.err, tmp_path, refresh=refresh_golden)


def test_a_record_that_would_be_rewritten_reads_as_reviewed(
    waarborg: Command, tmp_path: Path, refresh_golden: bool
) -> None:
    """MIS-004 says which report differs and how to go on."""
    mission = Mission(((GOOD, ARRIVAL),)).write(tmp_path / "m")
    assert waarborg("run", mission, "--out", tmp_path / "out").code == 0
    other = release([*ROWS[:1], {**ROWS[1], "type_code": "S"}, *ROWS[2:]])
    Mission(((other, ARRIVAL),)).write(tmp_path / "m")
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == 1
    held("MIS-004", done.err, tmp_path, refresh=refresh_golden)


def test_a_release_from_before_the_last_time_mark_reads_as_reviewed(
    waarborg: Command, tmp_path: Path, refresh_golden: bool
) -> None:
    """MIS-005 names the release and the moment from which one can still come in."""
    mission = Mission(((GOOD, ARRIVAL),)).write(tmp_path / "m")
    assert waarborg("run", mission, "--out", tmp_path / "out").code == 0
    early = (release([row("e1", "2030-04-10")]), "2030-04-11T09:00:00+03:00")
    Mission(((GOOD, ARRIVAL), early)).write(tmp_path / "m")
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == 1
    held("MIS-005", done.err, tmp_path, refresh=refresh_golden)


def test_wrong_words_of_a_command_read_as_reviewed(
    waarborg: Command, tmp_path: Path, refresh_golden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CLI-001 to CLI-006: no moment, instant, run, figure, room on the disk, day of the span."""
    mission = Mission().write(tmp_path / "m")
    out = tmp_path / "out"
    news = tmp_path / "news.csv"
    news.write_bytes(release([row("n1", "2030-04-12")]))

    def hold(code: str, *arguments: object) -> None:
        done = waarborg(*arguments)
        assert (done.code, done.out) == (1, "")
        held(code, done.err, tmp_path, refresh=refresh_golden)

    hold("CLI-001", "assess", mission, "--as-of", "soon", "--known-at", "2030-04-12T10:00")
    hold("CLI-002", "import", "viina", news, "--mission", mission, "--received-at", "today")
    hold("CLI-003", "explain", "inc-1", "--out", out)
    hold("CLI-006", "report", mission, "--date", "2031-04-12", "--out", tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()
    assert waarborg("run", mission, "--out", out).code == 0
    hold("CLI-004", "explain", "inc-nothing", "--out", out)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(out_folder, "write_file", full)
    hold("CLI-005", "run", mission, "--out", tmp_path / "other")


def edited(out: Path) -> None:
    """A count changed by hand."""
    file = out / "counts.jsonl"
    file.write_text(file.read_text().replace('"incidents":0', '"incidents":7', 1))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "REC-060": edited,
    "REC-061": lambda out: (out / "report" / "index.html").unlink(),
}


@pytest.mark.parametrize("code", DAMAGE)
def test_figures_that_do_not_hold_read_as_reviewed(
    waarborg: Command, tmp_path: Path, code: str, refresh_golden: bool
) -> None:
    """What verify says of an edited or missing figure; digests are left out, they follow the page."""
    mission = Mission().write(tmp_path / "m")
    assert waarborg("run", mission, "--out", tmp_path / "out").code == 0
    DAMAGE[code](tmp_path / "out")
    done = waarborg("verify", tmp_path / "out" / "record")
    assert (done.code, done.out) == (3, "")
    text = re.sub(r"[0-9a-f]{64}", "DIGEST", done.err)
    held(code, text, tmp_path, refresh=refresh_golden)


def codes() -> list[str]:
    """Every code of the scanned families that stands in the source."""
    found: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        found |= set(re.findall(r'"([A-Z]{3}-\d{3})"', path.read_text(encoding="utf-8")))
    return sorted(c for c in found if c[:3] in SCANNED or c.startswith("REC-06"))


def test_every_code_stands_in_a_test() -> None:
    """No code is raised that no test asks for."""
    tests = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("*.py")
        if path != Path(__file__)
    )
    here = "".join(path.stem for path in GOLDEN.glob("*.txt"))
    found = codes()
    assert len(found) > 40
    assert [code for code in found if code not in tests + here] == []


def test_every_golden_error_has_all_its_parts() -> None:
    """Each text says what was expected and found, and refusals say how to mend it."""
    for file in GOLDEN.glob("*.txt"):
        text = file.read_text(encoding="utf-8")
        assert "expected: " in text, file.name
        assert "found: " in text, file.name
        assert ("fix: " in text) == (not file.name.startswith("REC")), file.name
