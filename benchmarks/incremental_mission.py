"""The commission of a mission, as long as wanted, and how the `incremental*.py` time and print.

Each case is opened, commented on, inspected, graded, put to the vote, ruled on, and answered by three
guarantors under the ninety days' text; a third end without a breach.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from waarborg.agreement.load import load
from waarborg.base.times import format_instant

ROOT = Path(__file__).resolve().parents[1]
NINETY = load(
    (ROOT / "examples/ninety-days/agreement.yaml").read_text(encoding="utf-8"), "agreement.yaml"
)
BEGIN = datetime(2030, 1, 2, tzinfo=UTC)
SEATS = [{"party": "ARD"}, {"party": "BOR"}, {"party": "GUA"}]


def body(name: str, at: datetime, author: str, kind: str, **fields: Any) -> dict[str, Any]:
    """An entry as the record holds it."""
    return {"id": name, "kind": kind, "at": format_instant(at), "author": author, **fields}


def case(number: int) -> Iterator[dict[str, Any]]:
    """The entries of one case, some three months from its opening to its end."""
    name, begin = f"c{number}", BEGIN + timedelta(minutes=30 * number)
    accused, other = ("BOR", "ARD") if number % 5 else ("ARD", "BOR")

    def at(hours: float) -> datetime:
        return begin + timedelta(hours=hours)

    yield body(
        name, at(0), f"{other}:liaison", "open-case", body="commission",
        accused=accused, clause="C-1", severity=number % 5,
        happened_from=format_instant(at(-9)), happened_until=format_instant(at(-3)),
        act_done="artillery_fire",
    )  # fmt: skip
    yield body(
        f"{name}-told", at(3), "GUA:chair", "step-taken", course=f"hearing-{name}", step="notify"
    )
    yield body(
        f"{name}-ask", at(4), "GUA:chair", "request-inspection", case=name, of=accused, place="hill"
    )
    yield body(f"{name}-look", at(20), f"{accused}:liaison", "answer-inspection", request=f"{name}-ask",
               access="granted")  # fmt: skip
    yield body(
        f"{name}-word", at(30), f"{accused}:liaison", "comment", case=name, words="we deny it"
    )
    yield body(f"{name}-grade", at(40), "GUA:ana", "verify", case=name, result="verified", source="B",
               item="2", likelihood="80-95", confidence="moderate")  # fmt: skip
    yield body(
        f"{name}-heard", at(50), "GUA:chair", "step-taken", course=f"hearing-{name}", step="hear"
    )
    found = number % 3 != 0
    yield body(f"{name}-p", at(60), "GUA:chair", "propose", case=name, responsible=accused * found,
               outcome="breach" if found else "no_breach", remedy="draw back" * found,
               remedy_hours=200 * found)  # fmt: skip
    for party in ("ARD", "BOR", "GUA"):
        yield body(
            f"{name}-v{party}", at(61), f"{party}:envoy", "vote", proposal=f"{name}-p", choice="for"
        )
    if found:
        yield body(f"{name}-help", at(80), f"{other}:minister", "ask-help", breach=name)
        yield body(
            f"{name}-done", at(90), f"{accused}:liaison", "remedy-step", case=name, step="complied"
        )
        yield body(f"{name}-seen", at(99), "GUA:ana", "remedy-step", case=name, step="confirmed")
        yield body(f"{name}-met", at(100), "SUL:desk", "obligation-step", step="fulfilled",
                   obligation=f"obl-{name}-watch-SUL")  # fmt: skip


def mission(cases: int) -> list[dict[str, Any]]:
    """All entries in the order of the record; the senate consents, recalls and consents again."""
    rules = body("rules", BEGIN - timedelta(hours=1), "GUA:chair", "adopt-rules", body="commission",
                 seats=SEATS, quorum="majority", silence=True)  # fmt: skip
    agreed = [body(f"rules-{p}", BEGIN - timedelta(hours=1), f"{p}:x", "approve", proposal="rules")
              for p in ("ARD", "BOR")]  # fmt: skip
    signed = [body(f"s-{p}", BEGIN - timedelta(hours=5), f"{p}:minister", "change-standing", party=p,
                   step="signed", since=format_instant(BEGIN - timedelta(hours=6)))
              for p in ("GUA", "SUL", "WIT")]  # fmt: skip
    made = [*signed, rules, *agreed, *(each for number in range(cases) for each in case(number))]
    end = BEGIN + timedelta(minutes=30 * cases)
    for place, step in enumerate(("given", "recalled", "refused")):
        at = BEGIN + (end - BEGIN) * (place + 1) / 4
        made.append(
            body(f"senate-{step}", at, "GUA:senate", "gate-step", gate="GUA-senate", step=step)
        )
    return sorted(made, key=lambda each: str(each["at"]))


def spread(took: Sequence[float]) -> dict[str, Any]:
    """Median, 99th percentile and most of so many milliseconds, and the memory used at most so far."""
    ordered = sorted(took)
    return {
        "steps": len(ordered),
        "median_ms": round(statistics.median(ordered), 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 2),
        "most_ms": round(ordered[-1], 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def run(about: str | None, sizes: dict[str, int], measure: Callable[..., dict[str, Any]]) -> None:
    """Measure with sizes that the command line may change; print what was found, and write it if asked."""
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, usual in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = measure(**{name: getattr(asked, name) for name in sizes})
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for name, value in found.items():
        sys.stdout.write(f"{name:34} {value}\n")
