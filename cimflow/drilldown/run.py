"""A whole drill down: from files to what is published. Student rows end here.

``drill_down`` reads, counts and drops the students; what it returns holds counts and nothing of any
one student. Errors name files, rows and fields, never what is in a cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cimflow.drilldown.counting.apply_definition import facts_of
from cimflow.drilldown.counting.count_students import KEYS, count
from cimflow.drilldown.counting.rates import rates_of, sums_of_shown
from cimflow.drilldown.input_files import read_inputs
from cimflow.drilldown.model.coded_table import CodedTable, Flags, Ints, Problems
from cimflow.drilldown.model.config_file import DrillDownConfig
from cimflow.drilldown.model.config_parts import Note
from cimflow.drilldown.model.elements import computed
from cimflow.drilldown.model.subgroups import BY
from cimflow.drilldown.reading.read_students import read_students
from cimflow.drilldown.reading.school_sites import note_students_of_several_leas, once_per_site
from cimflow.drilldown.reporting.run_result import About, Audience, RunResult
from cimflow.drilldown.suppression.census import census, circle_of
from cimflow.drilldown.suppression.protection_search import APART
from cimflow.drilldown.suppression.row_labels import CannotBeHidden, CountsDisagree
from cimflow.drilldown.suppression.suppress import hide
from cimflow.drilldown.suppression.verify import audit
from cimflow.intake.errors import IntakeError, IntakeErrors


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a person asks of a run."""

    definition: str
    as_of: dt.date
    audience: Audience = "shareable"
    leas: frozenset[str] = frozenset()
    """Only these LEAs; none named: all in the files."""
    two_way: tuple[tuple[str, str], ...] = ()
    strict: bool = False


def drill_down(
    paths: Sequence[Path],
    words: DrillDownConfig,
    options: RunOptions,
    names: Mapping[str, str],
    tell: Callable[[str], None] = lambda _: None,
) -> RunResult:
    """Count what the files say, hide what may not be shared, and say what was wrong in them.

    Args:
        paths: tidy tables, CALPADS and TOMS reports.
        words: ``config/drilldown.toml``.
        options: definition, as-of date, audience, one LEA or all.
        names: the names of LEAs by CDS code, as far as they are known.
        tell: gets a few words on how far the work is.

    Raises:
        IntakeErrors: a file cannot be used, nobody is left to count, or with ``strict`` any
            problem at all; or a table, named, cannot be made safe to share, or these two-way cuts.
    """
    if options.audience == "shareable" and (circle := circle_of(options.two_way)):
        said = f"{BY.join(circle)} and the other two-way cuts would together reveal too much"
        raise IntakeErrors([IntakeError("not safe to share", None, None, said)])
    problems = Problems()
    tell("reading students")
    tables = read_inputs(paths, words, problems, lea=_only_one(options.leas), as_of=options.as_of)
    students = read_students(tables, words, problems)
    if options.strict and problems.total:
        raise IntakeErrors(problems.errors())
    if options.leas:
        students = students.take(_of_leas(students.leas, options.leas, students.lea))
    if not len(students):
        files = ", ".join(one.file for one in tables)
        whose = f" from LEA {', '.join(sorted(options.leas))}" if options.leas else ""
        nobody = IntakeError(files, None, None, f"has no students{whose} to count")
        # Why nobody is left is often what was wrong in every row, such as codes without a zero.
        raise IntakeErrors([nobody, *problems.summed()])
    students = once_per_site(students, problems)
    note_students_of_several_leas(students, problems)
    if options.strict and problems.total:
        raise IntakeErrors(problems.errors())
    about = About(
        options.definition,
        words.definitions[options.definition].title,
        options.as_of,
        options.audience,
        names,
        students.school_names,
        computed(students.given),
        _notes_on(tables, words),
        students.synthetic,
    )
    tell("counting")
    facts = facts_of(students, words, options.definition)
    counts = count(facts, words, two_way=options.two_way)
    # Of whom the counts are, only hiding asks.
    of_whom = (
        census(facts, words, two_way=options.two_way) if options.audience == "shareable" else None
    )
    try:
        rates, roll_up = published(counts, of_whom, options.audience, tell)
    except (CannotBeHidden, CountsDisagree) as error:
        lines = str(error).splitlines()
        raise IntakeErrors(
            [IntakeError("not safe to share", None, None, one) for one in lines]
        ) from None
    seen = len(students)
    del students, facts
    return RunResult(about, rates, roll_up, problems, seen, tuple(counts["cds_code"].unique()))


def published(
    counts: pd.DataFrame,
    of_whom: pd.DataFrame | None,
    audience: Audience,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rates that an audience may see, of each LEA and of all together.

    What is shared was hidden until every count seemed safe, and is then proven safe by itself.

    Raises:
        CannotBeHidden: tables that nothing makes safe to share, named.
    """
    if audience == "shareable":
        rows = _proven_safe(counts.astype(dict.fromkeys(KEYS, str)), of_whom, tell)
    else:
        rows = counts.assign(hidden="")
    return rates_of(rows), rates_of(sums_of_shown(rows).assign(cds_code="", hidden=""))


def _proven_safe(
    counts: pd.DataFrame, of_whom: pd.DataFrame | None, tell: Callable[[str], None]
) -> pd.DataFrame:
    """The rows as they may be shared. Where the proof fails, more is hidden, and proven again."""
    for apart in (APART, APART + 1, APART + 2):
        safe = hide(counts, of_whom, apart=apart, tell=tell)
        tell("checking that no hidden count can be worked out")
        exposed = audit(safe)
        if not exposed:
            return safe.rows
    raise CannotBeHidden(pd.DataFrame([asdict(one) for one in exposed]), APART)


def _notes_on(tables: Sequence[CodedTable], words: DrillDownConfig) -> tuple[Note, ...]:
    kinds = sorted({kind for one in tables for kind in one.reports})
    layouts = [
        Note(
            text=f"Read from {words.reports[kind].title}; its layout is known from programs that"
            " read it.",
            confidence=words.reports[kind].confidence,
        )
        for kind in kinds
    ]
    return (*layouts, *(note for kind in kinds for note in words.reports[kind].notes))


def _only_one(leas: frozenset[str]) -> str | None:
    return next(iter(leas)) if len(leas) == 1 else None


def _of_leas(leas: Sequence[str], wanted: frozenset[str], codes: Ints) -> Flags:
    mine: Flags = np.isin(codes, [at for at, one in enumerate(leas) if one in wanted])
    return mine
