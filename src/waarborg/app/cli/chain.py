"""`run` and its steps: import, fuse, assess, report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from waarborg.app.cli.desk import (
    OUT,
    Opened,
    moments,
    open_mission,
    print_json,
    steps,
    tell,
)
from waarborg.app.cli.exits import Exit
from waarborg.app.cli.signing import Database, Key, Name, signing
from waarborg.app.services.derive import STEPS as DERIVE_STEPS
from waarborg.app.services.derive import derive
from waarborg.app.services.derived import Derived
from waarborg.app.services.differing import why_counts_differ
from waarborg.app.services.intake import parse
from waarborg.app.services.outputs import derived_files
from waarborg.app.services.plain import plain
from waarborg.app.services.proceedings import judgements_of
from waarborg.app.services.summary import exercise_lines, summary
from waarborg.app.wiring.run import INDEX, STEPS, Run, page, run
from waarborg.base.grades import Certainty
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import local_day
from waarborg.reports.mission import Release
from waarborg.reports.quarantine import table
from waarborg.store import import_folder
from waarborg.store.mission_folder import read
from waarborg.store.mission_record import MissionRecord
from waarborg.store.out_folder import write_file, write_files

Mission = Annotated[
    Path, typer.Argument(help="Mission folder, the one that holds mission.toml.", metavar="MISSION")
]
Out = Annotated[Path, typer.Option("--out", help="Folder to write to.", metavar="FOLDER")]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="The moment the answer speaks of: a day (through its end) or an instant with offset. "
        "Default: the end of the mission's span.",
        metavar="T",
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        help="Leave out what arrived later: a day (through its end) or an instant with offset. "
        "Default: everything that came in.",
        metavar="T",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]


def mount(app: typer.Typer) -> None:
    """Add the commands of the chain to the command line."""
    app.command("run")(run_command)
    imports = typer.Typer(
        no_args_is_help=True,
        help="Take a file of reports into a mission folder; refused rows are listed with the reason.",
    )
    imports.command("viina")(import_viina)
    app.add_typer(imports, name="import")
    app.command("assess")(assess_command)
    app.command("report")(report_command)


def run_command(
    mission: Mission,
    *,
    out: Out = Path("out"),
    as_of: AsOf = None,
    known_at: KnownAt = None,
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Run everything: reports, incidents, findings, determinations, obligations, report, record.

    Writes to --out: the derived figures as JSON lines, report/index.html and a page for each day the
    agreement was in force, quarantine.csv with the refused rows, and record/, which
    `waarborg verify OUT/record` checks. A second run extends the record and never rewrites it. OUT/operator/
    stays with whoever runs the record: its database, and the file of what was signed, which never comes
    from a backup.
    """
    with steps(len(STEPS) + 3, quiet=as_json) as announce:
        opened = open_mission(mission, announce)
        moments(
            opened.mission, as_of, known_at
        )  # what is no moment is told before anything is written
        name, seed = signing(opened.mission.id, key, origin)
        with MissionRecord.open(out, name, seed, database) as record:
            journal = record.journal
            said = judgements_of(journal.read())
            at, known = moments(opened.mission, as_of, known_at, said)
            done = run(opened.inputs, opened.texts, opened.intake, at, known, journal, announce)
            announce("write")
            record.commit()
            record.publish()
        announce("done")
        write_files(out, {**done.files, "quarantine.csv": opened.intake.quarantine()})
    tell_of_refused(opened, as_json=as_json)
    totals = summary(done.derived, opened.intake)
    if as_json:
        print_json(totals | {"out": str(out), "record": _seal(done)})
    else:
        _print_run(opened, done, totals, out)
    _end(opened)


def _seal(done: Run) -> dict[str, Any]:
    return {"entries": done.journal.size, "root": done.journal.root().hex()}


def _end(opened: Opened) -> None:
    if opened.intake.refused:
        raise typer.Exit(Exit.QUARANTINED)


def tell_of_refused(opened: Opened, *, as_json: bool) -> None:
    """Name the refused rows on standard error."""
    if opened.intake.problems and not as_json:
        tell(opened.intake.problems, as_json=False)


