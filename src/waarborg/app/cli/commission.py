"""`docket`, `due`, `status`, `determine`, `what-if`, `exercise`: the commission and the guarantors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement
from waarborg.app.cli.desk import OUT, open_mission, print_json
from waarborg.app.services import docket as views
from waarborg.app.services.day import status
from waarborg.app.services.derive import derive
from waarborg.app.services.inputs import last_arrival
from waarborg.app.services.plain import plain
from waarborg.app.services.whatif import compare
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import format_instant, parse_instant
from waarborg.cases.body import from_body
from waarborg.cases.determination import Determination
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running, state

ENTRIES = "commission.jsonl"
"""Entries of the commission in a mission folder, one JSON object a line."""

Folder = Annotated[
    Path,
    typer.Argument(
        help="Mission folder, or a folder with agreement.yaml; its entries lie in commission.jsonl.",
        metavar="FOLDER",
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--as-of", "--at", help="An instant with offset. Default: the last entry.", metavar="T"
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at", help="Leave out what came later: an instant with offset.", metavar="T"
    ),
]
Text = Annotated[
    str,
    typer.Option("--text", help="Identifier of the agreement, where there are more.", metavar="ID"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]


def mount(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("docket")(docket_command)
    app.command("due")(due_command)
    app.command("status")(status_command)
    app.command("determine")(determine_command)
    app.command("what-if")(what_if_command)
    app.command("exercise")(exercise_command)


def docket_command(
    folder: Folder,
    as_of: At = None,
    known_at: KnownAt = None,
    text: Text = "",
    *,
    as_json: Json = False,
) -> None:
    """The cases before the commission, the most pressing first, down to their entries."""
    running, at = _open(folder, as_of, known_at, text)
    _show(
        running,
        views.docket(running, at),
        ("case", "state", "accused", "clause", "due", "flags"),
        as_json=as_json,
    )


def due_command(
    folder: Folder,
    as_of: At = None,
    known_at: KnownAt = None,
    text: Text = "",
    *,
    as_json: Json = False,
) -> None:
    """What is due, from whom, until when, and how each deadline was computed."""
    running, at = _open(folder, as_of, known_at, text)
    rows = [plain(row) for row in views.due(running, at)]
    _show(running, rows, ("by", "who", "what", "state", "words", "entry"), as_json=as_json)


def status_command(
    folder: Folder,
    as_of: At = None,
    known_at: KnownAt = None,
    text: Text = "",
    *,
    as_json: Json = False,
) -> None:
    """The picture of the day: in force, open, blocked and by what, refused."""
    running, at = _open(folder, as_of, known_at, text)
    picture = status(running, at)
    if as_json:
        print_json(picture)
        return
    for key, value in picture.items():
        OUT.print(f"{key.replace('_', ' ')}: {_cell(value)}", markup=False)


def determine_command(
    folder: Folder,
    take: Annotated[
        Path | None,
        typer.Option(
            "--take", help="File with entries to add, one JSON object a line.", metavar="FILE"
        ),
    ] = None,
    text: Text = "",
    *,
    as_json: Json = False,
) -> None:
    """The determinations with their ground; with --take, add entries first.

    An entry that breaks a rule is added as well and stays on the record as refused.
    """
    if take is not None:
        more = _entries(take)
        last = max((e.known_at for e in _entries(folder / ENTRIES)), default=None)
        if last and any(e.known_at < last for e in more):
            raise ProblemsFound([_out_of_order(take, format_instant(last))])
        with (folder / ENTRIES).open("a", encoding="utf-8") as file:
            file.write(take.read_text(encoding="utf-8").rstrip("\n") + "\n")
    running, _ = _open(folder, None, None, text)
    found = {"determinations": views.rulings(running), "refused": views.refusals(running)}
    if as_json:
        print_json({"exercise": running.agreement.exercise, **found})
        return
    _show(
        running,
        found["determinations"],
        ("determination", "decision", "by", "words"),
        as_json=as_json,
    )
    for each in found["refused"]:
        OUT.print(f"refused {each['entry']}: {each['rule']} {each['words']}", markup=False)


def what_if_command(
    folder: Folder,
    draft: Annotated[
        Path | None, typer.Option("--draft", help="Another agreement text.", metavar="FILE")
    ] = None,
    more: Annotated[
        Path | None, typer.Option("--entries", help="Entries to suppose besides.", metavar="FILE")
    ] = None,
    as_of: At = None,
    text: Text = "",
    *,
    as_json: Json = False,
) -> None:
    """The same record under another draft or with other approvals: what changes."""
    agreement, base, entries = _read(folder, text)
    supposed = [*entries, *(_entries(more) if more else [])]
    at = _moment(as_of, supposed)
    known = at + timedelta(seconds=1)
    other = load(draft.read_text(encoding="utf-8"), str(draft)) if draft else agreement
    one = state(agreement, base, entries, at, known)
    found = compare(one, state(other, base, supposed, at, known), at)
    if as_json:
        print_json(found)
        return
    rows = [*found["determinations"], *found["obligations"]]
    _show(one, rows, ("id", "now", "what_if"), as_json=as_json)


def exercise_command(
    folder: Folder,
    step_hours: Annotated[
        int, typer.Option("--step", help="Hours between two looks at the simulated clock.", min=1)
    ] = 24,
    text: Text = "",
    *,
    as_json: Json = False,
) -> None:
    """Play the folder's entries against a simulated clock; every output is marked as exercise."""
    agreement, base, entries = _read(folder, text)
    mark = agreement.exercise or "exercise: a simulated clock, nothing of this is in force"
    seen, at = [], _moment(None, entries[:1])
    last = _moment(None, entries)
    while at <= last:
        running = state(agreement, base, entries, at, at)
        seen.append({**status(running, at), "exercise": mark})
        at += timedelta(hours=step_hours)
    if as_json:
        print_json({"exercise": mark, "steps": seen})
        return
    for each in seen:
        line = f"{each['as_of']} · cases {_cell(each['cases'])} · owed {_cell(each['obligations'])}"
        OUT.print(f"[{mark}] {line}", markup=False)


