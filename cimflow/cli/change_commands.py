"""``set-fact``, ``extend``, ``excuse``, ``withdraw``, ``go-live``, ``release``, ``resolve``."""

from __future__ import annotations

import datetime as dt

import click

from cimflow.cli.options import (
    CDS,
    DAY,
    act_here,
    by_option,
    lea_option,
    on_option,
    one_line,
    process_option,
)
from cimflow.monitoring.deadlines import exception, extension
from cimflow.monitoring.roster import lea_facts, withdrawal

grantor_option = click.option(
    "--grantor", type=click.Choice(["selpa", "cde"]), required=True, help="Who granted it."
)
reason_option = click.option("--reason", required=True, callback=one_line(), help="Why.")
reference_option = click.option(
    "--reference",
    default="",
    callback=one_line(),
    help="Letter or email; required if the CDE grants it.",
)


@click.command("set-fact")
@click.argument("fact")
@click.argument("value")
@lea_option
@on_option
@by_option
@process_option
def set_fact(
    fact: str,
    value: str,
    lea: str,
    on: dt.date | None,
    by: str | None,
    process_id: str | None,
) -> None:
    """Record a fact about an LEA that the process file names."""
    changed = lea_facts.set_fact(act_here(process_id, lea, by=by), fact, value, on=on)
    click.echo(f"{fact} of {lea} is {value}{'' if changed else ', as it was'}")


@click.command()
@click.argument("activity")
@click.option("--lea", type=CDS, help="One LEA.")
@click.option("--selpa", metavar="CODE", help="All LEAs in a SELPA.")
@click.option("--all", "everyone", is_flag=True, help="The whole cohort.")
@click.option("--to", type=DAY, required=True, help="The new due date.")
@grantor_option
@reason_option
@reference_option
@on_option
@by_option
@process_option
def extend(
    activity: str,
    lea: str | None,
    selpa: str | None,
    everyone: bool,
    to: dt.date,
    grantor: str,
    reason: str,
    reference: str,
    on: dt.date | None,
    by: str | None,
    process_id: str | None,
) -> None:
    """Grant a new due date; the old one stays in the history."""
    if sum((lea is not None, selpa is not None, everyone)) != 1:
        raise click.UsageError("give exactly one of --lea, --selpa, --all")
    result = extension.extend(
        act_here(process_id, lea, by=by),
        activity,
        to=to,
        grantor=grantor,
        reason=reason,
        reference=reference,
        on=on,
        selpa=selpa,
    )
    click.echo(f"{activity}: now due {to} for {len(result.extended)} LEAs")
    for one in result.left_out:
        click.echo(f"  left as it is: {one.in_words()}")


@click.command()
@click.argument("activity")
@lea_option
@grantor_option
@reason_option
@reference_option
@on_option
@by_option
@process_option
def excuse(
    activity: str,
    lea: str,
    grantor: str,
    reason: str,
    reference: str,
    on: dt.date | None,
    by: str | None,
    process_id: str | None,
) -> None:
    """Record an exception: the LEA does not have to submit the activity."""
    changed = exception.excuse(
        act_here(process_id, lea, by=by),
        activity,
        grantor=grantor,
        reason=reason,
        reference=reference,
        on=on,
    )
    click.echo(f"{activity} of {lea} is excused{'' if changed else ', as it was'}")


@click.command()
@lea_option
@click.option("--on", type=DAY, required=True, help="The first day out of the cohort.")
@reason_option
@by_option
@process_option
def withdraw(lea: str, on: dt.date, reason: str, by: str | None, process_id: str | None) -> None:
    """Withdraw an LEA from the cohort as of a day; its history stays."""
    act = act_here(process_id, lea, by=by)
    withdrawal.withdraw(act, on=on, reason=reason)
    click.echo(f"{lea} is withdrawn from {act.process_id} as of {on}")


COMMANDS = (set_fact, extend, excuse, withdraw)
