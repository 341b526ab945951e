"""Statements, disclosures and chains: strict, signed by their author, complete."""

import json
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.record.base64url import from_base64url, to_base64url
from waarborg.record.canonical import encode
from waarborg.record.chains import Chains, replay
from waarborg.record.disclosure import Disclosure, DisclosureRefused, conceal, digest_of, match
from waarborg.record.failure import VerificationFailure
from waarborg.record.kinds import KINDS, TYPES, json_schema, misfits
from waarborg.record.statement import (
    Author,
    Draft,
    StatementRefused,
    possession_message,
    read_statement,
    thumbprint,
)

ORIGIN = "waarborg.example/ceasefire-1"


def salts():
    """Salts that a test can repeat; the product takes them from the system's dice."""
    return (number.to_bytes(16, "big") for number in count(1))


def author(name, number):
    """An author with a key of their own."""
    return Author(name, bytes([number]) * 32)


class Mission:
    """A small mission: an operator and three monitors who have begun a log."""

    def __init__(self):
        self.operator = author("operator", 1)
        self.people = [author(f"party-{letter}:monitors", at) for at, letter in enumerate("abc", 2)]
        rows = [
            {"name": each.name, "public": to_base64url(each.public)}
            for each in (self.operator, *self.people)
        ]
        genesis = Draft("genesis", {"origin": ORIGIN, "keys": rows}, 0)
        self.leaves = [self.operator.state(genesis)]

    def say(self, who, kind, body, **more):
        """One more statement; its leaf hash."""
        self.leaves.append(who.state(Draft(kind, body, 1_777_000_000, **more)))
        return read_statement(self.leaves[-1]).hash


def report(text="village shelled", **private):
    """A report with private fields."""
    return {"source": "monitor", "key": text}, conceal(private, salts(), fillers=2)


def test_a_statement_is_signed_and_read_back():
    """What an author states reads back, verifies with their key and with no other."""
    monitor = author("party-a:monitors", 7)
    body, private = report(words="the plain words")
    draft = Draft(
        "report", body, 1_777_000_000, {"parties": private}, ["ab" * 32], "case-1", "cd" * 32
    )
    statement = read_statement(monitor.state(draft))
    statement.verify(monitor.public)
    assert (statement.author, statement.seq, statement.prev) == ("party-a:monitors", 0, None)
    assert (statement.kind, statement.body, statement.refs) == ("report", body, ("ab" * 32,))
    assert (statement.case, statement.rules) == ("case-1", "cd" * 32)
    assert statement.key_id == thumbprint(monitor.public)
    assert set(statement.digests["parties"]) == {each.digest for each in private}
    second = read_statement(monitor.state(Draft("comment", {"text": "more"}, 1)))
    assert (second.seq, second.prev) == (1, statement.hash)
    with pytest.raises(StatementRefused, match="another was given"):
        statement.verify(author("x", 8).public)


@given(st.data())
def test_a_changed_byte_of_a_statement_never_verifies(draw):
    """Whichever byte is changed, the statement is refused or its signature does not hold."""
    monitor = author("party-a:monitors", 7)
    leaf = monitor.state(Draft("report", report()[0], 5))
    at = draw.draw(st.integers(0, len(leaf) - 1))
    byte = draw.draw(st.integers(0, 255).filter(lambda value: value != leaf[at]))
    changed = leaf[:at] + bytes([byte]) + leaf[at + 1 :]
    with pytest.raises(StatementRefused, match=r"\w+ \w+"):
        read_statement(changed).verify(monitor.public)


@given(st.binary(max_size=200))
def test_hostile_bytes_are_refused(data):
    """Any other bytes are refused in words, never more."""
    with pytest.raises(StatementRefused, match=r"\w+ \w+"):
        read_statement(data)


