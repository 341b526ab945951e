"""As the attacker: whoever runs the log and signs it anew cannot make the verifiers disagree.

Every record here is signed by the log's own key, hashed and tiled rightly; only what stands in it is
hostile. `waarborg verify`, the one-file program, with and without `cryptography`, and the browser page
must each refuse it, and each take those that are as they should be.
"""

import base64
import importlib.util
import json
import shutil
import subprocess

import pytest
from test_record_bundle import NODE, OFFLINE, ORIGIN, SEED, VKEY
from typer.testing import CliRunner

from waarborg.app.cli.commands import app
from waarborg.record.base64url import to_base64url
from waarborg.record.canonical import encode
from waarborg.record.log import Log
from waarborg.record.note import COSIGNATURE, Signer
from waarborg.record.scribe import enrolment
from waarborg.record.statement import Author, Draft, thumbprint
from waarborg.store.record_folder import write

SMALL = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
"""A public key of order 8: signatures by it hold for texts that nobody signed."""
TEXT = b"the text of the agreement"


def part(leaf, number):
    """A part of a statement, decoded."""
    words = leaf.split(b".")[number]
    return base64.urlsafe_b64decode(words + b"=" * (-len(words) % 4))


class Maker:
    """A record in the making whose maker holds every key and keeps no rule."""

    def __init__(self):
        self.operator = Author("operator", b"operator" + bytes(24))
        self.party = Author("party-b:liaison", b"party" + bytes(27))
        self.log = Log()
        self.text = self.log.attach(TEXT, "text/plain")
        self.leaves = []
        rows = [{"name": "operator", "public": to_base64url(self.operator.public)}]
        self.says(self.operator, "genesis", {"origin": ORIGIN, "keys": rows})
        self.says(self.operator, "config", {"name": "a.yaml", **self.text})
        self.says(self.operator, "key", enrolment(self.party, ORIGIN))
        self.says(self.operator, "recorded", {"at": "2026-04-12T10:00:00Z"})
        self.says(self.party, "comment", {"text": "once"})

    def says(self, author, kind, body, **more):
        """Put a statement of an author behind the rest, whatever the kind may hold."""
        self.leaves.append(author.state(Draft(kind, body, 5, **more)))

    def payload(self, **changed):
        """The next payload of the party, as it should be but for what is changed; `...` leaves out."""
        leaf = Author(self.party.name, bytes(32), self.party.seq, self.party.prev)
        right = json.loads(part(leaf.state(Draft("comment", {"text": "twice"}, 5)), 1))
        return {name: value for name, value in (right | changed).items() if value is not ...}

    def sign(self, payload, header=None):
        """Put a statement of the party behind the rest; payload and header as bytes or values."""
        named = {"alg": "EdDSA", "kid": self.party.key_id, "typ": "waarborg+sd-jwt"}
        parts = [
            each if isinstance(each, bytes) else encode(each) for each in (header or named, payload)
        ]
        self.append(b".".join(to_base64url(each).encode() for each in parts))

    def append(self, signed):
        """Put signed parts behind the rest."""
        self.leaves.append(signed + b"." + to_base64url(self.party._key.sign(signed)).encode())

    def write(self, folder):
        """The record, signed by the log."""
        write(folder, Log(self.leaves, self.log.blobs), SEED, ORIGIN)


def spelled(old, new):
    """A payload in which some bytes are spelled otherwise."""

    def attack(maker):
        right = encode(maker.payload(kind="unheard-of", body={"n": 1, "t": "twice", **maker.text}))
        assert old in right
        maker.sign(right.replace(old, new))

    return attack


def field(**changed):
    """A payload in which some fields are others."""
    return lambda maker: maker.sign(maker.payload(**changed))


def operator(kind, body, **more):
    """A statement of the operator."""
    return lambda maker: maker.says(maker.operator, kind, body, **more)


def party(kind, body, **more):
    """A statement of the party."""
    return lambda maker: maker.says(maker.party, kind, body, **more)


def header(**changed):
    """A header in which some fields are others."""

    def attack(maker):
        right = {"alg": "EdDSA", "kid": maker.party.key_id, "typ": "waarborg+sd-jwt"}
        maker.sign(maker.payload(), right | changed)

    return attack


def genesis(**changed):
    """A log of one entry whose genesis is another."""

    def attack(maker):
        rows = [{"name": "operator", "public": to_base64url(maker.operator.public)}]
        first = Author("operator", b"operator" + bytes(24))
        body = {"origin": ORIGIN, "keys": rows} | changed
        maker.leaves = [first.state(Draft("genesis", body, 5))]

    return attack


