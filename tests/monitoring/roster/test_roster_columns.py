"""A roster's optional columns: one that the file does not have takes nothing away."""

from __future__ import annotations

import datetime as dt

import pytest

from cimflow.intake.spreadsheets.roster import read_roster
from cimflow.intake.tables.files import Upload
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.roster import import_roster
from cimflow.monitoring.roster.import_diff import Difference
from cimflow.monitoring.roster.withdrawal import withdraw
from cimflow.process.case import RosterEntry
from cimflow.store import cases
from cimflow.store.database import session
from tests.intake.tables.sheets import ROSTER
from tests.monitoring.conftest import BIRCH, BY, PROCESS, everything_learnt

NEW = "99000040000000"
MARCH, APRIL, MAY = dt.date(2024, 3, 20), dt.date(2024, 4, 1), dt.date(2024, 5, 1)
WHY, UNMET = "Elements 5a, 5b", ("Indicator 5a", "Indicator 8")


@pytest.fixture(autouse=True)
def _known(context: AppContext) -> None:
    entry = RosterEntry(MARCH, "2", "9901", "SELPA 9901", "Birch Hollow", WHY, UNMET)
    with session.transaction(context.engine) as conn:
        cases.add_roster_entry(conn, PROCESS, BIRCH, entry, **BY)


def imported(
    context: AppContext, cds: str = BIRCH, *, level: str = "2", dry_run: bool = False, **more: str
) -> list[Difference]:
    """Import a file with one row: the columns that a roster must have, and those given."""
    texts = [cds, "Birch Hollow", "9901", "SELPA 9901", PROCESS, level, *more.values()]
    lines = [",".join([*ROSTER[:6], *more]), ",".join(texts)]
    _, rows = read_roster(Upload("roster.csv", "\n".join(lines).encode()), context.processes)
    return import_roster.import_roster(context, rows, actor=Actor("x"), dry_run=dry_run)


def held(context: AppContext, cds: str = BIRCH) -> tuple[str, tuple[str, ...]]:
    with session.reading(context.engine) as conn:
        roster_entries = cases.load_cases(conn, PROCESS)[cds].roster_entries
    latest = max(roster_entries, key=lambda one: (one.holds_on, one.seq))
    return latest.identified_for, latest.unmet_indicators


def told(differences: list[Difference]) -> list[tuple[str, str, str]]:
    return [(one.what, one.before, one.after) for one in differences]


OF_WHY, OF_UNMET = ("identified for", WHY), ("unmet indicators", "; ".join(UNMET))
CASES: list[tuple[dict[str, str], list[tuple[str, str, str]], tuple[str, tuple[str, ...]]]] = [
    ({}, [], (WHY, UNMET)),
    ({"identified_for": "x"}, [(*OF_WHY, "x")], ("x", UNMET)),
    ({"identified_for": ""}, [(*OF_WHY, "")], ("", UNMET)),
    ({"unmet_indicators": "9;10"}, [(*OF_UNMET, "9; 10")], (WHY, ("9", "10"))),
    ({"unmet_indicators": ""}, [(*OF_UNMET, "")], (WHY, ())),
    ({"identified_for": "", "unmet_indicators": ""}, [(*OF_WHY, ""), (*OF_UNMET, "")], ("", ())),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "differences", "after"), CASES)
def test_what_the_file_does_not_say_stays(
    context: AppContext,
    columns: dict[str, str],
    differences: list[tuple[str, str, str]],
    after: tuple[str, tuple[str, ...]],
) -> None:
    assert told(imported(context, dry_run=True, **columns)) == differences
    assert held(context) == (WHY, UNMET)
    assert told(imported(context, **columns)) == differences
    assert held(context) == after
    before = everything_learnt(context)
    assert imported(context, **columns) == []
    assert everything_learnt(context) == before


def test_another_change_leaves_it_too(context: AppContext) -> None:
    assert told(imported(context, level="3")) == [("level", "2", "3")]
    assert held(context) == (WHY, UNMET)


def test_of_a_new_lea_nothing_is_known(context: AppContext) -> None:
    assert [one.what for one in imported(context, NEW)] == ["in the cohort"]
    assert held(context, NEW) == ("", ())


def test_an_lea_that_comes_back_brings_it_along(context: AppContext) -> None:
    withdraw(act_on(context, PROCESS, BIRCH, by="x"), on=APRIL, reason="merged")
    assert [one.what for one in imported(context, effective_on=str(MAY))] == ["in the cohort"]
    assert held(context) == (WHY, UNMET)
