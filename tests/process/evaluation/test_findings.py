"""What each artifact must hold, field by field: design, section 6.

A complete artifact has no finding. Without one needed field it has that one finding. What cannot
be read at all is refused, and named.
"""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

import pytest

from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.evaluation.contents import ContentsRefused, read_contents
from cimflow.process.evaluation.findings import Finding, findings_in_contents, is_filled
from cimflow.process.evaluation.judge_version import findings_of
from tests.factories import complete, day, filed, make_case, process, receipt, submission

LEVELS = ("1", "2", "3")
ACTIVITIES = tuple(process().activity_by_id)
Contents = dict[str, Any]

REPORTS = {"sent_to": "SELPA", "sent_on": "2024-07-01", "method": "e-mail"}
BY_EMAIL = {
    "emailed_on": "2024-12-02",
    "consultant_name": "Kim Vance",
    "consultant_email": "kim.vance@example.org",
    "copied_on": "2024-12-02",
}


def without_idc(level: str) -> Contents:
    """A drill down made without the IDC data tool, with the reports that then are needed."""
    reports = REPORTS | ({"copied_on": "2024-07-01"} if level == "3" else {})
    return complete("data-drill-down", level, idc_loaded=False, reports=reports)


def by_email(level: str) -> Contents:
    """A Level 3 plan that went by e-mail, without a link."""
    return complete("improvement-plan", level, link=None, **BY_EMAIL)


def read(activity: str, contents: Contents) -> Contents:
    return read_contents(process().activity_by_id[activity], contents)


def fields_found(activity: str, contents: Contents, level: str) -> list[tuple[str, str, str]]:
    """Findings in the fields themselves, of contents that were read."""
    definition = process().activity_by_id[activity]
    found = findings_in_contents(definition, read(activity, contents), level)
    return [(one.code, one.severity, str(one.field)) for one in found]


def all_found(
    activity: str, contents: Contents, level: str, **upstream: Contents
) -> tuple[Finding, ...]:
    """All findings of an artifact filed on October 9, after ``upstream`` (``_`` for ``-``)."""
    before = [
        filed(name.replace("_", "-"), "07-09", contents=read(name.replace("_", "-"), one))
        for name, one in upstream.items()
    ]
    version = submission(activity, "10-09", contents=read(activity, contents))
    case = make_case(level, *before, version)
    return findings_of(process().activity_by_id[activity], version, case, process(), day("10-09"))


# ------------------------------------------------------------------------------------- complete


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("activity", ACTIVITIES)
def test_a_complete_artifact_has_no_finding(activity: str, level: str) -> None:
    upstream = {
        name.replace("-", "_"): complete(name, level)
        for name in ("consolidation", "prioritization", "root-cause-analysis")
        if name != activity
    }
    assert all_found(activity, complete(activity, level), level, **upstream) == ()


@pytest.mark.parametrize("level", LEVELS)
def test_reports_made_elsewhere_are_as_good(level: str) -> None:
    assert all_found("data-drill-down", without_idc(level), level) == ()


def test_a_plan_sent_by_mail_is_as_good_as_a_link() -> None:
    causes = complete("root-cause-analysis", "3")
    assert all_found("improvement-plan", by_email("3"), "3", root_cause_analysis=causes) == ()


# -------------------------------------------------------------------------------- needed fields

ANY_LEVEL, LOW, HIGH = LEVELS, ("1", "2"), ("3",)
OTHERS = (
    "infrastructure-analysis",
    "educational-benefit-review",
    "initiative-inventory",
    "theory-of-action",
    "srr-corrective-actions",
)

