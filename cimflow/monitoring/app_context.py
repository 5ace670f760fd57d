"""Where the library is composed: settings, database, process files, calendars, and the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cimflow import resources
from cimflow.monitoring.errors import Refused, refusal
from cimflow.process.days import day_in
from cimflow.process.definition.errors import ConfigErrors
from cimflow.process.definition.notice_ladder import Ladder
from cimflow.process.definition.process_file import Process
from cimflow.process.definition.working_calendar import WorkingCalendar
from cimflow.resources import FaultyFile
from cimflow.settings import Settings
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.database.session import Engine

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True)
class AppContext:
    """Everything a service function needs; made once per command, page server or flow run."""

    settings: Settings
    engine: Engine
    processes: Mapping[str, Process]
    ladder: Ladder
    calendars: Mapping[str, WorkingCalendar]
    templates: Path
    clock: Clock
    set_aside: tuple[FaultyFile, ...] = ()
    """Process files with errors, of processes that have no LEAs: they stop nobody."""

    def now(self) -> dt.datetime:
        """The instant, in UTC."""
        return self.clock()

    def today(self, process_id: str) -> dt.date:
        """Today in the process's time zone, or the day that a sample home pins."""
        pinned = self.settings.today
        return pinned or day_in(self.process(process_id).zone, self.clock())

    def process(self, process_id: str) -> Process:
        """The process of that id.

        Raises:
            Refused: no file of that id, or one with errors.
        """
        if process_id not in self.processes:
            errors = [each for one in self.set_aside if one.id == process_id for each in one.errors]
            if errors:
                raise Refused.because_of(errors)
            known = ", ".join(sorted(self.processes)) or "none"
            raise Refused(refusal("process-unknown", process=process_id, known=known))
        return self.processes[process_id]

    def calendar_of(self, process_id: str) -> WorkingCalendar:
        """The working days of a process."""
        return self.calendars[self.process(process_id).process.calendar]

    def process_asked_for(self, process_id: str | None) -> str:
        """The process named, or the one that is active where only one is.

        Raises:
            Refused: none is named, and it is not clear which is meant.
        """
        if process_id is not None:
            return self.process(process_id).id
        active = active_processes(self)
        if len(active) == 1:
            return active[0]
        if not active and len(self.processes) == 1:
            return next(iter(self.processes))
        known = ", ".join(active or sorted(self.processes))
        raise Refused(refusal("process-not-named", known=known))


def active_processes(context: AppContext) -> list[str]:
    """The processes that have LEAs, in order of their ids."""
    with session.reading(context.engine) as conn:
        stored = cases.process_ids(conn)
    return sorted(one for one in stored if one in context.processes)


def open_app_context(settings: Settings, *, clock: Clock) -> AppContext:
    """Read the process files, the ladder and the calendars; open the database and bring it up.

    Raises:
        Refused: a configuration file or the database cannot be used, with every reason.
    """
    try:
        calendars = resources.load_calendars(config_dir=settings.config_dir, home=settings.home)
        processes, faulty = resources.read_processes(
            config_dir=settings.config_dir, home=settings.home, calendars=calendars
        )
        ladder = resources.load_ladder(config_dir=settings.config_dir)
    except ConfigErrors as error:
        raise Refused.because_of(error.errors) from None
    missing = [
        refusal("calendar-unknown", process=one.id, calendar=one.process.calendar)
        for one in processes.values()
        if one.process.calendar not in calendars
    ]
    if missing:
        raise Refused(*missing)
    engine = session.open_engine(settings.database_url)
    session.upgrade(engine)
    usable = _without_faulty(engine, faulty, processes)
    return AppContext(
        settings=settings,
        engine=engine,
        processes=usable,
        ladder=ladder,
        calendars=calendars,
        templates=resources.templates_dir(),
        clock=clock,
        set_aside=faulty,
    )


def _without_faulty(
    engine: Engine, faulty: Sequence[FaultyFile], processes: Mapping[str, Process]
) -> Mapping[str, Process]:
    """The processes of which no file is faulty; what another file says of a faulty one is no help.

    Raises:
        Refused: a process that has LEAs may rest on a faulty file: one with its id, or with none
            that can be read. The shipped file must not silently take the place of the SELPA's own.
    """
    if not faulty:
        return processes
    with session.reading(engine) as conn:
        in_use = {*cases.process_ids(conn), ""}
    set_aside = {one.id for one in faulty}
    usable = {name: one for name, one in processes.items() if name not in set_aside}
    errors = [error for one in faulty if one.id in in_use or not usable for error in one.errors]
    if errors:
        engine.dispose()
        raise Refused.because_of(errors)
    return usable
