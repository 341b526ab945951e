"""Bad input, from the files to the exit code: clear messages, good rows taken, nothing half-written."""

from __future__ import annotations

import csv
import errno
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from small_mission import AGREEMENT, CLAIMS, MISSION, ROWS, CommandResult, Mission, release, row
from waarborg.store import out_folder

Command = Callable[..., CommandResult]

REFUSED, QUARANTINED = 1, 4
ARRIVAL = "2030-04-14T12:00:00+03:00"
GOOD = release(ROWS)
FULL = re.compile(r"[A-Z]{3}-\d{3} ")


def with_release(content: bytes, **changed: str) -> Mission:
    """The small mission with another release or other texts."""
    names = {name.replace("_", "."): text for name, text in changed.items()}
    return Mission(((content, ARRIVAL),), names)


def rows_with(*more: dict[str, str]) -> bytes:
    """The good rows and some others behind them."""
    return release([*ROWS, *more])


ROWS_REFUSED = {
    "coordinate out of range": (rows_with(row("b", "2030-04-12", longitude="510.5")), "VII-007", 1),
    "coordinates swapped": (
        rows_with(row("b", "2030-04-12", longitude="50.5", latitude="10.5")),
        "VII-008",
        1,
    ),
    "date that does not exist": (rows_with(row("b", "2030-04-31")), "VII-006", 1),
    "a day after the release came in": (rows_with(row("b", "2030-04-15")), "VII-017", 1),
    "a day long before any report": (rows_with(row("b", "0001-01-01")), "VII-017", 1),
    "one key, two contents": (rows_with(row("r2", "2030-04-12")), "VII-011", 2),
    "a row twice": (rows_with(ROWS[0]), "VII-010", 1),
    "a formula": (rows_with(row("b", "2030-04-12", slug="=HYPERLINK(1)")), "VII-012", 1),
    "a row in another encoding": (
        rows_with(row("b", "2030-04-12")) + "r,€\n".encode("cp1252"),
        "VII-002",
        1,
    ),
    "a line without end": (GOOD + b"x" * 3_000_000 + b"\n", "VII-004", 1),
    "too few fields": (GOOD + b"only,three,fields\n", "VII-005", 1),
}


@pytest.mark.parametrize(("content", "code", "refused"), ROWS_REFUSED.values(), ids=ROWS_REFUSED)
def test_good_rows_are_taken_and_bad_ones_set_aside(
    waarborg: Command, tmp_path: Path, content: bytes, code: str, refused: int
) -> None:
    """One bad row ends the run with 4, one full message a problem, and the row in quarantine.csv."""
    mission = with_release(content).write(tmp_path / "m")
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == QUARANTINED, done.err
    assert f"{refused} refused" in done.out
    assert f"{code} reports/first.csv:" in done.err
    for part in ("expected: ", "found: ", "fix: "):
        assert done.err.count(part) == refused
    table = (tmp_path / "out" / "quarantine.csv").read_text(encoding="utf-8")
    held = list(csv.DictReader(io.StringIO(table)))
    assert len(held) == refused
    for line in held:
        assert line["file"] == "reports/first.csv"
        assert line["codes"] == code
        assert line["reasons"]
        assert not line["row"].startswith(("=", "+", "@"))
    assert waarborg("verify", tmp_path / "out" / "record").code == 0


def test_all_problems_of_all_rows_are_told_at_once(waarborg: Command, tmp_path: Path) -> None:
    """Nine bad rows give nine messages in one run, in the order of their lines."""
    bad = [row(f"b{n}", "2030-02-30") for n in range(9)]
    mission = with_release(rows_with(*bad)).write(tmp_path / "m")
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == QUARANTINED
    lines = [int(n) for n in re.findall(r"VII-006 reports/first\.csv:(\d+)", done.err)]
    assert lines == list(range(8, 17))
    assert "9 problems." in done.err


def broken(old: str, new: str) -> dict[str, str]:
    """The agreement with one thing changed."""
    assert old in AGREEMENT
    return {"agreement_yaml": AGREEMENT.replace(old, new, 1)}


