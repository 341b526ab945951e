"""Evidence by command: taken in, concealed, handed on, copied without metadata, checked."""

from __future__ import annotations

import base64
import io
import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from small_mission import CommandResult, Mission
from waarborg.app.services.photo import NoPhoto, exif_as_found, without_metadata
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.record.disclosure import Disclosure
from waarborg.record.sealing import unseal_with
from waarborg.store.evidence_desk import as_stream
from waarborg.store.mission_record import MissionRecord

Command = Callable[..., CommandResult]

AT = ("--at", "2030-04-15T10:00:00+03:00")
CANARY = "the-witness-lives-at-12-Lime-Street"


def segment(marker: int, data: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2, "big") + data


def exif() -> bytes:
    """EXIF data with a model, a moment and a place."""
    gps_at, text_at = 8 + 2 + 12 * 2 + 4, 200
    first = struct.pack("<H", 2)
    first += struct.pack("<HHI", 0x0110, 2, 8) + struct.pack("<I", text_at)
    first += struct.pack("<HHII", 0x8825, 4, 1, gps_at) + struct.pack("<I", 0)
    gps = struct.pack("<H", 2) + struct.pack("<HHI", 1, 2, 2) + b"N\0\0\0"
    gps += struct.pack("<HHII", 2, 5, 3, text_at + 8) + struct.pack("<I", 0)
    raw = (b"II*\0" + struct.pack("<I", 8) + first + gps).ljust(text_at, b"\0")
    return raw + b"Camera1\0" + struct.pack("<6I", 49, 1, 59, 1, 32, 1)


PICTURE = (
    segment(0xDB, b"t" * 64) + segment(0xDA, b"s" * 6) + b"\x01\xff\x00picture" * 9 + b"\xff\xd9"
)
PHOTO = b"\xff\xd8" + segment(0xE1, b"Exif\0\0" + exif()) + segment(0xFE, CANARY.encode()) + PICTURE


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, waarborg: Command) -> Path:
    """The output of a run."""
    base = tmp_path_factory.mktemp("evidence")
    assert waarborg("run", Mission().write(base / "m"), "--out", base / "out").code == 0
    return base / "out"


def add(waarborg: Command, out: Path, file: Path, *more: object) -> dict[str, object]:
    """Take a file in; what the command says of it."""
    given = (
        "--collector",
        CANARY,
        "--source",
        "handed in at the gate",
        "--out",
        out,
        "--json",
        *AT,
    )
    done = waarborg("evidence", "add", file, *given, *more)
    assert done.code == 0, done.out + done.err
    found: dict[str, object] = json.loads(done.out)
    return found


def test_evidence_goes_all_its_way(waarborg: Command, run: Path, tmp_path: Path) -> None:
    """Added, handed over, listed, checked; the record holds, and nothing concealed lies open in it."""
    photo = tmp_path / "shell.jpg"
    photo.write_bytes(PHOTO)
    reader = X25519PrivateKey.from_private_bytes(b"r" * 32)
    sealed = ("--sealed-to", reader.public_key().public_bytes_raw().hex())
    at = ("--collected-at", "2030-04-12T10:00:00+03:00", "--place", "Norvik", "--device", "phone")
    taken = add(waarborg, run, photo, *sealed, *at)
    assert taken["public"] == {"media_type": "image/jpeg", "role": "original"}
    concealed = dict(taken["concealed"])  # type: ignore[call-overload]  # JSON
    assert concealed["bytes"] == len(PHOTO)
    assert (concealed["collector"], concealed["place"]) == (CANARY, "Norvik")
    assert "exif" not in concealed
    hands = (*AT, "--from", "A. Monitor", "--to", "B. Analyst", "--purpose", "analysis")
    over = waarborg("evidence", "hand-over", str(taken["evidence"])[:12], *hands, "--out", run)
    assert over.code == 0, over.err
    assert "handed from A. Monitor to B. Analyst at " in over.out
    copy = waarborg("evidence", "working-copy", taken["evidence"], *AT, "--out", run, "--json")
    assert json.loads(copy.out)["public"]["copy_of"] == taken["evidence"]
    assert waarborg("evidence", "check", "--out", run).out.startswith("2 files, ")
    listed = json.loads(waarborg("evidence", "list", "--out", run, "--json").out)
    assert [len(each["custody"]) for each in listed] == [1, 0]
    assert "2 pieces of evidence." in waarborg("evidence", "list", "--out", run).out
    assert waarborg("verify", run / "record").code == 0
    record = [file for file in run.rglob("*") if file.is_file() and "evidence" not in file.parts]
    assert not any(CANARY.encode() in file.read_bytes() for file in record)
    held = [file.read_bytes() for file in (run / "operator/evidence").iterdir()]
    assert sorted(held) == sorted([PHOTO, b"\xff\xd8" + PICTURE])


def test_what_the_camera_wrote_opens_to_the_named_reader_alone(
    waarborg: Command, run: Path, tmp_path: Path
) -> None:
    """Sealed EXIF data: every byte as found, for whoever holds the key, and not for the desk."""
    photo = tmp_path / "other.jpg"
    photo.write_bytes(PHOTO + b"other")
    reader = X25519PrivateKey.from_private_bytes(b"r" * 32)
    sealed = ("--sealed-to", reader.public_key().public_bytes_raw().hex())
    place = add(waarborg, run, photo, *sealed)["entry"]
    origin = demonstration_origin("river-truce")
    with MissionRecord.open(run, origin, demonstration_seed(origin)) as record:
        fields = [each for each in record.concealed(int(str(place))) if each.kind == "sealed"]
    opened = [
        Disclosure.parse(unseal_with(each.ciphertext, b"r" * 32, f"sealed {each.digest}").decode())
        for each in fields
    ]
    (found,) = [each.value for each in opened if each.name == "exif"]
    assert found["model"] == "Camera1"
    assert (found["latitude_ref"], found["latitude"]) == ("N", "49/1 59/1 32/1")
    assert base64.b64decode(found["raw"]) == exif()


