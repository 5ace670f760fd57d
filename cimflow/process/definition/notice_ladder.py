"""The ladder of notices as a file says it: which rung, on which day, to which roles."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Annotated, Any

from cimflow.process.contacts import ROLES
from cimflow.process.definition.entry import Entry, Id
from cimflow.process.definition.errors import ConfigErrors
from cimflow.process.definition.parse_process import errors_with_keys
from cimflow.process.definition.rung_kinds import RUNG_KINDS, RungKind, Window, check_kind
from cimflow.process.definition.toml_reader import Checked, read_table


def _known_role(role: str) -> None:
    if role not in ROLES:
        raise ValueError(f"{role!r} is not one of {', '.join(ROLES)}")


class RoleAt(Entry):
    """A role that a rung names, at some levels only where ``levels`` is given."""

    role: Annotated[str, Checked(_known_role)]
    levels: tuple[str, ...] | None = None

    @classmethod
    def full_form(cls, value: Any) -> Any:
        """``"lea-lead"`` is short for ``{ role = "lea-lead" }``."""
        return {"role": value} if isinstance(value, str) else value


class Rung(Entry):
    """One rung of the ladder.

    What ``days`` count from, its kind says (``rung_kinds.py``).
    """

    id: Id
    kind: Annotated[str, Checked(check_kind)]
    days: int = 0
    roles: tuple[RoleAt, ...] = ()

    @property
    def row(self) -> RungKind:
        """What its kind is."""
        return RUNG_KINDS[self.kind]

    def names(self, role: str, level: str) -> bool:
        """Whether the rung is to a role at a level."""
        return any(
            one.role == role and (one.levels is None or level in one.levels) for one in self.roles
        )


class Caps(Entry):
    """How many emails may leave on a schedule: to one person and in all, within an hour."""

    per_person_per_hour: int = 2
    per_hour: int = 200


class WorkingHours(Entry):
    """When scheduled mail may leave, in the process's time zone, on working days."""

    opens: dt.time
    closes: dt.time


class SweepHold(Entry):
    """When a whole sweep waits for a person.

    That is when it has more than ``more_than`` emails and more than ``times`` the largest of the
    last ``of_last`` live sweeps; never with fewer than ``after`` behind it. Of those before it only
    the emails count that were not held, or that a person released.
    """

    more_than: int = 25
    times: int = 3
    of_last: int = 10
    after: int = 5


class Ladder(Entry):
    """The whole of the notices file."""

    resubmit_within_working_days: int
    lead_hears_days_before: int
    hold_domains: tuple[str, ...]
    hold_roles: tuple[str, ...]
    caps: Caps
    working_hours: WorkingHours
    sweep_hold: SweepHold
    rungs: tuple[Rung, ...]

    def in_window(self, *windows: Window) -> tuple[Rung, ...]:
        """The rungs that are owed while something is so, in file order."""
        if windows not in self._in_windows:
            self._in_windows[windows] = tuple(
                one for one in self.rungs if one.row.window in windows
            )  # fmt: skip
        return self._in_windows[windows]

    @cached_property
    def _in_windows(self) -> dict[tuple[Window, ...], tuple[Rung, ...]]:
        """What was asked of ``in_window``: a sweep asks for each activity of each LEA."""
        return {}

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each rung stands in the file."""
        return {one.id: number for number, one in enumerate(self.rungs)}

    @cached_property
    def kind_of(self) -> dict[str, RungKind]:
        """The kind of each rung, and of what cimflow adds to them."""
        ours = {one.id: one for one in RUNG_KINDS.values() if not one.is_in_file}
        return ours | {one.id: one.row for one in self.rungs}

    def must_be_released(self, role: str, address: str) -> bool:
        """Whether mail to this role or address is held until a person releases it."""
        domain = address.rpartition("@")[2].casefold()
        return role in self.hold_roles or any(
            domain == held or domain.endswith("." + held)
            for held in (one.casefold() for one in self.hold_domains)
        )


def parse_ladder(data: dict[str, Any], *, file: str) -> Ladder:
    """Turn the parsed TOML of the notices file into a ladder.

    Raises:
        ConfigErrors: all errors with file and key.
    """
    ladder, mistakes = read_table(Ladder, data)
    if ladder is None:
        raise ConfigErrors(errors_with_keys(mistakes, data, file=file))
    return ladder
