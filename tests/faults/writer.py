"""A process that hands entries to a record and says what was acknowledged; it may die at any moment.

Arguments: database URL, file of signed checkpoints, folder to publish to ("-" for none), seed,
number of entries to stop at, and optionally the largest file in bytes that it may write.
"""

import random
import resource
import signal
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from record_made import journal_of  # this file also runs alone
from waarborg.store.record_publication import publish
from waarborg.store.record_sql import SqlRecord, Submission

SEED = bytes(range(32))


def entry(place):
    """The statement at a place: the same bytes in every process."""
    return journal_of(place + 1, text=None).log.entries[place]


def say(word, value):
    """Tell the test, at once."""
    sys.stdout.write(f"{word} {value}\n")
    sys.stdout.flush()


def main(url, signed, public, seed, stop, largest=0):
    """Submit until the end, in batches whose sizes the seed gives."""
    dice = random.Random(int(seed))  # noqa: S311  # a seed that is told
    if int(largest):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), resource.RLIM_INFINITY))
    with SqlRecord.open(url, Path(signed)) as record:
        while record.size < int(stop):
            batch = range(record.size, record.size + dice.randrange(1, 9))
            try:
                record.submit([Submission(entry(place)) for place in batch])
            except Exception as error:  # noqa: BLE001  # whatever the fault causes
                say("failed", type(error).__name__)
                return
            say("acknowledged", record.size)
            if public != "-" and dice.random() < 0.2:
                say("signed", publish(record, Path(public), SEED).size)


if __name__ == "__main__":
    main(*sys.argv[1:])
