"""Looking at evidence: credentials as information, likeness as a hint, hostile files within bounds."""

from __future__ import annotations

import http.server
import io
import json
import struct
import threading
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from small_mission import CommandResult, Mission
from waarborg.app.cli import evidence
from waarborg.app.services.credentials import summary
from waarborg.app.services.evidence_words import looks_like, near, said_of_itself
from waarborg.app.services.likeness import NoLikeness, distance, fingerprint
from waarborg.app.services.looking import look_at
from waarborg.app.services.photo import NoPhoto, exif_as_found, without_metadata

c2pa = pytest.importorskip("c2pa", reason="c2pa-python is not installed: no wheel for Windows")

Command = Callable[..., CommandResult]

AT = ("--at", "2030-04-15T10:00:00+03:00")
GIVEN = ("--collector", "A. Monitor", "--source", "the gate", "--json", *AT)
CANARY = b"the-witness-lives-at-12-Lime-Street"
SINCE, UNTIL = datetime(2026, 1, 1), datetime(2056, 1, 1)  # noqa: DTZ001  # X.509 is UTC


def named(name: str) -> x509.Name:
    """A name for a certificate."""
    parts = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    return x509.Name([x509.NameAttribute(each, name) for each in parts])


def certificate(name: str, key: Any, issuer: str, by: Any, *, root: bool) -> bytes:
    """A certificate of a test authority, or one for signing that it issued."""
    made = x509.CertificateBuilder(named(issuer), named(name), key.public_key(), 7 + root)
    made = made.not_valid_before(SINCE).not_valid_after(UNTIL)
    made = made.add_extension(x509.BasicConstraints(root, None), critical=True)
    usage = (not root, False, False, False, False, root, root, False, False)
    made = made.add_extension(x509.KeyUsage(*usage), critical=True)
    if not root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        made = made.add_extension(purpose, critical=False)
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    made = made.add_extension(issued_by, critical=False)
    signed = made.sign(by, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def with_credentials(picture: bytes, elsewhere: str | None = None) -> bytes:
    """A JPEG signed as a camera would sign it, by an authority that the test makes."""
    above, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    chain = certificate("Test camera", own, "Test root", above, root=False)
    chain += certificate("Test root", above, "Test root", above, root=True)
    private = own.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=private, ta_url=None)
    )
    act = {
        "action": "c2pa.created",
        "when": "2026-04-12T10:00:00Z",
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
    }
    claim = {
        "claim_generator_info": [{"name": "test camera", "version": "1"}],
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [act]}}],
    }
    builder, out = c2pa.Builder(claim), io.BytesIO()
    if elsewhere:
        builder.set_no_embed()
        builder.set_remote_url(elsewhere)
    builder.sign(signer, "image/jpeg", io.BytesIO(picture), out)
    return out.getvalue()


