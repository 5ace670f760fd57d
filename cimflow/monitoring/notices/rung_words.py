"""What a rung and a role are called by people."""

from __future__ import annotations

from cimflow.process.contacts import Role
from cimflow.process.definition.notice_ladder import DIGEST, STAND_DOWN, Ladder
from cimflow.process.definition.process_file import Process
from cimflow.process.escalation.notice import Problem

ROLE_WORDS: dict[Role, str] = {
    "lea-lead": "lead of the LEA",
    "lea-director": "director of the LEA",
    "superintendent": "superintendent",
    "selpa-admin": "SELPA administrator",
    "selpa-director": "SELPA director",
    "fmta-consultant": "consultant at the CDE",
}
_OF_OURS = {DIGEST: "Monday summary", STAND_DOWN: "taken back: it is over"}
_OF_KINDS = {
    "reminder": "reminder, {days} before the due date",
    "overdue": "overdue, {days} after",
    "overdue-monthly": "overdue, each month",
    "fact": "a fact to look up, {days} before the due date",
    "opened": "newly required",
    "returned": "sent back by its reviewer",
    "incomplete": "something is missing in what came",
    "extended": "more time granted",
    "review": "waits for the SELPA's review, {days} after filing",
}


def role_in_words(role: str) -> str:
    """``superintendent``; a role that is not ours is called as it is written."""
    return {str(key): words for key, words in ROLE_WORDS.items()}.get(role, role)


def rung_in_words(ladder: Ladder, rung: str) -> str:
    """``reminder, 7 days before the due date``; a rung no longer in the file by its name."""
    if rung in _OF_OURS:
        return _OF_OURS[rung]
    found = next((one for one in ladder.rungs if one.id == rung), None)
    if found is None:
        return rung
    days = abs(found.days)
    return _OF_KINDS[found.kind].format(days=f"{days} day{'' if days == 1 else 's'}")


def problem_in_words(problem: Problem, process: Process) -> str:
    """What keeps a notice from reaching someone, with roles and facts by their titles."""
    said = problem.message
    for role, words in ROLE_WORDS.items():
        said = said.replace(f"no {role} is", f"no {words} is")
    for fact in process.facts:
        said = said.replace(f"{fact.id} is", f"{fact.title} is")
    return f"{said[:1].upper()}{said[1:]}."
