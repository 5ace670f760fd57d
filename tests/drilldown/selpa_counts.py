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
COLUMNS = ["cds_code", "element", "subgroup", "group"]


def cds_code(number: int) -> str:
    return f"19{number:05d}0000000"


def counts_of_selpa(
    leas: int, seed: int, *, smallest: int = 20, largest: int = 5000
) -> pd.DataFrame:
    """The counts of LEAs between `smallest` and `largest` students, most of them small."""
    rng = np.random.default_rng(seed)
    # Half of the LEAs have fewer than 200 students, as sizes spread evenly on a logarithmic scale.
    sizes = np.exp(rng.uniform(np.log(smallest), np.log(largest), leas)).astype(int)
    frames = [counts_of_lea(cds_code(number), int(n), rng) for number, n in enumerate(sizes)]
    return pd.concat(frames, ignore_index=True)


def counts_of_lea(cds: str, students: int, rng: np.random.Generator) -> pd.DataFrame:
    preschool = students // 12 if students >= 12 else students % 2
    school_age = students - preschool
    frames = [*_school_age(school_age, rng), *_preschool(preschool, rng)]
    rows = pd.concat(frames, ignore_index=True)
    rows.insert(0, "cds_code", cds)
    return rows.sort_values(COLUMNS, ignore_index=True)


def _school_age(n: int, rng: np.random.Generator) -> list[pd.DataFrame]:
    who = _people(n, rng, PLACEMENTS, range(5, 22), schools=max(1, n // 45))
    place = who["placement"]
    reported = place != "not-reported"
    tested = (who["age"].astype(int) < 18) & (rng.random(n) < 0.6)
    poor = np.where(place == "regular-class-under-40", 0.5, 1.0)
    enrolled = rng.random(n) < 0.97
    measures = {
        "suspension": (np.ones(n, bool), rng.random(n) < 0.055),
        "chronic-absenteeism": (enrolled, rng.random(n) < 0.26),
        "ela-proficiency": (tested, rng.random(n) < 0.16 * poor),
        "math-proficiency": (tested & (rng.random(n) < 0.99), rng.random(n) < 0.12 * poor),
    }
    placed = {
        "regular-class-80": (reported, place == "regular-class-80"),
        "regular-class-under-40": (reported, place == "regular-class-under-40"),
    }
    without = {name: groups for name, groups in who.items() if name != "placement"}
    return [
        *(_count(element, who, *measure) for element, measure in measures.items()),
        *(_count(element, without, *measure) for element, measure in placed.items()),
    ]


def _preschool(n: int, rng: np.random.Generator) -> list[pd.DataFrame]:
    who = _people(n, rng, PRESCHOOL_PLACEMENTS, range(3, 6), schools=max(1, n // 25))
    place = who["placement"]
    reported = place != "not-reported"
    assessed = rng.random(n) < 0.8
    measures = {
        "preschool-suspension-expulsion": (np.ones(n, bool), rng.random(n) < 0.004),
        "outcome-social": (assessed, rng.random(n) < 0.7),
        "outcome-knowledge": (assessed, rng.random(n) < 0.68),
        "outcome-behavior": (assessed, rng.random(n) < 0.74),
    }
    placed = {
        "preschool-regular-class": (reported, place == "preschool-regular"),
        "preschool-separate": (reported, place == "preschool-separate"),
    }
    without = {name: groups for name, groups in who.items() if name != "placement"}
    return [
        *(_count(element, who, *measure) for element, measure in measures.items()),
        *(_count(element, without, *measure) for element, measure in placed.items()),
    ]


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
    """One row per group. Every ninth student is at a second school, where there is one."""
    frames = []
    for subgroup, groups in who.items():
        frame = pd.DataFrame(
            {"group": groups[counted], "numerator": yes[counted].astype("int64"), "denominator": 1}
        )
        if subgroup == "school":
            second = frame.iloc[::9].assign(group="S0")
            frame = pd.concat([frame, second[frame.iloc[::9]["group"] != "S0"]])
        counts = frame.groupby("group", as_index=False)[["numerator", "denominator"]].sum()
        frames.append(counts.assign(element=element, subgroup=subgroup))
    return pd.concat(frames, ignore_index=True)[
        ["element", "subgroup", "group", "numerator", "denominator"]
    ]
