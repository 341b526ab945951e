"""`witness`, `mirror`, `receipt`, `fraud-proof`: what parties and guarantors run for themselves."""

from __future__ import annotations

import json
import os
import secrets
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from waarborg.app.cli.desk import ERR, OUT, print_json
from waarborg.app.cli.exits import Exit
from waarborg.app.services.witness_service import WitnessSilent, ask_witness, witness_server
from waarborg.app.wiring.record_bundle import export
from waarborg.base.problems import ProblemsFound
from waarborg.base.times import format_instant
from waarborg.record.cosignatures import add_cosignatures, check_cosignatures
from waarborg.record.failure import VerificationFailure
from waarborg.record.fraud import NoFraud, check_fraud, prove_fraud
from waarborg.record.note import COSIGNATURE, NoteRefused, Signature, Signer, Verifier
from waarborg.record.policy import read_policy
from waarborg.record.receipt import Receipt, ReceiptRefused, make_receipt
from waarborg.record.source import CHECKPOINT, RecordSource, read_tile, signed_checkpoint
from waarborg.record.tiles import bundle_path, decode_bundle, node_reader
from waarborg.store.record_folder import FolderSource, write_files
from waarborg.store.record_http import HttpSource
from waarborg.store.record_mirror import mirror
from waarborg.store.witness_book import WitnessBook, WitnessBookLost

Json = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]
Vkeys = Annotated[
    list[str],
    typer.Option(
        "--vkey", help="Key of the log, as NAME+HASH+KEY; may be repeated.", metavar="VKEY"
    ),
]
Record = Annotated[str, typer.Argument(help="Record: a folder or a web address.", metavar="RECORD")]

_witness = typer.Typer(help="Watch a log for one party or guarantor, and cosign it.")
_KEY, _LOGS = "witness.key", "logs"


