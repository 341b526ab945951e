"""What goes into the record, and how a derivation is repeated from the record alone.

Rules this module keeps:
1. Everything that came in is an entry before anything is derived from it.
2. A derivation's entry names the digest of every file it gave, so that an edited figure is found.
3. Nothing but the record is needed to repeat a derivation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from waarborg import __version__
from waarborg.app.services.derived import Derived
from waarborg.app.services.plain import dump, plain
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import format_instant, parse_instant
from waarborg.incidents.model import Model
from waarborg.record.canonical import encode
from waarborg.record.log import Log
from waarborg.record.manifest import manifest
from waarborg.reports.body import from_body, to_body
from waarborg.reports.report import Report

MISSION_FILE = "mission.toml"


@dataclass(frozen=True, slots=True)
class Import:
    """One release as it was taken in.

    Attributes:
        file: Its name in the mission.
        channel: The intake it came by.
        received_at: When it reached the mission.
        rows: report_key and the report it became, sorted.
        refused: Digest of each refused row with the codes of its problems, sorted.
    """

    file: str
    channel: str
    received_at: datetime
    rows: tuple[tuple[str, str], ...]
    refused: tuple[tuple[str, tuple[str, ...]], ...]


def digest_of(text: str) -> str:
    """SHA-256 in hex of a row's text: names a refused row without repeating it."""
    return sha256(text.encode()).hexdigest()


def model_digest(model: Model) -> str:
    """SHA-256 in hex over every number of a fusion model: two models of one name are told apart."""
    return digest_of(dump(model))


class Logbook:
    """Fills a log with what a run took in and found, each thing once.

    Args:
        log: The log so far: empty for a new record, the old one to be extended.
    """

    def __init__(self, log: Log) -> None:
        self.log = log
        self._held: dict[tuple[str, str], str] = {}
        self._reports: dict[str, int] = {}
        for place in range(log.size):
            entry = log.entry(place)
            if entry.kind == "report":
                self._reports[_version(entry.body)] = place
            else:
                key, content = _name(entry.kind, entry.body)
                self._held[key] = content

    def take_in(
        self,
        texts: Mapping[str, bytes],
        model: Model,
        imports: Iterable[Import],
        reports: Sequence[Report],
        since: datetime,
    ) -> None:
        """Record settings, texts, releases and reports, in order of arrival.

        Args:
            texts: The mission's files by name, settings included.
            model: The fusion model, of which name and version are kept.
            imports: Every release.
            reports: Every version of every report.
            since: When settings and texts count as recorded: before the first arrival.

        Raises:
            ProblemsFound: A report would replace another that the record holds (MIS-004); nothing
                is recorded then.
        """
        bodies = [to_body(report) for report in reports]
        self._refuse_rewriting(bodies)
        for name in sorted(texts):
            blob = self.log.attach(texts[name], "text/plain; charset=utf-8")
            self._add("text", {"name": name, **blob}, since)
        engine = {
            "waarborg": __version__,
            "fusion_model": model.version,
            "fusion_digest": model_digest(model),
        }
        self._add("engine", engine, since)
        arrivals: list[tuple[datetime, int, str, str, dict[str, Any]]] = [
            (i.received_at, 0, i.file, "release", self._release(i)) for i in imports
        ]
        arrivals += [
            (r.received_at, 1, f"{r.id} {r.version:09d}", "report", body)
            for r, body in zip(reports, bodies, strict=True)
        ]
        for received_at, _, _, kind, body in sorted(arrivals, key=lambda a: a[:3]):
            self._add(kind, body, received_at)

    def _refuse_rewriting(self, bodies: Iterable[Mapping[str, Any]]) -> None:
        rewritten = []
        for body in bodies:
            place = self._reports.get(_version(body))
            if place is not None and _content(self.log.entry(place).body) != _content(body):
                rewritten.append(_version(body))
        if rewritten:
            raise ProblemsFound(
                [
                    Problem(
                        MISSION_FILE,
                        0,
                        "MIS-004",
                        "the record already holds other content for reports of a release",
                        "releases that only add to what the record holds",
                        f"{len(rewritten)} that differ, the first is {min(rewritten)}",
                        "name the release with the moment it really came in, after those already "
                        "recorded; or start a new record in another folder",
                    )
                ]
            )

    def _release(self, release: Import) -> dict[str, Any]:
        rows = "".join(f"{key},{report}\n" for key, report in release.rows).encode()
        return {
            "file": release.file,
            "channel": release.channel,
            "received_at": format_instant(release.received_at),
            "accepted": len(release.rows),
            "refused": [[digest, list(codes)] for digest, codes in release.refused],
            "rows": self.log.attach(rows, "text/csv; charset=utf-8"),
        }

    def decide(self, derived: Derived) -> None:
        """Record the determinations of a derivation."""
        for determination in derived.determinations:
            self._add("determination", plain(determination), derived.known_at)

    def rests_on(self, derived: Derived) -> int:
        """How many entries a derivation rests on.

        Where the last entry answers the very same question, that is what it rested on: asking
        again then changes neither the pages nor the record.
        """
        if not self.log.size:
            return 0
        last = self.log.entry(self.log.size - 1)
        asked = {
            "as_of": format_instant(derived.as_of),
            "known_at": format_instant(derived.known_at),
            "waarborg": __version__,
        }
        if last.kind == "derivation" and asked.items() <= last.body.items():
            return int(last.body["rests_on"])
        return self.log.size

    def seal(self, derived: Derived, files: Mapping[str, bytes], rests_on: int) -> None:
        """Record the digest of every file a derivation gave.

        Args:
            derived: The derivation.
            files: What it gave, by name.
            rests_on: As `rests_on` said before the files were made.
        """
        body = {
            "as_of": format_instant(derived.as_of),
            "known_at": format_instant(derived.known_at),
            "rests_on": rests_on,
            "waarborg": __version__,
            "files": manifest(files),
        }
        self._add("derivation", body, derived.known_at)

    def _add(self, kind: str, body: Mapping[str, Any], at: datetime) -> None:
        if kind == "report":
            # A report's content was compared before anything was recorded, its name is enough.
            if self._reports.setdefault(_version(body), self.log.size) == self.log.size:
                self.log.append(kind, body, format_instant(at))
            return
        key, content = _name(kind, body)
        if self._held.get(key) != content:
            self._held[key] = content
            self.log.append(kind, body, format_instant(at))


