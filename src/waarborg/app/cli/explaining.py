"""`explain`: why anything came out as it did, down to the entries and the reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from waarborg.app.cli.bench import Bench, at_bench, open_bench, record_bench
from waarborg.app.cli.commission import At, KnownAt, Text
from waarborg.app.cli.desk import OUT, moment, open_inputs, print_json
from waarborg.app.services.derive import derive
from waarborg.app.services.explain_commission import Why
from waarborg.app.services.explanation import FIGURES, Explained, Teller, chosen, read_figures
from waarborg.app.services.logbook import MISSION_FILE, Contents
from waarborg.app.services.outputs import derived_files
from waarborg.app.services.rows import Rows
from waarborg.app.services.told_joins import ToldFile, reports_told
from waarborg.app.wiring.proceedings import read_held
from waarborg.app.wiring.verification import check_vouched, contents
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.record.failure import VerificationFailure
from waarborg.record.source import CHECKPOINT
from waarborg.record.verify import verify
from waarborg.reports.mission import Mission
from waarborg.reports.report import known
from waarborg.store.fusion_models import fusion_model
from waarborg.store.mission_folder import read_form
from waarborg.store.mission_record import read_journal
from waarborg.store.out_folder import read_file
from waarborg.store.record_folder import FolderSource


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("explain")(explain_command)


def explain_command(  # noqa: PLR0913  # one argument an option
    identifier: Annotated[
        str,
        typer.Argument(
            help="Identifier of an incident (inc-…), episode (epi-…), finding (fin-…), determination (det-…), "
            "obligation (obl-…), case, step (PROCEDURE/STEP), deadline (CASE/…), entry, promise, gate or report; "
            "the start of one is enough when only one has it. Of a file of reports: a report_key or incident_id as "
            "`fuse` writes it, or two keys with a comma between them, which asks why the two are together or apart.",
            metavar="ID",
        ),
    ],
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Mission folder, or a folder with an agreement.yaml, behind a record that holds entries alone, as "
            "given to `docket` and `due`; or a file of reports, as given to `fuse`. Default: what the record itself "
            "holds.",
            metavar="FOLDER",
        ),
    ] = None,
    *,
    source: Annotated[
        str, typer.Option("--source", help="What a file holds: viina, ucdp or synthetic.")
    ] = "viina",
    mission: Annotated[
        Path | None,
        typer.Option("--mission", help="Mission folder whose settings read a file, as for `fuse`."),
    ] = None,
    judgements: Annotated[
        Path | None,
        typer.Option(
            "--judgements",
            help="What people judged of a file's rows, as for `fuse`.",
            metavar="FILE",
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option("--out", "--record", help="Output folder with the record.", metavar="OUT"),
    ] = Path("out"),
    as_of: At = None,
    known_at: KnownAt = None,
    text: Text = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for another program.")
    ] = False,
) -> None:
    """Say why something came out as it did: every step below it, down to entries and reports.

    The record is hashed first, and the figures of a run are compared with what it vouches for: nothing
    is explained that somebody edited. What the commission and the guarantors did is explained from the
    entries of the record.
    """
    if "," in identifier or (folder is not None and folder.is_file()):
        from waarborg.app.cli.asking import explained, two_keys  # noqa: PLC0415  # loads the joins

        keys = two_keys("ID", identifier) if "," in identifier else (identifier,)
        if folder is not None:
            _print(*explained((folder, source, mission, judgements), keys), as_json=as_json)
        else:
            _print(*_pair_of_run(out, keys[0], keys[-1]), as_json=as_json)
        return
    if folder is None:
        known, tell = _from_record(identifier, out, (text, as_of, known_at))
    else:
        known, tell = _from_folder(identifier, folder, out, (text, as_of, known_at))
    found = tell(chosen(identifier, known))
    _print(found, found, as_json=as_json)


def _print(found: Explained, data: object, *, as_json: bool) -> None:
    """Print an explanation, in lines or as data."""
    if as_json:
        print_json(data)
        return
    for depth, line in told(found):
        OUT.print(f"{'  ' * depth}{line}", markup=False)


def _pair_of_run(out: Path, one: str, other: str) -> tuple[Explained, object]:
    """Why two reports of a run are in one incident, or are not: in words, and as data."""
    held = open_run(out)
    inputs = open_inputs(held)
    known_at = (
        held.derivations[-1].known_at if held.derivations else datetime.max.replace(tzinfo=UTC)
    )
    judged = [each for each in inputs.counted if each.when < known_at]
    told = ToldFile(known(inputs.reports, known_at), Rows(), judged, inputs.model)
    pair = told.pair(one, other)
    return reports_told(pair, inputs.model), pair


Asked = tuple[str, str | None, str | None]
"""Which agreement, as of when, and known up to when."""

Tells = tuple[Collection[str], Callable[[str], Explained]]
"""What can be explained, and how."""


def _from_record(identifier: str, out: Path, asked: Asked) -> Tells:
    """What the record of a folder can explain by itself: the figures of a run, and the commission."""
    held = open_run(out)
    text, as_of, known_at = asked
    teller = None
    if held.derivations:
        files = {name: read_file(out / name) or b"" for name in FIGURES}
        check_vouched(held, files)
        told_in = (_time_zone(held), fusion_model(held.fusion_model))
        teller = Teller(read_figures(files), held, *told_in)
    said = read_held(out, None)
    bench = record_bench(said, held, text, known_at) if said.entries or teller is None else None
    if bench is None or (not said.entries and as_of is None):
        if teller is None:
            raise ProblemsFound([_no_text(out)])
        return teller.names(), teller.tell
    return _both(identifier, bench, as_of, lambda: teller)


def _from_folder(identifier: str, folder: Path, out: Path, asked: Asked) -> Tells:
    """What a folder and the entries of a record explain, as `docket` and `due` show them."""
    text, as_of, known_at = asked
    bench = open_bench(folder, out, text, known_at)
    inputs = bench.inputs
    if inputs is None:
        return _both(identifier, bench, as_of, lambda: None)

    @cache
    def teller() -> Teller:
        judged = inputs.judged(bench.held.judgements)
        at = moment("--as-of", as_of, bench.zone) if as_of else bench.known
        derived = derive(judged, at, bench.known)
        entries = {
            (name, version): where.number
            for name, places in bench.held.places.items()
            for version, where in enumerate(places, 1)
            if where.kind == "report"
        }
        held = Contents({}, inputs.reports, entries, (), inputs.model.version, "", ())
        return Teller(read_figures(derived_files(derived)), held, bench.zone, inputs.model)

    return _both(identifier, bench, as_of, teller)


def _both(
    identifier: str, bench: Bench, as_of: str | None, teller: Callable[[], Teller | None]
) -> Tells:
    """The commission and the guarantors, and below them what the figures of a mission tell."""
    last = None if bench.entries else format_instant(bench.known)
    running, at = at_bench(bench, as_of or last)

    def deeper(name: str) -> Explained | None:
        figures = teller()
        return figures.tell(name) if figures is not None and name in figures.names() else None

    why = Why(bench.behind(running), running, at, bench.speaker(running), deeper)
    names = why.names()
    known: Collection[str] = names.keys()
    if not any(name.startswith(identifier) for name in names):
        figures = teller()
        known = names.keys() | (figures.names() if figures is not None else set())

    def tell(name: str) -> Explained:
        key = names.get(name)
        found = deeper(name) if key is None or key[0] in FIGURE_THINGS else None
        return found or why.tell(names[name])

    return known, tell


FIGURE_THINGS = frozenset({Thing.FINDING, Thing.INCIDENT, Thing.REPORT})
"""What the figures of a mission tell best."""


def open_run(out: Path) -> Contents:
    """What the record of a folder holds, hashed first.

    Raises:
        ProblemsFound: No record lies in the folder (CLI-003).
        VerificationFailure: The record does not hold.
    """
    source = FolderSource(out / "record")
    if source.read(CHECKPOINT) is None:
        raise ProblemsFound([_no_run(out, "no record in it")])
    verify(source)
    return contents(read_journal(source))


def told(found: Explained, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Every line of an explanation with its depth: what it is, what is said of it, what it rests on."""
    yield depth, found.title
    for line in found.lines:
        yield depth + 1, f"· {line}"
    for part in found.parts:
        yield from told(part, depth + 1)


def _time_zone(held: Contents) -> ZoneInfo:
    """The time zone in which the mission writes hours."""
    problems: list[Problem] = []
    mission = read_form(MISSION_FILE, held.texts.get(MISSION_FILE, b""), Mission, problems)
    if mission is None:
        raise VerificationFailure("REC-064", MISSION_FILE, "a mission's settings", str(problems[0]))
    return mission.time_zone


def _no_text(out: Path) -> Problem:
    return Problem(
        str(out),
        0,
        "CLI-003",
        "the record here holds neither a run nor the text that its entries belong to",
        "the folder with the mission or the agreement, named after the identifier",
        "entries alone",
        "name it as you named it to `docket`: `waarborg explain ID FOLDER --record OUT`",
    )


def _no_run(out: Path, found: str) -> Problem:
    return Problem(
        str(out),
        0,
        "CLI-003",
        "no run lies here",
        "the output folder of `waarborg run`, with record/ in it",
        found[:200],
        "run `waarborg run MISSION --out FOLDER` first, or name its folder with --out",
    )
