"""Redaction by command: proposed by one, approved by two others, destroyed for good, told by the verifier."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from test_evidence_command import AT, CANARY, PHOTO, add

from small_mission import CommandResult, Mission
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.record.disclosure import Disclosure
from waarborg.record.scribe import author_seed, enrolment
from waarborg.record.statement import Author, Draft
from waarborg.store.evidence_desk import EvidenceDesk
from waarborg.store.mission_record import MissionRecord

Command = Callable[..., CommandResult]
ORIGIN = demonstration_origin("river-truce")
GROUND = ("--ground", "somebody would be in danger")


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory, waarborg: Command) -> Path:
    """The output of a run, into which a photograph was taken."""
    base = tmp_path_factory.mktemp("redact")
    assert waarborg("run", Mission().write(base / "m"), "--out", base / "out").code == 0
    return base / "out"


def redact(waarborg: Command, run: Path, *words: object) -> dict[str, object]:
    """A redact command that succeeds; what it prints as JSON."""
    done = waarborg("redact", *words, "--out", run, "--json")
    assert done.code == 0, done.out + done.err
    found: dict[str, object] = json.loads(done.out)
    return found


def refused(waarborg: Command, run: Path, *words: object) -> str:
    """A redact command that is refused; what it says."""
    done = waarborg("redact", *words, "--out", run)
    assert done.code == 1, done.out + done.err
    return done.err


def on_disk(run: Path) -> bytes:
    """Every byte of every file of a mission's output."""
    return b"".join(each.read_bytes() for each in sorted(run.rglob("*")) if each.is_file())


def secrets_of(run: Path, place: int) -> tuple[list[bytes], list[bytes]]:
    """Ciphertexts and wrapped keys of an entry, which are on disk; disclosures and salts, which never are."""
    secret = demonstration_seed(ORIGIN)
    with MissionRecord.open(run, ORIGIN, secret) as record:
        desk = EvidenceDesk(record, secret)
        held = record.concealed(place)
        shown = desk.revealed(place)
        desk.close()
    with sqlite3.connect(run / "operator/vault.db") as vault:
        keys = dict(vault.execute("SELECT slot, wrapped FROM data_key").fetchall())
    opened = [each for each in held if each.kind != "sealed"]
    wrapped = [keys[int.from_bytes(each.ciphertext[:8], "big")] for each in opened]
    salts = [Disclosure.parse(each).salt for each in shown]
    return [each.ciphertext for each in held] + wrapped, [each.encode() for each in shown + salts]


def test_a_redaction_leaves_nothing_and_every_proof(
    waarborg: Command, run: Path, tmp_path: Path
) -> None:
    """After the second approval file, keys and ciphertexts are in no file; the verifier names the entry."""
    photo = tmp_path / "shell.jpg"
    photo.write_bytes(PHOTO)
    reader = X25519PrivateKey.from_private_bytes(b"r" * 32).public_key().public_bytes_raw().hex()
    taken = add(waarborg, run, photo, "--sealed-to", reader, "--place", "Norvik")
    entry = int(str(taken["entry"]))
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"stays")
    kept = add(waarborg, run, paper)
    held, never = secrets_of(run, entry)
    gone = [*held, PHOTO]
    assert [each for each in gone if each not in on_disk(run)] == []
    assert (len(gone) > 15, len(never) > 15) == (True, True)

    proposal = redact(waarborg, run, "propose", entry, *GROUND, "--by", "A", "--all", *AT)
    number = proposal["proposal"]
    first = redact(waarborg, run, "approve", number, "--by", "B", *AT)
    assert (first["in_effect"], first["destroyed"]) == (False, {"fields": [], "files": 0})
    assert [each for each in gone if each not in on_disk(run)] == []
    words = ("--words", "so do I")
    second = waarborg("redact", "approve", number, "--by", "C", *words, *AT, "--out", run)
    assert f"Redaction {number}: " in second.out
    assert (
        "in effect\n  proposed by A: somebody would be in danger\n  approved by B, C" in second.out
    )
    assert "key and ciphertext; 1 files." in second.out

    left = on_disk(run)
    assert [each for each in gone + never if each in left] == []
    again = redact(waarborg, run, "carry-out")
    assert again["destroyed"] == {"fields": [], "files": 0}
    fates = redact(waarborg, run, "show", entry)
    assert {(each["fate"], each["by_entry"]) for each in fates} == {("redacted", number)}  # type: ignore[index]  # JSON
    told = waarborg("verify", run / "record")
    count = len(fates)
    assert (
        told.code,
        f"Entry {entry}: {count} private fields redacted by entry {number}." in told.out,
    ) == (
        0,
        True,
    )
    verified = json.loads(waarborg("verify", run / "record", "--json").out)
    assert {(each["entry"], each["by_entry"]) for each in verified["redactions"]} == {
        (entry, number)
    }
    listed = json.loads(waarborg("evidence", "list", "--out", run, "--json").out)
    assert (listed[0]["concealed"], listed[0]["redacted"]) == (
        {},
        [{"by_entry": number, "fields": count}],
    )
    assert dict(listed[1]["concealed"])["collector"] == CANARY
    assert (
        f"private fields: redacted by entry {number}"
        in waarborg("evidence", "list", "--out", run).out
    )
    assert waarborg("evidence", "check", "--out", run).out.startswith("1 files, 5 bytes")
    copy = waarborg("evidence", "working-copy", taken["evidence"], *AT, "--out", run)
    assert (copy.code, f"redacted by entry {number}" in copy.err) == (3, True)
    assert dict(kept["concealed"])["bytes"] == 5  # type: ignore[call-overload]  # JSON


