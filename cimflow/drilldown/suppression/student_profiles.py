"""What a student is at once: of whom each table tells a part, and nobody all.

A profile is a population (school age or preschool), a placement and, for each element, whether it
counts such a student. Every count of every table is a number of students of some profiles: in a
group, or in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from cimflow.drilldown.model.coded_table import Flags, Ints
from cimflow.drilldown.model.elements import element_of
from cimflow.drilldown.model.subgroups import ALL

NOT_ASKED, NOT_COUNTED, COUNTED = range(3)
"""Whether an element asks about a student (is in its denominator), and counts it."""
COMMON = 3


class Profile(NamedTuple):
    """What a student is at once.

    ``ages`` is ``school-age``, ``preschool`` or empty, where no grade is known. ``said``
    is what each element says.
    """

    ages: str
    placement: str
    said: tuple[int, ...]


@dataclass(frozen=True)
class StudentProfiles:
    """How many students of each profile there are in one LEA, of one age range or of both.

    Attributes:
        elements: those that ask about them.
        profiles: of whom there is a student, and what else a student might be.
        groups: the groups of each subgroup that has cells.
        students: in all, then in each group: names x profiles. By school they add up to more than
            there are, since students are at two.
        fixed: so many of them are at several schools. They stay what they are: else a school could
            have more students than the LEA.
    """

    elements: tuple[str, ...]
    profiles: tuple[Profile, ...]
    groups: Mapping[str, tuple[str, ...]]
    students: Ints
    fixed: Ints

    def asked(self, element: str) -> Flags:
        """The profiles in the denominator of an element."""
        return np.asarray(self._said(element) != NOT_ASKED)

    def counted(self, element: str) -> Flags:
        """The profiles in its numerator."""
        return np.asarray(self._said(element) == COUNTED)

    def placements(self) -> list[str]:
        """The placement of each profile."""
        return [one.placement for one in self.profiles]

    def _said(self, element: str) -> Ints:
        at = self.elements.index(element)
        return np.array([one.said[at] for one in self.profiles], dtype=np.int64)

    @property
    def names(self) -> list[tuple[str, str]]:
        """Whose cells there are: all students, then each subgroup's groups."""
        groups = [(name, one) for name, of in self.groups.items() for one in of]
        return [(ALL, ALL), *groups]

    def with_others(self, *, unlisted: bool) -> StudentProfiles:
        """With what the most common students might be instead.

        More profiles would be possible, and each makes the search longer; with fewer, less can be
        proven and more is hidden, never less. `unlisted`: placements that nobody is in, too.
        """
        common = self._common()
        found = dict.fromkeys(self.profiles)
        for profile in common:
            for placement, says in self._places(profile.ages, unlisted=unlisted):
                for said in self._changed(profile):
                    found[Profile(profile.ages, placement, in_place(self.elements, said, says))] = (
                        None
                    )
        for profile in self._rare(common):
            found.update(
                dict.fromkeys(profile._replace(said=said) for said in self._changed(profile))
            )
        more = ((0, 0), (0, len(found) - len(self.profiles)))
        return replace(
            self,
            profiles=tuple(found),
            students=np.pad(self.students, more),
            fixed=np.pad(self.fixed, more),
        )

    def _common(self) -> list[Profile]:
        """What most students are."""
        profiles = [self.profiles[at] for at in np.argsort(-self.students[0], kind="stable")]
        return [one for one in profiles if one.ages][:COMMON]

    def _rare(self, common: list[Profile]) -> list[Profile]:
        """What most students are of a group that has none of the common ones, nor of these here.

        A school whose only child has no placement would have no other way to be.
        """
        found = list(common)
        for of_group in self.students[1:]:
            most_first = np.argsort(-of_group, kind="stable")[: np.count_nonzero(of_group)]
            there = [self.profiles[at] for at in most_first if self.profiles[at].ages]
            if not set(there) & set(found):
                found += there[:1]
        return found[len(common) :]

    def _changed(self, profile: Profile) -> list[tuple[int, ...]]:
        """What would be said of such a student, if one element said something else."""
        said = profile.said
        return [
            with_averages(self.elements, (*said[:at], other, *said[at + 1 :]))
            for at, element in enumerate(self.elements)
            if not placement_of(element) and element_of(element).population == profile.ages
            for other in may_say(element)
        ]

    def _places(self, ages: str, *, unlisted: bool) -> list[Place]:
        """Each placement of the age range, with what its elements say of who is there."""
        found = {(one.placement, one.said) for one in self.profiles if one.ages == ages}
        nothing = (NOT_ASKED,) * len(self.elements)
        there = {(place, in_place(self.elements, nothing, said)) for place, said in found}
        return sorted(there.union(places_of(self.elements, ages) if unlisted else ()))


