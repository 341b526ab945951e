"""The terms of a member are put into words when somebody reads them, and are then as a tuple of them."""

from __future__ import annotations

import pickle

from waarborg.incidents.incident import Term, Terms

PLACE, DAY = Term("place", 2.0, "both at Kherson"), Term("day", 1.0, "the same day")
ASKED: list[str] = []


def worded(*names: str) -> tuple[Term, ...]:
    """The terms of these names; notes that they were asked for."""
    ASKED.extend(names)
    return tuple(each for each in (PLACE, DAY) if each.name in names)


def test_terms_are_worded_once_and_only_when_read() -> None:
    """Nothing is worded while nobody reads, nor where two come from the same; then once."""
    ASKED.clear()
    terms = Terms(worded, "place", "day")
    assert terms == Terms(worded, "place", "day")
    assert not ASKED
    assert [*terms, terms[0], *terms[1:]] == [PLACE, DAY, PLACE, DAY]
    assert len(terms) == 2
    assert ASKED == ["place", "day"]


def test_terms_are_as_a_tuple_of_them() -> None:
    """Equal, printed, hashed and sent as the tuple of the same terms is."""
    terms, plain = Terms(worded, "place"), (PLACE,)
    assert terms == plain == pickle.loads(pickle.dumps(terms))  # noqa: S301  # our own
    assert (repr(terms), hash(terms)) == (repr(plain), hash(plain))
    assert terms == Terms(worded, "place", "target")
    assert terms not in {(), (DAY,), Terms(worded, "day")}
