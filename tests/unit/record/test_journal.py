"""The journal: statements made and taken, enrolled authors, time marks."""

from datetime import UTC, datetime, timedelta

import pytest

from waarborg.record.chains import replay
from waarborg.record.demonstration import demonstration_seed
from waarborg.record.failure import VerificationFailure
from waarborg.record.journal import Journal
from waarborg.record.scribe import OPERATOR, author_seed, enrolment, is_derived
from waarborg.record.statement import Author, Draft, StatementRefused, read_statement
from waarborg.record.tree import Tree

ORIGIN = "waarborg.example/ceasefire-1"
NOON = datetime(2026, 4, 24, 12, tzinfo=UTC)


def comment(words, at=5):
    """A draft of a comment."""
    return Draft("comment", {"text": words}, at)


def test_a_journal_begins_and_enrols_by_itself():
    """The first word of each author brings the genesis and their key before it; the log replays."""
    journal = Journal(ORIGIN)
    assert journal.say("party-a:monitors", comment("one")) == 2
    assert journal.say("party-a:monitors", comment("two")) == 3
    assert journal.say("party-b:monitors", comment("three")) == 5
    kinds = [each.statement.kind for each in journal.read()]
    assert kinds == ["genesis", "key", "comment", "comment", "key", "comment"]
    chains = replay(journal.log.entries)
    assert (chains.origin, chains.operator) == (ORIGIN, OPERATOR)
    assert chains.heads == journal.chains.heads
    assert journal.root(4) == Tree(journal.log.entries[:4]).root()


def test_the_same_words_give_the_same_bytes_and_a_journal_goes_on():
    """Two journals of one origin and secret agree to the byte, also when one was put away between."""
    one = Journal(ORIGIN)
    for words in ("one", "two", "three"):
        one.say("party-a:monitors", comment(words))
    other = Journal(ORIGIN)
    other.say("party-a:monitors", comment("one"))
    again = Journal(ORIGIN, None, other.log.entries)
    again.say("party-a:monitors", comment("two"))
    again.say("party-a:monitors", comment("three"))
    assert list(again.log.entries) == list(one.log.entries)
    added, said = again.unsaved()
    assert list(added) == list(one.log.entries[3:])
    assert said == [("party-a:monitors", 1), ("party-a:monitors", 2)]
    again.saved()
    assert again.unsaved() == ([], [])
    secret = Journal(ORIGIN, bytes(range(32)))
    secret.say("party-a:monitors", comment("one"))
    assert secret.log.entries[0] != one.log.entries[0]


def test_an_entry_was_recorded_by_the_first_mark_behind_it():
    """Entries carry the time of the next mark; those behind the last carry none; claims change nothing."""
    journal = Journal(ORIGIN)
    journal.say("party-a:monitors", comment("early", at=4_000_000_000))
    journal.mark(NOON)
    journal.say("party-a:monitors", comment("late", at=0))
    journal.mark(NOON + timedelta(hours=1))
    journal.say("party-a:monitors", comment("waiting"))
    told = {
        each.statement.body["text"]: each.recorded_at
        for each in journal.read()
        if each.statement.kind == "comment"
    }
    assert told == {"early": NOON, "late": NOON + timedelta(hours=1), "waiting": None}
    assert journal.chains.recorded == NOON + timedelta(hours=1)


def test_a_mark_never_goes_back_and_only_the_operator_makes_one():
    """An earlier mark, another author's, and a time that there is not are refused."""
    journal = Journal(ORIGIN)
    journal.mark(NOON)
    journal.mark(NOON)
    size = journal.size
    with pytest.raises(VerificationFailure, match="REC-079 entry 3") as raised:
        journal.mark(NOON - timedelta(seconds=1))
    assert raised.value.expected == "a time mark from 2026-04-24T12:00:00Z on"
    assert journal.size == size
    with pytest.raises(VerificationFailure, match="REC-079") as raised:
        journal.say("party-a:monitors", Draft("recorded", {"at": "2026-04-25T00:00:00Z"}, 5))
    assert raised.value.found == "2026-04-25T00:00:00Z by party-a:monitors"
    never = Draft("recorded", {"at": "2026-02-30T00:00:00Z"}, 5)
    with pytest.raises(VerificationFailure, match="with a time that there is"):
        journal.say(OPERATOR, never)
    journal.mark(NOON)
    replay(journal.log.entries)


def test_a_statement_signed_elsewhere_is_taken():
    """Whoever holds a key of their own is enrolled with proof, and nobody here speaks for them."""
    journal = Journal(ORIGIN)
    party = Author("party-b:liaison", b"own" + bytes(29))
    with pytest.raises(VerificationFailure, match="REC-070"):
        journal.take(party.state(comment("too early")))
    party.seq, party.prev = 0, None
    journal.say(OPERATOR, Draft("key", enrolment(party, ORIGIN), 5))
    place = journal.take(party.state(comment("with my own key")))
    assert journal.statement(place).body == {"text": "with my own key"}
    with pytest.raises(VerificationFailure, match="REC-072") as raised:
        journal.say("party-b:liaison", comment("put into their mouth"))
    assert raised.value.expected == "a statement that party-b:liaison signed with the key they hold"
    with pytest.raises(VerificationFailure, match="REC-071"):
        journal.take(party.state(comment("x"))[:-4] + b"AAAA")
    replay(journal.log.entries)


def test_what_cannot_be_said_leaves_the_journal_able_to_go_on():
    """A float, a misfit and a body too large are refused in words; the next word stands well."""
    journal = Journal(ORIGIN)
    with pytest.raises(StatementRefused, match=r"49\.1 is a float"):
        journal.say("party-a:monitors", Draft("comment", {"text": 49.1}, 5))
    with pytest.raises(StatementRefused, match="attach the large part as a blob"):
        journal.say("party-a:monitors", comment("x" * 65_536))
    with pytest.raises(VerificationFailure, match="REC-075"):
        journal.say("party-a:monitors", Draft("vote", {"choice": "for"}, 5))
    journal.say("party-a:monitors", comment("well"))
    replay(journal.log.entries)
    assert [each.statement.kind for each in journal.read()] == ["genesis", "key", "comment"]


def test_what_was_made_equals_what_is_read():
    """A statement as it is made is the one that its bytes give, tuples and all."""
    monitor = Author("party-a:monitors", bytes([7]) * 32)
    draft = Draft("weather", {"list": (1, ("a", None)), "more": {"x": True}}, 5, refs=["ab" * 32])
    made = monitor.make(draft)
    assert made == read_statement(made.leaf)


def test_a_demonstration_key_is_known_for_what_it_is():
    """Anyone can tell a key worked out from the origin from one that somebody holds."""
    secret = demonstration_seed(ORIGIN)
    public = Author("x", author_seed(secret, "x")).public
    assert is_derived(public, secret, "x")
    assert not is_derived(public, secret, "y")
    assert not is_derived(public, bytes(32), "x")


def test_what_is_attached_is_at_hand():
    """Bytes of any size are kept beside the entries under their digest."""
    journal = Journal(ORIGIN)
    reference = journal.attach(b"text", "text/plain")
    journal.say(OPERATOR, Draft("config", {"name": "a.yaml", **reference}, 5))
    assert journal.blobs[reference["blob"]] == b"text"
