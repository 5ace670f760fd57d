"""The words for roles on the pages."""

from __future__ import annotations

from collections.abc import Mapping

ROLE_TITLES: Mapping[str, str] = {
    "lea-lead": "Lead of the LEA",
    "lea-director": "Director of special education",
    "superintendent": "Superintendent",
    "selpa-admin": "SELPA administrator",
    "selpa-director": "SELPA director",
    "fmta-consultant": "FMTA consultant of the CDE",
}
"""What a contact's role is called."""

VIEWER_TITLES: Mapping[str, str] = {
    "system-administrator": "System administrator",
    "selpa-administrator": "SELPA administrator",
    "selpa-reader": "SELPA reader",
    "lea-lead": "Lead of an LEA",
}
"""What the role of someone who signs in is called."""

AUTHORITY_TITLES: Mapping[str, str] = {"selpa": "SELPA", "cde": "CDE"}
