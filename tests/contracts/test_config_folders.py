"""Which files are read, from where, and what is said of one that cannot be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cimflow import resources
from cimflow.process.definition.errors import ConfigErrors

CONFIG = Path(__file__).parents[2] / "config"
SHIPPED = CONFIG / "processes/targeted-2024.toml"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, to be changed."""
    copied = tmp_path / "config"
    for name in ("processes", "calendars"):
        shutil.copytree(CONFIG / name, copied / name)
    shutil.copy(CONFIG / "notices.toml", copied)
    return copied


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home/processes").mkdir(parents=True)
    return tmp_path / "home"


def shipped_as(process_id: str, path: Path, **changes: str) -> None:
    """The shipped process under another id, with some of its text replaced."""
    text = SHIPPED.read_text(encoding="utf-8")
    text = text.replace('id = "targeted-2024"', f'id = "{process_id}"')
    for old, new in changes.items():
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def said(error: pytest.ExceptionInfo[ConfigErrors]) -> str:
    return "\n".join(str(one) for one in error.value.errors)


def test_the_shipped_folders_are_found() -> None:
    assert resources.config_folder() == CONFIG
    assert resources.templates_dir() == CONFIG.parent / "templates"


def test_a_wheel_brings_its_folders_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cimflow/_bundled/config").mkdir(parents=True)
    monkeypatch.setattr(resources, "_HERE", tmp_path / "cimflow")
    assert resources.config_folder() == tmp_path / "cimflow/_bundled/config"


def test_a_named_folder_takes_the_place_of_the_shipped_one(config: Path) -> None:
    (config / "processes/targeted-2024.toml").unlink()
    shipped_as("targeted-2031", config / "processes/mine.toml")
    assert list(resources.load_processes(config_dir=config)) == ["targeted-2031"]


def test_a_home_adds_its_own(home: Path) -> None:
    shipped_as("targeted-2025", home / "processes/mine.toml")
    assert set(resources.load_processes(home=home)) == {"targeted-2024", "targeted-2025"}


def test_a_home_s_own_file_takes_the_place_of_a_shipped_one(home: Path) -> None:
    """So a SELPA can ask for approval of more than the plan, without touching what is installed."""
    text = SHIPPED.read_text(encoding="utf-8")
    text = text.replace('title = "Data Drill Down"\n', 'title = "Our Drill Down"\n', 1)
    (home / "processes/targeted-2024.toml").write_text(text, encoding="utf-8")
    process = resources.load_processes(home=home)["targeted-2024"]
    assert process.activity_by_id["data-drill-down"].title == "Our Drill Down"
    assert resources.check_files(home=home) == []


def test_a_home_need_not_have_processes(tmp_path: Path) -> None:
    assert list(resources.load_processes(home=tmp_path / "nothing")) == ["targeted-2024"]


def test_two_files_of_one_folder_cannot_be_the_same_process(home: Path) -> None:
    for name in ("a.toml", "b.toml"):
        shipped_as("targeted-2025", home / "processes" / name)
    with pytest.raises(ConfigErrors) as error:
        resources.load_processes(home=home)
    assert "b.toml: id: 'targeted-2025' is already the id of" in said(error)
    assert [one.key for one in resources.check_files(home=home)] == ["id"]


def test_the_template_is_never_a_process(home: Path) -> None:
    assert all(one.name != "template.toml" for one in resources.process_files(home=home))


def test_a_file_being_filled_in_stops_nobody_and_is_told(home: Path) -> None:
    shutil.copy(CONFIG / "processes/template.toml", home / "processes/targeted-2025.toml")
    assert list(resources.load_processes(home=home)) == ["targeted-2024"]
    errors = resources.check_files(home=home)
    assert len(errors) == 25
    assert all("still be filled in" in one.message for one in errors)


FORMS = {"{ unknown = true }": None, "{ projected = 2026-12-01 }": None, "2024-12-31": "2024-12-31"}


@pytest.mark.parametrize(("form", "day"), FORMS.items())
def test_the_day_of_a_step_may_be_unknown_or_projected(
    home: Path, form: str, day: str | None
) -> None:
    """Never guess: the same text stands at the step and at its activities, replaced at once."""
    text = SHIPPED.read_text(encoding="utf-8").replace('id = "targeted-2024"', 'id = "mine"')
    third = [one.start() for one in re.finditer(r"^\[\[steps\]\]", text, re.MULTILINE)][2]
    at = text.index("due = ", third)
    end = text.index("\n", at)
    (home / "processes/mine.toml").write_text(f"{text[:at]}due = {form}{text[end:]}", "utf-8")
    due = resources.load_processes(home=home)["mine"].steps[2].due_on
    assert (due.isoformat() if due else None) == day


