"""The sample SELPA: whole or not at all, invented, and true to the day it stands on."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from cimflow.cli import sample_home as sample
from cimflow.cli.sample_home import load_sample, read_story, sample_folder
from cimflow.monitoring.errors import Refused
from cimflow.settings import Settings, read_settings
from tests.cli.conftest import Run

# What a SELPA administrator sees on July 11, 2024: LEA, level, state, and what is worth a look.
STANDING = [
    ("Birch Hollow Union Elementary", "2", "Overdue", {"data-drill-down": "Returned"}),
    ("Catalpa Quarry Elementary", "1", "OnTrack", {"srr-self-review": "Excused", "srr-summary": "Excused"}),
    ("Chestnut Bend Unified", "3", "Overdue", {"team-creation": "Incomplete", "data-drill-down": "Incomplete", "parent-input": "Incomplete", "consolidation": "Missing"}),
    ("Dogwood Flat Union Elementary", "1", "AtRisk", {"parent-input": "Undetermined"}),
    ("Elm Crossing Unified", "3", "OnTrack", {"srr-self-review": "Submitted late"}),
    ("Fir Peak Unified", "2", "AtRisk", {"parent-input": "DueSoon"}),
    ("Hackberry Glen Elementary", "1", "OnTrack", {"team-creation": "Approved", "consolidation": "Submitted"}),
    ("Hemlock Ridge Elementary", "2", "Overdue", {"team-creation": "Missing", "srr-self-review": "Missing", "srr-summary": "Missing", "data-drill-down": "Missing", "parent-input": "Missing"}),
    ("Ironwood Mesa Unified", "2", "OnTrack", {"data-drill-down": "Submitted"}),
    ("Juniper Landing Charter", "1", "OnTrack", {"root-cause-analysis": "Submitted", "improvement-plan": "Submitted"}),
    ("Pinyon Wash Elementary", "1", "Overdue", {"data-drill-down": "Missing"}),
    ("Redbud Canyon Union High", "2", "Overdue", {"team-creation": "Incomplete"}),
    ("Sumac Gulch Joint Unified", "3", "Overdue", {"consolidation": "Incomplete"}),
    ("Tamarack Ford Unified", "3", "Overdue", {"team-creation": "Submitted", "parent-input": "Missing", "consolidation": "Missing"}),
]  # fmt: skip


@pytest.fixture
def settings(run: Run, tmp_path: Path) -> Settings:
    """The settings of a home that is not there yet."""
    return read_settings({"CIMFLOW_HOME": "a home"}, working_directory=tmp_path)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the sample SELPA; made once."""
    folder = tmp_path_factory.mktemp("sample")
    load_sample(read_settings({"CIMFLOW_HOME": "home"}, working_directory=folder))
    return folder / "home"


@pytest.fixture
def loaded(run: Run, settings: Settings, sample_home: Path) -> Run:
    """The command line in a copy of that home."""
    shutil.copytree(sample_home, settings.home)
    return run


def test_the_sample_stands_as_its_stories_tell(loaded: Run) -> None:
    said = loaded("status", "--format", "json")
    assert said.code == 0
    assert said.json["as_of"] == "2024-07-11"
    seen = []
    for (_, _, _, wanted), lea in zip(STANDING, said.json["leas"], strict=True):
        by_id = {one["id"]: one for one in lea["activities"]}
        states = {
            name: by_id[name]["state"] + (" late" if "late" in state else "")
            for name, state in wanted.items()
            if "late" not in state or by_id[name]["late"]
        }
        seen.append((lea["name"], lea["level"], lea["state"], states))
    assert seen == STANDING


def test_every_output_says_that_it_is_the_sample_and_keeps_stdout_clean(loaded: Run) -> None:
    for form in ("table", "csv", "json"):
        said = loaded("status", "--format", form)
        assert "Sample SELPA" in said.err
        assert "Sample SELPA" not in said.out


