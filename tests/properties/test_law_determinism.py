"""The same mission gives the same bytes whatever the machine: hash seed, time zone, locale, row order.

`.ci/determinism.py` does the same with the example mission as a newcomer runs it.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from small_mission import texts_of

WAARBORG = Path(sys.executable).parent / "waarborg"
EASTER = Path(__file__).parents[2] / "examples" / "easter-truce-2026"


def mission(folder: Path, seed: int) -> Path:
    """The example with the rows of each release in another order, its digests left out."""
    for name, raw in texts_of(EASTER).items():
        content = raw
        if name == "mission.toml":
            kept = [line for line in raw.splitlines(True) if not line.startswith(b"sha256 = ")]
            content = b"".join(kept)
        elif name.startswith("reports/"):
            head, *rows = raw.splitlines(True)
            random.Random(seed).shuffle(rows)  # noqa: S311  # an order, not a secret
            content = head + b"".join(rows)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def run(base: Path, seed: int, surroundings: dict[str, str]) -> dict[str, bytes]:
    """Every file that a run writes, the record included."""
    done = subprocess.run(
        [WAARBORG, "run", mission(base / "mission", seed), "--out", base / "out"],
        env={**os.environ, **surroundings},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return texts_of(base / "out")


def test_seed_zone_locale_and_row_order_change_no_byte(tmp_path: Path) -> None:
    """Two runs in surroundings as unlike as they come write the same bytes, record included."""
    one = run(tmp_path / "one", 1, {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    other = run(
        tmp_path / "other",
        2,
        {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.UTF-8"},
    )
    assert {"record/checkpoint", "findings.jsonl", "report/index.html"} <= one.keys()
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