TEXTS_REFUSED = {
    "empty release": ({}, b"", "VII-001 reports/first.csv"),
    "release with a header alone": ({}, release([]), "VII-001 reports/first.csv:1"),
    "release in UTF-16": ({}, GOOD.decode().encode("utf-16"), "VII-002 reports/first.csv"),
    "missing column": ({}, GOOD.replace(b"longitude", b"long", 1), "VII-003 reports/first.csv"),
    "unknown key of the agreement": (
        broken("    where: unstated\n", "    where: unstated\n    whre: x\n"),
        GOOD,
        "AGR-010 agreement.yaml",
    ),
    "undefined zone": (
        broken("{at: {during: truce}}", "{place: {in: east}}"),
        GOOD,
        "AGR-026 agreement.yaml",
    ),
    "a period that ends before it starts": (
        broken("until: 2030-04-13", "until: 2030-04-10"),
        GOOD,
        "AGR-016 agreement.yaml",
    ),
    "NO read as false": (broken("by: [GUA]", "by: [NO]"), GOOD, "AGR-003 agreement.yaml"),
    "agreement in another encoding": ({}, GOOD, "MIS-001 agreement.yaml"),
    "control in a zone that is not drawn": (
        {"mission_toml": MISSION.replace('default_zone = "land"', 'default_zone = "sea"')},
        GOOD,
        "MIS-002 mission.toml",
    ),
    "no parser for a channel": (
        {"mission_toml": MISSION.replace("channels.viina", "channels.acled")},
        GOOD.replace(b"viina", b"acled"),
        "VII-029 mission.toml",
    ),
    "an unknown setting": (
        {"mission_toml": 'colour = "red"\n' + MISSION},
        GOOD,
        "VII-023 mission.toml",
    ),
}


@pytest.mark.parametrize(
    ("changed", "content", "expected"), TEXTS_REFUSED.values(), ids=TEXTS_REFUSED
)
def test_a_text_that_cannot_be_used_refuses_the_mission(
    waarborg: Command, tmp_path: Path, changed: dict[str, str], content: bytes, expected: str
) -> None:
    """The run ends with 1 and a full message; no output folder is begun."""
    mission = with_release(content, **changed).write(tmp_path / "m")
    if "MIS-001" in expected:
        file = mission / "agreement.yaml"
        file.write_bytes(file.read_bytes().replace(b"River", b"R\xedver"))
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == REFUSED, done.out + done.err
    assert expected in done.err
    for part in ("expected: ", "found: ", "fix: "):
        assert part in done.err
    assert len(FULL.findall(done.err)) == done.err.count("fix: ")
    assert not (tmp_path / "out").exists()
    told = json.loads(waarborg("run", mission, "--out", tmp_path / "out", "--json").out)
    assert expected.split(maxsplit=1)[0] in {problem["code"] for problem in told["problems"]}


def test_a_channel_without_a_parser_is_named(waarborg: Command, tmp_path: Path) -> None:
    """A mission may name a channel that no parser of this version reads; it says which there are."""
    mission = with_release(GOOD).write(tmp_path / "m")
    file = mission / "mission.toml"
    text = file.read_text().replace("[channels.viina]", "[channels.acled]")
    text = text.replace("[[channels.viina.stand_ins]]", "[[channels.acled.stand_ins]]")
    file.write_text(text.replace('channel = "viina"', 'channel = "acled"'))
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == REFUSED
    assert "MIS-003 mission.toml" in done.err
    assert "no parser reads the channel acled" in done.err
    assert "expected: viina" in done.err


def test_problems_of_several_files_are_told_at_once(waarborg: Command, tmp_path: Path) -> None:
    """A broken agreement and broken claims are both told in one run."""
    changed = broken("    where: unstated\n", "    where: unstated\n    whre: x\n")
    mission = with_release(GOOD, claims_yaml="claims: 5\n", **changed).write(tmp_path / "m")
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == REFUSED
    assert "AGR-010 agreement.yaml" in done.err
    assert "CLM-002 claims.yaml" in done.err


HOSTILE = "River[/bold] :x: [red]truce\\x1b[2J"
"""A name that a terminal's markup, its emoji and its control sequences would all act on."""


