"""``cimflow``: every command in one place, and the one place where errors become lines.

Modules that cost time to import (Prefect, pandas, alembic) are never imported here: ``status``
must answer as fast as its imports allow.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import click

from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.monitoring.errors import Refused
from cimflow.process.definition.errors import ConfigErrors
from cimflow.settings import SettingsErrors
from cimflow.store.database.errors import StoreError

USAGE_ERROR, REFUSED, INTERNAL_ERROR, INTERRUPTED = 2, 1, 70, 130
WAYS_OUT = {"lost-zero": ", and --repair-cds accepts that"}
"""What an import's option does about an error in a file, by the error's code."""

# Which module holds which commands; only the one that is asked for is imported.
MODULES: dict[str, tuple[str, ...]] = {
    "home_commands": ("init", "check-config", "doctor", "backup", "restore"),
    "import_commands": ("import-roster", "import-contacts", "import-progress"),
    "record_commands": ("record", "filed", "review", "void", "artifact-template"),
    "change_commands": ("set-fact", "extend", "excuse", "withdraw"),
    "status_commands": ("status", "notices"),
    "mail_commands": ("go-live", "mails", "release", "resolve"),
    "people_commands": ("people", "sign-in-link", "give-role", "end-role", "audit"),
    "drill_down_commands": ("drilldown",),
    "run_commands": ("up", "run"),
}


class CommandsOnDemand(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Every command, in the order in which a person meets them."""
        return [name for names in MODULES.values() for name in names]

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        for module, names in MODULES.items():
            if cmd_name in names:
                found = _imported(f"cimflow.cli.{module}")
                commands: tuple[click.Command, ...] = found.COMMANDS
                return next(one for one in commands if one.name == cmd_name)
        return None


def _imported(module: str) -> ModuleType:
    """A module; what is imported stays, so no garbage needs collecting while it loads."""
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.enable()


@click.group(
    cls=CommandsOnDemand,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def cli() -> None:
    """Take California's LEAs through special-education monitoring without missing a date."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; every error is one line on stderr, and never a traceback."""
    # What we write is for its owner only: the database, the logs, the backups.
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A Windows console may be cp1252; names and arrows must not stop a command.
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; errors have become lines."""
    if any("\0" in one for one in arguments or ()):  # no shell can give one, a program may
        _say("an argument contains an invalid character")
        return USAGE_ERROR
    return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        result = cli.main(args=arguments, prog_name="cimflow", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE_ERROR
    except click.ClickException as error:
        _say(error.format_message())
        return USAGE_ERROR
    except (click.Abort, KeyboardInterrupt):
        _say("stopped; nothing was changed")
        return INTERRUPTED
    except Refused as error:
        _say(*error.lines)
        return REFUSED
    except (SettingsErrors, ConfigErrors, IntakeErrors) as error:
        _say(*(_with_way_out(one) for one in error.errors))
        return REFUSED
    except StoreError as error:
        _say(str(error))
        return REFUSED
    except BrokenPipeError:
        # The reader of our output (head, less) has closed; that is fine.
        sys.stderr.close()
        return 0
    except OSError as error:
        _say(f"{error.filename or 'the system'}: {error.strerror or error}")
        return REFUSED
    except Exception as error:  # noqa: BLE001 - the last net: a person never sees a traceback
        _say(f"cimflow hit an internal error: {_one_line(error)}; {_kept_in(error)}")
        return INTERNAL_ERROR
    return result if isinstance(result, int) else 0


def _with_way_out(error: object) -> str:
    way_out = WAYS_OUT.get(error.code, "") if isinstance(error, IntakeError) else ""
    return f"{error}{way_out}"


def _say(*lines: str) -> None:
    for line in lines:
        seen = "".join(mark if mark.isprintable() else " " for mark in line)
        click.echo(f"cimflow: {' '.join(seen.split())}", err=True)


def _one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _kept_in(error: Exception) -> str:
    """Keep the traceback for support, where the person can find it."""
    path = Path("cimflow-error.log").resolve()
    try:
        with path.open("a", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
    except OSError:
        return "and the details could not be saved"
    return f"the details are in {path}"


if __name__ == "__main__":
    main()
