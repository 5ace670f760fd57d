"""Options that many commands share, and the application that every command works in."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cimflow.monitoring.act import Act, act_on
from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.monitoring.errors import Refused
from cimflow.settings import Settings, read_settings


class Day(click.ParamType[dt.date]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """Read the day; anything but YYYY-MM-DD is a usage error."""
        if isinstance(value, dt.date):
            return value
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        return self.fail(f"{value!r} is not a date such as 2024-05-31", param, ctx)


class CdsCode(click.ParamType[str]):
    """A 14-digit CDS code, as text: leading zeros are part of it."""

    name = "cds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read the code; anything but 14 digits is a usage error."""
        text = re.sub(r"[\s-]", "", str(value))
        if re.fullmatch(r"[0-9]{14}", text):
            return text
        if re.fullmatch(r"[0-9]{13}", text):
            self.fail(f"{value!r} has 13 digits; did a zero get lost? 0{text}", param, ctx)
        return self.fail(f"{value!r} is not a CDS code of 14 digits", param, ctx)


_NO_TEXT = {"Cc", "Cs", "Zl", "Zp"}  # control characters, halves of characters, line ends


def one_line() -> Callable[..., Any]:
    """Refuse line breaks and control characters in text that later appears in emails and tables."""

    def check(_ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
        if any(unicodedata.category(mark) in _NO_TEXT for mark in value or ""):
            raise click.BadParameter("must be one line of text", param=param)
        return value

    return check


DAY = Day()
CDS = CdsCode()

process_option = click.option(
    "--process", "process_id", metavar="ID", help="The process; optional while one is active."
)
lea_option = click.option("--lea", type=CDS, required=True, help="CDS code of the LEA, 14 digits.")
by_option = click.option(
    "--by", metavar="EMAIL", default=None, callback=one_line(), help="Who records this."
)
on_option = click.option(
    "--on", type=DAY, default=None, help="The day it takes effect; default today."
)


def settings_here() -> Settings:
    """The settings of the environment and the working directory."""
    return read_settings(os.environ, working_directory=Path.cwd())


def clock() -> dt.datetime:
    """The one clock of the command line, in UTC."""
    return dt.datetime.now(tz=dt.UTC)


def context_here(*, make_home: bool = False) -> AppContext:
    """The application of this home.

    Raises:
        Refused: there is no home here, and the command does not make one.
    """
    settings = settings_here()
    if not is_home(settings):
        if not make_home:
            raise Refused.saying(
                f"there is no cimflow home at {settings.home}; create one with: cimflow init"
            )
        prepare_home(settings)
    if settings.banner:
        click.echo(settings.banner, err=True)
    context = open_app_context(settings, clock=clock)
    for one in context.set_aside:
        click.echo(
            f"{one.path} is not used because it has errors; see cimflow check-config", err=True
        )
    return context


def is_home(settings: Settings) -> bool:
    """Whether the home was made before: its folder, or a database elsewhere with a folder."""
    return (settings.home / "home.toml").is_file()


def prepare_home(
    settings: Settings, *, text: str = "# This cimflow home's own settings.\n"
) -> None:
    """Make the folder of a home, readable by its owner only."""
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.home.chmod(0o700)
    for name in ("processes", "calendars", "logs"):
        (settings.home / name).mkdir(exist_ok=True)
    marker = settings.home / "home.toml"
    if not marker.exists():
        marker.write_text(text, encoding="utf-8")


def who(by: str | None) -> str:
    """Who records: the address given, else the name of the account."""
    if by:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def act_here(process_id: str | None, lea: str | None = None, *, by: str | None) -> Act:
    """What a command does in this home: to which process and LEA, and who records it.

    Raises:
        Refused: there is no home here, or no such process in it.
    """
    context = context_here()
    return act_on(context, context.process_asked_for(process_id), lea, by=who(by))
