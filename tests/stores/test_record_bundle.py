"""A bundle is checked by programs that share no code with ours: one Python file, one browser page."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from record_made import ORIGIN, SECRET, leaves_of, log_of
from waarborg.app.cli.commands import app
from waarborg.record.journal import Journal
from waarborg.record.log import Log
from waarborg.record.note import Signer
from waarborg.record.scribe import enrolment
from waarborg.record.statement import Author, Draft, read_statement
from waarborg.store.record_folder import write

SEED = SECRET
OFFLINE = Path(__file__).parents[2] / "src/waarborg/app/publish/offline"
VKEY = Signer(ORIGIN, SEED).verifier.vkey
NODE = """
const fs = require("fs");
const page = fs.readFileSync(process.argv[1] + "/verify_record.html", "utf8");
const program = page.match(/<script id="program">([^]*)<\\/script>/)[1];
const verify = new Function("crypto", program + "; return verifyRecord;")(require("crypto").webcrypto);
const read = async (name) => {
  const path = process.argv[1] + "/record/" + name;
  return fs.existsSync(path) ? new Uint8Array(fs.readFileSync(path)) : null;
};
const names = fs.readdirSync(process.argv[1] + "/record", { recursive: true, withFileTypes: true })
  .filter((each) => each.isFile())
  .map((each) => require("path").relative(process.argv[1] + "/record", (each.parentPath || each.path) + "/" + each.name));
verify(read, process.argv[2] || "", () => {}, names).then(
  (words) => console.log("VERIFIED: " + words),
  (error) => console.log("NOT VERIFIED: " + error.message));
"""


def bundle(tmp_path, size):
    """A bundle made by the command."""
    write(tmp_path / "record", log_of(size), SEED, ORIGIN)
    command = ["export", str(tmp_path / "record"), str(tmp_path / "bundle"), "--vkey", VKEY]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    return tmp_path / "bundle"


def by_python(folder, *key):
    """What the single-file verifier says, run in isolation and without our packages."""
    program = [sys.executable, "-I", "-S", str(folder / "verify_record.py"), str(folder / "record")]
    done = subprocess.run([*program, *key], check=False, capture_output=True, text=True)
    assert done.returncode == (0 if done.stdout.startswith("VERIFIED") else 3), done.stderr
    return done.stdout.strip()


def by_browser(folder, *key):
    """What the page's program says, run with the WebCrypto of Node."""
    if shutil.which("node") is None:
        pytest.skip("no node: install nodejs to run the page's program")
    command = ["node", "-e", NODE, str(folder), *key]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.strip()


VERIFIERS = pytest.mark.parametrize("check", [by_python, by_browser])


@VERIFIERS
@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_a_bundle_holds(tmp_path, check, size):
    """Each program verifies bundles of each shape, with and without a key from another hand."""
    folder = bundle(tmp_path, size)
    files = 1 if size > 1 else 0
    counted = (
        f"VERIFIED: {size} entries and {files} attached files of {ORIGIN} hold; signed by the key "
    )
    assert check(folder).startswith(
        counted + f"that lies in the record itself; {size} statements by"
    )
    assert check(folder, VKEY).startswith(counted + f"given; {size} statements by")


@VERIFIERS
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("checkpoint", "NOT VERIFIED"),
        ("tile/entries/001", "entry 256 was changed"),
        ("tile/0/001", "entry 256 was changed"),
        ("tile/1/000.p/2", "tile/1/000.p/2 was altered"),
        ("blobs", "that entry 1 names was changed"),
    ],
)
def test_each_tampering_is_found(tmp_path, check, name, words):
    """A changed byte in any kind of file is found, and the entry named."""
    folder = bundle(tmp_path, 700)
    path = folder / "record" / name
    if path.is_dir():
        (path,) = path.iterdir()
    data = bytearray(path.read_bytes())
    data[12] ^= 1
    path.write_bytes(bytes(data))
    assert words in check(folder)
    assert check(folder).startswith("NOT VERIFIED")
    path.unlink()
    assert "is missing" in check(folder)


@VERIFIERS
def test_a_replaced_history_is_found(tmp_path, check):
    """Entries and tiles that fit each other but not the signature are found; so is another key."""
    folder = bundle(tmp_path, 300)
    other = tmp_path / "other"
    write(other, log_of(300, text=b"another text"), SEED, ORIGIN)
    assert check(folder, Signer(ORIGIN, bytes(32)).verifier.vkey).endswith(
        "did not sign the checkpoint"
    )
    shutil.copy(folder / "record/checkpoint", other / "checkpoint")
    shutil.rmtree(folder / "record")
    shutil.copytree(other, folder / "record")
    assert check(folder).endswith("are not what was signed")


