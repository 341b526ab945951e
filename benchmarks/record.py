"""What the record costs, beside the floor of the machine, measured in the same minutes.

    python benchmarks/record.py [--entries 1000000] [--rounds 5] [--json FILE]

Disks and shared processors differ by a factor of seven from one minute to the next, so each figure
is taken in turn with its floor, several times, and the medians of the ratios are told.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from hashlib import sha256
from pathlib import Path
from unittest import mock

from waarborg.record.checkpoint import Checkpoint
from waarborg.record.disclosure import conceal
from waarborg.record.journal import Journal
from waarborg.record.log import Log
from waarborg.record.note import Signer
from waarborg.record.source import read_tile
from waarborg.record.statement import Author, Draft, read_statement
from waarborg.record.tiles import grow, node_reader
from waarborg.record.tree import (
    Tree,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from waarborg.record.verify import verify
from waarborg.record.verify_since import verify_since
from waarborg.store.concealed import Concealed
from waarborg.store.mission_record import MissionRecord
from waarborg.store.record_folder import FolderSource, write, write_files
from waarborg.store.record_sql import SqlRecord, Submission

ORIGIN, SEED = "waarborg.example/benchmark", bytes(32)
ROUNDS = 5


def timed(work):
    """Seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(ours, floor, rounds=ROUNDS):
    """Both taken in turn: median seconds of each, and median of ours / floor."""
    pairs = []
    for at in range(rounds):
        order = (ours, floor) if at % 2 else (floor, ours)
        found = [timed(each) for each in order]
        pairs.append(found if at % 2 else found[::-1])
    return {
        "seconds": round(statistics.median(one for one, _ in pairs), 6),
        "floor_seconds": round(statistics.median(other for _, other in pairs), 6),
        "times_floor": round(statistics.median(one / other for one, other in pairs), 3),
    }


def entries(count):
    """Bytes as long as a short statement, each other; the tree does not ask who signed them."""
    words = "eyJhbGciOiJFZERTQSJ9." + "QUJD" * 60
    return [f"{words}{at:08d}.{'x' * 86}".encode() for at in range(count)]


def hash_everything(leaves):
    """The floor of a tree: its hashes and nothing else."""
    row = [sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)
        above = [sha256(b"\1" + one + other).digest() for one, other in pairs]
        row = above + row[len(above) * 2 :]


def tree_figures(leaves):
    """Building the tree, against its hashes and against pymerkle."""
    found = {"tree": ratio(lambda: Tree(leaves).root(), lambda: hash_everything(leaves))}
    try:
        from pymerkle import InmemoryTree  # noqa: PLC0415  # only where it is installed
    except ImportError:
        return found
    some = leaves[:50_000]

    def theirs():
        tree = InmemoryTree(algorithm="sha256")
        for leaf in some:
            tree.append_entry(leaf)

    found["tree_against_pymerkle"] = ratio(lambda: Tree(some).root(), theirs, 3)
    return found


def proof_figures(leaves):
    """Making and checking proofs; checking against the hashes it must compute."""
    tree, size, at = Tree(leaves), len(leaves), len(leaves) // 3
    root, leaf, old = tree.root(), leaf_hash(leaves[at]), tree.root(at)
    inclusion, consistency = tree.inclusion(at), tree.consistency(at)

    def hashes(count):
        for _ in range(1000 * count):
            node_hash(leaf, root)

    def check_inclusion():
        for _ in range(1000):
            verify_inclusion(at, size, leaf, inclusion, root)

    def check_consistency():
        for _ in range(1000):
            verify_consistency(at, size, old, root, consistency)

    steps = [0]

    def counted(_left, _right):
        steps[0] += 1
        return node_hash(_left, _right)

    with mock.patch("waarborg.record.tree.node_hash", counted):
        verify_consistency(at, size, old, root, consistency)
    return {
        "verify_inclusion_1000": ratio(check_inclusion, lambda: hashes(len(inclusion))),
        "verify_consistency_1000": ratio(check_consistency, lambda: hashes(steps[0])),
        "make_inclusion_1000_s": timed(lambda: [tree.inclusion(at) for _ in range(1000)]),
        "make_consistency_1000_s": timed(lambda: [tree.consistency(at) for _ in range(1000)]),
    }


