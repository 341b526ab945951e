"""The witness's judgement (c2sp.org/tlog-witness): may this checkpoint follow the last one I saw?

Pure: `read_request` checks what needs no memory, `judge` what does. Whoever calls `judge` reads the
last head, stores the new one and answers, in that order and in one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waarborg.record.checkpoint import Checkpoint
from waarborg.record.note import Note, NoteRefused, Signature, Signer, Verifier, base64_exact
from waarborg.record.tree import EMPTY_ROOT, ProofRefused, verify_consistency

LARGEST_REQUEST = 65_536
MOST_HASHES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness answers.

    Attributes:
        status: HTTP status.
        body: Body of the answer.
        content_type: Its media type.
        evidence: Whether the request is to be kept: the log signed something inconsistent.
    """

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    evidence: bool = False


class Refused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The request is answered with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.body.decode()}")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Request:
    """A request to cosign, signed by a log that this witness knows.

    Attributes:
        old: The size the log believes the witness saw last.
        proof: The consistency proof.
        checkpoint: What shall be cosigned.
        text: Its text.
        signatures: The log's signatures that hold.
    """

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What a witness remembers of a log.

    Attributes:
        size: Of the last checkpoint it cosigned.
        root: Of the same.
        at: When it cosigned, seconds since 1970.
    """

    size: int
    root: bytes
    at: int


def read_request(body: bytes, logs: Mapping[str, Sequence[Verifier]]) -> Request:
    """Read a request and check the log's signature.

    Args:
        body: The bytes of the request.
        logs: Name of each log this witness knows to its keys.

    Raises:
        Refused: 413 too large, 400 malformed, 404 unknown log, 403 not signed by it.
    """
    if len(body) > LARGEST_REQUEST:
        raise Refused(Answer(413, b"the request is too large\n"))
    head, gap, rest = body.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
        old = _OLD.fullmatch(lines[0])
        proof = tuple(map(base64_exact, lines[1:]))
        note = Note.parse(rest)
        checkpoint = Checkpoint.parse(note.text)
    except (NoteRefused, UnicodeDecodeError) as error:
        raise _malformed(str(error)) from None
    if not gap or old is None or len(proof) > MOST_HASHES:
        raise _malformed("old size, at most 63 proof lines, an empty line, a checkpoint expected")
    if any(len(each) != 32 for each in proof) or int(old[1]) > checkpoint.size:
        raise _malformed("hashes of 32 bytes and an old size up to the new one expected")
    keys = logs.get(checkpoint.origin)
    if not keys:
        raise Refused(Answer(404, b"this witness does not know the log\n"))
    try:
        note.verified_by(keys)
    except NoteRefused as error:
        raise Refused(Answer(403, f"{error}\n".encode())) from None
    own = tuple(each for each in note.signatures if any(key.made(each) for key in keys))
    return Request(int(old[1]), proof, checkpoint, note.text, own)


def judge(request: Request, last: Head | None, now: int) -> Head:
    """Whether the checkpoint may follow the last one; the new head, to be stored before answering.

    Raises:
        Refused: 409 the old size is not the last one seen, 422 inconsistent, 503 this
            witness's own clock went backwards.
    """
    seen = last or Head(0, EMPTY_ROOT, 0)
    if request.old != seen.size:
        size = f"{seen.size}\n".encode()
        fork = request.checkpoint.size == seen.size and request.checkpoint.root != seen.root
        raise Refused(Answer(409, size, "text/x.tlog.size", evidence=fork))
    if now < seen.at:
        raise Refused(Answer(503, b"the clock of this witness went backwards\n"))
    problem = _inconsistency(request, seen)
    if problem:
        raise Refused(Answer(422, f"{problem}\n".encode(), evidence=True))
    return Head(request.checkpoint.size, request.checkpoint.root, now)


def cosigned(request: Request, head: Head, signer: Signer) -> tuple[Signature, Note]:
    """The cosignature, and the checkpoint as this witness serves it: the log's line and its own."""
    line = signer.sign(request.text, head.at)
    return line, Note(request.text, (*request.signatures, line))


def _inconsistency(request: Request, seen: Head) -> str:
    new = request.checkpoint
    if new.size == 0 and new.root != EMPTY_ROOT:
        return "an empty log has another root"
    if seen.size == 0:
        return "a first checkpoint needs no proof, yet there is one" if request.proof else ""
    try:
        verify_consistency(seen.size, new.size, seen.root, new.root, request.proof)
    except ProofRefused as error:
        return str(error)
    return ""


def _malformed(words: str) -> Refused:
    return Refused(Answer(400, f"{words}\n".encode()))