# activity, levels, fields: taken away one at a time, each is missed under its own name.
NEEDED: list[tuple[str, tuple[str, ...], str]] = [
    ("team-creation", ANY_LEVEL, "members members.2.name members.2.title members.2.role members.2.email"),
    ("team-creation", ANY_LEVEL, "lead?"),
    ("srr-self-review", ANY_LEVEL, "students_reviewed student_list_entered findings_entered supporting_documentation_submitted access_instructions_entered confirmation?"),
    ("srr-summary", ANY_LEVEL, "findings_summary areas_of_concern"),
    ("data-drill-down", ANY_LEVEL, "sources sources.1.name sources.1.kind sources.1.origin findings findings.1.statement findings.1.data positive_trends patterns_of_concern"),
    ("data-drill-down", ANY_LEVEL, "idc_loaded idc_reports_generated reports reports.sent_to reports.sent_on reports.method"),
    ("data-drill-down", HIGH, "reports.copied_on"),
    ("parent-input", ANY_LEVEL, "target_group methods participants findings_summary trends new_information areas_to_address"),
    ("consolidation", ANY_LEVEL, "strengths strengths.1.area strengths.1.data weaknesses weaknesses.1.area weaknesses.1.data problem_areas problem_areas.2.id problem_areas.2.statement problem_areas.2.quantification"),
    ("prioritization", ANY_LEVEL, "ranked to_explore"),
    ("root-cause-analysis", ANY_LEVEL, "root_causes root_causes.1.id root_causes.1.statement root_causes.1.problem_areas root_causes.1.quantitative_data root_causes.1.qualitative_data"),
    ("root-cause-analysis", LOW, "root_causes.1.problem_areas.1.id root_causes.1.problem_areas.1.statement"),
    ("improvement-plan", ANY_LEVEL, "root_causes_addressed"),
    ("improvement-plan", LOW, "format covers_all_components"),
    ("improvement-plan", HIGH, "mandatory_form link confirmed_by"),
    *((one, ANY_LEVEL, "title summary") for one in OTHERS),
]  # fmt: skip
# Absent, these are no finding of their own.
NOT_NEEDED = {
    "team-creation": {"exceptions", "exceptions.role", "exceptions.explanation"},
    "srr-summary": {"policy_adjustments"},
    "data-drill-down": {
        "sources.elements",
        "sources.for_identification",
        "findings.indicator",
        "report_cells",
        "report_cells.cell",
        "report_cells.status",  # test_report_cells.py
    },
    "parent-input": {"response_rate"},
    "consolidation": {"problem_areas.relates_to_identification"},
    "improvement-plan": set(BY_EMAIL),
}
CASES = [
    (activity, level, path.rstrip("?"), "warning" if path.endswith("?") else "error")
    for activity, levels, paths in NEEDED
    for level in levels
    for path in paths.split()
]


def to_take_from(activity: str, level: str, path: str) -> Contents:
    if path.startswith(("reports", "idc")):
        return without_idc(level)
    return copy.deepcopy(complete(activity, level))


def take(contents: Contents, path: str, blank: object = None) -> Contents:
    """Without what stands at a path counted from 1, or with something blank in its place."""
    *way, last = path.split(".")
    here: Any = contents
    for part in way:
        here = here[int(part) - 1] if part.isdigit() else here[part]
    if blank is None:
        del here[last]
    else:
        here[last] = blank
    return contents


@pytest.mark.parametrize(("activity", "level", "path", "severity"), CASES)
def test_what_is_needed_and_absent_is_a_finding(
    activity: str, level: str, path: str, severity: str
) -> None:
    contents = take(to_take_from(activity, level, path), path)
    assert fields_found(activity, contents, level) == [("missing-field", severity, path)]


@pytest.mark.parametrize(("activity", "level", "path", "severity"), CASES)
def test_what_is_needed_and_blank_is_the_same_finding(
    activity: str, level: str, path: str, severity: str
) -> None:
    contents = to_take_from(activity, level, path)
    blank = _blank(process().activity_by_id[activity].fields, path)
    contents = take(contents, path, blank)
    assert fields_found(activity, contents, level) == [("missing-field", severity, path)]