def scene(number: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture with large shapes that differ from number to number."""
    spots = bytes((number * 97 + at * at * (31 + number) + at * 7) % 256 for at in range(48))
    return Image.frombytes("L", (8, 6), spots).resize(size, Image.Resampling.BICUBIC)


def written(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """A picture as the bytes of a file."""
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, waarborg: Command) -> Path:
    """The output of a run."""
    base = tmp_path_factory.mktemp("looks")
    assert waarborg("run", Mission().write(base / "m"), "--out", base / "out").code == 0
    return base / "out"


def add(waarborg: Command, out: Path, file: Path, *more: object) -> dict[str, Any]:
    """Take a file in; what the command says of it."""
    done = waarborg("evidence", "add", file, *GIVEN, "--out", out, *more)
    assert done.code == 0, done.out + done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def look(tmp_path: Path, data: bytes, name: str = "file", kind: str = "image/jpeg") -> Any:
    """What is seen in these bytes."""
    (tmp_path / name).write_bytes(data)
    return look_at(tmp_path / name, kind)


def test_credentials_are_told_as_information_and_never_as_proof(
    waarborg: Command, run: Path, tmp_path: Path
) -> None:
    """Signed as it was, the signer unvouched; the record's files hold nothing of it in the clear."""
    photo = tmp_path / "signed.jpg"
    photo.write_bytes(with_credentials(written(scene(1))))
    told = add(waarborg, run, photo)["concealed"]["content_credentials"]
    assert (told["state"], told["signer"], told["made_with"]) == (
        "as signed",
        "Test camera",
        ["test camera 1"],
    )
    assert told["signer_vouched_for"] is False
    assert told["remarks"] == ["signingCredential.untrusted"]
    assert [row["action"] for row in told["actions"]] == ["c2pa.created"]
    listed = waarborg("evidence", "list", "--out", run).out
    assert "content credentials (information, never proof): the bytes are as they were" in listed
    assert "says it was made with test camera 1, signed Test camera" in listed
    assert waarborg("verify", run / "record").code == 0
    files = [file for file in (run / "record").rglob("*") if file.is_file()]
    assert not any(b"Test camera" in file.read_bytes() for file in files)


def test_a_changed_picture_and_one_without_credentials_are_told_apart(tmp_path: Path) -> None:
    """One flipped byte: "changed", with the remark that says so; none at all: "none", which blames nobody."""
    signed = bytearray(with_credentials(written(scene(1))))
    signed[-40] ^= 1
    told = look(tmp_path, bytes(signed))["content_credentials"]
    assert told["state"] == "changed"
    assert "assertion.dataHash.mismatch" in told["remarks"]
    bare = look(tmp_path, written(scene(1)))
    assert bare["content_credentials"] == {"state": "none"}
    assert "which tells nothing against it" in " ".join(said_of_itself(bare))


def test_credentials_that_lie_elsewhere_are_never_fetched(tmp_path: Path) -> None:
    """The address in the picture is not asked: whoever made it would learn that it is looked at."""
    asked: list[str] = []

    class Trap(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Note that somebody asked."""
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/manifest.c2pa"
    seen = look(tmp_path, with_credentials(written(scene(1)), elsewhere=address))
    server.shutdown()
    server.server_close()
    assert asked == []
    assert seen["content_credentials"]["state"] == "elsewhere"
    assert "not fetched" in " ".join(said_of_itself(seen))


def test_hostile_words_of_a_credential_are_bounded_and_inert() -> None:
    """Long, nested, wrong and acting words: cut, counted, spelled out, on one line."""
    act = {"action": "a" * 5000 + "\x1b[2J"}
    made = {
        "claim_generator_info": [{"name": "x\n\x1b[31mVERIFIED"}, 7, None],
        "signature_info": "none",
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [act] * 900}}, {"data": 5}],
    }
    told = summary({"active_manifest": "m", "manifests": {"m": made}}, "Valid")
    assert len(told["actions"]) == 20
    assert len(told["actions"][0]["action"]) == 200
    lines = list(said_of_itself({"content_credentials": told}))
    assert all(line.isprintable() for line in lines)
    assert summary({"active_manifest": [], "manifests": 3}, "Invalid")["state"] == "changed"


def test_a_near_duplicate_is_hinted_at_when_it_comes_in(
    waarborg: Command, run: Path, tmp_path: Path
) -> None:
    """Scaled and recompressed: named with its distance; a stranger is not, nor an own working copy."""
    first, again, other = (tmp_path / name for name in ("a.png", "b.jpg", "c.png"))
    first.write_bytes(written(scene(2), "PNG"))
    again.write_bytes(written(scene(2).resize((200, 150)), quality=40))
    other.write_bytes(written(scene(3), "PNG"))
    taken = add(waarborg, run, first)
    assert taken["near"] == []
    hint = add(waarborg, run, again)
    (found,) = hint["near"]
    assert (found["evidence"], found["entry"], found["of"]) == (
        taken["evidence"],
        taken["entry"],
        64,
    )
    assert found["distance"] <= 10
    assert add(waarborg, run, other)["near"] == []
    copy = waarborg("evidence", "working-copy", hint["evidence"], *AT, "--out", run, "--json")
    assert json.loads(copy.out)["near"] == []
    listed = waarborg("evidence", "list", "--out", run).out
    assert f"looks like {taken['evidence'][:12]} (entry {taken['entry']}): distance " in listed
    assert "of 64, a hint and no proof" in listed


def test_a_picture_is_compared_without_taking_it_in(
    waarborg: Command, run: Path, tmp_path: Path
) -> None:
    """`evidence near` names what a picture looks like; the record stays as it is; a video has no hint."""
    first, again, film = (tmp_path / name for name in ("d.png", "e.jpg", "film.mp4"))
    first.write_bytes(written(scene(5), "PNG"))
    again.write_bytes(written(scene(5).resize((160, 120)), quality=50))
    film.write_bytes(b"\0\0\0\x18ftypmp42")
    taken = add(waarborg, run, first)
    before = (run / "record/checkpoint").read_bytes()
    done = waarborg("evidence", "near", again, "--out", run)
    assert (done.code, f"looks like {taken['evidence'][:12]}" in done.out) == (0, True)
    assert "1 pieces of evidence look like it." in done.out
    told = json.loads(waarborg("evidence", "near", again, "--out", run, "--json").out)
    assert [each["evidence"] for each in told["near"]] == [taken["evidence"]]
    video = waarborg("evidence", "near", film, "--out", run)
    assert (video.code, "only pictures have one, no video/mp4" in video.out) == (0, True)
    assert waarborg("evidence", "near", tmp_path / "gone.png", "--out", run).code == 1
    assert (run / "record/checkpoint").read_bytes() == before


def test_without_the_extra_evidence_is_taken_in_all_the_same(
    waarborg: Command, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is missing is told, with its name; only the comparison itself is refused."""
    monkeypatch.setattr(evidence, "can_look", lambda: False)
    photo = tmp_path / "f.png"
    photo.write_bytes(written(scene(6), "PNG"))
    done = waarborg("evidence", "add", photo, *GIVEN, "--out", run)
    assert (done.code, "need the extra waarborg[evidence]" in done.err) == (0, True)
    assert "content_credentials" not in json.loads(done.out)["concealed"]
    refused = waarborg("evidence", "near", photo, "--out", run)
    assert (refused.code, "EVI-004" in refused.err) == (1, True)
    assert "install waarborg[evidence]" in refused.err


def png(width: int, height: int, data: bytes) -> bytes:
    """A PNG that claims a size."""
    found = b"\x89PNG\r\n\x1a\n"
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    for kind, part in ((b"IHDR", head), (b"IDAT", data), (b"IEND", b"")):
        check = zlib.crc32(kind + part)
        found += struct.pack(">I", len(part)) + kind + part + struct.pack(">I", check)
    return found


HOSTILE = {
    "empty": b"",
    "one colour": written(Image.new("L", (50, 50), 200), "PNG"),
    "one point": written(Image.new("L", (1, 1), 7), "PNG"),
    "claims to be huge": png(60_000, 60_000, zlib.compress(bytes(1 << 20))),
    "claims the largest size": png(2**31 - 1, 2**31 - 1, b""),
    "unpacks to a gigabyte": png(10_900, 10_900, zlib.compress(bytes(1 << 27), 9)),
    "breaks off": written(scene(1))[:300],
    "a picture of another kind": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "JPEG of nothing": b"\xff\xd8\xff\xd9",
    "broken JUMBF": b"\xff\xd8\xff\xeb\0\x14JP\0\1\0\0\0\1\xff\xff\xff\xffjumb\xff\xd9",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_pictures_are_refused_within_bounds(name: str, tmp_path: Path) -> None:
    """Bombs, fragments, lies about size: a reason in words, no fingerprint, and nothing breaks."""
    seen = look(tmp_path, HOSTILE[name], kind="image/png")
    assert "hash" not in seen["near_duplicate_hint"]
    assert seen["near_duplicate_hint"]["reason"]
    assert seen["content_credentials"]["state"] in {"none", "not read"}


def test_looking_never_takes_more_time_than_it_may(tmp_path: Path) -> None:
    """A process that used up its time is ended, and the file can still be taken in."""
    (tmp_path / "file.jpg").write_bytes(written(scene(1)))
    seen = look_at(tmp_path / "file.jpg", "image/jpeg", seconds=0)
    assert seen["content_credentials"]["state"] == "not read"
    assert "too much memory or time" in seen["near_duplicate_hint"]["reason"]


def test_fingerprints_have_the_distances_they_should() -> None:
    """The published one of a gradient pattern; 0 to itself, far from strangers; hints nearest first."""
    prints = [fingerprint(io.BytesIO(written(scene(number), "PNG"))) for number in range(12)]
    assert all(distance(each, each) == 0 for each in prints)
    apart = [distance(one, other) for one in prints for other in prints if one is not other]
    assert min(apart) > 10
    assert distance("0" * 16, "f" * 16) == 64
    with pytest.raises(NoLikeness, match="one colour"):
        fingerprint(io.BytesIO(written(Image.new("RGB", (99, 99), "red"), "PNG")))
    assert near(prints[0], []) == []
    assert list(looks_like([])) == []


@pytest.mark.parametrize("progressive", [False, True])
def test_a_working_copy_holds_nothing_but_the_picture(*, progressive: bool) -> None:
    """By raw bytes: no small picture, maker's segment, credential, comment between scans, or preview."""
    whole = written(scene(4), progressive=progressive, comment=CANARY)
    at = whole.index(b"\xff\xdb")
    extra = b"".join(
        b"\xff" + bytes([marker]) + (len(data) + 2).to_bytes(2, "big") + data
        for marker in (0xE1, 0xE2, 0xE4, 0xEB, 0xEC, 0xED, 0xEE, 0xEF, 0xFE)
        for data in [b"MPF\0" + CANARY]
    )
    thumbnail = (
        b"\xff\xe0" + (2 + 14 + 35).to_bytes(2, "big") + b"JFIF\0\1\1\0\0\1\0\1\5\7" + CANARY
    )
    hidden = whole[:2] + thumbnail + extra + whole[at:]
    if progressive:
        last = hidden.rindex(b"\xff\xda")
        last = hidden.rindex(b"\xff\xc4", 0, last) if b"\xff\xc4" in hidden[:last] else last
        hidden = hidden[:last] + b"\xff\xfe\0\x25" + CANARY + hidden[last:]
    hidden += b"\xff\xd8\xff\xe1" + CANARY
    copy = b"".join(without_metadata(io.BytesIO(hidden)))
    assert hidden.count(CANARY) > 10
    assert CANARY not in copy
    assert exif_as_found(copy) == {}
    with Image.open(io.BytesIO(copy)) as one, Image.open(io.BytesIO(whole)) as other:
        assert one.tobytes() == other.tobytes()
    assert look_for_end(copy)
    for end in range(0, len(copy) - 1, 97):
        with pytest.raises(NoPhoto, match="photograph"):
            list(without_metadata(io.BytesIO(copy[:end])))


def look_for_end(data: bytes) -> bool:
    """Whether a JPEG ends with its end and has no second beginning."""
    return data.endswith(b"\xff\xd9") and data.count(b"\xff\xd8\xff") == 1
