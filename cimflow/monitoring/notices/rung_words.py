"""Rungs and roles in words that people use."""

from __future__ import annotations

from cimflow.process.contacts import Role
from cimflow.process.definition.notice_ladder import Ladder
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


def role_in_words(role: str) -> str:
    """``superintendent``; a role that is not ours stays as it is written."""
    return {str(key): words for key, words in ROLE_WORDS.items()}.get(role, role)


def rung_in_words(ladder: Ladder, rung: str) -> str:
    """``reminder, 7 days before the due date``; a rung no longer in the file by its name."""
    kind = ladder.kind_of.get(rung)
    if kind is None:
        return rung
    days = next((abs(one.days) for one in ladder.rungs if one.id == rung), 0)
    return kind.in_words.format(days=f"{days} day{'' if days == 1 else 's'}")


def problem_in_words(problem: Problem, process: Process) -> str:
    """What keeps a notice from reaching someone, with roles and facts by their titles."""
    said = problem.message
    for role, words in ROLE_WORDS.items():
        said = said.replace(f"no {role} is", f"no {words} is")
    for fact in process.facts:
        said = said.replace(f"{fact.id} is", f"{fact.title} is")
    return f"{said[:1].upper()}{said[1:]}."