def key_of_small_order(maker):
    """The genesis names a key with which anyone can sign."""
    genesis(
        keys=[
            {"name": "operator", "public": to_base64url(maker.operator.public)},
            {"name": "party-a:m", "public": to_base64url(SMALL)},
        ]
    )(maker)


def signed_by_nobody(maker):
    """A statement under a key of small order, with a signature that needs no secret."""
    key_of_small_order(maker)
    head = encode({"alg": "EdDSA", "kid": thumbprint(SMALL), "typ": "waarborg+sd-jwt"})
    body = encode(maker.payload(iss="party-a:m", seq=0, prev=None))
    signed = ".".join(map(to_base64url, (head, body))).encode()
    maker.leaves.append(signed + b"." + to_base64url(b"\1" + bytes(63)).encode())


def loose_base64(maker):
    """The signature in a second spelling: unused bits are set."""
    maker.sign(maker.payload())
    last = maker.leaves[-1]
    other = {"A": "B", "Q": "R", "g": "h", "w": "x"}[chr(last[-1])]
    maker.leaves[-1] = last[:-1] + other.encode()


def padded(maker):
    """The signature with the padding that has no place there."""
    maker.sign(maker.payload())
    maker.leaves[-1] += b"=="


def four_parts(maker):
    """A fourth part behind the signature."""
    maker.sign(maker.payload())
    maker.leaves[-1] += b"."


def two_sizes(maker):
    """A second entry gives an attached file another size."""
    maker.says(maker.operator, "config", {"name": "b.yaml", **maker.text, "bytes": 3})


def no_such_file(maker):
    """A statement names a file that is not there."""
    maker.sign(maker.payload(body={"text": "t", "blob": "ab" * 32, "bytes": 0}))


def plain_behind(maker):
    """An entry that nobody signed."""
    maker.leaves.append(b'{"kind":"report","seq":5}')


def plain_before(maker):
    """A first entry that nobody signed, then statements that nobody checks."""
    maker.leaves.insert(0, b"{}")


def unproven(maker):
    """A key is enrolled that nobody has shown to hold."""
    body = enrolment(Author("x", bytes(32)), ORIGIN) | {"possession": "A" * 86}
    maker.says(maker.operator, "key", body)


def proven_elsewhere(maker):
    """A key is enrolled with the proof that was given for another log."""
    maker.says(maker.operator, "key", enrolment(Author("x", bytes(32)), "another.example/log"))


def frozen(maker):
    """An entry behind the end of the log."""
    maker.says(maker.operator, "freeze", {"reason": "the end"})
    maker.sign(maker.payload())


def skipped(maker):
    """A statement of the party is left out."""
    maker.party.state(Draft("comment", {"text": "never shown"}, 5))
    maker.sign(maker.payload())


