"""Why something was not done: sentences for a person, never a traceback."""

from __future__ import annotations

from collections.abc import Sequence


class Refused(Exception):
    """What was asked was not done, and nothing was changed. One line per reason."""

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines

    @classmethod
    def because_of(cls, reasons: Sequence[object]) -> Refused:
        """A refusal with one line for each of several errors."""
        return cls(*(str(one) for one in reasons))


class ChangedMeanwhile(Refused):
    """What the person had before their eyes is no longer all that is known; look again first."""


class NotLive(Refused):
    """Mail was asked to leave, but the process is not live on that day."""


class UnknownLea(Refused):
    """No such LEA in this process."""

    def __init__(self, cds_code: str, process: str) -> None:
        super().__init__(f"{cds_code}: no LEA with this CDS code in {process}; see the roster")
