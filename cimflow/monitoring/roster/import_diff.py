"""What an import would change, one by one: shown first, then done exactly so or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from cimflow.monitoring.errors import ChangedMeanwhile


@dataclass(frozen=True, slots=True)
class Difference:
    """One change an import makes: to whom, what it was, what it becomes, and from which day."""

    process: str
    code: str
    what: str
    before: str
    after: str
    on: dt.date | None = None


def digest(differences: Sequence[Difference]) -> str:
    """A list of differences in one word: what was shown is what is done, or nothing is."""
    text = json.dumps([astuple(one) for one in differences], default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def refuse_other(differences: Sequence[Difference], expect: str | None) -> None:
    """Make sure that the differences are those that were shown; None expects nothing.

    Raises:
        ChangedMeanwhile: they are others.
    """
    if expect is not None and digest(differences) != expect:
        raise ChangedMeanwhile(
            "something was recorded since the differences were shown, so the file would now change"
            " other things; nothing was changed: look at the differences again"
        )
