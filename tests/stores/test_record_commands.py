"""The commands that parties and guarantors run, end to end: witness, verify, mirror, receipt, fraud."""

import functools
import http.server
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from waarborg.app.cli.commands import app
from waarborg.app.services.witness_service import ask_witness, witness_server
from waarborg.record.base64url import to_base64url
from waarborg.record.cosignatures import add_cosignatures
from waarborg.record.note import COSIGNATURE, Note, Signer
from waarborg.record.source import read_tile
from waarborg.record.statement import Author, Draft
from waarborg.record.tiles import node_reader
from waarborg.store.record_folder import FolderSource
from waarborg.store.record_publication import publish
from waarborg.store.record_sql import SqlRecord, Submission
from waarborg.store.witness_book import WitnessBook

ORIGIN = "waarborg.example/ceasefire-1"
SEED = bytes(range(32))
LOG = Signer(ORIGIN, SEED).verifier
NOW = 1_777_000_000


def run(*arguments):
    """The exit code and everything a command printed."""
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


class Site:
    """A published record of statements with two cosigning witnesses."""

    def __init__(self, folder):
        self.folder = folder
        self.public = folder / "public"
        self.author = Author("operator", bytes([1]) * 32)
        self.record = SqlRecord.create(f"sqlite:///{folder}/r.db", folder / "signed.log", ORIGIN)
        rows = [{"name": "operator", "public": to_base64url(self.author.public)}]
        self.say("genesis", {"origin": ORIGIN, "keys": rows})
        self.witnesses = {}
        for name in ("a", "b"):
            place = folder / name
            place.mkdir()
            WitnessBook.begin(place)
            signer = Signer(f"witness.example/{name}", name.encode() * 32, COSIGNATURE)
            book = WitnessBook(place, signer, {ORIGIN: [LOG]})
            server = witness_server(book, ("127.0.0.1", 0), lambda: NOW)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.witnesses[name] = (signer, server, book)

    def say(self, kind, *bodies):
        """More statements, in one go."""
        leaves = [self.author.state(Draft(kind, body, NOW)) for body in bodies]
        self.record.submit([Submission(leaf) for leaf in leaves])

    def publish(self, ask=("a", "b")):
        """Publish and gather cosignatures."""
        checkpoint = publish(self.record, self.public, SEED)
        node = node_reader(functools.partial(read_tile, FolderSource(self.public)), checkpoint.size)
        for name in ask:
            signer, server, _ = self.witnesses[name]
            address = f"http://127.0.0.1:{server.server_port}"
            data = (self.public / "checkpoint").read_bytes()
            lines = ask_witness(address, data, node)
            note = add_cosignatures(Note.parse(data), lines, [signer.verifier])
            (self.public / "checkpoint").write_bytes(note.encode())

    def policy(self, quorum):
        """A policy file that knows both witnesses and where they are."""
        lines = [f"log {LOG.vkey}"]
        for name, (signer, server, _) in self.witnesses.items():
            address = f"http://127.0.0.1:{server.server_port}"
            lines.append(f"witness {name} {signer.verifier.vkey} {address}")
        path = self.folder / f"{len(quorum)}.policy"
        path.write_text("\n".join([*lines, *quorum]) + "\n")
        return path

    def close(self):
        """Stop everything."""
        self.record.close()
        for _, server, book in self.witnesses.values():
            server.shutdown()
            server.server_close()
            book.close()


@pytest.fixture
def site(tmp_path):
    """A published record of 300 statements, cosigned by one witness of two."""
    opened = Site(tmp_path)
    opened.say("comment", *({"text": f"comment {number}"} for number in range(299)))
    opened.publish(ask=["a"])
    yield opened
    opened.close()


@pytest.fixture
def address(site):
    """The record on a web server."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Say nothing."""

    handler = functools.partial(Quiet, directory=site.public)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_verify_checks_statements_policy_and_address(site, address):
    """A folder and an address hold; the verdict tells who cosigned and who was silent."""
    any_of = site.policy(["group g any a b", "quorum g"])
    for place in (site.public, address):
        code, said = run("verify", place, "--vkey", LOG.vkey, "--policy", any_of)
        assert code == 0, said
        assert "VERIFIED" in said
        assert "300 statements signed by 1 author, no chain with a gap." in said
        assert "from the log's name: operator." in said
        assert "Witness a: cosigned at 2026-04-24" in said
        assert "Witness b: silent." in said
    both = site.policy(["group g all a b", "quorum g", "# both"])
    code, said = run("verify", site.public, "--vkey", LOG.vkey, "--policy", both)
    assert code == 3
    assert "REC-090" in said
    assert "no cosignature by b" in said


def test_verify_since_reads_only_what_is_new(site, tmp_path):
    """A checkpoint seen before is extended; a record of another history is not."""
    seen = tmp_path / "seen"
    shutil.copy(site.public / "checkpoint", seen)
    site.say("comment", *({"text": f"later {number}"} for number in range(20)))
    site.publish()
    code, said = run("verify", site.public, "--vkey", LOG.vkey, "--since", seen, "--json")
    told = json.loads(said)
    assert (code, told["since"], told["size"], told["entries"]) == (0, 300, 320, 64)
    seen.write_bytes(seen.read_bytes().replace(b"\n300\n", b"\n299\n"))
    code, said = run("verify", site.public, "--vkey", LOG.vkey, "--since", seen)
    assert code == 3
    assert "REC-091" in said
    bundle = site.public / "tile/entries/001.p/64"
    bundle.write_bytes(bundle.read_bytes().replace(b"ey", b"ez", 1))
    shutil.copy(site.public / "checkpoint", seen)
    code, said = run("verify", site.public, "--vkey", LOG.vkey)
    assert (code, "REC-010 entry 256" in said) == (3, True)