def _blank(fields: tuple[FieldDefinition, ...], path: str) -> object:
    """Something blank of the kind that the field takes."""
    first, *rest = [part for part in path.split(".") if not part.isdigit()]
    (field,) = (one for one in fields if one.id == first)
    if rest:
        return _blank(field.fields, ".".join(rest))
    # A word of a list cannot be blank: of a field with several, none is named.
    several = [] if field.kind_row.has_choices else [""]
    return {"one": "  ", "several": several, "group": {}, "list": [], "ids-or-entries": [" "]}[
        field.kind_row.shape
    ]


def test_every_field_of_the_file_stands_in_a_table_above() -> None:
    for activity in process().activities:
        told = {
            ".".join(part for part in path.split(".") if not part.isdigit())
            for name, _, path, _ in CASES
            if name == activity.id
        }
        assert told | NOT_NEEDED.get(activity.id, set()) == set(_paths(activity.fields))


def _paths(fields: tuple[FieldDefinition, ...], prefix: str = "") -> Iterator[str]:
    for field in fields:
        yield prefix + field.id
        yield from _paths(field.fields, f"{prefix}{field.id}.")


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_an_empty_artifact_is_all_gaps_and_no_accident(activity: str) -> None:
    for level in LEVELS:
        found = all_found(activity, {}, level)
        assert any(one.severity == "error" for one in found)
        assert all(one.message and one.field for one in found)


# ----------------------------------------------------------------------------------- what decides


@pytest.mark.parametrize(
    ("level", "contents", "expected"),
    [
        # Both yes: the CDE "will require no further documentation regarding data report generation".
        ("3", {"idc_loaded": True, "idc_reports_generated": True, "reports": None}, []),
        ("3", {"idc_loaded": True, "idc_reports_generated": True, "reports": {"sent_to": "x"}}, []),
        ("1", {"idc_loaded": True, "idc_reports_generated": False}, ["reports"]),
        ("1", {"idc_loaded": False, "idc_reports_generated": False}, ["reports"]),
        # Left out is not yes.
        ("1", {"idc_loaded": None, "idc_reports_generated": True}, ["idc_loaded", "reports"]),
        ("1", {"idc_loaded": None, "idc_reports_generated": None}, ["idc_loaded", "idc_reports_generated", "reports"]),
        # The copy to the mailbox is asked for at Level 3 only.
        ("1", {"idc_loaded": False, "reports": REPORTS}, []),
        ("3", {"idc_loaded": False, "reports": REPORTS}, ["reports.copied_on"]),
    ],
)  # fmt: skip
def test_what_the_idc_data_tool_did_is_stated(
    level: str, contents: Contents, expected: list[str]
) -> None:
    found = fields_found("data-drill-down", complete("data-drill-down", level, **contents), level)
    assert found == [("missing-field", "error", path) for path in expected]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"participants": None}, ["missing-field participants"]),
        ({"participants": None, "response_rate": 0.25}, []),
        ({"response_rate": 0.25}, []),
        ({"response_rate": 1}, []),
        ({"response_rate": 0}, []),
        ({"response_rate": 1.01}, ["out-of-range response_rate"]),
        ({"response_rate": 25}, ["out-of-range response_rate"]),
        ({"response_rate": -0.1}, ["out-of-range response_rate"]),
        ({"participants": 0}, ["out-of-range participants"]),
        ({"participants": 1}, []),
    ],
)
def test_participation_is_a_number_or_a_rate(changes: Contents, expected: list[str]) -> None:
    found = fields_found("parent-input", complete("parent-input", **changes), "3")
    assert [f"{code} {path}" for code, _, path in found] == expected


@pytest.mark.parametrize("missing", BY_EMAIL)
def test_all_four_facts_of_the_mail_are_needed(missing: str) -> None:
    contents = {key: value for key, value in by_email("3").items() if key != missing}
    (one,) = fields_found("improvement-plan", contents, "3")
    assert one == ("missing-field", "error", "link")


@pytest.mark.parametrize("missing", BY_EMAIL)
def test_beside_a_link_none_of_them_is(missing: str) -> None:
    contents = complete("improvement-plan", "3", **{missing: BY_EMAIL[missing]})
    assert fields_found("improvement-plan", contents, "3") == []


