"""Whatever is done to a record is found, and the entry it was done to is named (law 6)."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from record_made import leaves_of, log_of
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.demonstration import demonstration_origin, demonstration_signer
from waarborg.record.failure import VerificationFailure
from waarborg.record.log import Log
from waarborg.record.source import FilesInMemory
from waarborg.record.statement import read_statement
from waarborg.record.tiles import WIDTH, bundle_path, decode_bundle, encode_bundle, files
from waarborg.record.tree import Tree
from waarborg.record.verify import verify

ORIGIN = demonstration_origin("test-mission")


def record(size, origin=ORIGIN):
    """A signed record with one attachment, once it has two entries."""
    log = log_of(size, origin)
    return log, published(log, origin)


def published(log, origin=ORIGIN):
    """The files of a log, signed."""
    named = dict(files(log.tree, log.entries))
    named.update({f"blobs/{digest}": data for digest, data in log.blobs.items()})
    note = log.checkpoint(origin).signed(demonstration_signer(origin))
    return named | {"checkpoint": note.encode()}


def only_bundles(named, entries):
    """The record with other entries: bundles written anew, tiles and checkpoint as they were."""
    kept = {path: data for path, data in named.items() if not path.startswith("tile/entries/")}
    for first in range(0, len(entries), WIDTH):
        part = entries[first : first + WIDTH]
        kept[bundle_path(first // WIDTH, len(part))] = encode_bundle(part)
    return kept


def all_rebuilt(named, entries):
    """The record with other entries and every tile made to fit; only the checkpoint is old."""
    kept = {path: data for path, data in named.items() if not path.startswith("tile/")}
    return kept | dict(files(Tree(entries), entries))


def failure_of(named):
    """How the record fails."""
    with pytest.raises(VerificationFailure) as raised:
        verify(FilesInMemory(named))
    return raised.value


SIZES = st.sampled_from([2, 3, 40, 255, 256, 257, 511, 512, 700])
RECORDS = {size: record(size) for size in [1, 2, 3, 40, 255, 256, 257, 511, 512, 700]}


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 700])
def test_an_untouched_record_holds(size):
    """A record as it was written holds, whatever its size, and the verdict tells what was checked."""
    log, named = record(size)
    seen = []
    verdict = verify(FilesInMemory(named), progress=lambda *done: seen.append(done))
    assert verdict.entries == size
    assert verdict.bytes == sum(map(len, log.entries))
    assert verdict.blobs == (1 if size > 1 else 0)
    assert verdict.demonstration
    assert "not who wrote it" in verdict.identity
    assert seen[-1:] == ([(size, size)] if size else [])
    assert verdict.to_json()["root"] == log.root().hex()


@settings(max_examples=150)
@given(SIZES, st.data())
def test_a_flipped_bit_in_any_entry_names_that_entry(size, draw):
    """Any flipped bit in any entry's bytes is found and the right entry is named."""
    log, named = RECORDS[size]
    place = draw.draw(st.integers(0, size - 1))
    entry = bytearray(log.entries[place])
    entry[draw.draw(st.integers(0, len(entry) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
    changed = [*log.entries[:place], bytes(entry), *log.entries[place + 1 :]]
    failure = failure_of(only_bundles(named, changed))
    assert (failure.code, failure.entry) == ("REC-010", place)
    assert failure.place == f"entry {place}"


@settings(max_examples=150)
@given(SIZES, st.data())
def test_a_flipped_bit_in_any_file_is_found(size, draw):
    """Any flipped bit in any file is found; in an entry's file the entry is named."""
    log, named = RECORDS[size]
    path = draw.draw(st.sampled_from(sorted(named)))
    data = bytearray(named[path])
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] ^= 1 << draw.draw(st.integers(0, 7))
    failure = failure_of(named | {path: bytes(data)})
    if path == "checkpoint":
        assert failure.code in {"REC-001", "REC-002", "REC-003", "REC-004"}
    elif path.startswith("blobs/"):
        assert (failure.code, failure.entry) == ("REC-041", 1)
    elif path.startswith("tile/entries/"):
        assert failure.entry == entry_at(log, path, at)
    else:
        assert failure.code == "REC-020"
        assert failure.place == path
        assert f"hash {at // 32} " in failure.expected


def entry_at(log, path, at):
    """Which entry the byte at `at` of a bundle belongs to, its length included."""
    place = int(path.split("/")[2][:3]) * WIDTH
    while at >= 2 + len(log.entries[place]):
        at -= 2 + len(log.entries[place])
        place += 1
    return place


def next_of_author(log, place):
    """The author's next statement behind a place, None when there is none."""
    author = read_statement(log.entries[place]).author
    behind = range(place + 1, log.size)
    return next((at for at in behind if read_statement(log.entries[at]).author == author), None)


@settings(max_examples=80)
@given(SIZES, st.data())
def test_a_dropped_entry_is_named(size, draw):
    """A dropped entry is named by the leaf tiles."""
    log, named = RECORDS[size]
    place = draw.draw(st.integers(0, size - 1))
    failure = failure_of(only_bundles(named, without(log, place)))
    assert failure.code == ("REC-014" if place == size - 1 else "REC-011")
    assert failure.entry == place


@settings(max_examples=80)
@given(SIZES, st.data())
def test_a_dropped_entry_shows_though_every_tile_was_made_to_fit(size, draw):
    """The chain of its author breaks at the next statement; of a last one the number still tells."""
    log, named = RECORDS[size]
    place = draw.draw(st.integers(0, size - 1))
    failure = failure_of(all_rebuilt(named, without(log, place)))
    if place == 0 or read_statement(log.entries[place]).kind == "key":
        assert failure.code in {"REC-070", "REC-072", "REC-014"}
    elif next_of_author(log, place) is None:
        assert (failure.code, failure.entry) == ("REC-014", size - 1)
        assert f"only {size - 1} of {size} entries" in failure.found
    else:
        assert (failure.code, failure.entry) == ("REC-073", next_of_author(log, place) - 1)
        assert "1 before it are not here" in failure.found


def without(log, place):
    """Every entry but one."""
    return [*log.entries[:place], *log.entries[place + 1 :]]


@settings(max_examples=80)
@given(SIZES, st.data())
def test_two_swapped_entries_are_named(size, draw):
    """Two entries that changed places are both named."""
    log, named = RECORDS[size]
    one, other = sorted(draw.draw(st.sets(st.integers(0, size - 1), min_size=2, max_size=2)))
    failure = failure_of(only_bundles(named, swapped(log, one, other)))
    assert (failure.code, failure.entry) == ("REC-012", one)
    assert f"entries {one} and {other} have changed places" in failure.found


@settings(max_examples=80)
@given(SIZES, st.data())
def test_swapped_entries_show_though_every_tile_was_made_to_fit(size, draw):
    """One author's two break the author's chain; of two authors' the signed root still tells."""
    log, named = RECORDS[size]
    one, other = sorted(draw.draw(st.sets(st.integers(0, size - 1), min_size=2, max_size=2)))
    failure = failure_of(all_rebuilt(named, swapped(log, one, other)))
    authors = {read_statement(log.entries[at]).author for at in (one, other)}
    if len(authors) == 1:
        assert failure.code in {"REC-070", "REC-072", "REC-073"}
        assert failure.entry in {0, one, next_of_author(log, one)}
    else:
        assert failure.code in {"REC-022", "REC-070", "REC-072", "REC-073"}
        assert failure.entry is None or failure.entry <= other


def swapped(log, one, other):
    """Two entries in each other's place."""
    found = list(log.entries)
    found[one], found[other] = found[other], found[one]
    return found


def forged(entry):
    """An entry that its author never signed."""
    head, payload, signature = entry.split(b".")
    return b".".join([head, payload, b"A" * len(signature)])


@settings(max_examples=80)
@given(SIZES, st.data())
def test_an_inserted_entry_is_named(size, draw):
    """An entry put between others is named by the leaf tiles."""
    log, named = RECORDS[size]
    place = draw.draw(st.integers(0, size - 1))
    more = [*log.entries[:place], forged(log.entries[place]), *log.entries[place:]]
    failure = failure_of(only_bundles(named, more))
    assert (failure.code, failure.entry) == ("REC-013", place)


@settings(max_examples=80)
@given(SIZES, st.booleans(), st.data())
def test_an_inserted_entry_is_named_though_every_tile_was_made_to_fit(size, again, draw):
    """A forged one fails its signature, a genuine one put in again the chain of its author."""
    log, named = RECORDS[size]
    place = draw.draw(st.integers(0, size - 1))
    # behind full tiles it stands in a tile of its own: see the next test
    assume(place + 1 < size or size % WIDTH)
    entry = log.entries[place]
    more = [*log.entries[: place + 1], entry if again else forged(entry), *log.entries[place + 1 :]]
    failure = failure_of(all_rebuilt(named, more))
    assert (failure.code, failure.entry) == ("REC-074" if again else "REC-071", place + 1)
    assert "the tiles are not as signed either" in failure.found


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("size", [256, 512])
def test_an_entry_put_behind_full_tiles_is_named_by_its_tile(size, again):
    """What stands in a tile of its own behind all that was signed is refused as a file that does not belong."""
    log, named = RECORDS[size]
    last = log.entries[-1]
    failure = failure_of(all_rebuilt(named, [*log.entries, last if again else forged(last)]))

    assert (failure.code, failure.place) == ("REC-031", f"tile/0/{size // WIDTH:03d}.p/1")
    assert "it was put there" in failure.found


@settings(max_examples=50)
@given(SIZES, st.sampled_from([only_bundles, all_rebuilt]), st.data())
def test_a_record_cut_short_is_found(size, rebuild, draw):
    """Entries missing at the end are found, and the first missing one is named."""
    log, named = RECORDS[size]
    left = draw.draw(st.integers(1, size - 1))
    failure = failure_of(rebuild(named, list(log.entries[:left])))
    assert (failure.code, failure.entry) == ("REC-014", left)


@settings(max_examples=50)
@given(SIZES, st.randoms())
def test_shuffled_entries_are_found(size, dice):
    """Entries in another order are found, also with rebuilt tiles, and none before the first is named."""
    log, named = RECORDS[size]
    shuffled = list(log.entries)
    dice.shuffle(shuffled)
    if shuffled == list(log.entries):
        verify(FilesInMemory(all_rebuilt(named, shuffled)))
        return
    first = next(at for at, entry in enumerate(shuffled) if entry != log.entries[at])
    failure = failure_of(only_bundles(named, shuffled))
    assert failure.code in {"REC-012", "REC-015"}
    assert failure.entry == first
    failure = failure_of(all_rebuilt(named, shuffled))
    assert failure.code in {"REC-022", "REC-070", "REC-072", "REC-073"}
    assert failure.entry is None or failure.entry >= first


def test_an_entry_added_behind_the_end_is_found():
    """An entry behind the last signed one is found."""
    _, named = RECORDS[40]
    path = bundle_path(0, 40)
    failure = failure_of(named | {path: named[path] + encode_bundle([leaves_of(41, ORIGIN)[40]])})
    assert (failure.code, failure.entry) == ("REC-016", 40)


def test_a_changed_entry_with_all_tiles_rebuilt_fails_at_its_signature():
    """When an attacker makes everything fit, the author's signature still names the entry."""
    log, named = RECORDS[700]
    changed = list(log.entries)
    changed[300] = forged(changed[300])
    failure = failure_of(all_rebuilt(named, changed))
    assert (failure.code, failure.entry) == ("REC-071", 300)
    assert "the tiles are not as signed either" in failure.found


def test_another_history_with_every_key_fails_at_the_signed_root():
    """Where who holds every author's key says other things, the signed root tells."""
    log, named = RECORDS[700]
    other = leaves_of(700, ORIGIN, b"another text")
    failure = failure_of(all_rebuilt(named, other))
    assert failure.code == "REC-022"
    assert log.root().hex() in failure.expected
    assert "replaced together" in failure.meaning


def test_another_history_with_its_leaf_tiles_rebuilt_fails_at_the_tile_above():
    """When only leaf tiles were made to fit, the 256 entries concerned are named."""
    _, named = RECORDS[700]
    rebuilt = all_rebuilt(named, leaves_of(700, ORIGIN, b"another text"))
    kept = {path: named[path] for path in named if path.startswith("tile/1/")}
    failure = failure_of(rebuilt | kept)
    assert (failure.code, failure.place) == ("REC-021", "entries 0 to 255")
    assert "hash 0 of tile/1/000.p/2" in failure.expected


@pytest.mark.parametrize(
    ("path", "code", "entry"),
    [
        ("checkpoint", "REC-001", None),
        ("tile/0/001", "REC-030", None),
        ("tile/1/000.p/2", "REC-030", None),
        (bundle_path(1), "REC-030", 256),
        (bundle_path(2, 188), "REC-014", 512),
        ("blobs", "REC-040", 1),
    ],
)
def test_a_missing_file_is_named(path, code, entry):
    """Each kind of missing file has its own failure."""
    _, named = RECORDS[700]
    failure = failure_of({name: data for name, data in named.items() if not name.startswith(path)})
    assert (failure.code, failure.entry) == (code, entry)


@pytest.mark.parametrize(
    "name", ["notes.txt", "blobs/" + "0" * 64, "tile/0/003", "tile/0/001.p/7", "tile/entries/0001"]
)
def test_a_file_that_nothing_vouches_for_is_named(name):
    """A file that does not belong is found."""
    _, named = RECORDS[700]
    failure = failure_of(named | {name: b"x" * 32})
    assert (failure.code, failure.place) == ("REC-031", name)


def test_partial_tiles_of_an_earlier_checkpoint_may_stay():
    """The beginning of what stands there now is no stranger; anything else under its name is."""
    log, named = RECORDS[700]
    early = dict(files(Tree(log.entries[:300]), log.entries[:300]))
    verify(FilesInMemory(early | named))
    for path in ("tile/0/001.p/44", "tile/entries/001.p/44"):
        failure = failure_of(early | named | {path: early[path][:-1]})
        assert (failure.code, failure.place) == ("REC-031", path)


def test_a_log_of_another_name_is_refused():
    """A genuine record of another log is not taken for the one asked for."""
    _, named = record(3, "waarborg.example/other")
    with pytest.raises(VerificationFailure, match=r"REC-004 checkpoint .*another log") as raised:
        verify(FilesInMemory(named), origin=ORIGIN)
    assert raised.value.found == "waarborg.example/other"


def test_a_log_whose_name_can_be_no_key_fails_in_words():
    """A checkpoint of a log with a space or a plus in its name is refused, not stumbled over."""
    for name in ("waarborg.example+m", "a log"):
        named = record(3)[1]
        text = named["checkpoint"].replace(ORIGIN.encode(), name.encode(), 1)
        assert failure_of(named | {"checkpoint": text}).code == "REC-003"


def test_the_tree_holds_entries_of_any_bytes():
    """The tree does not ask what entries say; swapped with rebuilt tiles they fail as no statements."""
    log = Log([b"a", b"b", b"c"])
    named = published(log)
    verify(FilesInMemory(named))
    assert failure_of(all_rebuilt(named, [b"b", b"a", b"c"])).code == "REC-070"
    assert failure_of(only_bundles(named, [b"b", b"a", b"c"])).code == "REC-012"


def test_a_bundle_is_its_entries():
    """What was put into a bundle comes out."""
    data = [b"", b"a", b"x" * 65535]
    assert decode_bundle(encode_bundle(data)) == data


@pytest.mark.parametrize("swap", [False, True])
def test_an_absurd_size_costs_nothing(swap):
    """A checkpoint that claims 2^62 entries, signed by whoever, is refused without counting there."""
    log, named = RECORDS[700]
    entries = list(log.entries)
    if swap:
        entries[3], entries[5] = entries[5], entries[3]
    claim = Checkpoint(ORIGIN, 2**62, log.root())
    note = claim.signed(demonstration_signer(ORIGIN)).encode()
    failure = failure_of(all_rebuilt(named, entries) | {"checkpoint": note})
    assert (failure.code, failure.entry) == (("REC-073", 3) if swap else ("REC-014", 700))
