"""`replay`: what a record says about any moment, worked out anew from the record alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from waarborg.app.cli.chain import AsOf, KnownAt
from waarborg.app.cli.checking import read_keys
from waarborg.app.cli.desk import OUT, moments, open_inputs, print_json, steps, tell_failure
from waarborg.app.cli.exits import Exit
from waarborg.app.cli.witnessing import open_source
from waarborg.app.services.derive import STEPS
from waarborg.app.wiring.beside import beside
from waarborg.app.wiring.run import MANY
from waarborg.app.wiring.verification import Replayed, contents, question
from waarborg.app.wiring.verification import replay as replay_record
from waarborg.base.times import format_instant
from waarborg.record.chains import Chains
from waarborg.record.chains import replay as replay_chains
from waarborg.record.failure import VerificationFailure
from waarborg.record.statement import StatementRefused
from waarborg.record.verify import verify
from waarborg.store.mission_record import read_journal
from waarborg.store.out_folder import write_files


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("replay")(replay_command)


def replay_command(
    record: Annotated[
        str,
        typer.Argument(help="Record: a folder, as out/record, or a web address.", metavar="RECORD"),
    ],
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write the figures here.", metavar="FOLDER")
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--vkey",
            help="Key you trust to have signed, as NAME+HASH+KEY; may be given more than once.",
            metavar="VKEY",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for another program.")
    ] = False,
) -> None:
    """Work out from a record alone what was the case at a moment, as far as was known at another.

    Checks the record first. Prints one digest over all figures and pages: whoever replays the same
    record for the same moments, on another machine or another Python, gets the same. Settings and
    texts are those that the record has last.
    """
    keys, source = read_keys(key or []), open_source(record)
    try:
        with steps(len(STEPS) + 2, quiet=as_json) as announce:
            announce("hash")
            verify(source, keys)
            journal = read_journal(source, Chains())
            leaves = list(journal.log.entries)
            with beside(
                lambda: replay_chains(leaves, journal.origin), wanted=len(leaves) >= MANY
            ) as checked:
                try:
                    asked = question(journal)
                    held = contents(journal)
                    mission = open_inputs(held).mission
                    given = moments(mission, as_of, known_at, held.judgements)
                    at = given[0] if as_of or asked is None else asked[0]
                    known = given[1] if known_at or asked is None else asked[1]
                    found = replay_record(journal, open_inputs, at, known, announce)
                finally:
                    checked.result()
    except StatementRefused as error:
        failure = VerificationFailure("REC-070", "entries", "statements", str(error))
        tell_failure(failure, as_json=as_json)
        raise typer.Exit(Exit.NOT_VERIFIED) from None
    except VerificationFailure as failure:
        tell_failure(failure, as_json=as_json)
        raise typer.Exit(Exit.NOT_VERIFIED) from None
    if out is not None:
        write_files(out, found.files)
    _tell(found, journal.origin, as_json=as_json)


def _tell(found: Replayed, origin: str, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "origin": origin,
                "as_of": format_instant(found.as_of),
                "known_at": format_instant(found.known_at),
                "rests_on": found.rests_on,
                "files": len(found.files),
                "digest": found.digest,
                "entry": found.entry,
            }
        )
        return
    OUT.print(
        f"As of {format_instant(found.as_of)}, known at {format_instant(found.known_at)}, from "
        f"{found.rests_on:,} entries of {origin}: {len(found.files)} files.",
        markup=False,
    )
    OUT.print(f"Digest {found.digest}", markup=False)
    if found.entry is not None:
        OUT.print(f"The same as entry {found.entry} of the record states.", markup=False)
