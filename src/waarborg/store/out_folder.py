"""Output folders: plain files, each written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees either the old content or the new, never a part.

    Raises:
        OSError: The folder cannot be written, or the disk is full; the old file then stands.
    """
    write_chunks(path, (content,))


def write_chunks(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file from pieces, as `write_file` does, without holding it whole.

    Raises:
        OSError: The folder cannot be written, or the disk is full; the old file then stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    try:
        with draft.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder, by relative name, in the order of their names."""
    for name in sorted(files):
        write_file(folder / name, files[name])


def read_file(path: Path) -> bytes | None:
    """The content of a file, None when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