def test_a_changed_file_of_evidence_is_found(waarborg: Command, run: Path, tmp_path: Path) -> None:
    """One changed byte, or a file that is gone: check ends with 3 and says which."""
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"a list of names")
    add(waarborg, run, paper)
    file = next(
        each
        for each in (run / "operator/evidence").iterdir()
        if each.read_bytes() == b"a list of names"
    )
    file.chmod(0o600)
    file.write_bytes(b"a list of nameX")
    done = waarborg("evidence", "check", "--out", run)
    assert (done.code, "REC-041" in done.err) == (3, True)
    file.write_bytes(b"a list of names")
    assert waarborg("evidence", "check", "--out", run, "--json").code == 0


def test_what_cannot_be_done_is_told(waarborg: Command, run: Path, tmp_path: Path) -> None:
    """No record, no file, no photograph, no such evidence, no key: each in words that say what to do."""
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"another list")
    given = ("--collector", "x", "--source", "y")
    none = waarborg("evidence", "add", paper, *given, "--out", tmp_path / "empty")
    assert (none.code, "EVI-002" in none.err, "run `waarborg run MISSION" in none.err) == (
        1,
        True,
        True,
    )
    assert not (tmp_path / "empty").exists()
    gone = waarborg("evidence", "add", tmp_path / "gone.jpg", *given, "--out", run)
    assert (gone.code, "EVI-003" in gone.err) == (1, True)
    taken = add(waarborg, run, paper)
    copy = waarborg("evidence", "working-copy", taken["evidence"], *AT, "--out", run)
    assert (copy.code, "EVI-001" in copy.err) == (1, True)
    nobody = waarborg("evidence", "working-copy", "ffff", *AT, "--out", run)
    assert (nobody.code, "0 that begin so" in nobody.err) == (3, True)
    when = waarborg("evidence", "add", paper, *given, "--out", run, "--at", "yesterday")
    assert (when.code, "CLI-002" in when.err) == (1, True)
    for key in ("xyz", "ab"):
        assert (
            waarborg("evidence", "add", paper, *given, "--out", run, "--sealed-to", key).code == 2
        )


@pytest.mark.parametrize(
    "photo",
    [
        b"",
        b"GIF89a",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8" + segment(0xE1, b"Exif\0\0"),
        PHOTO[:40],
    ],
)
def test_broken_photographs_are_read_as_far_as_they_go(photo: bytes) -> None:
    """No EXIF data is made of nonsense, and no working copy of what breaks off."""
    found = exif_as_found(photo)
    assert set(found) <= {"raw"}
    with pytest.raises(NoPhoto, match="photograph"):
        list(without_metadata(io.BytesIO(photo)))


def test_any_cut_of_exif_data_is_read_or_left() -> None:
    """However the data break off, reading ends without an error and keeps every byte."""
    whole = exif()
    for end in range(len(whole)):
        found = exif_as_found(b"\xff\xd8" + segment(0xE1, b"Exif\0\0" + whole[:end]))
        assert base64.b64decode(found["raw"]) == whole[:end]


def test_pieces_are_a_file_that_is_never_whole() -> None:
    """What is read from pieces is what they hold, in reads of any size."""
    assert as_stream(iter([b"ab", b"", b"cdefg"])).read() == b"abcdefg"
    stream = as_stream(iter([b"abc", b"de"]))
    assert (stream.read(1), stream.read(3), stream.read(9), stream.read(1)) == (
        b"a",
        b"bcd",
        b"e",
        b"",
    )


def test_a_time_the_record_is_past_takes_nothing(
    waarborg: Command, run: Path, tmp_path: Path
) -> None:
    """A file handed in for a time before the last mark is refused before anything is stored."""
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"a list")
    folder = run / "operator/evidence"
    before = sorted(folder.iterdir()) if folder.exists() else []
    said = waarborg(
        *("evidence", "add", paper, "--collector", "c", "--source", "s"),
        *("--at", "2001-01-01T00:00:00Z", "--out", run),
    )
    assert (said.code, "CLI-007" in said.err) == (1, True)
    assert "nothing was taken" in said.err
    assert "NOT VERIFIED" not in said.err
    assert sorted(folder.iterdir()) == before


def test_evidence_goes_into_the_database_of_the_run(waarborg: Command, tmp_path: Path) -> None:
    """A record that lies in a database of its own takes evidence there, and says when it is not named."""
    url = f"sqlite:///{tmp_path}/elsewhere.db"
    mission, out, paper = tmp_path / "m", tmp_path / "out", tmp_path / "paper.txt"
    assert waarborg("run", Mission().write(mission), "--out", out, "--database", url).code == 0
    paper.write_bytes(b"a list")
    words = ("evidence", "add", paper, "--collector", "c", "--source", "s", "--out", out)
    assert waarborg(*words, *AT, "--database", url).code == 0
    assert "1 pieces" in waarborg("evidence", "list", "--out", out, "--database", url).out
    assert waarborg("redact", "list", "--out", out, "--database", url).code == 0
    assert "REC-081" in waarborg("evidence", "list", "--out", out).err