@pytest.mark.parametrize(
    ("activity", "field"),
    [
        ("srr-self-review", "student_list_entered"),
        ("srr-self-review", "findings_entered"),
        ("srr-self-review", "supporting_documentation_submitted"),
        ("srr-self-review", "access_instructions_entered"),
        ("improvement-plan", "mandatory_form"),
    ],
)
def test_a_no_is_not_a_yes(activity: str, field: str) -> None:
    contents = complete(activity, "3", **{field: False})
    assert fields_found(activity, contents, "3") == [("not-confirmed", "error", field)]


@pytest.mark.parametrize(("number", "is_wrong"), [(0, True), (-3, True), (1, False), (20, False)])
def test_at_least_one_record_was_reviewed(number: int, is_wrong: bool) -> None:
    contents = complete("srr-self-review", students_reviewed=number)
    expected = [("out-of-range", "error", "students_reviewed")] if is_wrong else []
    assert fields_found("srr-self-review", contents, "1") == expected


@pytest.mark.parametrize("address", ["ana", "ana@", "@example.org", "ana@example", "a b@x.org"])
def test_an_address_looks_like_one(address: str) -> None:
    contents = complete("team-creation")
    contents["members"][1]["email"] = address
    expected = [("malformed-address", "error", "members.2.email")]
    assert fields_found("team-creation", contents, "1") == expected


def test_what_another_level_asks_is_not_judged() -> None:
    contents = complete("improvement-plan", "1", mandatory_form=False, consultant_email="kim")
    assert fields_found("improvement-plan", contents, "1") == []
    contents = complete("improvement-plan", "3", covers_all_components=False, format=" ")
    assert fields_found("improvement-plan", contents, "3") == []


# ---------------------------------------------------------------------------------- cross checks


def codes(found: tuple[Finding, ...]) -> list[str]:
    return sorted(f"{one.severity} {one.code} {one.field}" for one in found)


def team(*roles: str, exceptions: Any = None) -> Contents:
    members = [
        {"name": "N", "title": "T", "role": role, "email": "n@example.org"} for role in roles
    ]
    return {"members": members, "lead": "N"} | ({"exceptions": exceptions} if exceptions else {})


FOUR = (
    "superintendent",
    "general-education-administrator",
    "special-education-administrator",
    "selpa-representative",
)
NOT_COVERED = ["error not-covered members.role"]


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (team(*FOUR, "site-administrator"), []),
        (team(*FOUR), NOT_COVERED),
        (team(*FOUR, "other"), NOT_COVERED),
        (team(*FOUR, exceptions=[{"role": "site-administrator", "explanation": "one school"}]), []),
        (team(*FOUR, exceptions=[{"role": "superintendent", "explanation": "x"}]), NOT_COVERED),
        (
            team(*FOUR, exceptions=[{"role": "site-administrator", "explanation": " "}]),
            [*NOT_COVERED, "error missing-field exceptions.1.explanation"],
        ),
        (
            team(*FOUR, exceptions=[{"role": "site-administrator"}]),
            [*NOT_COVERED, "error missing-field exceptions.1.explanation"],
        ),
    ],
)
def test_each_of_five_roles_is_present_or_explained(
    contents: Contents, expected: list[str]
) -> None:
    for level in LEVELS:
        assert codes(all_found("team-creation", contents, level)) == sorted(expected)


@pytest.mark.parametrize(
    ("number", "change", "expected"),
    [
        (1, {"kind": "quantitative"}, ["error not-covered sources.kind"]),
        (1, {"origin": "general-education"}, ["error not-covered sources.origin"]),
        (1, {"elements": ["placement", "climate"]}, ["error not-covered sources.elements"]),
        (1, {"elements": []}, ["error not-covered sources.elements"]),
        (0, {"for_identification": False}, ["error none-marked sources.for_identification"]),
        (0, {"for_identification": None}, ["error none-marked sources.for_identification"]),
    ],
)
def test_sources_cover_what_they_must_together(
    number: int, change: Contents, expected: list[str]
) -> None:
    contents = complete("data-drill-down")
    contents["sources"][number] |= change
    for level in LEVELS:
        assert sorted(set(codes(all_found("data-drill-down", contents, level)))) == expected


