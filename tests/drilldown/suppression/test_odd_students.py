"""Students who stand between tables: at two schools, of no known grade, small in one place only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cimflow.drilldown.counting.apply_definition import facts_of
from cimflow.drilldown.counting.count_students import KEYS, count
from cimflow.drilldown.model.coded_table import Problems
from cimflow.drilldown.reading.read_students import read_students
from cimflow.drilldown.reading.school_sites import once_per_site
from cimflow.drilldown.suppression import complementary, lea_population
from cimflow.drilldown.suppression.census import census, circle_of
from cimflow.drilldown.suppression.cheapest_suppression import Offer
from cimflow.drilldown.suppression.complementary import cheapest_way
from cimflow.drilldown.suppression.constraints import COMPLEMENTARY
from cimflow.drilldown.suppression.lea_population import populations
from cimflow.drilldown.suppression.protection_search import nothing_known
from cimflow.drilldown.suppression.row_labels import Published, in_order
from cimflow.drilldown.suppression.student_profiles import StudentProfiles, profiles_in
from cimflow.drilldown.suppression.suppress import hide
from cimflow.drilldown.suppression.verify import audit
from tests.drilldown.small_counts import hidden_rows
from tests.drilldown.students import WORDS, student, table_of, toddler

Rows = list[dict[str, str]]


def counted(rows: Rows, *without: str):
    problems = Problems()
    table = table_of(rows)
    columns = {name: one for name, one in table.columns.items() if name not in without}
    students = once_per_site(
        read_students([replace(table, columns=columns)], WORDS, problems), problems
    )
    facts = facts_of(students, WORDS, "dashboard")
    counts = count(facts, WORDS).astype(dict.fromkeys(KEYS, str))
    return counts, census(facts, WORDS)


def shared(rows: Rows, *without: str) -> Published:
    """What may be shared of them; it is proven safe."""
    published = hide(*counted(rows, *without))
    assert audit(published) == []
    return published


def in_class(percent: str, number: int, **cells: str) -> Rows:
    """So many in a regular class for this part of the day; every second was suspended."""
    setting = {"program_setting": "400", "general_education_percent": percent}
    return [
        student(**{"suspension_days": "02"[at % 2], **setting, **cells}) for at in range(number)
    ]


MERELY_PLACED = (
    "ela_level",
    "math_level",
    "days_expected",
    "days_absent",
    "expelled",
    "child_outcome_social",
    "child_outcome_knowledge",
    "child_outcome_behavior",
)


def test_where_only_placements_are_small_they_are_hidden() -> None:
    rows = [*in_class("90", 60), *in_class("50", 40), *in_class("20", 8)]
    rows += [student(program_setting="300", suspension_days="02"[at % 2]) for at in range(6)]
    hidden = hidden_rows(shared(rows, *MERELY_PLACED).rows)
    assert hidden["suspension placement regular-class-under-40"] == "primary"
    assert hidden["suspension placement separate-school"] == "primary"


def test_a_student_of_no_known_grade_lends_no_placement_to_others() -> None:
    """Else someone could be in a class, and not among whom the placement elements ask about."""
    stray = student(
        grade="",
        age="",
        ela_level="3",
        program_setting="400",
        general_education_percent="20",
        suspension_days="0",
    )
    rows = [*in_class("90", 60), *in_class("50", 30), *in_class("20", 8)]
    without = tuple(one for one in MERELY_PLACED if one != "ela_level")
    for students in (rows, [*rows, stray]):
        # Of 98 shown, 60 and 8 hidden: who is nowhere else must be in one of the two.
        hidden = hidden_rows(shared(students, *without).rows)
        assert hidden["suspension all all"] == hidden["regular-class-80 all all"]


def test_what_else_a_student_may_be_agrees_with_the_placement() -> None:
    rows = [*in_class("90", 30), *in_class("20", 12), *in_class("", 3)]
    rows += [toddler(suspension_days="0", ela_level="2") for _ in range(4)]
    rows += [student(grade="", age="", ela_level="3", general_education_percent="20")]
    counts, of_whom = counted(rows)
    elements = tuple(sorted(set(counts["element"])))
    profiles = profiles_in(elements, of_whom).with_others(unlisted=True)
    placed = {"regular-class-80": "regular-class-80", "preschool-separate": "preschool-separate"}
    for profile in profiles.profiles:
        said = dict(zip(elements, profile.said, strict=True))
        for element, placement in placed.items():
            mine = "preschool" if element.startswith("preschool") else "school-age"
            known = profile.ages == mine and profile.placement != "not-reported"
            expected = 0 if not known else 2 if profile.placement == placement else 1
            assert said[element] == expected, profile


# Four were suspended, and all four are at both North and South.
AT_TWO = [
    *(student(student_id=f"{at}", school_code=school, suspension_days="2")
      for at in range(4) for school in ("1999101", "1999102")),
    *(student(school_code="1999101", suspension_days="0") for _ in range(4)),
    *(student(school_code="1999102", suspension_days="0") for _ in range(60)),
    *(student(school_code="1999103", suspension_days="0") for _ in range(60)),
]  # fmt: skip
ONLY_SUSPENDED = (*MERELY_PLACED, "program_setting", "general_education_percent")


def test_no_school_has_more_students_than_the_lea() -> None:
    """So a total of 4 suspended says 0 to 4 of each school, however many are at two."""
    hidden = hidden_rows(shared(AT_TWO, *ONLY_SUSPENDED).rows)
    assert hidden["suspension all all"] == "complementary"


def test_who_forgets_students_at_two_schools_shows_the_total(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def loose(elements, numbers):
        return profiles_in(elements, numbers.assign(several=0))

    with monkeypatch.context() as careless:
        careless.setattr(lea_population, "profiles_in", loose)
        made = shared(AT_TWO, *ONLY_SUSPENDED)
    assert "suspension all all" not in hidden_rows(made.rows)
    assert audit(made)


TRANSFERS: dict[str, Rows] = {
    "from preschool to kindergarten, and nobody else is in preschool": [
        student(student_id="1", school_code="1999101", grade="PS", age="5", suspension_days="0"),
        student(student_id="1", school_code="1999102", grade="TK", age="5", suspension_days="0"),
    ],
    "from grade 8 to 9 of a district of high schools": [
        student(student_id="1", school_code="1999101", grade="08", days_expected="40"),
        student(student_id="1", school_code="1999102", grade="09", days_expected="140"),
    ],
    "from a separate school to a class that nobody timed": [
        student(student_id="1", school_code="1999101", program_setting="300", days_expected="40"),
        student(student_id="1", school_code="1999102", program_setting="400", days_expected="140"),
    ],
}


@pytest.mark.parametrize("moved", TRANSFERS.values(), ids=TRANSFERS)
def test_who_changes_the_school_may_be_another_there(moved: Rows) -> None:
    older = [student(grade="10", school_code="1999103", suspension_days="0") for _ in range(20)]
    moved = [{**one, "days_absent": "0"} for one in moved]
    published = shared([*moved, *older])
    assert "school" in set(published.rows["subgroup"]) | set(published.left_out["subgroup"])


def test_a_preschooler_with_a_score_ties_the_tables_of_both_ages() -> None:
    rows = [toddler(ela_level="2"), *(student(ela_level="3") for _ in range(20))]
    apart = [toddler(), *(student(ela_level="3") for _ in range(20))]
    for students, number in ((rows, 1), (apart, 2)):
        counts, of_whom = counted(students)
        parts = list(populations(in_order(counts), of_whom))
        assert len(parts) == number
        for part in parts:
            part.block(np.zeros(len(part.rows), dtype=np.int64))


@pytest.mark.parametrize(
    ("cuts", "closes"),
    [
        ("race-ethnicity,disability", None),
        ("race-ethnicity,disability disability,age", None),
        ("race-ethnicity,disability placement,race-ethnicity placement,disability", None),
        ("race-ethnicity,disability race-ethnicity-federal,disability", None),
        ("race-ethnicity,disability disability,race-ethnicity", "disability,race-ethnicity"),
        ("race-ethnicity,disability disability,age race-ethnicity,age", "race-ethnicity,age"),
        (
            "race-ethnicity,disability age,school disability,school race-ethnicity-federal,age",
            "race-ethnicity-federal,age",
        ),
    ],
)
def test_two_way_cuts_in_a_circle_are_found(cuts: str, closes: str | None) -> None:
    pairs = [(one.split(",")[0], one.split(",")[1]) for one in cuts.split()]
    assert circle_of(pairs) == (tuple(closes.split(",")) if closes else None)


OUTCOMES = ("child_outcome_social", "child_outcome_knowledge", "child_outcome_behavior")
# Nobody knows a placement or an outcome of the only child at North.
ALONE = [
    *(toddler(school_code=school, suspension_days="0", **{**dict.fromkeys(OUTCOMES, "no"), one: "yes"})
      for school in ("1999102", "1999103") for _ in range(15) for one in OUTCOMES),
    toddler(school_code="1999101", program_setting="", suspension_days="0"),
]  # fmt: skip


def test_who_is_alone_may_be_another_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It might have been suspended, with four more: no table of others has to go for it."""
    assert shared(ALONE).left_out.empty
    monkeypatch.setattr(StudentProfiles, "_rare", lambda _profiles, _common: [])
    assert not hide(*counted(ALONE)).left_out.empty


def test_what_nothing_moves_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole numbers are not looked for step by step where not even fractions would do."""
    counts, of_whom = counted(AT_TWO[:8], *ONLY_SUSPENDED)
    (part,) = populations(in_order(counts), of_whom)
    everything = np.full(len(part.rows), COMPLEMENTARY)
    looked: list[int] = []

    def moved(*_: object, by: int, **__: object) -> None:
        looked.append(by)

    monkeypatch.setattr(complementary, "moved", moved)
    offer = Offer(np.ones(len(part.rows)), everything)
    spread = nothing_known(2 * len(part.rows), 5)
    assert cheapest_way(part.block(everything), everything, spread, 0, offer) == []
    assert looked == [5, -5, 5, -5]
