"""`docket`, `due`, `status`, `determine`, `what-if`, `exercise`: the commission and the guarantors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from waarborg.app.cli.bench import Bench, at_bench, open_bench
from waarborg.app.cli.desk import OUT, moment, print_json
from waarborg.app.cli.entries_file import now_or, read_entries, taken
from waarborg.app.cli.signing import Key, Name, signing
from waarborg.app.services import docket as views
from waarborg.app.services.alleged import cells
from waarborg.app.services.behind import picture_with_grounds, with_grounds
from waarborg.app.services.bodies import bodies, in_words
from waarborg.app.services.day import counted, status
from waarborg.app.services.diary import diary, ends
from waarborg.app.services.exercise import Turn, play
from waarborg.app.services.flagged import flagged
from waarborg.app.services.logbook import AGREEMENT_FILE, MISSION_FILE
from waarborg.app.services.moved import moves, stand
from waarborg.app.services.plain import plain
from waarborg.app.services.script import Script, read_script
from waarborg.app.services.spoken import Speaker
from waarborg.app.services.whatif import compare, compare_with_grounds, granted, supposed_words
from waarborg.app.wiring.proceedings import Held, put, read_held, take_signed
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import format_instant, parse_instant
from waarborg.cases.below import Thing
from waarborg.obligations.state import Running
from waarborg.store.mission_record import MissionRecord

SCRIPT = "script.yaml"
"""The script of an exercise in a folder."""

Folder = Annotated[
    Path,
    typer.Argument(
        help="Mission folder, or a folder with an agreement.yaml alone.", metavar="FOLDER"
    ),
]
Record = Annotated[
    Path,
    typer.Option(
        "--record",
        help="Output folder whose record/ holds the commission's entries.",
        metavar="OUT",
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        "--at",
        help="A day, or an instant with offset. Default: the last entry.",
        metavar="T",
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        help="Leave out what came later than this day, or instant with offset.",
        metavar="T",
    ),
]
Text = Annotated[
    str,
    typer.Option("--text", help="Identifier of the agreement, where there are more.", metavar="ID"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]
OUT_FOLDER = Path("out")

_OWN_TABLES = {
    "amendments": ("amendments", ("version", "says", "file_says_from", "binds", "signed_by")),
    "leaving": ("who is leaving", ("party", "what", "step", "since", "words", "entry")),
    "blocked": ("promises blocked", ("guarantee", "state", "why", "obligations")),
    "commitments": ("commitments", ("commitment", "by", "does", "state", "until", "words")),
    "next_movable": ("what can move next", ("what", "who", "step", "words", "until", "frees")),
    "conduct": ("closed, reopened, suspended, resumed, or proposed to be", ("case", "words")),
    "flagged": ("flagged", ("id", "state", "flags")),
    "fallen": ("fell away by later knowledge", ("at", "determination", "owed", "words")),
    "refused": ("refused", ("entry", "author", "rule", "words")),
}
"""Parts of the picture that are printed as tables of their own: title and columns."""


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
    record: Record = OUT_FOLDER,
    as_of: At = None,
    known_at: KnownAt = None,
    text: Text = "",
    origin: Name = None,
    *,
    as_json: Json = False,
) -> None:
    """The cases before the commission, the most pressing first, down to their entries."""
    bench = open_bench(folder, record, text, known_at, origin)
    running, at = at_bench(bench, as_of)
    behind = bench.behind(running)
    rows = views.docket(running, at, behind.named)
    if as_json:
        steps = views.courses(running, at, behind.named)
        found = {
            "rows": with_grounds(rows, behind, Thing.CASE, "case"),
            "bodies": bodies(running),
            "messages": views.messages(running, behind.named),
            "procedures": with_grounds(steps, behind, Thing.PROCEDURE, "course"),
        }
        print_json(_marked(running) | found)
        return
    speaker = bench.speaker(running)
    if running.agreement.exercise:
        OUT.print(running.agreement.exercise, markup=False)
    shown = Table(show_lines=True, expand=True)
    for heading, wide in (("case", 3), ("what is alleged", 6), ("due, and what to notice", 8)):
        shown.add_column(heading, overflow="fold", ratio=wide)
    for row in rows:
        told = cells(speaker, row, behind.words(Thing.CASE, row["case"]))
        shown.add_row(*told)
    OUT.print(shown)
    OUT.print(speaker.times(), markup=False)
    for each in bodies(running):
        for line in in_words(each):
            OUT.print(f"{each['body']}: {line}", markup=False)


def due_command(
    folder: Folder,
    record: Record = OUT_FOLDER,
    as_of: At = None,
    known_at: KnownAt = None,
    text: Text = "",
    origin: Name = None,
    *,
    as_json: Json = False,
) -> None:
    """What is due, from whom, until when, and how each deadline was computed."""
    bench = open_bench(folder, record, text, known_at, origin)
    running, at = at_bench(bench, as_of)
    behind = bench.behind(running)
    rows = [plain(row) for row in views.due(running, at)]
    if as_json:
        told = [row | {"rests_on": behind.rows(Thing(row["thing"]), row["id"])} for row in rows]
        print_json(_marked(running) | {"rows": told})
        return
    for row in rows:
        row["until"] = row["by"] or "no time set"
        flagged = "".join(f"\nflag: {flag}" for flag in row["flags"])
        rests = behind.words(Thing(row["thing"]), row["id"])
        row["words"] = f"{row['words']}{flagged}\nrests on {rests}"
    columns = ("until", "who", "what", "state", "strength", "words", "id")
    _show(bench.speaker(running), rows, columns)


def status_command(  # noqa: PLR0913  # one argument an option
    folder: Folder,
    *,
    record: Record = OUT_FOLDER,
    as_of: At = None,
    known_at: KnownAt = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", help="What moved since then. Default: the day before.", metavar="T"
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write the picture as one page to this file.", metavar="FILE"),
    ] = None,
    text: Text = "",
    origin: Name = None,
    as_json: Json = False,
) -> None:
    """The picture of the day: in force, open, blocked and by what, what moved, what can move next."""
    bench = open_bench(folder, record, text, known_at, origin)
    running, at = at_bench(bench, as_of)
    start = moment("--since", since, bench.zone) if since else at - timedelta(days=1)
    before, _ = at_bench(bench, format_instant(start), known=start)
    picture = status(running, at, start)
    moved = moves(stand(before, start), stand(running, at))
    picture["moved_since"]["changes"] = [plain(move) for move in moved]
    picture["conduct"] = views.conduct(running)
    picture["flagged"] = [plain(each) for each in flagged(running, at)]
    behind = bench.behind(running)
    if html is not None:
        from waarborg.app.publish.day_page import render_day  # noqa: PLC0415  # loads the templates

        html.write_text(render_day(running, at, picture, behind), encoding="utf-8")
    if as_json:
        named = {"counted": counted(running, at), "refused": views.refusals(running, behind.named)}
        print_json(picture_with_grounds(picture, behind) | named)
        return
    if running.agreement.exercise:
        OUT.print(running.agreement.exercise, markup=False)
    _print_picture(bench.speaker(running), picture)


def _print_picture(speaker: Speaker, picture: dict[str, Any]) -> None:
    table = Table("what", "how it stands")
    own = {"agreement": picture["agreement"], "as_of": speaker.cutoff(picture["as_of"])}
    for key, value in picture.items():
        if key not in {"exercise", "moved_since", "standing", *_OWN_TABLES}:
            words = own.get(key) or speaker.cell(f"{key} figures", value)
            table.add_row(_HEADINGS.get(key, key.replace("_", " ")), words or "none")
    OUT.print(table)
    for key, (title, columns) in _OWN_TABLES.items():
        if picture[key]:
            _show(speaker, picture[key], columns, title)
        else:
            OUT.print(f"{title}: nothing", markup=False)
    moved = picture["moved_since"]
    title = f"what moved since {speaker.cutoff(moved['since'])}"
    if moved["changes"]:
        _show(speaker, moved["changes"], ("kind", "name", "before", "after"), title)
    else:
        OUT.print(f"{title}: nothing", markup=False)
    OUT.print(speaker.times(), markup=False)


def determine_command(  # noqa: PLR0913  # one argument an option
    folder: Folder,
    *,
    record: Record = OUT_FOLDER,
    take: Annotated[
        Path | None,
        typer.Option(
            "--take",
            help="Put entries on the record first: a script, or one JSON object a line.",
            metavar="FILE",
        ),
    ] = None,
    signed: Annotated[
        Path | None,
        typer.Option(
            "--signed",
            help="Put statements on the record that their authors signed elsewhere, one a line.",
            metavar="FILE",
        ),
    ] = None,
    received_at: Annotated[
        str | None,
        typer.Option(
            "--received-at",
            help="When the entries came in. Default: now; in a script as it says.",
            metavar="T",
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            help="URL of the record's database. Default: an SQLite file beside the record.",
            metavar="URL",
        ),
    ] = None,
    key: Key = None,
    origin: Name = None,
    text: Text = "",
    as_json: Json = False,
) -> None:
    """The determinations with their ground; with --take or --signed, put entries on the record first.

    Each entry is signed for its author and marked with when it came in. One that breaks a rule is on
    the record as well, as refused, with the rule named.
    """
    bench = open_bench(folder, record, text, None, origin)
    if take is not None or signed is not None:
        # The record of an exercise goes on under its own name, and what it shows stays marked as one.
        name, secret = signing(
            bench.id, key, origin or (None if key else bench.held.origin or None)
        )
        entries = taken(take, received_at) if take else []
        _refuse_unordered(bench, [(each.id, each.known_at) for each in entries], take)
        if signed is not None:
            _refuse_unordered(bench, [("what was signed", now_or(received_at))], signed)
        with MissionRecord.open(record, name, secret, database) as opened:
            if entries:
                put(opened, entries, _text(folder))
            if signed is not None:
                take_signed(opened, signed.read_bytes(), str(signed), now_or(received_at))
        bench = open_bench(folder, record, text, None, origin)
    running, _ = at_bench(bench, None if bench.entries else format_instant(bench.known))
    behind = bench.behind(running)
    made, refused = views.rulings(running), views.refusals(running, behind.named)
    if as_json:
        told = with_grounds(made, behind, Thing.DETERMINATION, "determination")
        print_json(_marked(running) | {"determinations": told, "refused": refused})
        return
    speaker = bench.speaker(running)
    for each in made:
        more = (words for words in each["conduct"] if words not in each["words"])
        each["words"] = [each["words"], *more]
        each["rests_on"] = behind.words(Thing.DETERMINATION, each["determination"])
    _show(speaker, made, ("determination", "decision", "by", "words", "flags", "rests_on"))
    for each in refused:
        words = speaker.words(each["words"])
        OUT.print(f"refused {each['entry']}: {each['rule']} {words}", markup=False)


def what_if_command(  # noqa: PLR0913  # one argument an option
    folder: Folder,
    *,
    record: Record = OUT_FOLDER,
    draft: Annotated[
        Path | None, typer.Option("--draft", help="Another agreement text.", metavar="FILE")
    ] = None,
    reading: Annotated[
        str, typer.Option("--reading", help="Another reading of the text.", metavar="NAME")
    ] = "",
    grant: Annotated[
        list[str] | None,
        typer.Option("--grant", help="Suppose this gate was passed.", metavar="GATE"),
    ] = None,
    more: Annotated[
        Path | None,
        typer.Option(
            "--entries", help="Entries to suppose besides, each in at its own time.", metavar="FILE"
        ),
    ] = None,
    as_of: At = None,
    text: Text = "",
    origin: Name = None,
    as_json: Json = False,
) -> None:
    """The same record under another reading, draft or with other approvals: what changes."""
    bench = open_bench(folder, record, text, None, origin)
    supposed = read_entries(more)[0] if more else []
    last = [*bench.entries, *supposed]
    one, at = at_bench(bench, as_of, last)
    late = [entry for entry in supposed if max(entry.at, entry.known_at) >= at]
    other = bench.reread(draft, reading)
    passed = granted(other.agreement, grant or [], at, one)
    entries = sorted(
        [*other.entries, *(e for e in supposed if e not in late), *passed],
        key=lambda entry: entry.known_at,
    )
    supposing = replace(other, entries=tuple(entries))
    other_state = at_bench(supposing, format_instant(at))[0]
    found = compare(one, other_state, at)
    if as_json:
        told = compare_with_grounds(found, bench.behind(one), bench.behind(other_state))
        besides = {
            "not_in": [entry.id for entry in late],
            "supposed": list(supposed_words(passed, other_state)),
        }
        print_json(_marked(one) | told | besides)
        return
    for words in supposed_words(passed, other_state):
        OUT.print(bench.speaker(one).words(words), markup=False)
    for entry in late:
        OUT.print(f"not in by then: {entry.id}", markup=False)
    rows = [
        {"what": name, **row}
        for name, changed in found.items()
        if isinstance(changed, list)
        for row in changed
    ]
    if not rows:
        OUT.print("Nothing would stand otherwise.", markup=False)
        return
    _show(bench.speaker(one), rows, ("what", "id", "now", "what_if"))


def exercise_command(
    folder: Folder,
    script: Annotated[
        Path | None,
        typer.Option("--script", help="The script. Default: script.yaml.", metavar="FILE"),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", help="Where the clock stops. Default: the last deadline.", metavar="T"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Also put the script's entries on a record of this exercise, in this folder.",
            metavar="OUT",
        ),
    ] = None,
    text: Text = "",
    *,
    daily: Annotated[
        bool, typer.Option("--daily", help="Day by day: what happened, what moved, what stands.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Play a script of events against a simulated clock; every output is marked as exercise."""
    bench = open_bench(folder, Path(), text, None, read=False)
    name = script or folder / SCRIPT
    if not name.exists():
        raise ProblemsFound([_no_script(name)])
    played = read_script(name.read_text(encoding="utf-8"), str(name))
    held = Held()
    if out is not None:
        origin, secret = signing(f"exercise.{bench.id}", None, None)
        _refuse_mixed(out, origin)
        with MissionRecord.open(out, origin, secret) as opened:
            put(opened, played.entries, _text(folder))
        held = read_held(out, [origin]) if as_json else held
    stop = moment("--until", until, bench.zone) if until else None
    places = held.places if as_json else None
    turns = list(play(bench.agreement, bench.base, played, stop, bench.arrivals, places))
    if daily:
        _print_days(bench, played, turns, as_json=as_json)
        return
    if as_json:
        print_json(
            {"exercise": turns[0].exercise if turns else played.exercise}
            | {"title": played.title, "turns": [_turn(turn) for turn in turns]}
        )
        return
    _print_turns(played, turns, Speaker(bench.agreement, bench.zone))