def test_each_element_that_is_left_out_is_named() -> None:
    contents = complete("data-drill-down")
    contents["sources"][1]["elements"] = []
    messages = [one.message for one in all_found("data-drill-down", contents, "1")]
    assert messages == ["placement is missing", "engagement is missing", "climate is missing"]


def test_level_3_needs_a_problem_area_that_relates_to_its_identification() -> None:
    contents = complete("consolidation")
    for area in contents["problem_areas"]:
        area["relates_to_identification"] = False
    expected = ["error none-marked problem_areas.relates_to_identification"]
    assert codes(all_found("consolidation", contents, "3")) == expected
    assert codes(all_found("consolidation", contents, "1")) == []


def test_a_short_name_stands_once() -> None:
    areas = complete("consolidation")["problem_areas"]
    areas[1]["id"] = areas[0]["id"]
    contents = complete("consolidation", problem_areas=areas)
    expected = ["error duplicate-id problem_areas.id"]
    assert codes(all_found("consolidation", contents, "1")) == expected


@pytest.mark.parametrize(
    ("ranked", "to_explore", "expected"),
    [
        (["p2", "p1"], ["p1"], []),
        (["p1"], ["p1"], []),
        (["p1", "p3"], ["p1"], ["error unknown-reference ranked"]),
        (["p1"], ["p2"], ["error unknown-reference to_explore"]),
        (["p1", "p1"], ["p1"], ["error duplicate-id ranked"]),
    ],
)
def test_what_is_ranked_was_consolidated_and_what_is_explored_was_ranked(
    ranked: list[str], to_explore: list[str], expected: list[str]
) -> None:
    contents = {"ranked": ranked, "to_explore": to_explore}
    areas = complete("consolidation")
    assert codes(all_found("prioritization", contents, "3", consolidation=areas)) == expected


def causes(*problem_areas: Any) -> Contents:
    contents = complete("root-cause-analysis")
    contents["root_causes"][0]["problem_areas"] = list(problem_areas)
    return contents


OWN_WORDS = {"id": "p9", "statement": "Transport takes two hours."}


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (causes("p1"), []),
        (causes("p1", OWN_WORDS), []),
        (causes("p1", "p9"), ["error unknown-reference root_causes.problem_areas"]),
        (causes(OWN_WORDS), ["error not-covered root_causes.problem_areas"]),
        (causes({"id": "p1", "statement": "Mathematics"}), []),
    ],
)
def test_each_area_to_explore_has_a_root_cause(contents: Contents, expected: list[str]) -> None:
    found = all_found(
        "root-cause-analysis",
        contents,
        "3",
        consolidation=complete("consolidation"),
        prioritization=complete("prioritization"),
    )
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("1", ["warning reference-not-checked root_causes.problem_areas"]),
        ("3", ["error reference-to-nothing-filed root_causes.problem_areas"]),
    ],
)
def test_a_reference_to_nothing_filed(level: str, expected: list[str]) -> None:
    """At Level 3 the consolidation must come first, if only by way of the prioritization."""
    assert codes(all_found("root-cause-analysis", causes("p1"), level)) == expected


def test_a_reference_into_a_receipt_is_only_not_checked() -> None:
    version = submission("improvement-plan", "12-01")
    case = make_case("3", receipt("root-cause-analysis", "10-01"), version)
    (version,) = (one for one in case.submissions if one.activity == "improvement-plan")
    activity = process().activity_by_id["improvement-plan"]
    found = findings_of(activity, version, case, process(), day("12-01"))
    assert codes(found) == ["warning reference-not-checked root_causes_addressed"]


