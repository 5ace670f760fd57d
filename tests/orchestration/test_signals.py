"""Ctrl-C comes several times at once: from the terminal, and from each parent that hands it on."""

from __future__ import annotations

import subprocess
import sys

STOPPED = """
import signal, threading
from flows.serve import hear_signals

stop = threading.Event()
hear_signals(stop)
with stop._cond:  # as when a signal interrupts the thread that waits, just with the lock in hand
    for name in ("SIGINT", "SIGTERM", "SIGINT"):
        signal.raise_signal(getattr(signal, name))
assert stop.wait(20)
print("stopped")
"""


def test_signals_that_interrupt_the_wait_itself_stop_it_all_the_same() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", STOPPED], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.stdout, ended.stderr) == ("stopped\n", "")
