"""How like two pictures are: a fingerprint that survives scaling and recompressing, as a hint.

Source: the fingerprint "pHash" of Zauner, *Implementation and Benchmarking of Perceptual Image Hash
Functions* (2010): the lowest frequencies of a grey 32 by 32 picture, each above or below their median.
A hint and never a proof: pictures of one place by day may lie near each other, and a turned, mirrored
or cropped copy does not.
"""

from __future__ import annotations

import math
from typing import IO

import numpy as np

METHOD = "pHash, 64 bits"
NEAR = 10
"""Fingerprints that differ in at most so many of 64 bits are told as near."""
_SIDE, _LOW = 32, 8
MOST_PIXELS = 120_000_000
"""Larger pictures are not decoded: a small file can claim to be a huge picture."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP")
_FLAT = 1.0
"""A picture of one colour has no frequencies to tell it by; in grey levels."""


class NoLikeness(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """A file of which no fingerprint is made; the text says why."""


def fingerprint(file: IO[bytes]) -> str:
    """The fingerprint of a picture's first frame, 16 hexadecimal digits (needs `pillow`).

    Args:
        file: Open for reading.

    Raises:
        NoLikeness: When it is no picture of a known format, too large, broken, or of one colour.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  # an extra

    try:
        with Image.open(file, formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise NoLikeness(f"{width} by {height} points are more than are decoded here")
            picture.draft("L", (_SIDE * 4, _SIDE * 4))
            grey = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    except UnidentifiedImageError:
        raise NoLikeness("no picture of a known format") from None
    except (OSError, ValueError, SyntaxError, IndexError, EOFError) as error:
        if isinstance(error, NoLikeness):
            raise
        raise NoLikeness(f"the picture cannot be decoded: {error}"[:200]) from None
    return of_grey(np.asarray(grey, dtype=np.float64))


def of_grey(grey: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    """The fingerprint of 32 by 32 grey levels.

    Shape: 32 by 32, rows from the top.

    Raises:
        NoLikeness: When they are all alike.
    """
    step = np.arange(_SIDE)
    waves = np.cos(np.pi * np.outer(np.arange(_LOW), 2 * step + 1) / (2 * _SIDE)) * 2
    low = waves @ grey @ waves.T
    if np.abs(low.ravel()[1:]).max() < _FLAT * math.prod(grey.shape) / _SIDE:
        raise NoLikeness("a picture of one colour: nothing to tell it by")
    bits = (low > np.median(low)).ravel()
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def distance(one: str, other: str) -> int:
    """In how many of 64 bits two fingerprints differ: 0 for the same picture, about 32 for strangers."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
