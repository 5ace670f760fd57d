"""``go-live``, ``mails``, ``release``, ``resolve``: what lets mail leave, by a person's act."""

from __future__ import annotations

import datetime as dt
import sys

import click

from cimflow.cli.options import DAY, by_option, context_here, process_option, who
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.notices import go_live as golive
from cimflow.monitoring.notices import ledger
from cimflow.monitoring.notices.owed import LIVE


@click.command("go-live")
@click.argument("process_id", metavar="PROCESS")
@click.option("--from", "day", type=DAY, required=True, help="From this day mail may leave.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@by_option
def go_live(process_id: str, day: dt.date, yes: bool, by: str | None) -> None:
    """Let mail leave from a day on; shows first who would get what."""
    from cimflow.cli.notice_tables import print_who_gets_what

    context = context_here()
    context.process(process_id)
    shown = golive.preview(context, process_id, day)
    print_who_gets_what(process_id, shown)
    if not yes:
        if not sys.stdin.isatty():
            raise Refused("go-live was not confirmed: nothing was changed; add --yes to confirm")
        click.confirm(f"Go live with {process_id} from {day}?", abort=True, err=True)
    changed = golive.go_live(context, process_id, day, by=who(by))
    click.echo(f"{process_id} is live from {day}{'' if changed else ', as it was'}")
    if context.settings.smtp is None:
        click.echo("no mail server is set yet: until CIMFLOW_SMTP_HOST is, nothing leaves")


@click.command()
@click.option("--as-of", "day", type=DAY, default=None, help="The day of the mails; default today.")
@click.option("--to", "recipient", default=None, metavar="E-MAIL", help="Only to this person.")
@process_option
def mails(day: dt.date | None, recipient: str | None, process_id: str | None) -> None:
    """Read the mails of a day, sent or rehearsed, word for word as their recipients do."""
    context = context_here()
    chosen = context.process_asked_for(process_id)
    found = ledger.mails_on(context, day or context.today(chosen), recipient)
    for one in found:
        state = one.state if one.mode == LIVE else "rehearsal, not sent"
        click.echo(f"To: {one.recipient}  ({state})\nSubject: {one.subject}\n\n{one.text}")
        click.echo("-" * 72)
    click.echo(f"{len(found)} mails" if found else "no mail was composed on this day", err=True)


@click.command()
@click.argument("ids", nargs=-1, type=int, metavar="[NOTICE]...")
@click.option("--all-held", is_flag=True, help="Everything that is held.")
@click.option("--restored", is_flag=True, help="Confirm that the restored backup was looked at.")
@process_option
def release(ids: tuple[int, ...], all_held: bool, restored: bool, process_id: str | None) -> None:
    """Let held notices leave with the next delivery; the numbers are in: notices --all."""
    if not (ids or all_held or restored):
        raise click.UsageError("name the notices, or give --all-held or --restored")
    context = context_here()
    if restored:
        found = ledger.confirm_restored(context)
        click.echo("confirmed; mail may be queued again" if found else "no backup was restored")
    if ids or all_held:
        chosen = context.process_asked_for(process_id)
        number = ledger.release(context, chosen, ids, everything=all_held)
        click.echo(f"{number} notices released")


@click.command()
@click.argument("notice", type=int)
@click.option("--arrived/--lost", "arrived", default=None, help="What you found out.")
@process_option
def resolve(notice: int, arrived: bool | None, process_id: str | None) -> None:
    """Say of an uncertain notice whether it arrived; a lost one is queued again."""
    if arrived is None:
        raise click.UsageError("say --arrived or --lost")
    context = context_here()
    chosen = context.process_asked_for(process_id)
    ledger.resolve(context, chosen, notice, arrived=arrived)
    click.echo(f"notice {notice}: {'counted as sent' if arrived else 'queued again'}")


COMMANDS = (go_live, mails, release, resolve)
