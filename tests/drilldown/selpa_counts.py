"""Counts as a SELPA would have them: seeded students of invented LEAs, counted in plain numpy.

The students are thrown away; only their counts leave. Rates are near California's for students
with disabilities, and small LEAs are as frequent as they are.
"""

import numpy as np
import pandas as pd

RACES = {
    "hispanic": 0.58,
    "white": 0.19,
    "asian": 0.075,
    "black": 0.075,
    "two-or-more": 0.045,
    "filipino": 0.014,
    "not-reported": 0.01,
    "american-indian": 0.006,
    "pacific-islander": 0.004,
}
DISABILITIES = {
    "290": 0.36,
    "240": 0.2,
    "320": 0.18,
    "280": 0.14,
    "210": 0.05,
    "260": 0.03,
    "230": 0.008,
    "220": 0.011,
    "310": 0.01,
    "270": 0.01,
    "250": 0.004,
    "330": 0.002,
    "300": 0.001,
}
PLACEMENTS = {
    "regular-class-80": 0.6,
    "regular-class-40-79": 0.16,
    "regular-class-under-40": 0.19,
    "separate-school": 0.035,
    "not-reported": 0.015,
}
PRESCHOOL_PLACEMENTS = {
    "preschool-regular": 0.4,
    "preschool-separate": 0.35,
    "preschool-other": 0.23,
    "not-reported": 0.02,
}
PLACED = {
    "regular-class-80",
    "regular-class-under-40",
    "preschool-regular-class",
    "preschool-separate",
}
COLUMNS = ["cds_code", "element", "subgroup", "group"]


def cds_code(number: int) -> str:
    return f"19{number:05d}0000000"