def _name(kind: str, body: Mapping[str, Any]) -> tuple[tuple[str, str], str]:
    """What an entry is about, and its content; recorded again only when the content differs.

    A text that changes back is recorded again, since the last one counts; everything else is about
    itself.
    """
    content = _content(body)
    match kind:
        case "text":
            return (kind, str(body["name"])), content
        case "engine":
            return (kind, ""), content
        case _:
            return (kind, content), content


def _version(report: Mapping[str, Any]) -> str:
    return f"{report['id']} {report['version']}"


def _content(body: Mapping[str, Any]) -> str:
    """Digest of a body, but for how many entries it rests on."""
    content = {key: value for key, value in body.items() if key != "rests_on"}
    return sha256(encode(content)).hexdigest()


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derivation as the record has it.

    Attributes:
        seq: Its entry.
        as_of: The moment it speaks of.
        known_at: The moment up to which knowledge counted.
        rests_on: Number of entries it rests on.
        waarborg: Version of the software that made it.
        files: Path, digest and size of each file.
    """

    seq: int
    as_of: datetime
    known_at: datetime
    rests_on: int
    waarborg: str
    files: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a record holds, read back.

    Attributes:
        texts: The latest text of each name.
        reports: Every version of every report.
        entries: Report and version to the number of its entry.
        derivations: Every derivation, in order.
        fusion_model: Name of the fusion model.
        fusion_digest: Digest of its numbers.
    """

    texts: Mapping[str, bytes]
    reports: tuple[Report, ...]
    entries: Mapping[tuple[str, int], int]
    derivations: tuple[Derivation, ...]
    fusion_model: str
    fusion_digest: str


def read_back(log: Log) -> Contents:
    """Read what a log holds.

    Raises:
        KeyError, ValueError: An entry is not one that `Logbook` wrote.
    """
    texts: dict[str, bytes] = {}
    reports: list[Report] = []
    entries: dict[tuple[str, int], int] = {}
    derivations: list[Derivation] = []
    fusion_model = fusion_digest = ""
    for seq in range(log.size):
        entry = log.entry(seq)
        body = entry.body
        match entry.kind:
            case "text":
                texts[body["name"]] = log.blobs[body["blob"]]
            case "engine":
                fusion_model = body["fusion_model"]
                fusion_digest = body["fusion_digest"]
            case "report":
                report = from_body(body)
                reports.append(report)
                entries[str(report.id), report.version] = seq
            case "derivation":
                derivations.append(_derivation(seq, body))
            case _:
                pass
    return Contents(texts, tuple(reports), entries, tuple(derivations), fusion_model, fusion_digest)


def _derivation(seq: int, body: Mapping[str, Any]) -> Derivation:
    return Derivation(
        seq,
        parse_instant(body["as_of"]),
        parse_instant(body["known_at"]),
        body["rests_on"],
        body["waarborg"],
        list(body["files"]),
    )