@pytest.mark.parametrize(
    ("content", "key", "words"),
    [
        (b"[process]\nid = targeted", "line 2", "Invalid value"),
        (b"[process\n", "line 1", ""),
        (b'a = 1\na = "\xe9"\n', "(file)", "not UTF-8 text"),
        (b"a = 1\na = 2\n", "line 2", "Cannot overwrite"),
        (b'[process]\nid = "', "(file)", "end of document"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(
    home: Path, content: bytes, key: str, words: str
) -> None:
    path = home / "processes/mine.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigErrors) as error:
        resources.load_processes(home=home)
    (one,) = error.value.errors
    assert (one.file, one.key) == (str(path), key)
    assert words in one.message
    assert resources.check_files([path]) == [one]


def test_windows_editors_are_no_obstacle(home: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace('id = "targeted-2024"', 'id = "mine"')
    content = "\ufeff" + text.replace("\n", "\r\n")
    (home / "processes/mine.toml").write_bytes(content.encode())
    assert "mine" in resources.load_processes(home=home)


def test_a_folder_without_the_notices_file_says_so(config: Path) -> None:
    (config / "notices.toml").unlink()
    with pytest.raises(ConfigErrors) as error:
        resources.load_ladder(config_dir=config)
    assert str(config / "notices.toml") in said(error)
    assert [one.file for one in resources.check_files(config_dir=config)] == [
        str(config / "notices.toml")
    ]


def test_errors_of_all_files_are_told_together(config: Path, home: Path) -> None:
    (config / "calendars/broken.toml").write_text("id =", encoding="utf-8")
    notices = config / "notices.toml"
    text = notices.read_text(encoding="utf-8")
    notices.write_text(text.replace('["lea-lead"]', '["principal"]', 1), encoding="utf-8")
    shipped_as("x", home / "processes/x.toml", **{'receiver = "secms"': 'receiver = "county"'})
    errors = resources.check_files(config_dir=config, home=home)
    assert {Path(one.file).name for one in errors} == {"broken.toml", "notices.toml", "x.toml"}


def test_the_files_given_are_checked_for_what_they_are(config: Path, tmp_path: Path) -> None:
    calendar = config / "calendars/california-state.toml"
    notices = config / "notices.toml"
    assert resources.check_files([SHIPPED, calendar, notices]) == []
    for path, old, new in (
        (calendar, "weekend = [5, 6]", "weekend = [5, 9]"),
        (notices, "days = -30", "days = 30"),
    ):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new), encoding="utf-8")
    missing = tmp_path / "nowhere.toml"
    errors = resources.check_files([calendar, notices, missing])
    assert [(Path(one.file).name, one.key) for one in errors] == [
        ("california-state.toml", "weekend"),
        ("notices.toml", "rungs[reminder-30].days"),
        ("notices.toml", "rungs[fact-30].days"),
        ("nowhere.toml", "(file)"),
    ]


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("a = " + "[" * 10_000, "nested too deep"),
        ("a" + ".a" * 10_000 + " = 1", "nested too deep"),
        ("a = " + "9" * 5_000, "digits"),
        ("# " + "x" * (5 * 1024 * 1024), "far too large"),
    ],
)
def test_a_file_made_to_harm_is_an_error_like_any_other(
    tmp_path: Path, text: str, because: str
) -> None:
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    (one,) = resources.check_files([tmp_path / "p.toml"])
    assert because in str(one)


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    (one,) = resources.check_files([tmp_path])
    assert "is not a plain file" in str(one)


def test_a_home_adds_calendars_and_takes_the_place_of_shipped_ones(home: Path) -> None:
    (home / "calendars").mkdir()
    shipped = (CONFIG / "calendars/california-state.toml").read_text(encoding="utf-8")
    longer = shipped.replace('title = "', 'title = "Our own ', 1)
    (home / "calendars/ours.toml").write_text(longer, encoding="utf-8")
    other = shipped.replace('id = "california-state"', 'id = "county"')
    (home / "calendars/county.toml").write_text(other, encoding="utf-8")
    assert set(resources.load_calendars(home=home)) == {"california-state", "county"}
    shipped_as("x", home / "processes/x.toml", **{"california-state": "county"})
    assert resources.load_processes(home=home)["x"].process.calendar == "county"
    assert resources.check_files(home=home) == []


def test_a_level_of_the_ladder_must_be_some_process_s(config: Path) -> None:
    notices = config / "notices.toml"
    text = notices.read_text(encoding="utf-8")
    notices.write_text(text.replace('levels = ["3"]', 'levels = ["iii"]'), encoding="utf-8")
    (one,) = resources.check_files(config_dir=config)
    assert (one.key, one.message) == ("rungs[overdue-14].roles", "no process has a level 'iii'")


def test_reading_the_configuration_loads_nothing_heavy() -> None:
    code = "import sys, cimflow.resources; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=CONFIG.parent, capture_output=True, text=True, check=True
    )
    loaded = {one.partition(".")[0] for one in ran.stdout.split()}
    assert loaded & {"sqlalchemy", "prefect", "pandas", "openpyxl", "jinja2", "click"} == set()
