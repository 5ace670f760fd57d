"""The workbook of an artifact: filled in and read back it says what TOML says; errors name the cell."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from cimflow.intake.artifacts.artifact import read_artifact, read_artifact_bytes
from cimflow.intake.artifacts.blank_workbook import artifact_workbook
from cimflow.intake.artifacts.read_workbook import read_artifact_workbook
from cimflow.intake.uploads.file_kind import sniff
from cimflow.intake.uploads.student_data import refuse_student_rows
from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.process_file import Activity
from cimflow.process.evaluation.contents import read_contents
from cimflow.process.evaluation.findings import is_filled
from tests.factories import complete, process
from tests.intake.tables.sheets import refusals
from tests.thoroughness import examples

ACTIVITIES = process().activities
LEVELS = (None, *(pytest.param(one, marks=pytest.mark.slow) for one in process().level_by_id))
ARTIFACTS = sorted((Path(__file__).parents[3] / "config" / "sample" / "artifacts").glob("*.toml"))
TEAM, ROOT = (
    process().activity_by_id["team-creation"],
    process().activity_by_id["root-cause-analysis"],
)


def as_excel_keeps_it(number: float) -> float:
    """A workbook keeps fifteen digits of a number."""
    return float(f"{number:.15g}")


def activity_of(path: Path) -> Activity:
    return next(one for one in ACTIVITIES if path.stem.endswith(one.id))


def filled(value: Any) -> Any:
    """What was entered: blanks left out, as a workbook knows them."""
    if isinstance(value, dict):
        return {key: filled(one) for key, one in value.items() if is_filled(one)}
    return [filled(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", ARTIFACTS, ids=lambda one: one.stem)
def test_every_sample_artifact_comes_back(path: Path) -> None:
    activity = activity_of(path)
    wanted = read_artifact(path)
    data = artifact_workbook(activity, None, wanted)
    read = read_artifact_workbook(data, "a.xlsx", activity)
    assert read == filled(wanted)
    assert read_contents(activity, read) == filled(read_contents(activity, wanted))
    assert read_artifact_bytes(data, "a.toml", activity) == read


@pytest.mark.parametrize("level", process().level_by_id)
@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda one: one.id)
def test_a_complete_artifact_of_every_activity_comes_back(activity: Activity, level: str) -> None:
    wanted = complete(activity.id, level)
    data = artifact_workbook(activity, level, wanted)
    read = read_artifact_workbook(data, "a.xlsx", activity)
    assert read_contents(activity, read) == read_contents(activity, wanted)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda one: one.id)
def test_a_form_left_blank_is_read_and_holds_nothing(activity: Activity, level: str | None) -> None:
    data = artifact_workbook(activity, level)
    assert sniff(data, "a").word == "xlsx"
    refuse_student_rows(data, sniff(data, "a"), "a")
    assert read_artifact_workbook(data, "a.xlsx", activity) == {}


@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda one: one.id)
def test_a_form_explains_every_field(activity: Activity) -> None:
    book = openpyxl.load_workbook(io.BytesIO(artifact_workbook(activity)))
    said = " ".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    )

    def explained(fields: tuple[FieldDefinition, ...]) -> None:
        for one in fields:
            assert one.id in said
            assert one.title in said
            assert all(choice in said for choice in one.choices)
            explained(one.fields)

    explained(activity.fields)


def test_choices_are_offered() -> None:
    book = openpyxl.load_workbook(io.BytesIO(artifact_workbook(TEAM)))
    offers = [one.formula1 for one in book["members"].data_validations.dataValidation]
    assert any("superintendent" in one for one in offers) or offers == []
    drill = process().activity_by_id["data-drill-down"]
    sheet = openpyxl.load_workbook(io.BytesIO(artifact_workbook(drill)))["sources"]
    found = {one.formula1 for one in sheet.data_validations.dataValidation}
    assert '"quantitative,qualitative"' in found
    assert '"yes,no"' in found


# ---------------------------------------------------------------------------- anything at all

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="_"),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() == text)
PLAIN: dict[str, Callable[[FieldDefinition], st.SearchStrategy[Any]]] = {
    "text": lambda _: WORDS,
    "email": lambda _: WORDS,
    "date": lambda _: st.dates(dt.date(1901, 1, 1), dt.date(2100, 1, 1)),
    "whole-number": lambda _: st.integers(-(10**9), 10**9),
    "number": lambda _: st.floats(-(10**9), 10**9, allow_subnormal=False).map(as_excel_keeps_it),
    "yes-no": lambda _: st.booleans(),
    "choice": lambda one: st.sampled_from(one.choices),
    "choices": lambda one: st.lists(st.sampled_from(one.choices), min_size=1, max_size=3),
    "texts": lambda _: st.lists(WORDS, min_size=1, max_size=3),
    "references": lambda _: st.lists(WORDS.filter(lambda one: ";" not in one), min_size=1),
}


def values(one: FieldDefinition) -> st.SearchStrategy[Any]:
    if not one.kind_row.has_fields:
        return PLAIN[one.kind](one)
    entry = table(one.fields)
    if one.kind_row.shape == "group":
        return entry
    if one.kind_row.shape == "list":
        return st.lists(entry, min_size=1, max_size=3)
    return st.lists(WORDS | entry.filter(lambda some: set(some) != {"id"}), min_size=1, max_size=3)


def table(fields: tuple[FieldDefinition, ...]) -> st.SearchStrategy[dict[str, Any]]:
    some = st.fixed_dictionaries({}, optional={one.id: values(one) for one in fields})
    return some.filter(bool)


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(ACTIVITIES), st.data())
def test_anything_comes_back(activity: Activity, draw: st.DataObject) -> None:
    wanted = draw.draw(table(activity.fields))
    data = artifact_workbook(activity, None, wanted)
    assert read_artifact_workbook(data, "a.xlsx", activity) == wanted


# ------------------------------------------------------------------------------ what people do


def edited(activity: Activity, edit: Callable[[Workbook], None], level: str = "2") -> bytes:
    book = openpyxl.load_workbook(
        io.BytesIO(artifact_workbook(activity, level, complete(activity.id, level)))
    )
    edit(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def put(sheet: str, cell: str, value: Any) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        book[sheet][cell] = value

    return edit


def at(book_activity: Activity, sheet: str, heading: str) -> str:
    """The letter of a column."""
    book = openpyxl.load_workbook(io.BytesIO(artifact_workbook(book_activity)))
    return next(one.column_letter for one in book[sheet][3] if one.value == heading)


def reworded(book: Workbook, heading: str, words: str) -> None:
    """A heading of the first sheet in somebody's own words."""
    (cell,) = [one for row in book["Fields"].iter_rows() for one in row if one.value == heading]
    cell.value = words


