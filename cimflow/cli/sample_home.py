"""The sample SELPA: creates its home, then does what its people did, one act at a time.

Everything goes through the same functions as the commands, so the sample can hold nothing that a
person could not have entered. It is loaded whole or not at all.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from cimflow import resources
from cimflow.cli.options import is_home, prepare_home
from cimflow.intake.artifacts.artifact import read_artifact
from cimflow.intake.spreadsheets.contacts import read_contacts
from cimflow.intake.spreadsheets.roster import read_roster
from cimflow.intake.uploads.document import read_document
from cimflow.monitoring.access import permissions
from cimflow.monitoring.access.viewer import SYSTEM
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext, active_processes, open_app_context
from cimflow.monitoring.deadlines.exception import excuse
from cimflow.monitoring.deadlines.extension import extend
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.roster import import_roster, lea_facts
from cimflow.monitoring.runs.run_requests import finish_run_requests, take_run_requests
from cimflow.monitoring.submissions.record import Document, file_later, record
from cimflow.monitoring.submissions.review import Decision, review
from cimflow.settings import HOME_FILE, Settings
from cimflow.store.cases import documents

ADMINISTRATOR = "rosalind.achterberg@example.org"
_MADE_WITH_A_HOME = {"processes", "calendars", "logs", documents.FOLDER}
_LOADING = "loading"
_SQLITE = "sqlite:///"
_TEN_IN_THE_MORNING = dt.time(17, 0, tzinfo=dt.UTC)  # in California, in summer


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing a person did: a command (``do``) with its options, as ``story.toml`` tells it."""

    do: str
    lea: str = ""
    activity: str = ""
    file: str = ""
    document: str = ""
    received: dt.date | None = None
    filed_on: dt.date | None = None
    on: dt.date | None = None
    to: dt.date | None = None
    decision: str = ""
    fact: str = ""
    value: str = ""
    grantor: str = ""
    reason: str = ""
    reference: str = ""
    note: str = ""
    by: str = ADMINISTRATOR

    @property
    def day(self) -> dt.date:
        """The day on which it was entered: the last of the days it speaks of."""
        return max(day for day in (self.received, self.filed_on, self.on) if day is not None)


def load_sample(settings: Settings) -> None:
    """Make the sample's home and fill it; a home that holds the sample already stays as it is.

    Raises:
        Refused: the home, or its database, holds something else.
    """
    text = (sample_folder() / HOME_FILE).read_text(encoding="utf-8")
    if _holds_the_sample(settings, text):
        click.echo(f"the sample SELPA is already in {settings.home}", err=True)
        return
    if settings.database_is_in_home:
        # The home says first what it is; the finished database then takes its place at one
        # stroke. If interrupted in between, there is no LEA in it, and the next call starts over.
        prepare_home(settings, text=text)
        done = _load_beside(settings)
    else:
        # Another database cannot be swapped. There the home comes last: if interrupted in between,
        # the half-filled database is refused above, and never taken for the whole.
        done = _load_into(settings)
        prepare_home(settings, text=text)
    click.echo(f"loaded the sample SELPA into {settings.home}: {done}", err=True)


def sample_folder() -> Path:
    """Where the sample's roster, contacts, artifacts and story are."""
    return resources.config_folder() / "sample"


def read_story() -> list[Act]:
    """What happened, in the order in which it did."""
    with (sample_folder() / "story.toml").open("rb") as file:
        acts = [Act(**row) for row in tomllib.load(file)["acts"]]
    return sorted(acts, key=lambda act: act.day)


def _holds_the_sample(settings: Settings, text: str) -> bool:
    """Whether the whole sample is here.

    Raises:
        Refused: something else is.
    """
    home = settings.home
    elsewhere = "name another with CIMFLOW_HOME"
    if is_home(settings):
        if _parsed((home / HOME_FILE).read_text(encoding="utf-8")) != _parsed(text):
            raise Refused.saying(f"{home} is a home of your own, not the sample's; {elsewhere}")
        return _has_leas(settings)
    entries = {one.name for one in home.iterdir()} if home.is_dir() else set()
    if entries - _MADE_WITH_A_HOME:
        raise Refused.saying(f"{home} is not empty; the sample needs an empty home: {elsewhere}")
    if not settings.database_is_in_home and _has_leas(settings):
        raise Refused.saying(
            "the database at CIMFLOW_DATABASE_URL is not empty; the sample needs its own"
        )
    return False


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _has_leas(settings: Settings) -> bool:
    context = open_app_context(settings, clock=_clock_at(dt.date.min))
    try:
        return bool(active_processes(context))
    finally:
        context.engine.dispose()


