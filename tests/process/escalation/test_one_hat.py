"""Whoever holds several roles is told once: as the lead, else as anything but a superior."""

from __future__ import annotations

import datetime as dt

import pytest

from cimflow.process.escalation.notice import Notice, one_per_key

HATS = [
    (("lea-lead", "selpa-admin"), "lea-lead"),
    (("selpa-admin", "lea-lead"), "lea-lead"),
    (("lea-director", "superintendent", "selpa-admin"), "selpa-admin"),
    (("selpa-director", "selpa-admin"), "selpa-admin"),
    (("superintendent", "selpa-director"), "superintendent"),
    (("fmta-consultant",), "fmta-consultant"),
]


def notice(role: str, recipient: str) -> Notice:
    due = dt.date(2024, 7, 10)
    return Notice("1", "srr-summary", "overdue-7", "x", role, recipient, "A Name", due, due)


@pytest.mark.parametrize(("roles", "told_as"), HATS)
def test_one_hat(roles: tuple[str, ...], told_as: str) -> None:
    one = [notice(role, "One@example.org") for role in roles]
    another = notice("selpa-admin", "another@example.org")
    found = one_per_key([*one, another])
    assert {(each.role, each.recipient) for each in found} == {
        (told_as, "One@example.org"),
        ("selpa-admin", "another@example.org"),
    }
