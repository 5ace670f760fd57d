"""``status`` and ``notices``: what is due, what would go out."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import click

from cimflow.cli.options import CDS, DAY, context_here, process_option
from cimflow.monitoring.act import act_on
from cimflow.monitoring.cohort.evaluate import evaluate_cohort
from cimflow.monitoring.errors import Refused

as_of_option = click.option("--as-of", type=DAY, default=None, help="The day; default today.")


@click.command()
@as_of_option
@click.option("--lea", type=CDS, help="One LEA.")
@click.option("--selpa", metavar="CODE", help="One SELPA.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "xlsx", "json"]),
    default="table",
    help="The format.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write to this file (required for xlsx)."
)
@process_option
def status(
    as_of: dt.date | None,
    lea: str | None,
    selpa: str | None,
    form: str,
    out: Path | None,
    process_id: str | None,
) -> None:
    """Show every LEA's status on a day: what is done, due, missing, and why."""
    if out is not None and form == "table":
        raise click.UsageError("--out goes with --format csv, xlsx or json")
    context = context_here()
    chosen = context.process_asked_for(process_id)
    on = as_of or context.today(chosen)
    statuses = evaluate_cohort(act_on(context, chosen, lea), on, selpa=selpa)
    if form == "json":
        from cimflow.monitoring.cohort.json_export import status_as_json

        _write(json.dumps(status_as_json(chosen, on, statuses), indent=2) + "\n", out)
    elif form == "csv":
        from cimflow.monitoring.cohort.table_export import as_csv, status_rows

        _write(as_csv(status_rows(context.process(chosen), statuses)), out)
    elif form == "xlsx":
        from cimflow.monitoring.cohort.table_export import status_rows

        _write_xlsx(status_rows(context.process(chosen), statuses), out, title=f"{chosen} {on}")
    else:
        from cimflow.cli.cohort_tables import print_grid, print_lea

        if lea is not None and statuses:
            print_lea(context, chosen, on, statuses[0])
        else:
            print_grid(context, chosen, on, statuses)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


def _write_xlsx(rows: list[list[str]], out: Path | None, *, title: str) -> None:
    from cimflow.intake.tables.workbook import write_workbook
    from cimflow.monitoring.cohort.table_export import harmless_rows

    if out is None and sys.stdout.isatty():
        raise Refused.saying("xlsx: give the file to write with --out FILE")
    data = write_workbook(harmless_rows(rows), title=title)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        out.write_bytes(data)


@click.command()
@as_of_option
@click.option("--all", "everything", is_flag=True, help="Also what is already in the ledger.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="The format."
)
@process_option
def notices(as_of: dt.date | None, everything: bool, form: str, process_id: str | None) -> None:
    """Show what would go out on a day, to whom, and what is held; sends nothing."""
    from cimflow.monitoring.notices.ledger import ledger_rows
    from cimflow.monitoring.notices.owed import notices_on

    context = context_here()
    chosen = context.process_asked_for(process_id)
    on = as_of or context.today(chosen)
    found = notices_on(act_on(context, chosen), on)
    held = ledger_rows(act_on(context, chosen)) if everything else []
    if form == "json":
        from cimflow.monitoring.cohort.json_export import notices_as_json

        data = notices_as_json(chosen, on, found.owed, found.problems)
        if everything:
            data["ledger"] = held
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
    else:
        from cimflow.cli.notice_tables import print_notices

        print_notices(context, chosen, on, found, held)


COMMANDS = (status, notices)