def forged(header=None, payload=None, drop=()):
    """A correctly signed statement whose header or payload a careless writer got wrong."""
    monitor = author("party-a:monitors", 7)
    leaf = monitor.state(Draft("report", {"source": "x"}, 5))
    parts = [json.loads(from_base64url(each)) for each in leaf.decode().split(".")[:2]]
    parts[0].update(header or {})
    parts[1].update(payload or {})
    for key in drop:
        del parts[1][key]
    signed = ".".join(to_base64url(encode(part)) for part in parts).encode()
    return signed + b"." + to_base64url(monitor._key.sign(signed)).encode()


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        (b"a.b", "three parts"),
        ("é.a.b".encode(), "is ASCII"),
        (b"e=.e.e", "not canonical base64url"),
        (b"e30.e30.e30", "a signature has 64 bytes, this one 2"),
        (forged({"alg": "none"}), "the header is not that of a statement"),
        (forged({"crit": ["x"]}), "the header is not that of a statement"),
        (forged({"kid": "short"}), "the header names no key"),
        (forged(payload={"extra": 1}), r"unknown \['extra'\]"),
        (forged(drop=["iat"]), r"missing \['iat'\]"),
        (forged(payload={"seq": -1}), "malformed seq"),
        (forged(payload={"seq": True}), "malformed seq"),
        (forged(payload={"seq": 1}), "malformed prev"),
        (forged(payload={"iss": "a b"}), "malformed iss"),
        (forged(payload={"refs": ["xyz"]}), "malformed refs"),
        (forged(payload={"body": {"_sd": []}}), "malformed body"),
        (forged(payload={"v": 2}), "malformed v"),
        (forged(payload={"case": ""}), "malformed case"),
        (forged(payload={"rules": "x"}), "malformed rules"),
        (forged(payload={"_sd_alg": "md5"}), "need _sd_alg sha-256"),
        (forged(payload={"private": {}}), "need _sd_alg sha-256"),
        (
            forged(payload={"_sd_alg": "sha-256", "private": {"friends": {"_sd": []}}}),
            "malformed private fields of class 'friends'",
        ),
        (
            forged(payload={"_sd_alg": "sha-256", "private": {"parties": {"_sd": ["x" * 43] * 2}}}),
            "one digest stands there twice",
        ),
        (b"x" * 65_536, "a log holds at most 65535"),
    ],
)
def test_malformed_statements_are_refused(leaf, words):
    """Each kind of malformed statement is refused in words."""
    with pytest.raises(StatementRefused, match=words):
        read_statement(leaf)


def test_a_draft_that_cannot_be_a_statement_does_not_move_the_chain():
    """A refused draft leaves author and chain as they were."""
    monitor = author("party-a:monitors", 7)
    with pytest.raises(StatementRefused, match=r"a 'report' statement: \$\.body\.lat: 4\.5 is a f"):
        monitor.state(Draft("report", {"lat": 4.5}, 5))
    with pytest.raises(StatementRefused, match="malformed kind"):
        monitor.state(Draft("Report!", {}, 5))
    assert (monitor.seq, monitor.prev) == (0, None)


def test_the_digest_of_rfc_9901():
    """RFC 9901, 4.2.1 and 4.2.3: the example disclosure has the digest the standard prints."""
    example = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert digest_of(example) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert Disclosure.parse(example).value == "Möbius"


