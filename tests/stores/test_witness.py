"""Witnesses: what they cosign, what they refuse, what they never forget; forks leave proof."""

import base64
import socket
import threading
from hashlib import sha256

import pytest

from waarborg.app.services.witness_service import WitnessSilent, ask_witness, witness_server
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.failure import VerificationFailure
from waarborg.record.fraud import NoFraud, check_fraud, prove_fraud
from waarborg.record.note import COSIGNATURE, Note, Signer, sign
from waarborg.record.tree import EMPTY_ROOT, Tree
from waarborg.store.witness_book import WitnessBook, WitnessBookLost

LOG = Signer("waarborg.example/m", bytes(range(32)))
KEY = Signer("witness.example/party-a", b"w" * 32, COSIGNATURE)
TREE = Tree([b"%d" % at for at in range(40)])
FORK = Tree([b"%d" % at for at in range(5)] + [b"other %d" % at for at in range(35)])
NOW = 1_777_000_000


def head(size, tree=TREE, signer=LOG):
    """A signed checkpoint."""
    return Checkpoint(signer.name, size, tree.root(size)).signed(signer).encode()


def request(old, size, tree=TREE, proof=None, note=None):
    """The body of a request."""
    hashes = tree.consistency(old, size) if proof is None and 0 < old < size else proof or []
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in hashes)]
    return ("\n".join(lines) + "\n\n").encode() + (note or head(size, tree))


@pytest.fixture
def book(tmp_path):
    """A witness that knows one log."""
    WitnessBook.begin(tmp_path)
    opened = WitnessBook(tmp_path, KEY, {LOG.name: [LOG.verifier]})
    yield opened
    opened.close()


def test_a_growing_log_is_cosigned_step_by_step(book):
    """Each consistent step is cosigned; what is served carries both signatures."""
    old = 0
    for size in (1, 1, 5, 32, 40):
        answer = book.add_checkpoint(request(old, size), NOW + size)
        assert answer.status == 200
        text = Checkpoint(LOG.name, size, TREE.root(size)).text
        line = Note.parse(b"x\n\n" + answer.body).signatures[0]
        assert KEY.verifier.holds(text, line)
        assert int.from_bytes(line.data[:8], "big") == NOW + size
        old = size
    served = book.checkpoint(sha256(LOG.name.encode()).hexdigest())
    keys = [LOG.verifier, KEY.verifier]
    assert Note.parse(served).verified_by(keys) == tuple(keys)
    assert book.checkpoint("0" * 64) is None


BAD_SIGNATURE = head(5).replace(b"\n5\n", b"\n6\n")
CASES = [
    ("a first checkpoint with a proof", request(0, 5, proof=[bytes(32)]), 409),
    ("the same size again", request(3, 3), 200),
    ("a stale old size", request(2, 5), 409),
    ("an old size beyond what was seen", request(4, 5), 409),
    ("an old size beyond the new one", request(6, 5), 400),
    ("another root at the same size", request(3, 3, note=head(3, Tree([b"a", b"b", b"c"]))), 422),
    ("a proof that proves nothing", request(3, 5, proof=[bytes(32)]), 422),
    ("an empty proof", request(3, 5, proof=[]), 422),
    ("a log nobody knows", request(0, 5, note=head(5, TREE, Signer("x", bytes(32)))), 404),
    ("a signature that does not hold", request(3, 6, note=BAD_SIGNATURE), 403),
    (
        "a signature by another key",
        request(3, 5, note=head(5, TREE, Signer(LOG.name, b"z" * 32))),
        403,
    ),
    ("no old line", b"old x\n\n" + head(5), 400),
    ("an old size with a leading zero", b"old 03\n\n" + head(5), 400),
    ("a proof line that is not base64", b"old 3\n!\n\n" + head(5), 400),
    ("a proof line that is not canonical", b"old 3\nAB==\n\n" + head(5), 400),
    ("a hash of the wrong length", b"old 3\nAAAA\n\n" + head(5), 400),
    ("64 proof lines", request(3, 5, proof=[bytes(32)] * 64), 400),
    ("no checkpoint", b"old 3\n\n", 400),
    ("a request that is too large", b"old 3\n" + b"A" * 70_000, 413),
    (
        "an empty log with another root",
        request(0, 0, note=Checkpoint(LOG.name, 0, bytes(32)).signed(LOG).encode()),
        409,
    ),
]


