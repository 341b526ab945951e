"""Whatever is done to a record is found, and the entry it was done to is named (law 6)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waarborg.record.checkpoint import Checkpoint
from waarborg.record.demonstration import demonstration_origin, demonstration_signer
from waarborg.record.failure import VerificationFailure
from waarborg.record.log import Log
from waarborg.record.source import FilesInMemory
from waarborg.record.tiles import WIDTH, bundle_path, decode_bundle, encode_bundle, files
from waarborg.record.tree import Tree
from waarborg.record.verify import verify

ORIGIN = demonstration_origin("test-mission")
WHEN = "2026-04-24T00:00:00Z"


def record(size, origin=ORIGIN):
    """A signed record with one attachment."""
    log = Log()
    text = log.attach(b"the text of the agreement", "text/plain") if size else {}
    for place in range(size):
        body = {"text": text} if place == 0 else {"key": f"report-{place}", "n": place * 7}
        log.append("agreement" if place == 0 else "report", body, WHEN)
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
    assert verdict.blobs == (1 if size else 0)
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
        assert (failure.code, failure.entry) == ("REC-041", 0)
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


REBUILT = st.sampled_from([only_bundles, all_rebuilt])


@settings(max_examples=80)
@given(SIZES, REBUILT, st.data())
def test_a_dropped_entry_is_named(size, rebuild, draw):
    """A dropped entry is named, whether or not the tiles were made to fit."""
    log, named = RECORDS[size]
    place = draw.draw(st.integers(0, size - 1))
    failure = failure_of(rebuild(named, [*log.entries[:place], *log.entries[place + 1 :]]))
    assert failure.code == ("REC-014" if place == size - 1 else "REC-011")
    assert failure.entry == place


@settings(max_examples=80)
@given(SIZES, REBUILT, st.data())
def test_two_swapped_entries_are_named(size, rebuild, draw):
    """Two entries that changed places are both named."""
    log, named = RECORDS[size]
    one, other = sorted(draw.draw(st.sets(st.integers(0, size - 1), min_size=2, max_size=2)))
    swapped = list(log.entries)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    failure = failure_of(rebuild(named, swapped))
    assert (failure.code, failure.entry) == ("REC-012", one)
    assert f"entries {one} and {other} have changed places" in failure.found


@settings(max_examples=80)
@given(SIZES, REBUILT, st.data())
def test_an_inserted_entry_is_named(size, rebuild, draw):
    """An entry put between others is named, even when it claims the place it was put at."""
    log, named = RECORDS[size]
    place = draw.draw(st.integers(0, size - 1))
    forged = log.entries[place].replace(b'"kind":"', b'"kind":"x')
    failure = failure_of(rebuild(named, [*log.entries[:place], forged, *log.entries[place:]]))
    assert failure.code == "REC-013"
    assert failure.entry in {place, place + 1}


@settings(max_examples=50)
@given(SIZES, REBUILT, st.data())
def test_a_record_cut_short_is_found(size, rebuild, draw):
    """Entries missing at the end are found, and the first missing one is named."""
    log, named = RECORDS[size]
    left = draw.draw(st.integers(1, size - 1))
    failure = failure_of(rebuild(named, list(log.entries[:left])))
    assert (failure.code, failure.entry) == ("REC-014", left)


@settings(max_examples=50)
@given(SIZES, st.randoms())
def test_shuffled_entries_are_found(size, dice):
    """Entries in another order are found, also with rebuilt tiles."""
    log, named = RECORDS[size]
    shuffled = list(log.entries)
    dice.shuffle(shuffled)
    if shuffled == list(log.entries):
        verify(FilesInMemory(all_rebuilt(named, shuffled)))
        return
    failure = failure_of(all_rebuilt(named, shuffled))
    first = next(at for at, entry in enumerate(shuffled) if entry != log.entries[at])
    assert failure.code in {"REC-012", "REC-015"}
    assert failure.entry == first


def test_an_entry_added_behind_the_end_is_found():
    """An entry behind the last signed one is found."""
    log, named = RECORDS[40]
    extra = log.entries[39].replace(b'"seq":39', b'"seq":40')
    path = bundle_path(0, 40)
    failure = failure_of(named | {path: named[path] + encode_bundle([extra])})
    assert (failure.code, failure.entry) == ("REC-016", 40)


def test_a_changed_entry_with_all_tiles_rebuilt_fails_at_the_signed_root():
    """When an attacker makes everything fit, the signed root still tells."""
    log, named = RECORDS[700]
    forged = list(log.entries)
    forged[300] = forged[300].replace(b"report-300", b"report-999")
    failure = failure_of(all_rebuilt(named, forged))
    assert failure.code == "REC-022"
    assert log.root().hex() in failure.expected
    assert "replaced together" in failure.meaning


def test_a_changed_entry_with_its_leaf_tile_rebuilt_fails_at_the_tile_above():
    """When only the leaf tile was made to fit, the 256 entries concerned are named."""
    log, named = RECORDS[700]
    forged = list(log.entries)
    forged[300] = forged[300].replace(b"report-300", b"report-999")
    rebuilt = all_rebuilt(named, forged)
    failure = failure_of(named | {path: rebuilt[path] for path in ("tile/0/001", bundle_path(1))})
    assert (failure.code, failure.place) == ("REC-021", "entries 256 to 511")
    assert "hash 1 of tile/1/000.p/2" in failure.expected


@pytest.mark.parametrize(
    ("path", "code", "entry"),
    [
        ("checkpoint", "REC-001", None),
        ("tile/0/001", "REC-030", None),
        ("tile/1/000.p/2", "REC-030", None),
        (bundle_path(1), "REC-030", 256),
        (bundle_path(2, 188), "REC-014", 512),
        ("blobs", "REC-040", 0),
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


def test_entries_that_say_nothing_of_their_place_are_still_held_to_the_root():
    """Entries of any bytes can be kept; swapped with rebuilt tiles they fail at the root."""
    log = Log([b"a", b"b", b"c"])
    named = published(log)
    verify(FilesInMemory(named))
    assert failure_of(all_rebuilt(named, [b"b", b"a", b"c"])).code == "REC-022"
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
    assert (failure.code, failure.entry) == (("REC-012", 3) if swap else ("REC-014", 700))
