"""The same counts by an independent count in plain Python, on students of every kind."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drilldown.students import COLUMNS, Rates, counted, student

_DAYS = st.sampled_from(["", "0", "0.5", "1", "2.5", "18", "30", "30.5", "31", "180"])
_YES_NO = st.sampled_from(["yes", "no", ""])
ROWS = st.fixed_dictionaries(
    {
        "student_id": st.sampled_from([f"{at:03d}" for at in range(12)]),
        "school_code": st.sampled_from(["1999101", "1999102", ""]),
        "grade": st.sampled_from(["PS", "TK", "KN", "03", "08", "09", "12", ""]),
        "age": st.sampled_from(["3", "4", "5", "6", "14", ""]),
        "race_ethnicity": st.sampled_from(["400", "201", "500", "700", ""]),
        "disability": st.sampled_from(["200", "240", "290", "320", ""]),
        "program_setting": st.sampled_from(["201", "203", "204", "300", "400", ""]),
        "general_education_percent": st.sampled_from(["", "0", "39.9", "40", "79.9", "80", "100"]),
        "ela_level": st.sampled_from(["", "1", "2", "3", "4"]),
        "math_level": st.sampled_from(["", "1", "2", "3", "4"]),
        "days_expected": _DAYS,
        "days_absent": _DAYS,
        "suspension_days": st.sampled_from(["", "0", "0.5", "1", "3"]),
        "expelled": _YES_NO,
        "child_outcome_social": _YES_NO,
        "child_outcome_knowledge": _YES_NO,
        "child_outcome_behavior": _YES_NO,
    }
)
_RACES = {"400": "filipino", "201": "asian", "500": "hispanic", "700": "white", "": "not-reported"}
_FEDERAL = {"filipino": "asian"}


def plain_count(rows: list[dict[str, str]], definition: str) -> dict[tuple[str, str, str], Any]:
    """Row by row, with fractions; shares nothing with the code under test."""
    found: dict[tuple[str, str, str], list[Fraction]] = defaultdict(
        lambda: [Fraction(0), Fraction(0)]
    )
    outcomes: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    assessed: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row["disability"] == "200":
            continue
        for element, counts in elements_of(row, definition).items():
            for subgroup, group in groups_of(row).items():
                if subgroup == "placement" and ("class" in element or "separate" in element):
                    continue
                cell = found[element, subgroup, group]
                cell[0] += counts
                cell[1] += 1
        if is_preschool(row):
            known = {
                name: row[f"child_outcome_{name}"] == "yes"
                for name in ("social", "knowledge", "behavior")
                if row[f"child_outcome_{name}"]
            }
            for subgroup, group in groups_of(row).items():
                assessed[subgroup, group] += bool(known)
                for name, shown in known.items():
                    outcomes[subgroup, group][name].append(shown)
    result = {key: (float(one), float(of)) for key, (one, of) in found.items()}
    for (subgroup, group), parts in outcomes.items():
        rates = [Fraction(sum(one), len(one)) for one in parts.values()]
        among = assessed[subgroup, group]
        average = sum(rates, Fraction(0)) / len(rates)
        result["preschool-outcomes", subgroup, group] = (float(average * among), float(among))
    return result


def is_preschool(row: dict[str, str]) -> bool:
    return row["grade"] == "PS" or (row["grade"] == "" and row["age"] in {"3", "4"})


def is_school_age(row: dict[str, str]) -> bool:
    return row["grade"] not in {"PS", ""} or (row["grade"] == "" and row["age"] in {"6", "14"})


def placement(row: dict[str, str]) -> str:
    setting, percent = row["program_setting"], row["general_education_percent"]
    if is_preschool(row):
        named = {
            "201": "regular",
            "203": "separate",
            "300": "separate",
            "204": "other",
            "400": "other",
        }
        return f"preschool-{named[setting]}" if setting else "not-reported"
    if setting == "300":
        return "separate-school"
    if not percent:
        return "not-reported"
    if Fraction(percent) >= 80:
        return "regular-class-80"
    return "regular-class-40-79" if Fraction(percent) >= 40 else "regular-class-under-40"


def groups_of(row: dict[str, str]) -> dict[str, str]:
    race = _RACES[row["race_ethnicity"]]
    return {
        "all": "all",
        "race-ethnicity": race,
        "race-ethnicity-federal": _FEDERAL.get(race, race),
        "disability": row["disability"] or "not-reported",
        "placement": placement(row),
        "age": row["age"] or "not-reported",
        "school": row["school_code"] or "not-reported",
    }


def elements_of(row: dict[str, str], definition: str) -> dict[str, bool]:
    found = {}
    if row["ela_level"]:
        found["ela-proficiency"] = row["ela_level"] in "34"
    if row["math_level"]:
        found["math-proficiency"] = row["math_level"] in "34"
    days = Fraction(row["suspension_days"] or 0)
    suspended = days >= 1 if definition == "dashboard" else days > 0
    place = placement(row)
    if is_school_age(row):
        found["suspension"] = suspended
        if place != "not-reported":
            found["regular-class-80"] = place == "regular-class-80"
            found["regular-class-under-40"] = place == "regular-class-under-40"
        if is_enrolled(row, definition):
            found["chronic-absenteeism"] = 10 * Fraction(row["days_absent"]) >= Fraction(
                row["days_expected"]
            )
    if is_preschool(row):
        found["preschool-suspension-expulsion"] = suspended or row["expelled"] == "yes"
        if place != "not-reported":
            found["preschool-regular-class"] = place == "preschool-regular"
            found["preschool-separate"] = place == "preschool-separate"
    return found


def is_enrolled(row: dict[str, str], definition: str) -> bool:
    if not row["days_expected"] or not row["days_absent"] or not row["grade"]:
        return False
    expected, absent = Fraction(row["days_expected"]), Fraction(row["days_absent"])
    if absent > expected:
        return False
    if definition == "dashboard":
        return expected >= 31 and row["grade"] in {"TK", "KN", "03", "08"}
    return expected > 30


def once_each(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Students who stand once: what is done with those who do not has its own tests."""
    return list({row["student_id"]: row for row in rows}.values())


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=12), st.sampled_from(["dashboard", "dataquest"]))
def test_agrees_with_a_plain_count(drawn: list[dict[str, str]], definition: str) -> None:
    rows = [student(**one) for one in once_each(drawn)]
    ours: Rates = counted(rows, definition)
    theirs = plain_count(rows, definition)
    assert ours.keys() == theirs.keys()
    for key, (numerator, denominator) in theirs.items():
        assert ours[key] == (pytest.approx(numerator), denominator), key


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(drawn: list[dict[str, str]], random: Any) -> None:
    rows = [student(**one) for one in drawn]
    shuffled = [*rows]
    random.shuffle(shuffled)
    assert set(COLUMNS) == set(rows[0])
    assert counted(rows) == counted(shuffled)
