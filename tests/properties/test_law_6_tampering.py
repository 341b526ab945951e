"""Law 6, by the command line: whatever is altered is found, and nothing derived from it is shown.

The tests of `record` alter the record in memory; these go from the files on disk to the exit code.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from small_mission import CommandResult, Mission
from waarborg.app.services.logbook import last_derivation
from waarborg.record.canonical import encode
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.record.journal import Journal
from waarborg.record.log import Log
from waarborg.record.statement import Draft, Statement
from waarborg.store import record_folder
from waarborg.store.mission_record import read_journal
from waarborg.store.record_folder import FolderSource

Command = Callable[..., CommandResult]

NOT_VERIFIED = 3
ONCE = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a file and a place say enough without shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, waarborg: Command) -> Path:
    """The output folder of a run of the small mission."""
    base = tmp_path_factory.mktemp("tampering")
    done = waarborg("run", Mission().write(base / "mission"), "--out", base / "out")
    assert done.code == 0, done.err
    assert waarborg("verify", base / "out" / "record").code == 0
    return base / "out"


@pytest.fixture
def copy(out: Path, tmp_path: Path) -> Path:
    """A copy of that folder that may be altered."""
    return Path(shutil.copytree(out, tmp_path / "out"))


def refused(waarborg: Command, out: Path) -> CommandResult:
    """Verify an altered folder: exit code 3, no figure on either stream."""
    found = waarborg("verify", out / "record")
    assert found.code == NOT_VERIFIED, found.out + found.err
    assert found.out == ""
    assert "NOT VERIFIED. Do not rely on anything derived from this record." in found.err
    return found


@ONCE
@given(data=st.data())
def test_any_flipped_bit_of_the_record_is_found(
    waarborg: Command, out: Path, data: st.DataObject
) -> None:
    """One bit, anywhere in the record folder, is enough: verify ends with 3 and shows no figure."""
    files = sorted(path for path in (out / "record").rglob("*") if path.is_file())
    file = data.draw(st.sampled_from(files))
    right = file.read_bytes()
    place = data.draw(st.integers(0, len(right) - 1))
    altered = bytearray(right)
    altered[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        file.write_bytes(bytes(altered))
        refused(waarborg, out)
    finally:
        file.write_bytes(right)


@ONCE
@given(data=st.data())
def test_any_changed_byte_of_a_figure_is_found(
    waarborg: Command, out: Path, data: st.DataObject
) -> None:
    """One byte of a derived file or a page, anywhere: verify names the file and the line."""
    files = sorted(
        path
        for path in out.rglob("*")
        if path.is_file()
        and not {"record", "operator"} & set(path.parts)
        and path.name != "quarantine.csv"
    )
    file = data.draw(st.sampled_from([path for path in files if path.stat().st_size]))
    right = file.read_bytes()
    place = data.draw(st.integers(0, len(right) - 1))
    altered = bytearray(right)
    altered[place] ^= 1
    try:
        file.write_bytes(bytes(altered))
        found = refused(waarborg, out)
        name = file.relative_to(out).as_posix()
        assert re.search(rf"REC-060 {re.escape(name)}:\d+ ", found.err)
    finally:
        file.write_bytes(right)


def resigned(out: Path, entries: list[bytes]) -> None:
    """Sign other entries as the operator could, with the very key of the record."""
    blobs = read_journal(FolderSource(out / "record")).blobs
    log = Log(entries, dict(blobs))
    shutil.rmtree(out / "record")
    origin = demonstration_origin("river-truce")
    record_folder.write(out / "record", log, demonstration_seed(origin), origin)


def held(out: Path) -> list[Statement]:
    """The statements of a record."""
    return [each.statement for each in read_journal(FolderSource(out / "record")).read()]


def leaves(statements: list[Statement]) -> list[bytes]:
    """Their bytes."""
    return [each.leaf for each in statements]


def said_again(statements: list[Statement], change: Callable[[Draft], Draft | None]) -> list[bytes]:
    """The record as its operator and intake could make it anew with all keys, some words otherwise.

    Args:
        statements: The record.
        change: What each becomes; None leaves it out.
    """
    journal = Journal(demonstration_origin("river-truce"))
    for each in statements:
        if each.kind in {"genesis", "key"}:
            continue
        draft = Draft(each.kind, each.body, each.claimed_at, refs=each.refs, rules=each.rules)
        changed = change(draft)
        if changed is not None:
            journal.say(each.author, changed)
    return list(journal.log.entries)


def of_kind(statements: list[Statement], kind: str) -> list[int]:
    """Places of the entries of a kind."""
    return [place for place, each in enumerate(statements) if each.kind == kind]


def test_a_report_dropped_and_signed_again_is_found(waarborg: Command, copy: Path) -> None:
    """The log's key alone drops no report: the chain of who handed it in has a gap."""
    entries = held(copy)
    del entries[of_kind(entries, "report")[2]]
    resigned(copy, leaves(entries))
    assert "REC-073 entry " in refused(waarborg, copy).err


