"""Policies and receipts: whose signatures a reader asks for, and proof offline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.base.problems import ProblemsFound
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.note import COSIGNATURE, Note, Signer
from waarborg.record.policy import read_policy
from waarborg.record.receipt import Receipt, ReceiptRefused, make_receipt
from waarborg.record.tree import Tree

LOG = Signer("waarborg.example/m", bytes(range(32)))
OTHER = Signer("waarborg.example/other", b"o" * 32)
WITNESSES = {
    name: Signer(f"witness.example/{name}", name.encode() * 16, COSIGNATURE)
    for name in ("g1", "g2", "g3", "me")
}
KEYS = {name: signer.verifier.vkey for name, signer in WITNESSES.items()}
TEXT = f"""# the policy of party A
log {LOG.verifier.vkey} https://record.example/m
witness g1 {KEYS["g1"]} https://g1.example
witness\tg2  {KEYS["g2"]}
witness g3 {KEYS["g3"]}

witness me {KEYS["me"]}
group guarantors 2 g1 g2 g3
group mine all me guarantors
quorum mine
"""


def keys(*names):
    """The verifiers of witnesses by name."""
    return [WITNESSES[name].verifier for name in names]


def test_a_quorum_of_groups_within_groups():
    """Two of three guarantors and myself: met, not met, and who is silent."""
    policy = read_policy(TEXT.encode())
    assert policy.met_by(keys("me", "g1", "g3"))
    assert not policy.met_by(keys("me", "g1"))
    assert not policy.met_by(keys("g1", "g2", "g3"))
    assert policy.lacking(keys("me", "g1")) == ("g2", "g3")
    assert policy.addresses == {LOG.name: "https://record.example/m", "g1": "https://g1.example"}
    assert read_policy(b"quorum none").met_by([])


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("quorum none\r\n", "POL-001", 1),
        ("", "POL-002", 0),
        ("quorum none\nquorum none", "POL-002", 0),
        ("quorum none\nwitnes x y", "POL-003", 2),
        ("quorum none\nlog", "POL-004", 2),
        ("quorum none x", "POL-004", 1),
        (f"log {LOG.verifier.vkey}\nlog {LOG.verifier.vkey}\nquorum none", "POL-005", 2),
        (f"witness a {KEYS['g1']}\nwitness b {KEYS['g1']}\nquorum none", "POL-005", 2),
        (f"witness a {KEYS['g1']}\ngroup g any a a\nquorum none", "POL-006", 2),
        (
            f"witness a {KEYS['g1']}\ngroup g any a\ngroup h any a\nquorum none",
            "POL-006",
            3,
        ),
        (f"witness a {KEYS['g1']}\ngroup g 2 a\nquorum none", "POL-007", 2),
        (f"witness a {KEYS['g1']}\ngroup g 0 a\nquorum none", "POL-007", 2),
        ("quorum x", "POL-008", 1),
        ("group g any x\nquorum none", "POL-008", 1),
        (f"witness none {KEYS['g1']}\nquorum none", "POL-009", 1),
        (f"witness a {KEYS['g1']}\nwitness a {KEYS['g2']}\nquorum none", "POL-009", 2),
        ("witness a nonsense\nquorum none", "POL-010", 1),
        (f"log {KEYS['g1']}\nquorum none", "POL-011", 1),
        (f"witness a {LOG.verifier.vkey}\nquorum none", "POL-011", 1),
    ],
)
def test_each_problem_of_a_policy_is_named(text, code, line):
    """Each kind of mistake has its code and its line."""
    with pytest.raises(ProblemsFound, match=f"{code} policy") as raised:
        read_policy(text.encode())
    assert (code, line) in {(each.code, each.line) for each in raised.value.problems}


def test_all_problems_of_a_policy_come_at_once():
    """Three mistakes, three problems."""
    with pytest.raises(ProblemsFound, match="POL-003") as raised:
        read_policy(b"nonsense\nwitness a b\nquorum x")
    codes = [each.code for each in raised.value.problems]
    assert codes == ["POL-002", "POL-003", "POL-010", "POL-008"]


ENTRIES = [b"%d" % at for at in range(300)]
TREE = Tree(ENTRIES)


def checkpoint(names=("me", "g1", "g2"), log=LOG):
    """A checkpoint of the entries, cosigned."""
    text = Checkpoint(log.name, 300, TREE.root()).text
    lines = [log.sign(text), *(WITNESSES[name].sign(text, 1_777_000_000) for name in names)]
    return Note(text, tuple(lines)).encode()


@given(st.integers(0, 299))
def test_a_receipt_proves_its_entry_offline(index):
    """A receipt reads back and shows its own entry, and no other."""
    policy = read_policy(TEXT.encode())
    receipt = make_receipt(index, 300, TREE.node, checkpoint())
    again = Receipt.parse(receipt.encode())
    assert again == receipt
    assert again.verify(ENTRIES[index], policy).size == 300
    with pytest.raises(ReceiptRefused, match="not shown to be in the log"):
        again.verify(b"another", policy)


def test_a_receipt_keeps_what_the_application_adds():
    """Extra bytes come back; nothing vouches for them."""
    receipt = Receipt(5, tuple(TREE.inclusion(5)), checkpoint(), b"for the reader")
    assert Receipt.parse(receipt.encode()) == receipt
    assert b"\nextra Zm9y" in receipt.encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (checkpoint(["me", "g1"]), "the quorum 'mine' is not met; silent: g2, g3"),
        (checkpoint(log=OTHER), "accepts no log of the name waarborg.example/other"),
        (checkpoint().replace(b"300", b"301"), "does not hold"),
    ],
)
def test_a_receipt_below_the_policy_is_refused(data, words):
    """Too few witnesses, another log, a wrong signature."""
    receipt = Receipt(5, tuple(TREE.inclusion(5)), data)
    with pytest.raises(ReceiptRefused, match=words):
        receipt.verify(ENTRIES[5], read_policy(TEXT.encode()))


GOOD = make_receipt(5, 300, TREE.node, checkpoint()).encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "begins with c2sp.org/tlog-proof@v1"),
        (GOOD.replace(b"@v1", b"@v2"), "begins with c2sp.org/tlog-proof@v1"),
        (GOOD.replace(b"index 5", b"index 05"), "names no place"),
        (GOOD.replace(b"index 5\n", b"5\n"), "names no place"),
        (GOOD.replace(b"index 5\n", b"index 5\nAAAA\n"), "at most 63 hashes of 32 bytes"),
        (GOOD.replace(b"index 5\n", b"extra !\nindex 5\n"), "is not base64"),
        ("é\n\n".encode(), "are ASCII"),
    ],
)
def test_malformed_receipts_are_refused(data, words):
    """Each kind of malformed receipt is refused in words."""
    with pytest.raises(ReceiptRefused, match=words):
        Receipt.parse(data)
