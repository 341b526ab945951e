"""A record on a web server, read file by file."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterable
from hashlib import sha256

_LARGEST = 256 * (65_535 + 2)
"""Bytes of the largest bundle there can be; nothing else of a record is larger but blobs."""
_PIECE = 1 << 20


class HttpSource:
    """The files of a record under a web address, for `record.verify`."""

    def __init__(self, address: str, patience: float = 10.0) -> None:
        """Name the place.

        Args:
            address: As "https://record.example/ceasefire-1".
            patience: Seconds the server may keep us waiting.

        Raises:
            ValueError: When this is no web address.
        """
        if not address.startswith(("http://", "https://")):
            raise ValueError(f"{address} is no web address")
        self.address = address.rstrip("/")
        self._patience = patience

    def names(self) -> Iterable[str]:
        """Nothing: a web server does not list its files."""
        return ()

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None when there is none.

        Raises:
            OSError: When the server cannot be reached or sends more than any file has.
        """
        try:
            with self._open(name) as answer:
                data: bytes = answer.read(_LARGEST + 1)
        except urllib.error.HTTPError as error:
            with error:
                if error.code in (404, 410):
                    return None
            raise
        if len(data) > _LARGEST:
            raise OSError(f"{self.address}/{name} is larger than any file of a record")
        return data

    def digest(self, name: str) -> tuple[str, int] | None:
        """SHA-256 in hex and number of bytes, read piece by piece; None when there is none."""
        found, count = sha256(), 0
        try:
            with self._open(name) as answer:
                while piece := answer.read(_PIECE):
                    found.update(piece)
                    count += len(piece)
        except urllib.error.HTTPError as error:
            with error:
                if error.code in (404, 410):
                    return None
            raise
        return found.hexdigest(), count

    def _open(self, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  # urllib's own
        url = f"{self.address}/{name}"
        return urllib.request.urlopen(url, timeout=self._patience)  # noqa: S310  # checked above
