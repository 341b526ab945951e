"""Who signs a record: the demonstration key, or a key of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.record.demonstration import demonstration_origin, demonstration_seed

Key = Annotated[
    Path | None,
    typer.Option(
        "--key",
        help="File with 32 secret bytes in hexadecimal that sign the record and its authors' entries. "
        "Default: the demonstration key, which anyone can work out.",
        metavar="FILE",
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--origin", help="Name of the log, needed with --key: as example.org/truce.", metavar="NAME"
    ),
]

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="URL of the database that the record lies in, as postgresql+psycopg://…; needs the extra "
        "postgres. Default: an SQLite file, OUT/operator/record.db.",
        metavar="URL",
    ),
]


def signing(mission: str, key: Path | None, origin: str | None) -> tuple[str, bytes]:
    """Name of the log and the 32 bytes that sign it.

    Raises:
        ProblemsFound: CLI-030 when the key cannot be used.
    """
    if key is None:
        name = origin or demonstration_origin(mission)
        return name, demonstration_seed(name)
    try:
        seed = bytes.fromhex(key.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise ProblemsFound([_unusable(key, str(error))]) from error
    if len(seed) != 32:
        raise ProblemsFound([_unusable(key, f"{len(seed)} bytes")])
    if origin is None:
        raise ProblemsFound([_unusable(key, "no --origin beside it")])
    return origin, seed


def _unusable(key: Path, found: str) -> Problem:
    return Problem(
        str(key), 0, "CLI-030", "the key cannot be used",
        "32 bytes in hexadecimal, and the log's name with --origin", found,
        "write the key's 64 hexadecimal digits into the file, and name the log",
    )  # fmt: skip
