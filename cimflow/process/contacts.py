"""Who holds which role for an LEA: in the LEA, in its SELPA, at the CDE."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "lea-lead",
    "lea-director",
    "superintendent",
    "selpa-admin",
    "selpa-director",
    "fmta-consultant",
]
ROLES: tuple[Role, ...] = (
    "lea-lead",
    "lea-director",
    "superintendent",
    "selpa-admin",
    "selpa-director",
    "fmta-consultant",
)
LEAD: Role = "lea-lead"
STAND_IN_FOR_LEAD: tuple[Role, ...] = ("lea-director", "superintendent")
"""A missing lead is replaced by the first of these, who then is the lead in every rule."""

NOT_SUPERIORS: frozenset[str] = frozenset({"lea-lead", "selpa-admin"})
"""Notices to anyone else wait until the lead has heard."""

SCOPES: tuple[str, ...] = ("lea", "selpa", "cde")
EVERY_LEA = "*"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in a role. ``code`` is a CDS code, a SELPA code, or ``*`` in scope ``cde``."""

    scope: str
    code: str
    role: str
    name: str
    email: str

    @property
    def address(self) -> str:
        """The address as a key: the same mailbox in whatever case it was typed."""
        return self.email.strip().casefold()


class ContactBook:
    """Finds the holders of a role for an LEA."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self._holders: dict[tuple[str, str, str], list[Contact]] = {}
        for one in contacts:
            self._holders.setdefault((one.scope, one.code, one.role), []).append(one)

    def holders(self, role: str, cds_code: str, selpa_code: str) -> tuple[Contact, ...]:
        """Everyone who holds the role for the LEA; each address once.

        A consultant named for the LEA comes before one named for all (``*``).
        """
        found = (
            self._holders.get(("lea", cds_code, role), [])
            + self._holders.get(("selpa", selpa_code, role), [])
            + (
                self._holders.get(("cde", cds_code, role), [])
                or self._holders.get(("cde", EVERY_LEA, role), [])
            )
        )
        return tuple({one.address: one for one in reversed(found)}.values())[::-1]

    def leads(self, cds_code: str, selpa_code: str) -> tuple[tuple[Contact, ...], bool]:
        """Who is told as the lead, and whether that is a stand-in because no lead is named."""
        named = self.holders(LEAD, cds_code, selpa_code)
        if named:
            return named, False
        for role in STAND_IN_FOR_LEAD:
            standing_in = self.holders(role, cds_code, selpa_code)
            if standing_in:
                return standing_in, True
        return (), True
