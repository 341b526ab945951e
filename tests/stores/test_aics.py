"""Another C2SP verifier and witness, aics-tlog and aics-witness, against our records.

They need Python 3.12 or later, so they live in an environment of their own; WAARBORG_AICS names its
`bin` folder. `.ci/run` makes one where it can; without it these tests say that they were left out.
"""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from record_made import log_of
from waarborg.app.services.witness_service import WitnessSilent, ask_witness
from waarborg.record.log import Log
from waarborg.record.note import COSIGNATURE, Note, Signer, Verifier
from waarborg.store.record_folder import write

BINARIES = Path(os.environ.get("WAARBORG_AICS", "/nonexistent"))
ORIGIN = "waarborg.example/ceasefire-1"
SEED = bytes(range(32))
LOG = Signer(ORIGIN, SEED)
pytestmark = pytest.mark.skipif(
    not (BINARIES / "aics-tlog").exists(),
    reason="no aics-tlog: install aics-tlog and aics-witness under Python 3.12 and set WAARBORG_AICS",
)


def aics(program, *arguments):
    """What a program says, as JSON where it is."""
    command = [BINARIES / program, *map(str, arguments)]
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    return said.returncode, said.stdout.strip() or said.stderr


@pytest.fixture
def record(tmp_path):
    """A record of 700 entries and its log."""
    log = log_of(700)
    write(tmp_path / "record", log, SEED, ORIGIN)
    return tmp_path / "record", log


def test_aics_verifies_our_checkpoint_cosignature_and_entries(record, tmp_path):
    """Signature, our witness's cosignature as a quorum of one, and inclusion from our tiles."""
    folder, log = record
    witness = Signer("witness.example/a", b"a" * 32, COSIGNATURE)
    note = Note.parse((folder / "checkpoint").read_bytes())
    line = witness.sign(note.text, int(time.time()))
    (folder / "checkpoint").write_bytes(Note(note.text, (*note.signatures, line)).encode())
    keys = ["--log-key", LOG.verifier.vkey, "--witness-key", witness.verifier.vkey, "--quorum", "1"]
    code, said = aics("aics-tlog", "verify-checkpoint", "--note", folder / "checkpoint", *keys)
    assert code == 0, said
    assert (json.loads(said)["ok"], json.loads(said)["cosignatures"]) == (True, 1)
    for place in (0, 300, 699):
        (tmp_path / "leaf").write_bytes(log.entries[place])
        leaf = ["--leaf", tmp_path / "leaf", "--index", place, "--tiles", folder]
        assert aics("aics-tlog", "verify-inclusion", *leaf, *keys)[0] == 0
        (tmp_path / "leaf").write_bytes(log.entries[place] + b" ")
        assert aics("aics-tlog", "verify-inclusion", *leaf, *keys)[0] != 0


def test_aics_cosigns_our_log_and_refuses_a_fork(record, tmp_path):
    """Their witness cosigns ours step by step; another history of the same log it refuses."""
    _, log = record
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    config = ["--config", tmp_path / "witness.json"]
    named = ["--name", "witness.example/aics", "--listen", address]
    code, said = aics("aics-witness", "init", *config, *named)
    assert code == 0, said
    vkey = next(word for word in said.split() if word.startswith("witness.example/aics+"))
    added = ["--origin", ORIGIN, "--vkey", LOG.verifier.vkey]
    assert aics("aics-witness", "add-log", *config, *added)[0] == 0
    serve = [BINARIES / "aics-witness", "serve", *map(str, config)]
    with subprocess.Popen(serve, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(address)
            for size in (5, 256, 700):
                checkpoint = Log(log.entries[:size]).checkpoint(ORIGIN)
                data = checkpoint.signed(LOG).encode()
                lines = ask_witness(f"http://{address}", data, log.tree.node)
                key = Verifier.parse(vkey)
                assert any(key.holds(checkpoint.text, line) for line in lines if key.made(line))
            fork = Log([b"other %d" % at for at in range(800)])
            data = fork.checkpoint(ORIGIN).signed(LOG).encode()
            with pytest.raises(WitnessSilent, match="answered 422"):
                ask_witness(f"http://{address}", data, fork.tree.node)
        finally:
            process.terminate()


def wait_for(address):
    """Until somebody listens, or ten seconds have passed."""
    host, port = address.split(":")
    for _ in range(100):
        with socket.socket() as peer:
            if peer.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"nobody listens on {address}")
