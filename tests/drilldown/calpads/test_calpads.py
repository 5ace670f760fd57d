"""The reports that an LEA downloads, joined by the state's student id."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cimflow.drilldown.counting.counts import count
from cimflow.drilldown.counting.rates import rates_of
from cimflow.drilldown.input_files import read_inputs
from cimflow.drilldown.model.coded_table import CodedTable, Problems
from cimflow.drilldown.reading.read_students import read_students
from cimflow.drilldown.reading.school_sites import once_per_site
from cimflow.drilldown.reporting.report_model import report_of
from cimflow.drilldown.run import RunOptions, drill_down
from cimflow.intake.errors import IntakeErrors
from tests.drilldown.students import LEA, WORDS, Rates, student, write

DAY = dt.date(2024, 2, 29)

FILES = {
    "8.1.csv": """\
SSID,SchoolCode,SchoolName,EthnicityRace,StudentswithDisabilities,EnglishLearner,Grade,BirthDate
0000000001,1999101,Alder School,Hispanic,Y,N,05,
0000000002,1999101,Alder School,White,Y,N,05,
0000000002,1999102,Birch School,White,Y,N,05,
0000000003,1999102,Birch School,Filipino,N,N,05,
0000000004,1999102,Birch School,Asian,Y,N,PS,
""",
    "16.14.csv": f"""\
SSID,DSEAName,DSEACode,PlanType,PrimaryDisabilityCode,ProgramSettingCode,GeneralEducationParticipationPercentage,EnrollmentStatus
0000000001,Alder Unified,{LEA},100,290,400,85,10
0000000002,Alder Unified,{LEA},100,320,400,30,10
0000000004,Alder Unified,{LEA},100,240,201,,10
0000000005,Alder Unified,{LEA},100,310,300,,10
""",
    "14.2.csv": """\
SSID,StudentName,Grade,SchoolCode,DaysExpectedA,DaysAbsentCEFG
0000000001,"PLANTED, Name",05,1999101,180,20
0000000002,"PLANTED, Other",05,1999101,90,2
0000000002,"PLANTED, Other",05,1999102,90,2
""",
    "7.12.csv": """\
SSID,IncidentResultCode,DurationDays
0000000001,110,0.5
0000000001,100,0.5
0000000002,300,1
0000000002,200,0
""",
    "toms.csv": """\
Student Score Data File
SSID,RecordType,AchievementLevels,CALPADSSpecialEducation
0000000001,01,3,Y
0000000001,02,1,Y
0000000001,06,4,Y
0000000002,01,1,Y
""",
}  # fmt: skip


def reports(tmp_path: Path, *without: str, **instead: str) -> list[Path]:
    paths = []
    for name, text in {**FILES, **instead}.items():
        if name not in without:
            path = tmp_path / name
            path.write_text(text, encoding="utf-8")
            paths.append(path)
    return paths


def counted(tables: list[CodedTable], problems: Problems) -> Rates:
    students = once_per_site(read_students(tables, WORDS, problems), problems)
    frame = rates_of(count(students, WORDS, "dashboard").assign(hidden=""))
    return {
        (str(one.element), str(one.subgroup), str(one.group)): (one.numerator, one.denominator)
        for one in frame.itertuples(index=False)
    }


# element, subgroup, group: counted, among
EXPECTED = {
    ("suspension", "all", "all"): (1, 2),  # 0.5 in school + 0.5 out of school; 300 is no removal
    ("chronic-absenteeism", "all", "all"): (1, 2),  # both sites' days of the second: 4 of 180
    ("ela-proficiency", "all", "all"): (1, 2),
    ("math-proficiency", "all", "all"): (0, 1),
    ("regular-class-80", "all", "all"): (1, 2),
    ("regular-class-under-40", "all", "all"): (1, 2),
    ("preschool-regular-class", "all", "all"): (1, 1),
    ("suspension", "race-ethnicity", "hispanic"): (1, 1),
    ("suspension", "disability", "320"): (0, 1),
    ("suspension", "school", "1999101"): (1, 2),
    ("suspension", "school", "1999102"): (0, 1),
}


def test_the_reports_together_make_the_rates(tmp_path: Path) -> None:
    problems = Problems()
    found = counted(read_inputs(reports(tmp_path), WORDS, problems, as_of=DAY), problems)
    assert {key: found.get(key) for key in EXPECTED} == EXPECTED


def test_a_student_without_a_plan_is_not_counted(tmp_path: Path) -> None:
    problems = Problems()
    found = counted(read_inputs(reports(tmp_path), WORDS, problems, as_of=DAY), problems)
    assert ("suspension", "race-ethnicity", "filipino") not in found


def test_the_order_of_the_reports_does_not_matter(tmp_path: Path) -> None:
    paths = reports(tmp_path)
    one, other = Problems(), Problems()
    assert counted(read_inputs(paths, WORDS, one, as_of=DAY), one) == counted(
        read_inputs(paths[::-1], WORDS, other, as_of=DAY), other
    )


def test_without_an_lea_in_the_reports_it_must_be_named(tmp_path: Path) -> None:
    plain = FILES["16.14.csv"].replace("DSEACode", "Something")
    paths = reports(tmp_path, **{"16.14.csv": plain})
    with pytest.raises(IntakeErrors, match="name it with --lea"):
        read_inputs(paths, WORDS, Problems(), as_of=DAY)
    problems = Problems()
    found = counted(read_inputs(paths, WORDS, problems, lea=LEA, as_of=DAY), problems)
    assert found["suspension", "all", "all"] == (1, 2)


def test_the_lea_that_is_attended_is_not_the_accountable_one(tmp_path: Path) -> None:
    """Report 8.1 comes from the LEA of attendance; the student is the DSEA's all the same."""
    header, *rows = FILES["8.1.csv"].splitlines()
    attended = "\n".join([f"ReportingLEA,{header}", *(f"01999200000001,{one}" for one in rows)])
    plain = FILES["16.14.csv"].replace("DSEACode", "Something")
    problems = Problems()
    paths = reports(tmp_path, **{"8.1.csv": attended, "16.14.csv": plain})
    (table,) = read_inputs(paths, WORDS, problems, lea=LEA, as_of=DAY)
    assert set(table.column("cds_code").texts()) == {LEA}