def folder_figures(leaves, folder):
    """Writing a record, verifying all of it, and only what is new."""
    log = Log(leaves)
    log.root()
    wrote = timed(lambda: write(folder, log, SEED, ORIGIN))
    source, keys = FolderSource(folder), [Signer(ORIGIN, SEED).verifier]
    found = {
        "write_s": round(wrote, 3),
        "verify": ratio(lambda: verify(source, keys), lambda: hash_everything(leaves), 3),
    }
    old = len(leaves) - 1000
    seen = Log(leaves[:old]).checkpoint(ORIGIN)
    now = log.checkpoint(ORIGIN)
    found["verify_since_1000_new_s"] = round(timed(lambda: verify_since(source, seen, now)), 4)
    found["verify_memory_mb"] = verify_memory(folder)
    return found


def since_figures(count, folder, new=1000):
    """Verifying only what is new in a log of any size, which is made without holding it."""

    def made():
        for at in range(count):
            yield b"entry %d %b" % (at, b"x" * 180)

    wrote = timed(lambda: write_files(folder, grow(0, made(), lambda *_: b"")))
    source = FolderSource(folder)
    node = node_reader(partial(read_tile, source), count)
    seen, now = (Checkpoint(ORIGIN, size, root(node, size)) for size in (count - new, count))
    took = [timed(lambda: verify_since(source, seen, now)) for _ in range(5)]
    return {
        "entries": count,
        "new": new,
        "write_s": round(wrote, 1),
        "verify_since_s": round(statistics.median(took), 4),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def verify_memory(folder):
    """The most memory that a fresh process takes to verify, beside one that only starts."""
    program = (
        "import sys; from pathlib import Path\n"
        "from waarborg.record.verify import verify\n"
        "from waarborg.store.record_folder import FolderSource\n"
        "def most(): return int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
        "start = most()\n"
        "verify(FolderSource(Path(sys.argv[1])))\n"
        "print(start // 1024, most() // 1024)\n"
    )
    command = [sys.executable, "-c", program, str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return {"at_start": int(said[0]), "most": int(said[1])}


def append_figures(folder, url):
    """Durable appends, in turn with writing the same bytes to a file and syncing it.

    The statements are made, that is signed and checked, before the clock starts: what is taken is the
    acknowledgement. `made` has both. The fields of the third kind are three a statement, encrypted before.
    """
    floor = os.open(folder / f"floor-{url[:6]}", os.O_WRONLY | os.O_CREAT)
    found = {}
    with MissionRecord.open(folder / f"mission-{url[:6]}", ORIGIN, SEED, url) as record:
        for batch in (1, 10, 100, 1000):
            found[f"batch_{batch}"] = batch_figures(record, batch, floor)
        found["batch_100_with_3_private_fields"] = batch_figures(record, 100, floor, 3)
        found["publish_s"] = round(timed(record.publish), 3)
    os.close(floor)
    return found


def batch_figures(record, batch, floor, fields=0):
    """One size of batch, each commit in turn with its floor."""
    calls = 200 if batch <= 10 else 100
    rows = []
    for call in range(calls):
        made = timed(lambda call=call: say(record, call, batch, fields))
        part, _ = record.journal.unsaved()
        part = list(part)
        places = range(record.journal.size - len(part), record.journal.size)
        extra = [field.ciphertext for at in places if fields for field in record.concealed(at)]
        order = (record.commit, lambda part=part + extra: synced(floor, part))
        took = [timed(each) for each in (order if call % 2 else order[::-1])]
        ours, theirs = took if call % 2 else took[::-1]
        rows.append((ours, theirs, made))
    ours, theirs, made = (statistics.median(row[at] for row in rows) for at in range(3))
    return {
        "ms": round(ours * 1000, 3),
        "floor_ms": round(theirs * 1000, 3),
        "entries_per_s": round(batch / ours),
        "made_and_acknowledged_per_s": round(batch / (ours + made)),
        "share_of_floor": round(statistics.median(b / a for a, b, _ in rows), 3),
        "share_in_all": round(sum(row[1] for row in rows) / sum(row[0] for row in rows), 3),
    }


def say(record, call, batch, fields):
    """Put so many statements into a journal."""
    for at in range(batch):
        private, held = {}, []
        if fields:
            words = {f"field{number}": "x" * 60 for number in range(fields)}
            disclosures = conceal(words, iter([os.urandom(16) for _ in words]))
            private = {"parties": disclosures}
            held = [Concealed("parties", each.digest, os.urandom(160)) for each in disclosures]
        draft = Draft("comment", {"text": f"{call} {at} " + "x" * 60}, 5, private)
        record.say("party-a:m", draft, held)


def admission_figures(folder):
    """Statements handed in by others: read strictly, signature checked, acknowledged, 100 at a time."""
    record = SqlRecord.create(f"sqlite:///{folder}/in.db", folder / "in.log", ORIGIN)
    journal = Journal(ORIGIN, SEED)
    for at in range(1000):
        journal.say("party-a:m", Draft("comment", {"text": f"{at} " + "x" * 60}, 5))
    leaves = list(journal.log.entries)
    took = timed(
        lambda: [
            record.submit([Submission(leaf) for leaf in leaves[at : at + 100]])
            for at in range(0, len(leaves), 100)
        ]
    )
    record.close()
    return {"entries_per_s": round(len(leaves) / took)}


def synced(handle, part):
    """Write and bring to disk."""
    os.write(handle, b"".join(part))
    os.fdatasync(handle)


def statement_figures():
    """Signing and checking statements."""
    author = Author("party-a:m", bytes(32))
    draft = Draft("report", {"source": "https://news.example/" + "x" * 100}, 5)
    leaves = []
    sign = timed(lambda: leaves.extend(author.state(draft) for _ in range(2000)))
    check = timed(lambda: [read_statement(leaf).verify(author.public) for leaf in leaves])
    return {"sign_per_s": round(2000 / sign), "check_per_s": round(2000 / check)}


def main():
    """Take all figures and print them."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--json", type=Path)
    options.add_argument("--since", type=int, default=0, help="only --since, in a log of so many")
    options.add_argument("--appends", action="store_true", help="only the durable appends")
    options.add_argument("--postgresql", help="URL of an empty database", default="")
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="waarborg-benchmark-"))
    try:
        if chosen.since:
            print(json.dumps(since_figures(chosen.since, folder / "record"), indent=1))
            return
        if chosen.appends:
            found = {"append_sqlite": append_figures(folder, f"sqlite:///{folder}/r.db")}
            print(json.dumps(found | {"admission": admission_figures(folder)}, indent=1))
            return
        leaves = entries(chosen.entries)
        found = {
            "machine": {"python": platform.python_version(), "processors": os.cpu_count()},
            "entries": len(leaves),
            "bytes": sum(map(len, leaves)),
            **tree_figures(leaves),
            **proof_figures(leaves),
            **folder_figures(leaves, folder / "record"),
            "statements": statement_figures(),
            "append_sqlite": append_figures(folder, f"sqlite:///{folder}/r.db"),
            "admission_sqlite": admission_figures(folder),
        }
        if chosen.postgresql:
            found["append_postgresql"] = append_figures(folder, chosen.postgresql)
        found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    finally:
        shutil.rmtree(folder)
    text = json.dumps(found, indent=1)
    print(text)
    if chosen.json:
        chosen.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
