"""The fifty required report cells: where an artifact lists them, it lists all."""

from __future__ import annotations

from typing import Any

import pytest

from cimflow.process.evaluation.contents import ContentsRefused, read_contents
from cimflow.process.evaluation.judge_version import findings_of
from tests.factories import complete, day, make_case, process, submission

ELEMENTS = (
    "ela-proficiency", "math-proficiency", "suspension", "chronic-absenteeism", "regular-class-80",
    "regular-class-under-40", "preschool-outcomes", "preschool-suspension-expulsion",
    "preschool-regular-class", "preschool-separate",
)  # fmt: skip
SUBGROUPS = ("race-ethnicity", "disability", "placement", "age", "school")
ALL = tuple(f"{element}/{subgroup}" for element in ELEMENTS for subgroup in SUBGROUPS)


def artifact(*cells: str, **more: Any) -> dict[str, Any]:
    listed = [{"cell": one, "status": "present"} for one in cells]
    reports = {"sent_to": "Alder Basin SELPA", "sent_on": "2024-07-01", "method": "by mail"}
    return complete(
        "data-drill-down", "1", idc_loaded=False, reports=reports, report_cells=listed, **more
    )


def found(contents: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    activity = process().activity_by_id["data-drill-down"]
    version = submission(activity.id, "07-09", contents=read_contents(activity, contents))
    case = make_case("1", version)
    findings = findings_of(activity, version, case, process(), day("07-09"))
    return [(one.code, one.field, one.message) for one in findings]


def test_all_fifty_are_complete() -> None:
    assert len(ALL) == 50
    assert found(artifact(*ALL)) == []


@pytest.mark.parametrize("cell", [ALL[0], "suspension/age", ALL[-1]])
def test_one_that_is_left_out_is_named(cell: str) -> None:
    words = cell.replace("-", " ")
    listed = [one for one in ALL if one != cell]
    assert found(artifact(*listed)) == [("not-covered", "report_cells.cell", f"{words} is missing")]


def test_the_list_may_be_left_out() -> None:
    assert found(artifact()) == []


def test_not_applicable_counts_as_told() -> None:
    contents = artifact(*ALL[:-1])
    contents["report_cells"].append({"cell": ALL[-1], "status": "not-applicable"})
    assert found(contents) == []


def test_a_cell_that_nobody_asks_for_is_refused() -> None:
    with pytest.raises(ContentsRefused):
        found(artifact("suspension/shoe-size"))
