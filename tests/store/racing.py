"""Two at once, made to meet at the worst moment; and what would happen without the guard."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Engine, event

WAIT = 0.5
"""Seconds that the first waits for the second, who does not come where the guard holds it back."""


def both(action: Callable[[int], Any], engine: Engine, *, meet_after: str) -> list[Any]:
    """Do it twice at once; each waits for the other after its first statement of that kind.

    A guard that makes the second wait earlier shows as a meeting that does not take place: then
    each goes on alone. Results in no order; an exception is a result.
    """
    meeting = threading.Barrier(2)
    were_there: set[int] = set()

    @event.listens_for(engine, "after_cursor_execute")
    def meet(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        me = threading.get_ident()
        if meet_after in statement and me not in were_there:
            were_there.add(me)
            with contextlib.suppress(threading.BrokenBarrierError):
                meeting.wait(WAIT)

    def attempt(number: int) -> Any:
        try:
            return action(number)
        except Exception as error:  # noqa: BLE001 - how the loser lost is what the test asks
            return error

    try:
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(attempt, range(2)))
    finally:
        event.remove(engine, "after_cursor_execute", meet)


@contextlib.contextmanager
def without_guard(engine: Engine) -> Iterator[None]:
    """The same program without row locks (PostgreSQL) or the writers' queue (SQLite)."""

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def disarm(
        _conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any
    ) -> tuple[str, Any]:
        disarmed = statement.replace("BEGIN IMMEDIATE", "BEGIN")
        return disarmed.replace(" FOR UPDATE SKIP LOCKED", "").replace(
            " FOR UPDATE", ""
        ), parameters

    yield
    event.remove(engine, "before_cursor_execute", disarm)