# --------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("activity", "contents", "field", "words"),
    [
        ("team-creation", {"member": []}, "member", "not a field of this artifact"),
        ("team-creation", {"members": [{"rank": "x"}]}, "members.1.rank", "not a field"),
        ("team-creation", {"members": {"name": "x"}}, "members", "must be a list"),
        ("team-creation", {"members": ["Ana Ruiz"]}, "members.1", "must be a table of fields"),
        ("team-creation", {"lead": 7}, "lead", "must be text"),
        ("team-creation", {"lead": "\ud800"}, "lead", "an invalid character"),
        ("team-creation", {"members": [{}, {"role": "mayor"}]}, "members.2.role", "'mayor' is not one of"),
        ("team-creation", {"exceptions": [{"role": "other"}]}, "exceptions.1.role", "'other' is not one of"),
        ("srr-self-review", {"students_reviewed": "20"}, "students_reviewed", "must be a number"),
        ("srr-self-review", {"students_reviewed": 20.0}, "students_reviewed", "must be a whole number"),
        ("srr-self-review", {"students_reviewed": True}, "students_reviewed", "must be a number"),
        ("srr-self-review", {"students_reviewed": 10**40}, "students_reviewed", "must be a number"),
        ("srr-self-review", {"findings_entered": "yes"}, "findings_entered", "true or false"),
        ("srr-self-review", {"findings_entered": 1}, "findings_entered", "true or false"),
        ("parent-input", {"response_rate": "25%"}, "response_rate", "must be a number"),
        ("parent-input", {"response_rate": math.nan}, "response_rate", "must be a number"),
        ("parent-input", {"response_rate": math.inf}, "response_rate", "must be a number"),
        ("parent-input", {"methods": "survey"}, "methods", "must be a list"),
        ("data-drill-down", {"reports": {"sent_on": "July 1"}}, "reports.sent_on", "'July 1' is not a date"),
        ("data-drill-down", {"reports": {"sent_on": "2024-02-30"}}, "reports.sent_on", "is not a date"),
        ("data-drill-down", {"reports": {"sent_on": "20240701"}}, "reports.sent_on", "is not a date"),
        ("data-drill-down", {"reports": {"sent_on": 20240701}}, "reports.sent_on", "must be a date"),
        ("data-drill-down", {"reports": {"sent_on": dt.datetime(2024, 7, 1, 8)}}, "reports.sent_on", "without a time of day"),
        ("data-drill-down", {"sources": [{"elements": ["academics"]}]}, "sources.1.elements.1", "'academics' is not one of"),
        ("data-drill-down", {"reports": []}, "reports", "must be a table of fields"),
        ("prioritization", {"ranked": [1, 2]}, "ranked.1", "must be text"),
        ("root-cause-analysis", {"root_causes": [{"problem_areas": [3]}]}, "root_causes.1.problem_areas.1", "must be text"),
        ("root-cause-analysis", {"root_causes": [{"problem_areas": ["p1", {"name": "x"}]}]}, "root_causes.1.problem_areas.2.name", "not a field"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(
    activity: str, contents: Contents, field: str, words: str
) -> None:
    with pytest.raises(ContentsRefused) as refused:
        read(activity, contents)
    (first, *_) = refused.value.refusals
    assert first.field == field
    assert words in first.message


def test_everything_that_is_refused_is_told_together() -> None:
    contents = {"lead": 7, "color": "red", "members": [{"role": "mayor"}, {"email": 1}]}
    with pytest.raises(ContentsRefused) as refused:
        read("team-creation", contents)
    fields = {one.field for one in refused.value.refusals}
    assert fields == {"lead", "color", "members.1.role", "members.2.email"}


def test_toml_and_json_say_the_same() -> None:
    from_toml = without_idc("3")
    from_toml["reports"]["sent_on"] = dt.date(2024, 7, 1)
    assert read("data-drill-down", from_toml) == read("data-drill-down", without_idc("3"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, False),
        ("", False),
        (" \n", False),
        ([], False),
        (["", " "], False),
        ({}, False),
        ([{"a": ""}], False),
        ("x", True),
        (0, True),
        (False, True),
        ([""] * 2 + ["x"], True),
    ],
)
def test_filled(value: object, expected: bool) -> None:
    assert is_filled(value) is expected
