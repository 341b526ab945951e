"""Missions for tests: any mission as texts by name, and a small made-up one that is quick to derive.

Ardania and Borland are no countries. Norvik lies in the north, which Ardania holds, Sudby in the
south, which Borland holds; the truce runs from 16:00 on 11 April 2030 to the end of 12 April.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from waarborg.app.cli.desk import moments
from waarborg.app.services.derive import derive
from waarborg.app.services.derived import Derived
from waarborg.app.services.inputs import Inputs, gather
from waarborg.app.services.intake import Intake, parse, take_in
from waarborg.app.services.outputs import derived_files
from waarborg.app.wiring.run import Run, run
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.incidents.model import Model
from waarborg.record.demonstration import demonstration_origin
from waarborg.record.journal import Journal
from waarborg.reports import mission as settings
from waarborg.reports.headlines import Lexicon
from waarborg.reports.viina import COLUMNS
from waarborg.store.fusion_models import fusion_model
from waarborg.store.mission_folder import read_form

HERE = {
    "Norvik": (10.5, 50.5),
    "Nordheim": (10.2, 50.8),
    "Sudby": (10.5, 49.5),
    "Sudmark": (10.8, 49.2),
    "Sudport": (10.1, 49.1),
}
"""Settlements of the small mission: two in the north, two in the south."""


@dataclass(frozen=True)
class CommandResult:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Chain:
    """A mission that was read, ready to be derived."""

    texts: Mapping[str, bytes]
    intake: Intake
    inputs: Inputs

    def derive(self, as_of: str | None = None, known_at: str | None = None) -> Derived:
        """Derive it; a day means its end."""
        return derive(self.inputs, *self.moments(as_of, known_at))

    def files(self, as_of: str | None = None, known_at: str | None = None) -> dict[str, bytes]:
        """The derived files."""
        return derived_files(self.derive(as_of, known_at))

    def journal(self) -> Journal:
        """A new record of this mission."""
        return Journal(demonstration_origin(self.inputs.mission.id))

    def run(self, journal: Journal, as_of: str | None = None, known_at: str | None = None) -> Run:
        """Run the whole chain onto a record."""
        named = {name: raw for name, raw in self.texts.items() if not name.startswith("reports/")}
        return run(self.inputs, named, self.intake, *self.moments(as_of, known_at), journal)

    def moments(self, as_of: str | None, known_at: str | None) -> tuple[datetime, datetime]:
        """What the options of the commands mean."""
        return moments(self.inputs.mission, as_of, known_at)


@cache
def _model() -> Model:
    return fusion_model()


def texts_of(folder: Path) -> dict[str, bytes]:
    """Every file of a mission folder by its name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def open_texts(texts: Mapping[str, bytes]) -> Chain:
    """Read a mission from its texts, as the commands read its folder."""
    problems: list[Problem] = []
    mission = read_form("mission.toml", texts["mission.toml"], settings.Mission, problems)
    if mission is None:
        raise ProblemsFound(problems)
    lexicon = read_form(mission.words, texts[mission.words], Lexicon, problems)
    if lexicon is None:
        raise ProblemsFound(problems)
    parsed = [parse([texts[r.file]], r, mission) for r in mission.releases]
    intake = take_in(parsed, mission, lexicon)
    return Chain(texts, intake, gather(mission, texts, intake.reports, _model()))


def row(
    key: str,
    day: str,
    place: str = "Norvik",
    label: str = "A",
    source: str = "herald",
    slug: str = "",
    url: str = "",
    **other: str,
) -> dict[str, str]:
    """A row of a release; its address is made from its key unless one is given."""
    longitude, latitude = HERE.get(place, (10.5, 50.5))
    return {
        "report_key": key,
        "event_key": key,
        "date": day.replace("-", ""),
        "longitude": str(longitude),
        "latitude": str(latitude),
        "asciiname": place,
        "type_code": label,
        "n_reports": "1",
        "source": source,
        "url": url or f"https://{source}.example/{key}",
        "headline_slug": slug,
    } | other


