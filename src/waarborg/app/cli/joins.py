"""`joins`: the joins of reports that a person should look at first, and what a judgement would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Annotated

import typer

from waarborg.app.cli.asking import (
    Asked,
    is_of_sightings,
    review_data,
    seen_review,
    supposed,
    told_file,
    two_keys,
)
from waarborg.app.cli.desk import OUT, open_inputs, print_json, tell
from waarborg.app.cli.exits import Exit
from waarborg.app.cli.explaining import open_run
from waarborg.app.services.explanation import FIGURES, chosen, read_figures
from waarborg.app.services.hinging import hinge_words
from waarborg.app.services.logbook import Contents
from waarborg.app.services.reviewing import Join, Review, Supposed, Supposing, review
from waarborg.app.services.seen_joins import SeenReview
from waarborg.app.services.seen_words import join_told
from waarborg.base.problems import Problem
from waarborg.incidents.judgements import Circle, Contradiction, Sameness
from waarborg.reports.report import ReportId
from waarborg.store.out_folder import read_file


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("joins")(joins_command)


def joins_command(  # noqa: PLR0913  # one argument an option
    path: Annotated[
        Path | None,
        typer.Argument(
            help="File of reports, or a mission folder, that need not have been run. Default: the run in --out.",
            metavar="PATH",
        ),
    ] = None,
    *,
    source: Annotated[
        str, typer.Option("--source", help="What the file holds: viina, ucdp or synthetic.")
    ] = "viina",
    mission: Annotated[
        Path | None,
        typer.Option(
            "--mission", help="Mission folder whose settings read the file, as for `fuse`."
        ),
    ] = None,
    judgements: Annotated[
        Path | None,
        typer.Option(
            "--judgements", help="CSV file of what people judged, as for `fuse`.", metavar="FILE"
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", help="Output folder of a run.", metavar="FOLDER")
    ] = Path("out"),
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="How many to show.", metavar="N")
    ] = 20,
    if_same: Annotated[
        str,
        typer.Option(
            "--if-same",
            help="Say only what it would change to judge two reports the same.",
            metavar="KEY,KEY",
        ),
    ] = "",
    if_different: Annotated[
        str,
        typer.Option(
            "--if-different",
            help="Say only what it would change to judge them different.",
            metavar="KEY,KEY",
        ),
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for another program.")
    ] = False,
) -> None:
    """List the least certain joins of reports first, for a person to judge.

    With each stands what speaks for and against it, and what would change if a person judged otherwise. Judgements that
    contradict each other are listed below with those who made them. Whoever judges a pair writes a line into the file
    of judgements: the two reports, same, different or unsure, who, when and why.
    """
    asked = None if path is None else (path, source, mission, judgements)
    for option, text, sameness in (
        ("--if-same", if_same, Sameness.SAME),
        ("--if-different", if_different, Sameness.DIFFERENT),
    ):
        if text:
            words, change = _supposed(asked, out, two_keys(option, text), sameness)
            if as_json:
                print_json(change)
            else:
                OUT.print(words, markup=False)
    if if_same or if_different:
        return
    refused: tuple[Problem, ...] = ()
    if asked is not None and is_of_sightings(asked):
        seen = seen_review(asked, limit)
        refused, lines = seen.refused.problems, _seen_lines(seen, limit)
        data = review_data(seen, limit)
    else:
        found, refused = _told(asked, out, limit)
        lines, data = _lines(found, limit), review_data(found, limit)
    if as_json:
        print_json(data)
    else:
        for line in lines:
            OUT.print(line, markup=False)
    if refused:
        if not as_json:
            tell(refused, as_json=False)
        raise typer.Exit(Exit.QUARANTINED)


def _told(asked: Asked | None, out: Path, limit: int) -> tuple[Review, tuple[Problem, ...]]:
    """The joins of web reports, of a file or of a run."""
    if asked is not None:
        told, refused = told_file(asked)
        return told.review(limit), refused
    held = open_run(out)
    figures = read_figures({name: read_file(out / name) or b"" for name in FIGURES})
    rows = list(figures.incidents.values())
    latest = {str(report.id): report for report in sorted(held.reports, key=lambda r: r.version)}
    incident = {ReportId(each["report"]): row["id"] for row in rows for each in row["members"]}
    inputs = open_inputs(held)
    people = (inputs.counted, incident)
    return review(rows, latest, people, _supposing(held), limit, figures.hinges), ()


def _supposing(held: Contents) -> Supposing:
    """A run's reports and judgements, to ask what one more would change."""
    inputs = open_inputs(held)
    until = held.derivations[-1].known_at if held.derivations else None
    return Supposing(
        [report for report in inputs.reports if until is None or report.received_at < until],
        inputs.model,
        [each for each in inputs.counted if until is None or each.when < until],
    )


