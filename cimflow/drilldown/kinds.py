"""What a student is at once: of whom each table tells a part, and nobody all.

A kind is a placement and, for each element, whether it counts such a student. Every count of every
table is a number of students of some kinds: in a group, or in all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cimflow.drilldown.coded import Flags, Ints
from cimflow.drilldown.measures import OUTCOME_PARTS, OUTCOMES
from cimflow.drilldown.relations import ALL, EVERYONE, PLACED

NOT_ASKED, NOT_COUNTED, COUNTED = range(3)
"""Whether an element asks about a student (is in its denominator), and counts it."""
COMMON = 3
Kind = tuple[str, tuple[int, ...]]
"""A placement, and what each element says of the student."""


@dataclass(frozen=True)
class Kinds:
    """How many students of each kind there are in one LEA and age range.

    Attributes:
        elements: those of the age range.
        kinds: of whom there is a student, and what else a student might be.
        in_all: the number of each kind.
        groups: the groups of each subgroup that has cells.
        cells: the number of each kind in each group, by subgroup: groups x kinds. By school they
            add up to more than there are, since students are at two.
    """

    elements: tuple[str, ...]
    kinds: tuple[Kind, ...]
    in_all: Ints
    groups: Mapping[str, tuple[str, ...]]
    cells: Mapping[str, Ints]

    def asked(self, element: str) -> Flags:
        """The kinds in the denominator of an element."""
        return np.asarray(self._said(element) != NOT_ASKED)

    def counted(self, element: str) -> Flags:
        """The kinds in its numerator."""
        return np.asarray(self._said(element) == COUNTED)

    def placements(self) -> list[str]:
        """The placement of each kind."""
        return [placement for placement, _ in self.kinds]

    def _said(self, element: str) -> Ints:
        at = self.elements.index(element)
        return np.array([said[at] for _, said in self.kinds], dtype=np.int64)

    @property
    def names(self) -> list[tuple[str, str]]:
        """Whose cells there are: all students, then each subgroup's groups."""
        groups = [(name, one) for name, of in self.groups.items() for one in of]
        return [(ALL, ALL), *groups]

    def numbers(self) -> Ints:
        """The cells one after the other, by name and then by kind."""
        return np.concatenate([self.in_all, *(self.cells[one].ravel() for one in self.groups)])

    def filled_with(self, numbers: Ints) -> Kinds:
        """The same kinds and groups with other numbers of students."""
        table = numbers.reshape(len(self.names), len(self.kinds))
        ends = np.cumsum([1, *(len(one) for one in self.groups.values())])
        parts = zip(self.groups, np.split(table, ends)[1:], strict=False)
        return replace(self, in_all=table[0], cells=dict(parts))

    def with_others(self, *, unlisted: bool) -> Kinds:
        """With what the most common students might be instead.

        More kinds would be possible, and each makes the search longer; with fewer, less can be
        proven and more is hidden, never less. `unlisted`: placements that nobody is in, too.
        """
        common = np.argsort(-self.in_all, kind="stable")[:COMMON]
        found = dict.fromkeys(self.kinds)
        places = self._places(unlisted=unlisted)
        for at in common.tolist():
            found.update(dict.fromkeys(self._others(self.kinds[at], places)))
        more = len(found) - len(self.kinds)
        return replace(
            self,
            kinds=tuple(found),
            in_all=np.pad(self.in_all, (0, more)),
            cells={name: np.pad(one, ((0, 0), (0, more))) for name, one in self.cells.items()},
        )

    def _others(self, kind: Kind, places: list[Kind]) -> Iterator[Kind]:
        """Of whom one element says something else, or who is in another placement, or both."""
        _, said = kind
        changed = [
            with_outcomes(self.elements, (*said[:at], other, *said[at + 1 :]))
            for at, element in enumerate(self.elements)
            if element not in PLACED
            for other in may_say(element)
        ]
        for placement, says in places:
            for one in changed:
                yield placement, in_place(self.elements, one, says)

    def _places(self, *, unlisted: bool) -> list[Kind]:
        """Each placement, with what its elements say of who is there."""
        found = dict.fromkeys(self.kinds)
        if unlisted:
            found.update(dict.fromkeys(places_of(self.elements)))
        nothing = (NOT_ASKED,) * len(self.elements)
        places = ((place, in_place(self.elements, nothing, said)) for place, said in found)
        return list(dict.fromkeys(places))


def may_say(element: str) -> range:
    """What an element may say of a student: one asks about everyone."""
    return range(NOT_COUNTED if element in EVERYONE.values() else NOT_ASKED, COUNTED + 1)


def in_place(
    elements: tuple[str, ...], said: tuple[int, ...], of_place: tuple[int, ...]
) -> tuple[int, ...]:
    """The same student, of whom the placement elements say something else."""
    both = zip(elements, said, of_place, strict=True)
    return tuple(new if element in PLACED else old for element, old, new in both)


def with_outcomes(elements: tuple[str, ...], said: tuple[int, ...]) -> tuple[int, ...]:
    """The preschool outcomes are any of their three parts."""
    if OUTCOMES not in elements:
        return said
    parts = [one for element, one in zip(elements, said, strict=True) if element in OUTCOME_PARTS]
    at = elements.index(OUTCOMES)
    return (*said[:at], max(parts, default=said[at]), *said[at + 1 :])


def places_of(elements: tuple[str, ...]) -> list[Kind]:
    """The placements that are counted by an element, with what the elements say of who is there."""
    counting = [one for one in elements if one in PLACED]
    return [
        (
            PLACED[one],
            tuple(
                NOT_ASKED if other not in PLACED else COUNTED if other == one else NOT_COUNTED
                for other in elements
            ),
        )
        for one in counting
    ]


def kinds_in(rows: pd.DataFrame, numbers: pd.DataFrame) -> Kinds:
    """The kinds of one LEA and age range.

    Args:
        rows: its rows of all tables, of which the elements are taken.
        numbers: of the LEA: ``subgroup, group, placement``, a column for each element and the
            number of ``students`` that are so. Every student stands once in each subgroup, in that
            by school once for each site.
    """
    elements = tuple(sorted(set(rows["element"])))
    mine = numbers[(numbers[list(elements)] != NOT_ASKED).any(axis=1)]
    said = mine[list(elements)].to_numpy().tolist()
    both = zip(mine["placement"], said, strict=True)
    each = [(str(place), tuple(codes)) for place, codes in both]
    kinds = sorted(set(each))
    at_kind = {kind: at for at, kind in enumerate(kinds)}
    kind = np.array([at_kind[one] for one in each], dtype=np.int64)
    students, group = mine["students"].to_numpy(), mine["group"].to_numpy(dtype=str)
    subgroup = mine["subgroup"].to_numpy(dtype=str)
    groups: dict[str, tuple[str, ...]] = {}
    cells: dict[str, Ints] = {}
    for name in sorted(set(subgroup.tolist())):
        at = np.flatnonzero(subgroup == name)
        names, place = np.unique(group[at], return_inverse=True)
        groups[name] = tuple(names.tolist())
        cells[name] = np.zeros((len(names), len(kinds)), dtype=np.int64)
        np.add.at(cells[name], (place, kind[at]), students[at])
    del groups[ALL]
    return Kinds(elements, tuple(kinds), cells.pop(ALL)[0], groups, cells)
