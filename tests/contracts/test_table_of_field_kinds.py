"""A kind of field is one row: an invented one is read, judged, written, compared, and shown.

Nothing but the row is added: no place knows the kind by its name.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook

from cimflow.cli import main as command_line
from cimflow.dashboard.lea.artifact_view import contents_in_words, findings_in_words
from cimflow.intake.artifacts.artifact import read_artifact_bytes
from cimflow.intake.artifacts.blank_toml import artifact_template
from cimflow.intake.artifacts.blank_workbook import artifact_workbook
from cimflow.intake.artifacts.read_workbook import read_artifact_workbook
from cimflow.monitoring.submissions.compare import differences
from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.errors import ConfigErrors
from cimflow.process.definition.field_kinds import FIELD_KINDS, FieldKind
from cimflow.process.definition.field_values import Wrong
from cimflow.process.definition.parse_process import parse_process
from cimflow.process.definition.process_file import Activity
from cimflow.process.evaluation.contents import ContentsRefused, read_contents
from cimflow.process.evaluation.findings import findings_in_contents
from tests import factories
from tests.factories import submission
from tests.intake.tables.sheets import refusals

ROOT = Path(__file__).parents[2]


def dollars(_field: FieldDefinition, value: object) -> str:
    """``1250.00``: dollars and cents, as text."""
    if not isinstance(value, str) or not re.fullmatch(r"-?\d+\.\d\d", value):
        raise ValueError(f"{value!r} is not an amount such as 1250.00")
    return value


def dollars_of_cell(field: FieldDefinition, text: str) -> str:
    plain = re.sub(r"[$,\s]", "", text)
    return dollars(field, plain if "." in plain else f"{plain}.00")


def in_dollars(value: str) -> str:
    return f"${float(value):,.2f}"


def not_negative(field: FieldDefinition, value: str) -> Iterator[Wrong]:
    if value.startswith("-"):
        yield "out-of-range", f"{field.name} is {in_dollars(value)}; it must not be negative"


MONEY = FieldKind(
    id="money",
    in_a_cell="an amount in dollars, such as $1,250.00",
    in_toml='an amount in dollars, such as "1250.00"',
    accept=dollars,
    judge=not_negative,
    from_cell=dollars_of_cell,
    to_cell=in_dollars,
    in_words=in_dollars,
)
PAYMENTS = FieldKind(
    id="payments",
    shape="several",
    in_a_cell="amounts in dollars, one on each line of the cell",
    in_toml='a list of amounts: ["1250.00", "80.00"]',
    accept=dollars,
    judge=not_negative,
    from_cell=dollars_of_cell,
    to_cell=in_dollars,
    in_words=in_dollars,
)
FIELDS: list[dict[str, Any]] = [
    {"id": "cost", "kind": "money", "title": "Cost of the team"},
    {"id": "paid", "kind": "payments", "title": "Paid so far", "required": False},
]
IN_MEMBERS = {"id": "stipend", "kind": "money", "title": "Stipend", "required": False}


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FIELD_KINDS, MONEY.id, MONEY)
    monkeypatch.setitem(FIELD_KINDS, PAYMENTS.id, PAYMENTS)


def team() -> Activity:
    """The team of the shipped file with fields of the invented kinds, as a file would name them."""
    data = factories._toml("processes/targeted-2024.toml")
    (found,) = [one for one in data["activities"] if one["id"] == "team-creation"]
    found["fields"] += FIELDS
    (members,) = [one for one in found["fields"] if one["id"] == "members"]
    members["fields"].append(IN_MEMBERS)
    return parse_process(data, file="p.toml").activity_by_id["team-creation"]


def filled(**changes: Any) -> dict[str, Any]:
    contents = factories.complete("team-creation", cost="1250.00", paid=["80.00", "1000.50"])
    contents["members"][1]["stipend"] = "200.00"
    return contents | changes


# ------------------------------------------------------------------------------------ check-config


def check_config(folder: Path, patch: pytest.MonkeyPatch) -> int:
    """``cimflow check-config`` over the shipped configuration with a field of the invented kind."""
    config = shutil.copytree(ROOT / "config", folder / "config")
    path = config / "processes/targeted-2024.toml"
    text = path.read_text(encoding="utf-8")
    before = '[[activities.fields]]\nid = "members"'
    assert text.count(before) == 1
    field = '[[activities.fields]]\nid = "cost"\nkind = "money"\ntitle = "Cost"\n\n'
    path.write_text(text.replace(before, field + before), encoding="utf-8")
    patch.setenv("CIMFLOW_CONFIG_DIR", str(config))
    return command_line.run(["check-config"])


def test_check_config_refuses_a_kind_that_is_not_in_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_config(tmp_path, monkeypatch) != 0
    said = "".join(capsys.readouterr())
    assert "activities[team-creation].fields[cost].kind" in said
    assert "'money' is not one of 'text', 'email', 'date'," in said


@pytest.mark.usefixtures("rows")
def test_check_config_takes_a_kind_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_config(tmp_path, monkeypatch) == 0


@pytest.mark.parametrize("kind", ["money", "Text", "", 3, ["text"]])
def test_no_unknown_kind_is_taken_for_another(kind: Any) -> None:
    data = factories._toml("processes/targeted-2024.toml")
    data["activities"][0]["fields"][0]["kind"] = kind
    with pytest.raises(ConfigErrors) as refused:
        parse_process(data, file="p.toml")
    assert [one.key.rpartition(".")[2] for one in refused.value.errors] == ["kind"]


def test_no_field_of_an_unknown_kind_can_be_made() -> None:
    with pytest.raises(ValueError, match="'money' is not one of 'text'"):
        FieldDefinition(id="cost", kind="money")


# -------------------------------------------------------------------------------- read and judged


@pytest.mark.usefixtures("rows")
def test_it_is_read_from_toml() -> None:
    text = 'cost = "1250.00"\npaid = ["80.00", "1000.50"]\n'
    data = read_artifact_bytes(text.encode(), "a.toml", team())
    assert read_contents(team(), data) == {"cost": "1250.00", "paid": ["80.00", "1000.50"]}


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cost": "much"}, "cost"),
        ({"cost": 1250}, "cost"),
        ({"paid": ["80.00", "some"]}, "paid.2"),
        ({"members": [{"name": "Ana", "stipend": "1,5"}]}, "members.1.stipend"),
    ],
)
def test_what_is_malformed_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ContentsRefused) as refused:
        read_contents(team(), filled(**changes))
    (one,) = refused.value.refusals
    assert one.field == field
    assert "is not an amount such as 1250.00" in one.message


@pytest.mark.usefixtures("rows")
def test_it_is_judged_and_missed() -> None:
    wrong = read_contents(team(), filled(cost="-5.00", paid=["80.00", "-1.00"]))
    found = findings_in_contents(team(), wrong, "2")
    assert [(one.code, one.field, one.message) for one in found] == [
        ("out-of-range", "cost", "Cost of the team is $-5.00; it must not be negative"),
        ("out-of-range", "paid", "Paid so far is $-1.00; it must not be negative"),
    ]
    absent = {key: one for key, one in filled().items() if key != "cost"}
    (missing,) = findings_in_contents(team(), absent, "2")
    assert (missing.code, missing.field) == ("missing-field", "cost")
    (said,) = findings_in_words(team().fields, [missing])
    assert (said.where, said.message) == ("", "Cost of the team is missing")


# --------------------------------------------------------------------------------- the blank forms


@pytest.mark.usefixtures("rows")
def test_the_blank_toml_explains_it_and_is_read() -> None:
    text = artifact_template(team(), "2")
    lines = text.splitlines()
    at = lines.index('cost = ""')
    assert lines[at - 2 : at] == [
        "# Cost of the team",
        '#   needed; an amount in dollars, such as "1250.00"',
    ]
    assert "paid = []" in lines
    assert 'stipend = ""' in lines
    typed = text.replace('\ncost = ""', '\ncost = "9.50"')
    assert read_artifact_bytes(typed.encode(), "a.toml", team())["cost"] == "9.50"


@pytest.mark.usefixtures("rows")
def test_the_blank_workbook_explains_it_and_holds_nothing() -> None:
    data = artifact_workbook(team(), "2")
    cells = [
        str(cell.value)
        for sheet in openpyxl.load_workbook(io.BytesIO(data))
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert f"needed; {MONEY.in_a_cell}" in cells
    assert f"optional; {PAYMENTS.in_a_cell}" in cells
    assert f"Stipend (optional; {MONEY.in_a_cell})" in cells
    assert read_artifact_workbook(data, "a.xlsx", team()) == {}


@pytest.mark.usefixtures("rows")
def test_a_filled_in_workbook_comes_back() -> None:
    data = artifact_workbook(team(), "2", filled())
    cells = {
        cell.value
        for sheet in openpyxl.load_workbook(io.BytesIO(data))
        for row in sheet.iter_rows()
        for cell in row
    }
    assert {"$1,250.00", "$80.00\n$1,000.50", "$200.00"} <= cells
    assert read_artifact_workbook(data, "a.xlsx", team()) == filled()


def typed(cell: Callable[[Workbook], Any], value: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(artifact_workbook(team(), "2", filled())))
    cell(book).value = value
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def cost(book: Workbook) -> Any:
    (row,) = [row for row in book["Fields"].iter_rows() if row[0].value == "cost"]
    return row[-1]


def stipend(book: Workbook) -> Any:
    sheet = book["members"]
    (column,) = [cell.column for cell in sheet[3] if cell.value == "stipend"]
    return sheet.cell(5, column)


@pytest.mark.usefixtures("rows")
def test_a_cell_is_read_as_people_type_it() -> None:
    read = read_artifact_workbook(typed(cost, " $ 2,000 "), "a.xlsx", team())
    assert read == filled(cost="2000.00")


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("cell", "where"), [(cost, "sheet Fields, row "), (stipend, "sheet members, row 5, stipend")]
)
def test_a_cell_that_is_malformed_is_named(cell: Callable[[Workbook], Any], where: str) -> None:
    data = typed(cell, "a lot")
    (line,) = refusals(lambda: read_artifact_workbook(data, "a.xlsx", team()))
    assert where in line
    assert "is not an amount such as 1250.00" in line


# ------------------------------------------------------------------------------ compared and shown


@pytest.mark.usefixtures("rows")
def test_the_pages_show_it() -> None:
    shown = {one.title: one for one in contents_in_words(team().fields, filled())}
    assert shown["Cost of the team"].text == "$1,250.00"
    assert shown["Paid so far"].text == "$80.00, $1,000.50"
    entry = shown["Members of the CIM Team"].entries[1]
    assert ("Stipend", "$200.00") in [(one.title, one.text) for one in entry]


@pytest.mark.usefixtures("rows")
def test_what_changed_is_said_in_its_words() -> None:
    new = filled(cost="1300.00", paid=["80.00"])
    changes = differences(
        team(),
        submission("team-creation", "07-01", contents=filled()),
        submission("team-creation", "07-02", contents=new),
    )
    assert [(one.title, one.before, one.after, one.kind) for one in changes] == [
        ("Cost of the team", "$1,250.00", "$1,300.00", "changed"),
        ("Paid so far, 2", "$1,000.50", "", "removed"),
    ]


# ---------------------------------------------------------------------------- and nowhere but here


def test_no_other_module_asks_which_kind_a_field_is() -> None:
    """They ask the row. A module that compares names would not know the next kind."""
    of_a_field = "cimflow/process/definition/artifact_fields.py"
    of_a_prerequisite = "cimflow/process/definition/process_file.py"
    knows_fields = {
        path.relative_to(ROOT).as_posix(): text
        for path in (ROOT / "cimflow").rglob("*.py")
        if "FieldDefinition" in (text := path.read_text(encoding="utf-8"))
    }
    assert len(knows_fields) >= 13
    asking = {name for name, text in knows_fields.items() if re.search(r"\.kind\b", text)}
    assert asking == {of_a_field, of_a_prerequisite}


def test_a_kind_with_cells_says_what_to_write_into_them() -> None:
    with pytest.raises(ValueError, match="'bare' does not say what to write into a cell"):
        FieldKind(id="bare")
