"""What ``config/drilldown.toml`` says: elements, definitions, subgroups, codes, report columns.

These types know the grammar of that file. Whom an element counts stands in ``elements``; which
reports an LEA downloads and how they are joined, in ``calpads``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from cimflow.drilldown.model.elements import ELEMENTS, Population
from cimflow.drilldown.model.subgroups import PLACEMENT, Subgroup
from cimflow.process.definition.errors import ConfigError, ConfigErrors
from cimflow.resources import config_folder

Confidence = Literal["guidance", "two-sources", "one-source", "reading", "unverified"]
SMALL = 10
"""Groups of this many students or fewer are hidden in what is shared: the CDE's own rule for what
it publishes (cde.ca.gov/ds/ad/fsabd.asp), on the denominator."""
CONFIDENCE_IN_WORDS: Mapping[Confidence, str] = {
    "guidance": "the guidance says so",
    "two-sources": "two documents agree",
    "one-source": "one source only",
    "reading": "our reading",
    "unverified": "not verified",
}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_element(name: str) -> str:
    if name not in ELEMENTS:
        msg = f"is none of {', '.join(ELEMENTS)}"
        raise ValueError(msg)
    return name


ElementName = Annotated[str, AfterValidator(_known_element)]


class Note(_Part):
    """A footnote: what is to be known of a number, and how sure we are of it."""

    text: str
    confidence: Confidence
    elements: tuple[ElementName, ...] = ()
    """The elements it bears on; none for all."""

    @property
    def in_words(self) -> str:
        """The footnote as printed, with how sure we are of it."""
        return f"{self.text} ({CONFIDENCE_IN_WORDS[self.confidence]})"


class ElementWords(_Part):
    """One key element in words: the guidance's, and whom it counts among whom."""

    title: str
    guidance: str
    counted: str
    among: str
    least_level: int | None = None
    """The lowest achievement level (1 to 4) that counts; for the two proficiencies only."""
    notes: tuple[Note, ...] = ()


class Definition(_Part):
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
            msg = "give suspended_at_least or suspended_above, and not both"
            raise ValueError(msg)
        if (self.expected_at_least is None) == (self.expected_above is None):
            msg = "give expected_at_least or expected_above, and not both"
            raise ValueError(msg)
        return self


class SubgroupWords(_Part):
    """One of the guidance's five subgroups, the federal roll-up, or the LEA as a whole."""

    title: str
    guidance: str = ""
    notes: tuple[Note, ...] = ()


class RaceGroup(_Part):
    """A race/ethnicity group of the CDE's roll-up, its federal category, how files write it."""

    title: str
    federal: str
    written: tuple[str, ...] = ()


class PlacementGroup(_Part):
    """A placement group; which population it is of, if not both."""

    title: str
    population: Population | None = None


class Groups(_Part):
    """The groups that have names; ages, schools and disability codes name themselves."""

    race_ethnicity: dict[str, RaceGroup] = Field(alias="race-ethnicity")
    placement: dict[str, PlacementGroup]


class DisabilityCodes(_Part):
    """CALPADS disability codes; ``none``: not a student with a disability."""

    none: tuple[str, ...]
    source: str
    codes: dict[str, str]


class ProgramSetting(_Part):
    """A CALPADS program setting and the placement group that it means."""

    title: str
    school_age: str
    preschool: str
    confidence: Confidence


class ProgramSettings(_Part):
    """CALPADS program settings."""

    source: str
    codes: dict[str, ProgramSetting]


class Grades(_Part):
    """Grade codes, and how else files write them."""

    preschool: tuple[str, ...]
    school_age: tuple[str, ...]
    written: dict[str, str]
    notes: tuple[Note, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every grade code, youngest first."""
        return (*self.preschool, *self.school_age)


class Report(_Part):
    """A report that LEAs download: which columns tell it, which of its columns mean what."""

    title: str
    confidence: Confidence
    tells: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    unused: tuple[str, ...] = ()
    """Columns that it is known to have and that nobody needs; any other is told."""
    notes: tuple[Note, ...] = ()


class CodeMeanings(_Part):
    """Code values by what they mean, as in ``[incident_results]``."""

    model_config = ConfigDict(frozen=True, extra="allow")
    confidence: Confidence
    ignored: tuple[str, ...]

    def of(self, kind: str) -> tuple[str, ...]:
        """The codes that mean one kind."""
        return tuple((self.model_extra or {})[kind])


class DrillDownConfig(_Part):
    """The whole file."""

    elements: dict[str, ElementWords]
    definitions: dict[str, Definition]
    subgroups: dict[str, SubgroupWords]
    groups: Groups
    disability: DisabilityCodes
    program_setting: ProgramSettings
    grades: Grades
    reports: dict[str, Report]
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
            msg = f"these elements or subgroups are missing or not known: {sorted(missing)}"
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
