"""`prove`: what a text covers, what it does not, and what that hangs on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from waarborg.agreement.build import fixed_span
from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement
from waarborg.agreement.zones import read_zones
from waarborg.app.cli.desk import OUT, print_json
from waarborg.app.cli.prove_mission import count_incidents, put_on_record
from waarborg.app.publish.coverage import render_answers, tree
from waarborg.app.services.proving import Request, ask, failing, first_of
from waarborg.app.services.proving_data import as_data
from waarborg.app.services.proving_words import lines
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.coverage.chances import read_chances
from waarborg.coverage.prove import Wanted

PLAIN = "plain"


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("prove")(prove_command)


def prove_command(  # noqa: PLR0913  # each argument is an option of the command
    file: Annotated[Path, typer.Argument(help="Agreement file.", metavar="FILE")],
    *,
    reading: Annotated[
        list[str] | None,
        typer.Option(
            "--reading",
            "--readings",
            help="A reading of the file, 'plain' or 'all'; may be repeated.",
        ),
    ] = None,
    need: Annotated[
        list[str] | None,
        typer.Option("--need", help="A need of the file; may be repeated. Without it: all."),
    ] = None,
    zones: Annotated[
        Path | None,
        typer.Option("--zones", help="Map (GeoJSON); without it zones.geojson beside FILE."),
    ] = None,
    order: Annotated[
        int, typer.Option("--order", min=1, max=6, help="Largest set of failures looked for.")
    ] = 2,
    drop: Annotated[
        int | None, typer.Option("--drop", min=1, help="Does it hold if any K drop out?")
    ] = None,
    practice: Annotated[
        bool, typer.Option("--practice-is-veto", help="Take political practice for a veto.")
    ] = False,
    intentions: Annotated[
        bool, typer.Option("--intentions-count", help="Take mere intentions for duties.")
    ] = False,
    mend: Annotated[
        bool,
        typer.Option(
            "--repair", help="Look for the smallest changes that close gaps and mend weak spots."
        ),
    ] = False,
    within: Annotated[
        str | None,
        typer.Option("--within", help="Count only what is due in this time, as PT24H."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not try every open word and every other reading.")
    ] = False,
    chances: Annotated[
        Path | None,
        typer.Option("--chances", help="Stated chances; gives the chance of each kind of breach."),
    ] = None,
    mission: Annotated[
        Path | None,
        typer.Option("--mission", help="Count this mission's incidents in each family."),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record", help="Put the answers on the record in this output folder of `run`."
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", help="Secret key of that record; without it the demonstration's."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page to this file.", metavar="OUT")
    ] = None,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", help="Write the fault tree of the first answer.", metavar="OUT"),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for another program.")
    ] = False,
) -> None:
    """Prove what a guarantee text covers, and show what it does not, with examples in words.

    Gaps, weak spots and circles for each need of the file under each reading asked for; what can
    move next, what is owed by when, and which answers hang on open words. Answers speak of the
    machine reading in the file; they are no legal opinion.
    """
    files = {"text": _text(file)} | _map(file, zones)
    places = read_zones(files["map"], str(zones or _beside(file))) if "map" in files else None
    agreement = load(files["text"], str(file), places)
    request = Request(
        tuple(_readings(agreement, reading or [PLAIN], str(file))),
        tuple(_named("need", need or list(agreement.needs), list(agreement.needs), str(file))),
        Wanted(order, drop, mend=mend, open_words=not quick),
        practice_is_veto=practice,
        intentions_count=intentions,
        within=_longest(within),
    )
    if chances is not None:
        known, needed = failing(agreement, request)
        files["chances"] = _text(chances)
        request = request.stating(read_chances(files["chances"], str(chances), known, needed))
    answers = ask(agreement, places, request)
    if record is not None:
        put_on_record(record, key, answers, request, files)
    if mission is not None:
        answers = count_incidents(mission, agreement, places, answers)
    if html is not None:
        html.write_text(render_answers(answers, places), encoding="utf-8")
    if svg is not None:
        svg.write_text(tree(first_of(answers)), encoding="utf-8")
    if as_json:
        print_json(as_data(answers))
        return
    for depth, line in lines(answers):
        OUT.print(f"{'  ' * depth}{line}", markup=False)


def _longest(within: str | None) -> timedelta | None:
    if within is None:
        return None
    try:
        longest = fixed_span(within)
    except ValueError:
        longest = None
    if longest is None:
        raise ProblemsFound(
            [
                Problem(
                    "--within",
                    0,
                    "CLI-022",
                    "this is no fixed time",
                    "an ISO 8601 duration without months or years, as PT24H or P3D",
                    within,
                    "write the time in hours or days",
                )
            ]
        )
    return longest


def _readings(agreement: Agreement, asked: list[str], file: str) -> list[str]:
    known = [PLAIN, *agreement.readings]
    wanted = known if "all" in asked else asked
    return ["" if r == PLAIN else r for r in _named("reading", wanted, known, file)]


def _named(kind: str, asked: list[str], known: list[str], file: str) -> list[str]:
    """The names asked for; CLI-020 for each that the file does not have, or when it has none."""
    missing = [name for name in asked if name not in known]
    if not known:
        raise ProblemsFound([_without_needs(asked, file)])
    if missing:
        raise ProblemsFound(
            Problem(
                file,
                0,
                "CLI-020",
                f"the file has no such {kind}",
                ", ".join(known),
                name,
                f"name a {kind} of the file, or write it there",
            )
            for name in missing
        )
    return list(dict.fromkeys(asked))


def _without_needs(asked: list[str], file: str) -> Problem:
    """What is missing of a file that says of nothing that it must be covered, and how to write it."""
    return Problem(
        file,
        0,
        "CLI-020",
        "the file has no needs, so there is nothing to prove: a need says what a breach must set off",
        "a section `needs:` with at least one need, as "
        "`needs: {warned: {words: somebody warns, action: [warning]}}`",
        ", ".join(asked) or "no section `needs:`",
        "write in the file what must be owed after a breach, with the actions that would do",
    )


def _beside(file: Path) -> Path:
    return file.parent / "zones.geojson"


def _map(file: Path, given: Path | None) -> dict[str, str]:
    if given is None and not _beside(file).is_file():
        return {}
    return {"map": _text(given or _beside(file))}


def _what_is_there(path: Path, error: OSError | UnicodeDecodeError) -> str:
    """What stands in the place of a file that can be read, in words."""
    if isinstance(error, UnicodeDecodeError):
        return f"bytes that are no UTF-8, from byte {error.start + 1} on"
    if not path.exists():
        return "nothing there"
    return "a folder" if path.is_dir() else (error.strerror or "a file that does not open").lower()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    0,
                    "CLI-021",
                    "the file cannot be read",
                    "a text file in UTF-8",
                    _what_is_there(path, error),
                    "check the path and the encoding",
                )
            ]
        ) from error
