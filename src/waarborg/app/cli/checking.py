"""`verify`: nobody has to believe the operator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from waarborg.app.cli.desk import ERR, OUT, open_inputs, print_json, steps, tell_failure
from waarborg.app.cli.evidence import private_fields
from waarborg.app.cli.exits import Exit
from waarborg.app.cli.witnessing import open_source
from waarborg.app.services.derive import STEPS
from waarborg.app.services.logbook import holds_mission
from waarborg.app.wiring.beside import beside
from waarborg.app.wiring.run import MANY
from waarborg.app.wiring.verification import check_published, repeat, repeat_proofs
from waarborg.base.problems import ProblemsFound
from waarborg.base.times import format_instant
from waarborg.record.chains import Chains, replay
from waarborg.record.checkpoint import read_checkpoint
from waarborg.record.cosignatures import check_cosignatures
from waarborg.record.demonstration import demonstration_seed
from waarborg.record.failure import VerificationFailure
from waarborg.record.journal import Journal
from waarborg.record.note import NoteRefused, Verifier
from waarborg.record.policy import Policy, read_policy
from waarborg.record.scribe import is_derived
from waarborg.record.source import RecordSource, entries, signed_checkpoint
from waarborg.record.statement import StatementRefused
from waarborg.record.verify import verify, verify_signature
from waarborg.record.verify_since import verify_since
from waarborg.store.mission_record import read_journal
from waarborg.store.out_folder import read_file
from waarborg.store.record_folder import FolderSource


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("verify")(verify_command)


def verify_command(
    record: Annotated[
        str,
        typer.Argument(help="Record: a folder, as out/record, or a web address.", metavar="RECORD"),
    ],
    *,
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
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            help="Your policy, a tlog-policy file: whose signatures and cosignatures you ask for.",
            metavar="FILE",
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since",
            help="A checkpoint you verified before: check that the record extends it, and only "
            "what is new. Derives no figures.",
            metavar="CHECKPOINT",
        ),
    ] = None,
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
        keys, source = read_keys(key or []), open_source(record)
        with steps(len(STEPS) + 2, quiet=as_json) as announce:
            announce("hash")
            told = _check_since(source, keys, since) if since else verify(source, keys).to_json()
            if policy:
                statuses = check_cosignatures(source, _policy(policy))
                told["witnesses"] = [status.to_json() for status in statuses]
            if not since:
                told |= _check_contents(source, announce, record_only=record_only)
    except VerificationFailure as failure:
        tell_failure(failure, as_json=as_json)
        raise typer.Exit(Exit.NOT_VERIFIED) from None

    if as_json:
        print_json(told)
    else:
        _tell(told)


def _check_since(source: RecordSource, keys: list[Verifier], since: Path) -> dict[str, Any]:
    """Check only what is new since a checkpoint that the caller verified before."""
    try:
        seen, _ = read_checkpoint(since.read_bytes())
    except (OSError, NoteRefused) as error:
        raise typer.BadParameter(f"--since: {error}") from error
    now, signer, identity, demonstration = verify_signature(source, keys)
    checked = verify_since(source, seen, now)
    return {
        "holds": True,
        "origin": now.origin,
        "size": now.size,
        "root": now.root.hex(),
        "signer": signer.vkey,
        "identity": identity,
        "demonstration": demonstration,
        "entries": checked,
        "blobs": 0,
        "since": seen.size,
    }


def _check_contents(
    source: RecordSource, announce: Callable[[str], None], *, record_only: bool
) -> dict[str, Any]:
    """What the entries say: signed statements are replayed, figures derived again.

    Signatures are checked in a second process while the figures are derived; what is wrong with a
    signature or a chain is told before what is wrong with a figure.
    """
    signed = signed_checkpoint(source)[0]
    leaves = list(entries(source, signed.size))
    with beside(lambda: replay(leaves, signed.origin), wanted=len(leaves) >= MANY) as replayed:
        again: dict[str, Any] = {}
        try:
            journal = read_journal(source, Chains())
            if not record_only:
                again = {"proofs_repeated": repeat_proofs(journal, announce)}
            if not record_only and holds_mission(journal):
                again |= {"derivation": _derive_again(source, journal, announce)}
        except (VerificationFailure, StatementRefused):
            replayed.result()
            raise
        chains = replayed.result()
    return {
        "statements": chains.size,
        "authors": _authors(chains),
        "redactions": _redactions(chains),
        **again,
    }


def _derive_again(
    source: RecordSource, journal: Journal, announce: Callable[[str], None]
) -> dict[str, Any]:
    derivation, files = repeat(journal, open_inputs, announce)
    beside_it: dict[str, bytes | None] = {}
    if isinstance(source, FolderSource):
        folder = source.folder.resolve().parent
        beside_it = {row["path"]: read_file(folder / row["path"]) for row in derivation.files}
    published = any(content is not None for content in beside_it.values())
    if published:
        check_published(derivation, beside_it, files)
    return {
        "entry": derivation.seq,
        "as_of": format_instant(derivation.as_of),
        "known_at": format_instant(derivation.known_at),
        "files_derived_again": len(files),
        "published_files_compared": len(files) if published else 0,
    }


def _redactions(chains: Chains) -> list[dict[str, Any]]:
    """Which private fields are gone with two approvals, and by which entry."""
    return [
        {"entry": entry, "digest": digest, "by_entry": by}
        for entry, digests in sorted(chains.redacted.items())
        for digest, by in sorted(digests.items())
    ]


def _authors(chains: Chains) -> list[dict[str, Any]]:
    """Who signed, how many statements, and whether with a key that anyone can work out."""
    secret = demonstration_seed(chains.origin)
    anyones = {name for name, public in chains.keys.values() if is_derived(public, secret, name)}
    return [
        {"name": name, "statements": seq + 1, "demonstration": name in anyones}
        for name, (seq, _) in sorted(chains.heads.items())
    ]


def _tell(told: dict[str, Any]) -> None:
    OUT.print("VERIFIED", style="bold green")
    OUT.print(
        f"{told['entries']:,} entries and {told['blobs']:,} blobs hashed again.", markup=False
    )
    OUT.print(f"Root {told['root']} of {told['origin']}, {told['identity']}.", markup=False)
    if "since" in told:
        OUT.print(
            f"It extends the checkpoint of {told['since']:,} entries; the earlier ones were not "
            "read.",
            markup=False,
        )
    if "statements" in told:
        _tell_authors(told["statements"], told["authors"])
    gone = Counter((each["entry"], each["by_entry"]) for each in told.get("redactions", ()))
    for (entry, by), count in sorted(gone.items()):
        OUT.print(f"Entry {entry}: {private_fields(count)} redacted by entry {by}.", markup=False)
    for witness in told.get("witnesses", ()):
        at = witness["cosigned_at"]
        said = "silent" if at is None else f"cosigned at {_moment(at)} by its own clock"
        OUT.print(f"Witness {witness['name']}: {said}.", markup=False)
    if told.get("proofs_repeated"):
        many = told["proofs_repeated"]
        proofs = "1 proof" if many == 1 else f"{many:,} proofs"
        OUT.print(f"{proofs} asked again from the record, the same to the byte.", markup=False)
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


def _tell_authors(statements: int, authors: list[dict[str, Any]]) -> None:
    own = [each["name"] for each in authors if not each["demonstration"]]
    who = "1 author" if len(authors) == 1 else f"{len(authors)} authors"
    OUT.print(f"{statements:,} statements signed by {who}, no chain with a gap.", markup=False)
    if own:
        OUT.print(
            f"With keys that cannot be worked out from the log's name: {', '.join(own)}. Whether they hold "
            "them, or the operator does, no record shows: ask them for their key.",
            markup=False,
        )
    if len(own) < len(authors):
        OUT.print(
            f"{len(authors) - len(own)} signed with demonstration keys, which anyone can work out.",
            markup=False,
        )


def _moment(seconds: int) -> str:
    return format_instant(datetime.fromtimestamp(seconds, UTC))


def _policy(path: Path) -> Policy:
    try:
        return read_policy(path.read_bytes(), str(path))
    except OSError as error:
        raise typer.BadParameter(f"--policy: {error}") from error
    except ProblemsFound as problems:
        ERR.print(str(problems), markup=False)
        raise typer.Exit(Exit.REFUSED) from None


def read_keys(vkeys: list[str]) -> list[Verifier]:
    """The keys that --vkey names."""
    try:
        return [Verifier.parse(vkey) for vkey in vkeys]
    except NoteRefused as error:
        raise typer.BadParameter(f"--vkey: {error}") from error
