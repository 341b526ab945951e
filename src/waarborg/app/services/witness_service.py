"""A witness over HTTP, and how a log asks witnesses to cosign (c2sp.org/tlog-witness)."""

from __future__ import annotations

import base64
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from waarborg.record.checkpoint import read_checkpoint
from waarborg.record.note import Note, NoteRefused, Signature
from waarborg.record.tree import NodeReader, consistency_proof
from waarborg.record.witness import LARGEST_REQUEST, Answer
from waarborg.store.witness_book import WitnessBook

_PATIENCE = 10.0
"""Seconds a peer may keep us waiting."""


class WitnessSilent(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """A witness did not cosign; the text says what it answered, or that it did not."""


def witness_server(
    book: WitnessBook, address: tuple[str, int], now: Callable[[], int]
) -> ThreadingHTTPServer:
    """A server for one witness; call its `serve_forever`.

    Args:
        book: The witness's memory and key.
        address: Host and port to listen on; port 0 takes a free one.
        now: Seconds since 1970.
    """

    class Desk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _PATIENCE

        def log_message(self, *_: object) -> None:
            """Keep nothing about who asked."""

        def do_POST(self) -> None:
            """Answer `add-checkpoint`."""
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint":
                self._answer(Answer(404, b"no such address\n"), close=True)
            elif not length.isdecimal():
                self._answer(Answer(411, b"a Content-Length is needed\n"), close=True)
            elif int(length) > LARGEST_REQUEST:
                self._answer(Answer(413, b"the request is too large\n"), close=True)
            else:
                self._answer(book.add_checkpoint(self.rfile.read(int(length)), now()))

        def do_GET(self) -> None:
            """Serve the last cosigned checkpoint of a log."""
            parts = self.path.split("/")
            known = len(parts) == 3 and parts[2] == "checkpoint"
            note = book.checkpoint(parts[1]) if known else None
            self._answer(Answer(404, b"nothing here\n") if note is None else Answer(200, note))

        def _answer(self, answer: Answer, *, close: bool = False) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Cache-Control", "no-store")
            if close:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer.body)

    return ThreadingHTTPServer(address, Desk)


def ask_witness(address: str, checkpoint: bytes, node: NodeReader) -> list[Signature]:
    """Ask a witness to cosign a checkpoint, from wherever it stands.

    Args:
        address: The witness's submission prefix.
        checkpoint: The signed checkpoint.
        node: Nodes of the log's tree, for the consistency proof.

    Returns:
        The signature lines it answered, still to be verified.

    Raises:
        WitnessSilent: When it refuses or cannot be reached.
    """
    size = read_checkpoint(checkpoint)[0].size
    old = 0
    for _ in range(3):
        status, body = _post(address, _request(old, size, checkpoint, node))
        if status == 200:
            return _lines(body, address)
        if status != 409 or not body.strip().isdigit() or int(body) > size:
            break
        old = int(body)
    raise WitnessSilent(f"{address} answered {status}: {body[:200].decode(errors='replace')}")


def _request(old: int, size: int, checkpoint: bytes, node: NodeReader) -> bytes:
    proof = consistency_proof(node, old, size) if 0 < old < size else []
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in proof)]
    return ("\n".join(lines) + "\n\n").encode() + checkpoint


def _post(address: str, body: bytes) -> tuple[int, bytes]:
    if not address.startswith(("http://", "https://")):
        raise WitnessSilent(f"{address} is no web address")
    request = urllib.request.Request(address.rstrip("/") + "/add-checkpoint", body)  # noqa: S310  # checked above
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310  # checked above
            return answer.status, answer.read(LARGEST_REQUEST)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(LARGEST_REQUEST)
    except OSError as error:
        raise WitnessSilent(f"{address} cannot be reached: {error}") from None


def _lines(body: bytes, address: str) -> list[Signature]:
    try:
        return list(Note.parse(b"x\n\n" + body).signatures)
    except NoteRefused as error:
        raise WitnessSilent(f"{address} answered no signature lines: {error}") from None
