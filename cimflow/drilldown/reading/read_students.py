"""From tidy tables to students: several files are one, whatever their order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cimflow.drilldown.model.coded_table import CodedColumn, CodedTable, Ints, Problems
from cimflow.drilldown.model.config_file import DrillDownConfig
from cimflow.drilldown.model.students import OUTCOME_COLUMNS, SYNTHETIC, Students
from cimflow.drilldown.reading.cell_meaning import Meant, meaning_of

_KINDS: dict[str, Any] = {
    "grade": np.int64,
    "age": np.int64,
    "race": np.int64,
    "disability": np.int64,
    "setting": np.int64,
    "general_education_percent": np.float64,
    "ela_level": np.int64,
    "math_level": np.int64,
    "days_expected": np.float64,
    "days_absent": np.float64,
    "suspension_days": np.float64,
    "expelled": np.int64,
    **dict.fromkeys(OUTCOME_COLUMNS, np.int64),
}


def read_students(
    tables: Iterable[CodedTable], words: DrillDownConfig, problems: Problems
) -> Students:
    """What the rows of tidy tables mean; what they cannot mean is noted in ``problems``.

    Rows without an id or a CDS code of 14 digits, and students without a disability (code 200),
    are left out and noted.
    """
    parts = [meaning_of(one, words, problems) for one in tables]
    leas, lea = _joined_names(parts, "lea")
    schools, school = _joined_names(parts, "school")
    origins = [part.table.origin("student_id") for part in parts]
    files = tuple(dict.fromkeys(file for one in origins for file in one.files))
    students = Students(
        leas=leas,
        schools=schools,
        files=files,
        lea=lea,
        student=_numbered_ids([part.texts["student"] for part in parts]),
        school=school,
        file=_joined(
            [np.array([files.index(file) for file in one.files])[one.file] for one in origins],
            np.int64,
        ),
        number=_joined([one.number for one in origins], np.int64),
        synthetic=any(
            one.startswith(SYNTHETIC) for part in parts for one in part.texts["student"].values
        ),
        given=frozenset(one for part in parts for one in part.table.columns),
        school_names=_school_names(parts),
        **{
            name: _joined([part.arrays[name] for part in parts], kind)
            for name, kind in _KINDS.items()
        },
    )
    kept = _joined([part.kept for part in parts], np.bool_)
    return students if kept.all() else students.take(kept)


def _joined_names(parts: list[Meant], field: str) -> tuple[tuple[str, ...], Ints]:
    """The different texts of all files, sorted, and every row's place among them."""
    names = sorted({one for part in parts for one in part.texts[field].values})
    places = {one: at for at, one in enumerate(names)}
    rows = [part.texts[field].told(places.__getitem__, np.int64) for part in parts]
    return tuple(names), _joined(rows, np.int64)


def _numbered_ids(columns: list[CodedColumn]) -> Ints:
    """A number for each student. Those of one file have one already; names are not kept."""
    if len(columns) == 1:
        return columns[0].codes
    known: dict[str, int] = {}
    rows = [one.told(lambda text: known.setdefault(text, len(known)), np.int64) for one in columns]
    return _joined(rows, np.int64)


def _joined(parts: list[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros(0, dtype=kind)


def _school_names(parts: list[Meant]) -> dict[str, str]:
    """The name of each school; of several, the first by alphabet, whatever the order of rows."""
    names: dict[str, str] = {}
    for part in parts:
        codes, titles = part.table.column("school_code"), part.table.column("school_name")
        pairs = np.unique(codes.codes * len(titles.values) + titles.codes)
        for pair in pairs.tolist():
            code, title = (
                codes.values[pair // len(titles.values)],
                titles.values[pair % len(titles.values)],
            )
            if title and (code not in names or title < names[code]):
                names[code] = title
    return names
