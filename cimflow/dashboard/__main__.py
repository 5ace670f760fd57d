"""``python -m cimflow.dashboard``: the pages on this machine, until a signal or end of input.

A process of its own: a page answers while flows run, and a server can have several.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from cimflow.dashboard.app import create_app
from cimflow.dashboard.web.web_app_state import open_web_app
from cimflow.monitoring.app_context import open_app_context
from cimflow.monitoring.errors import Refused
from cimflow.settings import SettingsErrors, read_settings
from cimflow.store.database.errors import StoreError

HOST = "127.0.0.1"
STOPS_WITHIN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the pages: 0 when stopped, 1 with one line when they could not start."""
    parser = argparse.ArgumentParser("cimflow.dashboard", description="Serve cimflow's pages.")
    parser.add_argument("--host", default=HOST, help="loopback unless a proxy stands in front")
    parser.add_argument("--port", type=int, default=8400)
    parser.add_argument("--prefect-url", default="", help="Prefect's pages, for the administrator")
    parser.add_argument("--lifeline", action="store_true", help="stop when standard input ends")
    options = parser.parse_args(arguments)
    os.umask(0o077)
    try:
        settings = read_settings(os.environ, working_directory=Path.cwd())
        context = open_app_context(settings, clock=_now)
    except (SettingsErrors, Refused, StoreError) as error:
        print(f"cimflow: {error}", file=sys.stderr)
        return 1
    web_app = open_web_app(context, port=options.port, prefect_url=options.prefect_url)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(web_app),
            host=options.host,
            port=options.port,
            log_level="warning",
            access_log=False,  # an address may hold a sign-in link
            server_header=False,
            timeout_graceful_shutdown=STOPS_WITHIN,
        )
    )
    if options.lifeline:
        threading.Thread(target=_stop_with_the_parent, args=(server,), daemon=True).start()
    server.run()
    return 0 if server.started else 1


def _now() -> dt.datetime:
    """The one clock of the pages, in UTC."""
    return dt.datetime.now(tz=dt.UTC)


def _stop_with_the_parent(server: uvicorn.Server) -> None:
    try:
        while os.read(0, 1):
            pass
    finally:
        server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
