"""A proof on the record: text, map, question, answers and solver, so that anybody can ask again.

The entry names what was asked and attaches what was answered and what it rests on; repeating it takes
the record alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from waarborg import __version__
from waarborg.agreement.load import load
from waarborg.agreement.zones import read_zones
from waarborg.app.services.plain import pretty
from waarborg.app.services.proving import Answers, Request, ask, failing
from waarborg.app.services.proving_data import as_data
from waarborg.coverage.chances import read_chances
from waarborg.coverage.prove import Wanted

_TEXT = "text/plain; charset=utf-8"
Attach = Callable[[bytes, str], dict[str, Any]]


def body_of(
    answers: Answers, request: Request, files: Mapping[str, bytes], attach: Attach
) -> dict[str, Any]:
    """The body of the entry: what was asked of which text over which map, and what came out.

    Args:
        answers: What was answered, without counts of incidents.
        request: What was asked.
        files: "text", and where there are any "map" and "chances", as they were read.
        attach: Keeps bytes beside the record and gives how the entry names them.
    """
    basis = answers.wholes[0].basis
    told = pretty(as_data(answers)).encode()
    return {
        "agreement": basis.agreement,
        "solver": basis.solver,
        "waarborg": __version__,
        "request": request_data(request),
        "answers": attach(told, "application/json"),
        **{name: attach(content, _TEXT) for name, content in sorted(files.items())},
    }


def request_data(request: Request) -> dict[str, Any]:
    """What was asked, as data; None and False stand for what was not."""
    wanted = request.wanted
    return {
        "readings": [reading or "plain" for reading in request.readings],
        "needs": list(request.needs),
        "order": wanted.order,
        "drop": wanted.drop,
        "mend": wanted.mend,
        "open_words": wanted.open_words,
        "practice_is_veto": request.practice_is_veto,
        "intentions_count": request.intentions_count,
        "within_seconds": None if request.within is None else int(request.within.total_seconds()),
    }


def repeated(body: Mapping[str, Any], blobs: Mapping[str, bytes]) -> bytes:
    """Ask again, from the record alone.

    Args:
        body: The body of the entry.
        blobs: What is attached to the record, by SHA-256 in hex.

    Returns:
        The answers as they come out now, to be held against those attached.
    """

    def attached(name: str) -> str | None:
        return blobs[body[name]["blob"]].decode() if name in body else None

    map_ = attached("map")
    zones = None if map_ is None else read_zones(map_, "map")
    agreement = load(attached("text") or "", "text", zones)
    request = _request(body["request"])
    chances = attached("chances")
    if chances is not None:
        known, needed = failing(agreement, request)
        request = request.stating(read_chances(chances, "chances", known, needed))
    told = as_data(ask(agreement, zones, request))
    for one in (*told["proofs"], *told["quantities"], *told["texts"]):
        one["solver"] = body["solver"]  # answers are the same whichever version of it finds them
    return pretty(told).encode()


def _request(data: Mapping[str, Any]) -> Request:
    within = data["within_seconds"]
    return Request(
        tuple("" if reading == "plain" else reading for reading in data["readings"]),
        tuple(data["needs"]),
        Wanted(data["order"], data["drop"], mend=data["mend"], open_words=data["open_words"]),
        practice_is_veto=data["practice_is_veto"],
        intentions_count=data["intentions_count"],
        within=None if within is None else timedelta(seconds=within),
    )