def test_disclosures_are_matched_strictly():
    """Presented disclosures are given by class; nothing that does not belong is passed over."""
    private = conceal({"words": "a", "place": {"lat": "49.1"}}, salts())
    other = conceal({"sha256": "ff"}, salts())
    digests = {"parties": [each.digest for each in private], "mission": [other[0].digest]}
    encoded = [each.encoded for each in private]
    found = match(digests, [*encoded, other[0].encoded])
    assert {each.name: each.value for each in found["parties"].values()} == {
        "words": "a",
        "place": {"lat": "49.1"},
    }
    assert match(digests, [encoded[0]])["mission"] == {}
    stranger = conceal({"words": "b"}, iter([bytes(16)]))[0].encoded
    for presented, words in (
        ([*encoded, stranger], "no digest of this statement belongs"),
        ([encoded[0], encoded[0]], "was presented twice"),
    ):
        with pytest.raises(DisclosureRefused, match=words):
            match(digests, presented)
    with pytest.raises(DisclosureRefused, match="the field 'words' is there already"):
        match(digests, encoded, clear=["words"])
    twice = [conceal({"words": text}, iter([bytes([at]) * 16]))[0] for at, text in enumerate("ab")]
    with pytest.raises(DisclosureRefused, match="the field 'words' is there already"):
        match({"parties": [each.digest for each in twice]}, [each.encoded for each in twice])


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (["c2FsdA", "name", 1], "at least 128 bits"),
        (["A" * 22, "_sd", 1], "reserved name"),
        (["A" * 22, "...", 1], "reserved name"),
        (["A" * 22, "x", {"a": [{"_sd": []}]}], "reserved name"),
        (["A" * 22, "x"], "a list of salt, name and value"),
        ([1, "x", 1], "salt and name of a disclosure are text"),
        ({"a": 1}, "a list of salt, name and value"),
    ],
)
def test_malformed_disclosures_are_refused(parts, words):
    """Each kind of malformed disclosure is refused in words."""
    with pytest.raises(DisclosureRefused, match=words):
        Disclosure.parse(to_base64url(encode(parts)))


def test_disclosures_that_are_not_json_or_not_base64_are_refused():
    """Encoding is strict as well, and so is whoever conceals."""
    with pytest.raises(DisclosureRefused, match="not canonical base64url"):
        Disclosure.parse("A")
    with pytest.raises(DisclosureRefused, match="not JSON"):
        Disclosure.parse(to_base64url(b"[1,"))
    with pytest.raises(DisclosureRefused, match="at least 128 bits"):
        conceal({"a": 1}, iter([b"short"]))
    with pytest.raises(DisclosureRefused, match="reserved name"):
        conceal({"_sd": 1}, salts())


def test_a_whole_log_of_statements_replays():
    """Genesis, reports, enrolment, replacement and withdrawal of keys, approval, freeze."""
    mission = Mission()
    body, private = report(words="the plain words")
    hidden = mission.say(mission.people[0], "report", body, private={"parties": private})
    newcomer = author("guarantor-1:desk", 9)
    mission.say(mission.operator, "key", key_body("enrol", newcomer))
    mission.say(newcomer, "comment", {"text": "here"})
    renewed = Author(newcomer.name, b"n" * 32, newcomer.seq + 1)
    mission.say(newcomer, "key", key_body("replace", renewed))
    renewed.seq, renewed.prev = newcomer.seq, newcomer.prev
    mission.say(renewed, "comment", {"text": "with a new key"})
    mission.say(mission.operator, "key", key_body("withdraw", renewed))
    digest = private[0].digest
    entry = {"entry": 1, "leaf": hidden, "digests": [digest], "ground": "names a person"}
    proposal = mission.say(mission.people[0], "redaction", entry)
    for who in mission.people:
        assert replay(mission.leaves).redacted == {}
        mission.say(who, "approval", {"decision": "approve"}, refs=[proposal])
    assert replay(mission.leaves).redacted == {1: {digest: 7}}
    mission.say(mission.people[1], "weather", {"anything": ["goes"]})
    mission.say(mission.operator, "freeze", {"reason": "the mission ends"})
    chains = replay(mission.leaves)
    assert (chains.frozen, chains.origin, chains.operator) == (12, ORIGIN, "operator")
    mission.leaves.append(mission.people[2].state(Draft("comment", {"text": "late"}, 5)))
    with pytest.raises(VerificationFailure, match="REC-076 entry 13"):
        replay(mission.leaves)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"entry": 2}, "the hash of entry 2"),
        ({"entry": 3}, "an entry with private fields"),
        ({"leaf": "ab" * 32}, "the hash of entry 1"),
        ({"digests": []}, "private fields of entry 1"),
        ({"digests": ["x" * 43]}, "private fields of entry 1"),
    ],
)
def test_a_redaction_names_its_entry_and_fields_or_is_refused(change, expected):
    """The place, the hash and the fields of a redaction must be those of one entry of the record."""
    mission = Mission()
    body, private = report(words="the plain words")
    hidden = mission.say(mission.people[0], "report", body, private={"parties": private})
    other, more = report("another", words="other words")
    mission.say(mission.people[0], "report", other, private={"parties": more})
    digests = [private[0].digest]
    entry = {"entry": 1, "leaf": hidden, "digests": digests, "ground": "names a person"}
    mission.say(mission.people[1], "redaction", entry | change)
    with pytest.raises(VerificationFailure, match="REC-075 entry 3") as raised:
        replay(mission.leaves)
    assert expected in raised.value.expected


