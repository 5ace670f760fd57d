"""LEA runs in rounds, as a process of its own: one line after each round, when its events are in."""

from __future__ import annotations

import asyncio
import sys
import time

from tests.bench.state import PROCESS, TODAY


async def rounds(number: int, leas: list[str]) -> None:
    """Run every LEA, so many times; the server gets two seconds to write down the events."""
    from flows.lea_status import lea_status

    for _ in range(number):
        begun = time.perf_counter()
        for cds in leas:
            await lea_status(PROCESS, cds, on=TODAY, mode="rehearsal:bench", return_state=True)
        taken = time.perf_counter() - begun
        await asyncio.sleep(2)  # the recorder flushes once a second; its work belongs to the round
        print(f"round {taken}", flush=True)


def main() -> None:
    """Run, with or without Prefect's heartbeat."""
    arguments = sys.argv[1:]
    beats = "--no-heartbeat" not in arguments
    number, *leas = [one for one in arguments if not one.startswith("--")]
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    if beats:
        asyncio.run(rounds(int(number), leas))
        return
    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        asyncio.run(rounds(int(number), leas))


if __name__ == "__main__":
    main()
