"""Prefect's surroundings on one machine: where it keeps things, its password, its settings.

Everything lies inside the cimflow home, so that a person's own ``~/.prefect`` is never touched.
Only the standard library is imported here: the settings must stand before Prefect is imported.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Mapping, MutableMapping
from contextlib import closing
from pathlib import Path

HOST = "127.0.0.1"
USER = "cimflow"
_OWNER_ONLY = 0o600


def prefect_home(home: Path) -> Path:
    """Prefect's own folder inside a cimflow home."""
    return home / "prefect"


def password_file(home: Path) -> Path:
    """Where the user and password of Prefect's server stand, readable by the owner only."""
    return home / "prefect-password"


def log_file(home: Path, name: str) -> Path:
    """A log of this home; the folder is made if need be."""
    folder = home / "logs"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.log"


def password_of(home: Path) -> str:
    """``user:password`` of Prefect's server, random and made once per home."""
    path = password_file(home)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{USER}:{secrets.token_urlsafe(32)}\n")
    return path.read_text(encoding="ascii").strip()


def surround(environment: MutableMapping[str, str], home: Path, port: int) -> None:
    """Set Prefect's settings for this home, and drop those that the environment set.

    A ``PREFECT_API_URL`` of someone else's server must not receive a SELPA's runs.
    """
    for name in [one for one in environment if one.startswith("PREFECT_")]:
        del environment[name]
    environment.update(settings_of(home, port))
    # A school's proxy must not be asked for this machine's own address.
    for name in ("NO_PROXY", "no_proxy"):
        others = [one for one in environment.get(name, "").split(",") if one]
        environment[name] = ",".join(dict.fromkeys([*others, HOST, "localhost"]))


def settings_of(home: Path, port: int) -> Mapping[str, str]:
    """Prefect's settings for the server of a home, for our own clients and for the runner."""
    origin, password = f"http://{HOST}:{port}", password_of(home)
    folder = prefect_home(home)
    return {
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
        "PREFECT_API_URL": f"{origin}/api",
        "PREFECT_UI_URL": origin,
        # On loopback Prefect otherwise answers any web page that the person visits.
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin,
        "PREFECT_SERVER_UI_API_URL": f"{origin}/api",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "DO_NOT_TRACK": "1",
        # What a task hands on stays in memory; nothing of a case is written to Prefect's storage.
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        # Batches cost the server two to four times less for each task run.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "200",
        # Prefect never purges flow runs by itself; our own store keeps their states.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "P90D",
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P7D",
        # The password is asked of every request; our server has no tokens besides.
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
        "PREFECT_RUNNER_POLL_FREQUENCY": "5",
        "PREFECT_LOGGING_COLORS": "false",
    }


def is_free(port: int) -> bool:
    """Whether nothing listens on a port of this machine."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        if os.name == "posix":
            # As the server does, or a port just left would seem taken for a minute.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """A port that was free a moment ago."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def server_record(home: Path) -> Path:
    """Where the address of the server that works for this home is written down."""
    return home / "run" / "server.json"


def write_record(home: Path, port: int) -> None:
    """Write down, in one step, where the server of this home answers."""
    path = server_record(home)
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps({"port": port, "pid": os.getpid()}), encoding="utf-8")
    draft.replace(path)


def recorded_port(home: Path) -> int | None:
    """The port that was written down; whether anyone answers there is another question."""
    return _recorded(home, "port")


def recorded_process(home: Path) -> int | None:
    """The number of the process that wrote it down; a signal to it stops all that is up."""
    return _recorded(home, "pid")


def _recorded(home: Path, name: str) -> int | None:
    try:
        found = json.loads(server_record(home).read_text(encoding="utf-8"))
        return int(found[name])
    except (OSError, ValueError, KeyError, TypeError):
        return None
