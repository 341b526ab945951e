"""What goes into the record, and how a derivation is repeated from the record alone.

The operator signs texts, time marks and what was worked out; each channel's intake signs what came in by
it. Nobody signs for a source: that a report says so is what the intake vouches for.

Rules this module keeps:
1. Everything that came in is an entry before anything is derived from it.
2. A derivation's entry names the digest of every file it gave, so that an edited figure is found.
3. Nothing but the record is needed to repeat a derivation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from waarborg import __version__
from waarborg.app.services.derived import Derived
from waarborg.app.services.plain import dump, plain
from waarborg.app.services.proceedings import is_judgement, judgements_of
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import format_instant, parse_instant
from waarborg.incidents.judgements import Judgement
from waarborg.incidents.model import Model
from waarborg.record.canonical import decode, encode
from waarborg.record.journal import Growth, Journal
from waarborg.record.manifest import manifest, manifest_digest
from waarborg.record.scribe import OPERATOR
from waarborg.record.statement import Draft, Statement
from waarborg.record.tree import leaf_hash
from waarborg.reports.body import from_body, to_body
from waarborg.reports.report import Report

MISSION_FILE = "mission.toml"
AGREEMENT_FILE = "agreement.yaml"
"""The text in a folder that is no mission."""
INTAKE = "intake:"
"""Before the name of a channel: who signs what came in by it."""
PROOF, PROVER = "proof", "prover"
"""Kind of an entry with what was proved of a text, and who signs it."""


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


@dataclass(slots=True)
class _Known:
    """What the record holds already, each by what it is about.

    Attributes:
        held: What an entry is about, to the digest of its content.
        reports: Report and version to their place.
        latest: Report to the place of its last version.
        rules: Text to its digest.
    """

    held: dict[tuple[str, str], str] = field(default_factory=dict)
    reports: dict[str, int] = field(default_factory=dict)
    latest: dict[str, int] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Added:
    """What a logbook took in, and what it knows then."""

    growth: Growth
    known: _Known


class Logbook:
    """Fills a record with what a run took in and found, each thing once.

    Args:
        journal: The record so far: empty for a new one, the old one to be extended.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._known = _Known()
        self._unmarked = False
        for each in journal.read():
            said = each.statement
            if said.kind == "report":
                if _vouched(said):
                    self._note_report(said.body, each.place)
            elif _vouched(said) or is_judgement(said):
                key, content = _name(said.kind, said.body)
                self._known.held[key] = content
                self._note_rule(said.kind, said.body)
                self._unmarked = self._unmarked or (is_judgement(said) and each.recorded_at is None)

    @property
    def waits(self) -> bool:
        """Whether a judgement waits for its time mark: only what is taken in next says when it came."""
        return self._unmarked

    def judgements(self) -> tuple[Judgement, ...]:
        """What people said about reports on the record, as far as it has been marked."""
        return tuple(judgements_of(self.journal.read()))

    def added(self) -> Added:
        """What was taken in, to be handed to the same logbook elsewhere."""
        return Added(self.journal.growth(), self._known)

    def add(self, added: Added) -> None:
        """Take over what a copy of this logbook took in."""
        self.journal.grow(added.growth)
        self._known = added.known

    def take_in(
        self,
        texts: Mapping[str, bytes],
        model: Model,
        imports: Sequence[Import],
        reports: Sequence[Report],
        since: datetime,
    ) -> None:
        """Record settings, texts, releases and reports, in order of arrival.

        What arrived at one moment is followed by the operator's time mark for it.

        Args:
            texts: The mission's files by name, settings included.
            model: The fusion model, of which name and version are kept.
            imports: Every release.
            reports: Every version of every report.
            since: When settings and texts count as recorded, unless something arrived before.

        Raises:
            ProblemsFound: A report would replace another that the record holds (MIS-004), or a
                release names a moment that the record has passed (MIS-005); nothing is recorded then.
        """
        bodies = [to_body(report) for report in reports]
        self._refuse_rewriting(bodies)
        self._refuse_backdating(imports)
        began = self._not_before(min([since, *(each.received_at for each in imports)]))
        before = self.journal.size
        for name in sorted(texts):
            blob = self.journal.attach(texts[name], "text/plain; charset=utf-8")
            self._add(OPERATOR, "config", {"name": name, **blob}, began)
        engine = {
            "waarborg": __version__,
            "fusion_model": model.version,
            "fusion_digest": model_digest(model),
        }
        self._add(OPERATOR, "engine", engine, began)
        self._mark(before, began)
        arrivals: list[tuple[datetime, int, str, str, dict[str, Any]]] = [
            (i.received_at, 0, i.file, "release", self._release(i)) for i in imports
        ]
        arrivals += [
            (r.received_at, 1, f"{r.id} {r.version:09d}", "report", body)
            for r, body in zip(reports, bodies, strict=True)
        ]
        arrivals.sort(key=lambda arrival: arrival[:3])
        for received_at, some in groupby(arrivals, key=lambda arrival: arrival[0]):
            before = self.journal.size
            for _, _, _, kind, body in some:
                self._add(f"{INTAKE}{body['channel']}", kind, body, received_at)
            self._mark(before, received_at)

    def _refuse_rewriting(self, bodies: Iterable[Mapping[str, Any]]) -> None:
        rewritten = []
        for body in bodies:
            place = self._known.reports.get(_version(body))
            if place is not None and self.journal.statement(place).body != body:
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

    def _refuse_backdating(self, imports: Iterable[Import]) -> None:
        """Whoever asked what was known yesterday must get the same answer tomorrow (law 4)."""
        stands = self.journal.chains.recorded
        late = [
            Problem(
                MISSION_FILE,
                0,
                "MIS-005",
                f"{each.file} came in before the record's last time mark, and is not in the record",
                f"a release received from {format_instant(stands)} on",
                format_instant(each.received_at),
                "name the release with the moment it really came in; or start a new record in "
                "another folder",
            )
            for each in imports
            if stands is not None
            and each.received_at < stands
            and _name("release", self._release(each))[0] not in self._known.held
        ]
        if late:
            raise ProblemsFound(late)

    def _release(self, release: Import) -> dict[str, Any]:
        rows = "".join(f"{key},{report}\n" for key, report in release.rows).encode()
        return {
            "file": release.file,
            "channel": release.channel,
            "received_at": format_instant(release.received_at),
            "accepted": len(release.rows),
            "refused": [[digest, list(codes)] for digest, codes in release.refused],
            "rows": self.journal.attach(rows, "text/csv; charset=utf-8"),
        }

    def decide(self, derived: Derived) -> None:
        """Record the determinations of a derivation, each with the reports it rests on."""
        for determination in derived.determinations:
            body = {
                "outcome": determination.decision.value,
                "clause": determination.clause,
                "determination": plain(determination),
            }
            refs = [
                leaf_hash(self.journal.log.entries[self._known.latest[report]]).hex()
                for report in determination.cites
            ]
            self._add(OPERATOR, "determination", body, derived.known_at, refs)

    def rests_on(self, derived: Derived) -> int:
        """How many entries a derivation rests on.

        Where the last entry answers the very same question, that is what it rested on: asking
        again then changes neither the pages nor the record.
        """
        if not self.journal.size:
            return 0
        last = self.journal.statement(self.journal.size - 1)
        asked = {
            "as_of": format_instant(derived.as_of),
            "known_at": format_instant(derived.known_at),
            "waarborg": __version__,
        }
        if last.kind == "derived" and asked.items() <= last.body.items():
            return int(last.body["rests_on"])
        return self.journal.size

    def seal(self, derived: Derived, files: Mapping[str, bytes], rests_on: int) -> None:
        """Record the digest of every file a derivation gave.

        Args:
            derived: The derivation.
            files: What it gave, by name.
            rests_on: As `rests_on` said before the files were made.
        """
        rows = manifest(files)
        body = {
            "as_of": format_instant(derived.as_of),
            "known_at": format_instant(derived.known_at),
            "rests_on": rests_on,
            "waarborg": __version__,
            "digest": manifest_digest(rows),
            "manifest": self.journal.attach(encode(rows), "application/json"),
        }
        self._add(OPERATOR, "derived", body, derived.known_at)

    def _add(
        self,
        author: str,
        kind: str,
        body: Mapping[str, Any],
        at: datetime,
        refs: Sequence[str] = (),
    ) -> None:
        if kind == "report":
            # A report's content was compared before anything was recorded, its name is enough.
            if _version(body) in self._known.reports:
                return
            self._note_report(body, self._say(author, kind, body, at, refs))
            return
        key, content = _name(kind, body)
        if self._known.held.get(key) != content:
            self._known.held[key] = content
            self._note_rule(kind, body)
            self._say(author, kind, body, at, refs)

    def _say(
        self, author: str, kind: str, body: Mapping[str, Any], at: datetime, refs: Sequence[str]
    ) -> int:
        claimed_at = max(0, int(at.timestamp()))
        rules = self._rules_digest() if kind in {"determination", "derived"} else None
        return self.journal.say(author, Draft(kind, body, claimed_at, refs=refs, rules=rules))

    def _rules_digest(self) -> str:
        """SHA-256 in hex over the texts and settings in force."""
        return sha256(encode(self._known.rules)).hexdigest()

    def _mark(self, before: int, at: datetime) -> None:
        """A time mark, where something new stands before it."""
        if self.journal.size > before:
            self.journal.mark(at)

    def _not_before(self, at: datetime) -> datetime:
        stands = self.journal.chains.recorded
        return at if stands is None else max(at, stands)

    def _note_report(self, body: Mapping[str, Any], place: int) -> None:
        self._known.reports[_version(body)] = place
        self._known.latest[str(body["id"])] = place

    def _note_rule(self, kind: str, body: Mapping[str, Any]) -> None:
        if kind == "config":
            self._known.rules[str(body["name"])] = str(body["blob"])