def test_names_are_printed_as_they_stand(waarborg: Command, tmp_path: Path) -> None:
    """No name in a file is read as markup or obeyed by a terminal: not the mission's, not a claimant's."""
    name = HOSTILE.replace("\\x1b", "\\u001b")
    settings = MISSION.replace('name = "River truce"', f'name = "{name}"')
    claims = CLAIMS.replace("the Borland staff", "'[/red] staff :x:'")
    assert name in settings
    assert "[/red]" in claims
    mission = with_release(GOOD, mission_toml=settings, claims_yaml=claims).write(tmp_path / "m")
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert (done.code, done.err) == (0, "")
    assert "River[/bold] :x: [red]truce[U+001B][2J" in done.out
    assert "[/red] staff :x:" in done.out
    assert "\x1b" not in done.out


def test_a_key_that_would_paint_the_terminal_is_spelled_out(
    waarborg: Command, tmp_path: Path
) -> None:
    """What a message repeats from a file cannot act on the terminal it is printed on."""
    settings = '"\\u001b[31mred:x:" = 1\n' + MISSION
    mission = with_release(GOOD, mission_toml=settings).write(tmp_path / "m")
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == REFUSED
    assert "the key [U+001B][31mred:x: is not known" in done.err
    assert "\x1b" not in done.err


@pytest.mark.parametrize("name", ["zones.geojson", "reports/first.csv", "agreement.yaml"])
def test_a_link_out_of_the_mission_is_refused(waarborg: Command, tmp_path: Path, name: str) -> None:
    """A mission from a stranger cannot bring another file of this machine into messages or record."""
    secret = tmp_path / "secret"
    secret.write_text("the secret of this machine\n")
    mission = with_release(GOOD).write(tmp_path / "m")
    (mission / name).unlink()
    (mission / name).symlink_to(secret)
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == REFUSED
    assert f"VII-026 {name}" in done.err
    assert "secret of" not in done.err + done.out
    assert not (tmp_path / "out").exists()


def test_a_control_character_in_quarantine_is_a_picture(waarborg: Command, tmp_path: Path) -> None:
    """Whoever prints the quarantine on a terminal reads the refused row, and nothing obeys it."""
    bad = row("b", "2030-04-12", slug="\x1b[2Jcleared")
    mission = with_release(rows_with(bad)).write(tmp_path / "m")
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == QUARANTINED
    assert "VII-016 reports/first.csv:8" in done.err
    table = (tmp_path / "out" / "quarantine.csv").read_text(encoding="utf-8")
    assert "␛[2Jcleared" in table
    assert "\x1b" not in table


def test_two_files_of_one_name_refuse_the_mission(waarborg: Command, tmp_path: Path) -> None:
    """Names that differ in case only are one file to some systems, so the mission is refused."""
    mission = with_release(GOOD).write(tmp_path / "m")
    (mission / "Claims.yaml").write_text("claims: []\n")
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == REFUSED
    assert "VII-020 Claims.yaml" in done.err
    assert "two files have one name" in done.err


def test_a_refused_run_leaves_an_earlier_one_as_it_was(waarborg: Command, tmp_path: Path) -> None:
    """After a refusal every byte of the output folder is what the earlier run wrote."""
    mission = with_release(GOOD).write(tmp_path / "m")
    out = tmp_path / "out"
    assert waarborg("run", mission, "--out", out).code == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (mission / "agreement.yaml").write_text("waarborg: agreement/1\n")
    assert waarborg("run", mission, "--out", out).code == REFUSED
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_folder_with_another_log_is_not_written_to(waarborg: Command, tmp_path: Path) -> None:
    """Two missions do not share an output folder: the second is refused and changes nothing."""
    first = with_release(GOOD).write(tmp_path / "one")
    other = with_release(
        GOOD, mission_toml=MISSION.replace('id = "river-truce"', 'id = "lake-truce"')
    ).write(tmp_path / "two")
    out = tmp_path / "out"
    assert waarborg("run", first, "--out", out).code == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    done = waarborg("run", other, "--out", out)
    assert done.code == 3
    assert "REC-004" in done.err
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_damaged_record_is_not_extended(waarborg: Command, tmp_path: Path) -> None:
    """A run onto a record whose checkpoint was altered ends with 3 and says what does not hold."""
    mission = with_release(GOOD).write(tmp_path / "m")
    out = tmp_path / "out"
    assert waarborg("run", mission, "--out", out).code == 0
    checkpoint = out / "record" / "checkpoint"
    checkpoint.write_text("nothing\n")
    done = waarborg("run", mission, "--out", out)
    assert done.code == 3
    assert "REC-002" in done.err
    assert checkpoint.read_text() == "nothing\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--known-at", "yesterday"), "CLI-001", "this is no moment"),
        (("--as-of", "2030-04-12T10:00"), "CLI-001", "this is no moment"),
    ],
)
def test_a_moment_that_is_none_is_refused(
    waarborg: Command, tmp_path: Path, arguments: tuple[str, ...], code: str, words: str
) -> None:
    """A moment without offset, or no moment at all, is refused with an example of one."""
    mission = with_release(GOOD).write(tmp_path / "m")
    done = waarborg("assess", mission, *arguments)
    assert done.code == REFUSED
    assert f"{code} {arguments[0]}" in done.err
    assert words in done.err
    assert "2026-04-24T12:00+03:00" in done.err