def test_a_mirror_follows_and_never_follows_a_rewritten_history(site, address, tmp_path):
    """A mirror takes what is new, verifies alone, and refuses another history of the same name."""
    copy = tmp_path / "copy"
    assert run("mirror", address, copy, "--vkey", LOG.vkey)[0] == 0
    site.say("comment", *({"text": f"later {number}"} for number in range(300)))
    site.publish()
    code, said = run("mirror", address, copy, "--vkey", LOG.vkey, "--json")
    assert (code, json.loads(said)["size"]) == (0, 600)
    assert run("verify", copy, "--vkey", LOG.vkey)[0] == 0
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    other = rewritten(tmp_path)
    code, said = run("mirror", other, copy, "--vkey", LOG.vkey)
    assert code == 3
    assert "REC-091" in said
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def rewritten(tmp_path):
    """Another history that was signed with the same key."""
    author = Author("operator", bytes([1]) * 32)
    rows = [{"name": "operator", "public": to_base64url(author.public)}]
    drafts = [Draft("genesis", {"origin": ORIGIN, "keys": rows}, NOW)]
    drafts += [Draft("comment", {"text": f"rewritten {at}"}, NOW) for at in range(700)]
    url = f"sqlite:///{tmp_path}/other.db"
    with SqlRecord.create(url, tmp_path / "other.log", ORIGIN) as record:
        record.submit([Submission(author.state(draft)) for draft in drafts])
        publish(record, tmp_path / "other", SEED)
    return tmp_path / "other"


def test_two_records_of_one_key_prove_fraud(site, tmp_path):
    """Two histories give a proof file; one history gives none."""
    other = rewritten(tmp_path)
    proof = tmp_path / "fraud.json"
    code, said = run("fraud-proof", site.public, other, "--vkey", LOG.vkey, "--out", proof)
    assert code == 0, said
    assert f"PROVED: {ORIGIN} signed 300 entries" in said
    assert json.loads(proof.read_text())["format"] == "waarborg fraud proof, version 1"
    code, said = run("fraud-proof", site.public, site.public / "checkpoint", "--vkey", LOG.vkey)
    assert code == 1
    assert "No fraud shown: both checkpoints say the same." in said


def test_a_receipt_is_checked_offline(site, tmp_path):
    """A receipt shows its entry under one's own policy, and nothing else."""
    receipt, policy = tmp_path / "mine.tlog-proof", site.policy(["quorum a"])
    assert run("receipt", site.public, 123, "--out", receipt)[0] == 0
    entry = Path(f"{receipt}.entry")
    shutil.rmtree(site.public)
    code, said = run("check-receipt", receipt, entry, "--policy", policy)
    assert code == 0, said
    assert f"Entry 123 is in {ORIGIN}, among its first 300." in said
    entry.write_bytes(entry.read_bytes() + b" ")
    code, said = run("check-receipt", receipt, entry, "--policy", policy)
    assert code == 3
    assert "NOT SHOWN" in said
    broken = tmp_path / "broken.policy"
    broken.write_text("nonsense")
    code, said = run("check-receipt", receipt, entry, "--policy", broken)
    assert code == 1
    assert "POL-003" in said


def test_a_witness_is_made_and_served_by_command(site, tmp_path):
    """`witness init` makes a key once; `witness serve` cosigns until it is stopped."""
    place = tmp_path / "mine"
    command = ["witness", "init", place, "--name", "witness.example/mine", "--vkey", LOG.vkey]
    code, vkey = run(*command)
    assert code == 0
    assert (place / "witness.key").stat().st_mode & 0o777 == 0o600
    assert run(*command)[0] == 1
    assert run(*command[:-1], "nonsense")[0] == 2
    program = "import sys; from waarborg.app.cli import main; sys.exit(main())"
    serve = [sys.executable, "-u", "-c", program, "witness", "serve", str(place)]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().split()[-1]
            data = (site.public / "checkpoint").read_bytes()
            (line,) = ask_witness(address, data, lambda *_: b"")
            assert line.line.split()[1] == "witness.example/mine" == vkey.split("+")[0]
        finally:
            process.terminate()
    assert run("witness", "evidence", place) == (0, "")
    (place / "witness.db").unlink()
    code, said = run("witness", "serve", place)
    assert code == 1
    assert "must not cosign again" in said


def test_witnesses_of_a_policy_are_asked_by_command(site):
    """`cosign` asks whoever the policy names, keeps what they say, and names who is silent."""
    both = site.policy(["group g all a b", "quorum g"])
    before = (site.public / "checkpoint").read_bytes()
    _, server, _ = site.witnesses["b"]
    server.shutdown()
    server.server_close()
    code, said = run("cosign", site.public, "--policy", both)
    assert code == 3
    assert "Witness b: http://127.0.0.1" in said
    assert "cannot be reached" in said
    assert "REC-090" in said
    assert (site.public / "checkpoint").read_bytes().startswith(before.split(b"\n\n")[0])
    one = site.policy(["quorum a"])
    code, said = run("cosign", site.public, "--policy", one)
    assert (code, "Witness a: cosigned. Witness b: silent." in said) == (0, True)
    assert run("verify", site.public, "--vkey", LOG.vkey, "--policy", one)[0] == 0
    one.write_text("nonsense")
    assert run("cosign", site.public, "--policy", one)[0] == 1
