"""What is said when a record does not hold: one exception, a code for each way, words for a person."""

from __future__ import annotations

from typing import Any

MEANINGS = {
    "REC-001": "The checkpoint is missing or cannot be read: nothing vouches for this record.",
    "REC-002": "The checkpoint was altered after it was signed, or signed by another key.",
    "REC-003": "No key that is trusted here signed the checkpoint.",
    "REC-004": "The checkpoint belongs to another log.",
    "REC-010": "An entry was changed after it was recorded.",
    "REC-011": "An entry was dropped.",
    "REC-012": "Two entries were swapped.",
    "REC-013": "An entry was inserted that was not recorded.",
    "REC-014": "Entries are missing: the record was cut short at its end, or authors' last statements were "
    "taken out.",
    "REC-015": "Entries were put into another order.",
    "REC-016": "Entries stand behind the end that was signed.",
    "REC-020": "A tile of hashes was altered; the entries are as they were signed.",
    "REC-021": "An entry was changed and its tile made to fit; the tiles above still tell.",
    "REC-022": "Entries and tiles agree with each other, but are not what was signed: "
    "they were replaced together.",
    "REC-030": "A file of the record is missing.",
    "REC-031": "A file lies in the record that does not belong to it.",
    "REC-040": "A blob that an entry names is missing.",
    "REC-041": "A blob was changed after the entry that names it was recorded.",
    "REC-050": "The new entries do not extend what was signed before: this would rewrite history.",
    "REC-051": "Somebody else is writing to this record at this moment.",
    "REC-060": "A derived file was edited: it is not what the record says was derived.",
    "REC-061": "A derived file is missing.",
    "REC-062": "Derived again from the record, a file comes out otherwise than the record says.",
    "REC-063": "The record holds no derivation: there are no figures to check.",
    "REC-064": "An entry cannot be read as what it says it is, so nothing can be derived from it.",
    "REC-065": "The figures were derived with other settings of the software than are installed here.",
    "REC-070": "An entry is not a statement signed by its author.",
    "REC-071": "A statement's signature does not hold: its author did not say this.",
    "REC-072": "A statement was signed with a key that does not count for its author here.",
    "REC-073": "An author's own chain has a gap: a statement was left out.",
    "REC-074": "An author's own chain is broken: a statement was put in another's place, or the "
    "author made two with one number.",
    "REC-075": "A statement has not the fields of its kind.",
    "REC-076": "The log was frozen; an entry stands after its end.",
    "REC-077": "A disclosure does not belong to the statement it was presented with.",
    "REC-078": "A private field is missing without an authorised redaction: a violation.",
    "REC-079": "A time mark is not the operator's, or goes back behind an earlier one.",
    "REC-080": "The database is older than what was signed: a backup was put back. Nothing may be "
    "signed from it; get the missing entries from the published tiles or a mirror.",
    "REC-081": "A log was signed here, but its database is gone. A new one under the same name and "
    "key would be a second history.",
    "REC-082": "Somebody else wrote to this database: two writers would make two histories.",
    "REC-083": "The database and what was signed are different histories.",
    "REC-084": "There is no record in this database.",
    "REC-086": "A statement of this kind counts only from whoever keeps the record.",
    "REC-087": "A table of the database was edited by hand, or is damaged: it does not fit the entries. "
    "Nothing may be signed from it; get the record from the published tiles or a mirror.",
    "REC-090": "Too few witnesses that this reader trusts have cosigned the checkpoint.",
    "REC-091": "The record does not extend the checkpoint that was seen before: history was "
    "rewritten, or this is another log.",
}
"""Code to what it means, in words."""


class VerificationFailure(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The record does not hold.

    Attributes:
        code: Stable code with a page in the docs, as "REC-010".
        place: Where: "entry 17", "checkpoint", "tile/0/003".
        entry: Place of the entry concerned, None when none can be named.
        expected: What would be right.
        found: What stands there.
        meaning: What it means, one or two sentences.
    """

    def __init__(
        self, code: str, place: str, expected: str, found: str, entry: int | None = None
    ) -> None:
        self.code = code
        self.place = place
        self.entry = entry
        self.expected = expected
        self.found = found
        self.meaning = MEANINGS[code]
        super().__init__(
            f"{code} {place} · {self.meaning}\n    expected: {expected}\n    found: {found}"
        )

    def to_json(self) -> dict[str, Any]:
        """The failure as plain data for `--json`."""
        return {
            "code": self.code,
            "place": self.place,
            "entry": self.entry,
            "expected": self.expected,
            "found": self.found,
            "meaning": self.meaning,
        }


def entry_failure(code: str, place: int, expected: str, found: str) -> VerificationFailure:
    """A failure that names an entry by its place, from 0."""
    return VerificationFailure(code, f"entry {place}", expected, found, place)