def _open(
    folder: Path, as_of: str | None, known_at: str | None, text: str
) -> tuple[Running, datetime]:
    agreement, base, entries = _read(folder, text)
    at = _moment(as_of, entries)
    everything = [at, *(e.known_at for e in entries), *(parse_instant(d.known_at) for d in base)]
    known = parse_instant(known_at) if known_at else max(everything)
    return state(agreement, base, entries, at, known + timedelta(seconds=1)), at


def _read(folder: Path, text: str) -> tuple[Agreement, Sequence[Determination], list[Entry]]:
    entries = _entries(folder / ENTRIES)
    if not (folder / "mission.toml").exists():
        name = folder / "agreement.yaml"
        if not name.exists():
            raise ProblemsFound([_no_folder(folder)])
        return load(name.read_text(encoding="utf-8"), str(name)), (), entries
    opened = open_mission(folder, lambda _step: None)
    known = last_arrival(opened.mission)
    derived = derive(opened.inputs, known, known)
    named = {agreement.id: agreement for agreement in opened.inputs.agreements}
    with_bodies = [a.id for a in opened.inputs.agreements if a.bodies]
    chosen = text or (with_bodies or list(named))[0]
    if chosen not in named:
        raise typer.BadParameter(f"no agreement {chosen}; there are {', '.join(named)}")
    return named[chosen], derived.determinations, entries


def _entries(file: Path) -> list[Entry]:
    if not file.exists():
        return []
    entries, problems = [], []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            entries.append(from_body(json.loads(line), str(file), number))
        except json.JSONDecodeError as error:
            problems.append(
                Problem(
                    str(file), number, "COM-100", "this is no JSON", "one object a line", str(error)
                )
            )
        except ProblemsFound as found:
            problems.extend(found.problems)
    if problems:
        raise ProblemsFound(problems)
    return entries


def _moment(text: str | None, entries: Sequence[Entry]) -> datetime:
    if text:
        try:
            return parse_instant(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    if not entries:
        raise typer.BadParameter("there are no entries yet: name the moment with --as-of")
    return max(entry.known_at for entry in entries) + timedelta(seconds=1)


def _show(
    running: Running, rows: Sequence[dict[str, Any]], columns: Sequence[str], *, as_json: bool
) -> None:
    if as_json:
        print_json({"exercise": running.agreement.exercise, "rows": list(rows)})
        return
    if running.agreement.exercise:
        OUT.print(running.agreement.exercise, markup=False)
    shown = Table()
    for column in columns:
        shown.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(row[column]) for column in columns))
    OUT.print(shown)


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(each)}" for key, each in value.items()) or "none"
    if isinstance(value, list):
        return "; ".join(_cell(each) for each in value) or "none"
    return "" if value is None else str(value)


def _out_of_order(file: Path, last: str) -> Problem:
    return Problem(
        str(file), 0, "COM-102", "an entry is older than the last on the record", f"after {last}",
        "an earlier known_at", "the record only grows: set known_at to when it was received",
    )  # fmt: skip


def _no_folder(folder: Path) -> Problem:
    return Problem(
        str(folder), 0, "COM-103", "here lies neither a mission nor an agreement",
        "mission.toml or agreement.yaml", "neither", "name the folder that holds one",
    )  # fmt: skip
