"""Private fields: encrypted by class, erased for good, and every proof still valid."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from waarborg.record.account import Fate, account_for
from waarborg.record.base64url import to_base64url
from waarborg.record.chains import replay
from waarborg.record.disclosure import conceal
from waarborg.record.failure import VerificationFailure
from waarborg.record.sealing import SealBroken, seal, seal_to, unseal, unseal_with
from waarborg.record.statement import Author, Draft, read_statement
from waarborg.record.verify import verify
from waarborg.store.concealed import Concealed
from waarborg.store.record_folder import FolderSource
from waarborg.store.record_publication import publish
from waarborg.store.record_sql import SqlRecord, Submission
from waarborg.store.record_vault import Vault, carry_out_redactions, conceal_to, fresh_salt

ORIGIN = "waarborg.example/ceasefire-1"
CLASS_KEYS = {kind: kind.encode().ljust(32, b".") for kind in ("parties", "mission")}
CANARY = "the-witness-lives-at-12-Lime-Street"


class Desk:
    """A record with its vault, an operator and three people who may approve."""

    def __init__(self, database, tmp_path):
        self.folder = tmp_path
        self.record = SqlRecord.create(database, tmp_path / "signed.log", ORIGIN)
        self.vault = Vault(tmp_path / "vault.db", CLASS_KEYS)
        self.people = [Author(f"person-{at}", bytes([at]) * 32) for at in range(1, 5)]
        rows = [{"name": who.name, "public": to_base64url(who.public)} for who in self.people]
        genesis = Draft("genesis", {"origin": ORIGIN, "keys": rows}, 0)
        self.record.submit([Submission(self.people[0].state(genesis))])

    def close(self):
        """Let go of both files."""
        self.record.close()
        self.vault.close()

    def report(self, fields, kind="parties"):
        """A report with private fields; its place, statement and disclosures."""
        private = conceal(fields, iter(fresh_salt, None), fillers=1)
        leaf = self.people[1].state(Draft("report", {"source": "m"}, 5, {kind: private}))
        (place,) = self.record.submit([Submission(leaf, self.vault.conceal({kind: private}))])
        return place, read_statement(leaf), private

    def redact(self, place, statement, digests, approvals=2):
        """Propose a redaction and approve it."""
        body = {"entry": place, "leaf": statement.hash, "digests": digests, "ground": "safety"}
        proposal = self.people[1].state(Draft("redaction", body, 6))
        (number,) = self.record.submit([Submission(proposal)])
        refs = [read_statement(proposal).hash]
        for who in self.people[1 : 2 + approvals]:
            approval = who.state(Draft("approval", {"decision": "approve"}, 7, refs=refs))
            self.record.submit([Submission(approval)])
        return number

    def bytes_on_disk(self):
        """Every byte of every file."""
        return b"".join(each.read_bytes() for each in self.folder.rglob("*") if each.is_file())


@pytest.fixture
def desk(database, tmp_path):
    """A record with its vault."""
    opened = Desk(database, tmp_path)
    yield opened
    opened.close()


def test_private_fields_come_back_only_with_their_key(desk, tmp_path):
    """What was concealed is revealed by the vault; another class key opens nothing."""
    place, statement, private = desk.report({"words": CANARY})
    fields = desk.record.concealed(place)
    assert sorted(map(desk.vault.reveal, fields)) == sorted(each.encoded for each in private)
    assert {each.digest for each in fields} == set(statement.digests["parties"])
    assert CANARY.encode() not in desk.bytes_on_disk()
    desk.vault.close()
    other = Vault(tmp_path / "vault.db", {"parties": bytes(32)})
    with pytest.raises(SealBroken, match="does not open what was sealed for 'parties "):
        other.reveal(fields[0])
    with pytest.raises(KeyError, match="mission"):
        other.conceal({"mission": private})
    other.close()


def test_redaction_erases_for_good_and_every_proof_stays(desk, tmp_path):
    """After two approvals plaintext, ciphertext and key are nowhere; the record still verifies."""
    place, statement, private = desk.report({"words": CANARY, "name": "A. Person"})
    kept_place, kept, kept_private = desk.report({"words": "stays"})
    words = next(each for each in private if each.name == "words")
    field = next(each for each in desk.record.concealed(place) if each.digest == words.digest)
    slot = int.from_bytes(field.ciphertext[:8], "big")
    query = "SELECT wrapped FROM data_key WHERE slot = ?"
    wrapped = desk.vault._file.execute(query, (slot,)).fetchone()[0]
    assert wrapped in desk.bytes_on_disk()
    before = desk.record.checkpoint()
    number = desk.redact(place, statement, [words.digest])
    assert carry_out_redactions(desk.record, desk.vault) == {place: [words.digest]}
    assert carry_out_redactions(desk.record, desk.vault) == {}
    on_disk = desk.bytes_on_disk()
    for gone in (CANARY.encode(), words.salt.encode(), words.encoded.encode(), wrapped):
        assert gone not in on_disk
    assert desk.vault.reveal(field) is None
    if desk.record._engine.dialect.name == "sqlite":
        assert field.ciphertext not in on_disk
    publish(desk.record, tmp_path / "public", bytes(32))
    verify(FolderSource(tmp_path / "public"))
    chains = replay(desk.record.entries())
    shown = [desk.vault.reveal(each) for each in desk.record.concealed(place)]
    fates = account_for(place, statement, shown, chains.redacted[place], ["parties"])
    assert {each.digest: each.fate for each in fates}[words.digest] is Fate.REDACTED
    assert {each.by_entry for each in fates if each.fate is Fate.REDACTED} == {number}
    assert Fate.MISSING not in {each.fate for each in fates}
    shown = [desk.vault.reveal(each) for each in desk.record.concealed(kept_place)]
    fates = account_for(kept_place, kept, shown, {}, ["parties"])
    assert {each.value for each in fates} == {"stays", None}
    assert len(fates) == len(kept_private)
    assert desk.record.checkpoint().size > before.size


@pytest.mark.parametrize("approvals", [0, 1])
def test_a_redaction_without_two_others_has_no_effect(desk, approvals):
    """The proposer's own approval does not count; one other is not enough."""
    place, statement, private = desk.report({"words": CANARY})
    desk.redact(place, statement, [private[0].digest], approvals)
    assert carry_out_redactions(desk.record, desk.vault) == {}
    assert all(map(desk.vault.reveal, desk.record.concealed(place)))


