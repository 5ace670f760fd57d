"""What an LEA sends in the course of the process, as offices write it: none of it is refused."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cimflow.intake.uploads.file_kind import sniff
from cimflow.intake.uploads.student_data import refuse_student_rows
from tests.intake.tables.sheets import refusals, write_csv

Sheet = Sequence[Sequence[Any]]
DAY = dt.date(2024, 8, 15)

DOCUMENTS: dict[str, list[Sheet]] = {
    "the CIM team": [
        [
            ["Birch Hollow Union Elementary School District"],
            ["CIM Team, 2024-25"],
            [],
            ["First Name", "Last Name", "Role", "Organization", "Email", "Cell"],
            ["Ana", "Ruiz", "Special Education Director", "District office", "ana.ruiz@example.org", 5305550100],
            ["Bo", "Lee", "General Education Teacher, Grade 5", "Birch School", "bo.lee@example.org", 5305550101],
            ["Cy", "Dahl", "Parent of a student with a disability", "", "cy.dahl@example.org", 5305550102],
            ["Di", "Okafor", "Student representative", "Hollow High", "", 5305550103],
        ]
    ],
    "the CIM team on one sheet for each school": [
        [["Name", "Title", "Grade", "Phone"], ["Ana Ruiz", "Principal", None, "530-555-0100"], ["Bo Lee", "Teacher", "5", "530-555-0101"]],
        [["Name", "School Site", "Role on the team"], ["Cy Dahl", "Hollow Middle", "Parent"]],
        [["Team member", "Representing"], ["Di Okafor", "SELPA"], ["El Hart", "Community Advisory Committee"]],
    ],
    "a sign-in sheet": [
        [
            ["CIM Meeting 2", DAY],
            ["Last Name", "First Name", "Position", "Signature", "Time in"],
            ["Ruiz", "Ana", "Director", None, "9:00"],
            ["Lee", "Bo", "Teacher", None, "9:05"],
        ]
    ],
    "parent input": [
        [
            ["Question", "Strongly Agree", "Agree", "Disagree", "Strongly Disagree", "Responses"],
            ["My child's teacher explains the IEP in words I understand.", 21, 14, 3, 1, 39],
            ["I know whom to call about my child's services.", 18, 15, 5, 1, 39],
        ],
        [
            ["Respondent", "Language", "Theme", "Comment"],
            ["Parent 1", "Spanish", "Communication", "The meetings are in English only."],
            ["Parent 2", "English", "Transportation", "The bus is late; my student misses reading."],
        ],
        [["Timestamp", "Child's grade", "Child's school", "Q1"], [DAY, "5", "Birch", "Agree"], [DAY, "7", "Hollow", "Agree"]],
    ],
    "a review of records without names": [
        [
            ["Student Record Review summary"],
            ["Item", "Requirement", "Records reviewed", "Compliant", "Noncompliant", "Not applicable"],
            ["3-1-1", "Annual IEP held within 12 months", 40, 36, 4, 0],
            ["4-1-2", "Date of birth matches CALPADS", 40, 40, 0, 0],
            ["10-2-2", "Parent was given notice", 40, 38, 1, 1],
        ],
        [
            ["Record", "Grade", "Disability", "IEP on time", "Notes"],
            ["Record 1", 3, "SLD", "Yes", ""],
            ["Record 2", 5, "AUT", "No", "held 12 days late"],
            ["Record 3", 8, "SLI", "Yes", ""],
        ],
    ],
    "a checklist": [
        [
            ["Step", "Done", "Date done", "By"],
            ["Student list entered in SECMS", "Yes", dt.date(2024, 7, 1), "Ana Ruiz"],
            ["Student names removed from copies", "Yes", dt.date(2024, 7, 2), "Bo Lee"],
            ["SSID", "Yes", dt.date(2024, 7, 1), "Ana Ruiz"],
            ["Date of birth", "Yes", dt.date(2024, 7, 1), "Ana Ruiz"],
        ]
    ],
    "a plan": [
        [
            ["Goal", "Activity", "Person Responsible", "Title", "Start Date", "End Date", "Evidence", "Status"],
            ["1. Students attend", "Daily calls", "Bo Lee", "Attendance clerk", DAY, dt.date(2025, 6, 6), "Call log", "Open"],
            ["1. Students attend", "Home visits", "Ana Ruiz", "Director", DAY, dt.date(2025, 6, 6), "Visit log", "Open"],
        ],
        [["ID", "Name", "Lead"], ["1.1", "Daily Calls", "Bo Lee"], ["1.2", "Home Visits", "Ana Ruiz"]],
    ],
    "a budget": [
        [
            ["Account", "Object", "Description", "Vendor", "Amount"],
            [6500002110, 1100, "Teacher release time", "", 12000],
            [6500002111, 5800, "Training", "Example Learning LLC", 8500.5],
            [6500002112, 4300, "Materials", "Example Books", 2100],
            ["Total", "", "", "", 22600.5],
        ],
        [["PO Number", "Invoice", "Paid on"], [1100000001, 2200000001, DAY], [1100000002, 2200000002, DAY], [1100000003, 2200000003, DAY]],
    ],
    "data by group": [
        [
            ["Student Group", "Students", "Suspended", "Rate"],
            ["All Students", 771, 74, 0.096],
            ["African American", 31, 9, 0.29],
            ["American Indian or Alaska Native", 12, 2, 0.167],
            ["English Learners", 118, 11, 0.093],
            ["Students with Disabilities", 96, 21, 0.219],
        ],
        [["Grade", "Gender", "Ethnicity", "Count"], ["K", "F", "Hispanic", 22], ["1", "M", "White", 19]],
        [["Primary Disability", "Students", "Percent"], ["Autism", 22, 0.23], ["Specific Learning Disability", 41, 0.43]],
        [["School", "Grade", "Students", "Chronically absent"], ["Birch School", "K-5", 310, 44], ["Hollow Middle", "6-8", 204, 51]],
        [["Name", "Grade span", "Enrollment"], ["Birch School", "K-5", 310], ["Hollow Middle", "6-8", 204]],
        [["Student", "Grade", "Rate"], ["All students", "K-5", 0.3], ["SWD", "6-8", 0.2], ["Hispanic", "6-8", 0.2]],
    ],
    "root causes": [
        [
            ["Student", "Teacher", "School", "Family"],
            ["Chronic absenteeism", "Turnover", "Late buses", "Moves within the year"],
            ["Reads below grade level", "Little co-teaching", "No space", "Works nights"],
        ],
        [["Why", "Because", "Evidence"], ["1", "Students miss Mondays", "Attendance 2023-24"], ["2", "Buses are late", "Log"]],
    ],
    "interview notes": [
        [["Group", "Number", "What we heard"], ["Student", 12, "Lunch is too short"], ["Parent", 9, "Call me first"], ["Teacher", 6, "No time"]],
    ],
    "schools": [
        [["CDS Code", "School Name", "Principal", "Phone"], [99100100000000, "Birch School", "Ana Ruiz", 5305550100], [99100100000001, "Hollow Middle", "Bo Lee", 5305550101], [99100100000002, "Oak School", "Cy Dahl", 5305550102]],
    ],
    "training": [
        [["Session", "Date", "Name", "Site", "Hours"], ["Writing IEPs", DAY, "Ana Ruiz", "Birch", 3], ["Writing IEPs", DAY, "Bo Lee", "Hollow", 3]],
    ],
}  # fmt: skip


@pytest.mark.parametrize("sheets", DOCUMENTS.values(), ids=DOCUMENTS)
def test_as_a_workbook(sheets: list[Sheet]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    data = made.getvalue()
    assert refusals(lambda: refuse_student_rows(data, sniff(data, "a.xlsx"), "a.xlsx")) == []


@pytest.mark.parametrize("sheets", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_as_csv(tmp_path: Path, sheets: list[Sheet], delimiter: str) -> None:
    for rows in sheets:
        path = write_csv(tmp_path / "a.csv", *rows, delimiter=delimiter, encoding="utf-8-sig")
        data = path.read_bytes()
        assert refusals(lambda: refuse_student_rows(data, sniff(data, "a.csv"), "a.csv")) == []  # noqa: B023 - called at once