def _load_beside(settings: Settings) -> str:
    """Fill a database beside the real one, then put it in its place."""
    final = Path(settings.database_url.removeprefix(_SQLITE))
    beside = final.with_name(f"{final.stem}-{_LOADING}{final.suffix}")
    _remove(beside)
    done = _load_into(replace(settings, database_url=_SQLITE + beside.as_posix()))
    _remove(final)  # there is no LEA in it; its journal must not meet the new file
    beside.replace(final)
    return done


def _remove(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _load_into(settings: Settings) -> str:
    folder = sample_folder()
    context = open_app_context(settings, clock=_clock_at(dt.date.min))
    try:
        _, roster = read_roster(folder / "roster.csv", context.processes)
        _, contacts = read_contacts(folder / "contacts.csv")
        process_id = roster[0].process
        first = _on(context, context.process(process_id).start)
        import_roster.import_roster(first, roster, actor=Actor(ADMINISTRATOR))
        import_roster.import_contacts(first, contacts, actor=Actor(ADMINISTRATOR))
        # One sign-in shows everything.
        permissions.give_role(first, ADMINISTRATOR, SYSTEM, "", actor=Actor(ADMINISTRATOR))
        story = read_story()
        for act in story:
            _PERFORM[act.do](_on(context, act.day), process_id, act, folder)
        _nobody_waits_for_a_run(context)
    finally:
        context.engine.dispose()
    return f"{roster[0].selpa_name}, {len(roster)} LEAs, {len(story)} events"


def _on(context: AppContext, day: dt.date) -> AppContext:
    """The same application on an earlier day, so that each act was learned when it was done."""
    return replace(context, clock=_clock_at(day), settings=replace(context.settings, today=day))


def _clock_at(day: dt.date) -> Callable[[], dt.datetime]:
    return lambda: dt.datetime.combine(day, _TEN_IN_THE_MORNING)


def _nobody_waits_for_a_run(context: AppContext) -> None:
    """The first sweep looks at every LEA: one run each, not one for every act."""
    while requests := take_run_requests(context):
        finish_run_requests(context, [one.id for one in requests])


def _record(context: AppContext, process_id: str, act: Act, folder: Path) -> None:
    came = read_document(folder / "documents" / act.document) if act.document else None
    if act.document:
        documents.keep(context.settings.home, (folder / "documents" / act.document).read_bytes())
    record(
        act_on(context, process_id, act.lea, by=act.by),
        act.activity,
        contents=read_artifact(folder / "artifacts" / act.file) if act.file else None,
        document=Document(came.name, came.sha256) if came is not None else None,
        received_on=act.received,
        filed_on=act.filed_on,
    )


def _filed(context: AppContext, process_id: str, act: Act, _folder: Path) -> None:
    file_later(act_on(context, process_id, act.lea, by=act.by), act.activity, on=act.day)


def _review(context: AppContext, process_id: str, act: Act, _folder: Path) -> None:
    review(
        act_on(context, process_id, act.lea, by=act.by),
        act.activity,
        Decision(
            approve={"approve": True, "return": False}[act.decision], note=act.note, on=act.on
        ),
    )


def _set_fact(context: AppContext, process_id: str, act: Act, _folder: Path) -> None:
    lea_facts.set_fact(
        act_on(context, process_id, act.lea, by=act.by), act.fact, act.value, on=act.on
    )


def _extend(context: AppContext, process_id: str, act: Act, _folder: Path) -> None:
    extend(
        act_on(context, process_id, act.lea, by=act.by),
        act.activity,
        to=act.to or act.day,
        grantor=act.grantor,
        reason=act.reason,
        reference=act.reference,
        on=act.on,
    )


def _excuse(context: AppContext, process_id: str, act: Act, _folder: Path) -> None:
    excuse(
        act_on(context, process_id, act.lea, by=act.by),
        act.activity,
        grantor=act.grantor,
        reason=act.reason,
        reference=act.reference,
        on=act.on,
    )


def _import_roster(context: AppContext, _process_id: str, act: Act, folder: Path) -> None:
    _, rows = read_roster(folder / act.file, context.processes)
    import_roster.import_roster(context, rows, actor=Actor(act.by))


_PERFORM: Mapping[str, Callable[[AppContext, str, Act, Path], None]] = {
    "record": _record,
    "filed": _filed,
    "review": _review,
    "set-fact": _set_fact,
    "extend": _extend,
    "excuse": _excuse,
    "import-roster": _import_roster,
}
