"""What an import would change, one by one: shown first, then done exactly so or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.audit_row import note_in
from cimflow.monitoring.errors import ChangedMeanwhile, refusal
from cimflow.monitoring.lea_owner import latest_selpas
from cimflow.store.database.session import Connection
from cimflow.store.people import people


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
        raise ChangedMeanwhile(refusal("other-differences"))


def note_import(
    context: AppContext,
    conn: Connection,
    actor: Actor,
    kind: str,
    differences: Sequence[Difference],
) -> None:
    """Say in the audit log what a file changed: one entry for each SELPA, found in its own log."""
    whose = latest_selpas(context, people.selpa_rows(conn))
    counts = Counter(whose.get(one.code, one.code) for one in differences)
    processes = {one.process for one in differences if one.process}
    for selpa, count in counts.items():
        note_in(
            conn,
            context.now(),
            actor,
            "import",
            f"{kind}: {count} {'change' if count == 1 else 'changes'} from a file",
            process=processes.copy().pop() if len(processes) == 1 else None,
            selpa_code=selpa,
        )
