"""One real Prefect server for all tests here, started as ``up`` starts it; a home for each test.

Prefect reads its settings when it is imported, so the modules here import it, and the flows, inside
the tests: after the server's address is in the environment.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import re
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from cimflow.monitoring.act import act_on
from cimflow.process.case import Case
from flows.local import prefect_settings
from flows.local.child_processes import answers, await_ready, start_server, stop_children
from tests import factories

PROCESS = "targeted-2024"
TODAY = dt.date(2024, 7, 11)
T = TypeVar("T")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Prefect's tests come last.

    Its threads live as long as the process, draw from the global random generator, at which
    Hypothesis takes offence, and leave their connections to the garbage collector.
    """
    here = Path(__file__).parent
    items.sort(key=lambda item: here in item.path.parents)
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.prefect)
            for warning in (
                "ignore::pytest.PytestUnraisableExceptionWarning",
                "ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning",
            ):
                item.add_marker(pytest.mark.filterwarnings(warning))


@dataclass(frozen=True)
class Server:
    """The server, and the folder in which it keeps everything."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://{prefect_settings.HOST}:{self.port}"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("prefect server")
    port = prefect_settings.any_free_port()
    before = dict(os.environ)
    prefect_settings.surround(os.environ, home, port)
    child = start_server(home)
    try:
        assert await_ready(child, lambda: answers(home, port)), (
            home / "logs/prefect-server.log"
        ).read_text()
        if "prefect" in sys.modules:
            from prefect.context import refresh_global_settings_context

            refresh_global_settings_context()
        yield Server(home, port)
    finally:
        if "prefect" in sys.modules:
            from tasks.leftover_runs import send_what_is_left

            send_what_is_left(seconds=10)
        _loop.close()
        stop_children(child)
        os.environ.clear()
        os.environ.update(before)


@dataclass(frozen=True)
class Home:
    """A home whose today is July 11, 2024, with nothing in it yet."""

    path: Path

    @property
    def context(self) -> Any:
        from tasks.app_context import context_here

        return context_here()

    def put(self, *cases: Case) -> None:
        """Store cases as the store would have learnt them."""
        from cimflow.store.database import session

        with session.transaction(self.context.engine) as conn:
            for case in cases:
                _store(conn, case)

    def record(self, cds_code: str, *events: Any) -> None:
        """Learn more of an LEA that is there."""
        from cimflow.store.database import session

        with session.transaction(self.context.engine) as conn:
            for one in events:
                _learn(conn, PROCESS, cds_code, one)

    def case(self, cds_code: str) -> Case:
        from cimflow.monitoring.cohort.evaluate import read_case

        return read_case(act_on(self.context, PROCESS, cds_code))

    def runs(self, flow: str) -> list[Any]:
        """The runs of a flow that our own store knows, the first started first."""
        from cimflow.store.database import session
        from cimflow.store.runs import runs

        with session.reading(self.context.engine) as conn:
            return runs.recent_runs(conn, flow=flow, limit=1000)[::-1]


def _store(conn: Any, case: Case) -> None:
    told = [
        *case.roster_entries, *case.facts, *case.submissions, *case.reviews, *case.extensions,
        *case.excuses, *case.withdrawals,
    ]  # fmt: skip
    for one in sorted(told, key=lambda one: one.seq):
        _learn(conn, case.process, case.cds_code, one)


def _learn(conn: Any, process: str, cds_code: str, one: Any) -> None:
    from cimflow.store.cases import add_facts

    by = {"learnt_at": dt.datetime(2024, 3, 1, tzinfo=dt.UTC), "recorded_by": "test"}
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(one).__name__)
    if kind == "Review":
        add_facts.add_review(conn, process, cds_code, one, sha256="0" * 64, **by)
    elif kind == "Extension":
        add_facts.add_extension(conn, process, [cds_code], one, scope="lea", **by)
    else:
        getattr(add_facts, f"add_{kind.lower()}")(conn, process, cds_code, one, **by)
    if kind == "Submission" and one.voided_on is not None:
        add_facts.add_void(
            conn, process, cds_code, one.activity, one.version, one.voided_on, "", **by
        )


@pytest.fixture
def home(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    path = tmp_path / "home"
    path.mkdir()
    (path / "home.toml").write_text(f"today = {TODAY}\n")
    for name in [one for one in os.environ if one.startswith("CIMFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CIMFLOW_HOME", str(path))
    return Home(path)


def cds(number: int) -> str:
    """The code of an invented LEA."""
    return f"991000000{number:05d}"


def lea(number: int, level: str = "2", *events: Any, **more: Any) -> Case:
    """A case of an invented LEA; overdue, since nothing was filed, unless events say otherwise."""
    return factories.make_case(level, *events, cds_code=cds(number), **more)


def done(number: int) -> Case:
    """An LEA that owes nothing any more."""
    return lea(number, "2", *factories.all_done_but())


_loop = asyncio.Runner()


def run(flow: Coroutine[Any, Any, T]) -> T:
    """Run a flow to its end; all tests share one event loop, and so Prefect's connections."""
    return _loop.run(flow)


def until(condition: Callable[[], T | None], *, seconds: float = 30.0) -> T:
    """Wait until a condition gives something; fail at the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail(f"not within {seconds} seconds: {condition}")


def api(server: Server, method: str, path: str, **more: Any) -> Any:
    """Ask Prefect's API itself."""
    import httpx

    user, _, password = prefect_settings.password_of(server.home).partition(":")
    answer = httpx.request(
        method, f"{server.url}/api{path}", auth=(user, password), trust_env=False, **more
    )
    answer.raise_for_status()
    return answer.json()


def task_runs(server: Server, flow_run_id: str, count: int) -> list[dict[str, Any]]:
    """The task runs of a flow run; they reach the database through events, so they lag."""
    asked = {"flow_runs": {"id": {"any_": [flow_run_id]}}, "limit": 200}

    def all_of_them() -> list[dict[str, Any]] | None:
        found = api(server, "POST", "/task_runs/filter", json=asked)
        ended = [one for one in found if one["state_type"] in {"COMPLETED", "FAILED"}]
        return found if len(ended) >= count else None

    return until(all_of_them)
