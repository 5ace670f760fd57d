"""Rungs and roles in words that people use."""

from __future__ import annotations

from cimflow.process.contacts import Role
from cimflow.process.definition.notice_ladder import DIGEST, STAND_DOWN, Ladder
from cimflow.process.definition.process_file import Process
from cimflow.process.escalation.notice import Problem

ROLE_WORDS: dict[Role, str] = {
    "lea-lead": "LEA lead",
    "lea-director": "LEA director",
    "superintendent": "superintendent",
    "selpa-admin": "SELPA administrator",
    "selpa-director": "SELPA director",
    "fmta-consultant": "consultant at the CDE",
}
_OF_OURS = {DIGEST: "Monday summary", STAND_DOWN: "resolved, no action needed"}
_OF_KINDS = {
    "reminder": "reminder, {days} before the due date",
    "overdue": "overdue, {days} after the due date",
    "overdue-monthly": "overdue, monthly",
    "fact": "information needed, {days} before the due date",
    "opened": "newly required",
    "returned": "returned by the reviewer",
    "incomplete": "received but incomplete",
    "extended": "extension granted",
    "review": "waiting for the SELPA's review, {days} after filing",
}


def role_in_words(role: str) -> str:
    """``superintendent``; a role that is not ours stays as it is written."""
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