Place = tuple[str, tuple[int, ...]]
"""A placement, and what the placement elements say of who is there."""


def may_say(element: str) -> range:
    """What an element may say of a student of its age range: one asks about everyone."""
    everyone = element_of(element).asks_about_everyone
    return range(NOT_COUNTED if everyone else NOT_ASKED, COUNTED + 1)


def placement_of(element: str) -> str:
    """The placement group that an element counts, or nothing."""
    return element_of(element).placement


def in_place(
    elements: tuple[str, ...], said: tuple[int, ...], of_place: tuple[int, ...]
) -> tuple[int, ...]:
    """The same student, of whom the placement elements say something else."""
    both = zip(elements, said, of_place, strict=True)
    return tuple(new if placement_of(element) else old for element, old, new in both)


def with_averages(elements: tuple[str, ...], said: tuple[int, ...]) -> tuple[int, ...]:
    """Of an average is said the most that is said of any of its parts."""
    by_name = dict(zip(elements, said, strict=True))
    for element in elements:
        parts = [by_name[one.id] for one in element_of(element).parts if one.id in by_name]
        by_name[element] = max(parts, default=by_name[element])
    return tuple(by_name.values())


def places_of(elements: tuple[str, ...], ages: str) -> list[Place]:
    """The placements of an age range that an element counts."""
    mine = [one for one in elements if placement_of(one) and element_of(one).population == ages]
    return [
        (
            placement_of(counting),
            tuple(
                NOT_ASKED if other not in mine else COUNTED if other == counting else NOT_COUNTED
                for other in elements
            ),
        )
        for counting in mine
    ]


def profiles_in(elements: tuple[str, ...], numbers: pd.DataFrame) -> StudentProfiles:
    """The profiles of the students of one LEA about whom these elements ask.

    Args:
        elements: those of an age range, or of both.
        numbers: the LEA's part of the ``census``.
    """
    mine = numbers[(numbers[list(elements)] != NOT_ASKED).any(axis=1)]
    said = mine[list(elements)].to_numpy().tolist()
    each = [
        Profile(str(ages), str(placement), tuple(codes))
        for ages, placement, codes in zip(mine["ages"], mine["placement"], said, strict=True)
    ]
    profiles = tuple(sorted(set(each)))
    at_profile = {profile: at for at, profile in enumerate(profiles)}
    profile = np.array([at_profile[one] for one in each], dtype=np.int64)
    pairs = list(zip(mine["subgroup"].astype(str), mine["group"].astype(str), strict=True))
    groups: dict[str, tuple[str, ...]] = {}
    for subgroup, group in sorted(set(pairs) - {(ALL, ALL)}):
        groups[subgroup] = (*groups.get(subgroup, ()), group)
    empty = np.zeros((1 + sum(map(len, groups.values())), len(profiles)), dtype=np.int64)
    nobody = StudentProfiles(elements, profiles, groups, empty, empty.copy())
    at_name = {name: at for at, name in enumerate(nobody.names)}
    name = np.array([at_name[pair] for pair in pairs], dtype=np.int64)
    np.add.at(nobody.students, (name, profile), mine["students"].to_numpy())
    np.add.at(
        nobody.fixed, (name, profile), mine["students"].to_numpy() * mine["several"].to_numpy()
    )
    return nobody
