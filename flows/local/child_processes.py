"""The server of Prefect (``flows.local.prefect_server``) and the pages: started, awaited, stopped.

Each lives as long as its standard input is open, so that none outlives us, on any system.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path

from flows.local.prefect_settings import HOST, log_file, password_of

READY_SECONDS = 120.0
STOP_SECONDS = 3.0


Child = subprocess.Popen[bytes]


def start_server(home: Path) -> Child:
    """Start Prefect's server with the settings of this process's environment."""
    return _start(["flows.local.prefect_server"], log_file(home, "prefect-server"))


def start_pages(home: Path, *, port: int, prefect_port: int) -> Child:
    """Start our pages, which know where Prefect's are."""
    prefect_url = f"http://{HOST}:{prefect_port}"
    options = ["--port", str(port), "--prefect-url", prefect_url, "--lifeline"]
    return _start(["cimflow.dashboard", *options], log_file(home, "pages"))


def _start(module: Sequence[str], log: Path) -> Child:
    """Run a module of ours as a child; its words go to a log."""
    with log.open("ab") as words:
        return subprocess.Popen(
            [sys.executable, "-m", *module], stdin=subprocess.PIPE, stdout=words, stderr=words
        )


def stop_children(*children: Child) -> None:
    """Close their standard inputs; those that do not go are ended."""
    for child in children:
        if child.stdin is not None:
            with contextlib.suppress(OSError):
                child.stdin.close()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def answers(home: Path, port: int, *, timeout: float = 2.0) -> bool:
    """Whether a server answers on a port to the password of this home."""
    credentials = b64encode(password_of(home).encode()).decode()
    request = urllib.request.Request(
        f"http://{HOST}:{port}/api/admin/version", headers={"Authorization": f"Basic {credentials}"}
    )
    try:
        with _direct().open(request, timeout=timeout) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def pages_answer(port: int, *, timeout: float = 2.0) -> bool:
    """Whether our pages answer on a port."""
    try:
        with _direct().open(f"http://{HOST}:{port}/sign-in", timeout=timeout) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _direct() -> urllib.request.OpenerDirector:
    """Without a school's proxy, which knows nothing of this machine's own address."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def await_ready(
    child: Child, is_there: Callable[[], bool], *, stop: threading.Event | None = None
) -> bool:
    """Wait until a child answers; False if it ended, took too long, or ``stop`` was set."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None or (stop is not None and stop.is_set()):
            return False
        if is_there():
            return True
        time.sleep(0.1)
    return False
