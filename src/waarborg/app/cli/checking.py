"""`verify`: nobody has to believe the operator."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from waarborg.app.cli.desk import ERR, OUT, print_json, steps
from waarborg.app.cli.exits import Exit
from waarborg.app.services.derive import STEPS
from waarborg.app.services.inputs import Inputs, gather
from waarborg.app.services.logbook import MISSION_FILE, Contents
from waarborg.app.services.plain import pretty
from waarborg.app.services.verification import check_published, contents, repeat
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import format_instant
from waarborg.record.failure import VerificationFailure
from waarborg.record.note import NoteRefused, Verifier
from waarborg.record.verify import verify
from waarborg.reports.mission import Mission
from waarborg.store import record_folder
from waarborg.store.fusion_models import fusion_model
from waarborg.store.mission_folder import read_form
from waarborg.store.out_folder import read_file


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("verify")(verify_command)


def verify_command(
    record: Annotated[Path, typer.Argument(help="Record folder, as out/record.", metavar="RECORD")],
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--vkey",
            help="Key you trust to have signed, as NAME+HASH+KEY; may be given more than once.",
            metavar="VKEY",
        ),
    ] = None,
    record_only: Annotated[
        bool, typer.Option("--record-only", help="Check the record, do not derive figures again.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for another program.")
    ] = False,
) -> None:
    """Check a record and every figure that is said to follow from it.

    Hashes every byte again, checks the tree and the signature, derives all figures again from the
    record alone, and compares them with what the record vouches for and with the files that lie
    beside it. Names the entry, or the file and line, that does not hold.
    """
    try:
        _verify(record, key or [], record_only=record_only, as_json=as_json)
    except VerificationFailure as failure:
        if as_json:
            sys.stdout.write(pretty({"holds": False} | failure.to_json()))
        else:
            ERR.print(str(failure), markup=False)
            ERR.print(
                "NOT VERIFIED. Do not rely on anything derived from this record.", style="bold red"
            )
        raise typer.Exit(Exit.NOT_VERIFIED) from None


def _verify(record: Path, vkeys: list[str], *, record_only: bool, as_json: bool) -> None:
    try:
        keys = [Verifier.parse(vkey) for vkey in vkeys]
    except NoteRefused as error:
        raise typer.BadParameter(f"--vkey: {error}") from error
    with steps(len(STEPS) + 2, quiet=as_json) as announce:
        announce("hash")
        verdict = verify(record_folder.FolderSource(record), keys)
        told = verdict.to_json()
        if not record_only:
            log = record_folder.read(record)
            held = contents(log)
            derivation, files = repeat(log, held, open_inputs, announce)
            beside = {
                row["path"]: read_file(record.parent / row["path"]) for row in derivation.files
            }
            published = any(content is not None for content in beside.values())
            if published:
                check_published(derivation, beside, files)
            told["derivation"] = {
                "entry": derivation.seq,
                "as_of": format_instant(derivation.as_of),
                "known_at": format_instant(derivation.known_at),
                "files_derived_again": len(files),
                "published_files_compared": len(files) if published else 0,
            }
    if as_json:
        print_json(told)
        return
    OUT.print("[bold green]VERIFIED[/bold green]")
    OUT.print(
        f"{verdict.entries:,} entries and {verdict.blobs:,} blobs hashed again.", markup=False
    )
    OUT.print(f"Root {told['root']} of {told['origin']}, {verdict.identity}.", markup=False)
    if "derivation" in told:
        again = told["derivation"]
        beside_words = (
            f"{again['published_files_compared']} files beside the record compared"
            if again["published_files_compared"]
            else "no figures lie beside the record"
        )
        OUT.print(
            f"{again['files_derived_again']} files derived again from the record, the same to the "
            f"byte; {beside_words}.",
            markup=False,
        )


def open_inputs(held: Contents) -> Inputs:
    """Settings, texts and reports out of a record.

    Raises:
        VerificationFailure: The record does not hold what a derivation needs (REC-064).
    """
    try:
        return _inputs(held)
    except (KeyError, ProblemsFound, FileNotFoundError) as error:
        raise VerificationFailure(
            "REC-064", "texts", "a mission's settings and texts", f"{error}"
        ) from error


def _inputs(held: Contents) -> Inputs:
    problems: list[Problem] = []
    mission = read_form(MISSION_FILE, held.texts[MISSION_FILE], Mission, problems)
    if mission is None:
        raise ProblemsFound(problems)
    return gather(mission, held.texts, held.reports, fusion_model(held.fusion_model))
