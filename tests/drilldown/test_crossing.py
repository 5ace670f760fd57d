"""A group that is all in one placement: what two tables tell together of a count in a third."""

from __future__ import annotations

import numpy as np
import pytest

from cimflow.drilldown import block
from cimflow.drilldown.audit import audit
from cimflow.drilldown.crossing import crossings_of
from cimflow.drilldown.hiding import hide
from tests.drilldown.student_kinds import LEVELS, PLACEMENTS, Kind, counts_of_kinds, ranges

MOST, LITTLE, _, _ = PLACEMENTS
BLACK, WHITE, HISPANIC = "black", "white", "hispanic"


def students(*groups: tuple[int, str, str, bool]) -> dict[Kind, int]:
    """So many of a race in a placement, tested or not; every second is suspended, or proficient."""
    found: dict[Kind, int] = {}
    for number, race, placement, tested in groups:
        for one in range(number):
            level = LEVELS[1 + one % 2] if tested else LEVELS[0]
            kind = (race, placement, level, one % 2 == 0)
            found[kind] = found.get(kind, 0) + 1
    return found


# Eleven of the regular class were tested in English, and of White students all but one: so of
# those eleven three are White at most, and the hidden number of Black students is eight or nine.
ONE = students(
    (9, BLACK, MOST, True),
    (21, BLACK, MOST, False),
    (2, WHITE, MOST, True),
    (1, WHITE, MOST, False),
    (37, WHITE, LITTLE, True),
)
OTHER = students(
    (9, BLACK, MOST, True),
    (21, BLACK, MOST, False),
    (12, WHITE, MOST, True),
    (30, WHITE, LITTLE, True),
    (10, WHITE, LITTLE, False),
    (20, HISPANIC, LITTLE, True),
    (40, HISPANIC, LITTLE, False),
)


def random_students(seed: int) -> dict[Kind, int]:
    """Of a small LEA where races and placements go together."""
    lot = np.random.default_rng(seed)
    groups = [
        (int(lot.integers(1, 40)), race, placement, bool(lot.integers(2)))
        for race in (BLACK, WHITE, HISPANIC)
        for placement in PLACEMENTS
        for _ in range(2)
        if lot.random() < 0.4
    ]
    return students(*groups) or ONE


CASES = {
    "one": ONE,
    "other": OTHER,
    **{f"seed {seed}": random_students(seed) for seed in range(12)},
}


@pytest.mark.parametrize("kinds", CASES.values(), ids=CASES)
def test_who_thinks_of_students_computes_no_hidden_count(kinds: dict[Kind, int]) -> None:
    """For every hidden count there are students enough to make it one of two numbers 5 apart."""
    ours = hide(counts_of_kinds(kinds))
    assert audit(ours) == []
    races = tuple(dict.fromkeys(kind[0] for kind in kinds))
    found = ranges(ours, races)
    assert {key: ends for key, ends in found.items() if ends[1] - ends[0] < 5} == {}


@pytest.mark.parametrize("case", ["other", "seed 0", "seed 3"])
def test_without_the_cells_the_attack_succeeds(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the audit, which knows the cells, says so of the tables that were made without them."""
    kinds = CASES[case]
    with monkeypatch.context() as careless:
        careless.setattr(block, "crossings_of", lambda *_: [])
        made = hide(counts_of_kinds(kinds))
        assert audit(made) == []
    found = ranges(made, tuple(dict.fromkeys(kind[0] for kind in kinds)))
    assert [key for key, ends in found.items() if ends[1] - ends[0] < 5]
    assert audit(made)


def test_true_counts_have_cells_and_impossible_ones_have_none() -> None:
    rows = counts_of_kinds(ONE)
    (found,) = crossings_of(rows, np.zeros(len(rows), dtype=bool))
    counts = rows[["denominator", "numerator"]].to_numpy().ravel()
    assert found.exists(counts)
    black, white = (
        rows.index[(rows["element"] == "ela-proficiency") & (rows["group"] == one)][0]
        for one in (BLACK, WHITE)
    )
    counts[2 * black] -= 2  # seven of those eleven ...
    counts[2 * white] += 2  # ... and four, of whom only three are in that class
    assert not found.exists(counts)
