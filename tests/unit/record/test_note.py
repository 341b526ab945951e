"""Signed notes and checkpoints: what we write, and everything hostile that must be refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.record.checkpoint import Checkpoint, read_checkpoint
from waarborg.record.note import (
    COSIGNATURE,
    ED25519,
    Note,
    NoteRefused,
    Signature,
    Signer,
    Verifier,
    sign,
)

LOG = Signer("waarborg.example/m", bytes(range(32)))
OTHER = Signer("waarborg.example/other", bytes(32))
WITNESS = Signer("witness.example", b"w" * 32, COSIGNATURE)
TEXT = Checkpoint(LOG.name, 5, bytes(32)).text


def test_a_checkpoint_is_signed_read_and_verified():
    """What is signed reads back, and the signature is that of the log alone."""
    data = Checkpoint(LOG.name, 5, bytes(32)).signed(LOG).encode()
    checkpoint, note = read_checkpoint(data)
    assert checkpoint == Checkpoint(LOG.name, 5, bytes(32))
    assert note.verified_by([OTHER.verifier, LOG.verifier]) == (LOG.verifier,)
    assert Checkpoint(LOG.name, 5, bytes(32)).signed(LOG).encode() == data
    with pytest.raises(NoteRefused, match=r"no known key signed; .* by: waarborg\.example/m"):
        note.verified_by([OTHER.verifier])


def test_a_cosignature_states_its_time():
    """A witness signs header, time and text; another time does not verify."""
    line = WITNESS.sign(TEXT, at=1_777_000_000)
    assert int.from_bytes(line.data[:8], "big") == 1_777_000_000
    assert WITNESS.verifier.holds(TEXT, line)
    later = Signature(line.name, line.key_id, (1_777_000_001).to_bytes(8, "big") + line.data[8:])
    assert not WITNESS.verifier.holds(TEXT, later)
    note = Note(TEXT, (LOG.sign(TEXT), line))
    assert Note.parse(note.encode()).verified_by([LOG.verifier, WITNESS.verifier]) == (
        LOG.verifier,
        WITNESS.verifier,
    )


def test_one_key_as_log_and_as_witness_has_two_hints():
    """The type is part of the hint, so a log's signature is never taken for a witness's."""
    log, witness = Verifier("x", ED25519, bytes(32)), Verifier("x", COSIGNATURE, bytes(32))
    assert log.key_id != witness.key_id


def test_a_wrong_signature_by_a_known_key_refuses_the_note():
    """A note with one good and one wrong signature of keys we know is refused."""
    wrong = Signature(OTHER.name, OTHER.verifier.key_id, bytes(64))
    note = Note(TEXT, (LOG.sign(TEXT), wrong))
    with pytest.raises(NoteRefused, match=r"signature of waarborg\.example/other does not hold"):
        note.verified_by([LOG.verifier, OTHER.verifier])
    assert note.verified_by([LOG.verifier]) == (LOG.verifier,)


def test_an_unknown_key_that_shares_name_or_hint_is_ignored():
    """Only name and hint together name a key."""
    line = LOG.sign(TEXT)
    note = Note(
        TEXT,
        (line, Signature(LOG.name, b"abcd", bytes(64)), Signature("x", line.key_id, bytes(64))),
    )
    assert note.verified_by([LOG.verifier]) == (LOG.verifier,)


GOOD = sign(TEXT, [LOG]).encode()
LINE = LOG.sign(TEXT).line.encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no signature lines"),
        (TEXT.encode(), "no signature lines"),
        (GOOD[:-1], "no signature lines"),
        (GOOD + b"\n", "no signature lines|is no signature line"),
        (GOOD.replace(b"\n5\n", b"\n5\t\n"), "control characters"),
        (GOOD + b"\xff", "not UTF-8 at byte"),
        (GOOD.replace("— ".encode(), b"- "), "is no signature line"),
        (GOOD.replace(LINE, LINE[:-2] + b"\n"), "is not base64"),
        (TEXT.encode() + b"\n" + "— x AAAA\n".encode(), "signature of x is too short"),
        (TEXT.encode() + b"\n" + LINE * 101, "has 101 signatures; at most 100"),
        (b"x" * 1_000_001, "at most 1,000,000 are read"),
    ],
)
def test_malformed_notes_are_refused(data, words):
    """Each kind of malformed note is refused in words."""
    with pytest.raises(NoteRefused, match=words):
        Note.parse(data)


def test_base64_that_could_be_spelled_otherwise_is_refused():
    """Stray bits in the last base64 digit would let one signature have several spellings."""
    raw = base64.b64encode(bytes(5)).decode()
    with pytest.raises(NoteRefused, match="not canonical base64"):
        Note.parse(f"a\n\n— x {raw.replace('A=', 'B=')}\n".encode())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("o\n5\n", "three lines: origin, size, root"),
        ("o\n05\nAAAA\n", "'05' is no size of a log"),
        ("o\n-1\nAAAA\n", "'-1' is no size of a log"),
        ("o\n9223372036854775808\nAAAA\n", "is no size of a log"),
        ("o\n5\nAAAA\n", "the root has 3 bytes where 32 were expected"),
        ("o\n5\n!\n", "'!' is not base64"),
        ("\n5\nAAAA\n", "three lines"),
        ("o\n5\nAAAA\n\nx\n", "three lines"),
    ],
)
def test_malformed_checkpoints_are_refused(text, words):
    """Each kind of malformed checkpoint is refused in words."""
    with pytest.raises(NoteRefused, match=words):
        Checkpoint.parse(text)


def test_extension_lines_are_read_over():
    """The specification allows further lines; they are signed, and mean nothing to us."""
    assert Checkpoint.parse(TEXT + "extension\n") == Checkpoint(LOG.name, 5, bytes(32))


@pytest.mark.parametrize(
    ("vkey", "words"),
    [
        ("nonsense", "is no verifier key"),
        ("x+00000000+" + base64.b64encode(b"\1" + bytes(32)).decode(), "hint 00000000 does not"),
        ("x+00000000+" + base64.b64encode(b"\2" + bytes(32)).decode(), "type we do not know"),
        ("x+00000000+" + base64.b64encode(b"\1" + bytes(31)).decode(), "type we do not know"),
    ],
)
def test_malformed_keys_are_refused(vkey, words):
    """Each kind of malformed verifier key is refused in words."""
    with pytest.raises(NoteRefused, match=words):
        Verifier.parse(vkey)


def test_malformed_signers_are_refused():
    """A seed of the wrong length and a name that cannot stand in a note are refused."""
    with pytest.raises(NoteRefused, match="32 seed bytes, not 31"):
        Signer("x", bytes(31))
    with pytest.raises(NoteRefused, match="'a b' is no key name"):
        Signer("a b", bytes(32))
    with pytest.raises(NoteRefused, match="ends with a newline"):
        sign("no newline", [LOG])


@given(st.binary(max_size=300))
def test_hostile_bytes_never_do_more_than_be_refused(data):
    """Any bytes either are a note that writes back as itself or are refused."""
    try:
        note = Note.parse(data)
    except NoteRefused:
        return
    assert note.encode() == data


@given(st.data())
def test_a_changed_byte_of_a_note_never_verifies(draw):
    """Whichever byte of a signed checkpoint is changed, it no longer verifies."""
    at = draw.draw(st.integers(0, len(GOOD) - 1))
    byte = draw.draw(st.integers(0, 255).filter(lambda value: value != GOOD[at]))
    changed = GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]
    with pytest.raises(NoteRefused, match=r"\w+ \w+"):  # any of the texts above
        read_checkpoint(changed)[1].verified_by([LOG.verifier])
