"""The pages on a whole state with a year behind it, and twenty people at once."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi.testclient import TestClient

from cimflow.dashboard.app import create_app
from cimflow.dashboard.web.web_app_state import open_web_app
from cimflow.monitoring.access import permissions, sign_in
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.process.escalation.notice import Notice
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.notices import ledger
from cimflow.store.runs import runs
from tests.bench.measuring import line, medians
from tests.bench.state import NOON, PROCESS, TODAY

ADMINISTRATOR = "admin@example.org"
PEOPLE = 20
SECONDS = 60
GRID = f"/p/{PROCESS}"


def measure_pages(context: AppContext) -> Iterator[str]:
    """Grid, LEA page and exports: the server's time against the store's query for those rows."""
    add_a_year(context)
    permissions.give_role(context, ADMINISTRATOR, "system-administrator", "", actor=Actor("bench"))
    web_app = open_web_app(context, port=8400)
    client = TestClient(create_app(web_app), base_url=web_app.base_url, follow_redirects=False)
    link = sign_in.make_link(context, ADMINISTRATOR, base_url=web_app.base_url, made_by="bench")
    client.post(link.removeprefix(web_app.base_url))
    with session.reading(context.engine) as conn:
        some = sorted(cases.load_cases(conn, PROCESS))[1000]

    def ask(path: str) -> None:
        assert client.get(path).status_code == 200, path

    def all_rows() -> None:
        with session.reading(context.engine) as conn:
            cases.load_cases(conn, PROCESS)

    def one_row() -> None:
        with session.reading(context.engine) as conn:
            cases.load_cases(conn, PROCESS, cds_code=some)

    def grid_after_a_change() -> None:
        web_app.standings.forget()
        ask(GRID)

    found = medians(
        all_rows=all_rows,
        one_row=one_row,
        grid=lambda: ask(GRID),
        cold=grid_after_a_change,
        lea=lambda: ask(f"{GRID}/leas/{some}"),
        csv=lambda: ask(f"{GRID}/status.csv"),
        xlsx=lambda: ask(f"{GRID}/status.xlsx"),
    )
    rows = found["all_rows"]
    yield line("grid, nothing new, against reading all cases", found["grid"], rows)
    yield line("grid after a change, against reading all cases", found["cold"], rows)
    yield line("LEA page against reading its case", found["lea"], found["one_row"])
    yield line("CSV of the whole state against reading all cases", found["csv"], rows)
    yield line("Excel of the whole state against reading all cases", found["xlsx"], rows)


def add_a_year(context: AppContext) -> None:
    """A year of sweeps, LEA runs and sent notices, as the store keeps them."""
    with session.reading(context.engine) as conn:
        codes = sorted(cases.load_cases(conn, PROCESS))
    with session.transaction(context.engine) as conn:
        for number in range(250):
            day = TODAY - dt.timedelta(days=number)
            at = NOON - dt.timedelta(days=number)
            runs.record_run(conn, _run(f"sweep-{number}", "cohort-status", None, day, at))
            for cds in codes[number % 50 :: 50]:
                runs.record_run(conn, _run(f"{cds}-{number}", "lea-status", cds, day, at))
        queued = [_row(cds, number) for cds in codes for number in range(12)]
        ledger.queue(conn, "live", PROCESS, queued, on=TODAY, queued_at=NOON)


def _run(run_id: str, flow: str, cds: str | None, day: dt.date, at: dt.datetime) -> runs.RunState:
    return runs.RunState(
        run_id=run_id,
        flow=flow,
        process=PROCESS,
        cds_code=cds,
        selpa_code=None,
        level=None,
        on=day,
        mode="live",
        state="OnTrack",
        fingerprint=None,
        started_at=at,
        finished_at=at,
    )


def _row(cds: str, number: int) -> ledger.QueuedRow:
    notice = Notice(
        lea=cds,
        activity="team-creation",
        rung="reminder-7",
        anchor=f"2024-{number + 1:02d}-01",
        role="lea-lead",
        recipient=f"lead.{cds}@example.org",
        name="A Lead",
        due=TODAY,
        effective=TODAY,
        delayed=False,
        held=False,
    )
    return ledger.QueuedRow(notice=notice, selpa_code="9000", state="held")


@dataclass
class Tally:
    """What twenty people saw."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def measure_crowd(context: AppContext) -> Iterator[str]:
    """Twenty people at once for one minute, through a real server on loopback."""
    permissions.give_role(context, ADMINISTRATOR, "system-administrator", "", actor=Actor("bench"))
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    with session.reading(context.engine) as conn:
        codes = sorted(cases.load_cases(conn, PROCESS))[::100]
    with _server(context.settings.home, port):
        tally = Tally()
        # The links are made with the server's own clock.
        links = [_link(context, base) for _ in range(PEOPLE)]
        ends = time.monotonic() + SECONDS
        people = [
            threading.Thread(target=_person, args=(base, link, codes, number, ends, tally))
            for number, link in enumerate(links)
        ]
        for one in people:
            one.start()
        for one in people:
            one.join()
    slow = sorted(tally.times)[int(len(tally.times) * 0.95)] if tally.times else 0.0
    yield (
        f"{PEOPLE} people for {SECONDS} s: {len(tally.times)} pages, {len(tally.errors)} errors;"
        f" median {statistics.median(tally.times):.2f} s, 95 of 100 within {slow:.2f} s"
    )
    yield from sorted(set(tally.errors))[:5]


def _link(context: AppContext, base: str) -> str:
    from dataclasses import replace

    now = replace(context, clock=lambda: dt.datetime.now(tz=dt.UTC))
    return sign_in.make_link(now, ADMINISTRATOR, base_url=base, made_by="bench")


def _person(base: str, link: str, codes: list[str], number: int, ends: float, tally: Tally) -> None:
    """Grid, an LEA, the grid filtered, the next LEA, now and then an export."""
    with httpx.Client(base_url=base, timeout=60, trust_env=False) as client:
        client.post(link)
        for turn in range(10_000):
            if time.monotonic() > ends:
                return
            cds = codes[(number + turn) % len(codes)]
            paths = [GRID, f"{GRID}/leas/{cds}", f"{GRID}?state=Overdue&page=2", f"{GRID}?find=12"]
            path = f"{GRID}/status.csv" if turn % 20 == 19 else paths[turn % len(paths)]
            begun = time.perf_counter()
            try:
                answer = client.get(path)
            except httpx.HTTPError as error:
                tally.errors.append(f"{path}: {error!r}")
                continue
            tally.times.append(time.perf_counter() - begun)
            if answer.status_code != 200:
                tally.errors.append(f"{path}: {answer.status_code}")


@contextlib.contextmanager
def _server(home: Path, port: int) -> Iterator[None]:
    env = {**os.environ, "CIMFLOW_HOME": str(home)}
    module = [sys.executable, "-m", "cimflow.dashboard", "--port", str(port), "--lifeline"]
    with subprocess.Popen(module, env=env, stdin=subprocess.PIPE) as child:
        _until(lambda: _answers(port))
        yield
        assert child.stdin is not None
        child.stdin.close()
        child.wait(20)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _until(is_so: Callable[[], bool], *, seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "the pages did not start"
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