ATTACKS = {
    "a key that stands there twice": spelled(b'"n":1', b'"n":1,"n":2'),
    "a float": spelled(b'"n":1', b'"n":1.0'),
    "an exponent": spelled(b'"n":1', b'"n":1e0'),
    "minus nought": spelled(b'"n":1', b'"n":-0'),
    "too large a number": spelled(b'"n":1', b'"n":9007199254740994'),
    "no number": spelled(b'"n":1', b'"n":NaN'),
    "a space": spelled(b'"n":1', b'"n": 1'),
    "a file named in another spelling": spelled(b'"blob":', b'"\\u0062lob":'),
    "a file named with a space": spelled(b'"blob":', b'"blob" :'),
    "fields in another order": spelled(b'"n":1,"t":"twice"', b'"t":"twice","n":1'),
    "half a letter": spelled(b'"twice"', b'"\\ud800"'),
    "bytes that are no UTF-8": spelled(b"twice", b"tw\xffce"),
    "a byte order mark": spelled(b'{"body"', b'\xef\xbb\xbf{"body"'),
    "nested too deeply": lambda maker: maker.sign(
        encode(maker.payload()).replace(b'"twice"', b"[" * 101 + b"]" * 101)
    ),
    "nested without end": lambda maker: maker.sign(
        encode(maker.payload()).replace(b'"twice"', b"[" * 20_000 + b"]" * 20_000)
    ),
    "a field too many": field(more=1),
    "a field too few": field(rules=..., refs=...),
    "yes for a number": field(seq=True),
    "another version": field(v=2),
    "an author of two words": field(iss="party-b: liaison"),
    "a kind with a capital": field(kind="Comment"),
    "references that are none": field(refs=["AB" * 32]),
    "digests in the open": field(body={"text": "t", "_sd": []}),
    "private fields of no class": field(_sd_alg="sha-256", private={"friends": {"_sd": []}}),
    "a digest twice": field(_sd_alg="sha-256", private={"mission": {"_sd": ["A" * 43, "A" * 43]}}),
    "private fields under another hash": field(_sd_alg="md5", private={"mission": {"_sd": []}}),
    "a payload that is no object": lambda maker: maker.sign(b"[]"),
    "another algorithm": header(alg="none"),
    "another type": header(typ="JWT"),
    "a header field too many": header(crit=["x"]),
    "a signature in a second spelling": loose_base64,
    "a padded signature": padded,
    "four parts": four_parts,
    "two sizes for one file": two_sizes,
    "a file that is not there": no_such_file,
    "an unsigned entry behind": plain_behind,
    "an unsigned entry before": plain_before,
    "a second genesis": operator("genesis", {"origin": ORIGIN, "keys": []}),
    "a genesis of another log": genesis(origin="another.example/log"),
    "a genesis without keys": genesis(keys=[]),
    "a key of small order": key_of_small_order,
    "a signature by nobody": signed_by_nobody,
    "an unproven key": unproven,
    "a key proven elsewhere": proven_elsewhere,
    "a key that a party enrols": lambda maker: maker.says(
        maker.party, "key", enrolment(Author("x", bytes(32)), ORIGIN)
    ),
    "a withdrawn key that does not count": operator(
        "key", {"action": "withdraw", "name": "x", "public": to_base64url(bytes([9] * 32))}
    ),
    "an act on keys that there is not": operator(
        "key", {"action": "steal", "name": "x", "public": to_base64url(bytes([9] * 32))}
    ),
    "a key of an unknown version": operator(
        "key", enrolment(Author("x", bytes(32)), ORIGIN), kind_version=2
    ),
    "texts set by a party": party("config", {"name": "a", "blob": "0" * 64, "bytes": 0}),
    "an end set by a party": party("freeze", {"reason": "enough"}),
    "a mark by a party": party("recorded", {"at": "2026-04-12T11:00:00Z"}),
    "a mark that goes back": operator("recorded", {"at": "2026-04-12T09:59:59.999999Z"}),
    "a mark that goes back by its zone": operator("recorded", {"at": "2026-04-12T12:00:00+02:01"}),
    "a mark on a day that there is not": operator("recorded", {"at": "2026-06-31T10:00:00Z"}),
    "a mark beyond the calendar": operator("recorded", {"at": "9999-12-31T23:59:59-01:00"}),
    "a mark before the calendar": operator("recorded", {"at": "0001-01-01T00:00:00+14:00"}),
    "a mark in other digits": operator(
        "recorded", {"at": "\u0662\u0660\u0662\u0666-04-13T10:00:00Z"}
    ),
    "an entry behind the end": frozen,
    "a statement left out": skipped,
}
"""What whoever holds the log's key may put into it, and more than one verifier must refuse."""


def another_vkey(record):
    """A key that never signed lies in the record."""
    (record / "vkey").write_text(Signer(ORIGIN, bytes(32)).verifier.vkey + "\n")


def key_without_signature(record):
    """A second key lies in the record, with a signature line that does not hold."""
    key = Signer(ORIGIN, bytes(32)).verifier
    (record / "vkey").write_text(key.vkey + "\n")
    line = base64.b64encode(key.key_id + bytes(64)).decode()
    with (record / "checkpoint").open("a", encoding="utf-8") as file:
        file.write(f"— {ORIGIN} {line}\n")


def key_of_a_witness(record):
    """The log's note is signed as a witness signs, by a key that lies in the record."""
    signer = Signer(ORIGIN, SEED, COSIGNATURE)
    text = (record / "checkpoint").read_text(encoding="utf-8").partition("\n\n")[0] + "\n"
    (record / "vkey").write_text(signer.verifier.vkey + "\n")
    (record / "checkpoint").write_text(text + "\n" + signer.sign(text, 7).line, encoding="utf-8")


def resigned(change):
    """A checkpoint whose text was changed before the log signed it."""

    def attack(record):
        text = (record / "checkpoint").read_text(encoding="utf-8").partition("\n\n")[0] + "\n"
        text = change(text)
        line = Signer(ORIGIN, SEED).sign(text).line
        (record / "checkpoint").write_text(text + "\n" + line, encoding="utf-8", newline="")

    return attack


def changed(name, change):
    """A file whose bytes are others."""

    def attack(record):
        path = record / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(change(path.read_bytes() if path.exists() else b""))

    return attack


