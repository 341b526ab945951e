"""Whatever bytes are handed over, a verifier says what is wrong, and never more than that."""

# ruff: noqa: PT017  # for random bytes being taken and being refused are both looked at

from hypothesis import given, settings
from hypothesis import strategies as st

from record_made import log_of
from waarborg.base.problems import ProblemsFound
from waarborg.record.chains import Chains
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.cosignatures import check_cosignatures
from waarborg.record.demonstration import demonstration_origin, demonstration_signer
from waarborg.record.disclosure import Disclosure, DisclosureRefused
from waarborg.record.failure import VerificationFailure
from waarborg.record.fraud import NoFraud, check_fraud
from waarborg.record.policy import Policy, read_policy
from waarborg.record.receipt import Receipt, ReceiptRefused
from waarborg.record.source import FilesInMemory
from waarborg.record.statement import StatementRefused, read_statement
from waarborg.record.tiles import BundleRefused, decode_bundle, encode_bundle, files, parse_path
from waarborg.record.verify import verify
from waarborg.record.verify_since import verify_since
from waarborg.record.witness import Refused, read_request

ORIGIN = demonstration_origin("test-mission")
SIGNER = demonstration_signer(ORIGIN)
LOG = log_of(600, ORIGIN)
GOOD = dict(files(LOG.tree, LOG.entries))
GOOD |= {f"blobs/{digest}": data for digest, data in LOG.blobs.items()}
GOOD["checkpoint"] = LOG.checkpoint(ORIGIN).signed(SIGNER).encode()
NAMES = sorted(GOOD)
HOSTILE = st.one_of(
    st.none(),
    st.binary(max_size=200),
    st.binary(min_size=32, max_size=32).map(lambda data: data * 256),
    st.text(max_size=100).map(str.encode),
)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(NAMES), HOSTILE, min_size=1, max_size=4))
def test_a_record_with_hostile_files_is_refused(changes):
    """Any files replaced or removed: a failure with place, expected and found, never another error."""
    changed = {**GOOD, **changes}
    named = {name: data for name, data in changed.items() if data is not None}
    if named == GOOD:
        return
    try:
        verify(FilesInMemory(named))
    except VerificationFailure as failure:
        assert failure.place
        assert failure.expected
        assert failure.found
        return
    raise AssertionError(f"held with other {sorted(changes)}")


@settings(max_examples=100)
@given(
    st.dictionaries(st.sampled_from(NAMES), HOSTILE, max_size=4),
    st.integers(0, 700),
    st.integers(0, 2**63 - 1),
)
def test_since_with_hostile_files_is_refused_or_right(changes, seen, size):
    """Checking only what is new either is right about what it read or fails in words."""
    changed = {**GOOD, **changes}
    source = FilesInMemory({name: data for name, data in changed.items() if data is not None})
    before = Checkpoint(ORIGIN, seen, LOG.root(min(seen, 600)))
    try:
        verify_since(source, before, Checkpoint(ORIGIN, size, LOG.root()))
    except VerificationFailure:
        return
    assert size == 600
    assert seen <= 600


@given(st.binary(max_size=300))
def test_hostile_bytes_are_refused_by_every_reader(data):
    """Requests, receipts, bundles, entries, statements, policies: refused in words."""
    for read, refusal in (
        (lambda: read_request(data, {ORIGIN: [SIGNER.verifier]}), Refused),
        (lambda: Receipt.parse(data), ReceiptRefused),
        (lambda: read_statement(data), StatementRefused),
        (lambda: Chains().add(data), VerificationFailure),
    ):
        try:
            read()
        except refusal as refused:
            assert str(refused)
        else:
            raise AssertionError(f"taken: {data!r}")
    try:
        assert encode_bundle(decode_bundle(data)) == data
    except BundleRefused as refused:
        assert str(refused)
    try:
        assert isinstance(read_policy(data), Policy)
    except ProblemsFound as found:
        assert found.problems


@given(st.text(max_size=100))
def test_hostile_text_is_refused_by_every_reader(text):
    """Disclosures and paths: refused, or read back as they stood."""
    try:
        assert Disclosure.parse(text).encoded == text
    except DisclosureRefused as refused:
        assert str(refused)
    assert parse_path(text) is None


WORDS = st.dictionaries(
    st.sampled_from(["format", "early", "late", "root", "proof"]),
    st.one_of(
        st.none(), st.integers(), st.text(max_size=70), st.lists(st.text(max_size=70), max_size=3)
    ),
)


@given(WORDS)
def test_a_hostile_fraud_proof_shows_nothing(words):
    """Made-up fraud proofs are refused in words, also around a genuine checkpoint."""
    for proof in (words, words | {"early": GOOD["checkpoint"].decode()}):
        try:
            check_fraud(proof, [SIGNER.verifier])
        except NoFraud as refused:
            assert str(refused)
        else:
            raise AssertionError(f"taken: {proof}")


@given(st.binary(max_size=300))
def test_a_hostile_checkpoint_meets_no_policy(data):
    """Whatever stands in the checkpoint, a policy's check fails in words."""
    policy = read_policy(f"log {SIGNER.verifier.vkey}\nquorum none\n".encode())
    try:
        check_cosignatures(FilesInMemory({"checkpoint": data}), policy)
    except VerificationFailure as failure:
        assert failure.code in {"REC-001", "REC-003"}
    else:
        raise AssertionError(f"taken: {data!r}")
