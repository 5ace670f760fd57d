"""Prefect's server as a child of ours (``flows.served``): started, awaited, stopped."""

from __future__ import annotations

import contextlib
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
            [sys.executable, "-m", "flows.served"], stdin=subprocess.PIPE, stdout=log, stderr=log
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
