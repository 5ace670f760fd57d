import pandas as pd
import pytest

from cimflow.drilldown.counting.rates import sums_of_shown
from cimflow.drilldown.suppression.row_labels import (
    Published,
    in_order,
    primary_labels,
    published,
)
from cimflow.drilldown.suppression.suppress import hide
from cimflow.drilldown.suppression.verify import Exposed, audit
from tests.drilldown.attack_by_table import ranges
from tests.drilldown.selpa_counts import counts_of_selpa
from tests.drilldown.small_counts import counts_of


def only_small_groups_hidden(counts: pd.DataFrame) -> Published:
    """What a careless report would show: groups of 10 or fewer blank, all else as it is."""
    rows = in_order(counts)
    return published(rows, primary_labels(rows))


def sums_over_all(counts: pd.DataFrame) -> pd.DataFrame:
    """What a careless roll-up would show beside the LEAs: the sums over all of them."""
    return counts.groupby(list(counts.columns[1:4]), as_index=False)[
        ["numerator", "denominator"]
    ].sum()


BLACK = ("L1", "suspension", "race-ethnicity", "black")
ONE_LEA = {
    "L1": {"suspension": {"race-ethnicity": "hispanic 30/200, white 20/100, black 2/8"}},
}
TWO_LEAS = {
    # The two hide each other in L1; the roll-up, of which L2 shows its part, gives both away.
    "L1": {"suspension": {"race-ethnicity": "hispanic 30/200, white 20/100, black 2/8, asian 1/9"}},
    "L2": {"suspension": {"race-ethnicity": "hispanic 9/90, white 8/80, black 3/30, asian 4/40"}},
}
SAME_STUDENTS = {
    # Asian and filipino are one group federally, and of that the table shows no part.
    "L1": {
        "suspension": {
            "race-ethnicity": "hispanic 30/200, asian 20/100, filipino 2/8",
            "race-ethnicity-federal": "hispanic 30/200, asian 22/108",
        }
    }
}


@pytest.mark.parametrize("tables", [ONE_LEA, SAME_STUDENTS])
def test_the_attack_recovers_counts_where_only_small_groups_are_hidden(tables) -> None:
    counts = counts_of(tables)
    careless = only_small_groups_hidden(counts)
    small = counts[counts["denominator"] <= 10].set_index(list(counts.columns[:4]))
    found = ranges(careless, counts)
    for key, row in small.iterrows():
        assert found[*key, "d"] == (row["denominator"], row["denominator"])
        assert found[*key, "n"] == (row["numerator"], row["numerator"])
    # The audit says the same of it, and nothing of ours.
    assert {
        (one.cds_code, one.group, one.count, one.lowest, one.highest) for one in audit(careless)
    } >= {
        (key[0], key[3], what, row[what], row[what])
        for key, row in small.iterrows()
        for what in ("denominator", "numerator")
    }
    ours = hide(counts)
    assert audit(ours) == []
    assert all(high - low >= 5 for low, high in ranges(ours, counts).values())


def test_the_attack_recovers_counts_from_a_roll_up_of_all_leas_and_none_from_ours() -> None:
    counts = counts_of(TWO_LEAS)
    ours = hide(counts)
    small = [("L1", "suspension", "race-ethnicity", one, "d") for one in ("black", "asian")]
    found = ranges(ours, counts, sums_over_all(counts))
    assert [found[one] for one in small] == [(8, 8), (9, 9)]
    found = ranges(ours, counts, sums_of_shown(ours.rows).query("shown_by == leas"))
    assert all(high - low >= 5 for low, high in found.values())


def test_the_roll_up_is_of_the_leas_that_show_a_group() -> None:
    shown = sums_of_shown(hide(counts_of(TWO_LEAS)).rows).set_index(["subgroup", "group"])
    columns = ["numerator", "denominator", "shown_by", "leas"]
    assert shown.loc[("all", "all"), columns].tolist() == [53 + 24, 317 + 240, 2, 2]
    assert shown.loc[("race-ethnicity", "black"), columns].tolist() == [3, 30, 1, 2]


def test_an_exposed_count_is_told_with_the_numbers_that_it_lies_between() -> None:
    careless = only_small_groups_hidden(
        counts_of(
            {"L1": {"suspension": {"race-ethnicity": "hispanic 30/90, white 1/2, black 1/2"}}}
        )
    )
    found = [one for one in audit(careless) if one.cds_code == "L1"]
    assert found == [
        Exposed("L1", "suspension", "race-ethnicity", group, count, low, high)
        for group in ("black", "white")
        for count, low, high in (("denominator", 1, 3), ("numerator", 0, 2))
    ]


@pytest.mark.slow
def test_a_small_selpa_with_every_element_passes_its_audit() -> None:
    published = hide(*counts_of_selpa(2, seed=3))
    assert audit(published) == []
    assert (published.rows.query("hidden == ''")["denominator"] > 10).all()
    # And not because all is hidden.
    assert (published.rows["hidden"] == "").sum() > 20


def test_one_more_row_shown_than_is_safe_is_found() -> None:
    safe = hide(counts_of(ONE_LEA))
    rows = safe.rows.assign(hidden=safe.rows["hidden"].replace("complementary", ""))
    found = audit(Published(rows, safe.left_out))
    assert {(one.group, one.count) for one in found} >= {
        ("black", "numerator"),
        ("black", "denominator"),
    }
