"""What stands out: ranked by students, worded to be pasted, never of a small or hidden group."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from cimflow.drilldown.counting.rates import rates_of
from cimflow.drilldown.reporting.findings import (
    Finding,
    Target,
    concerns,
    findings_of,
    peer_rates,
    strengths,
)
from cimflow.drilldown.reporting.report_model import About
from cimflow.drilldown.reporting.targets import read_targets
from cimflow.intake.errors import IntakeErrors
from cimflow.resources import config_folder
from tests.drilldown.students import LEA, WORDS

DAY = dt.date(2024, 6, 30)
ABOUT = About("dashboard", "California School Dashboard", DAY, "internal", {}, {}, frozenset())
OTHER = "01999200000001"

Row = tuple[str, str, str, int, int]


def rates(*rows: Row, cds: str = LEA, hidden: str = "") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["element", "subgroup", "group", "numerator", "denominator"])
    return rates_of(frame.assign(cds_code=cds, hidden=hidden))


def found(*rows: Row, targets: dict[str, Target] | None = None, **peers: float) -> list[Finding]:
    by_element = {name.replace("_", "-"): rate for name, rate in peers.items()}
    return findings_of(rates(*rows), WORDS, ABOUT, peers=by_element, targets=targets or {})


ALL: Row = ("suspension", "all", "all", 50, 1000)


def test_a_group_far_above_the_whole_is_a_concern_where_lower_is_better() -> None:
    (one,) = found(ALL, ("suspension", "disability", "260", 40, 100))
    assert (one.kind, one.element, one.group) == ("concern", "suspension", "260")
    assert one.students == pytest.approx(35)
    assert one.statement == (
        "Suspension rate: Emotional disturbance (260) at 40.0 %, above 5.0 % in the LEA as a whole."
    )
    assert one.quantification.startswith("40 of 100 students (40.0 %; 95 percent interval ")
    assert "about 35 students more than at 5.0 %" in one.quantification
    assert "California School Dashboard definition, as of 2024-06-30." in one.quantification


def test_a_group_far_above_the_whole_is_a_strength_where_higher_is_better() -> None:
    (one,) = found(
        ("ela-proficiency", "all", "all", 150, 1000),
        ("ela-proficiency", "race-ethnicity", "filipino", 60, 100),
    )
    assert one.kind == "strength"


# numerator, denominator of a group beside 5 percent of the whole: is it told?
TOLD = [
    (4, 10, False),  # ten students are a small group, whatever their rate
    (5, 11, True),  # eleven are not, and 45 percent is far from 5
    (1, 11, False),  # 9 percent of eleven students may be chance
    (12, 100, True),
    (8, 100, False),  # the interval of 8 of 100 includes 5 percent
    (0, 40, False),
    (0, 400, True),  # nobody of 400 is a strength
]


@pytest.mark.parametrize(("numerator", "denominator", "told"), TOLD)
def test_only_what_the_numbers_can_carry_is_told(
    numerator: int, denominator: int, told: bool
) -> None:
    assert bool(found(ALL, ("suspension", "age", "9", numerator, denominator))) is told


def test_a_hidden_group_is_never_named() -> None:
    shown = rates(ALL)
    secret = rates(("suspension", "disability", "260", 40, 100), hidden="complementary")
    both = pd.concat([shown, secret], ignore_index=True)
    assert findings_of(both, WORDS, ABOUT, peers={}, targets={}) == []


def test_the_group_of_those_not_reported_and_the_second_roll_up_are_not_told() -> None:
    assert (
        found(
            ALL,
            ("suspension", "disability", "not-reported", 40, 100),
            ("suspension", "race-ethnicity-federal", "asian", 40, 100),
        )
        == []
    )


def test_those_that_stand_for_most_students_come_first() -> None:
    few = ("suspension", "age", "9", 15, 20)
    many = ("suspension", "age", "15", 120, 600)
    assert [one.group for one in found(ALL, few, many)] == ["15", "9"]


def test_the_whole_is_compared_with_its_peers() -> None:
    (one,) = found(ALL, suspension=0.02)
    assert one.kind == "concern"
    assert one.statement.endswith("above 2.0 % in the other LEAs in this run.")


def test_without_a_target_nothing_is_called_met() -> None:
    (one,) = found(ALL, suspension=0.09)
    assert one.kind == "strength"
    assert "met" not in one.statement


def test_with_a_target_it_is_named_with_its_source() -> None:
    target = Target("suspension", 0.08, "SPPI Guide 2022-23", dt.date(2024, 1, 31))
    (one,) = found(ALL, targets={"suspension": target})
    assert one.statement == (
        "Suspension rate: All students with disabilities at 5.0 %, below the target of 8.0 %"
        " (SPPI Guide 2022-23, 2024-01-31). The target is met."
    )


def test_peers_are_the_other_leas_shown_rows_together() -> None:
    both = pd.concat(
        [
            rates(ALL),
            rates(("suspension", "all", "all", 10, 100), cds=OTHER),
            rates(("suspension", "all", "all", 5, 100), cds="01999300000001"),
            rates(("suspension", "all", "all", 99, 100), cds="01999400000001", hidden="primary"),
        ],
        ignore_index=True,
    )
    assert peer_rates(both, LEA) == {"suspension": pytest.approx(15 / 200)}


def test_strengths_and_concerns_are_told_apart() -> None:
    every = found(ALL, ("suspension", "age", "9", 40, 100), ("suspension", "age", "8", 0, 400))
    assert [one.group for one in strengths(every)] == ["8"]
    assert [one.group for one in concerns(every)] == ["9"]


def test_targets_are_read_with_source_and_day(tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(
        "element,target,source,as_of\nsuspension,2.5,SPPI Guide,2024-01-31\nela-proficiency,,,\n",
        encoding="utf-8",
    )
    assert read_targets(path, WORDS) == {
        "suspension": Target("suspension", 0.025, "SPPI Guide", dt.date(2024, 1, 31))
    }


def test_every_wrong_target_is_told_by_row_and_field(tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(
        "element,target,source,as_of\n"
        "shoe-size,2,S,2024-01-31\n"
        "suspension,120,S,2024-01-31\n"
        "math-proficiency,12,,2024-01-31\n"
        "ela-proficiency,12,S,someday\n",
        encoding="utf-8",
    )
    with pytest.raises(IntakeErrors) as refused:
        read_targets(path, WORDS)
    assert [(one.row, one.field) for one in refused.value.errors] == [
        (2, "element"), (3, "target"), (4, "source"), (5, "as_of"),
    ]  # fmt: skip


def test_the_targets_that_we_ship_are_empty() -> None:
    shipped = config_folder() / "drilldown-targets.csv"
    assert read_targets(shipped, WORDS) == {}
    lines = shipped.read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == list(WORDS.elements)
