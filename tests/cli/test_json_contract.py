"""``status`` and ``notices`` as JSON: exactly the form that other programs were promised."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.conftest import BIRCH, DOGWOOD, ELM, Run, activity_of

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


def check(data: object, name: str) -> None:
    """Validate against the published schema, with formats checked."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(data)


@pytest.mark.parametrize("day", ["2024-03-15", "2024-07-10", "2024-07-11", "2024-12-07"])
def test_status_has_the_form_of_its_schema(cohort: Run, day: str) -> None:
    """Every day of the process gives the same form."""
    said = cohort("status", "--as-of", day, "--format", "json")
    check(said.json, "status")
    assert [one["cds_code"] for one in said.json["leas"]] == [ELM, BIRCH, DOGWOOD]


@pytest.mark.parametrize("day", ["2024-06-10", "2024-07-13", "2024-07-25", "2024-12-25"])
def test_notices_have_the_form_of_their_schema(cohort: Run, day: str) -> None:
    """Reminders, overdue rungs, Saturdays and holidays give the same form."""
    for options in ([], ["--all"]):
        check(cohort("notices", "--as-of", day, "--format", "json", *options).json, "notices")


def test_a_day_before_the_process_has_no_lea(cohort: Run) -> None:
    """The cohort begins with the determination letter."""
    said = cohort("status", "--as-of", "2024-03-14", "--format", "json")
    assert (said.code, said.json["leas"]) == (0, [])


def test_with_us_but_not_in_stepwell(cohort: Run) -> None:
    """What is only with us is not filed; the date of filing settles it."""
    cohort("record", "srr-summary", "--lea", ELM, "--received", "2024-07-08")
    before = activity_of(
        cohort("status", "--as-of", "2024-07-09", "--format", "json"), ELM, "srr-summary"
    )
    assert before["state"] == "Incomplete"
    assert {one["code"] for one in before["findings"]} == {"not-filed", "contents-not-itemised"}
    cohort("filed", "srr-summary", "--lea", ELM, "--on", "2024-07-10")
    after = cohort("status", "--as-of", "2024-07-11", "--format", "json")
    assert activity_of(after, ELM, "srr-summary")["state"] == "Submitted"
    still = cohort("status", "--as-of", "2024-07-09", "--format", "json")
    assert activity_of(still, ELM, "srr-summary")["state"] == "Incomplete"


def test_banners_and_progress_never_touch_json(cohort: Run, tmp_path: Path) -> None:
    """A home that pins its day says so on stderr only."""
    (tmp_path / "a home" / "home.toml").write_text(
        'today = 2024-07-11\nbanner = "Invented names; today is pinned"\n', encoding="utf-8"
    )
    said = cohort("status", "--format", "json")
    assert said.json["as_of"] == "2024-07-11"
    assert "Invented names" in said.err
