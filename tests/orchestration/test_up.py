"""``cimflow up`` as a person starts it: it comes up, serves, refuses, and goes when it is told to.

The tests of a class share one ``up`` and stand in the order in which its day goes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from cimflow.cli.sample_home import ADMINISTRATOR
from cimflow.monitoring.access.sign_in import make_link
from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.settings import read_settings
from cimflow.store.database import session
from cimflow.store.runs import runs
from flows.local import prefect_settings
from tests.browser.conftest import launched, sign_in
from tests.orchestration.conftest import PROCESS, Server, api, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="process groups are POSIX's")

GONE_WITHIN = 10.0
HEMLOCK = "Hemlock Ridge Elementary"
SWEPT = "cohort-status: 7 overdue of 14"


@dataclass
class Up:
    """One ``cimflow up`` in a process group of its own, with an empty folder for a home."""

    folder: Path
    process: subprocess.Popen[bytes]
    port: int
    prefect_port: int

    @property
    def said(self) -> str:
        return (self.folder / "out").read_text(encoding="utf-8")

    @property
    def complained(self) -> str:
        return (self.folder / "err").read_text(encoding="utf-8")

    @property
    def home(self) -> Path:
        return self.folder / "cimflow home"

    @property
    def server(self) -> Server:
        return Server(self.home, self.prefect_port)

    def wait_for(self, words: str) -> None:
        def shown() -> bool:
            assert self.process.poll() is None, self.said + self.complained
            return words in self.said

        until(shown, seconds=90)

    def stop(self, number: signal.Signals) -> float:
        """Send a signal to it alone; how long until it and all that it started are gone."""
        began = time.monotonic()
        self.process.send_signal(number)
        until(lambda: self.is_gone, seconds=GONE_WITHIN + 10)
        return time.monotonic() - began

    @property
    def is_gone(self) -> bool:
        self.process.poll()
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False


def environment(folder: Path) -> dict[str, str]:
    for name in ("person", "work"):
        (folder / name).mkdir(exist_ok=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CIMFLOW_", "PREFECT_"))
    }
    return kept | {"HOME": str(folder / "person"), "CIMFLOW_HOME": str(folder / "cimflow home")}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "cimflow.cli.main", *(str(one) for one in arguments)]


def ask(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in the same surroundings."""
    return subprocess.run(
        command(*arguments),
        cwd=folder / "work",
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@contextlib.contextmanager
def started(folder: Path) -> Iterator[Up]:
    """An ``up`` that was started with SIGINT ignored, as by ``nohup`` or ``&`` in a script."""
    port, prefect_port = prefect_settings.any_free_port(), prefect_settings.any_free_port()
    arguments = command("up", "--sample", "--port", port, "--prefect-port", prefect_port)
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh", *arguments],
            cwd=environment(folder)["HOME"].replace("person", "work"),
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    up = Up(folder, process, port, prefect_port)
    try:
        up.wait_for("Stop with Ctrl-C")
        yield up
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def nobody_else_writing(home: Path) -> Iterator[None]:
    """Whoever would write to the home's database has to wait meanwhile."""
    with contextlib.closing(sqlite3.connect(home / "cimflow.db", isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        yield
        conn.execute("ROLLBACK")


def context_of(folder: Path) -> AppContext:
    settings = read_settings(environment(folder), working_directory=folder)
    return open_app_context(settings, clock=lambda: dt.datetime.now(tz=dt.UTC))


def served_by(up: Up) -> int:
    """The process that serves, a child of ``up`` itself."""
    return int(json.loads(prefect_settings.server_record(up.home).read_text())["pid"])


def lea_runs(context: AppContext) -> list[runs.RunState]:
    with session.reading(context.engine) as conn:
        return runs.recent_runs(conn, flow="lea-status", limit=1000)


@pytest.fixture(scope="class")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up in a path with spaces")


@pytest.fixture(scope="class")
def up(folder: Path) -> Iterator[Up]:
    with started(folder) as one:
        yield one


class TestTheFirstDay:
    def test_it_shows_the_cohort_runs_what_is_due_and_says_where_to_look(self, up: Up) -> None:
        up.wait_for(SWEPT)
        assert "Sample SELPA" in up.complained
        assert "7 overdue" in up.said.split("cimflow is up")[0]
        assert f"http://127.0.0.1:{up.prefect_port}" in up.said
        assert str(prefect_settings.password_file(up.home)) in up.said
        assert "deadline-escalation: 10 composed (rehearsal)" in up.said
        assert len(lea_runs(context_of(up.folder))) == 14

    def test_a_second_one_for_the_same_home_is_refused_in_one_line(self, up: Up) -> None:
        refused = ask(up.folder, "up", "--port", 1, "--prefect-port", 2)
        lines = refused.stderr.splitlines()
        assert refused.returncode == 1
        assert lines[-1] == (
            f"cimflow: cimflow is already up for {up.home}"
            f" (process {served_by(up)}, Prefect at http://127.0.0.1:{up.prefect_port});"
            " stop it first"
        )

    @pytest.mark.parametrize("flag", ["--port", "--prefect-port"])
    def test_a_taken_port_is_refused_in_one_line(self, up: Up, flag: str, tmp_path: Path) -> None:
        ports = {"--port": prefect_settings.any_free_port(), "--prefect-port": up.prefect_port}
        if flag == "--port":
            ports = {"--port": up.prefect_port, "--prefect-port": prefect_settings.any_free_port()}
        arguments = [str(part) for pair in ports.items() for part in pair]
        refused = ask(tmp_path, "up", *arguments)
        assert refused.returncode == 1
        assert refused.stderr.splitlines() == [
            (
                f"cimflow: port {up.prefect_port} is in use by another program;"
                f" choose another with {flag}"
            )
        ]
        assert not prefect_settings.prefect_home(tmp_path / "cimflow home").exists()

    def test_a_foreign_page_gets_nothing_from_prefect(self, up: Up) -> None:
        url = f"http://127.0.0.1:{up.prefect_port}/api/flow_runs/filter"
        evil = {"Origin": "https://evil.example"}
        with httpx.Client(trust_env=False) as client:
            answer = client.post(url, json={}, headers=evil)
            preflight = client.options(
                url,
                headers=evil
                | {
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "authorization,content-type",
                },
            )
        assert answer.status_code == 401
        assert preflight.status_code == 400
        for one in (answer, preflight):
            assert "access-control-allow-origin" not in one.headers

    def test_prefect_is_bound_to_this_machine_only(self, up: Up) -> None:
        listening = Path("/proc/net/tcp")
        if not listening.exists():
            pytest.skip("no /proc here")
        wanted = f":{up.prefect_port:04X}"
        rows = [line.split() for line in listening.read_text().splitlines()[1:]]
        bound = {row[1] for row in rows if row[1].endswith(wanted) and row[3] == "0A"}
        assert bound == {f"0100007F{wanted}"}

    def test_the_schedules_are_on_the_server_and_make_runs(self, up: Up) -> None:
        asked = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "limit": 200}

        def to_come() -> set[str]:
            found = api(up.server, "POST", "/flow_runs/filter", json=asked)
            return {one["deployment_id"] for one in found if one["auto_scheduled"]}

        # Two deployments have schedules; the third runs on demand.
        # Prefect's scheduler looks once a minute.
        until(lambda: len(to_come()) == 2, seconds=150)

    def test_a_request_is_served_within_seconds(self, up: Up) -> None:
        context = context_of(up.folder)
        before = lea_runs(context)
        asked = before[0].cds_code
        began = time.monotonic()
        with session.transaction(context.engine) as conn:
            act_on(context, PROCESS, asked).ask_for_run(conn, "a test")

        def served() -> bool:
            new = [one for one in lea_runs(context) if one not in before]
            return [one.cds_code for one in new if one.finished_at] == [asked]

        until(served)
        assert time.monotonic() - began < 15

    def test_in_a_browser_the_grid_changes_and_a_run_asked_for_is_seen(self, up: Up) -> None:
        context, base = context_of(up.folder), f"http://{prefect_settings.HOST}:{up.port}"
        with launched() as chromium:
            page = chromium.new_page(base_url=base)
            sign_in(page, make_link(context, ADMINISTRATOR, base_url=base, made_by="test"))
            row = page.get_by_role("row").filter(has_text=HEMLOCK)
            missing = row.get_by_role("button", name="missing")
            ran = page.get_by_role("list", name=f"Last runs of {HEMLOCK}").get_by_role("listitem")
            expect(missing).to_have_count(5)
            page.get_by_role("link", name="Runs", exact=True).click()
            runs_before = ran.count()

            page.get_by_role("link", name=HEMLOCK, exact=True).click()
            team = page.get_by_role("listitem").filter(
                has=page.get_by_role("heading", name="CIM Team Creation")
            )
            team.get_by_role("link", name="Record it").click()
            page.get_by_text("Without a file", exact=True).click()
            page.get_by_role("button", name="Record it").click()
            page.get_by_role("link", name="Back to the cohort").click()
            expect(missing).to_have_count(4)
            page.get_by_role("link", name="Runs", exact=True).click()
            until(lambda: page.reload() and ran.count() == runs_before + 1)

            page.get_by_text("Run every one of them, changed or not").click()
            page.get_by_role("button", name="Run cohort-status now").click()
            expect(page.get_by_text("Finished: 14 LEA runs")).to_be_visible(timeout=90_000)
            page.get_by_role("link", name="Back to all runs").click()
            expect(ran).to_have_count(runs_before + 2)

    def test_run_uses_the_server_that_is_up(self, up: Up) -> None:
        one = lea_runs(context_of(up.folder))[0]
        ran = ask(up.folder, "run", "lea-status", "--lea", one.cds_code)
        assert (ran.returncode, ran.stdout) == (0, f"lea-status: {one.state}\n"), ran.stderr
        last = lea_runs(context_of(up.folder))[0]
        assert last.run_id != one.run_id
        found = api(up.server, "GET", f"/flow_runs/{last.run_id}")
        assert found["state_name"] == one.state

    def test_on_sigint_all_are_gone_in_time(self, up: Up) -> None:
        assert up.stop(signal.SIGINT) < GONE_WITHIN
        assert up.process.returncode == 0
        assert "Traceback" not in up.complained + up.said
        assert not prefect_settings.server_record(up.home).exists()

    def test_the_persons_own_folder_is_untouched(self, up: Up) -> None:
        assert list((up.folder / "person").iterdir()) == []
        assert list((up.folder / "work").iterdir()) == []

    def test_the_password_is_for_the_owner_only(self, up: Up) -> None:
        assert prefect_settings.password_file(up.home).stat().st_mode & 0o777 == 0o600
        assert up.home.stat().st_mode & 0o777 == 0o700

    def test_run_starts_a_server_where_none_is_up(self, up: Up) -> None:
        """The next morning: nothing is up, and what did not change has no run."""
        before = lea_runs(context_of(up.folder))
        ran = ask(up.folder, "run", "cohort-status")
        assert (ran.returncode, ran.stdout) == (0, f"{SWEPT}\n"), ran.stderr
        assert lea_runs(context_of(up.folder)) == before


class TestStoppingInTheMiddle:
    def test_a_run_in_a_process_of_its_own_goes_too(self, up: Up) -> None:
        up.wait_for(SWEPT)
        self.start_a_long_sweep(up)
        with nobody_else_writing(up.home):  # so that it cannot end before it is stopped
            assert up.stop(signal.SIGTERM) < GONE_WITHIN
        assert up.process.returncode == 0
        assert "Traceback" not in up.complained + up.said

    def test_the_next_start_puts_the_records_right_and_a_kill_leaves_nobody(
        self, up: Up, folder: Path
    ) -> None:
        context = context_of(folder)
        with started(folder) as again:
            until(lambda: self.at_work(context) == [])
            with session.reading(context.engine) as conn:
                (broken, *_) = runs.recent_runs(conn, flow="cohort-status")
            assert broken.state == "Crashed"
            asked = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING"]}}}}
            assert api(again.server, "POST", "/flow_runs/filter", json=asked) == []
            self.start_a_long_sweep(again)
            os.kill(served_by(again), signal.SIGKILL)
            began = time.monotonic()
            until(lambda: again.is_gone, seconds=GONE_WITHIN)
            assert time.monotonic() - began < GONE_WITHIN

    def test_nobody_is_left_where_only_the_command_itself_is_killed(self, folder: Path) -> None:
        with started(folder) as again:
            self.start_a_long_sweep(again)
            assert again.stop(signal.SIGKILL) < GONE_WITHIN
            assert not prefect_settings.server_record(again.home).exists()
            assert prefect_settings.is_free(again.port)
            assert prefect_settings.is_free(again.prefect_port)

    @staticmethod
    def at_work(context: AppContext) -> list[Any]:
        with session.reading(context.engine) as conn:
            return [one for one in runs.recent_runs(conn, limit=500) if one.finished_at is None]

    def start_a_long_sweep(self, up: Up) -> None:
        """Have the runner start a sweep in a process of its own; return when it is at work."""
        context = context_of(up.folder)
        found = api(up.server, "GET", "/deployments/name/cohort-status/cimflow")
        api(
            up.server,
            "POST",
            f"/deployments/{found['id']}/create_flow_run",
            json={"parameters": {"everything": True}},
        )
        until(lambda: any(one.cds_code for one in self.at_work(context)))


def test_it_stops_while_it_is_starting_and_when_whoever_started_it_goes(tmp_path: Path) -> None:
    ports = [prefect_settings.any_free_port(), prefect_settings.any_free_port()]
    assert ask(tmp_path, "init").returncode == 0
    ran = subprocess.run(
        [sys.executable, "-m", "flows.serve", "--lifeline",
         "--port", str(ports[0]), "--prefect-port", str(ports[1])],
        cwd=tmp_path / "work",
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=GONE_WITHIN,
    )  # fmt: skip
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr
    assert prefect_settings.is_free(ports[1])
