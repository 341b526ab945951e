"""The files a derivation is written to: plain JSON lines and CSV, the same bytes every time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from waarborg.app.services.derived import Derived
from waarborg.app.services.plain import lines, pretty
from waarborg.incidents.account import account
from waarborg.incidents.episodes import episodes
from waarborg.incidents.incident import Incident
from waarborg.store.fusion_models import copying_table, outlet_table

FUSION_HEADER = ("report_key", "incident_id", "probability")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV table in UTF-8 with CR LF line ends (RFC 4180); no cell can start a formula.

    A cell that a spreadsheet would run (it starts with =, +, -, @, a tab or a return) gets an
    apostrophe before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([[inert(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def inert(cell: str) -> str:
    """A cell that no spreadsheet runs; numbers stay numbers."""
    if not cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def fusion_table(incidents: Iterable[Incident]) -> bytes:
    """Which incident each report belongs to: report_key, incident_id, probability.

    A report stands there once, under the identifier that it keeps over releases. The keys of a source's
    rows are numbered anew with each release, so that one key may stand for two reports: `waarborg fuse`
    gives them for the last release.
    """
    rows = [
        (str(member.report), str(incident.id), f"{member.probability:.4f}")
        for incident in incidents
        for member in incident.members
    ]
    return table(FUSION_HEADER, sorted(rows))


def derived_files(derived: Derived) -> dict[str, bytes]:
    """Every derived figure as files, by name; the record holds the digest of each."""
    reports = {report.id: report for report in derived.reports}
    copying, doubt = copying_table(), outlet_table()
    return {
        "incidents.jsonl": lines(derived.incidents),
        "accounts.jsonl": lines(account(i, reports, copying, doubt) for i in derived.incidents),
        "episodes.jsonl": lines(episodes(derived.incidents)),
        "follows.jsonl": lines(derived.follows),
        "hinges.jsonl": lines(derived.hinges),
        "fusion.csv": fusion_table(derived.incidents),
        "findings.jsonl": lines(derived.findings),
        "determinations.jsonl": lines(derived.determinations),
        "obligations.jsonl": lines(derived.obligations),
        "counts.jsonl": lines(derived.counts),
        "claims.jsonl": lines(derived.claims),
        "coverage.json": pretty(derived.coverage).encode(),
    }
