"""Look for bytes that a reader neither refuses in words nor takes rightly (needs atheris).

    python tests/fuzz/fuzz.py READER CORPUS… [-max_total_time=SECONDS] [further options of libFuzzer]

READER is a name of `readers.READERS`, or `all`. What it finds interesting is written into the first
CORPUS. Keep the smallest part that reaches as much, and commit it:
`python tests/fuzz/fuzz.py READER -merge=1 tests/fuzz/corpus/READER CORPUS`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found]  # only whoever fuzzes installs it

with atheris.instrument_imports(include=["waarborg.record", "waarborg.app"]):
    import readers


def main() -> None:
    """Begin with good bytes of every sort, then search."""
    name = sys.argv.pop(1)
    for place in sys.argv[1:2]:
        folder = Path(place)
        if folder.is_dir() and not any(folder.iterdir()):
            for seed, data in readers.seeds().items():
                (folder / seed).write_bytes(data)
    atheris.Setup(sys.argv, readers.read_all if name == "all" else readers.READERS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