def release(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as the bytes of a release."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


ROWS = (
    row("r1", "2030-04-10", "Sudby", "O", slug="ardanians shelled sudby mill"),
    row("r2", "2030-04-11", "Sudmark", "A", "courier", slug="ardanians attacked sudmark harbour"),
    row("r3", "2030-04-12", "Sudport", "A", "mirror", slug="ardanians stormed quarry"),
    row(
        "r4", "2030-04-12", "Norvik", "D", "gazette", slug="borlanders attacked norvik with drones"
    ),
    row("r5", "2030-04-12", "Nordheim", "O", "tribune", slug="harvest fair opens"),
    row("r6", "2030-04-13", "Sudmark", "S", "monitor", slug="chapel damaged"),
)

AGREEMENT = """\
waarborg: agreement/1
id: river-truce
title: River truce
reading: {by: the tests}
sources:
  paper: {title: A paper, kind: fiction}
parties:
  ARD: {name: Ardania}
  BOR: {name: Borland}
  GUA: {name: Guardia}
  WIT: {name: Witland}
periods:
  truce: {from: 2030-04-11T16:00+03:00, until: 2030-04-13T00:00+03:00, certainty: stated}
bodies:
  commission: {words: the River Commission, members: [ARD, BOR], decides: [breach]}
terms:
  force:
    words: any use of force
    reads: {act: [artillery_fire, drone_strike, air_strike, ground_assault, force_unspecified]}
    certainty: stated
clauses:
  C-1: {says: Neither side uses force., source: paper, binding: fictional, certainty: stated}
  C-2: {says: The commission rules on breaches., source: paper, binding: fictional, certainty: stated}
  C-3: {says: Guardia sends help., source: paper, binding: fictional, certainty: stated}
prohibitions:
  A-cease:
    clause: C-1
    who: [ARD]
    must_not: {all: [{term: force}, {at: {during: truce}}]}
    where: unstated
    decided_by: operation_of_the_text
    certainty: stated
  B-mirror:
    clause: C-1
    who: [BOR]
    must_not: {all: [{term: force}, {at: {during: truce}}]}
    where: unstated
    except:
      - clause: C-1
        words: it answers a strike
        answers: {by: [ARD], same: [zone], within: PT24H}
        certainty: implied
    certainty: stated
  ruled:
    clause: C-2
    who: [ARD, BOR]
    must_not: {all: [{term: force}, {at: {during: truce}}]}
    where: unstated
    decided_by: commission
    certainty: stated
gates:
  GUA-senate:
    of: GUA
    effect: prior_consent
    for: [armed_force]
    words: the senate must approve beforehand
    certainty: stated
guarantees:
  help:
    clause: C-3
    by: [GUA]
    strength: shall
    action: [armed_force]
    trigger: {all: [{actor: ARD}, {term: force}]}
    gates_of_actor: true
    within: PT24H
    runs_from: occurrence
    certainty: stated
  warn:
    clause: C-3
    by: [WIT]
    strength: shall
    action: [warning]
    trigger: {all: [{actor: ARD}, {term: force}]}
    within: PT24H
    runs_from: occurrence
    certainty: stated
"""

CLAIMS = """\
claims:
  - id: ard-says
    by: ARD
    by_words: the Ardanian staff
    against: BOR
    count: 40
    unit: breaches
    window: to the evening of 12 April 2030
    source: https://ard.example/claims
    known_at: "2030-04-12T20:00:00+03:00"
  - id: bor-says
    by: BOR
    by_words: the Borland staff
    against: ARD
    count: 71
    unit: breaches
    window: to the morning of 13 April 2030
    source: https://bor.example/claims
    known_at: "2030-04-13T08:00:00+03:00"
"""

WORDS = """\
waarborg = "words/1"
version = "1"
attack_verbs = ["shelled", "attacked"]
weapon_verbs = ["struck"]
attack_nouns = ["attack$", "shelling$"]
soldiers = ["soldier"]
framing = ["after$"]
prisoners = ["prisoner"]
killing = ["killed"]
assaults = ["stormed"]
not_this = ["football"]
shot_down = ["downed"]

[actors.ARD]
nominative = ["ardanian"]
genitive = ["ardania$"]
adjective = []

[actors.BOR]
nominative = ["borlander"]
genitive = ["borland$"]
adjective = []

[weapons]
artillery_fire = ["artiller"]
drone_strike = ["drone"]
"""

ZONES = """\
{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"north","words":"the North"},
 "geometry":{"type":"Polygon","coordinates":[[[10,50],[11,50],[11,51],[10,51],[10,50]]]}},
{"type":"Feature","properties":{"id":"south","words":"the South"},
 "geometry":{"type":"Polygon","coordinates":[[[10,49],[11,49],[11,50],[10,50],[10,49]]]}},
{"type":"Feature","properties":{"id":"land","words":"the whole land","parts":["north","south"]},
 "geometry":null}
]}
"""

CONTROL = """\
geonameid,name,latitude,longitude,date_from,status
1,Norvik,50.5,10.5,20300101,A
2,Nordheim,50.8,10.2,20300101,A
3,Sudby,49.5,10.5,20300101,B
4,Sudmark,49.2,10.8,20300101,B
"""

MISSION = """\
waarborg = "mission/1"
id = "river-truce"
name = "River truce"
time_zone = "Etc/GMT-3"
agreement = "agreement.yaml"
exercises = []
zones = "zones.geojson"
claims = "claims.yaml"
words = "words.toml"

[span]
first = 2030-04-09
last = 2030-04-14

[counting]
rule = "fused-incidents"
version = "1"
words = "One incident for all reports that are joined."

[control]
file = "control.csv"
name = "control points"
time_zone = "Etc/GMT-3"
contested = ["X"]
default_holder = "BOR"
default_zone = "land"
near_m = 5000.0
clear_m = 15000.0
words = "The nearest point within 5 km."

[control.holders]
A = "ARD"
B = "BOR"

[channels.viina]
time_zone = "Etc/GMT-3"
time_zone_certainty = "assumed"
time_zone_words = "made up"
place_precision_m = 1000.0
place_precision_words = "made up"
max_line_bytes = 65536
box = { west = 9.0, south = 48.0, east = 12.0, north = 52.0 }

[[channels.viina.stand_ins]]
name = "Southland"
longitude = 10.4
latitude = 49.4
zone = "south"
words = "stands for the whole South"
"""


def release_entry(file: str, received_at: str) -> str:
    """The lines that name a release in mission.toml."""
    return (
        f'\n[[releases]]\nfile = "{file}"\nchannel = "viina"\nreceived_at = {received_at}\n'
        'certainty = "stated"\nwords = "made up"\n'
    )


@dataclass(frozen=True)
class Mission:
    """A small mission as texts; each part can be another.

    Attributes:
        releases: Content and arrival of each release; the first is `reports/first.csv`.
        changed: Texts that stand in the place of the usual ones, by name.
    """

    releases: tuple[tuple[bytes, str], ...] = ((release(ROWS), "2030-04-14T12:00:00+03:00"),)
    changed: Mapping[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, bytes]:
        """Every file by name."""
        usual = {
            "agreement.yaml": AGREEMENT,
            "claims.yaml": CLAIMS,
            "words.toml": WORDS,
            "zones.geojson": ZONES,
            "control.csv": CONTROL,
            "mission.toml": MISSION,
        } | self.changed
        names = ("reports/first.csv", "reports/second.csv", "reports/third.csv")
        entries = "".join(
            release_entry(name, received)
            for name, (_, received) in zip(names, self.releases, strict=False)
        )
        usual["mission.toml"] += entries
        texts = {name: text.encode() for name, text in usual.items()}
        return texts | {
            name: content for name, (content, _) in zip(names, self.releases, strict=False)
        }

    def open(self) -> Chain:
        """Read it."""
        return open_texts(self.texts)

    def write(self, folder: Path) -> Path:
        """Lay it down as a mission folder."""
        for name, content in self.texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder
