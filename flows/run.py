"""``python -m flows.run KIND``: one run now, through the server that is up, or one started for it.

Standard output has the outcome in one line; progress and errors go to standard error.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cimflow.settings import SettingsErrors, read_settings
from flows.local.child_processes import answers, await_ready, start_server, stop_children
from flows.local.home_lock import try_lock
from flows.local.prefect_settings import any_free_port, log_file, recorded_port, surround
from flows.local.terminal import say, take_terminal
from flows.serve import hear_signals, leave, refuse

WAITS_SECONDS = 600.0
SENDS_WITHIN = 5.0
STOPPED = 130
KINDS = ("cohort-status", "deadline-escalation", "lea-status", "drill-down-reports")
_Outcome = tuple[int, list[str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a flow: 0 when it did what was asked, whatever state the LEAs are in."""
    stop = threading.Event()
    hear_signals(stop)
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.kind == "lea-status" and options.lea is None:
        parser.error("lea-status needs --lea")
    if options.kind == "deadline-escalation" and (options.lea or options.selpa):
        parser.error("deadline-escalation is for all LEAs at once: do not give --lea or --selpa")
    if options.kind != "deadline-escalation" and options.send:
        parser.error("--send belongs to deadline-escalation")
    try:
        settings = read_settings(os.environ, working_directory=Path.cwd())
    except SettingsErrors as error:
        return refuse(*error.errors)
    home = settings.home
    os.environ["CIMFLOW_HOME"] = str(home)
    out, err = take_terminal(log_file(home, "run"))
    with _progress(err) as progress, _server_of(home, stop, progress) as is_there:
        code, lines = _run(options, stop, progress) if is_there else _no_server(stop, home)
    say(out if code == 0 else err, *lines)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("flows.run", description="Run a flow now.")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--process", required=True)
    parser.add_argument("--as-of", type=dt.date.fromisoformat, dest="on")
    parser.add_argument("--lea")
    parser.add_argument("--selpa")
    parser.add_argument("--send", action="store_true")
    parser.add_argument("--everything", action="store_true")
    return parser


@contextlib.contextmanager
def _progress(err: Console) -> Iterator[Progress]:
    """A line that moves, on a terminal; elsewhere nothing that would fill a log."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        progress.add_task("starting")
        yield progress


def _tell(progress: Progress, words: str) -> None:
    progress.update(progress.task_ids[0], description=words)


@contextlib.contextmanager
def _server_of(home: Path, stop: threading.Event, progress: Progress) -> Iterator[bool]:
    """Prefect's server for this home: that of ``up`` if it answers, else one for this run."""
    deadline = time.monotonic() + WAITS_SECONDS
    while not stop.is_set() and time.monotonic() < deadline:
        port = recorded_port(home)
        if port is not None and answers(home, port):
            surround(os.environ, home, port)
            yield True
            return
        lock = try_lock(home)
        if lock is not None:
            yield from _server_for_this_run(home, stop, progress)
            os.close(lock)
            return
        _tell(progress, "waiting for another cimflow that is running in this home")
        stop.wait(0.5)
    yield False


def _server_for_this_run(home: Path, stop: threading.Event, progress: Progress) -> Iterator[bool]:
    port = any_free_port()
    surround(os.environ, home, port)
    _tell(progress, "starting Prefect's server")
    server = start_server(home)
    try:
        yield await_ready(server, lambda: answers(home, port), stop=stop)
    finally:
        stop_children(server)


def _no_server(stop: threading.Event, home: Path) -> _Outcome:
    if stop.is_set():
        return STOPPED, ["cimflow: stopped; nothing was run"]
    return 1, [f"cimflow: Prefect's server did not start; see {home / 'logs'}"]


def _run(options: argparse.Namespace, stop: threading.Event, progress: Progress) -> _Outcome:
    """Run the flow on a thread of its own: Prefect would take the signals of the main one."""
    outcome: list[_Outcome] = []

    def work() -> None:
        # Prefect is imported with its settings in place.
        from flows.run_outcome import run_flow
        from tasks.leftover_runs import send_what_is_left

        given: dict[str, Any] = vars(options)
        found = asyncio.run(run_flow(given, lambda words: _tell(progress, words)))
        send_what_is_left(seconds=SENDS_WITHIN)
        outcome.append(found)

    at_work = threading.Thread(target=work, daemon=True)
    _tell(progress, f"running {options.kind}")
    at_work.start()
    while at_work.is_alive() and not stop.is_set():
        at_work.join(0.1)
    if outcome:
        return outcome[0]
    return STOPPED, [
        "cimflow: stopped before it was done; run it again to continue where it stopped"
    ]


if __name__ == "__main__":
    try:
        code = main()
    except SystemExit as error:  # a usage error, which argparse has explained
        code = error.code if isinstance(error.code, int) else 2
    leave(code)
