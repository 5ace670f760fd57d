"""One escalation as a process of its own, which can be made to die at any stage.

``python -m tests.delivery.escalate_once --on 2024-07-11 --clock 2024-07-11T16:00:00+00:00
--die-at rcpt``: the process ends as ``kill -9`` ends it, with nothing flushed and nothing closed.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import signal
import sys
from pathlib import Path

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import open_app_context
from cimflow.monitoring.notices.delivery import deliver, mode_of_run, prepare
from cimflow.settings import read_settings

PROCESS = "targeted-2024"


def die() -> None:
    """End at once, as nothing can catch."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Queue and deliver once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--on", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--clock", type=dt.datetime.fromisoformat, required=True)
    parser.add_argument("--die-at", default="")
    parser.add_argument("--wait-after-queue", action="store_true")
    given = parser.parse_args()
    settings = read_settings(os.environ, working_directory=Path.cwd())
    context = open_app_context(settings, clock=lambda: given.clock)
    mode = mode_of_run(act_on(context, PROCESS), given.on, send=True)
    prepare(act_on(context, PROCESS), given.on, mode=mode)
    if given.die_at == "queued":
        die()
    if given.wait_after_queue:
        print("queued", flush=True)
        sys.stdin.readline()
    done = asyncio.run(
        deliver(
            context,
            given.on,
            mode=mode,
            scheduled=False,
            on_stage=lambda stage: die() if stage == given.die_at else None,
        )
    )
    print(done)


if __name__ == "__main__":
    main()
