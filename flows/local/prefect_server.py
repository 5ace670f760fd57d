"""``python -m flows.local.prefect_server``: Prefect's server, as our child.

It lives as long as its standard input is open: when its parent stops, or is killed, the
pipe closes and the server goes too, on any system. And it is made fit for SQLite, where a burst of
runs otherwise stalls for a minute (``collect_garbage_elsewhere``, ``flows.local.sqlite_retries``).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import os
import signal
import threading
import time

from flows.local.sqlite_retries import App, one_writer_at_a_time

LEAVES_WITHIN = 2.0
KEEP_ALIVE = 120
"""Seconds an idle connection stays: a client that finds it closed sleeps before it tries again."""


def collect_garbage_elsewhere() -> None:
    """Collect cyclic garbage on a thread of its own, never on that of the event loop.

    A forgotten database cursor is ended when it is collected, and SQLite makes that wait until its
    connection is free. On the event loop's thread it waits for a lock that only the event loop can
    release: the whole server stands still until SQLite's minute is over.
    """
    gc.disable()

    def collect() -> None:
        for number in itertools.count(1):
            time.sleep(1.0)
            gc.collect(2 if number % 30 == 0 else 1)

    threading.Thread(target=collect, daemon=True).start()


def create_app() -> App:
    """Prefect's own application; on SQLite with what we add around it.

    PostgreSQL has many writers, and they wait for each other by themselves.
    """
    from prefect.server.api.server import create_app as create_prefects_app
    from prefect.settings import get_current_settings

    app: App = create_prefects_app()
    url = get_current_settings().server.database.connection_url
    if url is not None and url.get_secret_value().startswith("postgresql"):
        return app
    return one_writer_at_a_time(app)


def main() -> None:
    """Serve until standard input ends."""
    # Ctrl-C in a terminal reaches every process of the group; the parent decides when we go.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import uvicorn
    from prefect.settings import get_current_settings

    api = get_current_settings().server.api
    config = uvicorn.Config(
        "flows.local.prefect_server:create_app",
        factory=True,
        host=api.host,
        port=api.port,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    # uvicorn would take SIGINT back; what ends this server is the end of its standard input.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]

    def leave_with_the_parent() -> None:
        while os.read(0, 1):
            pass
        server.should_exit = True
        time.sleep(LEAVES_WITHIN)
        os._exit(1)

    threading.Thread(target=leave_with_the_parent, daemon=True).start()
    collect_garbage_elsewhere()
    asyncio.run(server.serve())
    os._exit(0)  # background threads of the server must not keep it


if __name__ == "__main__":
    main()
