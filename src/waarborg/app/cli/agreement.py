"""`agreement`: check a file, show it beside its reading, run its worked cases, publish its schema."""

from __future__ import annotations

import json
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from waarborg.agreement.compare import answering, compare, read_references
from waarborg.agreement.compare import as_lines as as_lines_compared
from waarborg.agreement.diff import as_lines, difference
from waarborg.agreement.export import Form, exported
from waarborg.agreement.json_schema import json_schema
from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement
from waarborg.agreement.readings import under
from waarborg.agreement.show import as_text, grouped, view_of
from waarborg.agreement.worked_cases import CaseOutcome, run_cases
from waarborg.agreement.write import as_yaml
from waarborg.agreement.yaml_tree import plain, read_tree
from waarborg.agreement.zones import Zones, read_zones
from waarborg.app.cli.exits import Exit
from waarborg.app.publish.agreement import render_agreement
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.coverage.questions import Answered, answer

app = typer.Typer(help="Agreement files: check, show, test, export.", no_args_is_help=True)


def mount(root: typer.Typer) -> None:
    """Add the commands of agreement files to the command line."""
    root.add_typer(app, name="agreement")


File = Annotated[Path, typer.Argument(help="Agreement file.", metavar="FILE")]
ZonesFile = Annotated[
    Path | None,
    typer.Option("--zones", help="GeoJSON of the zones; zones.geojson beside the file if there."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    0,
                    "AGR-058",
                    "the file cannot be read",
                    "a file",
                    reason,
                    "check the path",
                )
            ]
        ) from error
    except UnicodeDecodeError as error:
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    0,
                    "AGR-059",
                    "the file is not in UTF-8",
                    "text in UTF-8",
                    f"byte {error.start + 1} is {error.object[error.start]:#04x}",
                    "save the file as UTF-8",
                )
            ]
        ) from error


def _load(path: Path, zones_path: Path | None) -> tuple[Agreement, Zones | None]:
    beside = path.parent / "zones.geojson"
    chosen = zones_path or (beside if beside.exists() else None)
    zones = None if chosen is None else read_zones(_read(chosen), str(chosen))
    return load(_read(path), str(path), zones), zones


def _read_as(agreement: Agreement, reading: str, path: Path) -> Agreement:
    """The agreement as one of its readings has it; CLI-020 when the file has no such reading."""
    if reading:
        _named("reading", [reading], agreement.readings, str(path))
    return under(agreement, reading)


def _refuse(found: ProblemsFound, *, as_json: bool) -> typer.Exit:
    if as_json:
        typer.echo(json.dumps({"problems": [p.to_json() for p in found.problems]}, indent=2))
    else:
        typer.echo(str(found), err=True)
    return typer.Exit(Exit.REFUSED)


@app.command()
def check(file: File, zones: ZonesFile = None, as_json: AsJson = False) -> None:  # noqa: FBT002  # typer's flag
    """Check a file: every problem and every warning at once."""
    try:
        agreement, _ = _load(file, zones)
    except ProblemsFound as found:
        raise _refuse(found, as_json=as_json) from found
    if as_json:
        about = {"id": agreement.id, "digest": agreement.digest}
        found_json = [warning.to_json() for warning in agreement.warnings]
        typer.echo(json.dumps(about | {"problems": found_json}, indent=2))
        return
    for warning in agreement.warnings:
        typer.echo(str(warning))
    typer.echo(
        f"{file}: fine; {len(agreement.clauses)} clauses, {len(agreement.prohibitions)} prohibitions, "
        f"{len(agreement.guarantees)} promises, {len(agreement.warnings)} warnings"
    )


