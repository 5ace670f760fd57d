"""``import-roster``, ``import-contacts``, ``import-progress``: all of a file, or none of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cimflow.cli.options import by_option, context_here, process_option, who
from cimflow.intake.spreadsheets.contacts import read_contacts
from cimflow.intake.spreadsheets.progress import read_progress
from cimflow.intake.spreadsheets.roster import read_roster
from cimflow.intake.tables.table import Table
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.roster import import_progress, import_roster
from cimflow.monitoring.roster.import_diff import Difference

file_argument = click.argument("file", type=click.Path(path_type=Path))
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show what would change without changing anything."
)
repair_option = click.option(
    "--repair-cds", is_flag=True, help="Put back the leading zero that a spreadsheet removed."
)


@click.command("import-roster")
@file_argument
@dry_run_option
@repair_option
@by_option
def roster(file: Path, dry_run: bool, repair_cds: bool, by: str | None) -> None:
    """Import the LEAs in a cohort: level, SELPA, and facts, from CSV or XLSX."""
    context = context_here(make_home=True)
    table, rows = read_roster(file, context.processes, repair_cds=repair_cds)
    differences = import_roster.import_roster(context, rows, actor=Actor(who(by)), dry_run=dry_run)
    _report(table, len(rows), differences, dry_run=dry_run)


@click.command("import-contacts")
@file_argument
@dry_run_option
@repair_option
@by_option
def contacts(file: Path, dry_run: bool, repair_cds: bool, by: str | None) -> None:
    """Import who holds which role: in LEAs, in SELPAs, and at the CDE."""
    context = context_here()
    table, rows = read_contacts(file, repair_cds=repair_cds)
    differences = import_roster.import_contacts(
        context, rows, actor=Actor(who(by)), dry_run=dry_run
    )
    _report(table, len(rows), differences, dry_run=dry_run)


@click.command("import-progress")
@file_argument
@dry_run_option
@repair_option
@by_option
@process_option
def progress(
    file: Path, dry_run: bool, repair_cds: bool, by: str | None, process_id: str | None
) -> None:
    """Import the spreadsheet a SELPA already keeps: what was received, filed, and approved."""
    context = context_here()
    chosen = context.process_asked_for(process_id)
    table, rows = read_progress(
        file,
        context.process(chosen),
        repair_cds=repair_cds,
        check=import_progress.progress_check(act_on(context, chosen)),
    )
    differences = import_progress.import_progress(
        act_on(context, chosen, by=who(by)), rows, file=table.name, dry_run=dry_run
    )
    _report(table, len(rows), differences, dry_run=dry_run)


def _report(table: Table, rows: int, differences: Sequence[Difference], *, dry_run: bool) -> None:
    if table.unused:
        click.echo(f"not used: {', '.join(table.unused)}", err=True)
    for one in differences:
        since = f" from {one.on}" if one.on else ""
        before = one.before or "(nothing)"
        after = one.after or "(nothing)"
        click.echo(f"  {one.code}  {one.what}: {before} -> {after}{since}")
    would = "would change" if dry_run else "changed"
    click.echo(f"{table.name}: {rows} rows read, {len(differences)} {would}")


COMMANDS = (roster, contacts, progress)
