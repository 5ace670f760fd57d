"""The Data Drill Down's reports of a home: which files to count, whose, where the reports go.

Student files lie in ``drill-down/in`` of the home for as long as their owner leaves them there.
What cimflow writes, into ``drill-down/reports``, may be shared and holds no student.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cimflow.drilldown.model.config_file import DrillDownConfig, load_drill_down_config
from cimflow.drilldown.reporting.findings import Target
from cimflow.drilldown.reporting.rates_csv import write_rates
from cimflow.drilldown.reporting.replace_folder import KEPT, RATES, moved_into_place
from cimflow.drilldown.reporting.run_result import RunResult
from cimflow.drilldown.reporting.saved_report import Kept, from_json
from cimflow.drilldown.reporting.targets import read_targets
from cimflow.drilldown.reporting.write_reports import (
    PROBLEMS,
    write_lea,
    write_problems,
    write_roll_up,
    write_tables,
)
from cimflow.drilldown.run import RunOptions, drill_down
from cimflow.intake.errors import IntakeErrors
from cimflow.intake.uploads.filenames import safe_name
from cimflow.monitoring.act import Act
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_case, read_cases
from cimflow.monitoring.errors import Refused, refusal
from cimflow.process.definition.errors import ConfigErrors

TARGETS = "targets.csv"
MOST_REASONS = 5
STALE_SECONDS = 3600.0
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, and what is needed to write it down."""

    found: RunResult
    words: DrillDownConfig
    targets: dict[str, Target]


def folder_of(context: AppContext) -> Path:
    """Where the drill down of a home lives."""
    return context.settings.home / "drill-down"


def files_in(context: AppContext) -> list[Path]:
    """The student files that wait to be counted; the folder for them is made where it is missing.

    Raises:
        Refused: there are none.
    """
    folder = folder_of(context) / "in"
    folder.mkdir(parents=True, exist_ok=True)
    found = sorted(one for one in folder.glob("*") if one.is_file() and one.name[0] != ".")
    if not found:
        raise Refused(refusal("no-student-files", folder=folder))
    return found


def leas_asked_for(act: Act, *, selpa: str | None) -> dict[str, str]:
    """The LEAs of a SELPA, or the one LEA, or all of the process: names by CDS code.

    Raises:
        UnknownLea: ``lea`` is not in the process.
        Refused: ``selpa`` has no LEA in the process.
    """
    cases = {act.lea: read_case(act)} if act.lea is not None else read_cases(act)
    latest = {code: case.roster_entries[-1] for code, case in cases.items() if case.roster_entries}
    names = {code: one.lea_name for code, one in latest.items() if selpa in {None, one.selpa_code}}
    if not names:
        raise Refused(
            refusal("no-lea-of-it", whose=selpa or act.process_id, process=act.process_id)
        )
    return names


def count_students(
    context: AppContext,
    paths: Sequence[Path],
    names: dict[str, str],
    *,
    definition: str,
    as_of: dt.date,
    tell: Callable[[str], None] = lambda _: None,
) -> Counted:
    """Count the students of these LEAs and hide what may not be shared; ``tell`` hears how far.

    Raises:
        IntakeErrors: the files cannot be used, or hold no student of these LEAs.
        ConfigErrors: ``config/drilldown.toml`` says what it may not.
    """
    words = load_drill_down_config(context.settings.config_dir)
    if definition not in words.definitions:
        known = ", ".join(words.definitions)
        raise Refused(refusal("definition-unknown", definition=definition, known=known))
    goals = folder_of(context) / TARGETS
    targets = read_targets(goals, words) if goals.is_file() else {}
    wish = RunOptions(definition, as_of, leas=frozenset(names))
    return Counted(drill_down(paths, words, wish, names, tell), words, targets)


def told_in_a_line(error: IntakeErrors | ConfigErrors | Refused) -> str:
    """Why a run was refused, the first few reasons in one line."""
    reasons = error.lines if isinstance(error, Refused) else [str(one) for one in error.errors]
    more = f" (and {len(reasons) - MOST_REASONS} more)" if len(reasons) > MOST_REASONS else ""
    return "; ".join(reasons[:MOST_REASONS]) + more


def write_one_lea(context: AppContext, counted: Counted, code: str) -> str:
    """Write one LEA's reports, all or none; the reason where no PDF could be made."""
    with moved_into_place(_reports(context)) as folder:
        found = counted.found
        no_pdf = write_lea(folder, found, counted.words, code, counted.targets)
        write_rates(folder / code / RATES, found.rates_of_lea(code), found.about)
        return no_pdf


def write_what_is_shared(context: AppContext, counted: Counted) -> None:
    """Write the rates of all LEAs and the roll-up; apart from these what was wrong in the files.

    A run of one LEA leaves what there is of all alone.
    """
    write_problems(folder_of(context) / PROBLEMS, counted.found)
    if len(counted.found.leas) < 2:
        return
    with moved_into_place(_reports(context)) as folder:
        write_tables(folder, counted.found)
        write_roll_up(folder, counted.found, counted.words)


def reports_of_lea(context: AppContext, code: str) -> dict[str, Path]:
    """The files of one LEA's reports, by name."""
    folder = _reports(context) / code
    return {one.name: one for one in sorted(folder.glob("*")) if one.is_file()}


def kept_report(context: AppContext, code: str) -> Kept | None:
    """The report that one LEA has, as it is shown; None where there is none."""
    path = reports_of_lea(context, code).get(KEPT)
    return from_json(path.read_bytes()) if path is not None else None


def report_from_upload(
    act: Act, files: Sequence[tuple[str, BinaryIO]], *, definition: str, as_of: dt.date
) -> Counted:
    """Count the students of one LEA in files that came over the network; write its reports.

    The files lie in a folder of the home while they are counted, and are gone after, whatever
    happens. One upload is counted at a time.

    Raises:
        IntakeErrors: the files cannot be used, or hold no student of the LEA.
        Refused: another upload is being counted.
    """
    if not _one_at_a_time.acquire(blocking=False):
        raise Refused(refusal("counting-already"))
    try:
        names = leas_asked_for(act, selpa=None)
        with _uploaded(act.context, files) as paths:
            counted = count_students(act.context, paths, names, definition=definition, as_of=as_of)
        write_one_lea(act.context, counted, act.cds_code)
        with act.deciding() as conn:
            act.note(conn, "drill-down", "report made")
        return counted
    finally:
        _one_at_a_time.release()


@contextmanager
def _uploaded(context: AppContext, files: Sequence[tuple[str, BinaryIO]]) -> Iterator[list[Path]]:
    """The files on the disk, each under its own safe name, until the block ends."""
    place = folder_of(context) / "uploads"
    place.mkdir(parents=True, exist_ok=True)
    _remove_what_a_crash_left(place, before=time.time() - STALE_SECONDS)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        paths = []
        for number, (name, file) in enumerate(files):
            path = Path(folder) / str(number) / safe_name(name)
            path.parent.mkdir()
            with path.open("wb") as copy:
                shutil.copyfileobj(file, copy)
            paths.append(path)
        yield paths


def _remove_what_a_crash_left(place: Path, *, before: float) -> None:
    for one in place.iterdir():
        if one.is_dir() and one.stat().st_mtime < before:
            shutil.rmtree(one, ignore_errors=True)


def _reports(context: AppContext) -> Path:
    return folder_of(context) / "reports"