def counts_of_selpa(
    leas: int, seed: int, *, smallest: int = 20, largest: int = 5000
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The counts of LEAs between `smallest` and `largest` students, most of them small.

    And of whom they are, as ``cimflow.drilldown.suppression.census`` tells of them.
    """
    rng = np.random.default_rng(seed)
    # Half of the LEAs have fewer than 200 students, as sizes spread evenly on a logarithmic scale.
    sizes = np.exp(rng.uniform(np.log(smallest), np.log(largest), leas)).astype(int)
    both = [of_lea(cds_code(number), int(n), rng) for number, n in enumerate(sizes)]
    counts, censuses = (pd.concat(frames, ignore_index=True) for frames in zip(*both, strict=True))
    nobody = dict.fromkeys(
        censuses.columns.difference([*COLUMNS, "ages", "placement", "several", "students"]), 0
    )
    return counts, censuses.fillna(nobody).astype(dict.fromkeys(nobody, int))


def of_lea(cds: str, students: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The counts of one LEA, and of whom they are."""
    preschool = students // 12 if students >= 12 else students % 2
    populations = (_school_age(students - preschool, rng), _preschool(preschool, rng))
    counts = pd.concat([frame for one in populations for frame in _counts(*one)])
    school_age, preschool_age = (_census(*one) for one in populations)
    census = pd.concat(
        [school_age.assign(ages="school-age"), preschool_age.assign(ages="preschool")]
    )
    counts.insert(0, "cds_code", cds)
    census.insert(0, "cds_code", cds)
    return counts.sort_values(COLUMNS, ignore_index=True), census


Groups = dict[str, np.ndarray]
"""The group of every student, by subgroup."""
Measures = dict[str, tuple[np.ndarray, np.ndarray]]
"""Whom an element counts among, and whom it counts."""


def _school_age(n: int, rng: np.random.Generator) -> tuple[Groups, Measures]:
    who = _people(n, rng, PLACEMENTS, range(5, 22), schools=max(1, n // 45))
    place = who["placement"]
    reported = place != "not-reported"
    tested = (who["age"].astype(int) < 18) & (rng.random(n) < 0.6)
    poor = np.where(place == "regular-class-under-40", 0.5, 1.0)
    enrolled = rng.random(n) < 0.97
    return who, {
        "suspension": (np.ones(n, bool), rng.random(n) < 0.055),
        "chronic-absenteeism": (enrolled, rng.random(n) < 0.26),
        "ela-proficiency": (tested, rng.random(n) < 0.16 * poor),
        "math-proficiency": (tested & (rng.random(n) < 0.99), rng.random(n) < 0.12 * poor),
        "regular-class-80": (reported, place == "regular-class-80"),
        "regular-class-under-40": (reported, place == "regular-class-under-40"),
    }


def _preschool(n: int, rng: np.random.Generator) -> tuple[Groups, Measures]:
    who = _people(n, rng, PRESCHOOL_PLACEMENTS, range(3, 6), schools=max(1, n // 25))
    place = who["placement"]
    reported = place != "not-reported"
    assessed = rng.random(n) < 0.8
    return who, {
        "preschool-suspension-expulsion": (np.ones(n, bool), rng.random(n) < 0.004),
        "outcome-social": (assessed, rng.random(n) < 0.7),
        "outcome-knowledge": (assessed, rng.random(n) < 0.68),
        "outcome-behavior": (assessed, rng.random(n) < 0.74),
        "preschool-regular-class": (reported, place == "preschool-regular"),
        "preschool-separate": (reported, place == "preschool-separate"),
    }


def _counts(who: Groups, measures: Measures) -> list[pd.DataFrame]:
    without = {name: groups for name, groups in who.items() if name != "placement"}
    return [
        _count(element, without if element in PLACED else who, *measure)
        for element, measure in measures.items()
    ]


def _census(who: Groups, measures: Measures) -> pd.DataFrame:
    said = {
        name: among.astype(int) + (among & counted) for name, (among, counted) in measures.items()
    }
    second = np.arange(len(who["school"])) % 9 == 0
    several = (second & (who["school"] != "S0")).astype(int)
    every = pd.DataFrame({"placement": who["placement"], "several": several, **said})
    frames = []
    for subgroup, groups in who.items():
        if subgroup in {"placement", "race-ethnicity-federal"}:
            continue
        frame = every.assign(group=groups)
        frame = with_second_school(frame) if subgroup == "school" else frame
        numbers = frame.groupby(list(frame.columns), as_index=False).size()
        frames.append(numbers.rename(columns={"size": "students"}).assign(subgroup=subgroup))
    return pd.concat(frames)


def _people(
    n: int, rng: np.random.Generator, placements: dict[str, float], ages: range, *, schools: int
) -> dict[str, np.ndarray]:
    race = _draw(rng, n, RACES)
    age = rng.choice(list(ages), n, p=_ages(ages)).astype(str)
    return {
        "all": np.full(n, "all"),
        "race-ethnicity": race,
        "race-ethnicity-federal": np.where(race == "filipino", "asian", race),
        "disability": _draw(rng, n, DISABILITIES),
        "placement": _draw(rng, n, placements),
        "age": age,
        "school": np.char.add("S", rng.integers(0, schools, n).astype(str)),
    }


def _ages(ages: range) -> np.ndarray:
    weight = np.array([0.25 if age > 18 else 1.0 for age in ages])
    return weight / weight.sum()


def _draw(rng: np.random.Generator, n: int, shares: dict[str, float]) -> np.ndarray:
    share = np.array(list(shares.values()))
    return rng.choice(list(shares), n, p=share / share.sum())


def _count(
    element: str, who: dict[str, np.ndarray], counted: np.ndarray, yes: np.ndarray
) -> pd.DataFrame:
    """One row per group."""
    frames = []
    for subgroup, groups in who.items():
        frame = pd.DataFrame({"group": groups, "numerator": yes, "denominator": counted})
        frame = with_second_school(frame) if subgroup == "school" else frame
        frame = frame[frame["denominator"]].astype({"numerator": "int64", "denominator": "int64"})
        counts = frame.groupby("group", as_index=False)[["numerator", "denominator"]].sum()
        frames.append(counts.assign(element=element, subgroup=subgroup))
    return pd.concat(frames, ignore_index=True)[
        ["element", "subgroup", "group", "numerator", "denominator"]
    ]


def with_second_school(frame: pd.DataFrame) -> pd.DataFrame:
    """Every ninth student is at a second school, where there is one."""
    second = frame.iloc[::9].assign(group="S0")
    return pd.concat([frame, second[frame.iloc[::9]["group"] != "S0"]])