def test_a_report_dropped_by_who_holds_every_key_is_found(waarborg: Command, copy: Path) -> None:
    """Even who makes every statement anew cannot drop a report: the figures come out otherwise."""
    entries = held(copy)
    gone = entries[of_kind(entries, "report")[2]].body
    resigned(copy, said_again(entries, lambda draft: None if draft.body == gone else draft))
    assert "REC-06" in refused(waarborg, copy).err


def test_an_edited_determination_file_names_file_and_line(waarborg: Command, copy: Path) -> None:
    """A verdict edited from unknown to yes is named with its line and both readings."""
    file = copy / "findings.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if '"verdict":"unknown"' in line)
    lines[place] = lines[place].replace('"verdict":"unknown"', '"verdict":"yes"')
    file.write_text("".join(lines))
    found = refused(waarborg, copy)
    assert f"REC-060 findings.jsonl:{place + 1} " in found.err
    assert "unknown" in found.err


def test_a_line_added_at_the_end_is_found(waarborg: Command, copy: Path) -> None:
    """A line behind the last one is named by its number."""
    file = copy / "counts.jsonl"
    number = len(file.read_bytes().splitlines()) + 1
    with file.open("ab") as more:
        more.write(b"{}\n")
    assert f"REC-060 counts.jsonl:{number} " in refused(waarborg, copy).err


def test_a_program_is_told_the_same(waarborg: Command, copy: Path) -> None:
    """With --json the failure comes as data, and nothing but the failure."""
    (copy / "counts.jsonl").write_text("")
    told = json.loads(waarborg("verify", copy / "record", "--json").out)
    assert set(told) == {"holds", "code", "place", "entry", "expected", "found", "meaning"}
    assert (told["holds"], told["code"], told["place"]) == (False, "REC-060", "counts.jsonl:1")


def test_another_key_beside_the_entries_is_found(waarborg: Command, copy: Path) -> None:
    """The key that lies in the record is one a reader may pass on: another one is named."""
    file = copy / "record" / "vkey"
    file.write_text(file.read_text().rstrip("\n") + "\n\n")
    assert "REC-031 vkey " in refused(waarborg, copy).err


def test_a_missing_page_is_found(waarborg: Command, copy: Path) -> None:
    """A page that was taken away is named."""
    (copy / "report" / "index.html").unlink()
    assert "REC-061 report/index.html " in refused(waarborg, copy).err


def test_a_derivation_that_states_other_digests_is_found(waarborg: Command, copy: Path) -> None:
    """An operator who writes another digest into the record and edits the page to fit is found."""
    journal = read_journal(FolderSource(copy / "record"))
    derivation = last_derivation(journal)
    assert derivation is not None
    row = next(r for r in derivation.files if r["path"] == "counts.jsonl")
    row["sha256"] = "0" * 64
    forged = encode(derivation.files)
    digest = sha256(forged).hexdigest()
    named = {"blob": digest, "bytes": len(forged), "media_type": "application/json"}

    def change(draft: Draft) -> Draft:
        if draft.kind != "derived":
            return draft
        return replace(draft, body={**draft.body, "digest": digest, "manifest": named})

    old = journal.statement(derivation.seq).body["manifest"]["blob"]
    (copy / "record/blobs" / old).unlink()
    (copy / "record/blobs" / digest).write_bytes(forged)
    resigned(copy, said_again(held(copy), change))
    found = refused(waarborg, copy)
    assert "REC-062 counts.jsonl " in found.err