GOOD = {
    "as it should be": lambda _: None,
    "a kind that nobody knows": spelled(b"twice", b"again"),
    "a mark at the same time by another zone": operator(
        "recorded", {"at": "2026-04-12T12:00:00+02:00"}
    ),
    "nested as deep as may be": lambda maker: maker.sign(
        encode(maker.payload(kind="unheard-of")).replace(b'"twice"', b"[" * 98 + b"]" * 98)
    ),
    "letters of every plane": field(
        kind="unheard-of", body={"\uffff": 1, "t": "Харків \U0001f54a \x7f\u2028\0"}
    ),
    "private fields": field(private={"mission": {"_sd": ["A" * 43]}}, _sd_alg="sha-256"),
}
"""What every verifier must hold for good."""


FILES = {
    "another key in the record": another_vkey,
    "a key whose signature does not hold": key_without_signature,
    "a witness's key for the log's": key_of_a_witness,
    "a size with a nought": resigned(lambda text: text.replace("\n5\n", "\n05\n")),
    "a size with a sign": resigned(lambda text: text.replace("\n5\n", "\n+5\n")),
    "a size with a line below": resigned(lambda text: text.replace("\n5\n", "\n5_\n")),
    "a size in other digits": resigned(lambda text: text.replace("\n5\n", "\n\u0665\n")),
    "a root in a second spelling": resigned(lambda text: text.replace("=\n", "==\n")),
    "an empty line more": resigned(lambda text: text + "\n"),
    "a signature more by the same key": changed(
        "checkpoint", lambda data: data + data.splitlines(keepends=True)[-1].replace(b"A", b"B")
    ),
    "a line end of another system": changed(
        "checkpoint", lambda data: data.replace(b"\n", b"\r\n")
    ),
    "bytes behind a signature": changed("checkpoint", lambda data: data + b"x"),
    "a longer tile": changed("tile/0/000.p/5", lambda data: data + bytes(32)),
    "a longer bundle": changed("tile/entries/000.p/5", lambda data: data + b"\0"),
    "a file that nothing names": changed("blobs/" + "0" * 64, lambda _: b"x"),
    "a page beside the record": changed("index.html", lambda _: b"<p>verified</p>"),
    "a tile of another history": changed("tile/0/000.p/3", lambda _: bytes(96)),
    "a tile behind the end": changed("tile/0/001.p/1", lambda _: bytes(32)),
    "a changed attached file": lambda record: changed(
        f"blobs/{next((record / 'blobs').iterdir()).name}", lambda data: data[:-1] + b"?"
    )(record),
}
"""What whoever holds a copy may do to its files."""


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """Every hostile record, and those that are as they should be."""
    base = tmp_path_factory.mktemp("hostile")
    found = {}
    for name, attack in {**GOOD, **ATTACKS, **FILES}.items():
        maker, folder = Maker(), base / f"{len(found)}" / "record"
        if name not in FILES:
            attack(maker)
        maker.write(folder)
        if name in FILES:
            attack(folder)
        found[name] = folder
    return found


def by_command(folder, *key):
    """Whether `waarborg verify` holds a record for good; it ends with a word and a code, never else."""
    given = [word for each in key for word in ("--vkey", each)]
    done = CliRunner().invoke(app, ["verify", str(folder), "--record-only", *given])
    assert done.exit_code in {0, 3}, (done.output, done.exception)
    assert ("NOT VERIFIED" in done.output) == (done.exit_code == 3)
    return done.exit_code == 0


def offline():
    """The one-file program, as a module."""
    spec = importlib.util.spec_from_file_location("offline", OFFLINE / "verify_record.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", [*GOOD, *ATTACKS, *FILES])
def test_our_command_and_the_one_file_program_agree(records, name, capsys):
    """Both refuse each hostile record, with a key from another hand and without, and hold the good one."""
    program, holds = offline(), name in GOOD
    for key in ((), (VKEY,)):
        assert by_command(records[name], *key) == holds
        for quick in (True, False):
            program.QUICK = quick
            ended = program.main([str(records[name]), *key])
            said = capsys.readouterr().out
            assert (ended, said.startswith("VERIFIED")) == ((0, True) if holds else (3, False)), (
                said
            )


def test_the_page_agrees(records, tmp_path):
    """The page's program, on the WebCrypto of Node, refuses each hostile record and holds the good one."""
    if shutil.which("node") is None:
        pytest.skip("no node: install nodejs to run the page's program")
    command = ["node", "-e", NODE]
    for name, folder in records.items():
        bundle = tmp_path / folder.parent.name
        shutil.copytree(OFFLINE, bundle)
        (bundle / "record").symlink_to(folder)
        done = subprocess.run([*command, str(bundle)], check=False, capture_output=True, text=True)
        said = done.stdout.strip()
        expected = "VERIFIED: " if name in GOOD else "NOT VERIFIED: "
        assert said.startswith(expected), (name, said, done.stderr)
