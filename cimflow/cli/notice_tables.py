"""Notices in a terminal: what would go out, what the ledger has, who gets what when going live."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cimflow.cli.terminal_output import WIDE
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.notices.go_live import Preview
from cimflow.monitoring.notices.owed import NoticesOn
from cimflow.monitoring.words import long_date
from cimflow.process.definition.process_file import Process


def fitting() -> Console:
    """A console for tables: no pictures from ``:words:``, and wide where no width is given."""
    plain = Console(emoji=False, highlight=False)
    if plain.is_terminal or "COLUMNS" in os.environ:
        return plain
    return Console(emoji=False, highlight=False, width=WIDE)


def print_notices(
    context: AppContext,
    process_id: str,
    on: dt.date,
    found: NoticesOn,
    in_ledger: Sequence[dict[str, Any]],
) -> None:
    """What would go out on a day, one line per person and matter."""
    out = fitting()
    process = context.process(process_id)
    out.print(f"[bold]Notices for {escape(process.process.title)}[/] on {long_date(on)} (Pacific)")
    if not found.owed:
        out.print("Nothing is ready to send on this day.")
    else:
        out.print(_notice_table(process, found))
    for one in found.problems:
        out.print(f"[yellow]look[/]  {one.lea}: {escape(one.message)}")
    if in_ledger:
        out.print(f"\n[bold]Already in the ledger[/]: {len(in_ledger)}")
        table = Table(show_edge=False, pad_edge=False)
        for heading in ("No.", "Day", "State", "LEA", "Activity", "Rung", "To"):
            table.add_column(heading)
        for row in in_ledger:
            table.add_row(
                str(row["id"]), row["on"], row["state"], row["lea"], row["activity"], row["rung"],
                escape(row["recipient"]),
            )  # fmt: skip
        out.print(table)


def _notice_table(process: Process, found: NoticesOn) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for heading in ("LEA", "Activity", "Rung", "To", "Role", ""):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"To", "Rung", "Role"})
    for one in found.owed:
        status = found.statuses.get(one.lea)
        marks = [
            word
            for word, given in (
                ("held", one.held),
                ("waiting until the lead is notified", one.waits),
                ("delayed", one.delayed),
            )
            if given
        ]
        table.add_row(
            escape(status.name if status else one.lea),
            escape(process.activity_by_id[one.activity].title),
            one.rung,
            escape(one.recipient),
            one.role,
            ", ".join(marks),
        )
    return table


def print_who_gets_what(process_id: str, shown: Preview) -> None:
    """Before going live: one line per person, with how many matters and what is held."""
    out = Console(stderr=True, emoji=False, highlight=False)
    out.print(
        f"[bold]Going live with {process_id} from {long_date(shown.go_live)}[/]: on"
        f" {long_date(shown.first_day)} these would go out"
    )
    sendable = [one for one in shown.found.owed if not one.waits]
    people = Counter((one.recipient, one.role) for one in sendable if not one.held)
    for (recipient, role), matters in sorted(people.items()):
        out.print(f"  {escape(recipient)} ({role}): {matters} matters in one email")
    if not people:
        out.print("  nothing on that day")
    held = sum(one.held for one in sendable)
    waits = sum(one.waits for one in shown.found.owed)
    out.print(
        f"  held until a person sends them: {held}; waiting until the lead is notified: {waits}"
    )
    for one in shown.found.problems:
        out.print(f"  look: {one.lea}: {escape(one.message)}")
