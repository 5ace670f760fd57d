"""``go-live``, ``mails``, ``release``, ``resolve``: how a person lets email go out."""

from __future__ import annotations

import datetime as dt
import sys

import click

from cimflow.cli.options import DAY, act_here, by_option, context_here, process_option, who
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.notices import go_live as golive
from cimflow.monitoring.notices import ledger
from cimflow.monitoring.notices import release as decided
from cimflow.process.escalation.notice import LIVE


@click.command("go-live")
@click.argument("process_id", metavar="PROCESS")
@click.option("--from", "day", type=DAY, required=True, help="The day from which email may go out.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@by_option
def go_live(process_id: str, day: dt.date, yes: bool, by: str | None) -> None:
    """Let email go out from a day on; first shows who would get what."""
    from cimflow.cli.notice_tables import print_who_gets_what

    context = context_here()
    context.process(process_id)
    shown = golive.preview(act_on(context, process_id), day)
    print_who_gets_what(process_id, shown)
    if not yes:
        if not sys.stdin.isatty():
            raise Refused.saying(
                "go-live was not confirmed: nothing was changed; add --yes to confirm"
            )
        click.confirm(f"Go live with {process_id} from {day}?", abort=True, err=True)
    changed = golive.go_live(act_on(context, process_id, by=who(by)), day)
    click.echo(f"{process_id} is live from {day}{'' if changed else ', no change'}")
    if context.settings.smtp is None:
        click.echo("no mail server is set up yet: nothing is sent until CIMFLOW_SMTP_HOST is set")


@click.command()
@click.option(
    "--as-of", "day", type=DAY, default=None, help="The day of the emails; default today."
)
@click.option("--to", "recipient", default=None, metavar="EMAIL", help="Only to this person.")
@process_option
def mails(day: dt.date | None, recipient: str | None, process_id: str | None) -> None:
    """Read the emails of a day, sent or rehearsed, exactly as their recipients do."""
    context = context_here()
    chosen = context.process_asked_for(process_id)
    found = ledger.mails_on(context, day or context.today(chosen), recipient)
    for one in found:
        state = one.state if one.mode == LIVE else "rehearsal, not sent"
        click.echo(f"To: {one.recipient}  ({state})\nSubject: {one.subject}\n\n{one.text}")
        click.echo("-" * 72)
    click.echo(f"{len(found)} emails" if found else "no email was written on this day", err=True)


@click.command()
@click.argument("ids", nargs=-1, type=int, metavar="[NOTICE]...")
@click.option("--all-held", is_flag=True, help="Everything that is held.")
@click.option("--restored", is_flag=True, help="Confirm that you checked the restored backup.")
@by_option
@process_option
def release(
    ids: tuple[int, ...], all_held: bool, restored: bool, by: str | None, process_id: str | None
) -> None:
    """Send held notices with the next delivery; find their numbers with: notices --all."""
    if not (ids or all_held or restored):
        raise click.UsageError("name the notices, or give --all-held or --restored")
    context = context_here()
    if restored:
        found = decided.confirm_restored(context, Actor(who(by)))
        click.echo("confirmed; email may be queued again" if found else "no backup was restored")
    if ids or all_held:
        act = act_on(context, context.process_asked_for(process_id), by=who(by))
        chosen = [one.id for one in ledger.rows_of(act, states=["held"])] if all_held else ids
        moved = decided.release(act, chosen, all_or_none=True)
        click.echo(f"{len(moved.rows)} notices released")


@click.command()
@click.argument("notice", type=int)
@click.option("--arrived/--lost", "arrived", default=None, help="What you found out.")
@by_option
@process_option
def resolve(notice: int, arrived: bool | None, by: str | None, process_id: str | None) -> None:
    """Say of the email of an uncertain notice whether it arrived; a lost one is queued again."""
    if arrived is None:
        raise click.UsageError("give --arrived or --lost")
    act = act_here(process_id, by=by)
    moved = decided.resolve(act, notice, arrived=arrived)
    if not moved.rows:
        raise Refused(refusal("notice-not-uncertain", notice=notice, process=act.process_id))
    also = f", with {len(moved.rows) - 1} more of its email" if len(moved.rows) > 1 else ""
    click.echo(f"notice {notice}: {'counted as sent' if arrived else 'queued again'}{also}")


COMMANDS = (go_live, mails, release, resolve)
