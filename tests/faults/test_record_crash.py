"""What was acknowledged survives: killed processes, power cuts, full disks, failing system calls."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import apsw
import pytest
from writer import SEED, entry

from record_databases import Cluster
from waarborg.record.note import Signer
from waarborg.record.source import CHECKPOINT
from waarborg.record.tiles import decode_bundle, encode_bundle
from waarborg.record.tree import Tree
from waarborg.record.verify import verify
from waarborg.store.record_engine import PRAGMAS
from waarborg.store.record_folder import FolderSource
from waarborg.store.record_publication import publish
from waarborg.store.record_sql import SqlRecord, Submission

WRITER = Path(__file__).with_name("writer.py")
ORIGIN = "waarborg.example/ceasefire-1"
LOG = Signer(ORIGIN, SEED).verifier


def numbers(said, word):
    """The numbers a writer said after a word."""
    rows = [line.split() for line in said.splitlines()]
    return [int(row[1]) for row in rows if len(row) == 2 and row[0] == word]


def check_survivor(url, signed, said, why):
    """After a fault: everything acknowledged is there, in order, whole; and work goes on."""
    acknowledged = max(numbers(said, "acknowledged"), default=0)
    with SqlRecord.open(url, signed) as record:
        assert record.size >= acknowledged, why
        assert list(record.entries()) == [entry(place) for place in range(record.size)], why
        assert record.checkpoint().root == Tree(record.entries()).root(), why
        assert record.last_signed().size >= max(numbers(said, "signed"), default=0), why
        assert record.submit([Submission(entry(record.size))]) == [record.size - 1], why
        return record.size


@pytest.fixture
def begun(database, tmp_path):
    """A log that has begun, and nobody has open."""
    signed = tmp_path / "signed.log"
    SqlRecord.create(database, signed, ORIGIN).close()
    return database, signed


def test_a_killed_writer_loses_nothing(begun, tmp_path):
    """SIGKILL at a random moment, again and again on one log: nothing acknowledged is lost."""
    url, signed = begun
    public = tmp_path / "public"
    rounds = 5 if url.startswith("sqlite") else 2
    for seed in range(rounds):
        dice = random.Random(seed)  # noqa: S311  # a seed that is told
        command = [sys.executable, WRITER, url, signed, public, str(seed), "1000000"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            first = process.stdout.readline()
            time.sleep(dice.random() * 0.4)
            process.kill()
            said = first + process.stdout.read()
        assert numbers(said, "acknowledged"), said
        check_survivor(url, signed, said, f"seed {seed}")
        if (public / CHECKPOINT).exists():
            with SqlRecord.open(url, signed) as record:
                publish(record, public, SEED)
            verify(FolderSource(public), [LOG], ORIGIN)


@pytest.mark.slow
def test_a_crashed_server_loses_nothing(tmp_path):
    """PostgreSQL stopped dead while entries come in: after its recovery nothing is lost."""
    server, signed = Cluster(), tmp_path / "signed.log"
    url = server.url + "postgres"
    try:
        SqlRecord.create(url, signed, ORIGIN).close()
        for seed in range(2):
            command = [sys.executable, WRITER, url, signed, "-", str(seed), "1000000"]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                said = process.stdout.readline()
                server.crash()
                said += process.stdout.read()
            server.start()
            assert numbers(said, "acknowledged"), said
            check_survivor(url, signed, said, f"seed {seed}")
    finally:
        server.remove()


def test_a_full_disk_takes_nothing_that_was_acknowledged(tmp_path):
    """When files may not grow the writer is refused; what it acknowledged is there; then it goes on."""
    url, signed = f"sqlite:///{tmp_path}/record.db", tmp_path / "signed.log"
    SqlRecord.create(url, signed, ORIGIN).close()
    for seed, largest in enumerate((60_000, 150_000, 400_000)):
        command = [sys.executable, WRITER, url, signed, "-", str(seed), "100000", str(largest)]
        said = subprocess.run(command, check=False, capture_output=True, text=True).stdout
        assert "failed OperationalError" in said
        check_survivor(url, signed, said, f"seed {seed}, files up to {largest} bytes")


CALLS = [
    "pwrite64:error=EIO",
    "pwrite64:error=ENOSPC",
    "fdatasync:error=EIO",
    "pwrite64:signal=KILL",
]
CALLS += ["fdatasync:signal=KILL", "fsync:signal=KILL", "rename:error=EIO", "fsync:error=EIO"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace: install it to run this")
@pytest.mark.parametrize("call", CALLS)
def test_failing_system_calls_take_nothing_that_was_acknowledged(tmp_path, call):
    """Writes, syncs and renames that fail or kill at the n-th call: nothing acknowledged is lost."""
    url, signed = f"sqlite:///{tmp_path}/record.db", tmp_path / "signed.log"
    SqlRecord.create(url, signed, ORIGIN).close()
    public = tmp_path / "public"
    size = 0
    for when in (1, 9):
        inject = f"inject={call}:when={when}+"
        traced = ["strace", "-f", "-qqq", "-e", "trace=" + call.split(":")[0], "-e", inject]
        log = ["-o", tmp_path / "strace.log"]
        writer = [sys.executable, WRITER, url, signed, public, str(when), str(size + 60)]
        done = subprocess.run([*traced, *log, *writer], check=False, capture_output=True, text=True)
        told = (tmp_path / "strace.log").read_text()
        assert when > 1 or "INJECTED" in told or "SIGKILL" in told, done.stderr
        size = check_survivor(url, signed, done.stdout, f"{call} at call {when}")
        with SqlRecord.open(url, signed) as record:
            publish(record, public, SEED)
        verify(FolderSource(public), [LOG], ORIGIN)
    assert size > 0


class Recorder(apsw.VFS):
    """Lets SQLite write, and remembers every write and sync in order."""

    def __init__(self, operations):
        self.operations = operations
        super().__init__("waarborg-recorder", "")

    def xOpen(self, name, flags):  # noqa: N802  # named by SQLite
        """Open a file that remembers."""
        return RecordedFile(self.operations, name, flags)

    def xDelete(self, name, _):  # noqa: N802  # named by SQLite
        """Remember that a file went."""
        self.operations.append(("delete", Path(name).name))
        super().xDelete(name, _)


class RecordedFile(apsw.VFSFile):
    """A file that remembers every write and sync."""

    def __init__(self, operations, name, flags):
        self.operations = operations
        full = name.filename() if isinstance(name, apsw.URIFilename) else name
        self.name = Path(full).name if full else ""
        super().__init__("", name, flags)

    def xWrite(self, data, offset):  # noqa: N802  # named by SQLite
        """Remember a write."""
        self.operations.append(("write", self.name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size):  # noqa: N802  # named by SQLite
        """Remember a truncation."""
        self.operations.append(("truncate", self.name, size))
        super().xTruncate(size)

    def xSync(self, flags):  # noqa: N802  # named by SQLite
        """Remember a sync."""
        self.operations.append(("sync", self.name))
        super().xSync(flags)


def recorded_run(folder, pragmas, seed):
    """Everything a database wrote and synced while entries were committed, and each commit."""
    operations = []
    recorder = Recorder(operations)
    connection = apsw.Connection(str(folder / "r.db"), vfs="waarborg-recorder")
    for name, value in pragmas:
        connection.execute(f"PRAGMA {name}={value}").fetchall()
    connection.execute("PRAGMA wal_autocheckpoint=40").fetchall()
    columns = "idx BIGINT PRIMARY KEY, entries SMALLINT NOT NULL, leaves BLOB NOT NULL"
    connection.execute(f"CREATE TABLE record_batch ({columns})")
    connection.execute("CREATE TABLE record_head (id SMALLINT PRIMARY KEY, size BIGINT NOT NULL)")
    connection.execute("INSERT INTO record_head VALUES (1, 0)")
    operations.append(("commit", 0))
    dice, size = random.Random(seed), 0  # noqa: S311  # a seed that is told
    for _ in range(60):
        connection.execute("BEGIN IMMEDIATE")
        batch = [entry(size + at) for at in range(dice.randrange(1, 9))]
        connection.execute("UPDATE record_head SET size = ?", (size + len(batch),))
        row = (size, len(batch), encode_bundle(batch))
        connection.execute("INSERT INTO record_batch VALUES (?, ?, ?)", row)
        size += len(batch)
        connection.execute("COMMIT")
        operations.append(("commit", size))
    connection.close()
    recorder.unregister()
    return operations


def apply(content, operation, dice=None):
    """Carry out a write on a file's content; with dice each sector of it may be lost."""
    if operation[0] == "truncate":
        del content[operation[2] :]
        return
    offset, data = operation[2], operation[3]
    content.extend(bytes(max(0, offset + len(data) - len(content))))
    for start in range(0, len(data), 512):
        if dice is None or dice.random() < 0.5:
            piece = data[start : start + 512]
            content[offset + start : offset + start + len(piece)] = piece