def test_a_derivation_that_rests_on_what_came_later_is_found(waarborg: Command, copy: Path) -> None:
    """A derivation that says it rests on entries behind it cannot be repeated, and says so."""

    def change(draft: Draft) -> Draft:
        return replace(
            draft, body={**draft.body, "rests_on": 9999} if draft.kind == "derived" else draft.body
        )

    resigned(copy, said_again(held(copy), change))
    assert "one that rests on 9999" in refused(waarborg, copy).err


def test_a_record_without_a_derivation_shows_no_figures(waarborg: Command, copy: Path) -> None:
    """A record that holds reports only has nothing to check figures against, and says so."""
    for file in (copy / "record/blobs").iterdir():
        if b"counts.jsonl" in file.read_bytes():
            file.unlink()
    resigned(copy, said_again(held(copy), lambda d: None if d.kind == "derived" else d))
    assert "REC-063 entries " in refused(waarborg, copy).err


def test_an_entry_that_is_no_report_is_named(waarborg: Command, copy: Path) -> None:
    """A report entry without the fields of a report cannot be derived from, and says so."""

    def change(draft: Draft) -> Draft:
        if draft.kind != "report":
            return draft
        kept = {key: value for key, value in draft.body.items() if key != "happened"}
        return replace(draft, body=kept)

    resigned(copy, said_again(held(copy), change))
    assert "REC-064 " in refused(waarborg, copy).err


def test_figures_of_another_fusion_model_are_not_checked_with_this_one(
    waarborg: Command, copy: Path
) -> None:
    """A record that names other numbers of the fusion model says which version to install."""

    def change(draft: Draft) -> Draft:
        if draft.kind != "engine":
            return draft
        return replace(draft, body={**draft.body, "fusion_digest": "0" * 64})

    resigned(copy, said_again(held(copy), change))
    found = refused(waarborg, copy)
    assert "REC-065 fusion model " in found.err
    assert "install the version of waarborg the record names" in found.err


def test_a_mission_changed_in_the_record_is_found(waarborg: Command, copy: Path) -> None:
    """Whoever takes the agreement's text out of the record gets no figures."""
    entries = held(copy)
    text = next(each.body for each in entries if each.body.get("name") == "agreement.yaml")
    (copy / "record/blobs" / str(text["blob"])).unlink()
    resigned(copy, said_again(entries, lambda draft: None if draft.body == text else draft))
    assert "REC-064" in refused(waarborg, copy).err


def test_questions_asked_in_turn_all_verify(waarborg: Command, copy: Path, tmp_path: Path) -> None:
    """One question, another, and the first again: after each the record and its figures hold."""
    mission = Mission().write(tmp_path / "mission")
    for as_of in ("2030-04-11", "2030-04-13", "2030-04-11", "2030-04-11"):
        assert waarborg("run", mission, "--out", copy, "--as-of", as_of).code == 0
        assert waarborg("verify", copy / "record").code == 0


def test_the_record_alone_can_be_verified(waarborg: Command, copy: Path) -> None:
    """Without any figure beside it the record is derived from anew, and --record-only derives nothing."""
    shutil.copytree(copy / "record", copy / "alone" / "record")
    whole = waarborg("verify", copy / "alone" / "record")
    assert whole.code == 0
    assert "no figures lie beside the record" in whole.out
    only = waarborg("verify", copy / "alone" / "record", "--record-only", "--json")
    assert only.code == 0
    assert "derivation" not in json.loads(only.out)