def statement_bundle(tmp_path, change=lambda leaves: None):
    """A bundle of statements by three authors, one of whom got a new key; perhaps made otherwise."""
    journal = Journal(ORIGIN, SEED)
    text = journal.attach("the text of the agreement, Харків".encode(), "text/plain")
    journal.say("operator", Draft("config", {"name": "a.yaml", **text}, 5))
    own = Author("party-b:liaison", b"own" + bytes(29))
    journal.say("operator", Draft("key", enrolment(own, ORIGIN), 5))
    journal.take(own.state(Draft("comment", {"text": "with my own key"}, 5)))
    new = Author(own.name, b"new" + bytes(29), own.seq + 1)
    body = enrolment(new, ORIGIN) | {"action": "replace"}
    journal.take(own.state(Draft("key", body, 5)))
    new.seq, new.prev = own.seq, own.prev
    for number in range(4):
        journal.take(new.state(Draft("comment", {"text": f"comment {number}"}, 5)))
        journal.say("party-a:m", Draft("comment", {"text": f"comment {number}"}, 5))
    leaves = list(journal.log.entries)
    change(leaves)
    write(tmp_path / "record", Log(leaves, journal.blobs), SEED, ORIGIN)
    shutil.copytree(OFFLINE, tmp_path / "bundle")
    shutil.copytree(tmp_path / "record", tmp_path / "bundle/record")
    return tmp_path / "bundle"


@VERIFIERS
def test_a_bundle_of_statements_holds(tmp_path, check):
    """Signatures, chains, enrolled and replaced keys, and the file that a statement names."""
    said = check(statement_bundle(tmp_path), VKEY)
    assert said.endswith("given; 14 statements by 3 authors, no chain with a gap")
    assert "14 entries and 1 attached files" in said
    (blob,) = (tmp_path / "bundle/record/blobs").iterdir()
    blob.write_bytes(blob.read_bytes()[:-1])
    assert "that entry 1 names was changed" in check(tmp_path / "bundle")


def dropped(leaves):
    """A statement of party-b is left out."""
    del leaves[8]


def forged(leaves):
    """The last statement, with a signature that its author never made."""
    leaves[-1] = leaves[-1][:-8] + b"AAAAAAAA"


def old_key(leaves):
    """A statement signed with the key that was replaced."""
    own = Author("party-b:liaison", b"own" + bytes(29), 6, read_statement(leaves[-2]).hash)
    leaves.append(own.state(Draft("comment", {"text": "once more"}, 5)))


def not_mine(leaves):
    """A party enrols somebody."""
    author = Author("party-b:liaison", b"new" + bytes(29), 6, read_statement(leaves[-2]).hash)
    leaves.append(author.state(Draft("key", enrolment(Author("x", bytes(32)), ORIGIN), 5)))


@VERIFIERS
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dropped, "the chain of party-b:liaison has a gap, or is broken, at entry 9"),
        (forged, "party-a:m did not sign entry 13"),
        (old_key, "entry 14 is signed with a key that does not count for party-b:liaison"),
        (not_mine, "entry 14 changes a key that party-b:liaison may not change"),
        (lambda leaves: leaves.append(b"ey.x"), "entry 14 is no statement"),
    ],
)
def test_statements_that_do_not_hold_are_found_offline(tmp_path, check, change, words):
    """What even the log's own key signed is found: each author's words are checked one by one."""
    assert words in check(statement_bundle(tmp_path, change))


def test_a_bundle_lists_its_files(tmp_path):
    """The manifest has the digest of every other file, and the README says what is not shown."""
    folder = bundle(tmp_path, 5)
    rows = {
        row["path"]: row["sha256"] for row in json.loads((folder / "manifest.json").read_text())
    }
    there = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert rows == there
    assert "What this does not show" in (folder / "README.txt").read_text()


def test_a_record_that_does_not_hold_is_not_exported(tmp_path):
    """The record is checked while it is copied."""
    write(tmp_path / "record", log_of(300), SEED, ORIGIN)
    path = tmp_path / "record/tile/entries/000"
    signed = leaves_of(8)[7]
    path.write_bytes(path.read_bytes().replace(signed, signed[:-9] + b"AAAAAAAAA", 1))
    command = ["export", str(tmp_path / "record"), str(tmp_path / "bundle"), "--vkey", VKEY]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 3
    assert "REC-010 entry 7" in result.output
    assert not (tmp_path / "bundle/record/checkpoint").exists()
