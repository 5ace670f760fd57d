"""The parts of ``config/drilldown.toml``: footnotes, groups, codes, grades, columns of reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cimflow.drilldown.model.elements import ELEMENTS, Population

Confidence = Literal["guidance", "two-sources", "one-source", "reading", "unverified"]
CONFIDENCE_IN_WORDS: Mapping[Confidence, str] = {
    "guidance": "the guidance says so",
    "two-sources": "two documents agree",
    "one-source": "one source only",
    "reading": "our reading",
    "unverified": "not verified",
}


class ConfigPart(BaseModel):
    """A part of the file: it says nothing that is not known, and does not change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_element(name: str) -> str:
    if name not in ELEMENTS:
        msg = f"is not one of: {', '.join(ELEMENTS)}"
        raise ValueError(msg)
    return name


ElementName = Annotated[str, AfterValidator(_known_element)]


class Note(ConfigPart):
    """A footnote: what is to be known of a number, and how sure we are of it."""

    text: str
    confidence: Confidence
    elements: tuple[ElementName, ...] = ()
    """The elements it bears on; none for all."""

    @property
    def in_words(self) -> str:
        """The footnote as printed, with how sure we are of it."""
        return f"{self.text} ({CONFIDENCE_IN_WORDS[self.confidence]})"


class RaceGroup(ConfigPart):
    """A race/ethnicity group of the CDE's roll-up, its federal category, how files write it."""

    title: str
    federal: str
    written: tuple[str, ...] = ()


class PlacementGroup(ConfigPart):
    """A placement group; which population it is of, if not both."""

    title: str
    population: Population | None = None


class Groups(ConfigPart):
    """The groups that have names; ages, schools and disability codes name themselves."""

    race_ethnicity: dict[str, RaceGroup] = Field(alias="race-ethnicity")
    placement: dict[str, PlacementGroup]


class DisabilityCodes(ConfigPart):
    """CALPADS disability codes; ``none``: not a student with a disability."""

    none: tuple[str, ...]
    source: str
    codes: dict[str, str]


class ProgramSetting(ConfigPart):
    """A CALPADS program setting and the placement group that it means."""

    title: str
    school_age: str
    preschool: str
    confidence: Confidence


class ProgramSettings(ConfigPart):
    """CALPADS program settings."""

    source: str
    codes: dict[str, ProgramSetting]


class Grades(ConfigPart):
    """Grade codes, and how else files write them."""

    preschool: tuple[str, ...]
    school_age: tuple[str, ...]
    written: dict[str, str]
    notes: tuple[Note, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every grade code, youngest first."""
        return (*self.preschool, *self.school_age)


class ReportLayout(ConfigPart):
    """A report that LEAs download: which columns tell it, which of its columns mean what."""

    title: str
    confidence: Confidence
    tells: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    unused: tuple[str, ...] = ()
    """Columns that it is known to have and that nobody needs; any other is told."""
    notes: tuple[Note, ...] = ()


class CodeMeanings(ConfigPart):
    """Code values by what they mean, as in ``[incident_results]``."""

    model_config = ConfigDict(frozen=True, extra="allow")
    confidence: Confidence
    ignored: tuple[str, ...]

    def of(self, kind: str) -> tuple[str, ...]:
        """The codes that mean one kind."""
        return tuple((self.model_extra or {})[kind])