def test_grades_come_from_the_absences_where_there_is_no_list_of_students(tmp_path: Path) -> None:
    problems = Problems()
    found = counted(read_inputs(reports(tmp_path, "8.1.csv"), WORDS, problems, as_of=DAY), problems)
    assert found["chronic-absenteeism", "all", "all"] == (1, 2)
    untold = "16.14.csv, grade: no report gives the grade of this student (2 rows: 4, 5)"
    assert untold in problems.summary()


def test_without_the_plans_nobody_is_known_to_have_a_disability(tmp_path: Path) -> None:
    with pytest.raises(IntakeErrors, match="shows which students have a disability"):
        read_inputs(reports(tmp_path, "16.14.csv"), WORDS, Problems(), as_of=DAY)


def test_an_element_whose_report_is_missing_is_not_computed(tmp_path: Path) -> None:
    problems = Problems()
    found = counted(
        read_inputs(reports(tmp_path, "7.12.csv", "toms.csv"), WORDS, problems, as_of=DAY), problems
    )
    assert {element for element, _, _ in found}.isdisjoint(
        {"suspension", "ela-proficiency", "math-proficiency"}
    )
    assert found["chronic-absenteeism", "all", "all"] == (1, 2)


def test_columns_go_by_the_names_of_another_year(tmp_path: Path) -> None:
    other = (
        FILES["8.1.csv"]
        .replace("EthnicityRace", "Ethnicity_Race_Name")
        .replace("Grade,", "GradeLevel,")
    )
    problems = Problems()
    found = counted(
        read_inputs(reports(tmp_path, **{"8.1.csv": other}), WORDS, problems, as_of=DAY), problems
    )
    assert found["suspension", "race-ethnicity", "hispanic"] == (1, 1)


def test_an_unknown_incident_result_is_told(tmp_path: Path) -> None:
    odd = FILES["7.12.csv"].replace("300", "999")
    problems = Problems()
    read_inputs(reports(tmp_path, **{"7.12.csv": odd}), WORDS, problems, as_of=DAY)
    assert (
        "7.12.csv, incident_result: is not a code that cimflow knows (1 row: 4)"
        in problems.summary()
    )


def test_an_unknown_column_of_a_report_is_told_and_a_known_one_is_not(tmp_path: Path) -> None:
    odd = FILES["14.2.csv"].replace("StudentName", "Mystery")
    problems = Problems()
    read_inputs(reports(tmp_path, **{"14.2.csv": odd}), WORDS, problems, as_of=DAY)
    unknown = [one for one in problems.summary() if "not known" in one]
    assert unknown == ["14.2.csv, mystery: this column is not known and not used"]


def test_rows_of_a_report_that_do_not_fit_are_told(tmp_path: Path) -> None:
    ragged = FILES["14.2.csv"] + "1,2\n"
    problems = Problems()
    read_inputs(reports(tmp_path, **{"14.2.csv": ragged}), WORDS, problems, as_of=DAY)
    assert "14.2.csv: has 2 cells under 6 columns (1 row: 5)" in problems.summary()


def test_a_day_of_birth_that_is_none_is_told(tmp_path: Path) -> None:
    born = FILES["8.1.csv"].replace("Y,N,05,\n", "Y,N,05,someday\n", 1)
    problems = Problems()
    read_inputs(reports(tmp_path, **{"8.1.csv": born}), WORDS, problems, as_of=DAY)
    assert ("8.1.csv", 2, "birth_date") in [
        (one.file, one.row, one.field) for one in problems.errors()
    ]


def test_tidy_tables_and_reports_go_together(tmp_path: Path) -> None:
    more = write(tmp_path / "more.csv", [student(student_id="another", suspension_days=3)])
    problems = Problems()
    found = counted(read_inputs([*reports(tmp_path), more], WORDS, problems, as_of=DAY), problems)
    assert found["suspension", "all", "all"] == (2, 3)


def test_age_is_reckoned_from_the_day_of_birth_where_it_is_not_given(tmp_path: Path) -> None:
    born = FILES["8.1.csv"].replace("Y,N,05,\n", "Y,N,05,03/01/2014\n", 1)
    problems = Problems()
    tables = read_inputs(reports(tmp_path, **{"8.1.csv": born}), WORDS, problems, as_of=DAY)
    assert counted(tables, problems)["suspension", "age", "9"] == (1, 1)


def test_the_report_says_how_sure_the_layouts_are(tmp_path: Path) -> None:
    found = drill_down(reports(tmp_path), WORDS, RunOptions("dashboard", DAY, "internal"), {})
    report = report_of("LEA", LEA, found.rates_of_lea(LEA), WORDS, found.about)
    notes = [one.in_words for one in report.notes]
    assert len([one for one in notes if one.startswith("Read from CALPADS")]) == 4
    assert "Read from TOMS Student Score Data File; its layout is known from programs that read it. (one source only)" in notes  # fmt: skip
    assert [one for one in notes if one.endswith("(not verified)")]
