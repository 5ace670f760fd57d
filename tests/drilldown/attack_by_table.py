"""The attacker: solves the published tables for the counts that are blank in them.

Written apart from cimflow's own model, in the counts themselves, and from the blanked tables alone.
What is taken from the truth is what anybody is assumed to know: how many students more than all
the schools of an LEA have together.
"""

from collections import defaultdict

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from cimflow.drilldown.suppression.row_labels import Published

CROWD = 5000  # more students than any table of these tests has
PLACED = {
    "regular-class-80": ("suspension", "regular-class-80"),
    "regular-class-under-40": ("suspension", "regular-class-under-40"),
    "preschool-regular-class": ("preschool-suspension-expulsion", "preschool-regular"),
    "preschool-separate": ("preschool-suspension-expulsion", "preschool-separate"),
}
TWINS = [
    ("regular-class-80", "regular-class-under-40"),
    ("preschool-regular-class", "preschool-separate"),
]
EARLY = {"preschool-regular-class", "preschool-separate", "preschool-suspension-expulsion"}


def ranges(
    published: Published, truth: pd.DataFrame, sums: pd.DataFrame | None = None
) -> dict[tuple[str, ...], tuple[int, int]]:
    """For each hidden count the lowest and the highest number that fits all tables.

    `sums`: over all LEAs, published beside them by somebody careless.
    """
    attacker = _Attacker(published, truth, sums)
    return {name: attacker.range_of(name) for name in attacker.hidden}


class _Attacker:
    def __init__(self, published: Published, truth: pd.DataFrame, sums: pd.DataFrame | None):
        self.number: dict[tuple[str, ...], int] = {}
        self.low: list[int] = []
        self.high: list[int] = []
        self.hidden: list[tuple[str, ...]] = []
        self.sums: list[tuple[dict[int, int], float, float]] = []
        self.rows = published.rows
        for row in published.rows.itertuples():
            self._row((row.cds_code, row.element, row.subgroup, row.group), row)
        self._whole_and_parts(truth)
        self._federal()
        self._same_students()
        self._everyone()
        self._placements()
        if sums is not None:
            self._roll_up(sums)

    def _row(self, key, row):
        bounds = {
            "primary": (1, 10),
            "complementary": (11, CROWD),
            "": (row.denominator, row.denominator),
        }[row.hidden]
        numerator = (0, CROWD) if row.hidden else (row.numerator, row.numerator)
        for what, (low, high) in (("d", bounds), ("n", numerator)):
            self.number[*key, what] = len(self.low)
            self.low.append(low)
            self.high.append(high)
            if row.hidden:
                self.hidden.append((*key, what))
        self._add({(*key, "n"): 1, (*key, "d"): -1}, -np.inf, 0)

    def _add(self, terms, low, high):
        self.sums.append(({self.number[name]: by for name, by in terms.items()}, low, high))

    def _has(self, *key):
        return (*key, "d") in self.number

    def _keys(self):
        return [name[:-1] for name in self.number if name[-1] == "d" and name[0] != "ALL"]

    def _whole_and_parts(self, truth):
        true = {tuple(row[:4]): row[4:] for row in truth.itertuples(index=False, name=None)}
        tables = defaultdict(list)
        for cds, element, subgroup, group in self._keys():
            if subgroup != "all":
                tables[cds, element, subgroup].append(group)
        for (cds, element, subgroup), groups in tables.items():
            for at, what in enumerate("nd"):
                parts = {(cds, element, subgroup, group, what): 1 for group in groups}
                more = sum(true[cds, element, subgroup, group][at] for group in groups)
                more -= true[cds, element, "all", "all"][at]
                assert subgroup == "school" or more == 0
                self._add({**parts, (cds, element, "all", "all", what): -1}, more, more)

    def _federal(self):
        for cds, element, subgroup, group in self._keys():
            if subgroup != "race-ethnicity-federal":
                continue
            names = ["asian", "filipino"] if group == "asian" else [group]
            parts = [n for n in names if self._has(cds, element, "race-ethnicity", n)]
            for what in "nd" if parts else "":
                terms = {(cds, element, "race-ethnicity", n, what): 1 for n in parts}
                self._add({**terms, (cds, element, subgroup, group, what): -1}, 0, 0)

    def _same_students(self):
        for cds, element, *group in self._keys():
            for one, other in TWINS:
                if element == one and self._has(cds, other, *group):
                    first, second = (cds, one, *group), (cds, other, *group)
                    self._add({(*first, "d"): 1, (*second, "d"): -1}, 0, 0)
                    terms = {(*first, "n"): 1, (*second, "n"): 1, (*first, "d"): -1}
                    self._add(terms, -np.inf, 0)

    def _everyone(self):
        for cds, element, *group in self._keys():
            base = "preschool-suspension-expulsion" if element in EARLY else "suspension"
            if element != base and self._has(cds, base, *group):
                terms = {(cds, element, *group, "d"): 1, (cds, base, *group, "d"): -1}
                self._add(terms, -np.inf, 0)

    def _placements(self):
        for cds, element, subgroup, _ in self._keys():
            base, placement = PLACED.get(element, ("", ""))
            listed = any(key[:3] == (cds, base, "placement") for key in self._keys())
            if subgroup != "all" or not listed:
                continue
            terms = {(cds, element, "all", "all", "n"): 1}
            if self._has(cds, base, "placement", placement):
                terms[cds, base, "placement", placement, "d"] = -1
            self._add(terms, 0, 0)
            terms = {(cds, element, "all", "all", "d"): 1, (cds, base, "all", "all", "d"): -1}
            if self._has(cds, base, "placement", "not-reported"):
                terms[cds, base, "placement", "not-reported", "d"] = 1
            self._add(terms, 0, 0)

    def _roll_up(self, sums):
        leas = sorted(set(self.rows["cds_code"]))
        for row in sums.itertuples():
            key = (row.element, row.subgroup, row.group)
            for what, total in (("d", row.denominator), ("n", row.numerator)):
                terms = {(lea, *key, what): 1 for lea in leas if self._has(lea, *key)}
                self._add(terms, total, total)

    def range_of(self, name):
        ends = []
        matrix = np.zeros((len(self.sums), len(self.low)))
        for at, (terms, _, _) in enumerate(self.sums):
            for variable, by in terms.items():
                matrix[at, variable] += by
        least, most = (np.array([limit[i] for limit in self.sums]) for i in (1, 2))
        for way in (1, -1):
            goal = np.zeros(len(self.low))
            goal[self.number[name]] = way
            found = milp(
                goal,
                integrality=np.ones(len(goal)),
                bounds=Bounds(self.low, self.high),
                constraints=LinearConstraint(matrix, least, most),
            )
            assert found.success, found.message
            ends.append(round(found.x[self.number[name]]))
        return tuple(ends)