def test_one_field_goes_and_the_others_stay(waarborg: Command, run: Path, tmp_path: Path) -> None:
    """A field named alone is gone; the others open, the file is held and still checked."""
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"a list")
    entry = add(waarborg, run, paper)["entry"]
    named = ("--field", "collector", "--field", "sha256")
    number = redact(waarborg, run, "propose", entry, *GROUND, "--by", "A", *named, *AT)["proposal"]
    for who in ("B", "C"):
        redact(waarborg, run, "approve", number, "--by", who, *AT)
    (item,) = json.loads(waarborg("evidence", "list", "--out", run, "--json").out)
    assert item["redacted"] == [{"by_entry": number, "fields": 2}]
    assert {"collector", "sha256"} & set(item["concealed"]) == set()
    assert item["concealed"]["source"] == "handed in at the gate"
    assert CANARY.encode() not in on_disk(run)
    assert waarborg("evidence", "check", "--out", run).out.startswith("1 files, 6 bytes")
    shown = waarborg("redact", "show", entry, "--out", run).out
    assert f"redacted by entry {number}\n" in shown
    assert "disclosed: source = handed in at the gate" in shown
    paper_file = next((run / "operator/evidence").iterdir())
    paper_file.chmod(0o600)
    paper_file.write_bytes(b"a LIST")
    assert waarborg("evidence", "check", "--out", run).code == 3


def test_a_file_that_another_entry_holds_stays(
    waarborg: Command, run: Path, tmp_path: Path
) -> None:
    """The same bytes taken in twice are one file; it goes with the last entry that holds it."""
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"twice")
    entries = [add(waarborg, run, paper)["entry"] for _ in range(2)]
    left = []
    for entry in entries:
        said = redact(waarborg, run, "propose", entry, *GROUND, "--by", "A", "--all", *AT)
        for who in ("B", "C"):
            redact(waarborg, run, "approve", said["proposal"], "--by", who, *AT)
        left.append(len(list((run / "operator/evidence").iterdir())))
    assert left == [1, 0]
    assert waarborg("redact", "list", "--out", run).out.endswith("2 redactions proposed.\n")


def test_a_field_gone_without_approval_is_a_violation(
    waarborg: Command, run: Path, tmp_path: Path
) -> None:
    """An operator who deletes keys or ciphertext quietly is found out by `evidence check`."""
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"a list")
    entry = add(waarborg, run, paper)["entry"]
    redact(waarborg, run, "propose", entry, *GROUND, "--by", "A", "--class", "mission", *AT)
    with sqlite3.connect(run / "operator/vault.db") as vault:
        vault.execute("DELETE FROM data_key WHERE slot = (SELECT min(slot) FROM data_key)")
    done = waarborg("evidence", "check", "--out", run)
    assert (done.code, f"REC-078 entry {entry}" in done.err) == (3, True)
    assert "missing" in {each["fate"] for each in redact(waarborg, run, "show", entry)}  # type: ignore[index]  # JSON


