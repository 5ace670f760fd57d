"""Synthetic students: seeded, with every code in use, for the sample SELPA and for benchmarks.

No student of them exists, and each says so: its id begins with ``SYNTHETIC``, its school is called
so, and a report of such students bears a line about it. Rates are near public state figures where
``docs/drill-down.md`` names a source, and assumed elsewhere; what an LEA, a school, a race or a
disability adds to a student's chances is invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cimflow.drilldown.model.coded_table import Flags, Ints
from cimflow.drilldown.model.config_file import DrillDownConfig
from cimflow.drilldown.model.students import SYNTHETIC

_MISSING = 0.02
"""The share of cells that are empty although they should not be."""
_LARGEST_SHARES: Mapping[str, float] = {
    "hispanic": 0.57, "white": 0.19, "asian": 0.07, "black": 0.07, "two-or-more": 0.04,
    "filipino": 0.02, "not-reported": 0.02, "pacific-islander": 0.01, "american-indian": 0.01,
}  # fmt: skip
_DISABILITIES: Mapping[str, float] = {
    "290": 0.36, "240": 0.21, "320": 0.18, "280": 0.13, "210": 0.05, "260": 0.03, "310": 0.01,
    "270": 0.01, "220": 0.01, "230": 0.004, "250": 0.003, "330": 0.002, "281": 0.002, "300": 0.001,
}  # fmt: skip
_AGE_OF_GRADE = {"PS": 4, "TK": 4, "KN": 5} | {f"{one:02d}": one + 5 for one in range(1, 13)}


def synthetic_students(
    sizes: Mapping[str, int], words: DrillDownConfig, *, seed: int
) -> pd.DataFrame:
    """A tidy table of so many students for each LEA, the same for the same seed.

    Args:
        sizes: how many students each LEA (CDS code) has.
        words: ``config/drilldown.toml``, for every code in use.
        seed: any number.

    Returns:
        The columns of the tidy table as text, in a random order of rows; about one student in 50
        stands at two sites.
    """
    chance = np.random.default_rng(seed)
    leas = np.repeat(np.arange(len(sizes)), list(sizes.values()))
    rows = _Rows(chance, leas, len(sizes), words)
    table = rows.table(list(sizes))
    again = table[chance.random(len(table)) < 0.02]
    second = again.assign(
        school_code=_school_codes(rows.lea[again.index], rows.school[again.index] + 50),
        suspension_days="0",
    )
    both = pd.concat([table, second], ignore_index=True)
    return both.iloc[chance.permutation(len(both))].reset_index(drop=True)


class _Rows:
    """Arrays of one entry per student; each later one leans on those before it."""

    def __init__(
        self, chance: np.random.Generator, lea: Ints, leas: int, words: DrillDownConfig
    ) -> None:
        self.chance, self.lea, self.words = chance, lea, words
        self.count = len(lea)
        self.lean = chance.normal(0, 0.35, leas)[lea] + chance.normal(0, 0.5, self.count)
        """What makes trouble likelier for this student, in log-odds; LEAs differ too."""
        self.school = chance.integers(0, 12, self.count)
        grades = list(words.grades.known)
        weights = np.array([1.2 if one == "PS" else 0.6 if one == "TK" else 1.0 for one in grades])
        self.grade = chance.choice(len(grades), self.count, p=weights / weights.sum())
        self.race = self._drawn(words.groups.race_ethnicity, _LARGEST_SHARES)
        self.disability = self._drawn(words.disability.codes, _DISABILITIES)
        self.preschool = np.isin(self.grade, [grades.index(one) for one in words.grades.preschool])
        self.severe = np.isin(
            self.disability,
            [list(words.disability.codes).index(one) for one in ("210", "310", "320", "300")],
        )

    def _drawn(self, names: Sequence[str] | Mapping[str, Any], shares: Mapping[str, float]) -> Ints:
        weights = np.array([shares.get(one, 0.001) for one in names])
        drawn: Ints = self.chance.choice(len(weights), self.count, p=weights / weights.sum())
        return drawn

    def _happens(self, share: float, *leaning: NDArray[Any] | float) -> Flags:
        """Whether something of this overall share happens, likelier where the student leans."""
        odds = np.log(share / (1 - share)) + np.zeros(self.count)
        for one in leaning:
            odds = odds + one
        happens: Flags = self.chance.random(self.count) < 1 / (1 + np.exp(-odds))
        return happens

    def table(self, codes: Sequence[str]) -> pd.DataFrame:
        """The tidy table, a row for each student."""
        words = self.words
        grades = np.array(words.grades.known, dtype=object)
        ages = np.array([_AGE_OF_GRADE[one] for one in words.grades.known])
        age = ages[self.grade] + self.chance.integers(0, 2, self.count)
        age = np.where(
            self.grade == len(grades) - 1, age + self.chance.integers(0, 4, self.count), age
        )
        races = np.array([one.title for one in words.groups.race_ethnicity.values()], dtype=object)
        table = {
            "student_id": self._ids(),
            "cds_code": np.array(codes, dtype=object)[self.lea],
            "grade": grades[self.grade],
            "school_code": _school_codes(self.lea, self.school),
            "school_name": [f"Synthetic School {one + 1}" for one in self.school],
            "age": self._some(age.astype(str).astype(object)),
            "race_ethnicity": races[self.race],
            "disability": np.array(list(words.disability.codes), dtype=object)[self.disability],
            **self._placement(),
            **self._scores(),
            **self._days(),
            **self._outcomes(),
        }
        return pd.DataFrame(table)

    def _ids(self) -> list[str]:
        return [f"{SYNTHETIC}{one:07d}" for one in range(self.count)]

    def _some(self, texts: NDArray[Any]) -> NDArray[Any]:
        """The same with a few cells left empty."""
        return np.where(self.chance.random(self.count) < _MISSING, "", texts)

    def _placement(self) -> dict[str, Any]:
        """In a regular class 80 percent: 51 %, less than 40: 23 %, separate: 4 % (2017-18)."""
        settings = np.array(list(self.words.program_setting.codes), dtype=object)
        young = self.chance.choice(
            ["201", "203", "204", "200", "300"], self.count, p=[0.36, 0.27, 0.24, 0.09, 0.04]
        )
        separate = self._happens(0.04, 1.2 * self.severe)
        school_age = np.where(
            separate, self.chance.choice(["300", "301", "401", "402", "403"], self.count), "400"
        )
        rare = self.chance.random(self.count) < 0.01
        school_age = np.where(rare, self.chance.choice(settings, self.count), school_age)
        mostly_in = self._happens(0.63, -1.6 * self.severe, -0.4 * self.lean)
        least = self._happens(0.4, 1.5 * self.severe, 0.4 * self.lean)
        percent = np.where(
            mostly_in,
            self.chance.integers(80, 101, self.count),
            np.where(
                least,
                self.chance.integers(0, 40, self.count),
                self.chance.integers(40, 80, self.count),
            ),
        )
        self.included = mostly_in
        texts = np.where(self.preschool, "", percent.astype(str).astype(object))
        return {
            "program_setting": self._some(np.where(self.preschool, young, school_age)),
            "general_education_percent": self._some(texts),
        }

    def _scores(self) -> dict[str, Any]:
        """Met the standard: 15 and 13 percent (2017-18); tested in grades 3 to 8 and 11."""
        tested_grades = [self.words.grades.known.index(f"{one:02d}") for one in (*range(3, 9), 11)]
        tested = np.isin(self.grade, tested_grades) & (self.chance.random(self.count) > 0.06)
        found = {}
        for name, share in (("ela_level", 0.1), ("math_level", 0.085)):
            met = self._happens(share, -0.8 * self.lean, 0.7 * self.included)
            high = self.chance.integers(3, 5, self.count)
            low = self.chance.integers(1, 3, self.count)
            level = np.where(met, high, low).astype(str).astype(object)
            found[name] = np.where(tested, level, "")
        return found

    def _days(self) -> dict[str, Any]:
        """Chronically absent about a quarter, suspended about one in twenty (both assumed)."""
        expected = np.where(
            self.chance.random(self.count) < 0.9, 180, self.chance.integers(5, 180, self.count)
        )
        chronic = self._happens(0.25, 0.6 * self.lean)
        share = np.where(
            chronic,
            self.chance.uniform(0.1, 0.45, self.count),
            self.chance.uniform(0, 0.1, self.count),
        )
        absent = np.round(expected * share * 2) / 2
        recorded = ~self.preschool & (self.chance.random(self.count) > 0.03)
        suspended = self._happens(0.05, 0.9 * self.lean) & ~(
            self.preschool & (self.chance.random(self.count) < 0.9)
        )
        days = self.chance.choice(["0.5", "1", "2", "3", "5"], self.count)
        return {
            "days_expected": np.where(recorded, expected.astype(str).astype(object), ""),
            "days_absent": np.where(recorded, absent.astype(str).astype(object), ""),
            "suspension_days": np.where(suspended, days, "0"),
            "expelled": np.where(suspended & (self.chance.random(self.count) < 0.02), "yes", "no"),
        }

    def _outcomes(self) -> dict[str, Any]:
        """Indicator 7A's target of 2021-22 was 77 %; the other two are assumed near it."""
        found = {}
        assessed = self.preschool & (self.chance.random(self.count) > 0.15)
        for name, share in (("social", 0.77), ("knowledge", 0.74), ("behavior", 0.78)):
            shown = self._happens(share, -0.8 * self.lean)
            found[f"child_outcome_{name}"] = self._some(
                np.where(assessed, np.where(shown, "yes", "no"), "")
            )
        return found


def _school_codes(lea: Ints, school: Ints) -> list[str]:
    """Seven digits; each LEA has its own hundred."""
    return [f"{9_000_000 + one * 100 + other:07d}" for one, other in zip(lea, school, strict=True)]
