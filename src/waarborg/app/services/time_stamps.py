"""Time stamps by an authority (RFC 3161) on a checkpoint: proof that it existed before a moment.

Needs the extra `stamps`. Asking is left to the user's own client: a request is a file to send, an
answer a file that came back; nothing here opens a connection.
"""

from __future__ import annotations

from datetime import UTC

from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from waarborg.record.checkpoint import read_checkpoint
from waarborg.record.note import NoteRefused
from waarborg.record.time_bounds import Sighting


class StampRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """A time stamp that is malformed, of other bytes, or of an authority that is not trusted."""


def stamp_request(checkpoint: bytes) -> bytes:
    """What to send to an authority to have a checkpoint stamped (DER)."""
    request: bytes = TimestampRequestBuilder().data(checkpoint).build().as_bytes()
    return request


def check_stamp(answer: bytes, checkpoint: bytes, roots: bytes) -> Sighting:
    """Check an authority's answer; when, by its clock, it saw the checkpoint.

    Args:
        answer: What the authority sent back (DER).
        checkpoint: The checkpoint that was stamped, byte for byte.
        roots: Certificates trusted to vouch for authorities (PEM).

    Raises:
        StampRefused: When it does not show that the checkpoint existed.
    """
    try:
        response = decode_timestamp_response(answer)
        builder = VerifierBuilder()
        for certificate in load_pem_x509_certificates(roots):
            builder = builder.add_root_certificate(certificate)
        builder.build().verify_message(response, checkpoint)
        size = read_checkpoint(checkpoint)[0].size
    except (VerificationError, ValueError, NoteRefused) as error:
        raise StampRefused(f"the time stamp does not hold: {error}") from None
    at = response.tst_info.gen_time
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    name = response.tst_info.name
    return Sighting(size, int(at.timestamp()), str(name) if name else "time-stamping authority")
