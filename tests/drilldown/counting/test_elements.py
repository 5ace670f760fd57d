"""Each element counted by hand: whom it counts, and among whom."""

from __future__ import annotations

import pytest

from tests.drilldown.students import counted, student, toddler

# element, definition, the student, counted?, among?  (what makes the row worth having)
ONE_STUDENT = [
    ("ela-proficiency", "dashboard", student(ela_level=3), 1, 1),  # met
    ("ela-proficiency", "dashboard", student(ela_level=4), 1, 1),  # exceeded
    ("ela-proficiency", "dashboard", student(ela_level=2), 0, 1),  # nearly met
    ("ela-proficiency", "dashboard", student(), 0, 0),  # not tested
    ("ela-proficiency", "dashboard", student(ela_level=3, grade="01"), 1, 1),  # at any grade
    ("math-proficiency", "dashboard", student(math_level=1), 0, 1),
    ("math-proficiency", "dashboard", student(math_level="3.0"), 1, 1),  # a spreadsheet's number
    ("math-proficiency", "dashboard", student(math_level=3, ela_level=1), 1, 1),
    ("suspension", "dashboard", student(suspension_days=1), 1, 1),
    ("suspension", "dashboard", student(suspension_days=0.5), 0, 1),  # less than a day in sum
    ("suspension", "dataquest", student(suspension_days=0.5), 1, 1),  # any length
    ("suspension", "dataquest", student(suspension_days=0), 0, 1),
    ("suspension", "dashboard", student(), 0, 1),  # none recorded
    ("suspension", "dashboard", student(suspension_days=1, grade="PS", age=4), 0, 0),  # preschool's own
    ("chronic-absenteeism", "dashboard", student(days_expected=180, days_absent=18), 1, 1),  # 10 %
    ("chronic-absenteeism", "dashboard", student(days_expected=180, days_absent=17.9), 0, 1),
    ("chronic-absenteeism", "dashboard", student(days_expected=31, days_absent=3.1), 1, 1),
    ("chronic-absenteeism", "dashboard", student(days_expected=30.5, days_absent=9), 0, 0),  # 31 days
    ("chronic-absenteeism", "dataquest", student(days_expected=30.5, days_absent=9), 1, 1),  # more than 30
    ("chronic-absenteeism", "dataquest", student(days_expected=30, days_absent=9), 0, 0),
    ("chronic-absenteeism", "dashboard", student(days_expected=180, days_absent=40, grade="08"), 1, 1),
    ("chronic-absenteeism", "dashboard", student(days_expected=180, days_absent=40, grade="09"), 0, 0),
    ("chronic-absenteeism", "dataquest", student(days_expected=180, days_absent=40, grade="12"), 1, 1),
    ("chronic-absenteeism", "dashboard", student(days_expected=180, days_absent=40, grade="TK"), 1, 1),
    ("chronic-absenteeism", "dashboard", student(program_setting=300), 0, 0),  # NPS: no record
    ("chronic-absenteeism", "dashboard", student(days_expected=180), 0, 0),  # unknown is not present
    ("regular-class-80", "dashboard", student(program_setting=400, general_education_percent=80), 1, 1),
    ("regular-class-80", "dashboard", student(program_setting=400, general_education_percent=79.9), 0, 1),
    ("regular-class-80", "dashboard", student(program_setting=400), 0, 0),  # placement not known
    ("regular-class-80", "dashboard", student(general_education_percent=95), 1, 1),
    ("regular-class-80", "dashboard", student(program_setting=300), 0, 1),  # separate school
    ("regular-class-80", "dashboard", student(program_setting=301, general_education_percent=90), 0, 1),
    ("regular-class-under-40", "dashboard", student(program_setting=400, general_education_percent=39.9), 1, 1),
    ("regular-class-under-40", "dashboard", student(program_setting=400, general_education_percent=40), 0, 1),
    ("regular-class-under-40", "dashboard", student(program_setting=300), 0, 1),  # not inside one
    ("preschool-suspension-expulsion", "dashboard", toddler(suspension_days=1), 1, 1),
    ("preschool-suspension-expulsion", "dashboard", toddler(suspension_days=0.5), 0, 1),
    ("preschool-suspension-expulsion", "dataquest", toddler(suspension_days=0.5), 1, 1),
    ("preschool-suspension-expulsion", "dashboard", toddler(expelled="yes"), 1, 1),
    ("preschool-suspension-expulsion", "dashboard", toddler(expelled="no"), 0, 1),
    ("preschool-suspension-expulsion", "dashboard", student(expelled="yes"), 0, 0),
    ("preschool-regular-class", "dashboard", toddler(), 1, 1),
    ("preschool-regular-class", "dashboard", toddler(program_setting=203), 0, 1),
    ("preschool-regular-class", "dashboard", toddler(program_setting=""), 0, 0),
    ("preschool-separate", "dashboard", toddler(program_setting=203), 1, 1),
    ("preschool-separate", "dashboard", toddler(program_setting=300), 1, 1),
    ("preschool-separate", "dashboard", toddler(program_setting=301), 1, 1),
    ("preschool-separate", "dashboard", toddler(program_setting=204), 0, 1),
    ("preschool-regular-class", "dashboard", student(program_setting=201), 0, 0),
    # a five-year-old in kindergarten is school age, one in preschool is not
    ("regular-class-80", "dashboard", student(grade="KN", age=5, general_education_percent=90), 1, 1),
    ("preschool-regular-class", "dashboard", student(grade="KN", age=5, program_setting=201), 0, 0),
    ("preschool-regular-class", "dashboard", toddler(age=5), 1, 1),
    ("suspension", "dashboard", student(grade="TK", age=5, suspension_days=2), 1, 1),
    # where the grade is missing the age tells, and where it cannot, nobody guesses
    ("suspension", "dashboard", student(grade="", age=9), 0, 1),
    ("suspension", "dashboard", student(grade="", age=5), 0, 0),
    ("preschool-suspension-expulsion", "dashboard", student(grade="", age=4), 0, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("element", "definition", "one", "numerator", "denominator"),
    ONE_STUDENT,
    ids=[f"{at}-{row[0]}-{row[1]}" for at, row in enumerate(ONE_STUDENT)],
)
def test_one_student(
    element: str, definition: str, one: dict[str, str], numerator: int, denominator: int
) -> None:
    found = counted([one], definition).get((element, "all", "all"), (0, 0))
    assert found == (numerator, denominator)


# three toddlers' outcomes (social, knowledge, behavior), the average rate, among how many
OUTCOMES = [
    ([("yes", "yes", "yes")], 1.0, 1),
    ([("yes", "no", "no")], 1 / 3, 1),
    ([("yes", "yes", "no"), ("no", "no", "no")], (1 / 2 + 1 / 2 + 0) / 3, 2),
    ([("yes", "", ""), ("no", "yes", "")], (1 / 2 + 1) / 2, 2),  # no behavior known at all
    ([("yes", "yes", ""), ("no", "no", "yes")], (1 / 2 + 1 / 2 + 1) / 3, 2),
    ([("yes", "yes", "yes"), ("", "", "")], 1.0, 1),  # not assessed
]


@pytest.mark.parametrize(("outcomes", "rate", "among"), OUTCOMES)
def test_preschool_outcomes_are_the_average_of_the_three_rates(
    outcomes: list[tuple[str, str, str]], rate: float, among: int
) -> None:
    rows = [
        toddler(child_outcome_social=one, child_outcome_knowledge=two, child_outcome_behavior=three)
        for one, two, three in outcomes
    ]
    numerator, denominator = counted(rows)["preschool-outcomes", "all", "all"]
    assert denominator == among
    assert numerator / denominator == pytest.approx(rate)


# what the file says -> the CDE's roll-up, the federal one
RACES = [
    ("400", "filipino", "asian"),
    ("Filipino", "filipino", "asian"),
    ("205", "asian", "asian"),
    ("Hispanic or Latino", "hispanic", "hispanic"),
    ("500", "hispanic", "hispanic"),
    ("BLACK OR AFRICAN AMERICAN", "black", "black"),
    ("African American", "black", "black"),
    ("Two or More Races", "two-or-more", "two-or-more"),
    ("303", "pacific-islander", "pacific-islander"),
    ("100", "american-indian", "american-indian"),
    ("700", "white", "white"),
    ("", "not-reported", "not-reported"),
    ("Martian", "not-reported", "not-reported"),
]


@pytest.mark.parametrize(("text", "cde", "federal"), RACES)
def test_two_roll_ups_of_race_and_ethnicity(text: str, cde: str, federal: str) -> None:
    found = counted([student(race_ethnicity=text)])
    assert ("suspension", "race-ethnicity", cde) in found
    assert ("suspension", "race-ethnicity-federal", federal) in found


# setting, percent, grade -> placement group
PLACEMENTS = [
    ("400", "80", "05", "regular-class-80"),
    ("400", "79", "05", "regular-class-40-79"),
    ("400", "40", "05", "regular-class-40-79"),
    ("400", "0", "05", "regular-class-under-40"),
    ("500", "100", "05", "regular-class-80"),
    ("300", "", "05", "separate-school"),
    ("402", "90", "11", "separate-school"),
    ("400", "", "05", "not-reported"),
    ("", "", "05", "not-reported"),
    ("201", "85", "KN", "regular-class-80"),
    ("201", "85", "PS", "preschool-regular"),
    ("203", "", "PS", "preschool-separate"),
    ("204", "", "PS", "preschool-other"),
    ("", "50", "PS", "not-reported"),
]


@pytest.mark.parametrize(("setting", "percent", "grade", "group"), PLACEMENTS)
def test_placement_groups(setting: str, percent: str, grade: str, group: str) -> None:
    one = student(
        program_setting=setting, general_education_percent=percent, grade=grade, ela_level=3
    )
    assert counted([one])["ela-proficiency", "placement", group] == (1, 1)


def test_placement_is_not_cut_by_placement() -> None:
    found = counted([student(general_education_percent=90), toddler()])
    assert {element for element, subgroup, _ in found if subgroup == "placement"}.isdisjoint(
        {
            "regular-class-80",
            "regular-class-under-40",
            "preschool-regular-class",
            "preschool-separate",
        }
    )


def test_a_student_without_a_disability_is_left_out() -> None:
    found = counted([student(disability="200"), student()])
    assert found["suspension", "all", "all"] == (0, 1)


def test_a_two_way_cut_counts_both_at_once() -> None:
    rows = [
        student(race_ethnicity="White", disability="290", suspension_days=2),
        student(race_ethnicity="White", disability="320"),
        student(race_ethnicity="400", disability="290"),
    ]
    found = counted(rows, two_way=[("race-ethnicity", "disability")])
    assert found["suspension", "race-ethnicity-by-disability", "white|290"] == (1, 1)
    assert found["suspension", "race-ethnicity-by-disability", "white|320"] == (0, 1)
    assert ("suspension", "race-ethnicity-by-disability", "filipino|320") not in found
