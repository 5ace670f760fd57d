"""The facts of every LEA: added one by one, read back as cases, with documents and history.

The entry to the room: facts are added (``add_*``) and cases read (``load_cases``) from here. What
follows from a fact is not known here.
"""

from cimflow.store.cases.add_facts import (
    add_excuse,
    add_extension,
    add_fact,
    add_filing,
    add_review,
    add_roster_entry,
    add_submission,
    add_void,
    add_withdrawal,
    set_go_live,
)
from cimflow.store.cases.learned import (
    Learnt,
    document_hashes,
    last_seq,
    learnt_since,
    selpa_by_lea,
)
from cimflow.store.cases.load_cases import (
    facts_recorded_by,
    go_live_of,
    last_learnt,
    load_cases,
    process_ids,
    selpa_name,
)

__all__ = [
    "Learnt",
    "add_excuse",
    "add_extension",
    "add_fact",
    "add_filing",
    "add_review",
    "add_roster_entry",
    "add_submission",
    "add_void",
    "add_withdrawal",
    "document_hashes",
    "facts_recorded_by",
    "go_live_of",
    "last_learnt",
    "last_seq",
    "learnt_since",
    "load_cases",
    "process_ids",
    "selpa_by_lea",
    "selpa_name",
    "set_go_live",
]
