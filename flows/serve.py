"""``python -m flows.serve``: everything composed on one machine, until it is told to stop.

Prefect's server and our pages are children. The main thread only waits for a signal: Prefect puts
handlers of its own on the thread that runs flows, so runner, requests and flows have another
(``flows.local.services``).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from cimflow.settings import Settings, SettingsErrors, read_settings
from flows.local.child_processes import (
    Child,
    answers,
    await_ready,
    pages_answer,
    start_pages,
    start_server,
    stop_children,
)
from flows.local.home_lock import try_lock
from flows.local.prefect_settings import (
    HOST,
    is_free,
    log_file,
    recorded_port,
    recorded_process,
    server_record,
    surround,
    write_record,
)
from flows.local.terminal import say, take_terminal
from tasks.lifeline import KEPT_BY

WORK_STOPS_WITHIN = 3.0
"""Seconds for the flows to stop; then the server stops, and what is left is ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal: 0 when stopped, 1 with one line when it could not start."""
    stop = threading.Event()
    hear_signals(stop)
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings(os.environ, working_directory=Path.cwd())
    except SettingsErrors as error:
        return refuse(*error.errors)
    lock = try_lock(settings.home)
    if lock is None:
        return refuse(_who_is_there(settings.home))
    for flag, port in (("--port", options.port), ("--prefect-port", options.prefect_port)):
        if not is_free(port):
            return refuse(f"port {port} is in use by another program; choose another with {flag}")
    if options.lifeline:
        threading.Thread(target=_stop_with_the_parent, args=(stop,), daemon=True).start()
    return _serve(settings, options.port, options.prefect_port, stop)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("flows.serve", description="Run cimflow on this machine.")
    parser.add_argument("--port", type=int, default=8400, help="cimflow's own pages")
    parser.add_argument("--prefect-port", type=int, default=4200, help="Prefect's own pages")
    parser.add_argument("--lifeline", action="store_true", help="stop when standard input ends")
    return parser


def hear_signals(stop: threading.Event) -> None:
    """Stop on Ctrl-C and on a request to end, even if we were started with them ignored.

    Ctrl-C reaches us more than once: from the terminal, and from each parent that hands it on. A
    handler interrupts the thread that waits for ``stop``, whose lock it must not want: it only
    puts into a queue made for that, and another thread sets ``stop``.
    """
    heard: queue.SimpleQueue[None] = queue.SimpleQueue()

    def set_stop() -> None:
        heard.get()
        stop.set()

    threading.Thread(target=set_stop, daemon=True).start()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # the last is Windows' Ctrl-Break
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: heard.put(None))


def refuse(*lines: str) -> int:
    """Say why nothing was started."""
    for line in lines:
        print(f"cimflow: {line}", file=sys.stderr)
    return 1


def _who_is_there(home: Path) -> str:
    port = recorded_port(home)
    if port is not None and answers(home, port):
        return (
            f"cimflow is already up for {home} (process {recorded_process(home)},"
            f" Prefect at http://{HOST}:{port}); stop it first"
        )
    return f"another cimflow is running in {home}; wait until it is done, or stop it"


def _stop_with_the_parent(stop: threading.Event) -> None:
    try:
        while os.read(0, 1):
            pass
    finally:
        stop.set()


def _serve(settings: Settings, port: int, prefect_port: int, stop: threading.Event) -> int:
    """Start the server and the pages, then the work; whatever happens, both are stopped again."""
    home = settings.home
    surround(os.environ, home, prefect_port)
    os.environ.update({"CIMFLOW_HOME": str(home), KEPT_BY: str(os.getpid())})
    out, err = take_terminal(log_file(home, "up"))
    say(err, "starting Prefect's server; the first time takes about 15 seconds ...")
    server = start_server(home)
    pages = start_pages(home, port=port, prefect_port=prefect_port)
    children = {
        "Prefect's server": (server, lambda: answers(home, prefect_port)),
        "the server for cimflow's pages": (pages, lambda: pages_answer(port)),
    }
    try:
        for name, (child, is_there) in children.items():
            if not await_ready(child, is_there, stop=stop):
                if stop.is_set():
                    return 0
                say(err, f"cimflow: {name} did not start; see {home / 'logs'}")
                return 1
        write_record(home, prefect_port)
        started = {name: child for name, (child, _) in children.items()}
        return _work(settings, port, prefect_port, started, stop, out, err)
    finally:
        server_record(home).unlink(missing_ok=True)
        stop_children(server, pages)


def _work(
    settings: Settings,
    port: int,
    prefect_port: int,
    children: Mapping[str, Child],
    stop: threading.Event,
    out: Console,
    err: Console,
) -> int:
    """Let the work go on in a thread of its own until a signal comes, or something gives up."""

    def work() -> None:
        # Prefect is imported with its settings in place.
        from flows.local.services import run_machine
        from tasks.leftover_runs import send_what_is_left

        asyncio.run(run_machine(port, prefect_port, stop, out))
        send_what_is_left(seconds=1.0)

    at_work = threading.Thread(target=work, daemon=True)
    at_work.start()
    code = 0
    while not stop.wait(0.25):
        ended = [name for name, child in children.items() if child.poll() is not None]
        if not at_work.is_alive():
            ended.append("the runner")
        if ended:
            say(err, f"cimflow: {ended[0]} stopped on its own; see {settings.home / 'logs'}")
            code = 1
            stop.set()
    at_work.join(WORK_STOPS_WITHIN)
    return code


def leave(code: int) -> None:
    """End now: threads of Prefect's that still wait for something must not keep us."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main())