ROLE = at(TEAM, "members", "role")


@pytest.mark.parametrize(
    ("activity", "edit", "because"),
    [
        (TEAM, put("members", f"{ROLE}5", "clown"), "a.xlsx, sheet members, row 5, role: 'clown' is not one of"),
        (TEAM, put("members", "Z5", "lost"), "a.xlsx, sheet members, row 5: a cell without a heading"),
        (TEAM, put("members", f"{ROLE}4", "=A1"), "row 4, role: contains a formula without a saved value"),
        (TEAM, lambda book: book["members"].__setitem__(f"{ROLE}3", "rolle"), "'rolle' is not a field of this sheet"),
        (TEAM, lambda book: book.create_sheet("Mine").append(["x"]), "sheet mine: is not a sheet of team-creation"),
        (TEAM, lambda book: book.remove(book["Fields"]), "is not the workbook for team-creation"),
        (TEAM, lambda book: book["members"].delete_rows(3), "has no header"),
        (TEAM, lambda book: reworded(book, "Value", "Answer"), "has no row with the headings Field and Value"),
        (TEAM, lambda book: reworded(book, "Field", "Question"), "has no row with the headings Field and Value"),
        (ROOT, put("root_causes.problem_areas", "A4", 99), "of_no: '99' is not the number of a row on the sheet root_causes"),
        (ROOT, put("root_causes.problem_areas", "A4", None), "of_no: is blank"),
        (ROOT, lambda book: book["root_causes"].append([1, "RC9"]), "no: '1' appears twice"),
    ],
)  # fmt: skip
def test_errors_name_the_sheet_the_row_and_the_field(
    activity: Activity, edit: Callable[[Workbook], None], because: str
) -> None:
    data = edited(activity, edit)
    lines = refusals(lambda: read_artifact_workbook(data, "a.xlsx", activity))
    assert any(because in one for one in lines), lines


def test_all_errors_come_together() -> None:
    def edit(book: Workbook) -> None:
        book["members"][f"{ROLE}4"] = "clown"
        book["members"][f"{ROLE}5"] = "juggler"

    assert len(refusals(lambda: read_artifact_workbook(edited(TEAM, edit), "a.xlsx", TEAM))) == 2


def test_what_is_no_workbook(tmp_path: Path) -> None:
    (line,) = refusals(lambda: read_artifact_bytes(b"PK\x03\x04 no", "a.xlsx", TEAM))
    assert "cannot be read as an Excel workbook" in line
    (tmp_path / "a.xlsx").write_bytes(artifact_workbook(TEAM))
    (line,) = refusals(lambda: read_artifact(tmp_path / "a.xlsx"))
    assert "upload TOML or JSON here" in line
    assert read_artifact(tmp_path / "a.xlsx", TEAM) == {}


@pytest.mark.parametrize("name", ["a.json", "a", "plan.xlsx"])
def test_bytes_of_text_are_read_as_files_are(name: str) -> None:
    data = json.dumps({"a": "é"}).encode()
    assert read_artifact_bytes(data, name, TEAM) == {"a": "é"}
    (line,) = refusals(lambda: read_artifact_bytes(b"", name, TEAM))
    assert line == f"{name}: is empty"
