"""Which LEA and which school a report's row counts for, and where a problem in it stands."""

from __future__ import annotations

from cimflow.drilldown.model.coded_table import Problems
from tests.drilldown.reports import (
    A,
    B,
    absence,
    counted,
    incident,
    plan,
    profile,
    score,
    table,
)
from tests.drilldown.students import LEA

OTHER = "01999200000001"
SUSPENSION, ABSENT, ENGLISH = "suspension", "chronic-absenteeism", "ela-proficiency"


def places(problems: Problems) -> list[tuple[str, int | None, str | None]]:
    return [(one.file, one.row, one.field) for one in problems.errors()]


def test_a_plan_without_a_lea_is_told_and_left_out() -> None:
    problems = Problems()
    reports = [
        ("8.1", table("8.1", [profile(), profile(student_id="2")])),
        ("16.14", table("16.14", [plan(cds_code=""), plan(student_id="2")])),
        ("7.12", table("7.12", [])),
    ]
    found = counted(reports, problems)
    assert found[LEA, SUSPENSION, "all", "all"] == (0, 1)
    assert places(problems) == [("16.14.csv", 2, "cds_code")]


def test_a_plan_without_a_lea_is_of_the_one_that_was_named_and_told() -> None:
    problems = Problems()
    reports = [
        ("8.1", table("8.1", [profile(), profile(student_id="2")])),
        ("16.14", table("16.14", [plan(cds_code=""), plan(student_id="2")])),
        ("7.12", table("7.12", [])),
    ]
    assert counted(reports, problems, LEA)[LEA, SUSPENSION, "all", "all"] == (0, 2)
    assert places(problems) == [("16.14.csv", 2, "cds_code")]


AT_TWO = [
    ("8.1", table("8.1", [profile(), profile(school_code=B)])),
    ("16.14", table("16.14", [plan()])),
    ("7.12", table("7.12", [incident(school_code=B)])),
    ("toms", table("toms", [score()])),
]


def test_an_incident_counts_at_its_own_school() -> None:
    found = counted(AT_TWO)
    assert found[LEA, SUSPENSION, "all", "all"] == (1, 1)
    assert found[LEA, SUSPENSION, "school", A] == (0, 1)
    assert found[LEA, SUSPENSION, "school", B] == (1, 1)


def test_an_expulsion_counts_at_its_own_school() -> None:
    young = {"grade": "PS", "age": "4"}
    reports = [
        ("8.1", table("8.1", [profile(**young), profile(school_code=B, **young)])),
        ("16.14", table("16.14", [plan(program_setting="201")])),
        ("7.12", table("7.12", [incident(school_code=B, incident_result="200")])),
    ]
    found = counted(reports)
    element = "preschool-suspension-expulsion"
    assert found[LEA, element, "school", A] == (0, 1)
    assert found[LEA, element, "school", B] == (1, 1)


def test_a_score_counts_at_each_school() -> None:
    found = counted(AT_TWO)
    assert found[LEA, ENGLISH, "all", "all"] == (1, 1)
    assert found[LEA, ENGLISH, "school", A] == found[LEA, ENGLISH, "school", B] == (1, 1)


def test_a_school_that_only_the_absences_name_knows_the_student_too() -> None:
    reports = [
        ("8.1", table("8.1", [profile()])),
        ("16.14", table("16.14", [plan()])),
        ("14.2", table("14.2", [absence(school_code=B, days_absent="90")], without=["grade"])),
        ("toms", table("toms", [score()])),
    ]
    found = counted(reports)
    assert found[LEA, ABSENT, "school", B] == (1, 1)
    assert found[LEA, ENGLISH, "school", B] == (1, 1)
    assert (LEA, ABSENT, "school", A) not in found


def test_an_incident_without_a_school_of_a_student_with_two_is_told() -> None:
    problems = Problems()
    reports = [*AT_TWO[:2], ("7.12", table("7.12", [incident(school_code="")]))]
    assert counted(reports, problems)[LEA, SUSPENSION, "all", "all"] == (1, 1)
    assert places(problems) == [("7.12.csv", 2, "school_code")]


def test_a_school_that_only_an_incident_names_is_no_group_of_the_suspended() -> None:
    reports = [
        ("8.1", table("8.1", [profile(), profile(student_id="2")], without=["school_code"])),
        ("16.14", table("16.14", [plan(), plan(student_id="2")])),
        ("7.12", table("7.12", [incident()])),
    ]
    assert counted(reports)[LEA, SUSPENSION, "school", "not-reported"] == (1, 2)


WRONG = [
    ("8.1", profile(age="88"), "age"),
    ("8.1", profile(race_ethnicity="Martian"), "race_ethnicity"),
    ("16.14", plan(disability="999"), "disability"),
    ("16.14", plan(plan_start="soon"), "plan_start"),
    ("14.2", absence(days_expected="many"), "days_expected"),
    ("14.2", absence(days_absent="181"), "days_absent"),
    ("7.12", incident(suspension_days="abc"), "suspension_days"),
    ("7.12", incident(suspension_days=""), "suspension_days"),
    ("7.12", incident(incident_result=""), "incident_result"),
    ("toms", score(level="9"), "ela_level"),
    ("toms", score(student_id=""), "student_id"),
]


def test_a_problem_is_told_by_the_file_and_row_in_which_it_stands() -> None:
    for kind, wrong, field in WRONG:
        rows = {
            "8.1": [profile()],
            "16.14": [plan()],
            "14.2": [absence()],
            "7.12": [incident()],
            "toms": [score()],
        }
        other = {**rows[kind][0], "student_id": "2"}
        both = {name: [{**them[0], "student_id": "2"}, them[0]] for name, them in rows.items()}
        both[kind] = [other, wrong]
        problems = Problems()
        counted([(name, table(name, them)) for name, them in both.items()], problems)
        assert places(problems) == [(f"{kind}.csv", 3, field)], (kind, field)


def test_a_student_whose_grade_no_report_says_is_told() -> None:
    problems = Problems()
    reports = [
        ("16.14", table("16.14", [plan()])),
        ("14.2", table("14.2", [absence()], without=["grade"])),
    ]
    counted(reports, problems)
    assert places(problems) == [("16.14.csv", 2, "grade")]


def test_a_report_of_incidents_without_days_says_nothing_of_suspensions() -> None:
    bare = table("7.12", [incident()], without=["suspension_days"])
    reports = [*AT_TWO[:2], ("7.12", bare)]
    assert not [one for one in counted(reports) if one[1] == SUSPENSION]


def test_several_leas_that_are_named_only_in_words_are_told() -> None:
    people = ("8.1", table("8.1", [profile(), profile(student_id="2")]))
    for second, told in (("Alder Unified", []), ("Birch", [("16.14.csv", None, "cds_code")])):
        plans = [plan(lea_name="Alder Unified"), plan(student_id="2", lea_name=second)]
        problems = Problems()
        counted([people, ("16.14", table("16.14", plans, without=["cds_code"]))], problems, LEA)
        assert places(problems) == told
