"""Artifact files in TOML and JSON, and the template from which a person makes one."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cimflow.intake.artifacts import artifact as artifact_module
from cimflow.intake.artifacts.artifact import artifact_template, read_artifact
from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.process_file import Activity
from cimflow.process.evaluation.contents import read_contents
from cimflow.process.evaluation.findings import findings_in_contents, is_filled
from tests.factories import complete, process
from tests.intake.tables.sheets import refusals

ACTIVITIES = process().activities


@pytest.mark.parametrize(
    ("name", "text", "data"),
    [
        ("a.toml", 'a = "x"\non = 2024-07-10\n', {"a": "x", "on": dt.date(2024, 7, 10)}),
        ("a.TOML", "\ufeffa = 1\r\nb = 2\r\n", {"a": 1, "b": 2}),
        ("a.json", '{"a": [1, 0.5, null, "é\\n"]}', {"a": [1, 0.5, None, "é\n"]}),
        ("a.json", '\ufeff{"a": true}', {"a": True}),
        ("a.txt", ' {"a": 1}', {"a": 1}),
        ("a.txt", "a = 1", {"a": 1}),
        ("a.txt", '[[members]]\nname = "Ana"', {"members": [{"name": "Ana"}]}),
        ("a", "[x]\ny = 1", {"x": {"y": 1}}),
        ("a.toml", "# nothing yet\n", {}),
    ],
)
def test_what_is_read(tmp_path: Path, name: str, text: str, data: dict[str, Any]) -> None:
    (tmp_path / name).write_bytes(text.encode())
    assert read_artifact(tmp_path / name) == data


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """PowerShell redirects into UTF-16."""
    path = tmp_path / "a.toml"
    path.write_bytes('a = "Peña"'.encode(encoding))
    assert read_artifact(path) == {"a": "Peña"}


@pytest.mark.parametrize(
    ("name", "text", "because"),
    [
        ("a.toml", "a = 1\nb = \n", "a.toml: cannot be read: Invalid value (at line 2, column 5)"),
        ("a.toml", "a = 1\na = 2\n", "(at line 2"),
        ("a.toml", "a = “x”", "write straight quotation marks"),
        ("a.toml", "a = nan", "a.toml, a: nan is not a number"),
        ("a.toml", "[b]\n[[b.c]]\nd = -inf", "a.toml, b.c.1.d: -inf is not a number"),
        ("a.json", '{"a": 1,}', "a.json: cannot be read: "),
        ("a.json", '{\n"a": x}', "line 2, column 6"),
        ("a.json", '{"a": 1, "a": 2}', "'a' appears twice"),
        ("a.json", '{"m": [{"a": 1, "a": 2}]}', "'a' appears twice"),
        ("a.json", '{"a": ' + "9" * 10_000 + "}", "a.json: cannot be read: it contains a number"),
        (
            "a.toml",
            "a = " + "9" * 10_000,
            "a.toml: cannot be read: it contains a number with thousands",
        ),
        ("a.json", '{"a": NaN}', "NaN is not a number"),
        ("a.json", '{"a": -Infinity}', "-Infinity is not a number"),
        ("a.json", '{"a": 1e999}', "a.json, a: inf is not a number"),
        ("a.json", '{"a": ["\\ud800"]}', "a.json, a.1: the text contains a character"),
        ("a.json", '{"a": "\\u0000"}', "a.json, a: the text contains a character"),
        ("a.json", '{"a\\n": 1}', "a.json, 'a\\n': the name of this field contains"),
        ("a.json", "[1, 2]", "is not a table of fields"),
        ("a.json", '"text"', "is not a table of fields"),
        ("a.txt", '[{"a": 1}]', "is not a table of fields"),
        ("a.json", "[" * 100_000, "is nested too deep"),
        ("a.toml", "a = " + "[" * 100_000, "is nested too deep"),
        ("a.toml", "a" + ".a" * 50_000 + " = 1", "is nested too deep"),
        ("a.json", "", "a.json: is empty"),
        ("a.json", "\x00\x00", "is not text"),
    ],
)
def test_what_is_refused(tmp_path: Path, name: str, text: str, because: str) -> None:
    (tmp_path / name).write_bytes(text.encode())
    (line,) = refusals(lambda: read_artifact(tmp_path / name))
    assert because in line


def test_no_file_a_folder_and_a_large_file(tmp_path: Path) -> None:
    (missing,) = refusals(lambda: read_artifact(tmp_path / "none.toml"))
    assert missing.endswith("none.toml: there is no such file")
    (folder,) = refusals(lambda: read_artifact(tmp_path))
    assert folder.endswith("is a folder, not a file")
    with (tmp_path / "a.toml").open("wb") as file:
        file.truncate(artifact_module.MAX_BYTES + 1)
    assert refusals(lambda: read_artifact(tmp_path / "a.toml")) == ["a.toml: is larger than 5 MB"]


LEVELS = (None, *process().level_by_id)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda one: one.id)
def test_a_template_left_blank_reads_and_names_what_is_missing(
    tmp_path: Path, activity: Activity, level: str | None
) -> None:
    path = tmp_path / "a.toml"
    path.write_text(artifact_template(activity, level), encoding="utf-8")
    contents = read_contents(activity, read_artifact(path))
    at = level or process().levels[0].id
    blank = findings_in_contents(activity, contents, at)
    assert blank == findings_in_contents(activity, {}, at)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda one: one.id)
def test_a_template_explains_every_field(activity: Activity, level: str | None) -> None:
    text = artifact_template(activity, level)
    for field in every_field(activity.fields):
        assert field.title in text
        assert all(choice in text for choice in field.choices)
    for line in text.splitlines():
        assert not line or line.startswith(("#", "[")) or line.endswith(('= ""', "= []"))


@pytest.mark.parametrize("level", process().level_by_id)
@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda one: one.id)
def test_a_template_filled_in_reads_as_what_was_filled_in(
    tmp_path: Path, activity: Activity, level: str
) -> None:
    wanted = complete(activity.id, level)
    filled = fill(artifact_template(activity, level), wanted)
    path = tmp_path / "a.toml"
    path.write_text(filled, encoding="utf-8")
    read = read_contents(activity, read_artifact(path))
    filled_in = {key: value for key, value in read.items() if is_filled(value)}
    assert filled_in == read_contents(activity, wanted)


def test_a_template_marks_what_a_level_needs() -> None:
    plan = process().activity_by_id["improvement-plan"]
    everything = artifact_template(plan)
    assert "needed at level 3" in everything
    assert "needed at levels 1, 2" in everything
    for level, asked, other in (
        ("1", "format", "mandatory_form"),
        ("3", "mandatory_form", "format"),
    ):
        keys = tomllib.loads(artifact_template(plan, level))
        assert asked in keys
        assert other not in keys
        assert f"does not apply at level {level}" in artifact_template(plan, level)


def every_field(fields: tuple[FieldDefinition, ...]) -> list[FieldDefinition]:
    return [one for field in fields for one in (field, *every_field(field.fields))]


def fill(template: str, contents: dict[str, Any]) -> str:
    """What a person does: writes into the blanks, and copies the blocks of lists."""
    top, *blocks = template.split("\n[")
    head = f"[{top}" if top.startswith("[") else _fill_keys(top, contents)
    text = [head]
    for block in blocks:
        name = block.split("]")[0].strip("[")
        value = contents.get(name)
        entries = value if isinstance(value, list) else [value] if value is not None else []
        text += [_fill_keys("[" + block, entry) for entry in entries]
    return "\n".join(text)


def _fill_keys(text: str, values: dict[str, Any]) -> str:
    lines = []
    for line in text.splitlines():
        key = line.removeprefix("# ").split(" = ")[0]
        is_key = line.endswith(('= ""', "= []"))
        lines.append(f"{key} = {_toml(values[key])}" if is_key and key in values else line)
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(_toml(one) for one in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    return json.dumps(value)
