"""Work in a second process: the same answer, the same error, and nothing left behind."""

from __future__ import annotations

import os
import time

import pytest

from small_mission import Chain
from waarborg.app.wiring import run as wiring
from waarborg.app.wiring.beside import beside
from waarborg.base.problems import Problem, ProblemsFound

PLENTY = 3_000_000
"""Bytes of an answer that no pipe holds at once."""


@pytest.mark.parametrize("wanted", [True, False])
def test_work_gives_what_it_gives_here(wanted: bool) -> None:
    """A long answer comes back whole, with a second process and without."""
    with beside(lambda: bytes(PLENTY), wanted=wanted) as under_way:
        assert under_way.result() == bytes(PLENTY)


def test_the_work_is_done_elsewhere() -> None:
    """With a second process the work does not run in this one."""
    with beside(os.getpid, wanted=True) as under_way:
        assert (under_way.result() == os.getpid()) == ((os.cpu_count() or 1) < 2)


@pytest.mark.parametrize("wanted", [True, False])
def test_an_error_is_told_as_if_it_had_come_up_here(wanted: bool) -> None:
    """What is wrong is said in full, whichever process found it."""
    found = Problem("a.csv", 3, "VII-001", "what", "this", "that", "mend it")

    def refuse() -> None:
        raise ProblemsFound([found])

    with (
        beside(refuse, wanted=wanted) as under_way,
        pytest.raises(ProblemsFound, match="VII-001") as raised,
    ):
        under_way.result()
    assert raised.value.problems == (found,)


def test_a_second_process_that_dies_is_made_good_here() -> None:
    """When the second process is killed, the work is done in this one."""
    here = os.getpid()

    def die_elsewhere() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return "done"

    with beside(die_elsewhere, wanted=True) as under_way:
        assert under_way.result() == "done"


def test_work_that_is_not_wanted_any_more_is_stopped() -> None:
    """An error in the block leaves no second process behind."""
    began = time.monotonic()
    with (
        pytest.raises(KeyError, match="elsewhere"),
        beside(lambda: time.sleep(60), wanted=True) as under_way,
    ):
        raise KeyError("elsewhere")
    assert time.monotonic() - began < 30
    assert under_way.process == 0


def test_a_record_signed_beside_is_the_same_to_the_byte(
    easter: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing in a second process and signing here give the same entries and attachments."""
    journals = []
    for many in (1, 10**9):
        monkeypatch.setattr(wiring, "MANY", many)
        journals.append(easter.run(easter.journal()).journal)
    one, other = journals
    assert list(one.log.entries) == list(other.log.entries)
    assert dict(one.blobs) == dict(other.blobs)
    assert one.unsaved() == other.unsaved()
    assert one.chains == other.chains
