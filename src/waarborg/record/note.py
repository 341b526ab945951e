"""Signed notes (c2sp.org/signed-note): a short text and the signatures of those who stand by it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from waarborg.record.keys import proves_nothing

ED25519 = 0x01
"""Signature type of a log: Ed25519 over the text."""
COSIGNATURE = 0x04
"""Signature type of a witness: Ed25519 over a header with the time, then the text."""
LARGEST_NOTE = 1_000_000
MOST_SIGNATURES = 100

_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


class NoteRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """A note or key that is malformed, or that nobody we know has signed; the text says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the signer's name, the key's four-byte hint, the bytes behind it."""

    name: str
    key_id: bytes
    data: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.data).decode()}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name, as a `vkey` line carries it.

    Attributes:
        name: The signer's name: no spaces, no plus.
        kind: Signature type, `ED25519` or `COSIGNATURE`.
        public: The raw public key, 32 bytes.
    """

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read a verifier key: name, plus, hint in hex, plus, base64 of type and key.

        Raises:
            NoteRefused: When the key is malformed, of an unknown type, or its hint is wrong.
        """
        match = _VKEY.fullmatch(vkey.strip())
        if not match:
            raise NoteRefused(f"{vkey[:80]!r} is no verifier key: expected name+hint+base64")
        raw = base64_exact(match[3])
        if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise NoteRefused(f"the key of {match[1]} is of a type we do not know")
        found = cls(match[1], raw[0], raw[1:])
        if found.key_id.hex() != match[2]:
            raise NoteRefused(f"the hint {match[2]} does not belong to the key of {match[1]}")
        if proves_nothing(found.public):
            raise NoteRefused(f"with the key of {match[1]} anyone can sign: it is of small order")
        return found

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        key = bytes([self.kind]) + self.public
        return sha256(self.name.encode() + b"\n" + key).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as a line of text."""
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def made(self, signature: Signature) -> bool:
        """Whether the line claims to come from this key."""
        return signature.name == self.name and signature.key_id == self.key_id

    def holds(self, text: str, signature: Signature) -> bool:
        """Whether the signature is this key's over the text."""
        message, raw = text.encode(), signature.data
        if self.kind == COSIGNATURE:
            message = cosigned_message(text, int.from_bytes(raw[:8], "big"))
            raw = raw[8:]
        if len(raw) != 64:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name; made from 32 seed bytes that the caller keeps.

    Attributes:
        name: The signer's name: no spaces, no plus.
        seed: The Ed25519 seed, 32 bytes.
        kind: Signature type, `ED25519` for a log, `COSIGNATURE` for a witness.
    """

    name: str
    seed: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise NoteRefused(f"a key is made from 32 seed bytes, not {len(self.seed)}")
        if not self.name or re.search(r"[\s+]", self.name):
            raise NoteRefused(
                f"{self.name!r} is no key name: spaces and plus signs are not allowed"
            )

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, self.kind, key.public_key().public_bytes_raw())

    def sign(self, text: str, at: int = 0) -> Signature:
        """Sign the text; a witness states `at`, the time in seconds since 1970, with it."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.kind == COSIGNATURE:
            data = at.to_bytes(8, "big") + key.sign(cosigned_message(text, at))
        else:
            data = key.sign(text.encode())
        return Signature(self.name, self.verifier.key_id, data)


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signature lines, as read: nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Read a note strictly.

        Raises:
            NoteRefused: When any byte is not as the specification says.
        """
        text, lines = _parts(data)
        if len(lines) > MOST_SIGNATURES:
            raise NoteRefused(f"the note has {len(lines)} signatures; at most 100 are read")
        return cls(text, tuple(map(_signature, lines)))

    def encode(self) -> bytes:
        """The note as bytes."""
        return (self.text + "\n" + "".join(each.line for each in self.signatures)).encode()

    def verified_by(self, verifiers: Iterable[Verifier]) -> tuple[Verifier, ...]:
        """The known keys that signed, in the order given.

        Raises:
            NoteRefused: When a known key's signature is wrong, or no known key signed.
        """
        known = tuple(verifiers)
        found = []
        for verifier in known:
            theirs = [each for each in self.signatures if verifier.made(each)]
            for each in theirs:
                if not verifier.holds(self.text, each):
                    raise NoteRefused(f"the signature of {verifier.name} does not hold")
            if theirs:
                found.append(verifier)
        if not found:
            names = ", ".join(sorted({each.name for each in self.signatures}))
            raise NoteRefused(f"no known key signed; signatures claim to be by: {names}")
        return tuple(found)


def sign(text: str, signers: Iterable[Signer]) -> Note:
    """A note over the text, which must end with a newline.

    Raises:
        NoteRefused: When the text cannot stand in a note.
    """
    if not text.endswith("\n") or _controls(text):
        raise NoteRefused("a note's text ends with a newline and has no control characters")
    return Note(text, tuple(signer.sign(text) for signer in signers))


def cosigned_message(text: str, at: int) -> bytes:
    """What a witness signs (c2sp.org/tlog-cosignature): a header, the time, the whole text."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def base64_exact(text: str) -> bytes:
    """The bytes of standard base64, in its one canonical spelling.

    Raises:
        NoteRefused: When the text is not base64 or could be spelled otherwise.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteRefused(f"{text[:40]!r} is not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise NoteRefused(f"{text[:40]!r} is not canonical base64")
    return raw


def _parts(data: bytes) -> tuple[str, list[str]]:
    if len(data) > LARGEST_NOTE:
        raise NoteRefused(f"a note of {len(data)} bytes; at most 1,000,000 are read")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteRefused(f"the note is not UTF-8 at byte {error.start}") from None
    if _controls(whole):
        raise NoteRefused("the note has control characters")
    text, gap, signatures = whole.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise NoteRefused("the note has no signature lines after an empty line")
    return text + "\n", signatures[:-1].split("\n")


def _signature(line: str) -> Signature:
    match = _SIGNATURE_LINE.fullmatch(line)
    if not match:
        raise NoteRefused(f"{line[:60]!r} is no signature line")
    raw = base64_exact(match[2])
    if len(raw) < 5:
        raise NoteRefused(f"the signature of {match[1]} is too short")
    return Signature(match[1], raw[:4], raw[4:])


def _controls(text: str) -> bool:
    return any(ord(char) < 0x20 and char != "\n" for char in text)
