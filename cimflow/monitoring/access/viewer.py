"""A person who looks, what is theirs, and what they may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["system-administrator", "selpa-administrator", "selpa-reader", "lea-lead"]
ROLES: tuple[Role, ...] = get_args(Role)
SYSTEM, ADMINISTRATOR, READER, LEAD = ROLES


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and what is theirs: SELPA codes, and the CDS codes of LEAs they lead."""

    email: str
    name: str
    is_system: bool
    administers: frozenset[str]
    reads: frozenset[str]
    leads: frozenset[str]

    @property
    def works_at_selpa(self) -> bool:
        """Whether they read about LEAs from outside: their next step is to wait or to remind."""
        return self.is_system or bool(self.administers or self.reads)

    def may_see(self, *, selpa_code: str, cds_code: str) -> bool:
        """Whether this LEA of this SELPA is theirs to look at."""
        return self.is_system or selpa_code in self.reads or cds_code in self.leads

    def may_change(self, *, selpa_code: str) -> bool:
        """Whether they decide for this SELPA."""
        return self.is_system or selpa_code in self.administers

    def may_file_for(self, *, selpa_code: str, cds_code: str) -> bool:
        """Whether they may hand something in for this LEA."""
        return self.may_change(selpa_code=selpa_code) or cds_code in self.leads

    @property
    def role(self) -> str:
        """The highest role they hold anywhere; empty where none."""
        held = (self.is_system, bool(self.administers), bool(self.reads), bool(self.leads))
        return next((role for role, holds in zip(ROLES, held, strict=True) if holds), "")

    def role_for(self, *, selpa_code: str, cds_code: str) -> str:
        """The role in which they act on this LEA: the one that allows most; empty where none."""
        if self.is_system:
            return SYSTEM
        if selpa_code in self.administers:
            return ADMINISTRATOR
        if cds_code in self.leads:
            return LEAD
        return READER if selpa_code in self.reads else ""


def key_of(email: str) -> str | None:
    """An address as the key of a person, in lower case; None where it opens nothing.

    Only ASCII: of other letters several are the same in lower case, and one person's mailbox
    could be taken for another's.
    """
    key = email.strip()
    one_word = key.isascii() and key.isprintable() and not any(map(str.isspace, key))
    return key.lower() if one_word and 0 < key.find("@") < len(key) - 1 else None