def key_body(action, who):
    """The body of a change of keys, with proof that its holder holds the key."""
    return {
        "action": action,
        "name": who.name,
        "public": to_base64url(who.public),
        "possession": who.prove_possession(who.public, f"{ORIGIN} {who.name}"),
    }


def test_a_dropped_statement_shows_as_a_gap_in_its_authors_chain():
    """Whoever leaves out an author's statement is caught by the author's next."""
    mission = Mission()
    for text in ("one", "two", "three"):
        mission.say(mission.people[0], "comment", {"text": text})
        mission.say(mission.people[1], "comment", {"text": text})
    del mission.leaves[3]
    with pytest.raises(VerificationFailure, match="REC-073 entry 4") as raised:
        replay(mission.leaves)
    assert raised.value.found == "statement 2: 1 before it are not here"
    assert raised.value.expected == "statement 1 of party-a:monitors"


def broken(change):
    """How a mission's log fails after a change."""
    mission = Mission()
    mission.say(mission.people[0], "comment", {"text": "one"})
    change(mission)
    with pytest.raises(VerificationFailure, match=r"REC-\d{3} ") as raised:
        replay(mission.leaves)
    return raised.value


def test_a_second_statement_of_one_number_is_refused():
    """An author who makes two statements with one number is caught, and so is a false link."""
    double = broken(
        lambda mission: mission.leaves.append(
            Author(mission.people[0].name, bytes([2]) * 32).state(
                Draft("comment", {"text": "2"}, 5)
            )
        )
    )
    assert (double.code, double.entry, double.found) == ("REC-074", 2, "a second statement 0")
    unlinked = broken(
        lambda mission: mission.leaves.append(
            Author(mission.people[0].name, bytes([2]) * 32, 1, "ab" * 32).state(
                Draft("comment", {"text": "2"}, 5)
            )
        )
    )
    assert (unlinked.code, unlinked.found) == ("REC-074", f"after one with hash {'ab' * 32}")


def test_statements_that_do_not_count_are_refused():
    """Unknown keys, forged signatures, other bytes, wrong fields, a second genesis."""
    cases = {
        "REC-070": lambda mission: mission.leaves.append(b'{"body":{}}'),
        "REC-072": lambda mission: mission.say(author("stranger", 66), "comment", {"text": "x"}),
        "REC-071": lambda mission: mission.leaves.append(with_other_signature(mission.people[1])),
        "REC-075": lambda mission: mission.say(mission.people[1], "vote", {"choice": "for"}),
    }
    for code, change in cases.items():
        assert (broken(change).code, broken(change).entry) == (code, 2)
    again = Draft("genesis", {"origin": ORIGIN, "keys": []}, 0)
    second = broken(lambda mission: mission.leaves.append(mission.operator.state(again)))
    assert (second.code, second.found) == ("REC-072", "another genesis")
    with pytest.raises(VerificationFailure, match="REC-070 entry 0"):
        Chains().add(author("x", 1).state(Draft("comment", {"text": "no genesis"}, 5)))


def with_other_signature(who):
    """A statement under somebody's name and key hint with a signature that is not theirs."""
    signed, _, _ = who.state(Draft("comment", {"text": "x"}, 5)).rpartition(b".")
    return signed + b"." + to_base64url(bytes(64)).encode()


