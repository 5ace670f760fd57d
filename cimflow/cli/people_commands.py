"""``people``, ``sign-in-link``, ``give-role``, ``end-role``, ``audit``: who can sign in."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import click

from cimflow.cli.options import CDS, DAY, by_option, context_here, one_line, who
from cimflow.monitoring.access.viewer import ROLES
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext, active_processes
from cimflow.monitoring.errors import Refused

OWN_PAGES = "http://127.0.0.1:8400"
_AT_ONCE = 1000
_LATEST = 50

email_argument = click.argument("email", callback=one_line())
role_argument = click.argument("role", type=click.Choice(ROLES))
selpa_option = click.option(
    "--selpa", metavar="CODE", default=None, callback=one_line(), help="Over this SELPA."
)
lea_option = click.option("--lea", type=CDS, default=None, help="Over this LEA.")


@click.command("people")
def people_() -> None:
    """See who can sign in, as what, and why: a contact, or a role given by hand."""
    from rich.markup import escape
    from rich.table import Table

    from cimflow.cli.notice_tables import fitting
    from cimflow.monitoring.access.held_roles import held_roles

    found = held_roles(context_here())
    if not found:
        click.echo("no one can sign in yet; start with: cimflow give-role EMAIL " + ROLES[0])
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for heading in ("Address", "Name", "Role", "Over", "Why"):
        table.add_column(heading, overflow="fold")
    for one in found:
        cells = (one.email, one.name, one.role, one.code or "everything", one.why)
        table.add_row(*map(escape, cells))
    fitting().print(table)


@click.command("sign-in-link")
@email_argument
@click.option("--base-url", metavar="URL", default=None, help="Where the pages are.")
@by_option
def sign_in_link(email: str, base_url: str | None, by: str | None) -> None:
    """Print a link that signs a person in once, within 15 minutes; the audit log records it."""
    from cimflow.monitoring.access import sign_in

    context = context_here()
    base = (base_url or context.settings.base_url or OWN_PAGES).strip()
    if not base.startswith(("http://", "https://")) or not base.isprintable() or " " in base:
        raise Refused.saying(
            f"--base-url: {base!r} is not an address; it must start with http:// or https://"
        )
    click.echo(sign_in.make_link(context, email, base_url=base, made_by=who(by)))
    click.echo("it works once, within 15 minutes; do not give it to anyone else", err=True)


@click.command("give-role")
@email_argument
@role_argument
@selpa_option
@lea_option
@by_option
def give_role(email: str, role: str, selpa: str | None, lea: str | None, by: str | None) -> None:
    """Give a person a role that the contacts do not give."""
    from cimflow.monitoring.access import permissions

    code = _code_for(role, selpa, lea)
    changed = permissions.give_role(context_here(), email, role, code, actor=Actor(who(by)))
    click.echo(f"{email} is {role}{_over(code)}{'' if changed else ', no change'}")


@click.command("end-role")
@email_argument
@role_argument
@selpa_option
@lea_option
@by_option
def end_role(email: str, role: str, selpa: str | None, lea: str | None, by: str | None) -> None:
    """End a role that was given by hand; one that a contact gives ends with the contact."""
    from cimflow.monitoring.access import permissions

    code = _code_for(role, selpa, lea)
    if not permissions.end_role(context_here(), email, role, code, actor=Actor(who(by))):
        raise Refused.saying(
            f"{email}: was not given the role {role}{_over(code)}; see cimflow people"
        )
    click.echo(f"{email} is no longer {role}{_over(code)}")


def _code_for(role: str, selpa: str | None, lea: str | None) -> str:
    wanted = {"system-administrator": None, "lea-lead": "--lea"}.get(role, "--selpa")
    given = {"--selpa": selpa, "--lea": lea}
    extra = [name for name, value in given.items() if value is not None and name != wanted]
    if extra:
        raise click.UsageError(f"{role} does not take {extra[0]}")
    if wanted is not None and not given[wanted]:
        raise click.UsageError(f"{role} needs {wanted}")
    return (given[wanted] if wanted is not None else None) or ""


def _over(code: str) -> str:
    return f" of {code}" if code else ""


@click.command()
@click.option("--since", type=DAY, default=None, help="Only from this day on.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv"]), default="table", help="The format."
)
def audit(since: dt.date | None, form: str) -> None:
    """Read what was done and what was refused, and by whom; newest first."""
    context = context_here()
    zone = _zone(context)
    rows = _rows(context, since, zone)
    if form == "csv":
        from cimflow.monitoring.cohort.table_export import harmless

        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(_HEADER)
        out.writerows([harmless(cell) for cell in row] for row in rows)
        return
    _print_table(context, since, rows, zone)


_HEADER = [
    "at", "actor", "acting_as", "action", "outcome", "process", "selpa_code", "cds_code",
    "detail", "request", "remote",
]  # fmt: skip


def _rows(context: AppContext, since: dt.date | None, zone: ZoneInfo) -> Iterator[list[str]]:
    """Up to now: what is recorded while we read does not shift the pages."""
    from cimflow.monitoring.access.audit_log import entries

    start = dt.datetime.combine(since, dt.time(), zone) if since is not None else None
    until = context.now() + dt.timedelta(microseconds=1)
    offset = 0
    while some := entries(context, since=start, until=until, limit=_AT_ONCE, offset=offset):
        for one in some:
            yield [
                one.at.astimezone(zone).isoformat(timespec="seconds"),
                one.actor,
                one.acting_as,
                one.action,
                one.outcome,
                one.process or "",
                one.selpa_code or "",
                one.cds_code or "",
                one.detail,
                one.request,
                one.remote,
            ]
        offset += len(some)


def _print_table(
    context: AppContext, since: dt.date | None, rows: Iterator[list[str]], zone: ZoneInfo
) -> None:
    from itertools import islice

    from rich.markup import escape
    from rich.table import Table

    from cimflow.cli.notice_tables import fitting
    from cimflow.monitoring.access.audit_log import count

    shown = list(rows if since is not None else islice(rows, _LATEST))
    if not shown:
        click.echo("nothing was recorded" + (f" since {since}" if since else " yet"))
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for heading in (f"When ({zone.key})", "Who", "As", "What", "Outcome", "Of", "Detail"):
        table.add_column(heading, overflow="fold")
    for at, actor, acting_as, action, outcome, _, selpa, cds, detail, request, _ in shown:
        said = " ".join(one for one in (detail, request) if one)
        cells = (at[:16].replace("T", " "), actor, acting_as, action, outcome, cds or selpa, said)
        table.add_row(*map(escape, cells))
    fitting().print(table)
    if since is None and (number := count(context)) > len(shown):
        click.echo(f"the latest {len(shown)} of {number}; more with --since DATE", err=True)


def _zone(context: AppContext) -> ZoneInfo:
    """The zone of the cohort, in which a day begins and times are shown."""
    ids = active_processes(context) or sorted(context.processes)
    return context.process(ids[0]).zone if ids else ZoneInfo("UTC")


COMMANDS = (people_, sign_in_link, give_role, end_role, audit)
