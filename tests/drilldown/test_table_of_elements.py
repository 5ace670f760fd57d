"""An element is one row and its words: an invented one is counted, hidden, and reported at once."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from cimflow.drilldown.model.config_file import DrillDownConfig, load_drill_down_config
from cimflow.drilldown.model.elements import ELEMENTS, Element
from cimflow.drilldown.reporting.run_result import Audience
from cimflow.drilldown.reporting.saved_report import from_json
from cimflow.drilldown.reporting.write_reports import write_outputs
from cimflow.drilldown.run import RunOptions, drill_down
from cimflow.process.definition.errors import ConfigErrors
from cimflow.resources import config_folder
from tests.drilldown.students import LEA, student, write

EXPULSION = Element(
    id="expulsion",
    population="school-age",
    better="lower",
    needs=(frozenset({"expelled"}),),
    counts=lambda facts: facts.is_yes("expelled"),
)
PARTLY_IN_CLASS = Element(
    id="partly-in-class",
    population="school-age",
    better="higher",
    needs=(frozenset({"general_education_percent"}),),
    among=lambda facts: facts.school_age & facts.has_placement(),
    counts=lambda facts: facts.is_placed_in("regular-class-40-79"),
    placement="regular-class-40-79",
)
WORDS = """
[elements.{id}]
title = "Invented {id} rate"
guidance = "rate of something new"
counted = "students it counts"
among = "students it counts among"
"""
COLUMNS = (
    "student_id", "cds_code", "grade", "race_ethnicity", "disability",
    "general_education_percent", "suspension_days", "expelled",
)  # fmt: skip
# race/ethnicity, percent in general education, expelled, how many students
GROUPS = [
    ("White", "50", "yes", 22),
    ("White", "90", "no", 8),
    ("Hispanic", "90", "no", 25),
    ("Hispanic", "30", "no", 5),
    ("Black", "50", "yes", 1),
    ("Black", "90", "no", 3),
]


@dataclass(frozen=True)
class Made:
    """The folder of a run and what is in it."""

    out: Path

    def rates(self, element: Element) -> dict[tuple[str, str], dict[str, str]]:
        return {(one["subgroup"], one["group"]): one for one in _rows(self.out / "rates.csv") if one["element"] == element.id}  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def config_with(folder: Path, *elements: Element) -> Path:
    """The configuration with the words of these elements below the others."""
    text = (config_folder() / "drilldown.toml").read_text(encoding="utf-8")
    more = "".join(WORDS.format(id=one.id) for one in elements)
    (folder / "drilldown.toml").write_text(text + more, encoding="utf-8")
    return folder


def made(tmp_path: Path, words: DrillDownConfig, audience: Audience) -> Made:
    rows = [
        student(race_ethnicity=race, general_education_percent=percent, expelled=expelled)
        for race, percent, expelled, number in GROUPS
        for _ in range(number)
    ]
    files = [write(tmp_path / "students.csv", rows, COLUMNS)]
    found = drill_down(files, words, RunOptions("dashboard", dt.date(2024, 6, 30), audience), {})
    write_outputs(found, words, tmp_path / "out", targets={})
    return Made(tmp_path / "out")


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DrillDownConfig:
    for one in (EXPULSION, PARTLY_IN_CLASS):
        monkeypatch.setitem(ELEMENTS, one.id, one)
    return load_drill_down_config(config_with(tmp_path, EXPULSION, PARTLY_IN_CLASS))


# element, by race/ethnicity: counted among how many; which way "White" stands out
COUNTED = [
    (EXPULSION, {"white": ("22", "30"), "hispanic": ("0", "30"), "black": ("1", "4")}, "concern"),
    (PARTLY_IN_CLASS, {"white": ("22", "30"), "hispanic": ("0", "30"), "black": ("1", "4")}, "strength"),
]  # fmt: skip


@pytest.mark.parametrize(("element", "races", "kind"), COUNTED, ids=["everyone", "placement"])
def test_an_invented_element_is_in_every_report(
    tmp_path: Path,
    words: DrillDownConfig,
    element: Element,
    races: dict[str, tuple[str, str]],
    kind: str,
) -> None:
    run = made(tmp_path, words, "internal")
    title = words.elements[element.id].title
    of_races = {
        group: (one["numerator"], one["denominator"])
        for (subgroup, group), one in run.rates(element).items()
        if subgroup == "race-ethnicity"
    }
    assert of_races == races
    assert f'<h2 id="{element.id}">{title}</h2>' in (run.out / LEA / "report.html").read_text()  # fmt: skip
    book = openpyxl.load_workbook(run.out / LEA / "report.xlsx", read_only=True)
    assert book[element.id].cell(1, 1).value == title
    assert (run.out / LEA / "report.pdf").read_bytes().startswith(b"%PDF")
    kept = from_json((run.out / LEA / "report.json").read_bytes())
    found = {one.group: one.kind for one in kept.findings if one.element == element.id}
    assert found["white"] == kind
    draft = tomllib.loads((run.out / LEA / "data-drill-down.toml").read_text())
    assert any(one["statement"].startswith(f"{title}: White") for one in draft["findings"])


def test_it_is_among_the_required_reports(tmp_path: Path, words: DrillDownConfig) -> None:
    run = made(tmp_path, words, "internal")
    cells = _rows(run.out / LEA / "required-reports.csv")
    status = {(one["element"], one["subgroup"]): one["status"] for one in cells}
    assert len(status) == 12 * 5
    assert status["expulsion", "placement"] == "present"
    assert status["partly-in-class", "placement"] == "not-applicable"
    assert status["partly-in-class", "disability"] == "present"


@pytest.mark.parametrize("element", [EXPULSION, PARTLY_IN_CLASS], ids=["everyone", "placement"])
def test_its_small_groups_are_hidden(
    tmp_path: Path, words: DrillDownConfig, element: Element
) -> None:
    """A run proves of what it shares that no hidden count can be worked out, or ends."""
    run = made(tmp_path, words, "shareable")
    rates = run.rates(element)
    assert rates
    black = rates.get(("race-ethnicity", "black"))
    assert black is None or (black["hidden"], black["numerator"]) == ("primary", "")
    assert all(one["hidden"] or float(one["denominator"]) > 10 for one in rates.values())
    assert any(one["hidden"] == "complementary" for one in rates.values())


def test_an_element_without_its_columns_is_told_absent(
    tmp_path: Path, words: DrillDownConfig
) -> None:
    rows = [student() for _ in range(20)]
    files = [write(tmp_path / "students.csv", rows, COLUMNS[:-1])]
    asked = RunOptions("dashboard", dt.date(2024, 6, 30), "internal")
    found = drill_down(files, words, asked, {})
    assert EXPULSION.id not in found.about.computed
    assert PARTLY_IN_CLASS.id in found.about.computed


# what is wrong with the file -> what is said
WRONG = [
    ("a row without words", "", "expulsion"),
    ("words without a row", WORDS.format(id="expulsion") + WORDS.format(id="detention"), "detention"),
    ("other than the row says", WORDS.format(id="expulsion") + 'better = "higher"\n', "elements.expulsion.better"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "says"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])  # fmt: skip
def test_rows_and_words_must_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, says: str
) -> None:
    monkeypatch.setitem(ELEMENTS, EXPULSION.id, EXPULSION)
    path = config_with(tmp_path) / "drilldown.toml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    with pytest.raises(ConfigErrors) as refused:
        load_drill_down_config(tmp_path)
    assert any(says in str(one) for one in refused.value.errors)


def test_a_file_of_before_that_repeats_what_the_rows_say_is_read(tmp_path: Path) -> None:
    """Until this version the direction and the population stood in the file."""
    path = config_with(tmp_path) / "drilldown.toml"
    text = path.read_text(encoding="utf-8")
    for name, one in ELEMENTS.items():
        said = f'[elements.{name}]\npopulation = "{one.population}"\nbetter = "{one.better}"\n'
        text = text.replace(f"[elements.{name}]\n", said)
    names = ", ".join(f'"{name}"' for name, one in ELEMENTS.items() if one.placement)
    text = text.replace('guidance = "Placement", ', f'guidance = "Placement", not_applicable = [{names}], ')  # fmt: skip
    assert text.count("\nbetter = ") == len(ELEMENTS)
    assert text.count("not_applicable") == 1
    path.write_text(text, encoding="utf-8")
    assert load_drill_down_config(tmp_path) == load_drill_down_config()
