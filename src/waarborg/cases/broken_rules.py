"""The rules that an entry of the commission can break: what each says, and how to mend a refused entry.

A refused entry stays on the record as it was signed; what mends it is a new entry under a new name.
"""

from __future__ import annotations

from collections.abc import Mapping

SAYS: Mapping[str, str] = {
    "COM-001": "who has no seat does not vote, propose, approve or suspend, nor close, reopen, join or split cases; "
    "to grade, a task in the case does as well",
    "COM-002": "a seat votes once, except that who abstained in writing can still object; what is settled is settled",
    "COM-003": "after the deadline, or the close of a vote, nothing is taken",
    "COM-004": "a withdrawn proposal takes no votes",
    "COM-005": "what an entry names must exist: a body, party and clause of the text, a case, a proposal",
    "COM-006": "a gate is decided once for a case; a new decision needs a recall or a new filing first",
    "COM-007": "only what is owed or open can be done",
    "COM-008": "an amendment does not begin before the agreement",
    "COM-009": "nobody approves their own proposal, grades their own allegation, or lets themselves off, and the "
    "accused lets off nobody and asks for no answer: it votes, but neither grades nor conducts its case, stands "
    "behind nothing in it and neither suspends its procedure nor sends it back",
    "COM-010": "what has ended takes no more, and no case is closed while a vote or an appeal waits for a ruling, "
    "nor sent back while votes are being cast",
    "COM-011": "an entry's name is used once",
    "COM-012": "nobody confirms a remedy without a seat, a task in the case, or having brought it; nobody speaks "
    "for another party, nor for a parliament whose gate names who does, asks for an answer where it is not "
    "answered for, nor answers a request or reports a task that is another's",
    "COM-013": "nothing is dated after it reached the record",
    "COM-014": "one seat a party on each body",
    "COM-015": "cases are joined when they accuse one party before one body and neither is ruled; none into itself, "
    "and none while a vote is under way; no finding is split from a ruling",
    "COM-016": "item grade 1 needs two independent things it rests on",
    "COM-017": "an appeal needs a ruling",
    "COM-018": "a vote needs rules of procedure on the record",
    "COM-019": "rules of procedure contradict nothing that the text says, and leave no member out: a group has all "
    "its members seated, or some sit for it to which the others agree",
    "COM-020": "a contribution moves forward; what was withdrawn is pledged anew; who is bound by the text leaves it "
    "by suspending or denouncing, not by a step back",
    "COM-021": "an entry that cannot be read has no effect",
    "COM-022": "silence is consent only where the rules of procedure provide it (`silence`)",
    "COM-023": "a ruling holds responsible only whom the case accuses, and only for a breach; a remedy is asked of whom "
    "it holds responsible",
    "COM-024": "no vote before the steps that the procedure of the text has before a ruling, as the hearing of the "
    "accused; an objection to a written procedure is no such vote",
    "COM-025": "a procedure goes back only where its text says so, and no oftener than it says",
}
"""Code to the rule, in words."""

MEND: Mapping[str, str] = {
    "COM-001": "have it signed by a party with a seat; whom the text seats gets one by rules of procedure "
    "(adopt-rules), and who is to grade by a task",
    "COM-002": "nothing needs mending where it was meant once; a ruling is changed by a correction or an appeal, "
    "rules by new ones",
    "COM-003": "nothing brings the time back; a new proposal, a correction or a reopening begins a new one",
    "COM-004": "put the proposal anew (propose) and vote on that",
    "COM-005": "look the name up in the agreement file and in `docket`, and hand in a new entry that names it",
    "COM-006": "put in the recall or the new filing first, or name the case that the decision is for",
    "COM-007": "look up in `due` what is owed or open, and hand in a new entry that names it",
    "COM-008": "hand in a new entry with a moment at or after the one at which the file lets the version begin",
    "COM-009": "have another person do it, of a party that is neither the accused nor the one concerned",
    "COM-010": "reopen the case first, let the vote or the appeal come to its ruling, or name a case that goes on",
    "COM-011": "hand the same in under a name that nobody has used",
    "COM-012": "have the party sign it that it speaks for, or that was asked; a decision of a parliament by whom its gate names",
    "COM-013": "hand it in anew, dated no later than now",
    "COM-014": "hand in rules that name each party once",
    "COM-015": "join into another case, or deal with each by itself; what is ruled takes a correction or an appeal",
    "COM-016": "cite two things that do not come from each other, or give a lower grade",
    "COM-017": "wait for a ruling; before one, comment or give an account",
    "COM-018": "adopt rules of procedure first (adopt-rules), and have the other seats approve them",
    "COM-019": "hand in rules with the seats, quorum and majority of the text; where some are to sit for a group, "
    "say so with `sits_for` and have the others agree",
    "COM-020": "hand in the next step forward, pledge anew what was withdrawn, or suspend or denounce the text",
    "COM-021": "hand it in anew with the fields of its kind",
    "COM-022": "put it to a vote, or adopt rules that provide for silence first",
    "COM-023": "open a case against that party (open-case), which is then heard; where no breach is found leave responsible "
    "and remedy out, and where a remedy is asked say who is responsible",
    "COM-024": "take the step that is still wanting (step-taken), then vote anew",
    "COM-025": "take the step and let the procedure go on, or name a step to which the text lets it go back",
}
"""Code to what mends an entry that was refused under it."""
