"""Every reader of foreign bytes, each with the one way in which it may refuse them.

Used by `tests/fuzz/fuzz.py` (atheris, looks for new bytes) and by `tests/fuzz/test_corpus.py` (gives the
kept bytes to every reader on every run). A reader refuses in words, or gives something that reads back.
"""

from __future__ import annotations

import copy
import io
import struct
from pathlib import Path

from waarborg.app.publish.offline import verify_record as offline
from waarborg.app.services.photo import NoPhoto, exif_as_found, without_metadata
from waarborg.app.services.time_stamps import StampRefused, check_stamp
from waarborg.base.problems import ProblemsFound
from waarborg.record.base64url import from_base64url, to_base64url
from waarborg.record.blobs import blob_references
from waarborg.record.canonical import NotCanonical, decode, encode
from waarborg.record.chains import Chains
from waarborg.record.checkpoint import read_checkpoint
from waarborg.record.demonstration import demonstration_origin, demonstration_signer
from waarborg.record.disclosure import Disclosure, DisclosureRefused
from waarborg.record.failure import VerificationFailure
from waarborg.record.journal import Journal
from waarborg.record.note import Note, NoteRefused, Verifier
from waarborg.record.policy import read_policy
from waarborg.record.receipt import Receipt, ReceiptRefused
from waarborg.record.scribe import enrolment
from waarborg.record.source import FilesInMemory
from waarborg.record.statement import Author, Draft, StatementRefused, read_statement
from waarborg.record.tiles import BundleRefused, decode_bundle, encode_bundle, files, parse_path
from waarborg.record.tree import ProofRefused, Tree, verify_consistency, verify_inclusion
from waarborg.record.verify import verify
from waarborg.record.witness import Refused, read_request

ORIGIN = demonstration_origin("fuzz")
_SIGNER = demonstration_signer(ORIGIN)


def _published() -> dict[str, bytes]:
    journal = Journal(ORIGIN)
    text = journal.attach(b"text", "text/plain")
    journal.say("operator", Draft("config", {"name": "a", **text}, 5))
    for number in range(5):
        journal.say("party-a:m", Draft("comment", {"text": f"comment {number}"}, 5))
    named = dict(files(journal.log.tree, journal.log.entries))
    named |= {f"blobs/{digest}": data for digest, data in journal.blobs.items()}
    return named | {"checkpoint": journal.log.checkpoint(ORIGIN).signed(_SIGNER).encode()}


GOOD = _published()
NAMES = sorted(GOOD)


def _in_words(refusal: Exception) -> None:
    if not str(refusal):
        raise AssertionError("refused without a word")


def _json(data: bytes) -> None:
    try:
        value = decode(data)
        encode(value)
    except NotCanonical as refused:
        _in_words(refused)
        return
    assert decode(encode(value)) == value


def _bundle(data: bytes) -> None:
    try:
        assert encode_bundle(decode_bundle(data)) == data
    except BundleRefused as refused:
        _in_words(refused)


def _note(data: bytes) -> None:
    try:
        assert Note.parse(data).encode() == data
        read_checkpoint(data)
    except NoteRefused as refused:
        _in_words(refused)


def _receipt(data: bytes) -> None:
    try:
        assert Receipt.parse(data).encode() == data
    except ReceiptRefused as refused:
        _in_words(refused)


def _statement(data: bytes) -> None:
    try:
        assert read_statement(data).leaf == data
        Chains().add(data)
    except (StatementRefused, VerificationFailure) as refused:
        _in_words(refused)


def _blobs(data: bytes) -> None:
    try:
        list(blob_references(data))
    except NotCanonical as refused:
        _in_words(refused)


def _request(data: bytes) -> None:
    try:
        read_request(data, {ORIGIN: [_SIGNER.verifier]})
    except Refused as refused:
        _in_words(refused)


def _policy(data: bytes) -> None:
    try:
        read_policy(data)
    except ProblemsFound as found:
        _in_words(found)


