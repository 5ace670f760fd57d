"""A row of the table of routes: who may open each.

Each part of the pages has its rows in ``route_rows/PART.py``; ``test_route_access.py`` walks them
all. A new route without a row fails there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.dashboard.conftest import BIRCH, OTHER, OURS, PROCESS

ROLES = ("nobody", "lead", "reader", "admin", "other-admin", "system")
"""``lead`` leads Birch Hollow; ``reader`` and ``admin`` are of its SELPA; ``other-admin`` is not."""

EVERYONE = "nobody lead reader admin other-admin system"
SIGNED_IN = "lead reader admin other-admin system"
OVERSEES = "reader admin other-admin system"
ADMINISTERS = "admin other-admin system"
SYSTEM = "system"
SEES_LEA = "lead reader admin system"
FILES_FOR_LEA = "lead admin system"
CHANGES_LEA = "admin system"

OF_OTHER_LEA = {"admin": "other-admin", "system": "system"}
"""With an LEA of the other SELPA in the address: who may, for whom may with ours."""


@dataclass(frozen=True)
class RouteRow:
    """One route. ``may``: who gets in, in words of ``ROLES``. ``where``: values for the address.

    Getting in is not being refused; a form that says nothing useful may still be sent back.
    """

    method: str
    path: str
    may: str
    form: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)

    def address(self, *, other_lea: bool = False) -> str:
        """A real address of this route."""
        values = {
            "process_id": PROCESS,
            "cds_code": OTHER if other_lea else BIRCH,
            "activity_id": "team-creation",
            "selpa_code": OURS,
            "version": "1",
            **self.where,
        }
        path = self.path
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def lets_in(self, who: str, *, other_lea: bool = False) -> bool:
        """Whether someone gets in, with our LEA in the address or with the other SELPA's."""
        if other_lea:
            return who in {OF_OTHER_LEA[one] for one in self.may.split() if one in OF_OTHER_LEA}
        return who in self.may.split()
