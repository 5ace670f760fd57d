"""The reports that an LEA downloads from CALPADS and TOMS, joined to one tidy table.

8.1 says who the students are, 16.14 who of them has a disability and where, 14.2 how often they
were absent, 7.12 how often suspended, the TOMS file how they scored. They are joined by the state's
student id, which leaves this module with the table and nothing else. Their layouts come from public
programs that read them and are marked so (``confidence``) in ``config/drilldown.toml``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from cimflow.drilldown.coded import CodedTable, Problems, coded
from cimflow.drilldown.definitions import DrillDown, Kinds
from cimflow.intake import cells
from cimflow.intake.errors import IntakeErrors

STUDENTS, PLANS, ABSENCES, INCIDENTS, SCORES = "8.1", "16.14", "14.2", "7.12", "toms"
_LEVELS = {"ela": "ela_level", "math": "math_level"}

Record = dict[str, str]
Key = tuple[str, str]
"""A student and a school; the school is empty where a report names none."""


def joined_reports(
    reports: Sequence[tuple[str, CodedTable]],
    words: DrillDown,
    problems: Problems,
    *,
    lea: str | None = None,
    as_of: dt.date,
) -> CodedTable:
    """One tidy table of the students who stand in report 16.14, with what the others say of them.

    A student whom 8.1 or 14.2 names at two schools gets a row for each.

    Raises:
        IntakeErrors: there is no report 16.14, or nobody says which LEA is accountable.
    """
    by_kind: dict[str, list[CodedTable]] = defaultdict(list)
    for kind, table in reports:
        by_kind[kind].append(table)
    files = " + ".join(table.file for _, table in reports)
    if not by_kind[PLANS]:
        raise IntakeErrors.of_file(
            files, f"{words.reports[PLANS].title} is missing: it tells who has a disability"
        )
    plans = dict(_records(by_kind[PLANS]))
    if lea is None and not any(one.get("cds_code") for one in plans.values()):
        raise IntakeErrors.of_file(
            files, "no report names the accountable LEA by its code; name it with --lea"
        )
    details = _details(by_kind, words, problems, as_of)
    rows: list[tuple[int, Record]] = []
    numbers = {one: at for at, one in enumerate(plans, start=2)}
    for (student, _), plan in plans.items():
        at_schools = details.get(student) or {"": {}}
        for school, record in at_schools.items():
            merged = {**record, **{name: text for name, text in plan.items() if text}}
            if school:
                merged["school_code"] = school
            merged["student_id"] = student
            merged.setdefault("cds_code", lea or "")
            rows.append((numbers[student, _], merged))
    kinds = tuple(sorted(kind for kind, tables in by_kind.items() if tables))
    return _table(files, rows, _given(by_kind), kinds)


def _given(by_kind: dict[str, list[CodedTable]]) -> set[str]:
    """The tidy columns that these reports fill."""
    given = {"student_id", "cds_code", "school_code"}
    for kind in (STUDENTS, PLANS, ABSENCES):
        given |= {one for table in by_kind[kind] for one in table.columns}
    if "birth_date" in given:
        given = (given - {"birth_date"}) | {"age"}
    if by_kind[INCIDENTS]:
        given |= {"suspension_days", "expelled"}
    if by_kind[SCORES]:
        given |= set(_LEVELS.values())
    return given


def _records(tables: Sequence[CodedTable]) -> Iterator[tuple[Key, Record]]:
    for table in tables:
        columns = {name: column.texts() for name, column in table.columns.items()}
        for at in range(table.rows):
            record = {name: str(texts[at]) for name, texts in columns.items()}
            student = record.pop("student_id")
            if student:
                yield (student, record.get("school_code", "")), record


def _details(
    by_kind: dict[str, list[CodedTable]], words: DrillDown, problems: Problems, as_of: dt.date
) -> dict[str, dict[str, Record]]:
    """What the other reports say, by student and school."""
    found: dict[str, dict[str, Record]] = defaultdict(dict)
    for kind in (STUDENTS, ABSENCES):
        for (student, school), record in _records(by_kind[kind]):
            at_schools = found[student]
            if kind != STUDENTS and not school and at_schools:
                school = next(iter(at_schools))  # noqa: PLW2901 - the only place it can go
            born = record.pop("birth_date", "")
            if born and not record.get("age"):
                record["age"] = _age_on(as_of, born)
            at_schools.setdefault(school, {}).update(
                {name: text for name, text in record.items() if text}
            )
    _add_incidents(by_kind[INCIDENTS], words.incident_results, found, problems)
    _add_scores(by_kind[SCORES], words.score_records, found, problems)
    return found


def _add_incidents(
    tables: Sequence[CodedTable],
    results: Kinds,
    found: dict[str, dict[str, Record]],
    problems: Problems,
) -> None:
    """Days suspended, in sum, at the first school of each student; who was expelled."""
    days: dict[str, float] = defaultdict(float)
    expelled: set[str] = set()
    kinds = {code: kind for kind in ("suspension", "expulsion") for code in results.of(kind)}
    kinds |= dict.fromkeys(results.ignored, "")
    for table in tables:
        _note_unknown(table, "incident_result", kinds, problems)
        for (student, _), record in _records([table]):
            kind = kinds.get(record.get("incident_result", ""), "suspension")
            if kind == "suspension":
                days[student] += _number(record.get("suspension_days", ""))
            elif kind == "expulsion":
                expelled.add(student)
    if not tables:
        return
    for student in (*found, *days, *expelled):
        record = _first_school(found, student)
        record["suspension_days"] = f"{days.get(student, 0.0):.10g}"
        record["expelled"] = "yes" if student in expelled else "no"


def _add_scores(
    tables: Sequence[CodedTable],
    records: Kinds,
    found: dict[str, dict[str, Record]],
    problems: Problems,
) -> None:
    kinds = {code: kind for kind in _LEVELS for code in records.of(kind)}
    kinds |= dict.fromkeys(records.ignored, "")
    for table in tables:
        _note_unknown(table, "record_type", kinds, problems)
        for (student, _), record in _records([table]):
            kind = kinds.get(record.get("record_type", ""), "")
            if kind and record.get("level"):
                _first_school(found, student)[_LEVELS[kind]] = record["level"]


def _first_school(found: dict[str, dict[str, Record]], student: str) -> Record:
    at_schools = found[student]
    return at_schools[min(at_schools)] if at_schools else at_schools.setdefault("", {})


def _note_unknown(
    table: CodedTable, column: str, kinds: dict[str, str], problems: Problems
) -> None:
    if column in table.columns:
        unknown = table.columns[column].told(
            lambda text: bool(text) and text not in kinds, np.bool_
        )
        problems.add(table.file, column, "is not a code that cimflow knows", table.numbers[unknown])


def _age_on(day: dt.date, born: str) -> str:
    """Full years; nothing where the day of birth is none."""
    try:
        birth = cells.day(born)
    except ValueError:
        return ""
    return str(day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)))


def _number(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0


def _table(
    file: str, rows: Sequence[tuple[int, Record]], given: set[str], kinds: tuple[str, ...]
) -> CodedTable:
    kept = sorted(given - {"incident_result", "record_type", "level"})
    columns = {name: coded([one.get(name, "") for _, one in rows]) for name in kept}
    numbers = np.array([at for at, _ in rows], dtype=np.int64)
    return CodedTable(file, columns, numbers, reports=kinds)