def _name(kind: str, body: Mapping[str, Any]) -> tuple[tuple[str, str], str]:
    """What an entry is about, and its content; recorded again only when the content differs.

    A text that changes back is recorded again, since the last one counts; everything else is about
    itself.
    """
    content = _content(body)
    match kind:
        case "config":
            return (kind, str(body["name"])), content
        case "engine":
            return (kind, ""), content
        case _:
            return (kind, content), content


def _vouched(said: Statement) -> bool:
    """Whether a statement is what a mission takes in or works out, by who may say so.

    A report or release counts as its channel's intake signed it, everything else as the operator did:
    anybody else who states one has said so, and nothing follows.
    """
    if said.kind in {"report", "release"}:
        return said.author == f"{INTAKE}{said.body.get('channel')}" and said.kind_version == 1
    return said.author == OPERATOR


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
        judgements: What people said about pairs of reports, each with when it was recorded.
    """

    texts: Mapping[str, bytes]
    reports: tuple[Report, ...]
    entries: Mapping[tuple[str, int], int]
    derivations: tuple[Derivation, ...]
    fusion_model: str
    fusion_digest: str
    judgements: tuple[Judgement, ...]


def read_back(journal: Journal, stop: int | None = None) -> Contents:
    """Read what a record holds.

    Args:
        journal: The record.
        stop: Leave out the entries from this one on.

    Raises:
        KeyError, ValueError: An entry is not one that `Logbook` wrote.
    """
    texts: dict[str, bytes] = {}
    reports: list[Report] = []
    entries: dict[tuple[str, int], int] = {}
    derivations: list[Derivation] = []
    fusion_model = fusion_digest = ""
    judged: list[Judgement] = []
    for each in journal.read(stop=stop):
        body = each.statement.body
        match each.statement.kind if _vouched(each.statement) else "":
            case "config":
                texts[body["name"]] = journal.blobs[body["blob"]]
            case "engine":
                fusion_model = body["fusion_model"]
                fusion_digest = body["fusion_digest"]
            case "report":
                report = from_body(body)
                reports.append(report)
                entries[str(report.id), report.version] = each.place
            case "derived":
                rows = decode(journal.blobs[body["manifest"]["blob"]])
                derivations.append(_derivation(each.place, body, rows))
            case _:
                judged += judgements_of([each])
    return Contents(
        texts,
        tuple(reports),
        entries,
        tuple(derivations),
        fusion_model,
        fusion_digest,
        tuple(judged),
    )


def last_derivation(journal: Journal) -> Derivation | None:
    """The last derivation of a record, None when it holds none.

    Raises:
        KeyError, ValueError: It is not one that `Logbook` wrote.
    """
    for place in reversed(range(journal.size)):
        said = journal.statement(place)
        if said.kind == "derived" and _vouched(said):
            rows = decode(journal.blobs[said.body["manifest"]["blob"]])
            return _derivation(place, said.body, rows)
    return None


def holds_mission(journal: Journal) -> bool:
    """Whether a record holds the settings of a mission, from which figures follow."""
    return any(
        each.statement.kind == "config"
        and _vouched(each.statement)
        and each.statement.body["name"] == MISSION_FILE
        for each in journal.read()
    )


def _derivation(place: int, body: Mapping[str, Any], rows: Iterable[dict[str, Any]]) -> Derivation:
    return Derivation(
        place,
        parse_instant(body["as_of"]),
        parse_instant(body["known_at"]),
        body["rests_on"],
        body["waarborg"],
        list(rows),
    )