def _words(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    parse_path(text)
    try:
        Disclosure.parse(text)
    except DisclosureRefused as refused:
        _in_words(refused)
    try:
        Verifier.parse(text)
    except NoteRefused as refused:
        _in_words(refused)


def _record(data: bytes) -> None:
    """A good record in which one file has these bytes: it holds only if they are the right ones."""
    if not data:
        return
    name = NAMES[data[0] % len(NAMES)]
    try:
        verify(FilesInMemory({**GOOD, name: data[1:]}))
    except VerificationFailure as failure:
        _in_words(failure)
    else:
        assert data[1:] == GOOD[name]


TREE = Tree(bytes([number]) * 3 for number in range(200))
"""A tree whose every right proof is known."""


def _proofs(data: bytes) -> None:
    """Hostile proofs: sizes and places, then hashes; only the right ones pass."""
    if len(data) < 4:
        return
    first, size, place, upto = data[0] % 200, data[1], data[2], data[3] % 200
    proof = [data[at : at + 32] for at in range(4, len(data), 32)]
    try:
        verify_inclusion(place, size, TREE.node(0, first), proof, TREE.root(upto))
    except ProofRefused as refused:
        _in_words(refused)
    else:
        assert first == place  # the size is bound by the checkpoint, not by the proof
        assert proof == TREE.inclusion(place, upto)
    try:
        verify_consistency(place, size, TREE.root(first), TREE.root(upto), proof)
    except ProofRefused as refused:
        _in_words(refused)
    else:
        assert proof == (TREE.consistency(first, upto) if first != upto else [])


STAMPS = Path(__file__).parent / "stamps"
"""A checkpoint, the answer of a local authority, and the root that vouches for it (`openssl ts`)."""


def _stamp(data: bytes) -> None:
    """An authority's answer: nothing but the one it gave passes, or one that says the same."""
    checkpoint, root = (STAMPS / "checkpoint").read_bytes(), (STAMPS / "root.pem").read_bytes()
    try:
        seen = check_stamp(data, checkpoint, root)
    except StampRefused as refused:
        _in_words(refused)
    else:
        assert seen == check_stamp((STAMPS / "answer.tsr").read_bytes(), checkpoint, root)


def _photo(data: bytes) -> None:
    """A photograph: read as far as it can be; a copy has none of what a camera writes."""
    exif_as_found(data)
    try:
        copy = b"".join(without_metadata(io.BytesIO(data)))
    except NoPhoto as refused:
        _in_words(refused)
        return
    assert exif_as_found(copy) == {}


def _party() -> tuple[Author, Chains, offline.Statements]:
    """An author, and what either program knows of a log behind their first statement."""
    author, chains, other = Author("a", bytes(32)), Chains(), offline.Statements(ORIGIN)
    rows = [{"name": "a", "public": to_base64url(author.public)}]
    leaf = author.state(Draft("genesis", {"origin": ORIGIN, "keys": rows}, 5))
    chains.add(leaf)
    other.add(0, leaf)
    return author, chains, other


AUTHOR, CHAINS, OTHER = _party()
_HEAD = to_base64url(
    encode({"alg": "EdDSA", "kid": AUTHOR.key_id, "typ": "waarborg+sd-jwt"})
).encode()


def _agree(data: bytes) -> None:
    """Any payload, rightly signed: our program and the one-file one both take it, or both refuse it.

    Only ours knows the fields of kinds (REC-075).
    """
    signed = _HEAD + b"." + to_base64url(data).encode()
    leaf = signed + b"." + to_base64url(AUTHOR._key.sign(signed)).encode()
    other = copy.copy(OTHER)
    other.keys, other.heads = dict(OTHER.keys), dict(OTHER.heads)
    try:
        other.add(1, leaf)
        refused = ""
    except offline.Failure as failure:
        refused = str(failure)
    try:
        CHAINS.copy().add(leaf)
        assert not refused, refused
    except VerificationFailure as failure:
        if not refused and failure.code != "REC-075":
            raise


def _heads(data: bytes) -> None:
    """Any checkpoint: both programs read the same text and signatures, or both refuse it."""
    offline.read = lambda *_: data
    try:
        text, signatures = offline.note("")
        found = (text, [(name, raw[:4], raw[4:]) for name, raw in signatures])
    except (offline.Failure, ValueError):
        found = None
    try:
        note = Note.parse(data)
        rows = [(each.name, each.key_id, each.data) for each in note.signatures]
        assert found == (note.text, rows)
    except NoteRefused:
        assert found is None


READERS = {
    "agree": _agree,
    "heads": _heads,
    "json": _json,
    "bundle": _bundle,
    "note": _note,
    "receipt": _receipt,
    "statement": _statement,
    "blobs": _blobs,
    "request": _request,
    "policy": _policy,
    "words": _words,
    "record": _record,
    "proofs": _proofs,
    "stamp": _stamp,
    "photo": _photo,
}
"""Every reader by name."""


def read_all(data: bytes) -> None:
    """Give bytes to every reader."""
    for reader in READERS.values():
        reader(data)


PAYLOADS = (
    ("comment", {"text": "Харків"}),
    ("recorded", {"at": "2026-04-12T10:00:00.5+02:00"}),
    ("key", enrolment(Author("b", b"b" * 32), ORIGIN)),
    ("key", {"action": "withdraw", "name": "a", "public": to_base64url(AUTHOR.public)}),
    ("freeze", {"reason": "the end"}),
    ("unheard-of", {"blob": "0" * 64, "bytes": 7, "list": [None, True, -5, {"": ""}]}),
)
"""Payloads from which the search for a disagreement begins."""


def seeds() -> dict[str, bytes]:
    """Good bytes of every sort, from which the search begins."""
    found = {f"file-{at}": data for at, data in enumerate(GOOD.values())}
    found["leaf"] = decode_bundle(GOOD["tile/entries/000.p/8"])[3]
    found["policy"] = f"log {_SIGNER.verifier.vkey}\nquorum none\n".encode()
    found["vkey"] = _SIGNER.verifier.vkey.encode()
    found["record"] = bytes([NAMES.index("checkpoint")]) + GOOD["checkpoint"]
    found["proof"] = bytes([70, 200 - 1, 70, 200 - 1]) + b"".join(TREE.inclusion(70, 199))
    found["extends"] = bytes([70, 199, 70, 199]) + b"".join(TREE.consistency(70, 199))
    found["stamp"] = (STAMPS / "answer.tsr").read_bytes()
    found["photo"] = _photograph()
    for at, (kind, body) in enumerate(PAYLOADS):
        leaf = Author("a", bytes(32), 1, AUTHOR.prev).state(Draft(kind, body, 5))
        found[f"payload-{at}"] = from_base64url(leaf.split(b".")[1].decode()) or b""
    return found


def _photograph() -> bytes:
    """The beginning of a photograph with maker, moment and place, in the form of EXIF 2.3."""
    value = b"2026:04-12 10:00:00\0"
    tags = struct.pack("<HHIHH", 0x010F, 2, 4, 0x4241, 0) + struct.pack("<HHII", 0x8825, 4, 1, 38)
    first = struct.pack("<2sHIH", b"II", 42, 8, 2) + tags + struct.pack("<I", 0)
    inner = struct.pack("<HHHIII", 1, 2, 5, 3, 56, 0) + struct.pack("<6I", 50, 1, 27, 1, 0, 1)
    exif = b"Exif\0\0" + first + inner + value
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    return b"\xff\xd8" + segment + b"\xff\xda\0\2picture\xff\xd9"
