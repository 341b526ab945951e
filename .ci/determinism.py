"""Run the demo in different surroundings and compare every byte of what comes out.

The first run is the demo as a newcomer has it. Each other run changes the seed of the hashes, the
time zone, the locale, and the order of the rows in every report file. Whatever differs is named.

    python .ci/determinism.py [MISSION]
"""

from __future__ import annotations

import hashlib
import os
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
    )
    if done.returncode not in FINE:
        raise SystemExit(f"waarborg run ended with exit code {done.returncode}")
    checked = subprocess.run(
        [WAARBORG, "verify", out / "record"],
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if checked.returncode != 0:
        raise SystemExit(f"waarborg verify ended with exit code {checked.returncode}")
    found = digests(out)
    if not found:
        raise SystemExit("the run wrote nothing")
    return found


def main(mission: Path) -> int:
    """Compare the runs; give 0 when every byte is the same."""
    with tempfile.TemporaryDirectory(prefix="waarborg-determinism-") as name:
        base = Path(name)
        outputs = []
        for turn, surrounding in enumerate(SURROUNDINGS):
            copy = base / f"in-{turn}" / mission.name
            shutil.copytree(mission, copy)
            if turn:
                reorder(copy / "reports", turn)
            words = " ".join(f"{key}={value}" for key, value in surrounding.items())
            print(
                f"run {turn + 1}: {words}, rows {'shuffled' if turn else 'as shipped'}", flush=True
            )
            outputs.append(run(copy, base / f"out-{turn}", surrounding))
    first = outputs[0]
    different = sorted(
        {
            path
            for other in outputs[1:]
            for path in first.keys() | other.keys()
            if first.get(path) != other.get(path)
        }
    )
    for path in different:
        print(f"differs: {path}", file=sys.stderr)
    if not different:
        print(f"{len(first)} files are byte-equal over {len(outputs)} runs.")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "examples/easter-truce-2026")))
