"""An import does what was shown, and only for the SELPAs of the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from cimflow.intake.errors import IntakeErrors
from cimflow.intake.spreadsheets.contacts import ContactRow, read_contacts
from cimflow.intake.spreadsheets.progress import ProgressRow, read_progress
from cimflow.intake.spreadsheets.roster import RosterRow, read_roster
from cimflow.intake.tables.files import Upload
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import ChangedMeanwhile
from cimflow.monitoring.roster import import_progress, import_roster, lea_facts
from cimflow.monitoring.roster.import_diff import Difference, digest
from cimflow.process.case import RosterEntry
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.people import contacts
from tests.intake.tables.sheets import ROSTER, refusals
from tests.monitoring.conftest import BIRCH, BY, FOREIGN, PROCESS, everything_learnt

OWN = frozenset({"9901"})
NEW = "99000040000000"


def lea(cds: str = BIRCH, selpa: str = "9901", level: str = "3") -> RosterRow:
    return RosterRow(2, cds, "Birch Hollow", selpa, "SELPA", PROCESS, level, {})


def person(scope: str, code: str, role: str = "lea-lead") -> ContactRow:
    return ContactRow(2, scope, code, role, "New Person", "new@example.org")


def progress(cds: str = BIRCH) -> ProgressRow:
    return ProgressRow(2, cds, "team-creation", dt.date(2024, 6, 1))


def import_any(context: AppContext, rows: Sequence[Any], **more: Any) -> list[Difference]:
    if isinstance(rows[0], RosterRow):
        return import_roster.import_roster(context, rows, actor=Actor("x"), file="a.csv", **more)
    if isinstance(rows[0], ContactRow):
        return import_roster.import_contacts(context, rows, actor=Actor("x"), file="a.csv", **more)
    return import_progress.import_progress(
        act_on(context, PROCESS, by="x"), rows, file="a.csv", **more
    )


def known(context: AppContext) -> tuple[int, Any]:
    with session.reading(context.engine) as conn:
        return everything_learnt(context), contacts.load_contacts(conn)


OF_EACH: list[list[Any]] = [[lea()], [person("lea", BIRCH)], [progress()]]


@pytest.mark.parametrize("rows", OF_EACH)
def test_what_was_shown_is_done(context: AppContext, rows: list[Any]) -> None:
    before = known(context)
    shown = import_any(context, rows, dry_run=True)
    assert known(context) == before
    assert import_any(context, rows, expect=digest(shown)) == shown
    assert known(context) != before


@pytest.mark.parametrize("rows", OF_EACH)
def test_where_it_would_be_something_else_nothing_is_done(
    context: AppContext, rows: list[Any]
) -> None:
    shown = import_any(context, rows, dry_run=True)
    import_any(context, rows)
    before = known(context)
    with pytest.raises(ChangedMeanwhile, match="review the differences again"):
        import_any(context, rows, expect=digest(shown))
    assert known(context) == before


def test_what_another_recorded_meanwhile_is_not_overwritten(context: AppContext) -> None:
    expect = digest(import_any(context, [lea()], dry_run=True))
    import_roster.import_roster(context, [lea(level="1")], actor=Actor("another"))
    before = known(context)
    with pytest.raises(ChangedMeanwhile):
        import_any(context, [lea()], expect=expect)
    assert known(context) == before


def test_a_digest_tells_every_part_apart() -> None:
    one = Difference("p", "c", "w", "b", "a", dt.date(2024, 1, 1))
    others = [
        Difference("p", "c", "w", "b", "a"),
        Difference("p", "c", "w", "", "ba"),
    ]
    assert len({digest(some) for some in ([], [one], [one, one], *([o] for o in others))}) == 5


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (lea(selpa="9909"), "selpa_code"),
        (lea(FOREIGN), "cds_code"),
        (lea(NEW, selpa="9909"), "selpa_code"),
        (person("lea", FOREIGN), "code"),
        (person("lea", NEW), "code"),
        (person("selpa", "9909", "selpa-admin"), "code"),
        (person("cde", "*", "fmta-consultant"), "code"),
        (person("cde", FOREIGN, "fmta-consultant"), "code"),
        (progress(FOREIGN), "cds_code"),
        (progress(NEW), "cds_code"),
    ],
)
def test_rows_of_another_selpa_are_refused_with_all_others(
    context: AppContext, row: Any, field: str
) -> None:
    own = {RosterRow: lea(), ContactRow: person("lea", BIRCH), ProgressRow: progress()}[type(row)]
    before = known(context)
    with pytest.raises(IntakeErrors) as raised:
        import_any(context, [own, row], only_selpas=OWN)
    assert [(one.file, one.row, one.field) for one in raised.value.errors] == [("a.csv", 2, field)]
    assert known(context) == before


@pytest.mark.parametrize(
    "row",
    [
        lea(),
        lea(NEW),
        person("lea", BIRCH),
        person("selpa", "9901", "selpa-admin"),
        person("cde", BIRCH, "fmta-consultant"),
        progress(),
    ],
)
def test_rows_of_the_own_selpa_are_taken(context: AppContext, row: Any) -> None:
    assert import_any(context, [row], only_selpas=OWN)


def test_an_lea_belongs_to_the_selpa_of_its_latest_row_in_any_process(context: AppContext) -> None:
    moved = RosterEntry(dt.date(2025, 3, 1), "1", "9909", "SELPA 9909", "Birch Hollow")
    with session.transaction(context.engine) as conn:
        cases.add_roster_entry(conn, "another-year", BIRCH, moved, **BY)
    for row in (lea(), person("lea", BIRCH), progress()):
        with pytest.raises(IntakeErrors):
            import_any(context, [row], only_selpas=OWN)
    assert import_any(context, [person("lea", BIRCH)], only_selpas=frozenset({"9909"}))


def test_a_change_by_hand_counts_as_news(context: AppContext) -> None:
    row = RosterRow(
        2, BIRCH, "Birch Hollow", "9901", "SELPA 9901", PROCESS, "2", {"indicator-8": "met"}
    )
    expect = digest(import_any(context, [row], dry_run=True))
    lea_facts.set_fact(
        act_on(context, PROCESS, BIRCH), "indicator-8", "met", on=dt.date(2024, 3, 15)
    )
    with pytest.raises(ChangedMeanwhile):
        import_any(context, [row], expect=expect)


HEADS: dict[str, tuple[bytes, Callable[[Upload, AppContext], Any]]] = {
    "roster": (
        f"{','.join(ROSTER[:6])}\n99000020000000,Birch,9901,S,targeted-2024,2\n".encode(),
        lambda upload, context: read_roster(upload, context.processes),
    ),
    "contacts": (
        b"scope,code,role,name,email\nlea,99000020000000,lea-lead,Ana,a@example.org\n",
        lambda upload, _: read_contacts(upload),
    ),
    "progress": (
        b"cds_code,activity,received_on\n99000020000000,team-creation,2024-06-01\n",
        lambda upload, context: read_progress(upload, context.process(PROCESS)),
    ),
}


@pytest.mark.parametrize(("data", "read"), HEADS.values(), ids=HEADS)
def test_a_page_needs_no_file_on_disk(
    context: AppContext, data: bytes, read: Callable[..., Any]
) -> None:
    table, rows = read(Upload("mine.csv", data), context)
    assert (table.name, len(rows)) == ("mine.csv", 1)
    assert refusals(lambda: read(Upload("mine.csv", b""), context)) == ["mine.csv: is empty"]
    assert refusals(lambda: read(Upload("mine.csv", bytes(26 << 20)), context)) == [
        "mine.csv: is larger than 25 MB"
    ]