def after_power_cut(operations, cut, dice):
    """What may be on disk: synced writes whole, later ones kept, lost or torn; and what was promised."""
    files, pending, promised = {}, {}, 0
    for operation in operations[:cut]:
        if operation[0] == "commit":
            promised = operation[1]
            continue
        name = operation[1]
        if operation[0] == "delete":
            files.pop(name, None)
            pending.pop(name, None)
        elif operation[0] == "sync":
            for each in pending.pop(name, []):
                apply(files.setdefault(name, bytearray()), each)
        else:
            pending.setdefault(name, []).append(operation)
            files.setdefault(name, bytearray())
    for name, waiting in pending.items():
        fate = dice.choice(["all", "none", "some", "torn"])
        for each in waiting:
            if fate == "all" or (fate == "some" and dice.random() < 0.5):
                apply(files[name], each)
            elif fate == "torn":
                apply(files[name], each, dice)
    return files, promised


def losses(folder, pragmas, seed, cuts):
    """How many power cuts, of so many, lost or damaged something that was committed."""
    run, again = folder / f"run-{seed}", folder / f"again-{seed}"
    run.mkdir()
    operations = recorded_run(run, pragmas, seed)
    first = next(at for at, each in enumerate(operations) if each[0] == "commit")
    dice, bad = random.Random(seed), 0  # noqa: S311  # a seed that is told
    for _ in range(cuts):
        files, promised = after_power_cut(
            operations, dice.randrange(first + 1, len(operations)), dice
        )
        shutil.rmtree(again, ignore_errors=True)
        again.mkdir()
        for name, content in files.items():
            if name and not name.endswith("-shm"):
                (again / name).write_bytes(content)
        bad += not holds(again / "r.db", promised)
    return bad


def holds(path, promised):
    """Whether a database has everything promised, in order and whole."""
    try:
        connection = apsw.Connection(str(path))
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            return False
        (size,) = connection.execute("SELECT size FROM record_head").fetchone()
        rows = connection.execute("SELECT leaves FROM record_batch ORDER BY idx").fetchall()
        connection.close()
    except apsw.Error:
        return False
    found = [leaf for (leaves,) in rows for leaf in decode_bundle(leaves)]
    return size >= promised and found == [entry(place) for place in range(size)]


@pytest.mark.parametrize("seed", [1, 2])
def test_power_cuts_take_nothing_that_was_committed(tmp_path, seed):
    """With the settings of the store, 150 simulated power cuts a seed lose nothing."""
    assert losses(tmp_path, PRAGMAS, seed, 150) == 0, f"seed {seed}"


@pytest.mark.parametrize("level", ["NORMAL", "OFF"])
def test_the_power_cut_simulator_finds_settings_that_lose(tmp_path, level):
    """The simulator can fail: with weaker settings the same cuts do lose commits."""
    weaker = [(name, level if name == "synchronous" else value) for name, value in PRAGMAS]
    assert losses(tmp_path, weaker, 1, 150) > 10
