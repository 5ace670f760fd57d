"""``python -m flows.serve``: everything composed on one machine, until it is told to stop.

Prefect's server is a child; the schedules, the runner and the requests are served here. The main
thread does nothing but wait for a signal: Prefect puts handlers of its own on the thread that runs
flows, so flows run on another.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from cimflow.settings import Settings, SettingsErrors, read_settings
from flows.homelock import try_lock
from flows.server import answers, await_ready, start_server, stop_server
from flows.surroundings import (
    HOST,
    is_free,
    log_file,
    password_file,
    recorded_port,
    server_record,
    surround,
    write_record,
)
from flows.terminal import Terminal, take_terminal
from tasks.lifeline import KEPT_BY

WORK_STOPS_WITHIN = 4.0
REFUSED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal; 0 when stopped, 1 with one line when it could not start."""
    stop = threading.Event()
    hear_signals(stop)
    options = _options(arguments)
    try:
        settings = read_settings(os.environ, working_directory=Path.cwd())
    except SettingsErrors as error:
        return _refuse(*error.errors)
    lock = try_lock(settings.home)
    if lock is None:
        return _refuse(_who_is_there(settings))
    taken = [port for port in (options.port, options.prefect_port) if not is_free(port)]
    if taken:
        return _refuse(f"port {taken[0]} is taken by another program; choose one with {options.flags[taken[0]]}")
    if options.lifeline:
        threading.Thread(target=_stop_with_the_parent, args=(stop,), daemon=True).start()
    return _serve(settings, options.prefect_port, stop)