@pytest.mark.parametrize(
    ("body", "status"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_request_is_answered_as_the_specification_says(book, body, status):
    """After a first cosigned checkpoint of 3 entries, each request gets its status."""
    assert book.add_checkpoint(request(0, 3), NOW).status == 200
    answer = book.add_checkpoint(body, NOW)
    assert answer.status == status
    if status == 409:
        assert (answer.body, answer.content_type) == (b"3\n", "text/x.tlog.size")
    assert book.add_checkpoint(request(3, 5), NOW).status == 200


def test_what_a_new_witness_refuses(book):
    """An empty log has one root, and a first checkpoint needs no proof."""
    empty = Checkpoint(LOG.name, 0, bytes(32)).signed(LOG).encode()
    assert book.add_checkpoint(request(0, 0, note=empty), NOW).status == 422
    assert book.add_checkpoint(request(0, 5, proof=[bytes(32)]), NOW).status == 422
    assert len(book.evidence()) == 2
    right = Checkpoint(LOG.name, 0, EMPTY_ROOT).signed(LOG).encode()
    assert book.add_checkpoint(request(0, 0, note=right), NOW).status == 200


def test_a_fork_is_refused_and_kept_as_evidence(book):
    """Two roots at one size, or a later head that does not extend the last: refused and kept."""
    assert book.add_checkpoint(request(0, 10), NOW).status == 200
    forks = [request(10, 10, note=head(10, FORK)), request(10, 20, FORK), request(5, 10, FORK)]
    assert [book.add_checkpoint(body, NOW).status for body in forks] == [422, 422, 409]
    assert book.evidence() == forks
    assert book.add_checkpoint(request(10, 20), NOW).status == 200


def test_a_clock_that_goes_backwards_stops_the_witness(book):
    """Nothing is cosigned under a time before the last one."""
    assert book.add_checkpoint(request(0, 3), NOW).status == 200
    answer = book.add_checkpoint(request(3, 5), NOW - 1)
    assert (answer.status, answer.body) == (503, b"the clock of this witness went backwards\n")
    assert book.add_checkpoint(request(3, 5), NOW).status == 200


def test_memory_outlives_the_process_and_is_never_begun_anew(book, tmp_path):
    """After closing and opening the last head is known; a lost memory stops the key for good."""
    assert book.add_checkpoint(request(0, 10), NOW).status == 200
    logs = {LOG.name: [LOG.verifier]}
    with pytest.raises(VerificationFailure, match="REC-051"):
        WitnessBook(tmp_path, KEY, logs)
    book.close()
    again = WitnessBook(tmp_path, KEY, logs)
    assert again.add_checkpoint(request(0, 10), NOW).status == 409
    again.close()
    with pytest.raises(WitnessBookLost, match="begun here before"):
        WitnessBook.begin(tmp_path)
    (tmp_path / "witness.db").unlink()
    with pytest.raises(WitnessBookLost, match="must not cosign again"):
        WitnessBook(tmp_path, KEY, logs)


def test_many_requests_at_once_never_roll_back(book):
    """Requests that race leave the witness at the largest size, each answer in order."""
    assert book.add_checkpoint(request(0, 1), NOW).status == 200
    answers = []

    def push():
        steps = [(old, size) for size in range(2, 41) for old in (size - 1, 1)]
        answers.extend(book.add_checkpoint(request(*step), NOW).status for step in steps)

    threads = [threading.Thread(target=push) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers.count(200) >= 39
    assert set(answers) <= {200, 409}
    assert book.add_checkpoint(request(40, 40), NOW).status == 200


@pytest.fixture
def address(book):
    """The witness on a port of its own."""
    server = witness_server(book, ("127.0.0.1", 0), lambda: NOW)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_log_asks_a_witness_over_http(address):
    """From nothing, from where it stood, and again: the log gets a line that holds."""
    for size in (5, 5, 40):
        text = Checkpoint(LOG.name, size, TREE.root(size)).text
        (line,) = ask_witness(address, sign(text, [LOG]).encode(), TREE.node)
        assert KEY.verifier.holds(text, line)
    with pytest.raises(WitnessSilent, match="answered 409: 40"):
        ask_witness(address, head(20), TREE.node)
    with pytest.raises(WitnessSilent, match="answered 422"):
        ask_witness(address, head(40, FORK), FORK.node)
    with pytest.raises(WitnessSilent, match="is no web address"):
        ask_witness("file:///etc", head(40), TREE.node)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(WitnessSilent, match="cannot be reached"):
            ask_witness(f"http://127.0.0.1:{free.getsockname()[1]}", head(40), TREE.node)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"POST /other HTTP/1.1\r\nContent-Length: 0\r\n\r\n", b"404"),
        (b"POST /add-checkpoint HTTP/1.1\r\n\r\n", b"411"),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"411"),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"GET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET /" + b"0" * 64 + b"/checkpoint HTTP/1.1\r\nConnection: close\r\n\r\n", b"404"),
    ],
)
def test_strange_http_is_answered_in_kind(address, lines, status):
    """Other addresses, no length, absurd lengths."""
    port = int(address.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port)) as peer:
        peer.sendall(lines)
        assert peer.recv(1000).split()[1] == status


def test_two_heads_that_conflict_make_a_portable_proof():
    """One size with two roots, or a later head without the earlier: shown to anyone with the key."""
    keys = [LOG.verifier]
    same = prove_fraud(head(10), head(10, FORK), None)
    assert check_fraud(same, keys) == f"{LOG.name} signed two roots for 10 entries"
    later = prove_fraud(head(40, FORK), head(10), FORK.node)
    words = check_fraud(later, keys)
    assert f"whose first 10 have root {FORK.root(10).hex()}" in words
    assert TREE.root(10).hex() in words


def test_what_is_no_fraud_is_not_called_so():
    """One history, one head twice, another log's head, a forged head, a false path."""
    keys = [LOG.verifier]
    other = Signer("waarborg.example/other", b"o" * 32)
    with pytest.raises(NoFraud, match="extends the earlier one"):
        check_fraud(prove_fraud(head(10), head(40), TREE.node), keys)
    with pytest.raises(NoFraud, match="both checkpoints say the same"):
        check_fraud(prove_fraud(head(10), head(10), None), keys)
    proof = prove_fraud(head(10), head(10, FORK, other), None)
    with pytest.raises(NoFraud, match="of different logs"):
        check_fraud(proof, [*keys, other.verifier])
    with pytest.raises(NoFraud, match="is not one the log signed"):
        check_fraud(prove_fraud(head(10), head(10, FORK, other), None), keys)
    with pytest.raises(NoFraud, match="entries or tiles of the later history are needed"):
        prove_fraud(head(10), head(40, FORK), None)
    with pytest.raises(NoFraud, match="cannot be read"):
        prove_fraud(b"nonsense", head(10), None)
    false = prove_fraud(head(10), head(40, FORK), FORK.node) | {"root": "ab" * 32}
    with pytest.raises(NoFraud, match="not shown to have had another root"):
        check_fraud(false, keys)
