"""What one LEA run costs Prefect's server: with and without our settings, on both databases.

Read from /proc, so on Linux only; elsewhere the line says so. PostgreSQL is measured where
``CIMFLOW_TEST_POSTGRES_URL`` is set, in a database made for it and dropped after.
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, text

from flows.local.child_processes import answers, await_ready, start_server, stop_children
from flows.local.prefect_settings import any_free_port, settings_of
from tests.bench.measuring import ROUNDS
from tests.bench.state import make_state

LEAS = 6
POSTGRES = "CIMFLOW_TEST_POSTGRES_URL"
BATCHED = ("TASK_RUN_RECORDER", "EVENT_PERSISTER", "TRIGGERS")


def measure_prefect(folder: Path) -> Iterator[str]:
    """One line per arrangement: server CPU for one LEA run of fourteen activities."""
    if not Path("/proc/self/stat").exists():
        yield "server CPU per LEA run: measured on Linux only"
        return
    leas = [f"{99_000_000_000_000 + one}" for one in range(LEAS)]
    make_state(folder / "home", leas=leas).engine.dispose()
    for name, batched, postgres, heartbeat in (
        ("SQLite, Prefect's own settings", False, False, True),
        ("SQLite, batched", True, False, True),
        ("PostgreSQL, Prefect's own settings", False, True, True),
        ("PostgreSQL, batched", True, True, True),
        ("PostgreSQL, batched, no heartbeat", True, True, False),
    ):
        if postgres and not os.environ.get(POSTGRES):
            yield f"{name}: {POSTGRES} is not set"
            continue
        with database(postgres) as url:
            server, wall = _measure(folder / "home", leas, url, batched=batched, beats=heartbeat)
        yield f"{name}: {server * 1000:.0f} ms of server CPU and {wall:.2f} s per LEA run"


@contextmanager
def database(postgres: bool) -> Iterator[str | None]:
    """A database of this measurement's own for Prefect; None is its SQLite file."""
    if not postgres:
        yield None
        return
    url = os.environ[POSTGRES].replace("postgresql://", "postgresql+psycopg://")
    name = f"cimflow_bench_{uuid.uuid4().hex[:8]}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name}"))
    try:
        base = os.environ[POSTGRES].rpartition("/")[0]
        yield base.replace("postgresql://", "postgresql+asyncpg://") + "/" + name
    finally:
        with admin.connect() as conn:
            conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def _measure(
    home: Path, leas: list[str], url: str | None, *, batched: bool, beats: bool
) -> tuple[float, float]:
    """Median server CPU seconds and wall seconds per LEA run, after one round to warm up."""
    port = any_free_port()
    env = dict(settings_of(home, port))
    env["PREFECT_HOME"] = str(home / f"prefect-{uuid.uuid4().hex[:6]}")
    env["PREFECT_PROFILES_PATH"] = env["PREFECT_HOME"] + "/profiles.toml"
    if not batched:
        env = {key: one for key, one in env.items() if not any(word in key for word in BATCHED)}
    if url is not None:
        env["PREFECT_API_DATABASE_CONNECTION_URL"] = url
    kept = {key: os.environ.get(key) for key in env}
    os.environ.update(env)
    os.environ["CIMFLOW_HOME"] = str(home)
    server = start_server(home)
    try:
        if not await_ready(server, lambda: answers(home, port)):
            raise RuntimeError("Prefect's server did not start")
        script = [sys.executable, "-m", "tests.bench.lea_runs", str(ROUNDS + 1), *leas]
        if not beats:
            script.insert(3, "--no-heartbeat")
        with subprocess.Popen(
            script, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as client:
            assert client.stdout is not None
            cpu, walls, before = [], [], _cpu(server.pid)
            for line in client.stdout:
                if line.startswith("round "):
                    now = _cpu(server.pid)
                    cpu.append((now - before) / len(leas))
                    walls.append(float(line.split()[1]) / len(leas))
                    before = now
        return median(cpu[1:]), median(walls[1:])
    finally:
        stop_children(server)
        for key, value in kept.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def _cpu(process: int) -> float:
    """CPU seconds of a process so far, user and system."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
