"""`evidence`: photographs, video and papers taken in, handed on, checked; what they tell kept concealed."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from waarborg.app.cli.desk import ERR, OUT, print_json
from waarborg.app.cli.signing import Database, Key, Name, signing
from waarborg.app.services.evidence_words import (
    LOOKED,
    Near,
    looks_like,
    near,
    near_item,
    said_of_itself,
)
from waarborg.app.services.looking import can_look, look_at
from waarborg.app.services.photo import NoPhoto, exif_as_found, without_metadata
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import format_instant, parse_instant
from waarborg.store.evidence_desk import EvidenceDesk, Item, as_stream
from waarborg.store.mission_record import MissionRecord

app = typer.Typer(
    no_args_is_help=True,
    help="Take files in as evidence, say who held them, check that they are unchanged.",
)
_HEAD = 1 << 18
"""How much of a photograph is looked at for what the camera wrote."""


def mount(root: typer.Typer) -> None:
    """Add the commands of evidence to the command line."""
    root.add_typer(app, name="evidence")


Folder = Annotated[Path, typer.Option("--out", help="Output folder of a run.", metavar="FOLDER")]
Evidence = Annotated[
    str, typer.Argument(help="Hash of the evidence, or its beginning.", metavar="HASH")
]
At = Annotated[
    str | None,
    typer.Option("--at", help="When: an instant with offset. Default: now.", metavar="T"),
]
Readers = Annotated[
    list[str] | None,
    typer.Option(
        "--sealed-to",
        help="X25519 public key, in hexadecimal, of one who may read what the camera wrote; may be given "
        "more than once. Without it that is not recorded apart from the file.",
        metavar="KEY",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]


@app.command("add")
def add_command(  # noqa: PLR0913  # what a command takes are its options
    file: Annotated[Path, typer.Argument(help="The file, of any size.", metavar="FILE")],
    *,
    collector: Annotated[
        str, typer.Option("--collector", help="Who collected it; concealed.", metavar="NAME")
    ],
    source: Annotated[
        str, typer.Option("--source", help="Where it comes from; concealed.", metavar="WORDS")
    ],
    collected_at: Annotated[
        str | None,
        typer.Option(
            "--collected-at",
            help="When it was collected, an instant with offset; concealed.",
            metavar="T",
        ),
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", help="Where; concealed.", metavar="WORDS")
    ] = None,
    device: Annotated[
        str | None, typer.Option("--device", help="With what; concealed.", metavar="WORDS")
    ] = None,
    risk: Annotated[
        str | None,
        typer.Option("--risk", help="Whom it may put in danger; concealed.", metavar="WORDS"),
    ] = None,
    legal_basis: Annotated[
        str | None,
        typer.Option("--legal-basis", help="Consent or other ground; concealed.", metavar="WORDS"),
    ] = None,
    media_type: Annotated[
        str | None,
        typer.Option("--media-type", help="As video/mp4. Default: by the name.", metavar="TYPE"),
    ] = None,
    sealed_to: Readers = None,
    at: At = None,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Take a file in as evidence.

    The file goes to OUT/operator/evidence under a name that tells nothing, piece by piece, and is never
    changed. The record says that it is held; everything else about it is concealed by class. What a
    file says of its own making (C2PA) is kept as information, and evidence that it looks like is named.
    """
    recorded = moment_of("--at", at)
    found: dict[str, Any] = {
        "original_name": file.name,
        "collector": collector,
        "source": source,
        "clock": "the clock of whoever collected it, as they say",
    }
    if collected_at is not None:
        found["collected_at"] = format_instant(moment_of("--collected-at", collected_at))
    more = {"place": place, "device": device, "risk": risk, "legal_basis": legal_basis}
    found |= {name: value for name, value in more.items() if value is not None}
    readers = _readers(sealed_to)
    with _opened(file) as stream:
        exif = exif_as_found(stream.read(_HEAD))
        if exif and readers:
            found["exif"] = exif
        stream.seek(0)
        kind = _type_of(file, media_type)
        if can_look():
            found |= look_at(file, kind)
        else:
            ERR.print(
                "Not looked at: near-duplicate hints and content credentials need the extra "
                "waarborg[evidence].",
                markup=False,
            )
        with open_desk(out, key, origin, database, recorded) as (record, desk):
            place_of = desk.take(stream, kind, found, recorded, readers)
            record.publish()
            _told(desk, place_of, as_json=as_json)


