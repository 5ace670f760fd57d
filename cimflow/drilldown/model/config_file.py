"""What ``config/drilldown.toml`` says: elements, definitions, subgroups, codes, report columns.

These types know the grammar of that file. Whom an element counts stands in ``elements``; which
reports an LEA downloads and how they are joined, in ``calpads``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from pydantic import (
    Field,
    ValidationError,
    model_validator,
)

from cimflow.drilldown.model.config_parts import (
    CodeMeanings,
    ConfigPart,
    DisabilityCodes,
    Grades,
    Groups,
    Note,
    ProgramSettings,
    ReportLayout,
)
from cimflow.drilldown.model.elements import ELEMENTS
from cimflow.drilldown.model.subgroups import PLACEMENT, Subgroup
from cimflow.process.definition.errors import ConfigError, ConfigErrors
from cimflow.resources import config_folder

SMALL = 10
"""Groups of this many students or fewer are hidden in what is shared: the CDE's own rule for what
it publishes (cde.ca.gov/ds/ad/fsabd.asp), on the denominator."""


class ElementWords(ConfigPart):
    """One key element in words: the guidance's, and whom it counts among whom."""

    title: str
    guidance: str
    counted: str
    among: str
    least_level: int | None = None
    """The lowest achievement level (1 to 4) that counts; for the two proficiencies only."""
    notes: tuple[Note, ...] = ()


class Definition(ConfigPart):
    """One of two published ways to count suspensions (days) and absences (days, share)."""

    title: str
    suspended_at_least: float | None = None
    suspended_above: float | None = None
    expected_at_least: float | None = None
    expected_above: float | None = None
    absent_share: float = Field(gt=0, lt=1)
    absence_grades: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    @model_validator(mode="after")
    def _has_one_of_each(self) -> Definition:
        if (self.suspended_at_least is None) == (self.suspended_above is None):
            msg = "give either suspended_at_least or suspended_above, not both"
            raise ValueError(msg)
        if (self.expected_at_least is None) == (self.expected_above is None):
            msg = "give either expected_at_least or expected_above, not both"
            raise ValueError(msg)
        return self


class SubgroupWords(ConfigPart):
    """One of the guidance's five subgroups, the federal roll-up, or the LEA as a whole."""

    title: str
    guidance: str = ""
    notes: tuple[Note, ...] = ()


class DrillDownConfig(ConfigPart):
    """The whole file."""

    elements: dict[str, ElementWords]
    definitions: dict[str, Definition]
    subgroups: dict[str, SubgroupWords]
    groups: Groups
    disability: DisabilityCodes
    program_setting: ProgramSettings
    grades: Grades
    reports: dict[str, ReportLayout]
    incident_results: CodeMeanings
    score_records: CodeMeanings

    @model_validator(mode="before")
    @classmethod
    def _says_once_what_an_element_is(cls, data: Any) -> Any:
        """A file of before may say what the table of elements says now; no other than that."""
        return _without_what_rows_say(data)

    @model_validator(mode="after")
    def _names_only_what_exists(self) -> DrillDownConfig:
        missing = {*ELEMENTS, *get_args(Subgroup)} ^ {*self.elements, *self.subgroups}
        if missing:
            msg = f"these elements or subgroups are missing or not recognized: {sorted(missing)}"
            raise ValueError(msg)
        groups = {*self.groups.placement, "by-percent"}
        wrong = [
            f"program_setting.codes.{code}"
            for code, one in self.program_setting.codes.items()
            if not {one.school_age, one.preschool} <= groups
        ]
        wrong += [
            f"elements.{name} ({one.placement})"
            for name, one in ELEMENTS.items()
            if one.placement and one.placement not in self.groups.placement
        ]
        wrong += [
            f"groups.race-ethnicity.{name}"
            for name, one in self.groups.race_ethnicity.items()
            if one.federal not in self.groups.race_ethnicity
        ]
        if wrong:
            msg = f"names a group that is not in the file: {', '.join(wrong)}"
            raise ValueError(msg)
        return self

    @cached_property
    def race_written(self) -> Mapping[str, str]:
        """Every way to write a race/ethnicity group, folded, with its group."""
        return {
            folded(way): name
            for name, one in self.groups.race_ethnicity.items()
            for way in (name, one.title, *one.written)
        }

    def footnotes(self, element: str, subgroup: str, definition: str) -> list[Note]:
        """What is to be known of a table: the element's notes, the definition's, the subgroup's."""
        general = (*self.grades.notes, *self.definitions[definition].notes)
        return [
            *self.elements[element].notes,
            *(one for one in general if not one.elements or element in one.elements),
            *self.subgroups[subgroup].notes,
        ]


def _without_what_rows_say(data: Any) -> Any:
    """A copy of the file without the keys that earlier files have and rows of elements say now.

    A key that says something else stays, and is then refused as one that is not known.
    """
    if not isinstance(data, dict):
        return data
    found = dict(data)
    if isinstance(elements := data.get("elements"), dict):
        found["elements"] = {name: _less(words, name) for name, words in elements.items()}
    subgroups = data.get("subgroups")
    if isinstance(subgroups, dict) and isinstance(by := subgroups.get(PLACEMENT), dict):
        rest = {key: value for key, value in by.items() if key != "not_applicable"}
        not_cut = {name for name, one in ELEMENTS.items() if not one.is_cut_by(PLACEMENT)}
        if set(by.get("not_applicable", not_cut)) == not_cut:
            found["subgroups"] = {**subgroups, PLACEMENT: rest}
    return found


def _less(words: Any, name: str) -> Any:
    one = ELEMENTS.get(name)
    if one is None or not isinstance(words, dict):
        return words
    said = {"population": one.population, "better": one.better}
    return {key: value for key, value in words.items() if said.get(key) != value}


def folded(text: str) -> str:
    """A word without case, spaces and punctuation, as headings and names are compared."""
    return "".join(one for one in text.casefold() if one.isalnum())


def load_drill_down_config(config_dir: Path | None = None) -> DrillDownConfig:
    """Read ``drilldown.toml``.

    Raises:
        ConfigErrors: the file cannot be read, or says what it may not; every error with its key.
    """
    path = config_folder(config_dir) / "drilldown.toml"
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigErrors([ConfigError(str(path), "", f"cannot be read: {error}")]) from None
    try:
        return DrillDownConfig.model_validate(data)
    except ValidationError as error:
        raise ConfigErrors(
            [
                ConfigError(str(path), ".".join(str(part) for part in one["loc"]), one["msg"])
                for one in error.errors()
            ]
        ) from None
