"""What a photograph says about itself: its EXIF data as found, and a copy without them.

JPEG (ITU-T T.81) with EXIF 2.3 (TIFF 6.0 inside). What cannot be read is left as it is found: an
observer's evidence is never refused because a camera wrote nonsense.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import IO, Any

_EXIF = b"Exif\0\0"
_STRIPPED = {0xE1, 0xED, 0xFE}
"""Segments that a working copy leaves out: EXIF and XMP, IPTC, comments."""
_SCAN, _START = 0xDA, b"\xff\xd8"
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
    """A JPEG without EXIF, XMP, IPTC and comments, piece by piece; the picture is not touched.

    Raises:
        NoPhoto: When the file is no JPEG.
    """
    if original.read(2) != _START:
        raise NoPhoto("a working copy without metadata can be made of JPEG photographs")
    yield _START
    while True:
        head = original.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            raise NoPhoto("the photograph breaks off before its picture")
        length = int.from_bytes(head[2:], "big") - 2
        data = original.read(max(0, length))
        if head[1] not in _STRIPPED:
            yield head + data
        if head[1] == _SCAN:
            break
    while piece := original.read(_PIECE):
        yield piece


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