@pytest.mark.parametrize(
    ("who", "body", "words"),
    [
        ("operator", {"action": "burn"}, "the action 'burn' is none of enrol, replace, withdraw"),
        ("monitor", {"action": "enrol"}, "party-a:monitors may not enrol a key of newcomer"),
        ("operator", {"action": "replace"}, "operator may not replace a key of newcomer"),
        ("operator", {"action": "withdraw"}, "no such key counts for newcomer"),
        ("operator", {"action": "enrol", "public": "AAAA"}, "the key is not 32 bytes"),
        ("operator", {"action": "enrol", "possession": "AAAA"}, "has not shown that they hold it"),
    ],
)
def test_changes_of_keys_that_nobody_may_make_are_refused(who, body, words):
    """Who may enrol, replace and withdraw is checked, and that the new key is held."""
    newcomer = author("newcomer", 9)

    def change(mission):
        speaker = mission.operator if who == "operator" else mission.people[0]
        mission.say(speaker, "key", {**key_body("enrol", newcomer), **body})

    failure = broken(change)
    assert failure.code == "REC-072"
    assert words in failure.found


def test_possession_is_bound_to_log_and_name():
    """A proof made for one log or name does not serve another."""
    assert possession_message(b"k", "a x") != possession_message(b"k", "b x")


def test_every_kind_has_fields_of_known_types_and_a_schema():
    """The registry is whole: types are known, schemas name exactly its fields."""
    assert len(KINDS) >= 22
    for kind in KINDS.values():
        fields = {**kind.needed, **kind.optional}
        assert set(fields.values()) <= set(TYPES)
        assert set(json_schema(kind)["properties"]) == set(fields)
        assert json_schema(kind)["required"] == sorted(kind.needed)
        assert kind.meaning.endswith(".")
        assert not set(kind.private) & set(fields)


def test_misfits_are_named_all_at_once():
    """Missing, unknown, wrong and to-be-concealed fields are all told; unknown kinds pass."""
    body = {"collected_at": "2026-04-12", "copy_of": "xyz", "role": ""}
    assert misfits("evidence", 1, body) == [
        "collected_at is no field of evidence; it belongs concealed, class parties",
        "copy_of should be of type hash",
        "media_type is missing",
        "role should be of type text",
    ]
    assert misfits("evidence", 2, body) == []
    assert misfits("unheard-of", 1, body) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("config", {"name": "agreement.yaml", "text": "nothing is a breach"}),
        ("engine", {"waarborg": "9", "fusion_model": "mine", "fusion_digest": "0" * 64}),
        ("derived", {"digest": "0" * 64}),
        ("freeze", {"reason": "we have had enough"}),
    ],
)
def test_only_whoever_keeps_the_record_sets_texts_states_figures_and_ends_it(kind, body):
    """A party with a key that counts can neither change the text nor stop the log."""
    mission = Mission()
    mission.say(mission.people[0], kind, body)
    with pytest.raises(VerificationFailure, match="REC-086 entry 1") as raised:
        replay(mission.leaves)
    assert raised.value.expected == f"a {kind!r} statement by operator"
    assert raised.value.found == "one by party-a:monitors"


def test_nobody_withdraws_the_key_of_another():
    """Naming oneself beside another's key does not silence the other."""
    mission = Mission()
    one, other = mission.people[:2]
    theirs = {"action": "withdraw", "name": one.name, "public": to_base64url(other.public)}
    mission.say(one, "key", theirs)
    with pytest.raises(VerificationFailure, match="no such key counts for party-a:monitors"):
        replay(mission.leaves)


@pytest.mark.parametrize("kind", ["key", "recorded", "freeze", "redaction", "approval"])
def test_what_moves_the_log_must_be_of_a_version_that_is_known(kind):
    """A body that cannot be read is refused there, not carried, and never a traceback."""
    mission = Mission()
    mission.say(mission.people[0], kind, {}, kind_version=2)
    with pytest.raises(VerificationFailure, match="REC-075 entry 1") as raised:
        replay(mission.leaves)
    assert raised.value.found == "version 2, where version 1 is known"
