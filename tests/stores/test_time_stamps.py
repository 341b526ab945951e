"""Time stamps of a local authority made with openssl: they hold, and nothing else does."""

import shutil
import subprocess
import time

import pytest
from typer.testing import CliRunner

from waarborg.app.cli.commands import app
from waarborg.app.services.time_stamps import StampRefused, check_stamp, stamp_request
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.note import Signer

LOG = Signer("waarborg.example/m", bytes(range(32)))
CHECKPOINT = Checkpoint(LOG.name, 42, b"r" * 32).signed(LOG).encode()
CONFIG = """
[ tsa ]
default_tsa = t
[ t ]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
"""


class Authority:
    """A time-stamping authority of our own."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.openssl("req", "-x509", *key(folder / "ca"), "-subj", "/CN=Test root", "-days", "3650")
        self.openssl("req", *key(folder / "tsa", "csr"), "-subj", "/CN=Test TSA")
        (folder / "ext").write_text(
            "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
        )
        signed = ["-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-set_serial", "2"]
        made = ["-in", folder / "tsa.csr", "-out", folder / "tsa.pem", "-extfile", folder / "ext"]
        self.openssl("x509", "-req", *signed, *made, "-days", "3650")
        (folder / "serial").write_text("01\n")
        (folder / "config").write_text(CONFIG.format(folder=folder))
        self.root = (folder / "ca.pem").read_bytes()

    def openssl(self, *arguments):
        """Run openssl."""
        command = ["openssl", *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True)

    def stamp(self, request):
        """Answer a request."""
        (self.folder / "request").write_bytes(request)
        place = ["-config", self.folder / "config", "-section", "t"]
        files = ["-queryfile", self.folder / "request", "-out", self.folder / "answer"]
        self.openssl("ts", "-reply", *place, *files)
        return (self.folder / "answer").read_bytes()


def key(stem, kind="pem"):
    """Options for a new key."""
    files = ["-keyout", f"{stem}.key", "-out", f"{stem}.{kind}"]
    return ["-newkey", "rsa:2048", "-nodes", "-sha256", *files]


@pytest.fixture(scope="session")
def authorities(tmp_path_factory):
    """Two authorities, one of which is trusted."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl: install it to run this")
    folder = tmp_path_factory.mktemp("stamps")
    return Authority(folder / "one"), Authority(folder / "two")


def test_a_stamp_holds_for_its_checkpoint_alone(authorities):
    """The stamp gives the size and the authority's time; other bytes, roots, answers are refused."""
    trusted, stranger = authorities
    started = int(time.time())
    answer = trusted.stamp(stamp_request(CHECKPOINT))
    sighting = check_stamp(answer, CHECKPOINT, trusted.root)
    assert sighting.size == 42
    assert started - 1 <= sighting.at <= time.time() + 1
    other = Checkpoint(LOG.name, 43, b"r" * 32).signed(LOG).encode()
    for case in (
        (answer, other, trusted.root),
        (answer, CHECKPOINT, stranger.root),
        (answer[:-9] + bytes([answer[-9] ^ 1]) + answer[-8:], CHECKPOINT, trusted.root),
        (b"nonsense", CHECKPOINT, trusted.root),
        (answer, CHECKPOINT, b"no certificate"),
    ):
        with pytest.raises(StampRefused, match="the time stamp does not hold"):
            check_stamp(*case)


def test_bytes_that_are_no_checkpoint_prove_nothing(authorities):
    """A stamp on other bytes is no sighting of a log."""
    trusted, _ = authorities
    answer = trusted.stamp(stamp_request(b"a letter"))
    with pytest.raises(StampRefused, match="does not hold"):
        check_stamp(answer, b"a letter", trusted.root)


def test_a_stamp_is_asked_for_and_checked_by_command(authorities, tmp_path):
    """`stamp` writes the request, and tells what the answer shows."""
    trusted, stranger = authorities
    names = ("checkpoint", "request", "answer", "roots", "others")
    checkpoint, request, answer, roots, others = (tmp_path / name for name in names)
    checkpoint.write_bytes(CHECKPOINT)
    roots.write_bytes(trusted.root)
    others.write_bytes(stranger.root)
    command = ["stamp", str(checkpoint)]
    assert CliRunner().invoke(app, [*command, "--request", str(request)]).exit_code == 0
    answer.write_bytes(trusted.stamp(request.read_bytes()))
    command += ["--answer", str(answer)]
    told = CliRunner().invoke(app, [*command, "--roots", str(roots)])
    assert told.exit_code == 0
    assert "42 entries existed before 20" in told.output
    assert CliRunner().invoke(app, [*command, "--roots", str(others)]).exit_code == 3
    assert CliRunner().invoke(app, command).exit_code == 2
