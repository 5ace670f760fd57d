"""Artifact files: the template of every activity can be filled in and read; bombs are refused."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from cimflow.intake.artifact import artifact_template, read_artifact
from cimflow.intake.errors import IntakeErrors
from cimflow.process.artifacts import findings_in_contents, read_contents
from cimflow.process.definition import Activity
from cimflow.resources import load_processes
from tests.factories import contents

PROCESS = load_processes()["targeted-2024"]
AT_EVERY_LEVEL = [(one, level) for one in PROCESS.activities for level in PROCESS.level_by_id]
IDS = [f"{one.id} {level}" for one, level in AT_EVERY_LEVEL]


@pytest.mark.parametrize(("activity", "level"), AT_EVERY_LEVEL, ids=IDS)
def test_the_template_left_blank_names_what_is_missing_and_nothing_else(
    tmp_path: Path, activity: Activity, level: str
) -> None:
    """Blank is absent: it says the same as an empty file, plus what an entry begun lacks."""
    (tmp_path / "a.toml").write_text(artifact_template(activity, level), encoding="utf-8")
    read = read_contents(activity, read_artifact(tmp_path / "a.toml"))
    found = findings_in_contents(activity, read, level)
    assert {one.code for one in found} == {"missing-field"}
    assert {one.field for one in findings_in_contents(activity, {}, level)} <= {
        one.field for one in found
    }


@pytest.mark.parametrize(("activity", "level"), AT_EVERY_LEVEL, ids=IDS)
def test_the_template_names_every_field_that_can_be_filled_in(
    activity: Activity, level: str
) -> None:
    with_comments = artifact_template(activity, level).replace("# ", "")
    for field in activity.fields:
        assert f"\n{field.id} = " in with_comments or f"[{field.id}]" in with_comments


@pytest.mark.parametrize(("activity", "level"), AT_EVERY_LEVEL, ids=IDS)
def test_what_is_right_is_right_as_json_and_as_toml(
    tmp_path: Path, activity: Activity, level: str
) -> None:
    wanted = contents(activity.id, level)
    (tmp_path / "a.json").write_text(json.dumps(wanted), encoding="utf-8")
    (tmp_path / "a.toml").write_text(as_toml(wanted), encoding="utf-8")
    from_json = read_contents(activity, read_artifact(tmp_path / "a.json"))
    assert from_json == read_contents(activity, read_artifact(tmp_path / "a.toml"))
    errors = [
        one for one in findings_in_contents(activity, from_json, level) if one.severity == "error"
    ]
    assert errors == []


def as_toml(value: dict[str, object]) -> str:
    """Written by hand here: inline tables, and dates as TOML dates."""

    def one(inner: object) -> str:
        if isinstance(inner, dict):
            return "{" + ", ".join(f"{key} = {one(of)}" for key, of in inner.items()) + "}"
        if isinstance(inner, list):
            return "[" + ", ".join(map(one, inner)) + "]"
        text = json.dumps(inner)
        return text.strip('"') if text[1:5].isdecimal() and text[5:6] == "-" else text

    text = "\n".join(f"{key} = {one(inner)}" for key, inner in value.items())
    tomllib.loads(text)
    return text


REFUSED = [
    # what                    name       text                                   the error speaks of
    ("nested lists",          "a.json",  "[" * 100_000,                         "too deep"),
    ("nested tables",         "a.json",  '{"a":' * 100_000,                     "too deep"),
    ("nested TOML",           "a.toml",  "a=" + "[" * 100_000,                  "too deep"),
    ("a key of many dots",    "a.toml",  "a" + ".a" * 50_000 + "=1",            "too deep"),
    ("many digits",           "a.json",  '{"a": ' + "9" * 5000 + "}",           "digits"),
    ("not a number",          "a.json",  '{"a": NaN}',                          "is not a number"),
    ("infinite",              "a.toml",  "a = inf",                             "is not a number"),
    ("half a character",      "a.json",  '{"a": "\\ud800"}',                    "cannot be kept"),
    ("a NUL",                 "a.json",  '{"a": "x\\u0000"}',                   "cannot be kept"),
    ("a key twice",           "a.json",  '{"a": 1, "a": 2}',                    "stands twice"),
    ("an unseen key",         "a.json",  '{"\\u001b[31m": 1}',                  "unseen characters"),
    ("a list",                "a.json",  "[1]",                                 "not a table of fields"),
    ("curly quotes",          "a.toml",  "a = “x”",                             "straight quotation marks"),
    ("a syntax error",        "a.toml",  "a = 1\nb =",                          "line 2"),
    ("nothing",               "a.toml",  "",                                    "is empty"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "speaks_of"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(
    tmp_path: Path, name: str, text: str, speaks_of: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(IntakeErrors, match=speaks_of) as error:
        read_artifact(tmp_path / name)
    assert all(str(one).startswith(name) for one in error.value.errors)