@app.command()
def show(
    file: File,
    zones: ZonesFile = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to this file.")] = None,
    as_json: AsJson = False,  # noqa: FBT002  # typer's flag
) -> None:
    """Show the text beside its reading, clause by clause, in plain sentences.

    With --html a page that opens from disk and prints, for a reader who has never seen the file.
    """
    try:
        agreement, known = _load(file, zones)
    except ProblemsFound as found:
        raise _refuse(found, as_json=as_json) from found
    view = view_of(agreement, known.names if known else None)
    if html is not None:
        html.write_text(render_agreement(view), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(view.to_json(), indent=2, ensure_ascii=False))
    elif html is not None:
        typer.echo(f"written: {html}")
    else:
        typer.echo(as_text(view), nl=False)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="The text that stood first.", metavar="BEFORE")],
    after: Annotated[Path, typer.Argument(help="The text that stands now.", metavar="AFTER")],
    before_reading: Annotated[
        str, typer.Option("--before-reading", help="A reading of the first text.", metavar="NAME")
    ] = "",
    after_reading: Annotated[
        str, typer.Option("--after-reading", help="A reading of the second text.", metavar="NAME")
    ] = "",
    as_json: AsJson = False,  # noqa: FBT002  # typer's flag
) -> None:
    """Say what differs between two texts in meaning, not in lines: a draft against a final text.

    Clauses and their standing, what is forbidden and promised, and who owes what. Conditions are
    weighed over every incident there can be, so other words for the same thing do not count.
    """
    try:
        (old, old_zones), (new, new_zones) = _load(before, None), _load(after, None)
        old, new = _read_as(old, before_reading, before), _read_as(new, after_reading, after)
    except ProblemsFound as found:
        raise _refuse(found, as_json=as_json) from found
    names = (old_zones.names if old_zones else {}) | (new_zones.names if new_zones else {})
    found_between = difference(old, new, names)
    if as_json:
        typer.echo(json.dumps(found_between.to_json(), indent=2, ensure_ascii=False))
        return
    for line in as_lines(found_between):
        typer.echo(line)


@app.command("compare")
def compare_with(
    file: File,
    references: Annotated[
        str,
        typer.Option("--with", help="References, with commas between.", metavar="NAMES"),
    ] = "nato-5,eu-42-7,budapest-1994",
    promise: Annotated[
        list[str] | None,
        typer.Option("--promise", help="A promise of the file; all that answer something."),
    ] = None,
    reading: Annotated[
        str, typer.Option("--reading", help="A reading of the file.", metavar="NAME")
    ] = "",
    zones: ZonesFile = None,
    as_json: AsJson = False,  # noqa: FBT002  # typer's flag
) -> None:
    """Hold promises beside reference treaties, point by point: what goes as far, further, less far.

    The references are coded after ATOP and say where their text can be read. No score is given.
    """
    try:
        agreement, known = _load(file, zones)
        text = _read_as(agreement, reading, file)
        shipped = read_references(
            files("waarborg.agreement").joinpath("references.toml").read_text("utf-8")
        )
        wanted = _named("reference", references.split(","), shipped, "--with")
        promises = _named("promise", promise or list(answering(text)), grouped(text), str(file))
    except ProblemsFound as found:
        raise _refuse(found, as_json=as_json) from found
    names = known.names if known else None
    told = [compare(text, one, shipped[other], names) for one in promises for other in wanted]
    if as_json:
        compared = [one.to_json() for one in told]
        typer.echo(json.dumps({"compared": compared}, indent=2, ensure_ascii=False))
        return
    for line in as_lines_compared(told):
        typer.echo(line)


def _named(kind: str, asked: list[str], known: Collection[str], where: str) -> list[str]:
    """The names asked for, each once; CLI-020 for each that there is not, or when none is left."""
    wanted = list(dict.fromkeys(name.strip() for name in asked if name.strip()))
    missing = [name for name in wanted if name not in known] or ([] if wanted else ["nothing"])
    if missing:
        raise ProblemsFound(
            Problem(
                where,
                0,
                "CLI-020",
                f"there is no such {kind}",
                ", ".join(known) or f"a {kind}",
                name,
                f"name a {kind} of the list",
            )
            for name in missing
        )
    return wanted


