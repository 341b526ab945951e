"""What a photograph says about itself: its EXIF data as found, and a copy without them.

JPEG (ITU-T T.81) with EXIF 2.3 (TIFF 6.0 inside). What cannot be read is left as it is found: an
observer's evidence is never refused because a camera wrote nonsense.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Generator, Iterator
from io import SEEK_CUR
from typing import IO, Any

_EXIF = b"Exif\0\0"
_PICTURE = frozenset({*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}) - {0xC8}
"""Segments that make the picture (T.81, table B.1): frames, tables, scans."""
_COLOUR = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Application segments that say how its colours are meant; nothing else of that sort is copied."""
_LENGTHS = {0xE0: (12, b"\0\0"), 0xEE: (12, b"")}
"""What of them is copied, and what is put behind: no small picture, no words in the rest."""
_SCAN, _END, _START = 0xDA, 0xD9, b"\xff\xd8"
_IN_SCAN = frozenset({0x00, *range(0xD0, 0xD8)})
"""What may follow 0xFF within a scan: a byte of the picture, or a restart (T.81, B.1.1.5)."""
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
_PIECE = 1 << 20
_MOST_TAGS = 200
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
_NAMES = {
    0x010F: "make",
    0x0110: "model",
    0x0132: "changed_at",
    0x9003: "taken_at",
    0x9011: "taken_at_offset",
    0x8825: "gps",
    0x8769: "exif",
}
_GPS = {
    1: "latitude_ref",
    2: "latitude",
    3: "longitude_ref",
    4: "longitude",
    7: "time_utc",
    29: "date_utc",
}


class NoPhoto(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """A file that is no JPEG, so no copy without its metadata can be made here."""


def exif_as_found(head: bytes) -> dict[str, Any]:
    """The EXIF data in the beginning of a JPEG: every byte as it stands there, and what can be read.

    Args:
        head: The first part of the file, at least up to the picture itself.

    Returns:
        Empty without EXIF data; otherwise `raw` in base64, and by name what was read, as text.
    """
    for marker, data in _segments(head):
        if marker == 0xE1 and data.startswith(_EXIF):
            raw = data[len(_EXIF) :]
            return {"raw": base64.b64encode(raw).decode(), **_read(raw)}
    return {}


def without_metadata(original: IO[bytes]) -> Iterator[bytes]:
    """A JPEG with its picture alone, piece by piece: no EXIF, XMP, IPTC, credentials, comments.

    Whatever is not needed to show the picture is left out, also what stands behind its end, where
    cameras put previews with EXIF data of their own.

    Raises:
        NoPhoto: When the file is no JPEG.
    """
    if original.read(2) != _START:
        raise NoPhoto("a working copy without metadata can be made of JPEG photographs")
    yield _START
    marker = _next_marker(original)
    while marker != _END:
        size = original.read(2)
        length = int.from_bytes(size, "big") - 2
        data = original.read(max(0, length))
        if len(size) < 2 or length < 0 or len(data) < length:
            raise NoPhoto("the photograph breaks off before its picture")
        yield _kept(marker, data)
        marker = (yield from _scan(original)) if marker == _SCAN else _next_marker(original)
    yield bytes([0xFF, _END])


def _next_marker(original: IO[bytes]) -> int:
    """The next marker between segments; bytes 0xFF before it are filling (T.81, B.1.1.2)."""
    if original.read(1) != b"\xff":
        raise NoPhoto("the photograph breaks off before its picture")
    while (code := original.read(1)) == b"\xff":
        continue
    if not code or code[0] in _IN_SCAN:
        raise NoPhoto("the photograph breaks off before its picture")
    return code[0]


def _kept(marker: int, data: bytes) -> bytes:
    """A segment as the copy has it: whole, shortened, or not at all."""
    starts = _COLOUR.get(marker)
    if starts is not None and data.startswith(starts):
        upto, behind = _LENGTHS.get(marker, (len(data), b""))
        data = data[:upto] + behind
    elif marker not in _PICTURE:
        return b""
    return bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2, "big") + data


def _scan(original: IO[bytes]) -> Generator[bytes, None, int]:
    """Pass the bytes of a scan on; gives the marker that ends it and stands there after the last."""
    rest = b""
    while piece := original.read(_PIECE):
        data = rest + piece
        for found in _MARKER.finditer(data):
            yield data[: found.start()]
            original.seek(found.end() - len(data), SEEK_CUR)
            return data[found.end() - 1]
        held = len(data) - len(data.rstrip(b"\xff"))
        rest = data[len(data) - held :]
        yield data[: len(data) - held]
    raise NoPhoto("the photograph breaks off within its picture")


def _segments(head: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while head[:2] == _START and at + 4 <= len(head) and head[at] == 0xFF:
        length = int.from_bytes(head[at + 2 : at + 4], "big")
        if head[at + 1] == _SCAN or length < 2:
            return
        yield head[at + 1], head[at + 4 : at + 2 + length]
        at += 2 + length


def _read(raw: bytes) -> dict[str, str]:
    order = {b"II": "<", b"MM": ">"}.get(raw[:2])
    found: dict[str, str] = {}
    if order is None:
        return found
    try:
        (first,) = struct.unpack_from(order + "I", raw, 4)
        tags = dict(_tags(raw, order, first, _NAMES))
        for inner, names in (("exif", _NAMES), ("gps", _GPS)):
            if inner in tags:
                found.update(_tags(raw, order, int(tags.pop(inner)), names))
        found.update(tags)
    except (struct.error, ValueError, ZeroDivisionError):
        return found
    return found


def _tags(raw: bytes, order: str, at: int, names: dict[int, str]) -> Iterator[tuple[str, str]]:
    (count,) = struct.unpack_from(order + "H", raw, at)
    for number in range(min(count, _MOST_TAGS)):
        tag, form, many = struct.unpack_from(order + "HHI", raw, at + 2 + 12 * number)
        if tag not in names or form not in _SIZES:
            continue
        size, place = _SIZES[form] * many, at + 10 + 12 * number
        if size > 4:
            (place,) = struct.unpack_from(order + "I", raw, place)
        yield names[tag], _value(raw[place : place + size], order, form)


def _value(data: bytes, order: str, form: int) -> str:
    if form in {1, 2, 7}:
        return data.rstrip(b"\0").decode("utf-8", "replace")
    if form in {5, 10}:
        pairs = struct.iter_unpack(order + ("II" if form == 5 else "ii"), data)
        return " ".join(f"{one}/{other}" for one, other in pairs)
    return " ".join(
        str(one) for (one,) in struct.iter_unpack(order + ("H" if form == 3 else "I"), data)
    )