def _turn(turn: Turn) -> dict[str, Any]:
    """A turn as data, each move with what it rests on."""
    row: dict[str, Any] = plain(turn)
    rests_on = row.pop("rests_on")
    moved = [m | {"rests_on": under} for m, under in zip(row["moved"], rests_on, strict=True)]
    return row | {"moved": moved}


def _print_days(bench: Bench, played: Script, turns: Sequence[Turn], *, as_json: bool) -> None:
    """The diary from the mission's first day, or the script's, to the last deadline."""
    speaker = Speaker(bench.agreement, bench.zone)
    span = [parse_instant(turn.at).astimezone(bench.zone).date() for turn in turns]
    span += [bench.inputs.mission.span.first] if bench.inputs else []
    mark = turns[0].exercise if turns else played.exercise
    told = ends(bench.agreement, bench.base, played.entries, (min(span), max(span)), speaker)
    found = [plain(each) for each in diary(told, played.events, bench.arrivals, speaker)]
    if as_json:
        print_json({"exercise": mark, "title": played.title, "days": found})
        return
    OUT.print(f"{played.title}. {played.words} {speaker.times()}".strip(), markup=False)
    for day in found:
        until = f" to {day['last']}" * (day["last"] != day["first"])
        OUT.print(f"\n[{mark}] {day['first']}{until}", markup=False)
        for key, heading in (("happened", "happened"), ("moved", "moved"), ("named", "by name")):
            for line in day[key]:
                OUT.print(f"  {heading}: {line}", markup=False)
        if not day["happened"] and not day["moved"]:
            OUT.print("  nothing happened and nothing moved", markup=False)
        for what, states in day["stands"].items():
            OUT.print(f"  stands: {what}: {speaker.cell(what, states)}", markup=False)
        OUT.print(f"  next deadline: {day['following'] or 'none'}", markup=False)