def mount(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(_witness, name="witness")
    app.command("cosign")(cosign_command)
    app.command("mirror")(mirror_command)
    app.command("export")(export_command)
    app.command("receipt")(receipt_command)
    app.command("check-receipt")(check_receipt_command)
    app.command("fraud-proof")(fraud_command)
    app.command("stamp")(stamp_command)


@_witness.command("init")
def witness_init(
    folder: Annotated[Path, typer.Argument(help="New folder of the witness.", metavar="FOLDER")],
    name: Annotated[
        str, typer.Option("--name", help="Name of the witness, as a web address without scheme.")
    ],
    log: Vkeys,
) -> None:
    """Make a witness: a new key, and an empty memory that must never be restored from a backup."""
    keys = _keys(log)
    folder.mkdir(parents=True, exist_ok=True)
    seed = secrets.token_bytes(32)
    try:
        signer = Signer(name, seed, COSIGNATURE)
        WitnessBook.begin(folder)
        handle = os.open(folder / _KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (WitnessBookLost, NoteRefused, FileExistsError) as error:
        ERR.print(str(error), markup=False)
        raise typer.Exit(Exit.REFUSED) from None
    with os.fdopen(handle, "w") as file:
        file.write(f"{name}\n{seed.hex()}\n")
    (folder / _LOGS).write_text("".join(f"{key.vkey}\n" for key in keys))
    OUT.print(signer.verifier.vkey, markup=False)


@_witness.command("serve")
def witness_serve(
    folder: Annotated[Path, typer.Argument(help="Folder of the witness.", metavar="FOLDER")],
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = 0,
) -> None:
    """Answer logs that ask for a cosignature, until the process is stopped."""
    try:
        name, seed = (folder / _KEY).read_text().split()
        keys = _keys((folder / _LOGS).read_text().split())
        logs = {key.name: [each for each in keys if each.name == key.name] for key in keys}
        book = WitnessBook(folder, Signer(name, bytes.fromhex(seed), COSIGNATURE), logs)
    except (OSError, ValueError, WitnessBookLost, VerificationFailure) as error:
        ERR.print(f"{folder}: {error}", markup=False)
        raise typer.Exit(Exit.REFUSED) from None
    server = witness_server(book, (host, port), lambda: time.time_ns() // 10**9)
    OUT.print(f"{name} listens on http://{host}:{server.server_port}", markup=False)
    try:
        server.serve_forever()
    finally:
        server.server_close()
        book.close()


@_witness.command("evidence")
def witness_evidence(
    folder: Annotated[Path, typer.Argument(help="Folder of the witness.", metavar="FOLDER")],
) -> None:
    """Print the requests that were kept because their log signed something inconsistent."""
    try:
        book = WitnessBook(folder, Signer("evidence", bytes(32), COSIGNATURE), {})
    except (WitnessBookLost, VerificationFailure) as error:
        ERR.print(f"{folder}: {error}", markup=False)
        raise typer.Exit(Exit.REFUSED) from None
    for request in book.evidence():
        OUT.print(request.decode(), markup=False)
    book.close()


def cosign_command(
    folder: Annotated[Path, typer.Argument(help="Record folder.", metavar="RECORD")],
    policy: Annotated[
        Path, typer.Option("--policy", help="Policy whose witnesses, with addresses, are asked.")
    ],
) -> None:
    """Ask the witnesses of a policy to cosign a record's checkpoint, and keep what they say.

    A witness that is silent is named, and asked again the next time.
    """
    try:
        rules = read_policy(policy.read_bytes(), str(policy))
        source = FolderSource(folder)
        checkpoint, note = signed_checkpoint(source)
    except ProblemsFound as problems:
        ERR.print(str(problems), markup=False)
        raise typer.Exit(Exit.REFUSED) from None
    except VerificationFailure as failure:
        _tell_failure(failure, as_json=False)
        raise typer.Exit(Exit.NOT_VERIFIED) from None
    node = node_reader(partial(read_tile, source), checkpoint.size)
    lines: list[Signature] = []
    for name in sorted(rules.witnesses.keys() & rules.addresses.keys()):
        try:
            lines += ask_witness(rules.addresses[name], note.encode(), node)
        except WitnessSilent as silence:
            ERR.print(f"Witness {name}: {silence}", markup=False)
    whole = add_cosignatures(note, lines, rules.witnesses.values())
    write_files(folder, [(CHECKPOINT, whole.encode())])
    try:
        for status in check_cosignatures(FolderSource(folder), rules):
            said = "silent" if status.at is None else "cosigned"
            OUT.print(f"Witness {status.name}: {said}.", markup=False)
    except VerificationFailure as failure:
        _tell_failure(failure, as_json=False)
        raise typer.Exit(Exit.NOT_VERIFIED) from None


def mirror_command(
    record: Record,
    folder: Annotated[Path, typer.Argument(help="Folder of the copy.", metavar="FOLDER")],
    vkey: Vkeys,
    *,
    as_json: Json = False,
) -> None:
    """Keep a full copy of a record; refuse to follow when its history was rewritten."""
    try:
        checkpoint, checked = mirror(open_source(record), folder, _keys(vkey))
    except VerificationFailure as failure:
        _tell_failure(failure, as_json=as_json)
        raise typer.Exit(Exit.NOT_VERIFIED) from None
    told = {"origin": checkpoint.origin, "size": checkpoint.size, "checked": checked}
    if as_json:
        print_json(told)
    else:
        OUT.print(f"{checkpoint.size:,} entries of {checkpoint.origin}, {checked:,} checked now.")


def export_command(
    record: Record,
    folder: Annotated[Path, typer.Argument(help="Folder of the bundle.", metavar="FOLDER")],
    vkey: Annotated[
        list[str] | None,
        typer.Option("--vkey", help="Key of the log, as NAME+HASH+KEY; may be repeated."),
    ] = None,
) -> None:
    """Write a bundle that anyone can check offline: the record, a verifier in one file, a page."""
    try:
        checkpoint = export(open_source(record), folder, _keys(vkey or []))
    except VerificationFailure as failure:
        _tell_failure(failure, as_json=False)
        raise typer.Exit(Exit.NOT_VERIFIED) from None
    OUT.print(f"{checkpoint.size:,} entries of {checkpoint.origin} in {folder}", markup=False)


def receipt_command(
    record: Record,
    place: Annotated[int, typer.Argument(help="Place of the entry, from 0.", metavar="PLACE")],
    out: Annotated[Path, typer.Option("--out", help="File to write to.", metavar="FILE")],
) -> None:
    """Write the receipt of an entry: proof, offline and for good, that it is in the log."""
    source = open_source(record)
    checkpoint, note = signed_checkpoint(source)
    if not 0 <= place < checkpoint.size:
        raise typer.BadParameter(f"there is no entry {place} in a log of {checkpoint.size}")
    node = node_reader(partial(read_tile, source), checkpoint.size)
    receipt = make_receipt(place, checkpoint.size, node, note.encode())
    out.write_bytes(receipt.encode())
    number, within = divmod(place, 256)
    width = min(256, checkpoint.size - number * 256)
    bundle = decode_bundle(source.read(bundle_path(number, width)) or b"")
    out.with_suffix(out.suffix + ".entry").write_bytes(bundle[within])


def check_receipt_command(
    receipt: Annotated[Path, typer.Argument(help="The receipt, a .tlog-proof file.")],
    entry: Annotated[Path, typer.Argument(help="The entry's bytes.")],
    policy: Annotated[Path, typer.Option("--policy", help="Your policy: a tlog-policy file.")],
) -> None:
    """Check a receipt offline, against the bytes handed in and one's own policy."""
    try:
        rules = read_policy(policy.read_bytes(), policy.name)
        proof = Receipt.parse(receipt.read_bytes())
        checkpoint = proof.verify(entry.read_bytes(), rules)
    except ProblemsFound as problems:
        ERR.print(str(problems), markup=False)
        raise typer.Exit(Exit.REFUSED) from None
    except ReceiptRefused as error:
        ERR.print(f"NOT SHOWN: {error}", markup=False)
        raise typer.Exit(Exit.NOT_VERIFIED) from None
    OUT.print(
        f"Entry {proof.index} is in {checkpoint.origin}, among its first {checkpoint.size:,}.",
        markup=False,
    )


def fraud_command(
    one: Annotated[str, typer.Argument(help="A checkpoint file, or a record folder or address.")],
    other: Annotated[str, typer.Argument(help="Another of the same log.")],
    vkey: Vkeys,
    out: Annotated[Path | None, typer.Option("--out", help="Write the proof to this file.")] = None,
) -> None:
    """Prove from two checkpoints that a log signed two histories.

    For two sizes the larger one must be a record, not a checkpoint file alone.
    """
    try:
        first, second = _head(one), _head(other)
        proof, words = _prove(first, second, _keys(vkey))
    except NoFraud as error:
        OUT.print(f"No fraud shown: {error}.", markup=False)
        raise typer.Exit(Exit.REFUSED) from None
    if out:
        out.write_text(json.dumps(proof, indent=1, sort_keys=True) + "\n")
    OUT.print(f"PROVED: {words}.", markup=False)


def stamp_command(
    checkpoint: Annotated[Path, typer.Argument(help="A checkpoint file, as record/checkpoint.")],
    request: Annotated[
        Path | None, typer.Option("--request", help="Write what to send to an authority here.")
    ] = None,
    answer: Annotated[
        Path | None, typer.Option("--answer", help="Check what the authority sent back.")
    ] = None,
    roots: Annotated[
        Path | None, typer.Option("--roots", help="Certificates you trust for that, PEM.")
    ] = None,
) -> None:
    """Have a time-stamping authority (RFC 3161) confirm that a checkpoint existed.

    Writes a request to send with any client, or checks the answer. Opens no connection.
    """
    try:
        from waarborg.app.services.time_stamps import (  # noqa: PLC0415  # an extra
            StampRefused,
            check_stamp,
            stamp_request,
        )
    except ImportError:
        ERR.print("Time stamps need the extra: install waarborg[stamps].", markup=False)
        raise typer.Exit(Exit.USAGE) from None
    data = checkpoint.read_bytes()
    if request is not None:
        request.write_bytes(stamp_request(data))
    if answer is None:
        return
    if roots is None:
        raise typer.BadParameter("--answer needs --roots")
    try:
        seen = check_stamp(answer.read_bytes(), data, roots.read_bytes())
    except StampRefused as error:
        ERR.print(f"NOT SHOWN: {error}", markup=False)
        raise typer.Exit(Exit.NOT_VERIFIED) from None
    when = format_instant(datetime.fromtimestamp(seen.at, UTC))
    OUT.print(f"{seen.size:,} entries existed before {when}, says {seen.by}.", markup=False)


def open_source(place: str) -> RecordSource:
    """A record by its web address or folder; a bundle, or the output of a run, holds one."""
    if place.startswith(("http://", "https://")):
        return HttpSource(place)
    folder = Path(place)
    inside = folder / "record"
    if not (folder / CHECKPOINT).exists() and (inside / CHECKPOINT).exists():
        folder = inside
    return FolderSource(folder)


def _prove(
    first: tuple[bytes, RecordSource | None],
    second: tuple[bytes, RecordSource | None],
    keys: list[Verifier],
) -> tuple[dict[str, Any], str]:
    """The proof with the tiles of either record, whichever shows it."""
    told = NoFraud("nothing to compare")
    for _, source in (second, first):
        node = None
        if source is not None:
            size = signed_checkpoint(source)[0].size
            node = node_reader(partial(read_tile, source), size)
        try:
            proof = prove_fraud(first[0], second[0], node)
            return proof, check_fraud(proof, keys)
        except (NoFraud, ValueError) as error:
            told = NoFraud(str(error))
    raise told


def _head(place: str) -> tuple[bytes, RecordSource | None]:
    path = Path(place)
    if path.is_file():
        return path.read_bytes(), None
    source = open_source(place)
    data = source.read(CHECKPOINT)
    if data is None:
        raise typer.BadParameter(f"{place} holds no checkpoint")
    return data, source


def _keys(vkeys: list[str]) -> list[Verifier]:
    try:
        return [Verifier.parse(vkey) for vkey in vkeys]
    except NoteRefused as error:
        raise typer.BadParameter(f"--vkey: {error}") from error


def _tell_failure(failure: VerificationFailure, *, as_json: bool) -> None:
    if as_json:
        print_json({"holds": False} | failure.to_json())
    else:
        ERR.print(str(failure), markup=False)
