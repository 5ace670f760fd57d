"""What a run found, as the reports get it: rates, the heading of every table, what was wrong.

It holds counts with what is hidden already gone, and nothing of any one student.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from cimflow.drilldown.model.coded_table import Problems
from cimflow.drilldown.model.config_parts import Note
from cimflow.drilldown.model.subgroups import BETWEEN, BY, SCHOOL

Audience = Literal["internal", "shareable"]
WATERMARK: Mapping[Audience, str] = {
    "internal": "Internal: for the LEA's own team. Small groups are shown. Do not share.",
    "shareable": "",
}


@dataclass(frozen=True, slots=True)
class About:
    """What every table of a run says of it: which definition, as of when, for whom."""

    definition: str
    definition_title: str
    as_of: dt.date
    audience: Audience
    names: Mapping[str, str]
    """The names of LEAs by CDS code; an LEA that is not in the roster appears under its code."""
    schools: Mapping[str, str]
    computed: frozenset[str]
    """The elements that the files have columns for."""
    notes: tuple[Note, ...] = ()
    """What is to be known of the files: how sure their layouts are."""
    synthetic: bool = False
    """Whether students of the run are synthetic."""

    @property
    def watermark(self) -> str:
        """What a report of the team alone, or of students who do not exist, bears on every page."""
        invented = "Synthetic data: no student in this report exists." if self.synthetic else ""
        return " ".join(one for one in (WATERMARK[self.audience], invented) if one)

    @property
    def day(self) -> str:
        """The as-of date in words."""
        return f"{self.as_of:%A, %B} {self.as_of.day}, {self.as_of.year}"

    def name_of(self, cds_code: str) -> str:
        """The name of an LEA, or its CDS code."""
        return self.names.get(cds_code, f"LEA {cds_code}")


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run found: rates of every LEA, the roll-up of all, what was wrong in the files.

    ``rates`` and ``roll_up`` are as ``rates.rates_of`` returns them; the roll-up's ``cds_code`` is
    empty.
    """

    about: About
    rates: pd.DataFrame
    roll_up: pd.DataFrame
    problems: Problems
    students: int
    leas: tuple[str, ...]

    def about_lea(self, code: str) -> About:
        """What is printed beside one LEA's rates: no school is named of which it has no row.

        That a school is there may be what a table that is left out does not tell.
        """
        rows = self.rates_of_lea(code)
        listed = set(rows.loc[rows["subgroup"].isin([SCHOOL]), "group"])
        for both in rows.loc[rows["subgroup"].astype(str).str.contains(BY), "group"]:
            listed.update(str(both).split(BETWEEN))
        names = {one: name for one, name in self.about.schools.items() if one in listed}
        own = {one: name for one, name in self.about.names.items() if one == code}
        return replace(self.about, schools=names, names=own)

    def rates_of_lea(self, code: str) -> pd.DataFrame:
        """One LEA's rows."""
        return self.rates[self.rates["cds_code"] == code]