def _print_run(opened: Opened, done: Run, totals: Mapping[str, Any], out: Path) -> None:
    OUT.print(f"\n{opened.mission.name}", style="bold")
    OUT.print(
        f"{totals['rows_accepted']:,} rows accepted, {totals['rows_refused']:,} refused · "
        f"{totals['reports']:,} reports · {totals['incidents']:,} incidents"
    )
    print_counts(done.derived)
    claims_table(done.derived)
    for line in exercise_lines(done.derived):
        OUT.print(line, markup=False)
    seal = _seal(done)
    OUT.print(f"\nRecord: {seal['entries']:,} entries, root {seal['root'][:16]}…", markup=False)
    OUT.print(f"Report: {(out / INDEX).resolve()}", markup=False)
    OUT.print(f"Verify: waarborg verify {out / 'record'}", markup=False)


def print_counts(derived: Derived) -> None:
    """Print the counts, and why those under two texts differ."""
    OUT.print(counts_table(derived))
    for line in why_counts_differ(derived.agreements, derived.findings):
        OUT.print(line.replace("_", " "), markup=False)


def counts_table(derived: Derived) -> Table:
    """Counts of incidents by prohibition, accused party and tier, over the whole span."""
    rule = derived.counts[0].rule if derived.counts else ""
    shown = Table(
        title=f"Incidents held against the text (counting rule {rule})", title_justify="left"
    )
    for column in ("agreement", "prohibition", "accused"):
        shown.add_column(column)
    for column in ("certain", "possible", "cannot be decided"):
        shown.add_column(column, justify="right")
    rows: dict[tuple[str, str, str], list[str]] = {}
    for count in derived.counts:
        if count.day is None:
            key = (count.agreement, count.prohibition, count.accused)
            rows.setdefault(key, []).append(f"{count.incidents:,}")
    marked = {text.id for text in derived.agreements if text.exercise}
    for (agreement, prohibition, accused), numbers in rows.items():
        name = agreement + " (exercise)" * (agreement in marked)
        shown.add_row(name, prohibition, accused, *numbers)
    return shown


def claims_table(derived: Derived) -> None:
    """Print what the parties claim, beside the counts and never merged with them."""
    if not derived.claims:
        return
    shown = Table(title="Claimed by the parties (kept as claims)", title_justify="left")
    for column in ("by", "against", "claimed", "of what", "window"):
        shown.add_column(column)
    for claim in derived.claims:
        shown.add_row(claim.by_words, claim.against, f"{claim.count:,}", claim.unit, claim.window)
    OUT.print(shown)


