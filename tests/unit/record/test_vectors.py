"""Published vectors: proofs of transparency-dev/merkle, a log of tessera, notes and keys of C2SP."""

import base64
import json
from pathlib import Path

import pytest
import rfc8785

from waarborg.record.canonical import decode, encode
from waarborg.record.checkpoint import read_checkpoint
from waarborg.record.note import Note, NoteRefused, Verifier
from waarborg.record.source import FilesInMemory, entries
from waarborg.record.tiles import bundle_path, decode_bundle, parse_path, tile_path
from waarborg.record.tree import ProofRefused, Tree, verify_consistency, verify_inclusion
from waarborg.record.verify import verify

VECTORS = Path(__file__).parents[2] / "data" / "vectors"
PROOFS = json.loads((VECTORS / "merkle" / "proofs.json").read_text())
TESSERA = VECTORS / "tessera-log"
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

STRICTER = "additional/sizes-are-equal-one-and-proof-is-empty"
"""The one case we refuse though its authors take it: its roots are not 32 bytes."""


def hashes(values):
    """Base64 to bytes."""
    return [base64.b64decode(value) for value in values or []]


def accepted(call, *arguments):
    """Whether a proof is taken."""
    try:
        call(*arguments)
    except ProofRefused:
        return False
    return True


@pytest.mark.parametrize("name", sorted(PROOFS["inclusion"]))
def test_inclusion_vector(name):
    """Each published inclusion proof is taken or refused as its authors say."""
    case = PROOFS["inclusion"][name]
    leaf, root = hashes([case["leafHash"], case["root"]])
    proof = hashes(case["proof"])
    taken = accepted(verify_inclusion, case["leafIdx"], case["treeSize"], leaf, proof, root)
    assert taken is not case["wantErr"]


@pytest.mark.parametrize("name", sorted(PROOFS["consistency"]))
def test_consistency_vector(name):
    """Each published consistency proof is taken or refused as its authors say."""
    case = PROOFS["consistency"][name]
    old, new = hashes([case["root1"], case["root2"]])
    proof = hashes(case["proof"])
    if name == STRICTER:
        with pytest.raises(ProofRefused, match="a hash of 12 bytes where 32 were expected"):
            verify_consistency(case["size1"], case["size2"], old, new, proof)
        return
    taken = accepted(verify_consistency, case["size1"], case["size2"], old, new, proof)
    assert taken is not case["wantErr"]


def test_the_vectors_are_all_there():
    """The files hold the 196 cases that were published, 184 of them wrong on purpose."""
    cases = [*PROOFS["inclusion"].values(), *PROOFS["consistency"].values()]
    assert (len(cases), sum(case["wantErr"] for case in cases)) == (196, 184)


@pytest.mark.parametrize("size", range(1, 16))
def test_a_log_written_by_tessera_holds(size):
    """Each state of a log that another program wrote is verified, tile names included."""
    named = {
        path.relative_to(TESSERA).as_posix(): path.read_bytes()
        for path in TESSERA.rglob("*")
        if path.is_file()
    }
    kept = {name: data for name, data in named.items() if not name.startswith("checkpoint")}
    kept = {name: data for name, data in kept.items() if parse_path(name)[2] <= size}
    source = FilesInMemory(kept | {"checkpoint": named[f"checkpoint.{size}"]})
    verdict = verify(source, [Verifier.parse(TESSERA_KEY)], "example.com/log/testdata")
    assert (verdict.entries, verdict.demonstration) == (size, False)
    assert verdict.identity == "signed by a key that you trust"
    assert Tree(entries(source, size)).root() == verdict.checkpoint.root


def test_the_empty_log_of_tessera_holds():
    """Size 0 has the root of nothing."""
    data = (TESSERA / "checkpoint.0").read_bytes()
    verdict = verify(FilesInMemory({"checkpoint": data}), [Verifier.parse(TESSERA_KEY)])
    assert verdict.entries == 0


def test_the_note_of_the_specification_holds():
    """The example of c2sp.org/signed-note verifies; with another text it does not."""
    key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    line = (
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYj"
        "OBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    text = "This is an example message.\n"
    note = Note.parse(f"{text}\n{line}".encode())
    assert note.verified_by([Verifier.parse(key)]) == (Verifier.parse(key),)
    assert Verifier.parse(key).vkey == key
    other = Note.parse(f"This is another message.\n\n{line}".encode())
    with pytest.raises(NoteRefused, match=r"signature of example\.com/foo does not hold"):
        other.verified_by([Verifier.parse(key)])


def test_the_tile_names_of_the_specification():
    """The names that c2sp.org/tlog-tiles gives as examples."""
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert parse_path("tile/0/x001/x234/067") == (0, 1234067, 256)
    assert bundle_path(273, 112) == "tile/entries/273.p/112"
    assert parse_path("tile/entries/273.p/112") == (-1, 273, 112)


def test_the_checkpoint_of_another_log_reads_back():
    """Reading and writing a foreign checkpoint gives its bytes back."""
    data = (TESSERA / "checkpoint").read_bytes()
    checkpoint, note = read_checkpoint(data)
    assert (checkpoint.size, note.encode(), checkpoint.text) == (15, data, note.text)
    assert decode_bundle((TESSERA / "tile/entries/000.p/3").read_bytes()) == [
        b"one",
        b"two",
        b"three",
    ]


def test_the_sorting_example_of_rfc_8785():
    """RFC 8785, 3.2.3: keys by UTF-16 unit; the key beyond U+FFFF is refused rather than misread."""
    keys = {"\u20ac": "Euro", "\r": "Return", "1": "One", "\u0080": "Control", "\u00f6": "o"}
    assert encode(keys) == rfc8785.dumps(keys)
    assert list(decode(encode(keys))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac"]