def test_a_folder_without_a_run_cannot_explain(waarborg: Command, tmp_path: Path) -> None:
    """Explain says that no run lies in the folder, and how to get one."""
    done = waarborg("explain", "inc-1", "--out", tmp_path)
    assert done.code == REFUSED
    assert "CLI-003" in done.err
    assert "waarborg run MISSION" in done.err


def test_an_edited_figure_is_not_explained(waarborg: Command, tmp_path: Path) -> None:
    """Whoever edits a figure finds that nothing is explained from it any more (law 6)."""
    mission = with_release(GOOD).write(tmp_path / "m")
    out = tmp_path / "out"
    assert waarborg("run", mission, "--out", out).code == 0
    file = out / "findings.jsonl"
    name = json.loads(file.read_bytes().splitlines()[0])["id"]
    assert waarborg("explain", name, "--out", out).code == 0
    file.write_bytes(file.read_bytes().replace(b'"tier":"undecidable"', b'"tier":"certain"', 1))
    done = waarborg("explain", name, "--out", out)
    assert (done.code, done.out) == (3, "")
    assert "REC-060 findings.jsonl" in done.err
    file.unlink()
    assert "found: no such file" in waarborg("explain", name, "--out", out).err


def test_nothing_is_explained_from_a_damaged_record(waarborg: Command, tmp_path: Path) -> None:
    """One flipped bit in an entry, and explain names the entry instead of telling what it says."""
    mission = with_release(GOOD).write(tmp_path / "m")
    out = tmp_path / "out"
    assert waarborg("run", mission, "--out", out).code == 0
    bundle = next(path for path in (out / "record/tile/entries").rglob("*") if path.is_file())
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 1
    bundle.write_bytes(content)
    done = waarborg("explain", "inc-", "--out", out)
    assert (done.code, done.out) == (3, "")
    assert "REC-010 entry" in done.err


def test_an_identifier_that_nothing_has_is_refused(waarborg: Command, tmp_path: Path) -> None:
    """Explain says when nothing has the identifier, and when several start like it."""
    mission = with_release(GOOD).write(tmp_path / "m")
    out = tmp_path / "out"
    assert waarborg("run", mission, "--out", out).code == 0
    nothing = waarborg("explain", "inc-nothing", "--out", out)
    several = waarborg("explain", "inc-", "--out", out)
    assert (nothing.code, several.code) == (REFUSED, REFUSED)
    assert "CLI-004 inc-nothing" in nothing.err
    assert "nothing has this identifier" in nothing.err
    assert "several identifiers start like this" in several.err


def test_a_full_disk_is_told_and_ends_with_1(
    waarborg: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the system refuses to write, the command says where and why, without a traceback."""
    mission = with_release(GOOD).write(tmp_path / "m")

    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(out_folder, "write_file", full)
    done = waarborg("run", mission, "--out", tmp_path / "out")
    assert done.code == REFUSED
    assert "CLI-005" in done.err
    assert "found: No space left on device" in done.err
    assert not (tmp_path / "out" / "findings.jsonl").exists()


def test_a_text_that_changes_back_is_recorded_again(waarborg: Command, tmp_path: Path) -> None:
    """An agreement edited and edited back leaves a record from which the last figures follow."""
    out = tmp_path / "out"
    for text in (AGREEMENT, AGREEMENT.replace("PT24H", "PT12H"), AGREEMENT):
        mission = with_release(GOOD, agreement_yaml=text).write(tmp_path / "m")
        assert waarborg("run", mission, "--out", out).code == 0
        assert waarborg("verify", out / "record").code == 0