@app.command("near")
def near_command(
    file: Annotated[Path, typer.Argument(help="A picture.", metavar="FILE")],
    *,
    media_type: Annotated[
        str | None,
        typer.Option("--media-type", help="As image/jpeg. Default: by the name.", metavar="TYPE"),
    ] = None,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Name the evidence that a picture looks like, without taking it in: a hint and no proof."""
    if not can_look():
        problem = Problem(
            "evidence near",
            0,
            "EVI-004",
            "pictures cannot be compared here",
            "Pillow and c2pa-python, which the extra `evidence` brings",
            "at least one of them is missing",
            "install waarborg[evidence]",
        )
        raise ProblemsFound([problem])
    _opened_once(file)
    seen = look_at(file, _type_of(file, media_type))
    hint = seen["near_duplicate_hint"]
    with open_desk(out, key, origin, database) as (_, desk):
        found = near(hint["hash"], desk.items()) if "hash" in hint else []
    if as_json:
        print_json({**seen, "near": [each.to_json() for each in found]})
        return
    for line in (*said_of_itself(seen), *looks_like(found)):
        OUT.print(line, markup=False)
    if "hash" in hint:
        OUT.print(f"{len(found)} pieces of evidence look like it.", markup=False)


@app.command("working-copy")
def copy_command(
    evidence: Evidence,
    *,
    at: At = None,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Make a copy of a photograph without what the camera wrote into it; the original stays as it is."""
    recorded = moment_of("--at", at)
    with open_desk(out, key, origin, database, recorded) as (record, desk):
        item, file = desk.original(evidence)
        found = {"source": f"copy without metadata of {item.hash}"}
        try:
            with file:
                stream = as_stream(without_metadata(file))
                media_type = str(item.body["media_type"])
                place = desk.take(stream, media_type, found, recorded, (), item.hash)
        except NoPhoto as error:
            problem = Problem(
                item.hash,
                0,
                "EVI-001",
                str(error),
                "a JPEG photograph",
                str(item.body["media_type"]),
                "make the copy with a program for this type, and add it with --media-type",
            )
            raise ProblemsFound([problem]) from None
        record.publish()
        _told(desk, place, as_json=as_json)


@app.command("hand-over")
def hand_over_command(  # noqa: PLR0913  # what a command takes are its options
    evidence: Evidence,
    *,
    giver: Annotated[str, typer.Option("--from", help="Who gave it; concealed.", metavar="NAME")],
    taker: Annotated[str, typer.Option("--to", help="Who took it; concealed.", metavar="NAME")],
    purpose: Annotated[str, typer.Option("--purpose", help="Why, for all to read.")],
    at: At = None,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Say on the record that a piece of evidence changed hands."""
    moment = moment_of("--at", at)
    with open_desk(out, key, origin, database, moment) as (record, desk):
        item, file = desk.original(evidence)
        file.close()
        desk.hand_over(item.hash, purpose, giver, taker, moment, moment)
        record.publish()
        _told(desk, item.place, as_json=as_json)


@app.command("list")
def list_command(
    *,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """List the evidence with what the desk's keys open, and every change of hands."""
    with open_desk(out, key, origin, database) as (_, desk):
        items = desk.items()
    if as_json:
        print_json([_plain(item, near_item(item, items)) for item in items])
        return
    for item in items:
        _print(item, near_item(item, items))
    OUT.print(f"{len(items)} pieces of evidence.", markup=False)


@app.command("check")
def check_command(
    *,
    out: Folder = Path("out"),
    key: Key = None,
    origin: Name = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Hash every file of evidence again, and compare it with what was said when it was taken in."""
    with open_desk(out, key, origin, database) as (_, desk):
        checked = [(item.hash, held.bytes) for item, held in desk.check()]
    total = sum(count for _, count in checked)
    if as_json:
        print_json({"checked": len(checked), "bytes": total})
    else:
        OUT.print(f"{len(checked)} files, {total:,} bytes: as they were taken in.", markup=False)


@contextmanager
def open_desk(
    out: Path,
    key: Path | None,
    origin: str | None,
    database: str | None = None,
    at: datetime | None = None,
) -> Iterator[tuple[MissionRecord, EvidenceDesk]]:
    """The record of an output folder and its evidence desk, open for writing.

    Args:
        out: The output folder.
        key: File of the key that signs.
        origin: Name of the log.
        database: URL of the database that the record lies in, if not in the folder.
        at: When what comes in is to be recorded.

    Raises:
        ProblemsFound: EVI-002 when no record lies there, CLI-007 when the record is past that time.
    """
    begun = MissionRecord.origin_of(out)
    if begun is None:
        problem = Problem(
            str(out), 0, "EVI-002", "no record lies here",
            "the output folder of `waarborg run`, with operator/ in it", "none",
            "run `waarborg run MISSION --out FOLDER` first, or name its folder with --out",
        )  # fmt: skip
        raise ProblemsFound([problem])
    name, secret = signing(begun, key, origin or begun)
    with MissionRecord.open(out, name, secret, database) as record:
        _refuse_past(record, at)
        desk = EvidenceDesk(record, secret)
        try:
            yield record, desk
        finally:
            desk.close()


def _refuse_past(record: MissionRecord, at: datetime | None) -> None:
    """Time marks never go back: told before a file is stored, not after."""
    marked = record.journal.chains.recorded
    if at is not None and marked is not None and at < marked:
        problem = Problem(
            "--at", 0, "CLI-007", "the record is past this time already",
            f"{format_instant(marked)}, its last time mark, or later", format_instant(at),
            "leave --at away to record it now, or name a later time; nothing was taken",
        )  # fmt: skip
        raise ProblemsFound([problem])


def _type_of(file: Path, given: str | None) -> str:
    return given or mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def _opened_once(file: Path) -> None:
    with _opened(file):
        return


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    try:
        stream = file.open("rb")
    except OSError as error:
        problem = Problem(
            str(file),
            0,
            "EVI-003",
            "the file cannot be read",
            "a file of evidence",
            error.strerror or str(error),
            "correct the name, or the rights to read it",
        )
        raise ProblemsFound([problem]) from error
    with stream:
        yield stream


def moment_of(option: str, text: str | None) -> datetime:
    """The instant an option names; the clock's, to the second, when it is not given.

    Raises:
        ProblemsFound: CLI-002 when it is no instant.
    """
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  # the edge reads the clock
    try:
        return parse_instant(text)
    except ValueError:
        problem = Problem(
            option,
            0,
            "CLI-002",
            "this is no instant with an offset",
            "as 2026-04-24T20:00:00+03:00",
            text,
            "write the instant with its offset",
        )
        raise ProblemsFound([problem]) from None


def _readers(keys: list[str] | None) -> list[bytes]:
    try:
        found = [bytes.fromhex(key) for key in keys or []]
    except ValueError as error:
        raise typer.BadParameter(f"--sealed-to: {error}") from error
    if any(len(each) != 32 for each in found):
        raise typer.BadParameter("--sealed-to: a key has 32 bytes, in hexadecimal")
    return found


def _told(desk: EvidenceDesk, place: int, *, as_json: bool) -> None:
    items = desk.items()
    item = next(each for each in items if each.place == place)
    found = near_item(item, items)
    if as_json:
        print_json(_plain(item, found))
    else:
        _print(item, found)


def _plain(item: Item, found: list[Near]) -> dict[str, Any]:
    return {
        "entry": item.place,
        "evidence": item.hash,
        "recorded_at": item.recorded_at,
        "public": dict(item.body),
        "concealed": dict(item.fields),
        "custody": [dict(step) for step in item.custody],
        "redacted": [
            {"by_entry": entry, "fields": count} for entry, count in sorted(item.redacted.items())
        ],
        "near": [each.to_json() for each in found],
    }


def _print(item: Item, found: list[Near]) -> None:
    OUT.print(f"Evidence {item.hash}", markup=False)
    OUT.print(
        f"  entry {item.place}, {item.body['role']}, {item.body['media_type']}, in the record by "
        f"{item.recorded_at}",
        markup=False,
    )
    for name, value in sorted(item.fields.items()):
        if name != "file" and name not in LOOKED:
            OUT.print(f"  {name.replace('_', ' ')} (concealed): {value}", markup=False)
    for line in (*said_of_itself(item.fields), *looks_like(found)):
        OUT.print(f"  {line}", markup=False)
    for entry, count in sorted(item.redacted.items()):
        OUT.print(f"  {private_fields(count)}: redacted by entry {entry}", markup=False)
    for step in item.custody:
        hands = f"{step.get('from', 'somebody')} to {step.get('to', 'somebody')}"
        OUT.print(
            f"  handed from {hands} at {step['at']}: {step['purpose']} (entry {step['entry']})",
            markup=False,
        )


def private_fields(count: int) -> str:
    """A number of private fields, in words."""
    return "1 private field" if count == 1 else f"{count} private fields"
