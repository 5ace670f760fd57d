"""What the environment and the home say: where things are kept, how mail leaves, what today is.

Secrets come from the environment only. A sample home pins its own ``today`` in ``home.toml``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import tomli

HOME_FILE = "home.toml"
Tls = Literal["none", "starttls", "tls"]
_PORTS: dict[str, int] = {"none": 25, "starttls": 587, "tls": 465}


class SettingsErrors(Exception):
    """Every setting that cannot be used, one line each."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server, from ``CIMFLOW_SMTP_*`` and ``CIMFLOW_MAIL_FROM``."""

    host: str
    port: int
    tls: Tls
    sender: str
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Smtp(host={self.host!r}, port={self.port}, tls={self.tls!r})"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one home. ``today`` is set only where the home pins its own day."""

    home: Path
    database_url: str
    smtp: Smtp | None = None
    base_url: str = ""
    config_dir: Path | None = None
    today: dt.date | None = None
    banner: str = ""

    @property
    def database_is_in_home(self) -> bool:
        """Whether the database is the SQLite file of this home."""
        return self.database_url == default_database_url(self.home)


def default_database_url(home: Path) -> str:
    """The SQLite file of a home, apart from Prefect's own."""
    return f"sqlite:///{(home / 'cimflow.db').as_posix()}"


def read_settings(env: Mapping[str, str], *, working_directory: Path) -> Settings:
    """Read all settings.

    Raises:
        SettingsErrors: every variable and key that cannot be used, together.
    """
    errors: list[str] = []
    home = (working_directory / (env.get("CIMFLOW_HOME") or ".cimflow")).resolve()
    today, banner = _home_file(home, errors)
    config_dir = env.get("CIMFLOW_CONFIG_DIR")
    settings = Settings(
        home=home,
        database_url=env.get("CIMFLOW_DATABASE_URL") or default_database_url(home),
        smtp=_smtp(env, errors),
        base_url=_base_url(env, errors),
        config_dir=Path(config_dir) if config_dir else None,
        today=today,
        banner=banner,
    )
    if errors:
        raise SettingsErrors(errors)
    return settings


def _home_file(home: Path, errors: list[str]) -> tuple[dt.date | None, str]:
    path = home / HOME_FILE
    if not path.is_file():
        return None, ""
    try:
        data = tomli.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError) as error:
        errors.append(f"{path}: cannot be read: {error}")
        return None, ""
    today, banner = data.pop("today", None), data.pop("banner", "")
    errors.extend(f"{path}: {key}: unknown key" for key in data)
    if today is not None and (not isinstance(today, dt.date) or isinstance(today, dt.datetime)):
        errors.append(f"{path}: today: must be a date, such as 2024-07-11")
        return None, ""
    return today, str(banner)


def _smtp(env: Mapping[str, str], errors: list[str]) -> Smtp | None:
    host = env.get("CIMFLOW_SMTP_HOST", "").strip()
    if not host:
        return None
    tls = env.get("CIMFLOW_SMTP_TLS", "starttls").strip().lower()
    if tls not in get_args(Tls):
        errors.append(f"CIMFLOW_SMTP_TLS: {tls!r} is not one of none, starttls, tls")
        tls = "starttls"
    port = env.get("CIMFLOW_SMTP_PORT", "").strip() or str(_PORTS[tls])
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 2**16:
        errors.append(f"CIMFLOW_SMTP_PORT: {port!r} is not a port number")
        port = "0"
    sender = env.get("CIMFLOW_MAIL_FROM", "").strip()
    if "@" not in sender or any(mark in sender for mark in "\r\n"):
        errors.append("CIMFLOW_MAIL_FROM: an address is required when CIMFLOW_SMTP_HOST is set")
    username, password = env.get("CIMFLOW_SMTP_USERNAME", ""), env.get("CIMFLOW_SMTP_PASSWORD", "")
    if bool(username) != bool(password):
        errors.append("CIMFLOW_SMTP_USERNAME and CIMFLOW_SMTP_PASSWORD: set both or neither")
    choice: Tls = "none" if tls == "none" else "tls" if tls == "tls" else "starttls"
    return Smtp(host, int(port), choice, sender, username, password)


def _base_url(env: Mapping[str, str], errors: list[str]) -> str:
    url = env.get("CIMFLOW_BASE_URL", "").strip().rstrip("/")
    if url and not url.startswith(("http://", "https://")):
        errors.append("CIMFLOW_BASE_URL: must start with http:// or https://")
    return url
