"""A table of students is refused, in words that repeat nothing of it; other tables are not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cimflow.intake.errors import IntakeErrors
from cimflow.intake.uploads.file_kind import Kind
from cimflow.intake.uploads.student_data import refuse_student_rows
from tests.intake.tables.sheets import refusals, write_csv
from tests.thoroughness import examples

XLSX, CSV, DOCX = Kind("xlsx", ".xlsx"), Kind("csv", ".csv"), Kind("docx", ".docx")
Rows = Sequence[Sequence[Any]]
TEN = [1234567890 + 97 * one for one in range(8)]


def book(*sheets: Rows, hidden: int | None = None) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = made.create_sheet(f"Zelda Quux {number}")
        for row in rows:
            sheet.append(list(row))
        if number == hidden:
            sheet.sheet_state = "hidden"
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def lines(data: bytes, kind: Kind = XLSX) -> list[str]:
    return refusals(lambda: refuse_student_rows(data, kind, "list.xlsx"))


REFUSED: list[tuple[str, Rows]] = [
    ("A", [["SSID"], [1234567890]]),
    ("A", [["Statewide Student Identifier"], ["1234567890"]]),
    ("B", [["School", "Student ID"], ["Main", "A-17"]]),
    ("B", [["School", "Student ID #"], ["Main", "17"]]),
    ("B", [["School", "CALPADS ID"], ["Main", "17"]]),
    ("B", [["School", "Local ID"], ["Main", "17"]]),
    ("B", [["School", "student_id"], ["Main", "17"]]),
    ("B", [["School", "StudentID"], ["Main", "17"]]),
    ("A", [["Student Name", "Days"], ["Quux, Zelda", 4]]),
    ("A", [["Student's Name (Last, First)", "Days"], ["Quux, Zelda", 4]]),
    ("A", [["Name of student", "Days"], ["Zelda", 4]]),
    ("A", [["PUPIL LAST NAME", "Days"], ["Quux", 4]]),
    ("A", [["Nombre del estudiante", "Días"], ["Zelda", 4]]),
    ("A", [["Last Name", "First Name", "Days suspended"], ["Quux", "Zelda", 4]]),
    ("A", [["LastName", "FirstName", "Grade", "Parent Email"], ["Quux", "Zelda", 4, "x@example.org"]]),
    ("A", [["Last Name", "First Name", "Email", "DOB"], ["Quux", "Zelda", "x", "2012-01-31"]]),
    ("A", [["Name", "Grade", "Primary Disability"], ["Zelda Quux", 4, "SLI"]]),
    ("A", [["Student", "Grade"], ["Zelda Quux", 4]]),
    ("B", [["School", "DOB"], ["Main", "2012-01-31"]]),
    ("B", [["School", "Birth Date"], ["Main", "1/31/12"]]),
    ("B", [["School", "Date of Birth (mm/dd/yyyy)"], ["Main", "1/31/12"]]),
    ("B", [["School", "Fecha de nacimiento"], ["Main", "31/1/12"]]),
    ("A", [["Review of records"], [], ["Student Name", "SSID"], ["Zelda", "1"]]),
    ("A", [["Student Name:", "Zelda Quux"], ["School", "Main"]]),
    ("A", [["School", "Main"], ["DOB", "1/31/2012"]]),
    ("B", [["Record", "Number"], *([one, ten] for one, ten in enumerate(TEN))]),
    ("A", [[ten, "x"] for ten in TEN]),
    ("A", [[f" {ten} "] for ten in TEN]),
    # What stands below a heading makes it one.
    ("A", [["Name", "Grade"], ["Quux, Zelda", 5], ["Lee, Sam", 6], ["Nguyen, An", 7]]),
    ("A", [["Name", "Grade"], ["Zelda Quux", 5], ["Sam Lee", 6]]),
    ("A", [["Name", "Grade", "Teacher"], ["Zelda", 5, "Ruiz"], ["Quux", 6, "Ruiz"]]),
    ("A", [["Student", "IEP complete?"], ["Quux, Zelda", "y"], ["Lee, Sam", "n"]]),
    ("A", [["Students", "Reviewed"], ["Quux, Zelda", "y"], ["Lee, Sam", "n"]]),
    ("A", [["Students", "Reviewed"], ["ZELDA QUUX", "y"], ["Zelda de la Quux", "n"]]),
    ("A", [["Pupil", "Case manager"], ["Zelda Quux", "Ana Ruiz"]]),
    ("A", [["Child", "IEP date"], ["Zelda", "1/31/2024"]]),
    ("A", [["All students", ""], ["Student", "Reviewed"], ["Total", 2], ["Zelda Quux", 1], ["Quux, Zelda", 1]]),
    # Headings in the words of other programs.
    ("A", [["Student Last", "Student First", "Grade"], ["Quux", "Zelda", 5]]),
    ("A", [["Student Last", "Student First", "School", "Role"], ["Quux", "Zelda", "Main", "x"]]),
    ("A", [["Last", "First", "Gr"], ["Quux", "Zelda", 5]]),
    ("A", [["Stu Name", "Grade"], ["Quux, Zelda", 5]]),
    ("A", [["Student Name / ID", "Days"], ["Zelda / 12345", 4]]),
    ("A", [["Student Name & SSID", "Days"], ["Zelda 1234567890", 4]]),
    ("A", [["Last Name", "First Name", "School", "Days suspended", "Grade"], ["Quux", "Zelda", "Main", 4, 5]]),
    ("A", [["Last Name", "First Name", "Grade", "Parent phone"], ["Quux", "Zelda", 5, "(530) 555-0100"]]),
    ("A", [["Last Name", "First Name", "School", "Grade"], ["Quux", "Zelda", "Main", 5]]),
    ("A", [["ID#", "Name"], ["12345", "Zelda Q"], ["22345", "Sam"]]),
    ("B", [["Name", "ID"], ["Zelda Quux", "12345"], ["Sam Lee", "22345"]]),
    ("A", [["State ID", "Result"], ["1234567890", "y"], ["2234567890", "n"]]),
    ("A", [["Identifier", "x"], ["1234567890", "y"], ["2234567890", "n"], ["3234567890", "n"]]),
    ("A", [["Unique ID", "x"], ["1234567890", "y"]]),
    ("A", [["Student Name / ID", "Days"], ["12345", 4]]),
    ("A", [["Name of Student (Last, First)", "Days"], ["Quux, Zelda", 4]]),
    ("A", [["Student Name (as in SEIS)", "Days"], ["Zelda", 4]]),
    ("A", [["Student(s)", "Days"], ["Čapek Zelda", 4]]),
    ("A", [["Name (Last, First)", "Grade (TK-12)"], ["Šťastná, Zelda", 4], ["Ōta, Quux", 4]]),
    # Numbers without a heading, and in a text.
    ("A", [[ten, "x"] for ten in TEN[:3]]),
    ("A", [[ten] for ten in TEN[:4]]),
    ("B", [["Main", ten] for ten in TEN[:4]]),
    ("A", [["Meeting of June 5: contact whom of these for the grant"], *([ten] for ten in TEN[:3])]),
    ("A", [["Records to check"], *([ten] for ten in TEN[:3])]),
    ("A", [["Note", "x"], ["SSID 1234567890 missing", "y"], ["late", "n"]]),
    ("B", [["School", "Note"], ["Main", "Please look at student ID: 1234567890."]]),
    ("B", [["School", "Note"], ["Main", "moved here (DOB 1/31/2012)"]]),
    ("A", [["Student name: Zelda Quux"], ["School: Main"]]),
    ("A", [["Student:", "Zelda Quux"], ["School", "Main"]]),
    ("A", [["SSID", "1234567890"], ["Finding", "none"]]),
    ("A", [["Date of birth", "1/31/2012"], ["Eligible since", "8/15/2019"]]),
    ("A", [["DOB"], ["Jan 31, 2012"]]),
]  # fmt: skip


@pytest.mark.parametrize(("column", "rows"), REFUSED)
def test_student_rows_are_refused(column: str, rows: Rows) -> None:
    found = lines(book(rows))
    assert any("sheet 1, row" in one and f"column {column}: " in one for one in found), found
    assert "cimflow keeps no student" in found[-1]
    assert not any("Zelda" in one or "Quux" in one for one in found)


@pytest.mark.parametrize(("column", "rows"), REFUSED)
@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
def test_and_in_csv(tmp_path: Path, delimiter: str, column: str, rows: Rows) -> None:
    data = write_csv(tmp_path / "a.csv", *rows, delimiter=delimiter).read_bytes()
    assert any(f"column {column}: " in one for one in lines(data, CSV))


TAKEN: list[tuple[str, Rows]] = [
    ("an aggregate", [["LEA", "Students", "Student count", "Number of students", "Suspended"], ["Main", 771, 771, 771, 74]]),
    ("an aggregate by group", [["Student group", "Grade", "Enrollment"], ["Hispanic", "7", 1234567890]]),
    ("CDS codes", [["CDS code"], *([99000000000000 + one] for one in range(9))]),
    ("telephone numbers", [["Name", "Title", "Phone"], *(["Ana Ruiz", "Teacher", ten] for ten in TEN)]),
    ("a mobile number, one not known", [["Who", "Cell phone"], ["Ana", "n/a"], *(["Ana", ten] for ten in TEN)]),
    ("a team", [["Name", "Title", "Role", "Email"], ["Ana Ruiz", "Director", "Lead", "ana@example.org"]]),
    ("a team with two names", [["Last Name", "First Name", "Role"], ["Ruiz", "Ana", "Lead"]]),
    ("a contact list", [["scope", "code", "role", "name", "email"], ["lea", "1", "lea-lead", "Ana", "a@example.org"]]),
    ("due dates", [["Activity", "Due date"], *([one, f"2012-0{one}-01"] for one in range(1, 9))]),
    ("who answered", [["Who", "How many"], ["Student", 12], ["Parent", 9], ["Child", 1]]),
    ("what is looked at", [["Field", "Right in"], ["SSID", "all"], ["Date of birth", "most"], ["IEP date", "all"]]),
    ("a form left blank", [["Student Name", "SSID", "DOB"], [None, None, None]]),
    ("two numbers", [[ten] for ten in TEN[:2]]),
    ("nothing", [[None]]),
    ("schools", [["School Name", "Grade"], ["Main", "K-8"]]),
    # Staff: what they do, or where they are found.
    ("a team by telephone", [["First Name", "Last Name", "Phone"], ["Ana", "Ruiz", "(530) 555-0100"]]),
    ("a team by school", [["First Name", "Last Name", "School Site"], ["Ana", "Ruiz", "Main"]]),
    ("a team by role", [["First Name", "Last Name", "Role"], ["Ana", "Ruiz", "Parent"]]),
    ("a team by e-mail", [["Last", "First", "E-mail"], ["Ruiz", "Ana", "ana@example.org"]]),
    ("a team by department", [["First Name", "Last Name", "Department"], ["Ana", "Ruiz", "Special Education"]]),
    ("a team that signs", [["First Name", "Last Name", "Signature"], ["Ana", "Ruiz", None]]),
    ("a team of one grade each", [["First Name", "Last Name", "Position", "Grade"], ["Ana", "Ruiz", "Teacher", 5]]),
    ("members", [["Team Member", "School", "Email"], ["Ana Ruiz", "Main", "ana@example.org"]]),
    ("teachers", [["Name", "Position", "Grade"], ["Ana Ruiz", "Teacher", 5], ["Bo Lee", "Teacher", 6]]),
    ("numbers at work", [["Name", "Title", "Work"], *(["Ana Ruiz", "Teacher", ten] for ten in TEN)]),
    ("mobile numbers", [["Name", "Title", "Cell"], *(["Ana Ruiz", "Teacher", ten] for ten in TEN)]),
    ("first and last of something", [["School", "First", "Last"], ["Main", "Aug 15", "Jun 6"]]),
    # Numbers of ten digits that are of nobody.
    ("accounts", [["Account", "Amount"], *([ten, 5] for ten in TEN)]),
    ("invoices", [["Invoice #", "Vendor"], *([ten, "Books"] for ten in TEN)]),
    ("vendors", [["Vendor number", "Amount"], *([ten, 5] for ten in TEN)]),
    ("a grant", [["Grant award", "Amount"], *([ten, 5] for ten in TEN)]),
    # Checklists: what is looked at, and when.
    ("a date of doing", [["Item", "Date done"], ["Date of birth", "7/1/2024"], ["IEP date", "7/1/2024"]]),
    ("a date of review", [["What", "Status", "Date"], ["DOB", "Yes", "7/1/2024"], ["SSID", "Yes", "7/1/2024"]]),
    ("yes", [["Check", "Done"], ["Student ID entered", "yes"], ["Date of birth", "yes"]]),
    ("yes in words", [["Date of birth correct on the IEP:", "yes"], ["SSID", "13 of 40"]]),
    ("how many are right", [["Field", "Right in"], ["SSID", 13], ["Date of birth", 12]]),
    ("one below the other", [["Date of birth"], ["IEP within 60 days"], ["Student ID"], ["Section 504"]]),
    # Groups.
    ("all students", [["Student", "Grade", "Rate"], ["All students", "K-5", 0.3], ["SWD", "6-8", 0.2]]),
    ("groups", [["Students", "Suspended"], ["African American", 0.3], ["English Learners", 0.2], ["Two or More Races", 0.1]]),
    ("disabilities", [["Disability", "Students", "Percent"], ["Specific Learning Disability", 12, 0.3]]),
    ("schools as names", [["Name", "Grade", "Suspensions"], ["Lincoln Elementary", "K-5", 3], ["Main High School", "9-12", 4]]),
    ("programs", [["Name", "Grade"], ["Reading Intervention", "K-5"], ["Math Support", "6-8"]]),
    ("goals", [["Name", "Gender", "Ethnicity"], ["Goal 1", "x", "y"], ["Goal 2", "x", "y"]]),
    ("nobody's number", [["Student", "Reviewed"], ["Student 1", "y"], ["Student 2", "n"]]),
    ("activities", [["ID", "Name"], ["3.2", "Data Drill Down"], ["3.4", "Theory of Action"]]),
    ("a cross table", [["Question", "Student", "Parent", "Teacher"], ["Is it safe?", "Strongly agree", "Agree", "Agree"]]),
    ("factors", [["Student", "School", "Community"], ["Chronic absenteeism", "Staff turnover", "Distance"], ["Low motivation", "", "No bus"]]),
    ("a note on SSIDs", [["Note"], ["SSIDs were missing in 13 of 40 records"], ["Date of birth (MM/DD/YYYY) checked"]]),
]  # fmt: skip


@pytest.mark.parametrize("rows", [rows for _, rows in TAKEN], ids=[one for one, _ in TAKEN])
def test_other_tables_are_not_refused(tmp_path: Path, rows: Rows) -> None:
    assert lines(book(rows)) == []
    data = write_csv(tmp_path / "a.csv", *rows).read_bytes()
    assert lines(data, CSV) == []


def test_a_refusal_says_what_was_seen_and_what_to_do() -> None:
    team = [["First Name", "Last Name"], ["Zelda", "Quux"]]
    assert lines(book(team))[0] == (
        "list.xlsx, sheet 1, row 1, column A: the heading 'first name' says that this column contains"
        " names of students; if they are staff, add a column such as 'Role' next to it"
    )
    assert lines(book([["Students"], ["Quux, Zelda"]]))[0] == (
        "list.xlsx, sheet 1, row 1, column A: the heading 'students' is above what looks like"
        " names of students"
    )
    assert lines(book([["x", "SSID 1234567890 is wrong"]]))[0] == (
        "list.xlsx, sheet 1, row 1, column B: a cell says an identifier of a student in its text;"
        " say how many students, not which"
    )


def test_every_sheet_is_searched_and_named_by_its_place() -> None:
    """A sheet may bear a student's name."""
    found = lines(book([["a"]], [["x"], ["SSID"], [1]], [["DOB"], ["1/1/11"]], hidden=3))
    assert found[0].startswith("list.xlsx, sheet 2, row 2, column A: the heading 'ssid' says")
    assert found[1].startswith("list.xlsx, sheet 3 (hidden), row 1, column A: ")
    assert not any("Zelda" in one for one in found)


