"""Where the data files are, and how they are read: processes, the ladder, calendars, templates.

Looked for in this order: the folder that is named (``CIMFLOW_CONFIG_DIR``), what a wheel brought
along, the checkout. A home adds its own ``processes/*.toml`` and ``calendars/*.toml``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cimflow.process.definition.check_ladder import check_ladder, check_rungs
from cimflow.process.definition.check_process import check_calendar, check_coverage, check_process
from cimflow.process.definition.errors import ConfigError, ConfigErrors
from cimflow.process.definition.notice_ladder import Ladder, parse_ladder
from cimflow.process.definition.parse_process import parse_process, unfilled_places
from cimflow.process.definition.process_file import Process
from cimflow.process.definition.working_calendar import WorkingCalendar, parse_calendar
from cimflow.tomlfiles import read_toml

TEMPLATE = "template.toml"
"""The file from which a SELPA makes its own; it is never a process itself."""

_HERE = Path(__file__).parent
_TABLE = re.compile(r"\s*\[")
_HEAD = re.compile(r"\s*\[\s*process\s*\]")
_ID = re.compile(r"""\s*id\s*=\s*["']([^"']+)""")
_LARGEST_HEAD = 1024 * 1024
_T = TypeVar("_T")


def config_folder(config_dir: Path | None = None) -> Path:
    """The folder with ``processes``, ``calendars`` and ``notices.toml``."""
    return config_dir if config_dir is not None else _bundled_or_checkout("config")


def templates_dir() -> Path:
    """The folder with the templates of emails and pages."""
    return _bundled_or_checkout("templates")


def _bundled_or_checkout(name: str) -> Path:
    bundled = _HERE / "_bundled" / name
    return bundled if bundled.is_dir() else _HERE.parent / name


def process_files(*, config_dir: Path | None = None, home: Path | None = None) -> list[Path]:
    """The process files there are: the shipped ones, then the home's own."""
    folders = [config_folder(config_dir) / "processes"]
    if home is not None:
        folders.append(home / "processes")
    return [path for folder in folders for path in _toml_files(folder) if path.name != TEMPLATE]


def load_processes(
    *,
    config_dir: Path | None = None,
    home: Path | None = None,
    calendars: Mapping[str, WorkingCalendar] | None = None,
) -> dict[str, Process]:
    """Every process, by id, where every file is in order; as ``read_processes``.

    Raises:
        ConfigErrors: all errors of all files.
    """
    found, faulty = read_processes(config_dir=config_dir, home=home, calendars=calendars)
    _raise_if_any([error for one in faulty for error in one.errors])
    return found


@dataclass(frozen=True, slots=True)
class FaultyFile:
    """A process file with errors, and the id that it gives itself; empty where none can be read."""

    path: Path
    id: str
    errors: tuple[ConfigError, ...]


def read_processes(
    *,
    config_dir: Path | None = None,
    home: Path | None = None,
    calendars: Mapping[str, WorkingCalendar] | None = None,
) -> tuple[dict[str, Process], tuple[FaultyFile, ...]]:
    """Every process, by id, and the files that hold none for their errors.

    A home's own file takes the place of a shipped one with its id. A file that is still being
    filled in is not yet a process and is left out: it must not stop the one that runs;
    ``check_files`` tells what is left to fill in. ``calendars`` spares reading them again.
    """
    known = calendars
    if known is None:
        known = load_calendars(config_dir=config_dir, home=home)
    faulty: list[FaultyFile] = []
    found: dict[str, tuple[Path, Process]] = {}
    for path in process_files(config_dir=config_dir, home=home):
        errors: list[ConfigError] = []
        process = _collect(errors, _finished_process, path, known)
        if process is not None:
            if process.id in found and found[process.id][0].parent == path.parent:
                errors.append(_id_taken(path, process.id, found[process.id][0]))
            found[process.id] = (path, process)
        if errors:
            faulty.append(FaultyFile(path, _id_given(path), tuple(errors)))
    return {process_id: process for process_id, (_, process) in found.items()}, tuple(faulty)


def _id_given(path: Path) -> str:
    """The id that stands in a file, which need not be one that can be parsed, nor UTF-8."""
    try:
        data = path.read_bytes()[:_LARGEST_HEAD]
    except OSError:
        return ""
    encoding = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    is_head = False
    for line in data.decode(encoding, errors="replace").splitlines():
        if _TABLE.match(line):
            is_head = bool(_HEAD.match(line))
        found = _ID.match(line) if is_head else None
        if found is not None:
            return found.group(1)
    return ""


def _finished_process(path: Path, calendars: Mapping[str, WorkingCalendar]) -> Process | None:
    data = read_toml(path)
    if unfilled_places(data, file=str(path)):
        return None
    return _checked_process(data, path, calendars)


def load_process(path: Path, *, config_dir: Path | None = None) -> Process:
    """One process file.

    Raises:
        ConfigErrors: all its errors, and what is still to be filled in.
    """
    return _checked_process(read_toml(path), path, load_calendars(config_dir=config_dir))


def _checked_process(
    data: dict[str, Any], path: Path, calendars: Mapping[str, WorkingCalendar]
) -> Process:
    process = parse_process(data, file=str(path))
    errors = check_process(process, file=str(path), calendar_ids=calendars)
    calendar = calendars.get(process.process.calendar)
    if calendar is not None:
        errors += check_coverage(process, calendar, file=str(path))
    _raise_if_any(errors)
    return process


def calendar_files(*, config_dir: Path | None = None, home: Path | None = None) -> list[Path]:
    """The calendars there are: the shipped ones, then the home's own."""
    folders = [config_folder(config_dir) / "calendars"]
    if home is not None:
        folders.append(home / "calendars")
    return [path for folder in folders for path in _toml_files(folder)]


def load_calendars(
    *, config_dir: Path | None = None, home: Path | None = None
) -> dict[str, WorkingCalendar]:
    """Every calendar, by id; a home's own takes the place of a shipped one with its id.

    Raises:
        ConfigErrors: all errors of all files.
    """
    errors: list[ConfigError] = []
    found: dict[str, tuple[Path, WorkingCalendar]] = {}
    for path in calendar_files(config_dir=config_dir, home=home):
        calendar = _collect(errors, _calendar, path)
        if calendar is None:
            continue
        if calendar.id in found and found[calendar.id][0].parent == path.parent:
            errors.append(_id_taken(path, calendar.id, found[calendar.id][0]))
        found[calendar.id] = (path, calendar)
    _raise_if_any(errors)
    return {calendar_id: calendar for calendar_id, (_, calendar) in found.items()}


def _calendar(path: Path) -> WorkingCalendar:
    calendar = parse_calendar(read_toml(path), file=str(path))
    _raise_if_any(check_calendar(calendar, file=str(path)))
    return calendar


def load_ladder(*, config_dir: Path | None = None) -> Ladder:
    """The ladder of notices.

    Raises:
        ConfigErrors: all its errors.
    """
    return _ladder(ladder_file(config_dir=config_dir))


def ladder_file(*, config_dir: Path | None = None) -> Path:
    """The ladder of notices."""
    return config_folder(config_dir) / "notices.toml"


def _ladder(path: Path) -> Ladder:
    ladder = parse_ladder(read_toml(path), file=str(path))
    _raise_if_any(check_rungs(ladder, file=str(path)))
    return ladder


def check_files(
    files: Iterable[Path] = (), *, config_dir: Path | None = None, home: Path | None = None
) -> list[ConfigError]:
    """Every error of the configuration, or of the given files only, all together.

    A given file may be a process, the notices file or a calendar: what is in it tells which.
    """
    errors: list[ConfigError] = []
    given = list(files)
    for path in given or _all_files(config_dir, home):
        _collect(errors, _check_one, path, config_dir, home)
    if not given and not errors:
        _collect(errors, _check_together, config_dir, home)
    return list(dict.fromkeys(errors))


def _all_files(config_dir: Path | None, home: Path | None) -> list[Path]:
    return [
        *calendar_files(config_dir=config_dir, home=home),
        ladder_file(config_dir=config_dir),
        *process_files(config_dir=config_dir, home=home),
    ]


def _check_one(path: Path, config_dir: Path | None, home: Path | None) -> None:
    data = read_toml(path)
    if "rungs" in data:
        _ladder(path)
    elif "holidays" in data or "covers_from" in data:
        _calendar(path)
    else:
        calendars = _calendars_without_complaint(config_dir, home)
        process = _checked_process(data, path, calendars)
        rungs = ladder_file(config_dir=config_dir)
        ladder = _collect([], _ladder, rungs)
        if ladder is not None:
            _raise_if_any(check_ladder(ladder, process, file=str(rungs)))


def _calendars_without_complaint(
    config_dir: Path | None, home: Path | None
) -> dict[str, WorkingCalendar]:
    """The calendars that can be read; the others are complained of under their own names."""
    read = [
        _collect([], _calendar, path) for path in calendar_files(config_dir=config_dir, home=home)
    ]
    return {one.id: one for one in read if one is not None}


def _check_together(config_dir: Path | None, home: Path | None) -> None:
    """What no file alone can tell: ids that two files claim, levels that no process has."""
    processes = load_processes(config_dir=config_dir, home=home)
    levels = {level for process in processes.values() for level in process.level_by_id}
    ladder = load_ladder(config_dir=config_dir)
    _raise_if_any(check_rungs(ladder, file=str(ladder_file(config_dir=config_dir)), levels=levels))


def _toml_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def _collect(errors: list[ConfigError], read: Callable[..., _T], *args: Any) -> _T | None:
    """What ``read`` returns, or None with its errors added to the list."""
    try:
        return read(*args)
    except ConfigErrors as found:
        errors.extend(found.errors)
        return None


def _id_taken(path: Path, one: str, by: Path) -> ConfigError:
    return ConfigError(str(path), "id", f"{one!r} is already the id of {by}")


def _raise_if_any(errors: list[ConfigError]) -> None:
    if errors:
        raise ConfigErrors(errors)
