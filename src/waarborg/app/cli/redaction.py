"""`redact`: private fields destroyed for good, proposed by one person and approved by two others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from waarborg.app.cli.desk import OUT, print_json
from waarborg.app.cli.evidence import At, Folder, Json, moment_of, open_desk, private_fields
from waarborg.app.cli.signing import Database, Key, Name
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.record.chains import APPROVALS_TO_REDACT, Proposal
from waarborg.record.statement import Statement, StatementRefused, read_statement
from waarborg.store.evidence_desk import EvidenceDesk
from waarborg.store.redaction_desk import Destroyed, RedactionDesk

app = typer.Typer(
    no_args_is_help=True,
    help="Destroy private fields for good: one proposes, two others approve, every proof stays.",
)


def mount(root: typer.Typer) -> None:
    """Add the commands of redaction to the command line."""
    root.add_typer(app, name="redact")


Entry = Annotated[
    int, typer.Argument(help="Number of the entry, as `evidence list` shows it.", metavar="ENTRY")
]
By = Annotated[str, typer.Option("--by", help="Who says so; the entry is signed for them.")]


@app.command("propose")
def propose_command(  # noqa: PLR0913  # what a command takes are its options
    entry: Entry,
    *,
    ground: Annotated[
        str,
        typer.Option(
            "--ground", help="Why, for all to read and for good: name nothing that is to go."
        ),
    ],
    by: By,
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field", help="A private field by name; may be given more than once.", metavar="NAME"
        ),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--class",
            help="All private fields of a class, as sealed; may be given more than once.",
            metavar="CLASS",
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All private fields of the entry.")] = False,
    at: At = None,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Propose to destroy private fields of an entry; nothing is destroyed until two others approve."""
    moment = moment_of("--at", at)
    with _open(out, key, origin, database, moment) as (desk, _):
        statement = desk.statement(entry)
        if statement is None or not statement.digests:
            raise _no_private(entry, statement)
        wanted = _wanted(desk, entry, statement, field or [], kind or [], every=every)
        number = desk.propose(entry, wanted, ground, by, moment)
        _told(desk, number, None, as_json=as_json)