@app.command("test")
def run_tests(file: File, zones: ZonesFile = None, as_json: AsJson = False) -> None:  # noqa: FBT002  # typer's flag
    """Run the worked cases of a file, and prove the answers that its questions expect."""
    try:
        agreement, known = _load(file, zones)
    except ProblemsFound as found:
        raise _refuse(found, as_json=as_json) from found
    outcomes = run_cases(agreement, known)
    failed = [outcome for outcome in outcomes if not outcome.holds]
    proved = [answer(agreement, known, question) for question in agreement.questions]
    wrong = [one for one in proved if not one.holds]
    if as_json:
        told = {
            "outcomes": [_outcome_data(outcome) for outcome in outcomes],
            "questions": [_answered_data(one) for one in proved],
            "failed": len(failed) + len(wrong),
        }
        typer.echo(json.dumps(told, indent=2))
    else:
        for o in failed:
            why = f" because {'; '.join(o.reasons)}" if o.reasons else ""
            typer.echo(
                f"{file}:{o.line} {o.case}, {o.asked}: expected {o.expected}, found {o.found}{why}"
            )
        for one in wrong:
            typer.echo(f"{file}:{one.question.line} {_answered_words(one)}")
        typer.echo(f"{len(outcomes) - len(failed)} of {len(outcomes)} expectations hold")
        if proved:
            typer.echo(
                f"{len(proved) - len(wrong)} of {len(proved)} questions answered as expected"
            )
    if failed or wrong:
        raise typer.Exit(Exit.REFUSED)


def _outcome_data(outcome: CaseOutcome) -> dict[str, object]:
    return {
        "case": outcome.case,
        "asked": outcome.asked,
        "expected": outcome.expected,
        "found": outcome.found,
        "line": outcome.line,
    }


def _answered_data(one: Answered) -> dict[str, object]:
    return {
        "question": one.question.id,
        "ask": one.question.ask,
        "reading": one.question.reading or "plain",
        "need": one.question.need,
        "expected": one.question.expect,
        "found": one.found,
        "holds": one.holds,
        "words": list(one.words),
        "line": one.question.line,
    }


def _answered_words(one: Answered) -> str:
    asked = f"question {one.question.id} ({one.question.ask})"
    if one.found == "not_known":
        return f"{asked}: not known, the solver gave up"
    shown = f": {' — or '.join(one.words)}" if one.words else ""
    return f"{asked}: expected {one.question.expect}, found {one.found}{shown}"


@app.command()
def schema() -> None:
    """Print the JSON Schema of agreement files, for editors."""
    typer.echo(json.dumps(json_schema(), indent=2))


@app.command()
def export(
    file: File,
    zones: ZonesFile = None,
    form: Annotated[
        Form, typer.Option("--as", help="How conditions are written.")
    ] = Form.CQL2_JSON,
    reading: Annotated[str, typer.Option("--reading", help="Reading of the file.")] = "",
) -> None:
    """Print every condition as CQL2 for map servers or SQL for databases, as JSON."""
    try:
        agreement, known = _load(file, zones)
        read = _read_as(agreement, reading, file)
    except ProblemsFound as found:
        raise _refuse(found, as_json=False) from found
    typer.echo(json.dumps(exported(read, form, known), indent=2))


@app.command("print")
def print_file(file: File, zones: ZonesFile = None, as_json: AsJson = False) -> None:  # noqa: FBT002  # typer's flag
    """Print a checked file anew: one way to write each thing, without comments."""
    try:
        _load(file, zones)
        tree, _ = read_tree(_read(file).removeprefix("\ufeff"), str(file))
    except ProblemsFound as found:
        raise _refuse(found, as_json=as_json) from found
    if tree is not None:
        written = json.dumps(plain(tree), indent=2, ensure_ascii=False) + "\n"
        typer.echo(written if as_json else as_yaml(tree), nl=False)
