"""The log says who did what in one line each, and each SELPA reads only what is its own."""

from __future__ import annotations

import pytest

from cimflow.monitoring.access import audit_log
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext
from tests.monitoring.access.signing_in import ELM, HOUR, MINUTE, NOW, PROCESS, context, later

__all__ = ["context"]


def note(
    context: AppContext,
    action: str = "record",
    *,
    actor: str = "ada@example.org",
    request: str = "",
    remote: str = "",
    **changes: str | None,
) -> None:
    who = Actor(actor, "selpa-administrator", request, remote)
    given = {"outcome": "done"} | changes
    audit_log.note(context, who, action, **given)  # type: ignore[arg-type]


def test_an_entry_keeps_what_was_said(context: AppContext) -> None:
    note(context, process=PROCESS, cds_code=ELM, selpa_code="S1", detail="version 2", request="POST /x", remote="192.0.2.1")  # fmt: skip
    note(context, outcome="refused", actor="")
    refused, done = audit_log.entries(context, limit=5)
    assert (refused.outcome, refused.actor, refused.process, refused.cds_code) == ("refused", "", None, None)  # fmt: skip
    assert done == audit_log.AuditEntry(
        NOW, "ada@example.org", "selpa-administrator", "record", "done", PROCESS, ELM, "S1",
        "version 2", "POST /x", "192.0.2.1",
    )  # fmt: skip


SAID = [
    ("two\nlines", "two lines"),
    ("\x1b[31mred\u2028here\0", "[31mred here"),
    ("half \udcff", "half"),
    ("x" * 600, "x" * 499 + "…"),
    ("  spaced   out ", "spaced out"),
]


@pytest.mark.parametrize(("said", "kept"), SAID)
def test_one_entry_is_one_short_line(context: AppContext, said: str, kept: str) -> None:
    """What a stranger sends cannot pass for a second entry, nor colour a terminal."""
    note(context, detail=said, request=said, remote=said, actor=said)
    (one,) = audit_log.entries(context, limit=5)
    assert {one.detail, one.request, one.remote, one.actor} == {kept}


def test_each_selpa_reads_its_own(context: AppContext) -> None:
    note(context, "a", selpa_code="S1")
    note(context, "b", selpa_code="S2")
    note(context, "c")
    for codes, seen in (({"S1"}, "a"), ({"S1", "S2"}, "ba"), (set(), ""), (None, "cba")):
        found = audit_log.entries(context, selpa_codes=codes, limit=5)
        assert "".join(one.action for one in found) == seen
        assert audit_log.count(context, selpa_codes=codes) == len(seen)


def test_a_part_of_the_log_by_time_text_and_page(context: AppContext) -> None:
    for action in "abc":
        note(context, action, detail=f"for {action.upper()}x")
        later(context, HOUR)
    since, until = NOW + MINUTE, NOW + HOUR + MINUTE
    assert [
        one.action for one in audit_log.entries(context, since=since, until=until, limit=5)
    ] == ["b"]
    assert [one.action for one in audit_log.entries(context, text="cX", limit=5)] == ["c"]
    assert [one.action for one in audit_log.entries(context, limit=2, offset=1)] == ["b", "a"]
    assert audit_log.count(context, since=since, text="for") == 2
