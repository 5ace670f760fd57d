"""Files as people have them: every form reads the same, rubbish ends in one clear line."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from cimflow.drilldown.input_files import read_inputs
from cimflow.drilldown.model.coded_table import CodedTable, Problems
from cimflow.drilldown.reading.read_students import read_students
from cimflow.intake.errors import IntakeErrors
from tests.drilldown.students import COLUMNS, WORDS, as_csv, student, toddler, write

DAY = dt.date(2024, 6, 30)
ROWS = [
    student(student_id="0001", school_name="Alder, Élan School", suspension_days="1.5"),
    student(student_id="0002", general_education_percent="85", ela_level="3"),
    toddler(student_id="0003", child_outcome_social="yes"),
]


def cells(table: CodedTable) -> list[dict[str, str]]:
    return [
        {name: str(table.column(name).texts()[at]) for name in COLUMNS} for at in range(table.rows)
    ]


def read(path: Path) -> CodedTable:
    (table,) = read_inputs([path], WORDS, Problems(), as_of=DAY)
    return table


def as_xlsx(path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in [list(COLUMNS), *([row[name] for name in COLUMNS] for row in ROWS)]:
        sheet.append(line)
    book.save(path)


def quoted(delimiter: str = ",", above: str = "", encoding: str = "utf-8") -> Callable[[Path], int]:
    """A file in which every cell, those of the header too, stands in quotation marks."""
    frame = pd.DataFrame(ROWS)
    text = above + frame.to_csv(sep=delimiter, index=False, quoting=csv.QUOTE_ALL)
    return lambda path: path.write_text(text, encoding=encoding)


def with_carriage_returns(text: str) -> Callable[[Path], int]:
    """A file as old Macintosh programs wrote it: lines end with CR alone."""
    return lambda path: path.write_bytes(text.replace("\n", "\r").encode())


FORMS = {
    "plain.csv": lambda path: path.write_text(as_csv(ROWS), encoding="utf-8"),
    "byte order mark.csv": lambda path: path.write_text(as_csv(ROWS), encoding="utf-8-sig"),
    "windows-1252.csv": lambda path: path.write_text(as_csv(ROWS), encoding="cp1252"),
    "windows line ends.csv": lambda path: path.write_bytes(as_csv(ROWS).replace("\n", "\r\n").encode()),
    "title above.csv": lambda path: path.write_text("My students\n" + as_csv(ROWS), encoding="utf-8"),
    "blank line.csv": lambda path: path.write_text(as_csv(ROWS).replace("\n0002", "\n\n0002"), encoding="utf-8"),
    "tabs.txt": lambda path: path.write_text(pd.DataFrame(ROWS).to_csv(sep="\t", index=False), encoding="utf-8"),
    "carets.txt": lambda path: path.write_text(pd.DataFrame(ROWS).to_csv(sep="^", index=False), encoding="utf-8"),
    "quoted.csv": quoted(),
    "quoted, with semicolons.csv": quoted(";"),
    "quoted, with tabs.txt": quoted("\t"),
    "quoted, byte order mark.csv": quoted(encoding="utf-8-sig"),
    "quoted, semicolons, byte order mark.csv": quoted(";", encoding="utf-8-sig"),
    "quoted, utf-16.csv": quoted(encoding="utf-16"),
    "quoted, title above.csv": quoted(above='"Students, all of them"\n\n'),
    "quoted, title of two lines above.csv": quoted(above='"Students,\nall of them"\n'),
    "carriage returns.csv": with_carriage_returns(as_csv(ROWS)),
    "carriage returns, quoted.csv": with_carriage_returns(pd.DataFrame(ROWS).to_csv(index=False, quoting=csv.QUOTE_ALL)),
    "carriage returns, title above.csv": with_carriage_returns("My students\n" + as_csv(ROWS)),
    "table.parquet": lambda path: pq.write_table(pa.Table.from_pylist(ROWS), path),
    "table.xlsx": as_xlsx,
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_every_form_reads_the_same(tmp_path: Path, name: str) -> None:
    FORMS[name](tmp_path / name)
    assert cells(read(tmp_path / name)) == ROWS


def test_rows_have_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    text = as_csv(ROWS).replace("\n0002", "\n\none,two\n0002")
    (tmp_path / "a.csv").write_text("Title\n" + text, encoding="utf-8")
    table = read(tmp_path / "a.csv")
    assert table.numbers.tolist() == [3, 6, 7]
    assert [(one.row, one.message) for one in table.misfits] == [
        (5, "has 2 cells under 19 columns")
    ]


def test_a_header_cell_may_hold_the_delimiter(tmp_path: Path) -> None:
    text = '"Last name, first name",student_id,cds_code,grade\n"Alder, Ann",1,01999100000001,05\n'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    table = read(tmp_path / "a.csv")
    assert table.column("grade").texts().tolist() == ["05"]
    assert table.unknown == ("last_name,_first_name",)


def test_a_title_of_two_lines_is_one_row_as_in_a_spreadsheet(tmp_path: Path) -> None:
    text = '"My\nstudents"\n' + as_csv(ROWS).replace("\n0002", "\none,two\n0002")
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    table = read(tmp_path / "a.csv")
    assert (table.numbers.tolist(), [one.row for one in table.misfits]) == ([3, 5, 6], [4])


def test_numbers_in_parquet_are_read_as_their_text(tmp_path: Path) -> None:
    frame = pd.DataFrame(ROWS[:2]).assign(age=[10, 11], suspension_days=[1.5, 0.0])
    frame.to_parquet(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").column("age").texts().tolist() == ["10", "11"]


# what is in the file, what the one line says
RUBBISH = [
    (b"", "is empty"),
    (b"\x00\x01\x02" * 50, "is not text"),
    (b"%PDF-1.7 something", "is a PDF"),
    (b"PAR1 and nothing else", "not a Parquet file"),
    (b"PK\x03\x04 and nothing else", "rubbish"),
    (b"one,two,three\n1,2,3\n", "has no header"),
    (b"student_id,grade\n1,05\n", "cds_code: this column is missing"),
    (b"student_id,cds_code,grade,grade\n1,2,3,4\n", "this column appears twice"),
    (b"student_id,cds_code,grade\n" + b"x" * 3_000_000, "a row is longer than"),
    (b'student_id,cds_code,grade\n"' + b"1,2,3\n" * 400_000, "quotation mark"),
]


@pytest.mark.parametrize(("content", "says"), RUBBISH, ids=[says for _, says in RUBBISH])
def test_rubbish_ends_in_a_clear_line(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "rubbish.csv"
    path.write_bytes(content)
    with pytest.raises(IntakeErrors) as refused:
        read(path)
    assert says in str(refused.value)
    assert "rubbish.csv" in str(refused.value)


def test_all_unusable_files_are_told_together(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_bytes(b"student_id,grade\n1,05\n")
    with pytest.raises(IntakeErrors) as refused:
        read_inputs([tmp_path / "one.csv", tmp_path / "two.csv"], WORDS, Problems(), as_of=DAY)
    assert [one.file for one in refused.value.errors] == ["one.csv", "two.csv"]


# column, what stands in it, what is said (and never what stood there)
WRONG = [
    ("cds_code", "1999100000001", "is not a CDS code of 14 digits"),
    ("cds_code", "", "is missing; the row is skipped"),
    ("student_id", "", "is missing; the row is skipped"),
    ("grade", "13", "is not a grade from PS to 12"),
    ("age", "99", "is not an age in full years"),
    ("age", "9.5", "is not an age in full years"),
    ("race_ethnicity", "Martian", "is not a race/ethnicity"),
    ("disability", "999", "is not a CALPADS disability code"),
    ("disability", "200", "not a student with a disability; skipped"),
    ("program_setting", "999", "is not a CALPADS program setting code"),
    ("general_education_percent", "101", "is not a percentage from 0 to 100"),
    ("ela_level", "5", "is not a level from 1 to 4"),
    ("math_level", "2.5", "is not a level from 1 to 4"),
    ("days_expected", "400", "is not a number of days"),
    ("days_absent", "-1", "is not a number of days"),
    ("suspension_days", "1e9", "is not a number of days"),
    ("suspension_days", "nan", "is not a number of days"),
    ("expelled", "perhaps", "is not yes or no"),
    ("school_code", "199910", "is not a school code of 7 or 14 digits"),
    ("child_outcome_social", "2", "is not yes or no"),
]


@pytest.mark.parametrize(
    ("column", "value", "says"), WRONG, ids=[f"{one}-{two}" for one, two, _ in WRONG]
)
def test_what_cannot_be_is_told_by_row_and_field_and_never_quoted(
    tmp_path: Path, column: str, value: str, says: str
) -> None:
    rows = [ROWS[0], {**ROWS[1], column: value}, ROWS[2]]
    problems = Problems()
    read_students([read(write(tmp_path / "students.csv", rows))], WORDS, problems)
    (error,) = problems.errors()
    assert (error.file, error.row, error.field) == ("students.csv", 3, column)
    assert says in error.message
    assert value == "" or value not in error.message.replace("is 200, not", "")


def test_more_absent_than_expected_is_told(tmp_path: Path) -> None:
    problems = Problems()
    rows = [student(days_expected="10", days_absent="11")]
    read_students([read(write(tmp_path / "students.csv", rows))], WORDS, problems)
    assert [one.field for one in problems.errors()] == ["days_absent"]


def test_an_unknown_column_is_told_once_and_not_used(tmp_path: Path) -> None:
    rows = [{**one, "favorite_color": "red"} for one in ROWS]
    problems = Problems()
    path = write(tmp_path / "students.csv", rows, [*COLUMNS, "favorite_color"])
    read_students([read(path)], WORDS, problems)
    assert problems.summary() == [
        "students.csv, favorite_color: this column is not recognized and not used"
    ]


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is read as Linux tells it"
)
@pytest.mark.parametrize("kind", ["no line ends", "open quotation mark", "every row misfits"])
def test_a_malformed_file_of_200_megabytes_fails_in_bounded_memory(
    tmp_path: Path, kind: str
) -> None:
    """In a process of its own, whose greatest memory is read when it ends."""
    path = tmp_path / "large.csv"
    header = b"student_id,cds_code,grade\n"
    piece = {
        "no line ends": b"x" * 1_000_000,
        "open quotation mark": b"1,01999100000001,05\n" * 50_000,
        "every row misfits": b"1,2,3,4,5,6\n" * 83_334,
    }[kind]
    with path.open("wb") as file:
        file.write(header + (b'"' if kind == "open quotation mark" else b""))
        for _ in range(200_000_000 // len(piece)):
            file.write(piece)
    said = subprocess.run(
        [sys.executable, "-c", _IN_LITTLE_MEMORY, str(path), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert said.returncode == 1, said.stderr
    assert "large.csv" in said.stderr
    assert "Traceback" not in said.stderr
    peak = int(said.stdout.strip().splitlines()[-1])
    assert peak < 700, f"{peak} MB"


_IN_LITTLE_MEMORY = """
import re, sys
from pathlib import Path
from cimflow.cli.main import run
code = run(["drilldown", "run", sys.argv[1], "--out", sys.argv[2]])
# Not getrusage: its greatest memory is that of whoever started this process, too.
status = Path("/proc/self/status").read_text()
print(int(re.search(r"VmHWM:\\s*(\\d+) kB", status)[1]) // 1024)
sys.exit(code)
"""