def test_a_workbook_inside_a_document_is_searched() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
        packed.writestr("word/embeddings/Book1.xlsx", book([["SSID"], [1]]))
    found = lines(data.getvalue(), DOCX)
    assert found[0].startswith("list.xlsx, the workbook inside it, sheet 1, row 1, column A: ")


def test_a_pdf_is_not_searched() -> None:
    assert lines(b"%PDF-1.7 SSID 1234567890", Kind("pdf", ".pdf")) == []


def test_what_stands_in_brackets_of_a_heading_is_not_repeated() -> None:
    (line, _) = lines(book([["Student Name (Zelda Quux)"], ["x"]]))
    assert "the heading 'student name' says" in line


MARKED = st.text("ΩЖЩЮß漢字", min_size=1, max_size=12)
SECRET = st.one_of(MARKED, st.integers(10**9, 10**10 - 1).map(str))


@settings(max_examples=examples(150), deadline=None)
@given(
    st.lists(st.sampled_from(["SSID", "Student Name", "DOB", "x", "Last Name", "First Name"])),
    st.lists(st.lists(SECRET, max_size=5), max_size=9),
    st.integers(0, 3),
)
def test_no_cell_is_ever_repeated(header: list[str], rows: list[list[str]], at: int) -> None:
    table: list[list[str]] = [*rows[:at], header, *rows[at:]]
    text = "\n".join(",".join(row) for row in table).encode()
    try:
        refuse_student_rows(text, CSV, "a.csv")
    except IntakeErrors as refused:
        said = f"{refused} {[str(one) for one in refused.errors]}"
        assert not any(cell in said for row in rows for cell in row)