def _supposed(
    asked: Asked | None, out: Path, keys: tuple[str, str], sameness: Sameness
) -> tuple[str, object]:
    """What one judgement would change, in a file or in a run."""
    if asked is not None:
        return supposed(asked, keys, sameness)
    held = open_run(out)
    names = {str(report.id) for report in held.reports}
    one, other = (chosen(key, names) for key in keys)
    found: Supposed = _supposing(held).change(one, other, sameness)
    return found.words, found


_WIDTH = 100
"""Columns beyond which a line goes on below."""


def _lines(found: Review, limit: int) -> Iterator[str]:
    """A review of web reports, in lines."""
    for number, join in enumerate(found.joins, 1):
        yield from _join(number, join)
    yield f"{len(found.joins):,} of {found.of:,} joins, the least certain first"
    yield from _some("hinges on a few reports", map(hinge_words, found.hinges), limit)
    yield from _at_odds(found.contradictions, found.circles, limit)


def _seen_lines(found: SeenReview, limit: int) -> Iterator[str]:
    """A review of sightings, in lines."""
    for number, join in enumerate(found.joins, 1):
        yield from join_told(number, join)
    yield from _at_odds(found.contradictions, found.circles, limit)
    yield (
        f"{len(found.joins):,} of {found.incidents:,} incidents of several sightings, the least certain first"
        + (f"; {found.flooded:,} more lie in floods and are no events" if found.flooded else "")
    )


def _at_odds(
    contradictions: Sequence[Contradiction], circles: Sequence[Circle], limit: int
) -> Iterator[str]:
    """Judgements that do not hold, and circles of them."""
    against = (f"judgement that does not hold: {each.words}" for each in contradictions)
    round_about = (
        f"judgements in a circle, by {', '.join(circle.who)}: {circle.words}" for circle in circles
    )
    yield from _some("judgements that do not hold", against, limit)
    yield from _some("circles of judgements", round_about, limit)


def _some(what: str, lines: Iterable[str], limit: int) -> Iterator[str]:
    """So many lines and no more, and how many there are when some are left out."""
    every = list(lines)
    for line in every[:limit]:
        yield from _wrapped(line, "")
    if len(every) > limit:
        yield f"{limit:,} of {len(every):,} {what}"


def _join(number: int, join: Join) -> Iterator[str]:
    yield f"{number}. {join.probability:.0%} · {join.incident}, {join.reports} reports"
    yield from _wrapped(f"{join.one}  {join.sides[0]}", "   ")
    yield from _wrapped(f"{join.other}  {join.sides[1]}", "   ")
    for name, terms in (("for", join.speaks_for), ("against", join.speaks_against)):
        if terms:
            yield from _wrapped(f"{name}: " + "; ".join(f"{w} ({n:+.2f})" for w, n in terms), "   ")
    yield from _wrapped(join.chance, "   ")
    if join.judged:
        yield from _wrapped(join.judged, "   ")
    if join.if_different is not None:
        yield from _wrapped(join.if_different.words, "   ")


def _wrapped(text: str, indent: str) -> list[str]:
    """A sentence over as many lines as it takes, what goes on two columns further in."""
    return wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
