"""Run the demo in different surroundings and compare every byte of what comes out.

Twice over. First the mission as it ships, under another seed of the hashes, time zone and locale.
Then the same with the rows of every report file in another order; for that the mission must not
state the digests of its releases, because a reordered file is another file, so that all runs of the
second comparison leave them out. Whatever differs is named.

    python .ci/determinism.py [MISSION]
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WAARBORG = Path(sys.executable).parent / "waarborg"
FINE = (0, 4)
"""Exit codes of a run that is done: all fine, and done with rows set aside."""

SURROUNDINGS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "20260411", "TZ": "Pacific/Chatham", "LC_ALL": "POSIX"},
    {"PYTHONHASHSEED": "4294967295", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8"},
)


def reorder(reports: Path, turn: int) -> None:
    """Put the data rows of each report file in another order, the same one on every machine.

    The order is that of the rows' digests: as good as shuffled, and the same whenever it is made.
    """
    for path in sorted(reports.glob("*.csv")):
        head, *rows = path.read_bytes().splitlines(keepends=True)
        if any(row.count(b'"') % 2 for row in rows):
            raise SystemExit(
                f"{path.name} has a row over two lines: it cannot be reordered by line"
            )
        if rows and not rows[-1].endswith(b"\n"):
            rows[-1] += b"\n"
        salt = str(turn).encode()
        rows.sort(key=lambda row: hashlib.sha256(salt + row).digest())
        path.write_bytes(head + b"".join(rows))


def unstated(settings: Path) -> None:
    """Take the digests of the releases out of a mission's settings."""
    text = settings.read_text(encoding="utf-8")
    without = re.sub(r'^sha256 = "[0-9a-f]{64}"\n', "", text, flags=re.MULTILINE)
    settings.write_text(without, encoding="utf-8")


def digests(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(mission: Path, out: Path, surrounding: dict[str, str]) -> dict[str, str]:
    """Run the whole chain, check its record, and give the digests of what it wrote."""
    environment = {**os.environ, **surrounding}
    done = subprocess.run(
        [WAARBORG, "run", mission.name, "--out", out],
        cwd=mission.parent,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    if done.returncode not in FINE:
        raise SystemExit(f"waarborg run ended with exit code {done.returncode}")
    checked = subprocess.run(
        [WAARBORG, "verify", out / "record"],
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    if checked.returncode != 0:
        raise SystemExit(f"waarborg verify ended with exit code {checked.returncode}")
    found = digests(out)
    if not found:
        raise SystemExit("the run wrote nothing")
    return found


def compare(mission: Path, base: Path, *, shuffled: bool) -> list[str]:
    """Run the mission in every surrounding; give the files that differ from the first run's."""
    outputs = []
    for turn, surrounding in enumerate(SURROUNDINGS):
        copy = base / f"in-{turn}" / mission.name
        shutil.copytree(mission, copy)
        if shuffled:
            unstated(copy / "mission.toml")
            if turn:
                reorder(copy / "reports", turn)
        words = " ".join(f"{key}={value}" for key, value in surrounding.items())
        order = "shuffled" if shuffled and turn else "as shipped"
        print(f"{words}, rows {order}", flush=True)
        outputs.append(run(copy, base / f"out-{turn}", surrounding))
    first = outputs[0]
    different = {
        path
        for other in outputs[1:]
        for path in first.keys() | other.keys()
        if first.get(path) != other.get(path)
    }
    if not different:
        print(f"{len(first)} files are byte-equal over {len(outputs)} runs.", flush=True)
    return sorted(different)


def main(mission: Path) -> int:
    """Make both comparisons; give 0 when every byte is the same in each."""
    different = []
    for shuffled in (False, True):
        with tempfile.TemporaryDirectory(prefix="waarborg-determinism-") as name:
            different += compare(mission, Path(name), shuffled=shuffled)
    for path in different:
        print(f"differs: {path}", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "examples/easter-truce-2026")))
