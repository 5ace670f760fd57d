"""``up`` and ``run``: what Prefect does, started as a separate process.

The command line never imports Prefect: it starts ``python -m flows.serve`` and ``flows.run``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
import subprocess
import sys

import click

from cimflow.cli.options import (
    CDS,
    DAY,
    context_here,
    is_home,
    prepare_home,
    process_option,
    settings_here,
)
from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext, active_processes
from cimflow.monitoring.errors import Refused

port_type = click.IntRange(min=1, max=65535)


@click.command()
@click.option(
    "--port", type=port_type, default=8400, show_default=True, help="Where cimflow's pages are."
)
@click.option(
    "--prefect-port", type=port_type, default=4200, show_default=True, help="Prefect's own pages."
)
@click.option("--sample", is_flag=True, help="Load the invented sample SELPA first.")
def up(port: int, prefect_port: int, sample: bool) -> int:
    """Start everything on this computer: server, schedules, runner. Stop with Ctrl-C."""
    settings = settings_here()
    if port == prefect_port:
        raise Refused.saying(f"port {port}: cimflow's pages and Prefect's need two different ports")
    if sample:
        from cimflow.cli.sample_home import load_sample

        load_sample(settings)
    elif not is_home(settings):
        prepare_home(settings)
        click.echo(f"created a cimflow home at {settings.home}; next: cimflow import-roster FILE")
    _show_cohorts(context_here())
    arguments = ["--port", str(port), "--prefect-port", str(prefect_port), "--lifeline"]
    return _run_module("flows.serve", arguments, stdin=subprocess.PIPE)


@click.command()
@click.argument(
    "flow",
    type=click.Choice(["cohort-status", "deadline-escalation", "lea-status", "drill-down-reports"]),
)
@click.option("--as-of", type=DAY, default=None, help="Another day: a rehearsal without --send.")
@click.option("--send", is_flag=True, help="Send right away; needs go-live on or before the day.")
@click.option("--lea", type=CDS, default=None, help="One LEA.")
@click.option("--selpa", default=None, metavar="CODE", help="One SELPA.")
@click.option("--everything", is_flag=True, help="Also LEAs whose status did not change.")
@process_option
def run(
    flow: str,
    as_of: dt.date | None,
    send: bool,
    lea: str | None,
    selpa: str | None,
    everything: bool,
    process_id: str | None,
) -> int:
    """Run a flow now, through Prefect."""
    if send and flow != "deadline-escalation":
        raise click.UsageError("--send belongs to deadline-escalation")
    if flow == "lea-status" and lea is None:
        raise click.UsageError("lea-status needs --lea")
    context = context_here()
    chosen = context.process_asked_for(process_id)
    if flow == "deadline-escalation":
        from cimflow.monitoring.notices.delivery import mode_of_run

        mode_of_run(act_on(context, chosen), as_of or context.today(chosen), send=send)
    if lea is not None or selpa is not None:
        from cimflow.monitoring.cohort.evaluate import evaluate_cohort

        evaluate_cohort(act_on(context, chosen, lea), as_of or context.today(chosen), selpa=selpa)
    arguments = [flow, "--process", chosen]
    for name, value in (("--as-of", as_of), ("--lea", lea), ("--selpa", selpa)):
        if value is not None:
            arguments += [name, str(value)]
    arguments += [name for name, given in (("--send", send), ("--everything", everything)) if given]
    return _run_module("flows.run", arguments)


def _show_cohorts(context: AppContext) -> None:
    """Where every LEA stands today, while the rest of the start takes its time."""
    from cimflow.cli.cohort_tables import print_grid
    from cimflow.monitoring.cohort.evaluate import evaluate_cohort

    for process in active_processes(context):
        day = context.today(process)
        # A terminal that has gone is no reason not to start.
        with contextlib.suppress(OSError):
            print_grid(context, process, day, evaluate_cohort(act_on(context, process), day))
            click.echo()


def _run_module(module: str, arguments: list[str], *, stdin: int | None = None) -> int:
    """Run a module of ours as a child, hand our signals on to it, and end as it ends.

    With a pipe as ``stdin`` the child sees it close when we are gone, even killed, and stops too.
    """
    child = subprocess.Popen([sys.executable, "-m", module, *arguments], stdin=stdin)

    def hand_on(number: int, _frame: object) -> None:
        if child.poll() is None:
            child.send_signal(number)

    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), hand_on)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


COMMANDS = (up, run)
