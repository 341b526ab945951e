"""The quarantine: rows that were refused, with the reason, as a table that nothing can run."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from waarborg.reports.viina import FORMULA_STARTS, Parsed

HEADER = ("file", "line", "codes", "reasons", "row")


def table(releases: Iterable[Parsed]) -> bytes:
    """Write the refused rows of releases as CSV in UTF-8; the header alone when none was refused.

    A cell that a table program would take for a formula gets an apostrophe in front, so that it
    opens as text. The row as it stood is the text behind that apostrophe.
    """
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(HEADER)
    for parsed in releases:
        for row in parsed.refused:
            cells = (parsed.release.file, " ".join(row.codes), "; ".join(row.reasons), row.text)
            file, codes, reasons, content = (_inert(cell) for cell in cells)
            writer.writerow((file, row.line, codes, reasons, content))
    return "".join(lines).encode("utf-8")


class _Lines(list[str]):
    """Lines as a writer of tables gives them."""

    def write(self, line: str) -> None:
        """Take a line."""
        self.append(line)


_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
"""Unicode's pictures of the control characters, of which a tab is kept: a terminal obeys the others."""
del _PICTURES[0x09]


def _inert(cell: str) -> str:
    """The cell as text that no table program runs and no terminal obeys, on one line."""
    cell = cell.translate(_PICTURES)
    return "'" + cell if cell.startswith(FORMULA_STARTS) else cell
