"""Look for bytes that a reader neither refuses in words nor takes rightly (needs atheris).

    python tests/fuzz/fuzz.py CORPUS [-max_total_time=SECONDS] [further options of libFuzzer]

What it finds interesting is written into CORPUS. Keep the smallest part that reaches as much:
`python tests/fuzz/fuzz.py -merge=1 tests/fuzz/corpus CORPUS`, and commit it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found]  # only whoever fuzzes installs it

with atheris.instrument_imports(include=["waarborg.record"]):
    import readers


def main() -> None:
    """Begin with good bytes of every sort, then search."""
    for place in sys.argv[1:]:
        folder = Path(place)
        if folder.is_dir() and not any(folder.iterdir()):
            for name, data in readers.seeds().items():
                (folder / name).write_bytes(data)
    atheris.Setup(sys.argv, readers.read_all)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