def import_viina(
    file: Annotated[Path, typer.Argument(help="CSV file of VIINA reports.", metavar="FILE")],
    *,
    mission: Annotated[
        Path, typer.Option("--mission", help="Mission folder to take it into.", metavar="MISSION")
    ],
    received_at: Annotated[
        str | None,
        typer.Option(
            "--received-at",
            help="When it reached the mission: an instant with offset. Default: now.",
            metavar="T",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be taken and refused.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take a file of VIINA reports into a mission folder.

    The file is copied to MISSION/reports and named in mission.toml; refused rows go to
    MISSION/quarantine with their reasons. The same file twice is taken once. A file that cannot be
    read at all changes nothing.
    """
    folder = read(mission)
    moment = _received(received_at)
    release = Release(
        file=f"reports/{file.name}",
        channel="viina",
        received_at=moment,
        certainty=Certainty.STATED,
        words="recorded by waarborg import",
    )
    chunks = import_folder.chunks(file)
    parsed = parse(chunks, release, folder.mission)
    if not parsed.rows.height and not parsed.refused:
        raise ProblemsFound(parsed.problems)
    taken = not dry_run and import_folder.take(
        folder, file, release, table([parsed]) if parsed.refused else None
    )
    if as_json:
        print_json(
            {
                "file": release.file,
                "accepted": parsed.rows.height,
                "refused": len(parsed.refused),
                "taken": taken,
                "problems": [problem.to_json() for problem in parsed.problems],
            }
        )
    else:
        if parsed.problems:
            tell(parsed.problems, as_json=False)
        what = "taken in" if taken else "not taken in (dry run)" if dry_run else "already there"
        OUT.print(
            f"{file.name}: {parsed.rows.height:,} rows accepted, {len(parsed.refused):,} refused; "
            f"{what}.",
            markup=False,
        )
    if parsed.refused:
        raise typer.Exit(Exit.QUARANTINED)


def _received(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  # the edge reads the clock
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ProblemsFound(
            [
                Problem(
                    "--received-at",
                    0,
                    "CLI-002",
                    "this is no instant with an offset",
                    "as 2026-04-24T20:00:00+03:00",
                    text,
                    "write the instant with its offset",
                )
            ]
        )
    return moment


def assess_command(
    mission: Mission,
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write the figures here.", metavar="FOLDER")
    ] = None,
    as_json: Json = False,
) -> None:
    """Hold what happened against the agreement, and say what follows.

    Prints the counts by tier and the reasons why what cannot be decided cannot. With --known-at only
    what had arrived by then counts; a later run never changes that answer.
    """
    with steps(len(DERIVE_STEPS) + 1, quiet=as_json) as announce:
        opened = open_mission(mission, announce)
        derived = derive(opened.inputs, *moments(opened.mission, as_of, known_at), announce)
    if out is not None:
        write_files(out, derived_files(derived))
    tell_of_refused(opened, as_json=as_json)
    if as_json:
        names = ("findings", "determinations", "obligations", "counts", "claims")
        print_json(
            summary(derived, opened.intake)
            | {name: plain(getattr(derived, name)) for name in names}
        )
    else:
        print_counts(derived)
        OUT.print(reasons_table(derived))
        claims_table(derived)
        for line in exercise_lines(derived):
            OUT.print(line, markup=False)
    _end(opened)


def reasons_table(derived: Derived) -> Table:
    """Why findings cannot be decided, the most frequent reason first."""
    tally: Counter[str] = Counter()
    for finding in derived.findings:
        if finding.verdict.value == "unknown":
            tally.update({reason.words for reason in finding.reasons})
    shown = Table(title="Why findings cannot be decided", title_justify="left")
    shown.add_column("reason")
    shown.add_column("findings", justify="right")
    for words, number in sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))[:20]:
        shown.add_row(words, f"{number:,}")
    return shown


def report_command(
    mission: Mission,
    *,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="The day. Default: the whole span."),
    ] = None,
    known_at: KnownAt = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write.", metavar="FILE.html")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the report of a day as one page that opens from disk and prints well.

    Clocks are read at the end of that day, or of the span; the pages of `run` read them all at the moment
    it was asked for. Each page says at which.
    """
    asked: date | None = day.date() if day else None
    with steps(len(DERIVE_STEPS) + 2, quiet=as_json) as announce:
        opened = open_mission(mission, announce)
        at, known = moments(opened.mission, None, known_at)
        if asked is not None:
            _check_in_span(opened, asked)
            at = local_day(asked, opened.mission.time_zone).end
        derived = derive(opened.inputs, at, known, announce)
        announce("report")
        content = page(derived, opened.inputs, None, asked)
    path = out or Path(f"{opened.mission.id}-{asked or 'all'}.html")
    write_file(path, content)
    tell_of_refused(opened, as_json=as_json)
    if as_json:
        print_json(summary(derived, opened.intake) | {"report": str(path), "bytes": len(content)})
    else:
        OUT.print(f"Report: {path.resolve()}", markup=False)
    _end(opened)


def _check_in_span(opened: Opened, day: date) -> None:
    """Refuse a day of which the mission knows nothing: a page of noughts would look like silence."""
    span = opened.mission.span
    if not span.first <= day <= span.last:
        raise ProblemsFound(
            [
                Problem(
                    "--date",
                    0,
                    "CLI-006",
                    "the day lies outside the mission's span, so nothing is known of it",
                    f"a day from {span.first} to {span.last}",
                    str(day),
                    "name a day of the span, or widen [span] in mission.toml and add its releases",
                )
            ]
        )
