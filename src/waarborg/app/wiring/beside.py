"""Work done beside: in a second process with a copy of everything, while this one goes on.

What comes out is the same as if the work had been done here. Where a second process cannot be had or
comes to nothing, the work is done here, and whatever is wrong with it is said here.

Rules this module keeps:
1. The work changes nothing but memory; it reads no clock and writes no file.
2. The second process never outlives the first one's need of it.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

_Found = TypeVar("_Found")


class Beside(Generic[_Found]):
    """Work under way in a second process.

    Attributes:
        process: Its number, 0 when there is none.
    """

    def __init__(self, work: Callable[[], _Found], *, wanted: bool) -> None:
        self._work = work
        self._pieces: list[bytes] = []
        self.process = 0
        if wanted and sys.platform == "linux" and (os.cpu_count() or 1) > 1:
            self._begin()

    def result(self) -> _Found:
        """What the work gave; it is waited for, and done here when the second process failed.

        Raises:
            BaseException: Whatever the work raises.
        """
        if self.process:
            self._reader.join()
            self._end()
            data = b"".join(self._pieces)
            if data:
                found: _Found = pickle.loads(data)  # noqa: S301  # from our own second process
                return found
        return self._work()

    def give_up(self) -> None:
        """Stop the second process; its work is not wanted any more."""
        if self.process:
            os.kill(self.process, 9)
            self._reader.join()
            self._end()

    def _begin(self) -> None:
        mine, theirs = os.pipe()
        with warnings.catch_warnings():
            # From 3.12 on Python warns of locks that threads may hold; the work below takes none of them.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.process = os.fork()
        if self.process == 0:
            _work_there(self._work, theirs)
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, args=(mine,), daemon=True)
        self._reader.start()

    def _read(self, pipe: int) -> None:
        with os.fdopen(pipe, "rb", buffering=0) as file:
            while piece := file.read(1 << 20):
                self._pieces.append(piece)

    def _end(self) -> None:
        _, status = os.waitpid(self.process, 0)
        self.process = 0
        if status:
            self._pieces.clear()


@contextmanager
def beside(work: Callable[[], _Found], *, wanted: bool) -> Iterator[Beside[_Found]]:
    """Do work in a second process while the block runs; ask for it with `result`.

    Args:
        work: What to do; it gives something that can be pickled.
        wanted: Whether a second process is worth its cost.
    """
    under_way = Beside(work, wanted=wanted)
    try:
        yield under_way
    finally:
        under_way.give_up()


def _work_there(work: Callable[[], object], pipe: int) -> None:
    """The second process: do it, hand it over, and be gone without tidying what is not its own."""
    code = 1
    try:
        data = pickle.dumps(work(), pickle.HIGHEST_PROTOCOL)
        with os.fdopen(pipe, "wb") as file:
            file.write(data)
        code = 0
    finally:
        os._exit(code)