def _text(folder: Path) -> bytes:
    """The agreement of a folder that is no mission: its record holds it too."""
    return b"" if (folder / MISSION_FILE).exists() else (folder / AGREEMENT_FILE).read_bytes()


def _print_turns(played: Script, turns: Sequence[Turn], speaker: Speaker) -> None:
    OUT.print(f"{played.title}. {played.words} {speaker.times()}".strip(), markup=False)
    for turn in turns:
        what = f"{turn.entry} by {turn.author}" if turn.author else turn.entry
        OUT.print(f"\n[{turn.exercise}] {speaker.words(turn.at)} · {what}", markup=False)
        if turn.tells:
            OUT.print(f"  {turn.tells}", markup=False)
        if turn.refused:
            OUT.print(f"  REFUSED: {speaker.words(turn.refused)}", markup=False)
        for move in turn.moved:
            if move.kind != "refused":
                was = f" (was {speaker.words(move.before)})" if move.before else ""
                now = speaker.words(move.after) or "gone"
                OUT.print(f"  {move.kind} {move.name}: {now}{was}", markup=False)


def _refuse_mixed(out: Path, origin: str) -> None:
    """Refuse to play an exercise onto a record that is not this exercise's own."""
    found = MissionRecord.origin_of(out)
    if found not in {None, origin}:
        raise ProblemsFound(
            [
                Problem(
                    str(out), 0, "COM-107", "the folder holds a record that is not of this exercise",
                    f"a folder without a record, or the record {origin}", f"the record {found}",
                    "name another folder with --out: what is played never comes onto the record of what happened",
                )
            ]
        )  # fmt: skip


