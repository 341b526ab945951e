"""Other people's programs agree: Go's checksum database, pymerkle, sd-jwt."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
from sd_jwt.verifier import SDJWTVerifier

from record_made import ORIGIN, log_of
from waarborg.record.base64url import to_base64url
from waarborg.record.disclosure import conceal
from waarborg.record.statement import Author, Draft
from waarborg.record.tiles import bundle_path
from waarborg.record.tree import Tree
from waarborg.store.record_folder import write

MODULE = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
PROGRAM = Path(__file__).parents[1] / "data" / "sumdb" / "main.go"


@pytest.fixture(scope="session")
def sumdb(tmp_path_factory):
    """A verifier built from Go's own checksum database code, as Debian ships it."""
    go = shutil.which("go")
    if go is None or not MODULE.exists():
        pytest.skip("no Go with golang.org/x/mod: install golang-go golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("sumdb")
    setting = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    command = [go, "build", "-o", str(folder / "sumdb"), str(PROGRAM)]
    subprocess.run(command, check=True, env=setting, capture_output=True)
    return lambda record: subprocess.run(
        [folder / "sumdb", record], check=False, capture_output=True, text=True
    ).stdout.strip()


@pytest.mark.parametrize("size", [2, 255, 256, 257, 700, 66_000])
def test_go_verifies_our_record(sumdb, tmp_path, size):
    """Signature, tiles, every entry, inclusion and consistency proofs hold in Go as well."""
    log = log_of(min(size, 700))
    for place in range(700, size):
        log.add(b"entry %d" % place)  # the tree holds any bytes; making many signatures takes long
    write(tmp_path / "record", log, bytes(32), ORIGIN)
    assert sumdb(tmp_path / "record") == f"OK {size} {ORIGIN}"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("checkpoint", "FAIL"),
        (bundle_path(1), "FAIL entry 256 was changed"),
        ("tile/0/001", "FAIL"),
        ("tile/1/000.p/2", "FAIL"),
    ],
)
def test_go_catches_each_tampering(sumdb, tmp_path, path, said):
    """A changed byte in checkpoint, bundle or tile is caught in Go as well."""
    write(tmp_path / "record", log_of(700), bytes(32), ORIGIN)
    data = bytearray((tmp_path / "record" / path).read_bytes())
    data[40] ^= 1
    (tmp_path / "record" / path).write_bytes(bytes(data))
    assert sumdb(tmp_path / "record").startswith(said)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 300), st.data())
def test_pymerkle_has_the_same_roots_and_takes_our_proofs(size, draw):
    """Another tree, grown leaf by leaf, has our roots; its verifier takes our places."""
    entries = [b"%d" % place for place in range(size)]
    ours, theirs = Tree(entries), InmemoryTree(algorithm="sha256")
    for entry in entries:
        theirs.append_entry(entry)
    assert theirs.get_root() == ours.root()
    old = draw.draw(st.integers(1, size))
    assert theirs.get_root(old) == ours.root(old)
    proof = theirs.prove_inclusion(old, size)
    verify_inclusion(theirs.get_leaf(old), ours.root(), proof)
    assert [bytes.fromhex(each) for each in proof.serialize()["path"][1:]] == ours.inclusion(
        old - 1
    )
    verify_consistency(ours.root(old), ours.root(), theirs.prove_consistency(old, size))


def test_sd_jwt_reads_our_statements():
    """A general SD-JWT library reads a statement with its disclosures as we do."""
    author = Author("party-a:m", bytes([7]) * 32)
    private = conceal({"words": "plain", "place": {"lat": "49.1"}}, iter([b"a" * 16, b"b" * 16]))
    draft = Draft("report", {"source": "m"}, 1_777_000_000, {"parties": private})
    token = "~".join([author.state(draft).decode(), *(each.encoded for each in private), ""])
    key = JWK(kty="OKP", crv="Ed25519", x=to_base64url(author.public))
    payload = SDJWTVerifier(token, lambda *_: key).get_verified_payload()
    assert payload["private"]["parties"] == {"words": "plain", "place": {"lat": "49.1"}}
    assert (payload["iss"], payload["body"]) == ("party-a:m", {"source": "m"})