def test_keys_of_ones_own_redact_as_well(waarborg: Command, run: Path, tmp_path: Path) -> None:
    """Statements signed elsewhere are taken from a file, and count like those signed here."""
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"a list")
    entry = add(waarborg, run, paper)["entry"]
    said = redact(waarborg, run, "propose", entry, *GROUND, "--by", "A", "--all", *AT)
    secret = demonstration_seed(ORIGIN)
    people = [Author(name, name.encode() * 32) for name in ("B", "C")]
    with MissionRecord.open(run, ORIGIN, secret) as record:
        ref = record.journal.statement(int(str(said["proposal"]))).hash
        operator = Author("operator", author_seed(secret, "operator"))
        seq, operator.prev = record.journal.chains.heads["operator"]
        operator.seq = seq + 1
        for who in people:
            body = enrolment(who, ORIGIN)
            record.take(operator.state(Draft("key", body, 1_902_460_000)))
        record.commit()
        record.publish()
    approval = Draft("approval", {"decision": "approve"}, 1_902_470_000, refs=[ref])
    file = tmp_path / "signed.txt"
    file.write_bytes(b"\n".join(who.state(approval) for who in people) + b"\n")
    done = redact(waarborg, run, "take", file, *AT)
    assert done["taken"] == 2
    assert [each["approved_by"] for each in done["proposals"]] == [["B", "C"]]  # type: ignore[attr-defined]  # JSON
    assert [each["entry"] for each in done["destroyed"]["fields"]] == [entry]  # type: ignore[index]  # JSON
    assert waarborg("verify", run / "record").code == 0
    spoken = waarborg("redact", "propose", entry, *GROUND, "--by", "B", "--all", "--out", run, *AT)
    assert (spoken.code, "REC-072" in spoken.err) == (3, True)
    file.write_bytes(b"nonsense\n" + people[0].state(Draft("report", {"source": "m"}, 1)))
    told = refused(waarborg, run, "take", file)
    assert ("signed.txt:1" in told, "signed.txt:2" in told, "found: a report" in told) == (
        True,
        True,
        True,
    )
    assert "RED-005" in refused(waarborg, run, "take", tmp_path / "none.txt")


def test_what_is_wrong_is_said_and_nothing_recorded(
    waarborg: Command, run: Path, tmp_path: Path
) -> None:
    """No such entry, field or proposal, the proposer, a second approval: each in words, none on the record."""
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"a list")
    entry = add(waarborg, run, paper)["entry"]
    by = (*GROUND, "--by", "A", *AT)
    assert "found: no such entry" in refused(waarborg, run, "propose", 9999, *by, "--all")
    assert "without private fields" in refused(waarborg, run, "show", 0)
    wrong = refused(waarborg, run, "propose", entry, *by, "--field", "nmae", "--class", "sealed")
    assert wrong.count("RED-002") == 2
    assert "one of bytes, clock, collector, " in wrong
    assert "--field, --class or --all" in refused(waarborg, run, "propose", entry, *by)
    assert "none was proposed" in refused(waarborg, run, "approve", entry, "--by", "B", *AT)
    number = redact(waarborg, run, "propose", entry, *by, "--field", "source")["proposal"]
    own = refused(waarborg, run, "approve", number, "--by", "A", *AT)
    assert ("RED-004" in own, "A, who proposed it" in own) == (True, True)
    redact(waarborg, run, "approve", number, "--by", "B", *AT)
    twice = refused(waarborg, run, "approve", number, "--by", "B", *AT)
    assert "B, who approved already" in twice
    assert "RED-003" in refused(waarborg, run, "approve", 0, "--by", "C", *AT)
    (listed,) = redact(waarborg, run, "list")
    assert (listed["approved_by"], listed["in_effect"]) == (["B"], False)  # type: ignore[index]  # JSON
    assert "1 more to approve" in waarborg("redact", "list", "--out", run).out
    none = waarborg("redact", "list", "--out", tmp_path / "empty")
    assert (none.code, "EVI-002" in none.err) == (1, True)


def test_an_empty_file_of_statements_changes_nothing(
    waarborg: Command, run: Path, tmp_path: Path
) -> None:
    """Nothing handed in is said so; the record gets no time mark for it."""
    empty = tmp_path / "none.txt"
    empty.write_bytes(b"\n")
    before = (run / "record/checkpoint").read_bytes()
    assert "RED-005" in refused(waarborg, run, "take", empty)
    assert (run / "record/checkpoint").read_bytes() == before


@pytest.mark.parametrize(
    ("file", "table", "column"),
    [("record.db", "record_disclosure", "ciphertext"), ("vault.db", "data_key", "wrapped")],
)
def test_an_edited_ciphertext_or_key_is_named(
    waarborg: Command, run: Path, tmp_path: Path, file: str, table: str, column: str
) -> None:
    """A byte of a ciphertext or of a wrapped key that was changed is told by `evidence check`."""
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"a list")
    entry = add(waarborg, run, paper)["entry"]
    with sqlite3.connect(run / "operator" / file) as opened:
        query = f"SELECT rowid, {column} FROM {table} LIMIT 1"  # noqa: S608  # named above
        row, right = opened.execute(query).fetchone()
        wrong = right[:-1] + bytes([right[-1] ^ 1])
        opened.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (wrong, row))  # noqa: S608
    done = waarborg("evidence", "check", "--out", run)
    assert (done.code, f"REC-087 entry {entry}" in done.err) == (3, True), done.err