def _refuse_unordered(
    bench: Bench, entries: Sequence[tuple[str, datetime]], file: Path | None
) -> None:
    """Refuse what would come in, by name and moment, before the record's last time mark."""
    last = bench.held.marked
    early = [(name, at) for name, at in entries if last is not None and at < last]
    if early and last is not None:
        raise ProblemsFound(
            [
                Problem(
                    str(file), 0, "COM-102", "an entry would come in before what the record already holds",
                    f"in at {format_instant(last)} or later",
                    f"{early[0][0]} in at {format_instant(early[0][1])}",
                    "the record only grows: say when it comes in now with --received-at (its own times stay as "
                    "its authors' word), or play a script of the past on a record of its own with exercise --out",
                )
            ]
        )  # fmt: skip


def _marked(running: Running) -> dict[str, Any]:
    return {"exercise": running.agreement.exercise}


def _show(
    speaker: Speaker, rows: Sequence[dict[str, Any]], columns: Sequence[str], title: str = ""
) -> None:
    exercise = speaker.agreement.exercise
    if exercise and not title:
        OUT.print(exercise, markup=False)
    shown = Table(title=title or None, expand=bool(_WIDE & set(columns)))
    for column in columns:
        heading = _HEADINGS.get(column, column.replace("_", " "))
        wide = 4 if column in _WIDE else 2
        shown.add_column(heading, overflow="fold", ratio=wide if shown.expand else None)
    for row in rows:
        shown.add_row(*(cell or "-" for cell in speaker.row(row, columns)))
    OUT.print(shown)
    if not title:
        OUT.print(speaker.times(), markup=False)


_WIDE = {"words", "flags", "why", "rests_on"}
"""Columns that hold sentences."""

_HEADINGS = {
    "in_force": "standing of the whole text",
    "words": "how, in words",
    "what_if": "what if",
    "why": "blocked by",
    "frees": "would set free",
    "since": "has effect from",
}
"""Headings of columns whose key alone says too little."""


def _no_script(name: Path) -> Problem:
    return Problem(
        str(name), 0, "COM-105", "there is no script to play",
        "a file that begins with waarborg: script/1", "no such file",
        "write one, or name it with --script",
    )  # fmt: skip
