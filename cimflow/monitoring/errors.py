"""Why something was not done: a code, a field and values. The words are made where it is shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cimflow.monitoring.refusal_words import sentence


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason. ``field`` is what was given wrongly, by the name that forms and options share."""

    code: str
    field: str = ""
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def in_words(self, *, page: bool = False, alone: bool = False) -> str:
        """The sentence, for a page or for the command line, without the name of the field."""
        return sentence(self.code, self.values, page=page, alone=alone)


def refusal(code: str, field: str = "", /, **values: object) -> Refusal:
    """A reason with its values: ``refusal("after-today", "on", day=day, today=today)``."""
    return Refusal(code, field, values)


class Refused(Exception):
    """What was asked was not done, and nothing was changed. One reason or several."""

    def __init__(self, *reasons: Refusal) -> None:
        super().__init__(*reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        return "; ".join(self.lines)

    @property
    def lines(self) -> tuple[str, ...]:
        """One line for each reason, as the command line says it."""
        return tuple(
            f"{one.field.replace('_', '-')}: {one.in_words()}" if one.field else one.in_words()
            for one in self.reasons
        )

    @classmethod
    def because_of(cls, errors: Sequence[object]) -> Refused:
        """A refusal with one line for each of several errors that say in words what is wrong."""
        return cls.saying(*(str(one) for one in errors))

    @classmethod
    def saying(cls, *lines: str) -> Refused:
        """A refusal in the words of the surface that makes it: a command's, or a page's."""
        return cls(*(refusal("as-told", told=one) for one in lines))


class ChangedMeanwhile(Refused):
    """What the person had read is no longer all that is known; they review it first."""


class NotLive(Refused):
    """Mail was asked to leave, but the process is not live on that day."""


class UnknownLea(Refused):
    """No such LEA in this process."""

    def __init__(self, cds_code: str, process: str) -> None:
        super().__init__(refusal("lea-unknown", lea=cds_code, process=process))
