"""The log, its attachments, manifests and the demonstration key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.record.base64url import to_base64url
from waarborg.record.blobs import blob_references, may_name_blobs
from waarborg.record.canonical import NotCanonical
from waarborg.record.demonstration import (
    demonstration_origin,
    demonstration_seed,
    demonstration_signer,
)
from waarborg.record.log import Log
from waarborg.record.manifest import differences, manifest, manifest_digest
from waarborg.record.statement import Author, Draft
from waarborg.record.tree import Tree


def test_the_tree_follows_the_entries():
    """Root and checkpoint are those of all entries so far, and of any earlier size."""
    log = Log(b"entry %d" % place for place in range(10))
    early = log.root()
    assert log.add(b"entry 10") == 10
    assert log.root() == Tree(log.entries).root()
    assert log.root(10) == early
    assert log.checkpoint("waarborg.example/m").size == 11


def test_an_attachment_is_named_by_its_digest():
    """What is attached is found again in the statement that names it, at any depth."""
    log = Log()
    one, other = log.attach(b"zones", "application/geo+json"), log.attach(b"", "text/plain")
    author = Author("party-a:monitors", bytes(32))
    log.add(author.state(Draft("weather", {"zones": one, "more": [{"text": other}]}, 5)))
    named = dict(blob_references(log.entries[0]))
    assert named == {one["blob"]: 5, other["blob"]: 0}
    assert log.blobs[one["blob"]] == b"zones"


@given(st.text(max_size=12), st.integers(0, 2**40), st.text(max_size=4))
def test_an_attachment_named_in_a_statement_is_found_at_any_depth_and_alignment(pad, count, more):
    """However the name falls in the base64 of a statement, it is seen; without it nothing is."""
    author = Author("party-a:monitors", bytes(32))
    body = {
        "a" * (len(pad) + 1): pad,
        "deep": [{"x": {"blob": "ab" * 32, "bytes": count, "y": more}}],
    }
    leaf = author.state(Draft("weather", body, 5))
    assert list(blob_references(leaf)) == [("ab" * 32, count)]
    other = author.state(Draft("weather", {"blub": pad, "y": more}, 5))
    assert list(blob_references(other)) == []
    assert not may_name_blobs(b"any bytes")


def test_an_entry_that_cannot_be_read_is_said_so():
    """Bytes that look as if they named an attachment and are no statement are refused in words."""
    word = to_base64url(b'{"blob":"').encode()
    with pytest.raises(NotCanonical, match="not JSON"):
        list(blob_references(b"ey." + word + b".ey"))
    with pytest.raises(NotCanonical, match="three parts in base64url"):
        list(blob_references(word))


def test_a_manifest_is_sorted_and_its_digest_does_not_depend_on_order():
    """Same files, same digest; an edited, a missing and a new file are each named."""
    stated = manifest({"b.csv": b"2", "a.csv": b"1"})
    assert [row["path"] for row in stated] == ["a.csv", "b.csv"]
    assert manifest_digest(stated) == manifest_digest(manifest({"a.csv": b"1", "b.csv": b"2"}))
    found = manifest({"a.csv": b"1!", "c.csv": b"3"})
    assert [
        (path, one == "absent", other == "absent")
        for path, one, other in differences(stated, found)
    ] == [
        ("a.csv", False, False),
        ("b.csv", False, True),
        ("c.csv", True, False),
    ]
    assert not differences(stated, stated)


def test_the_demonstration_key_never_changes():
    """The key of a mission is the same on every machine and in every version."""
    origin = demonstration_origin("easter-truce-2026")
    assert origin == "waarborg.example/easter-truce-2026"
    assert demonstration_signer(origin).verifier.vkey == (
        "waarborg.example/easter-truce-2026+2984e277+Act2FtimUob35ypAjd3kVvRGSb417bgTra3CqrMqPZzc"
    )
    assert demonstration_seed(origin) not in repr(demonstration_signer(origin)).encode()


def test_a_mission_name_that_cannot_stand_in_an_origin_is_refused():
    """Spaces and plus signs would make a malformed key name."""
    with pytest.raises(ValueError, match=r"'easter truce' cannot stand in a log's name"):
        demonstration_origin("easter truce")
