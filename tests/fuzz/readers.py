"""Every reader of foreign bytes, each with the one way in which it may refuse them.

Used by `tests/fuzz/fuzz.py` (atheris, looks for new bytes) and by `tests/fuzz/test_corpus.py` (gives the
kept bytes to every reader on every run). A reader refuses in words, or gives something that reads back.
"""

from __future__ import annotations

from waarborg.base.problems import ProblemsFound
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
from waarborg.record.source import FilesInMemory
from waarborg.record.statement import Draft, StatementRefused, read_statement
from waarborg.record.tiles import BundleRefused, decode_bundle, encode_bundle, files, parse_path
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


READERS = (
    _json,
    _bundle,
    _note,
    _receipt,
    _statement,
    _blobs,
    _request,
    _policy,
    _words,
    _record,
)


def read_all(data: bytes) -> None:
    """Give bytes to every reader: the first byte chooses, the rest is read; none chooses all."""
    for reader in READERS:
        reader(data)


def seeds() -> dict[str, bytes]:
    """Good bytes of every sort, from which the search begins."""
    found = {f"file-{at}": data for at, data in enumerate(GOOD.values())}
    found["leaf"] = decode_bundle(GOOD["tile/entries/000.p/8"])[3]
    found["policy"] = f"log {_SIGNER.verifier.vkey}\nquorum none\n".encode()
    found["vkey"] = _SIGNER.verifier.vkey.encode()
    found["record"] = bytes([NAMES.index("checkpoint")]) + GOOD["checkpoint"]
    return found