def accounts(private, presented, redacted=(), entitled=("parties",)):
    """The fates of the fields of one report."""
    author = Author("a", bytes(32))
    statement = read_statement(author.state(Draft("report", {"source": "m"}, 5, private)))
    found = account_for(3, statement, presented, dict.fromkeys(redacted, 9), entitled)
    return {each.digest: each for each in found}


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_field_has_exactly_one_fate(draw):
    """Shown: disclosed; redacted: by that entry; another class: withheld; else missing."""
    salts = iter(lambda: draw.draw(st.binary(min_size=16, max_size=16)), None)
    private = {
        kind: [conceal({f"{kind}-{at}": at}, salts)[0] for at in range(3)]
        for kind in ("parties", "mission")
    }
    every = [each for fields in private.values() for each in fields]
    if len({each.digest for each in every}) < len(every):
        return
    shown = draw.draw(st.sets(st.sampled_from(range(6))))
    redacted = draw.draw(st.sets(st.sampled_from(range(6))))
    found = accounts(
        private, [every[at].encoded for at in shown], [every[at].digest for at in redacted]
    )
    for at, field in enumerate(every):
        got = found[field.digest]
        if at in shown:
            assert (got.fate, got.name, got.value) == (Fate.DISCLOSED, field.name, field.value)
        elif at in redacted:
            assert (got.fate, got.by_entry) == (Fate.REDACTED, 9)
        else:
            assert got.fate is (Fate.MISSING if at < 3 else Fate.WITHHELD)
        assert got.to_json()["class"] == ("parties" if at < 3 else "mission")


def test_a_disclosure_that_does_not_belong_fails():
    """A forged disclosure beside the right ones is a failure, never passed over."""
    private = conceal({"words": "a"}, iter([bytes(16)]))
    forged = conceal({"words": "b"}, iter([bytes(16)]))[0].encoded
    with pytest.raises(VerificationFailure, match="REC-077 entry 3"):
        accounts({"parties": private}, [private[0].encoded, forged])


def test_only_fillers_may_have_the_same_name_in_two_classes():
    """Each class hides its number of fields by itself; any other name twice is a failure."""
    salts = (bytes([at]) * 16 for at in range(9))
    private = {kind: conceal({}, salts, 1) for kind in ("parties", "mission")}
    shown = [each.encoded for fields in private.values() for each in fields]
    assert {each.fate for each in accounts(private, shown).values()} == {Fate.DISCLOSED}
    for name, value in (("words", None), ("filler_0", "words")):
        private = {kind: conceal({name: value}, salts) for kind in ("parties", "mission")}
        shown = [each.encoded for fields in private.values() for each in fields]
        with pytest.raises(VerificationFailure, match=f"the field '{name}' is there already"):
            accounts(private, shown)


def test_a_field_sealed_to_people_is_closed_to_everyone_else():
    """Each named reader opens it alone; another key, another context, a changed byte do not."""
    seeds = [bytes([at]) * 32 for at in (1, 2, 3)]
    public = [
        X25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() for seed in seeds
    ]
    private = conceal({"place": "exact"}, iter([bytes(16)]))
    (field,) = conceal_to(private, public[:2])
    context = f"sealed {private[0].digest}"
    for seed in seeds[:2]:
        assert unseal_with(field.ciphertext, seed, context).decode() == private[0].encoded
    with pytest.raises(SealBroken, match="not sealed to this reader"):
        unseal_with(field.ciphertext, seeds[2], context)
    with pytest.raises(SealBroken, match="was altered"):
        unseal_with(field.ciphertext, seeds[0], "another")
    with pytest.raises(SealBroken, match="was altered"):
        unseal_with(field.ciphertext[:-1] + b"?", seeds[1], context)
    with pytest.raises(ValueError, match="at least one reader"):
        seal_to(b"x", [], "c")
    assert isinstance(field, Concealed)


def test_sealed_bytes_are_bound_to_key_and_context():
    """AES-GCM opens only with the same key, context and bytes."""
    sealed = seal(b"data", b"k" * 32, b"n" * 12, "here")
    assert unseal(sealed, b"k" * 32, "here") == b"data"
    for other in ((sealed, b"l" * 32, "here"), (sealed, b"k" * 32, "there"), (b"", b"k" * 32, "")):
        with pytest.raises(SealBroken, match="does not open"):
            unseal(*other)