@app.command("approve")
def approve_command(  # noqa: PLR0913  # what a command takes are its options
    proposal: Annotated[int, typer.Argument(help="Number of the proposal.", metavar="ENTRY")],
    *,
    by: By,
    words: Annotated[
        str | None, typer.Option("--words", help="What they say to it, for all to read.")
    ] = None,
    at: At = None,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Approve a proposal; the second approval destroys key, ciphertext and file at once, for good."""
    moment = moment_of("--at", at)
    with _open(out, key, origin, database, moment) as (desk, _):
        found = desk.proposal(proposal)
        if found is None:
            raise _no_proposal(desk, proposal)
        if by == found.statement.author or by in found.approved_by:
            raise _not_another(found, by)
        _told(desk, proposal, desk.approve(found, words, by, moment), as_json=as_json)


@app.command("take")
def take_command(
    file: Annotated[Path, typer.Argument(help="Signed statements, one a line.", metavar="FILE")],
    *,
    at: At = None,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Take proposals and approvals that their authors signed elsewhere, with keys of their own."""
    moment = moment_of("--at", at)
    try:
        leaves = file.read_bytes().split()
    except OSError as error:
        raise _unusable(file, 0, error.strerror or str(error)) from error
    problems = [
        problem for number, leaf in enumerate(leaves, 1) for problem in _unfit(file, number, leaf)
    ]
    if problems:
        raise ProblemsFound(problems)
    if not leaves:
        raise _unusable(file, 0, "an empty file")
    with _open(out, key, origin, database, moment) as (desk, _):
        done = desk.take(leaves, moment)
        _tell_done(desk, done, len(leaves), as_json=as_json)


@app.command("carry-out")
def carry_out_command(
    *,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Destroy what approved redactions name and is still there, as after a backup was put back."""
    with _open(out, key, origin, database) as (desk, _):
        _tell_done(desk, desk.carry_out(), 0, as_json=as_json)


@app.command("list")
def list_command(
    *,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """List the redactions that were proposed, who approved, and which are in effect."""
    with _open(out, key, origin, database) as (desk, _):
        found = desk.chains.proposals()
    if as_json:
        print_json([_plain(each) for each in found])
        return
    for each in found:
        _print(each)
    OUT.print(f"{len(found)} redactions proposed.", markup=False)


@app.command("show")
def show_command(
    entry: Entry,
    *,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Say of every private field of an entry: disclosed, withheld, redacted by which entry, or missing."""
    with _open(out, key, origin, database) as (desk, evidence):
        statement = desk.statement(entry)
        if statement is None or not statement.digests:
            raise _no_private(entry, statement)
        accounts = [each.to_json() for each in evidence.account(entry)]
    if as_json:
        print_json(accounts)
        return
    for each in accounts:
        by = f" by entry {each['by_entry']}" if each["by_entry"] is not None else ""
        shown = "" if each["name"] is None else f": {each['name']} = {each['value']}"
        OUT.print(f"{each['class']} {each['digest']} {each['fate']}{by}{shown}", markup=False)


@contextmanager
def _open(
    out: Path,
    key: Path | None,
    origin: str | None,
    database: str | None,
    at: datetime | None = None,
) -> Iterator[tuple[RedactionDesk, EvidenceDesk]]:
    with open_desk(out, key, origin, database, at) as (record, evidence):
        yield RedactionDesk(record, evidence), evidence


def _wanted(  # the three ways to name a field
    desk: RedactionDesk,
    entry: int,
    statement: Statement,
    fields: list[str],
    kinds: list[str],
    *,
    every: bool,
) -> set[str]:
    """The digests that the options name; each option that names nothing is a problem of its own."""
    names = desk.names(entry)
    known, classes = sorted(names), sorted(statement.digests)
    problems = [
        _unknown("--field", name, f"one of {', '.join(known) or 'none'}")
        for name in fields
        if name not in names
    ]
    problems += [
        _unknown("--class", kind, f"one of {', '.join(classes)}")
        for kind in kinds
        if kind not in statement.digests
    ]
    if not (fields or kinds or every):
        problems.append(_unknown("--field", "nothing", "--field, --class or --all"))
    if problems:
        raise ProblemsFound(problems)
    found = {names[name] for name in fields}
    for kind in statement.digests if every else kinds:
        found.update(statement.digests[kind])
    return found


def _unfit(file: Path, number: int, leaf: bytes) -> Iterator[Problem]:
    try:
        kind = read_statement(leaf).kind
    except StatementRefused as error:
        yield from _unusable(file, number, str(error)).problems
        return
    if kind not in ("redaction", "approval"):
        yield from _unusable(file, number, f"a {kind}").problems


def _told(desk: RedactionDesk, place: int, done: Destroyed | None, *, as_json: bool) -> None:
    found = desk.proposal(place)
    if found is None:
        raise AssertionError("the proposal was just recorded")
    if as_json:
        print_json(_plain(found) | ({} if done is None else {"destroyed": _plain_done(done)}))
        return
    _print(found)
    if done is not None and found.in_effect:
        _print_done(done)


def _tell_done(desk: RedactionDesk, done: Destroyed, taken: int, *, as_json: bool) -> None:
    if as_json:
        proposals = [_plain(each) for each in desk.chains.proposals()]
        print_json({"taken": taken, "destroyed": _plain_done(done), "proposals": proposals})
        return
    if taken:
        OUT.print(f"{taken} statements taken.", markup=False)
    _print_done(done)


def _plain(each: Proposal) -> dict[str, Any]:
    return {
        "proposal": each.place,
        "entry": each.statement.body["entry"],
        "digests": list(each.statement.body["digests"]),
        "ground": each.statement.body["ground"],
        "proposed_by": each.statement.author,
        "approved_by": list(each.approved_by),
        "in_effect": each.in_effect,
    }


def _plain_done(done: Destroyed) -> dict[str, Any]:
    fields = [{"entry": entry, "digests": each} for entry, each in sorted(done.fields.items())]
    return {"fields": fields, "files": done.files}


def _print(each: Proposal) -> None:
    body, wanting = each.statement.body, APPROVALS_TO_REDACT - len(each.approved_by)
    state = "in effect" if each.in_effect else f"{wanting} more to approve"
    OUT.print(
        f"Redaction {each.place}: {private_fields(len(body['digests']))} of entry {body['entry']}, {state}",
        markup=False,
    )
    OUT.print(f"  proposed by {each.statement.author}: {body['ground']}", markup=False)
    if each.approved_by:
        OUT.print(f"  approved by {', '.join(each.approved_by)}", markup=False)


def _print_done(done: Destroyed) -> None:
    count = sum(map(len, done.fields.values()))
    OUT.print(
        f"Destroyed now: {private_fields(count)}, key and ciphertext; {done.files} files. Backups of "
        "operator/vault.db and operator/evidence, if you keep any, are yours to destroy.",
        markup=False,
    )


def _no_private(entry: int, statement: Statement | None) -> ProblemsFound:
    found = "no such entry" if statement is None else f"a {statement.kind} without private fields"
    return ProblemsFound(
        [
            Problem(
                f"entry {entry}", 0, "RED-001", "there is nothing private in this entry",
                "an entry with private fields", found,
                "`waarborg evidence list` shows the entries of evidence",
            )
        ]
    )  # fmt: skip


def _unknown(option: str, found: str, expected: str) -> Problem:
    return Problem(
        option, 0, "RED-002", "this names no private field that can be redacted", expected, found,
        "`waarborg redact show ENTRY` lists the private fields; a sealed one has no name here, use --class sealed",
    )  # fmt: skip


def _no_proposal(desk: RedactionDesk, place: int) -> ProblemsFound:
    known = ", ".join(str(each.place) for each in desk.chains.proposals()) or "none was proposed"
    return ProblemsFound(
        [
            Problem(
                f"entry {place}", 0, "RED-003", "no redaction is proposed there",
                f"the number of a proposal: {known}", str(place),
                "`waarborg redact list` shows the proposals",
            )
        ]
    )  # fmt: skip


def _not_another(found: Proposal, by: str) -> ProblemsFound:
    what = "proposed it" if by == found.statement.author else "approved already"
    return ProblemsFound(
        [
            Problem(
                f"entry {found.place}", 0, "RED-004", "this approval would not count",
                "somebody who neither proposed it nor approved it yet", f"{by}, who {what}",
                "two others have to approve: ask another person",
            )
        ]
    )  # fmt: skip


def _unusable(file: Path, number: int, found: str) -> ProblemsFound:
    return ProblemsFound(
        [
            Problem(
                str(file), number, "RED-005", "this is no signed proposal or approval",
                "statements of the kind redaction or approval, one a line", found,
                "hand in what their authors signed; other statements go through `waarborg determine --signed`",
            )
        ]
    )  # fmt: skip
