"""A flow run that the runner started in a process of its own goes when the runner goes.

The runner holds the other end of that process's standard input. When it stops, or is killed, the
pipe closes: the run gets a moment to finish the email it is sending, and ends. Works on any system.
"""

from __future__ import annotations

import functools
import os
import threading
import time

KEPT_BY = "CIMFLOW_KEPT_BY"
"""Names, for the processes that the runner starts, the process that keeps them."""

GRACE_SECONDS = 2.0


@functools.cache
def hold_lifeline() -> None:
    """Watch standard input from now on, if this process is kept by another."""
    keeper = os.environ.get(KEPT_BY, "")
    if keeper and keeper != str(os.getpid()):
        threading.Thread(target=_leave_with_the_keeper, daemon=True).start()


def _leave_with_the_keeper() -> None:
    try:
        while os.read(0, 1):
            pass
    except OSError:
        pass
    time.sleep(GRACE_SECONDS)
    os._exit(1)
