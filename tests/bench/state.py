"""A whole state to measure on: every LEA of a roster, levels spread, half of the artifacts filed."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.process.case import Fact, Review, RosterEntry, Submission
from cimflow.process.contacts import Contact
from cimflow.settings import Settings, default_database_url
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.people import contacts
from tests.factories import complete

PROCESS = "targeted-2024"
START = dt.date(2024, 3, 15)
TODAY = dt.date(2024, 7, 11)
NOON = dt.datetime(2024, 7, 11, 19, 0, tzinfo=dt.UTC)
LEAS = 2_260
LEAS_PER_SELPA = 17
LEVELS = ("1", "2", "3")


def roster() -> list[str]:
    """CDS codes: those of ``CIMFLOW_BENCH_ROSTER`` (a CSV with ``cds_code``), else invented."""
    named = os.environ.get("CIMFLOW_BENCH_ROSTER")
    if not named:
        return [f"{99_000_000_000_000 + number}" for number in range(LEAS)]
    with Path(named).open(newline="", encoding="utf-8-sig") as file:
        return [row["cds_code"] for row in csv.DictReader(file)]


def make_state(
    folder: Path, *, url: str | None = None, leas: list[str] | None = None
) -> AppContext:
    """A home with the whole state in it, in one transaction."""
    settings = Settings(home=folder, database_url=url or default_database_url(folder), today=TODAY)
    folder.mkdir(parents=True, exist_ok=True)
    context = open_app_context(settings, clock=lambda: NOON)
    process = context.process(PROCESS)
    codes = leas if leas is not None else roster()
    with session.transaction(context.engine) as conn:
        for number, cds in enumerate(codes):
            level = LEVELS[number % len(LEVELS)]
            selpa = f"{9_000 + number // LEAS_PER_SELPA}"
            by = {"learnt_at": NOON, "recorded_by": "bench"}
            cases.add_roster_entry(
                conn,
                PROCESS,
                cds,
                RosterEntry(START, level, selpa, f"SELPA {selpa}", f"LEA {number:04d}"),
                **by,
            )
            cases.add_fact(conn, PROCESS, cds, Fact("indicator-8", "unmet", START), **by)
            asked = [
                one
                for one in process.activities
                if (rule := one.rule_at(level)) and rule.requirement == "required" and not rule.when
            ]
            for place, activity in enumerate(asked):
                if (place + number) % 2:
                    _file(conn, cds, activity.id, level, by)
        contacts.change_contacts(conn, list(_people(codes)), [], **by)
    return context


def _file(conn: session.Connection, cds: str, activity: str, level: str, by: dict) -> None:
    contents = complete(activity, level=level)
    text = json.dumps(contents, sort_keys=True, default=str)
    came = Submission(
        activity=activity,
        version=0,
        received_on=dt.date(2024, 6, 20),
        filed_on=dt.date(2024, 6, 20),
        recorded_by="bench",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        contents=json.loads(text),
    )
    version = cases.add_submission(conn, PROCESS, cds, came, **by)
    if int(cds) % 7 == 0:
        decision = Review(activity, version, "approved", dt.date(2024, 6, 25), "bench")
        cases.add_review(conn, PROCESS, cds, decision, sha256=came.sha256, **by)


def _people(codes: list[str]) -> Iterator[Contact]:
    selpas = {f"{9_000 + number // LEAS_PER_SELPA}" for number in range(len(codes))}
    for selpa in sorted(selpas):
        yield Contact("selpa", selpa, "selpa-admin", "An Admin", f"admin.{selpa}@example.org")
    for cds in codes:
        yield Contact("lea", cds, "lea-lead", "A Lead", f"lead.{cds}@example.org")
        yield Contact("lea", cds, "superintendent", "A Chief", f"chief.{cds}@example.org")
