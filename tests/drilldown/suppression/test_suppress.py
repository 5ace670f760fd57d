import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cimflow.drilldown.suppression.published_rows import CannotBeHidden, CountsDisagree
from cimflow.drilldown.suppression.suppress import hide
from tests.drilldown.attack import ranges
from tests.drilldown.small_counts import ROW, counts_of, hidden_rows

RACES = "hispanic 30/200, white 20/100, black 2/8"


def of(**subgroups: str) -> dict[str, dict[str, str]]:
    return {"suspension": {name.replace("_", "-"): groups for name, groups in subgroups.items()}}


CASES = {
    # what the tables are, what is hidden beside the groups of 10 or fewer
    "nothing is small": (of(race_ethnicity="hispanic 30/200, white 20/100"), set()),
    "one small group: its smallest sibling too": (
        of(race_ethnicity=RACES),
        {"race-ethnicity white"},
    ),
    "two small groups hide each other": (
        of(race_ethnicity="hispanic 30/200, white 20/100, black 3/8, asian 4/7"),
        set(),
    ),
    "two small groups of 1: together they would be 2": (
        of(race_ethnicity="hispanic 30/200, white 20/100, black 1/1, asian 0/1"),
        {"race-ethnicity white"},
    ),
    "a sibling of 11 cannot be fewer, so a larger one is hidden": (
        of(race_ethnicity="hispanic 30/200, white 20/100, black 1/3, asian 8/11"),
        {"race-ethnicity white"},
    ),
    "filipino is hidden with asian, since federally they are one": (
        of(
            race_ethnicity="hispanic 30/200, white 20/30, asian 10/40, filipino 2/6",
            race_ethnicity_federal="hispanic 30/200, white 20/30, asian 12/46",
        ),
        {"race-ethnicity asian"},
    ),
    "every subgroup is hidden for itself": (
        of(race_ethnicity=RACES, age="7 30/200, 8 22/108"),
        {"race-ethnicity white"},
    ),
    "a student at two sites is known to be": (
        of(race_ethnicity="hispanic 50/300", school="North 30/250, South 20/70, West 4/9"),
        {"school South"},
    ),
    "2 suspended of 308: the total would say 0 to 2 for any group": (
        of(race_ethnicity="hispanic 1/200, white 1/100, black 0/8", age="7 2/200, 8 0/108"),
        {"race-ethnicity white", "all all", "age 8"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_hides_the_small_groups_and_what_gives_them_away(name: str) -> None:
    tables, expected = CASES[name]
    counts = counts_of({"L1": tables})
    published = hide(counts)
    hidden = hidden_rows(published.rows)
    small = counts[counts["denominator"] <= 10]
    assert {row for row, why in hidden.items() if why == "primary"} == {
        " ".join(key) for key in small[ROW[1:]].itertuples(index=False, name=None)
    }
    assert {row for row, why in hidden.items() if why == "complementary"} == {
        f"suspension {row}" for row in expected
    }
    assert narrow(published, counts) == {}


def narrow(published, counts, apart=5):
    """The hidden counts that the attacker can tell to fewer than 5."""
    found = ranges(published, counts)
    return {name: ends for name, ends in found.items() if ends[1] - ends[0] < apart}


def test_a_placement_group_is_the_numerator_of_a_placement_element() -> None:
    counts = counts_of(
        {
            "L1": {
                "suspension": {
                    "placement": "regular-class-80 30/200, regular-class-40-79 9/90, regular-class-under-40 3/8"
                },
                "regular-class-80": {"all": "all 200/298"},
                "regular-class-under-40": {"all": "all 8/298"},
            }
        }
    )
    published = hide(counts)
    # 8 of 298 in the second table would be the group that the first one hides.
    assert "regular-class-under-40 all all" in hidden_rows(published.rows)
    assert narrow(published, counts) == {}


def test_nobody_listed_in_a_placement_would_say_that_no_small_group_is_there() -> None:
    counts = counts_of(
        {
            "L1": {
                "suspension": {
                    "race-ethnicity": "hispanic 30/200, white 20/100, black 6/8",
                    "placement": "regular-class-80 40/208, regular-class-40-79 16/100",
                },
                "regular-class-80": {"race-ethnicity": "hispanic 150/200, white 52/100, black 6/8"},
                "regular-class-under-40": {
                    "race-ethnicity": "hispanic 0/200, white 0/100, black 0/8"
                },
            }
        }
    )
    published = hide(counts)
    left_out = set(published.left_out[["element", "subgroup"]].itertuples(index=False, name=None))
    assert ("suspension", "placement") in left_out
    assert narrow(published, counts) == {}


def test_the_same_students_in_another_table_are_hidden_there_as_well() -> None:
    races = "hispanic 30/200, white 20/100, black 7/11"
    counts = counts_of(
        {
            "L1": {
                "suspension": {"race-ethnicity": "hispanic 30/200, white 20/104, black 2/11"},
                "chronic-absenteeism": {
                    "race-ethnicity": "hispanic 70/200, white 30/104, black 6/9"
                },
                "regular-class-80": {"race-ethnicity": races.replace("/100", "/104")},
                "regular-class-under-40": {
                    "race-ethnicity": "hispanic 9/200, white 8/104, black 1/11"
                },
            }
        }
    )
    published = hide(counts)
    assert narrow(published, counts) == {}


def test_seven_ages_of_nine_students_are_not_even_listed() -> None:
    ages = "5 0/1, 6 1/1, 7 0/1, 8 0/1, 9 0/2, 10 1/2, 11 0/1"
    counts = counts_of({"L1": of(age=ages, race_ethnicity="hispanic 1/5, white 1/4")})
    published = hide(counts)
    assert set(published.left_out["subgroup"]) == {"age"}
    assert set(published.rows["subgroup"]) == {"all", "race-ethnicity"}
    assert narrow(published, counts) == {}


def test_three_outcomes_are_published_as_one_and_hidden_as_one() -> None:
    counts = counts_of(
        {
            "L1": {
                "outcome-social": {"race-ethnicity": "hispanic 30/60, white 20/40, black 6/8"},
                "outcome-knowledge": {"race-ethnicity": "hispanic 30/61, white 20/41, black 6/11"},
                "outcome-behavior": {"race-ethnicity": "hispanic 30/60, white 20/40, black 8/12"},
            }
        }
    )
    hidden = hide(counts).rows.query("hidden != ''")
    assert set(hidden.groupby(["subgroup", "group"]).size()) == {3}
    assert "black" in set(hidden["group"])


def test_a_two_way_cell_is_no_way_to_its_groups() -> None:
    counts = counts_of(
        {
            "L1": of(
                race_ethnicity="hispanic 40/200, white 32/100",
                disability="290 50/220, 240 22/80",
            )
            | {}
        }
    )
    cells = pd.DataFrame(
        [
            ("hispanic|290", 34, 150),
            ("hispanic|240", 6, 50),
            ("white|290", 16, 70),
            ("white|240", 16, 30),
        ],
        columns=["group", "numerator", "denominator"],
    ).assign(cds_code="L1", element="suspension", subgroup="race-ethnicity-by-disability")
    assert hidden_rows(hide(pd.concat([counts, cells])).rows) == {}
    small = cells.assign(denominator=[192, 8, 28, 72], numerator=[38, 2, 12, 20])
    hidden = hidden_rows(hide(pd.concat([counts, small])).rows)
    # A cell is the rest of its row and of its column: four cells hide each other, or none.
    assert {name.split()[2] for name in hidden} == set(cells["group"])


def test_where_no_hiding_helps_the_table_is_named() -> None:
    # A total of 8 is hidden as 10 or fewer, and nobody can make 1..10 wider than that.
    with pytest.raises(CannotBeHidden, match="LEA L1, suspension by all: whatever is hidden"):
        hide(counts_of({"L1": of(all="all 1/8")}), apart=10)


def test_counts_of_no_students_are_refused_all_at_once() -> None:
    counts = counts_of({"L1": of(race_ethnicity="hispanic 30/20, white 0/0", all="all 1/9")})
    counts = pd.concat(
        [counts, counts.iloc[[0]], counts.iloc[[0]].assign(element="math-proficiency")]
    )
    with pytest.raises(CountsDisagree) as refused:
        hide(counts)
    assert str(refused.value).splitlines() == [
        "LEA L1, suspension by race-ethnicity: hispanic is there twice",
        "LEA L1, suspension by race-ethnicity: white has no student",
        "LEA L1, math-proficiency by race-ethnicity: hispanic has a numerator outside its denominator",
        "LEA L1, suspension by race-ethnicity: hispanic has a numerator outside its denominator",
        "LEA L1, suspension by race-ethnicity: hispanic has a numerator outside its denominator",
        "LEA L1, math-proficiency by race-ethnicity: hispanic is part of a group that is missing",
    ]


def test_no_counts_are_published_as_none() -> None:
    published = hide(counts_of({"L1": of(age="7 1/20")}).iloc[:0])
    assert published.rows.empty


# --- any small tables --------------------------------------------------------------------------


@st.composite
def small_selpas(draw):
    """One or two LEAs, from students: so all tables hang together as true ones do."""
    students = st.tuples(
        st.sampled_from(["hispanic", "white", "asian", "filipino"]),
        st.sampled_from(["7", "8", "9"]),
        st.sampled_from(["regular-class-80", "regular-class-under-40", "not-reported"]),
        st.booleans(),
        st.sampled_from(["suspension", "suspension", "chronic-absenteeism"]),
    )
    crowds = st.lists(st.tuples(students, st.integers(1, 30)), min_size=1, max_size=7)
    return {f"L{number}": draw(crowds) for number in range(draw(st.integers(1, 2)))}


def tables_of(selpa) -> pd.DataFrame:
    rows = []
    for lea, crowds in selpa.items():
        for (race, age, place, yes, element), size in crowds:
            federal = "asian" if race == "filipino" else race
            groups = {
                "all": "all",
                "race-ethnicity": race,
                "race-ethnicity-federal": federal,
                "age": age,
            }
            counted = [("suspension", yes)]
            counted += [(element, yes)] if element != "suspension" else []
            rows += [
                (lea, name, subgroup, group, hit * size, size)
                for name, hit in counted
                for subgroup, group in {**groups, "placement": place}.items()
            ]
            if place != "not-reported":
                rows += [
                    (lea, name, subgroup, group, (place == name) * size, size)
                    for name in ("regular-class-80", "regular-class-under-40")
                    for subgroup, group in groups.items()
                ]
    frame = pd.DataFrame(rows, columns=[*ROW, "numerator", "denominator"])
    return frame.groupby(ROW, as_index=False)[["numerator", "denominator"]].sum()


patiently = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.mark.slow
@patiently
@given(small_selpas())
def test_no_attacker_tells_a_hidden_count_to_less_than_5(selpa) -> None:
    counts = tables_of(selpa)
    published = hide(counts)
    shown = published.rows[published.rows["hidden"] == ""]
    assert (shown["denominator"] > 10).all()
    assert narrow(published, counts) == {}


@pytest.mark.slow
@patiently
@given(small_selpas(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_nor_does_hiding_twice(selpa, lot) -> None:
    counts = tables_of(selpa)
    order = list(range(len(counts)))
    lot.shuffle(order)
    once, other = hide(counts), hide(counts.iloc[order])
    again = hide(pd.concat([once.rows.drop(columns="hidden"), once.left_out]))
    for published in (other, again):
        pd.testing.assert_frame_equal(once.rows, published.rows)
        pd.testing.assert_frame_equal(once.left_out, published.left_out)