def test_nobody_is_told_before_a_person_goes_live_and_the_missing_lead_is_a_problem(
    loaded: Run,
) -> None:
    said = loaded("notices", "--as-of", "2024-07-12", "--format", "json")
    assert {"lea": "99101090000000", "code": "missing-contact"}.items() <= said.json["problems"][
        0
    ].items()
    reviews = [one["lea"] for one in said.json["owed"] if one["rung"] == "review-7"]
    assert reviews == ["99100910130013"]


def test_loading_twice_changes_nothing(
    loaded: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert loaded("set-fact", "indicator-8", "met", "--lea", "99100340000000").code == 0
    before = loaded("status", "--format", "json").json
    load_sample(settings)
    assert "already" in capsys.readouterr().err
    assert loaded("status", "--format", "json").json == before


@pytest.mark.parametrize(
    "acts", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(40, marks=pytest.mark.slow)]
)
def test_broken_off_in_the_middle_it_is_loaded_anew(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch, acts: int
) -> None:
    whole = read_story()

    def broken_off() -> list[sample.Act]:
        return [*whole[:acts], sample.Act(do="no such act", on=whole[0].day)]

    with monkeypatch.context() as patch:
        patch.setattr(sample, "read_story", broken_off)
        with pytest.raises(KeyError):
            load_sample(settings)
    assert run("status", "--format", "json").json["leas"] == []
    load_sample(settings)
    said = run("status", "--format", "json")
    assert [one["state"] for one in said.json["leas"]] == [one[2] for one in STANDING]
    leftovers = [one.name for one in settings.home.iterdir() if "loading" in one.name]
    assert leftovers == []


def test_a_home_of_ones_own_is_refused(cohort: Run, settings: Settings) -> None:
    before = cohort("status", "--format", "json", "--as-of", "2024-07-11").out
    with pytest.raises(Refused, match="home of your own"):
        load_sample(settings)
    assert cohort("status", "--format", "json", "--as-of", "2024-07-11").out == before


def test_a_folder_with_other_things_in_it_is_refused(settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "letter.txt").write_text("Dear colleague")
    with pytest.raises(Refused, match="is not empty"):
        load_sample(settings)
    assert [one.name for one in settings.home.iterdir()] == ["letter.txt"]


def test_a_database_elsewhere_is_filled_once_and_never_on_top_of_another(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = {"CIMFLOW_DATABASE_URL": f"sqlite:///{(tmp_path / 'elsewhere.db').as_posix()}"}
    first = read_settings({"CIMFLOW_HOME": "one", **elsewhere}, working_directory=tmp_path)
    load_sample(first)
    load_sample(first)
    assert "already" in capsys.readouterr().err
    second = read_settings({"CIMFLOW_HOME": "two", **elsewhere}, working_directory=tmp_path)
    with pytest.raises(Refused, match="not empty"):
        load_sample(second)
    assert not second.home.exists()


def test_every_file_of_the_sample_is_used_and_every_address_leads_nowhere() -> None:
    folder = sample_folder()
    story = read_story()
    used = {one.file for one in story} | {one.document for one in story}
    there = {one.name for one in folder.rglob("*") if one.is_file() and one.parent != folder} | {
        "roster-june.csv"
    }
    assert there == used - {""}
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            addresses = re.findall(r"[\w.-]+@[\w.-]+", text)
            assert all(one.endswith("@example.org") for one in addresses), path.name


def test_no_code_of_the_sample_can_be_a_real_one() -> None:
    """Counties are numbered 01 to 58; 99 is nobody's."""
    with (sample_folder() / "roster.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 14
    assert {row["level"] for row in rows} == {"1", "2", "3"}
    assert all(row["cds_code"].startswith("99") for row in rows)
    assert {row["selpa_code"] for row in rows} == {"9901"}


def test_one_link_shows_everything(loaded: Run) -> None:
    """The sample's administrator administers the system too."""
    said = " ".join(loaded("people").out.replace("│", " ").split())
    assert f"{sample.ADMINISTRATOR} Rosalind Achterberg system-administrator everything" in said
    assert "/sign-in/" in loaded("sign-in-link", sample.ADMINISTRATOR).out
