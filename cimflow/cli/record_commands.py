"""``record``, ``filed``, ``review``, ``void``, ``artifact-template``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from cimflow.cli.options import (
    DAY,
    act_here,
    by_option,
    context_here,
    lea_option,
    on_option,
    one_line,
    process_option,
)
from cimflow.intake.artifacts.artifact import artifact_template
from cimflow.intake.tables.files import name_of, read_bytes
from cimflow.intake.uploads.file_kind import MAX_DOCUMENT
from cimflow.monitoring.act import act_on
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.submissions import record as records
from cimflow.monitoring.submissions import review as verdicts
from cimflow.monitoring.submissions.receive import Came, receive
from cimflow.monitoring.submissions.review import Decision
from cimflow.process.evaluation.findings import Finding


@click.command()
@click.argument("activity")
@lea_option
@click.option(
    "--file",
    "contents",
    type=click.Path(path_type=Path),
    help="Contents as TOML, JSON or XLSX.",
)
@click.option(
    "--document", type=click.Path(path_type=Path), help="A document that was received; it is kept."
)
@click.option("--received", type=DAY, help="The day the SELPA received it; default today.")
@click.option("--filed-on", type=DAY, help="The day its receiver of record received it.")
@by_option
@process_option
def record(
    activity: str,
    lea: str,
    contents: Path | None,
    document: Path | None,
    received: dt.date | None,
    filed_on: dt.date | None,
    by: str | None,
    process_id: str | None,
) -> None:
    """Record that an artifact was received: its contents, a document, or just the fact."""
    if contents is not None and document is not None:
        raise click.UsageError("give --file (contents) or --document, not both")
    act = act_here(process_id, lea, by=by)
    given = contents or document
    came = Came(
        "form" if contents else "document" if document else "fact",
        name_of(given) if given else "",
        read_bytes(given, at_most=MAX_DOCUMENT) if given else None,
        received_on=received,
        filed_on=filed_on,
    )
    result = receive(act, activity, came)
    if result.is_new:
        click.echo(f"recorded {activity} of {lea} as version {result.version}")
    else:
        click.echo(f"{activity} of {lea} was already recorded as version {result.version}")
    say_findings(result.findings)


@click.command()
@click.argument("activity")
@lea_option
@click.option("--on", type=DAY, required=True, help="The day its receiver of record received it.")
@by_option
@process_option
def filed(activity: str, lea: str, on: dt.date, by: str | None, process_id: str | None) -> None:
    """Record the day an artifact at the SELPA reached its receiver of record."""
    result = records.file_later(act_here(process_id, lea, by=by), activity, on=on)
    click.echo(f"{activity} of {lea}, version {result.version}: filed on {on}")
    say_findings(result.findings)


@click.command()
@click.argument("activity")
@lea_option
@click.option("--approve", is_flag=True, help="The receiver approved it.")
@click.option("--return", "give_back", is_flag=True, help="The receiver returned it.")
@click.option("--note", default="", callback=one_line(), help="The reviewer's note.")
@on_option
@click.option("--despite-findings", is_flag=True, help="Approve even though it has errors.")
@by_option
@process_option
def review(
    activity: str,
    lea: str,
    approve: bool,
    give_back: bool,
    note: str,
    on: dt.date | None,
    despite_findings: bool,
    by: str | None,
    process_id: str | None,
) -> None:
    """Record the decision on the latest version: approved, or returned with a note."""
    if approve == give_back:
        raise click.UsageError("give --approve or --return")
    result = verdicts.review(
        act_here(process_id, lea, by=by),
        activity,
        Decision(approve=approve, note=note, on=on, despite_findings=despite_findings),
    )
    word = "approved" if approve else "returned"
    again = "" if result.is_new else " (as recorded before)"
    click.echo(f"{activity} of {lea}, version {result.version}: {word}{again}")


@click.command()
@click.argument("activity")
@lea_option
@click.option("--version", type=click.IntRange(min=1), required=True, help="Which version.")
@click.option("--note", required=True, callback=one_line(), help="Why it is being withdrawn.")
@by_option
@process_option
def void(
    activity: str, lea: str, version: int, note: str, by: str | None, process_id: str | None
) -> None:
    """Withdraw a record made in error; the history keeps it."""
    verdicts.void(act_here(process_id, lea, by=by), activity, version=version, note=note)
    click.echo(f"{activity} of {lea}: version {version} is withdrawn")


@click.command("artifact-template")
@click.argument("activity")
@click.option("--level", default=None, help="Mark what this level requires.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["toml", "xlsx"]),
    default="toml",
    help="A text file, or a workbook.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write to this new file.")
@process_option
def template(
    activity: str, level: str | None, form: str, out: Path | None, process_id: str | None
) -> None:
    """Create a file to fill in for an activity, with every field explained."""
    if form == "xlsx" and out is None:
        raise click.UsageError("a workbook needs --out FILE")
    context = context_here()
    chosen = context.process_asked_for(process_id)
    found = act_on(context, chosen).activity(activity)
    if level is not None and level not in context.process(chosen).level_by_id:
        known = ", ".join(context.process(chosen).level_by_id)
        raise click.BadParameter(f"{level!r} is not one of {known}", param_hint="--level")
    if out is None:
        click.echo(artifact_template(found, level))
        return
    if form == "xlsx":
        from cimflow.intake.artifacts.blank_workbook import artifact_workbook

        data = artifact_workbook(found, level)
    else:
        data = f"{artifact_template(found, level)}\n".encode()
    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise Refused.saying(f"{out}: already exists; name a new file") from None
    click.echo(f"written to {out}")


def say_findings(findings: tuple[Finding, ...]) -> None:
    """One line per finding: what is still missing or wrong."""
    for one in findings:
        where = f"{one.field}: " if one.field else ""
        click.echo(f"  {one.severity}: {where}{one.message} ({one.code})")


COMMANDS = (record, filed, review, void, template)
