"""Prefect's server as a child of ours: started, awaited, stopped.

As ``python -m flows.server`` it is the child. It lives as long as its standard input is open: when
whoever started it stops, or is killed, the pipe closes and the server goes too, on any system.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

from flows.surroundings import HOST, log_file, password_of

READY_SECONDS = 120.0
STOP_SECONDS = 3.0


def start_server(home: Path) -> subprocess.Popen[bytes]:
    """Start the server with the settings of this process's environment; its words go to a log."""
    with log_file(home, "prefect-server").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "flows.server"], stdin=subprocess.PIPE, stdout=log, stderr=log
        )


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """Close its standard input; if it does not go, end it."""
    if server.stdin is not None:
        with contextlib.suppress(OSError):
            server.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(STOP_SECONDS)
        return
    server.kill()
    server.wait()


def answers(home: Path, port: int, *, timeout: float = 2.0) -> bool:
    """Whether a server answers on a port to the password of this home."""
    credentials = b64encode(password_of(home).encode()).decode()
    request = urllib.request.Request(
        f"http://{HOST}:{port}/api/admin/version", headers={"Authorization": f"Basic {credentials}"}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=timeout) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def await_ready(
    server: subprocess.Popen[bytes], home: Path, port: int, *, stop: threading.Event | None = None
) -> bool:
    """Wait until the server answers; False if it ended, took too long, or ``stop`` was set."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None or (stop is not None and stop.is_set()):
            return False
        if answers(home, port):
            return True
        time.sleep(0.1)
    return False


def main() -> None:
    """Serve until standard input ends."""
    # Ctrl-C in a terminal reaches every process of the group; the parent decides when we go.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import uvicorn
    from prefect.settings import get_current_settings

    api = get_current_settings().server.api
    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        host=api.host,
        port=api.port,
        log_level="warning",
        timeout_keep_alive=api.keepalive_timeout,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    # SIGTERM to the child alone is the parent's business too: it would restart nothing.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]

    def leave_with_the_parent() -> None:
        while os.read(0, 1):
            pass
        server.should_exit = True
        time.sleep(STOP_SECONDS)
        os._exit(1)

    threading.Thread(target=leave_with_the_parent, daemon=True).start()
    asyncio.run(server.serve())
    os._exit(0)  # background threads of the server must not keep it


if __name__ == "__main__":
    main()
