"""What tables tell together of a count in another: of a group in one placement, or one test."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from cimflow.drilldown.suppression import constraints
from cimflow.drilldown.suppression.row_labels import Published
from cimflow.drilldown.suppression.suppress import hide
from cimflow.drilldown.suppression.verify import audit
from tests.drilldown.attack_by_profile import (
    LEVELS,
    PLACEMENTS,
    Profile,
    Students,
    census_of_profiles,
    counts_of_profiles,
    ranges,
)

MOST, LITTLE, _, _ = PLACEMENTS
BLACK, WHITE, HISPANIC = "black", "white", "hispanic"
LEARNING, AUTISM, SPEECH = "290", "320", "240"


def students(*groups: tuple[int, Profile]) -> Students:
    """So many of a profile; every second is suspended, and proficient in what it was tested in."""
    found: dict[Profile, int] = {}
    for number, profile in groups:
        for at in range(number):
            level = LEVELS[1 + at % 2]
            one = profile._replace(
                ela=level if profile.ela else LEVELS[0],
                math=level if profile.math else LEVELS[0],
                suspended=at % 2 == 0,
            )
            found[one] = found.get(one, 0) + 1
    return found


def who_took(race: str, placement: str) -> Profile:
    return Profile(race, placement=placement, ela="taken", math="")


def who_did_not(race: str, placement: str) -> Profile:
    return Profile(race, placement=placement, ela="", math="")


# Eleven of the regular class were tested in English, and of White students all but one: so of
# those eleven three are White at most, and the hidden number of Black students is eight or nine.
ONE = students(
    (9, who_took(BLACK, MOST)),
    (21, who_did_not(BLACK, MOST)),
    (2, who_took(WHITE, MOST)),
    (1, who_did_not(WHITE, MOST)),
    (37, who_took(WHITE, LITTLE)),
)
OTHER = students(
    (9, who_took(BLACK, MOST)),
    (21, who_did_not(BLACK, MOST)),
    (12, who_took(WHITE, MOST)),
    (30, who_took(WHITE, LITTLE)),
    (10, who_did_not(WHITE, LITTLE)),
    (20, who_took(HISPANIC, LITTLE)),
    (40, who_did_not(HISPANIC, LITTLE)),
)
# All Black students take only the one test, all White students only the other: so whoever has a
# disability takes one of the two, and the numbers by disability hang together.
ONE_TEST_EACH = students(
    (16, Profile(BLACK, LEARNING, ela="taken", math="")),
    (4, Profile(BLACK, SPEECH, ela="taken", math="")),
    (9, Profile(WHITE, LEARNING, ela="", math="taken")),
    (11, Profile(WHITE, SPEECH, ela="", math="taken")),
)


def random_placed(seed: int) -> Students:
    """Of a small LEA where races and placements go together."""
    lot = np.random.default_rng(seed)
    groups = [
        (int(lot.integers(1, 40)), (who_took if lot.integers(2) else who_did_not)(race, placement))
        for race in (BLACK, WHITE, HISPANIC)
        for placement in PLACEMENTS
        for _ in range(2)
        if lot.random() < 0.4
    ]
    return students(*groups) or ONE


def random_tested(seed: int) -> Students:
    """Of a small LEA where races, disabilities and tests go together."""
    lot = np.random.default_rng(seed)
    groups = [
        (
            int(lot.integers(1, 25)),
            Profile(
                race, disability, ela="taken" * lot.integers(2), math="taken" * lot.integers(2)
            ),
        )
        for race in (BLACK, WHITE, HISPANIC)
        for disability in (LEARNING, AUTISM, SPEECH)
        if lot.random() < 0.6
    ]
    return students(*groups) or ONE_TEST_EACH


def random_at_once(seed: int) -> Students:
    """Of a small LEA where races, disabilities, placements and tests go together."""
    lot = np.random.default_rng(seed)
    groups = []
    for race in (BLACK, WHITE):
        for disability in (LEARNING, SPEECH):
            for _ in range(2):
                if lot.random() < 0.7:
                    number, placement = int(lot.integers(1, 20)), PLACEMENTS[lot.integers(3)]
                    ela, math = "taken" * lot.integers(2), "taken" * lot.integers(2)
                    groups.append((number, Profile(race, disability, placement, ela, math)))
    return students(*groups) or ONE_TEST_EACH


CASES = {
    "one": ONE,
    "other": OTHER,
    "one test each": ONE_TEST_EACH,
    **{f"placed {seed}": random_placed(seed) for seed in range(12)},
    **{f"tested {seed}": random_tested(seed) for seed in range(24)},
    **{f"at once {seed}": random_at_once(seed) for seed in range(12)},
}


def told(published: Published, profiles: Students) -> dict[tuple[str, ...], tuple[int, int]]:
    """The hidden counts that the attacker tells to fewer than 5."""
    found = ranges(published, profiles)
    return {key: ends for key, ends in found.items() if ends[1] - ends[0] < 5}


@pytest.mark.parametrize("profiles", CASES.values(), ids=CASES)
def test_who_thinks_of_students_computes_no_hidden_count(profiles: Students) -> None:
    """For every hidden count there are students enough to make it one of two numbers 5 apart."""
    ours = hide(counts_of_profiles(profiles), census_of_profiles(profiles))
    assert audit(ours) == []
    assert told(ours, profiles) == {}


def careless(monkeypatch: pytest.MonkeyPatch, profiles: Students) -> Published:
    """What is hidden by who thinks of tables only: that their counts add up, each for itself."""
    of_profiles = constraints._Cells.same

    def of_counts(cells: constraints._Cells) -> sparse.csr_array:
        flags = [
            flag
            for one in cells.profiles.elements
            for flag in (cells.profiles.asked(one), cells.profiles.counted(one))
        ]
        same = of_profiles(cells)
        wholes = sparse.eye_array(same.shape[0] // len(cells.profiles.profiles))
        return sparse.csr_array(sparse.kron(wholes, np.array(flags, dtype=np.int64)) @ same)

    with monkeypatch.context() as only_tables:
        only_tables.setattr(constraints._Cells, "same", of_counts)
        made = hide(counts_of_profiles(profiles), census_of_profiles(profiles))
        assert audit(made) == []
    return made


@pytest.mark.parametrize("case", ["other", "placed 0", "placed 3", "tested 12"])
def test_who_hides_by_tables_alone_is_found_out(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the audit, which knows the profiles, says so of what was hidden without them."""
    made = careless(monkeypatch, CASES[case])
    assert told(made, CASES[case])
    assert audit(made)
