"""What leaves the LEA: every row, and of the hidden ones that they are there."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cimflow.drilldown.counting.counts import COUNTS, KEYS, SCHOOL, parts_of
from cimflow.drilldown.model.definitions import SMALL
from cimflow.drilldown.suppression.count_model import COMPLEMENTARY, LEFT_OUT, PRIMARY, SEEN
from cimflow.drilldown.suppression.table_relations import OUTCOME_ROWS, wholes_of

WORDS = {SEEN: "", PRIMARY: "primary", COMPLEMENTARY: "complementary"}
LABELS = {word: label for label, word in WORDS.items()}


class CountsDisagree(ValueError):
    """The counts cannot be those of any students."""


class CannotBeHidden(ValueError):
    """No hiding keeps these tables from giving a count away."""

    def __init__(self, rows: pd.DataFrame, apart: int) -> None:
        tables = rows[KEYS[:3]].drop_duplicates().itertuples(index=False, name=None)
        super().__init__(
            "\n".join(
                f"{_table(*table)}: whatever is hidden, a count in this table can be worked out"
                f" to less than {apart}"
                for table in tables
            )
        )


@dataclass(frozen=True)
class Published:
    """Rows with the column `hidden`; counts of hidden rows are still there, for the audit only.

    `rows`: those of the LEAs; `hidden` is empty, `primary` or `complementary`.
    `left_out`: rows that no table may list, since that they exist would tell too much: seven ages
    of an LEA with nine students. They have no column `hidden`.
    `census`: of whom the counts are (see ``census``), for the audit only, too; None if unknown.
    """

    rows: pd.DataFrame
    left_out: pd.DataFrame
    census: pd.DataFrame | None = None


def in_order(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts sorted, once nothing speaks against them; all that does is said at once."""
    rows = counts[[*KEYS, *COUNTS]].sort_values(KEYS, ignore_index=True)
    rows = rows.astype(dict.fromkeys(COUNTS, "int64"))
    there = set(rows[KEYS].itertuples(index=False, name=None))
    wrong = [
        *_said(rows[rows.duplicated(KEYS)], "appears twice"),
        *_said(rows[rows["denominator"] < 1], "has no student"),
        *_said(
            rows[(rows["numerator"] < 0) | (rows["numerator"] > rows["denominator"])],
            "has a numerator outside its denominator",
        ),
        *(
            f"{_name(cds, element, subgroup, group)} is part of a group that is missing"
            for cds, element, subgroup, group in rows[KEYS].itertuples(index=False, name=None)
            if any((cds, element, *whole) not in there for whole in _sure_wholes(subgroup, group))
        ),
    ]
    if wrong:
        raise CountsDisagree("\n".join(wrong))
    return rows


def _sure_wholes(subgroup: str, group: str) -> list[tuple[str, str]]:
    """What a group is surely a part of: at a site a student may be another than in the LEA."""
    if subgroup == SCHOOL:
        return []
    wholes = list(wholes_of(subgroup, group))
    return [one for one in wholes if SCHOOL not in parts_of(subgroup) or one[0] == SCHOOL]


def _said(rows: pd.DataFrame, what: str) -> list[str]:
    return [f"{_name(*key)} {what}" for key in rows[KEYS].itertuples(index=False, name=None)]


def _name(cds: str, element: str, subgroup: str, group: str) -> str:
    return f"{_table(cds, element, subgroup)}: {group}"


def _table(cds: str, element: str, subgroup: str) -> str:
    return f"LEA {cds}, {element} by {subgroup}"


def primary_labels(rows: pd.DataFrame) -> np.ndarray:
    """Groups of 10 or fewer are hidden: the test is on the denominator."""
    return np.where(rows["denominator"].to_numpy() <= SMALL, PRIMARY, SEEN)


def partners_of(rows: pd.DataFrame) -> list[np.ndarray]:
    """Rows that are hidden together: the child outcomes of one group are published as one."""
    these = np.flatnonzero(rows["element"].isin(OUTCOME_ROWS))
    of_one_group = rows.iloc[these].groupby(["cds_code", "subgroup", "group"]).indices
    return [these[at] for at in of_one_group.values()]


def hide_together(labels: np.ndarray, partners: list[np.ndarray]) -> np.ndarray:
    """What is hidden or left out in one of the partners is so in all."""
    labels = labels.copy()
    for rows in partners:
        of_these = labels[rows]
        if (of_these == LEFT_OUT).any():
            labels[rows] = LEFT_OUT
        elif (of_these != SEEN).any():
            labels[rows] = np.where(of_these == SEEN, COMPLEMENTARY, of_these)
    return labels


def published(
    rows: pd.DataFrame, labels: np.ndarray, census: pd.DataFrame | None = None
) -> Published:
    """The rows with their labels in words."""
    listed = labels != LEFT_OUT
    return Published(
        rows=_labelled(rows[listed], labels[listed]),
        left_out=rows[~listed].reset_index(drop=True),
        census=census,
    )


def _labelled(rows: pd.DataFrame, labels: np.ndarray) -> pd.DataFrame:
    return rows.assign(hidden=[WORDS[label] for label in labels.tolist()]).reset_index(drop=True)


def labelled_rows(all_of_it: Published) -> tuple[pd.DataFrame, np.ndarray]:
    """The LEAs' rows in order, those left out too, with their labels."""
    rows = pd.concat([all_of_it.rows, all_of_it.left_out.assign(hidden=None)], ignore_index=True)
    rows = rows.sort_values(KEYS, ignore_index=True)
    words = rows["hidden"].tolist()
    labels = np.array(
        [LEFT_OUT if word is None else LABELS[word] for word in words], dtype=np.int64
    )
    return rows[[*KEYS, *COUNTS]], labels
