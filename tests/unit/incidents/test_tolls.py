"""The numbers of killed and injured that a headline names."""

from __future__ import annotations

import pytest

from waarborg.incidents.tolls import tolls


@pytest.mark.parametrize(
    ("headline", "killed", "injured"),
    [
        ("marshrutku 2 zagiblih i 7 poranenih", (2,), (7,)),
        ("rosiyani vbili dvoh lyudey", (2,), ()),
        ("desyat postrazhdalih u dnipri", (), (10,)),
        ("5 fabiv skinuli na misto", (), ()),
        ("99999 zagiblih", (), ()),
        ("", (), ()),
    ],
)
def test_a_number_beside_a_word_for_harm_is_read(headline, killed, injured):
    """A number counts for the nearer word of harm within two words, and for nothing else."""
    found = tolls(headline)

    assert (found["killed"], found["injured"]) == (killed, injured)
