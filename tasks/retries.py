"""What is worth trying again: the network, the disk and a busy database; never a refusal."""

from __future__ import annotations

from typing import Any

from prefect import State
from prefect.cache_policies import NO_CACHE

from cimflow.store.database.errors import StoreError


async def is_passing_fault(_task: object, _task_run: object, state: State[Any]) -> bool:
    """Whether a task run failed by something that may be gone in a moment."""
    result = await state.aresult(raise_on_failure=False)
    return isinstance(result, StoreError | OSError)


FOR_IO: dict[str, Any] = {
    "retries": 2,
    "retry_delay_seconds": [1.0, 5.0],
    "retry_condition_fn": is_passing_fault,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}
"""Options of every task that does input or output; each can be repeated without harm."""
