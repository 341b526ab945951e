"""Look at a file that strangers made: what its picture is like, what it says of its own making.

Such files are made to break programs. They are therefore read by a process of its own that may take so much
memory and time and no more, and that opens no connection; whatever happens to it, the file is taken in
as evidence all the same.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from waarborg.app.services.credentials import read_credentials
from waarborg.app.services.likeness import METHOD, NoLikeness, fingerprint

MOST_MEMORY = 2 << 30
MOST_SECONDS = 60
NEEDED = ("PIL", "c2pa")
"""What the extra `evidence` brings."""


def can_look() -> bool:
    """Whether the extra `evidence` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)


def look_at(file: Path, media_type: str, seconds: int = MOST_SECONDS) -> dict[str, Any]:
    """Fingerprint and content credentials of a file, by the names of the kind `evidence`.

    Args:
        file: The file.
        media_type: As "image/jpeg".
        seconds: How long looking may take.

    Returns:
        `near_duplicate_hint` with `method` and either `hash` or `reason`; `content_credentials` with
        `state` and what they say. What could not be looked at says why.
    """
    command = [sys.executable, "-I", "-m", "waarborg.app.services.looking", str(file.resolve())]
    try:
        done = subprocess.run(  # noqa: S603  # our own program; the name of the file is one argument
            [*command, media_type, str(seconds)],
            capture_output=True,
            check=True,
            timeout=seconds + 10,
            stdin=subprocess.DEVNULL,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return _unseen(f"looking took more than {seconds} seconds")
    except (subprocess.CalledProcessError, ValueError):
        return _unseen("looking at it took too much memory or time, or broke off")
    return found


def _unseen(reason: str) -> dict[str, Any]:
    return {
        "near_duplicate_hint": {"method": METHOD, "reason": reason},
        "content_credentials": {"state": "not read", "reason": reason},
    }


def likeness(file: Path, media_type: str) -> dict[str, str]:
    """The fingerprint of a picture, or why there is none."""
    if not media_type.startswith("image/"):
        return {"method": METHOD, "reason": f"only pictures have one, no {media_type}"}
    try:
        with file.open("rb") as stream:
            return {"method": METHOD, "hash": fingerprint(stream)}
    except NoLikeness as refused:
        return {"method": METHOD, "reason": str(refused)}
    except MemoryError:
        return {"method": METHOD, "reason": "decoding it takes more memory than it may"}


def _bound(seconds: int) -> None:
    """No more memory and time than allowed, for this process and for good."""
    try:
        import resource  # noqa: PLC0415  # not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> None:
    """Look at one file and print what was seen, as JSON."""
    file, media_type, seconds = Path(arguments[0]), arguments[1], int(arguments[2])
    _bound(seconds)
    hint = likeness(file, media_type)
    with file.open("rb") as stream:
        told = read_credentials(stream, media_type)
    sys.stdout.write(json.dumps({"near_duplicate_hint": hint, "content_credentials": told}))


if __name__ == "__main__":
    main(sys.argv[1:])
