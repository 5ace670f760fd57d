"""One sentence on why an activity is in its state, and one that says what to do next.

Written for a director who reads it once. The proof behind it (rule, quote, facts, dates) is
``ActivityStatus.because``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from cimflow.monitoring.words import is_only_with_us, long_date, receiver_in_words
from cimflow.process.definition.process_file import Process
from cimflow.process.evaluation.status import ActivityStatus


def why(one: ActivityStatus, process: Process) -> str:
    """Why it is in its state, in one sentence with its dates."""
    reason = _REASONS.get(one.state)
    return reason(one, process) if reason is not None else one.because.rule


def next_step(one: ActivityStatus, process: Process, *, reads_at_selpa: bool = False) -> str:
    """What to do next about it; empty where there is nothing to do.

    Args:
        one: the activity on the day shown.
        process: its process file.
        reads_at_selpa: whether the reader works at the SELPA. The LEA reads what it has to do,
            the SELPA what it is waiting for.
    """
    title = process.activity_by_id[one.id].title
    receiver = receiver_in_words(one, process)
    if one.state == "Incomplete" and is_only_with_us(one):
        if reads_at_selpa:
            return (
                f"Waiting for the LEA to file it in {receiver}. Then record the filing date here."
            )
        return f"File it in {receiver}, then record the filing date here."
    if one.state == "Blocked":
        first = _titles(one, process)[0]
        return (
            f"Waiting for the LEA to finish {first}." if reads_at_selpa else f"Start with {first}."
        )
    if one.waits_for_review:
        return "Read it, then approve or return it."
    if one.state == "Undetermined":
        return f"Look up {_fact(one, process)} and record it."
    steps = _AT_THE_SELPA if reads_at_selpa else _AT_THE_LEA
    said = steps.get(one.state, "")
    what_to_do = process.activity_by_id[one.id].what_to_do
    return said.format(title=title, what_to_do=what_to_do, place=_place(one, process))


def _place(one: ActivityStatus, process: Process) -> str:
    """`` in Stepwell``; nothing where the SELPA itself receives it."""
    receiver = process.receiver_by_id.get(one.receiver or "")
    return f" in {receiver.title}" if receiver is not None and receiver.is_external else ""


def _date(one: ActivityStatus, name: str) -> str:
    text = one.because.dates.get(name, "")
    return long_date(dt.date.fromisoformat(text)) if text else ""


def _titles(one: ActivityStatus, process: Process) -> list[str]:
    return [process.activity_by_id[root].title for root in one.blocked_by] or [
        "the earlier activities"
    ]


def _fact(one: ActivityStatus, process: Process) -> str:
    """The fact that decides, by its title."""
    for name in one.because.facts:
        if name in process.fact_by_id:
            return process.fact_by_id[name].title
    return "a fact"


def _missing(one: ActivityStatus, process: Process) -> str:
    due = one.binding_due or one.due
    since = long_date(due + dt.timedelta(days=1)) if due is not None else "its due date"
    waits = f" It is waiting for {', '.join(_titles(one, process))}." if one.blocked_by else ""
    was_due = long_date(due) if due is not None else ""
    return f"Missing since {since}: it was due {was_due}.{waits}"


def _blocked(one: ActivityStatus, process: Process) -> str:
    return f"It cannot be filed before {', '.join(_titles(one, process))}.{_due(one)}"


def _due(one: ActivityStatus) -> str:
    return f" It is due {long_date(one.due)}." if one.due is not None else ""


def _coming(one: ActivityStatus, _process: Process) -> str:
    if one.due is None:
        return "It is required; no date is set yet."
    days = one.days_left or 0
    left = "today" if days == 0 else f"in {days} day{'s' if days != 1 else ''}"
    return f"Due {long_date(one.due)}, {left}."


def _incomplete(one: ActivityStatus, process: Process) -> str:
    received = _date(one, "received")
    if is_only_with_us(one):
        receiver = receiver_in_words(one, process)
        return f"At SELPA since {received}, but not in {receiver} yet."
    errors = [finding.message for finding in one.findings if finding.severity == "error"]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"Received on {received}, but incomplete: {errors[0]}{more}"


def _returned(one: ActivityStatus, _process: Process) -> str:
    note = one.because.facts.get("reviewer-note", "")
    said = f": “{note}”" if note else ", without a note."
    return f"Returned on {_date(one, 'reviewed')}{said}"


def _submitted(one: ActivityStatus, process: Process) -> str:
    filed = _date(one, "filed") or _date(one, "received")
    late = ", after its due date" if one.late else ""
    if one.settled:
        return f"Filed on {filed}{late}."
    return f"Filed on {filed}{late}; waiting for review by {receiver_in_words(one, process)}."


def _approved(one: ActivityStatus, _process: Process) -> str:
    late = "; it was filed after its due date" if one.late else ""
    return f"Approved on {_date(one, 'reviewed')}{late}."


def _excused(one: ActivityStatus, _process: Process) -> str:
    reason = one.because.facts.get("exception", "")
    return f"Excused on {_date(one, 'exception-granted')}: {reason}"


def _undetermined(one: ActivityStatus, process: Process) -> str:
    return f"Whether it is required depends on {_fact(one, process)}, which is not known yet."


def _not_yet(one: ActivityStatus, process: Process) -> str:
    return f"It depends on {_fact(one, process)}, which only the CDE knows."


_AT_THE_LEA = {
    "Missing": "{what_to_do}",
    "DueSoon": "{what_to_do}",
    "Upcoming": "{what_to_do}",
    "Returned": "Address the reviewer's note and submit {title} again.",
    "Incomplete": "Complete what is missing and submit it again.",
}
_AT_THE_SELPA = {
    "Missing": "Waiting for the LEA to submit {title}{place}.",
    "DueSoon": "Waiting for the LEA to submit {title}{place}.",
    "Upcoming": "Waiting for the LEA to submit {title}{place}.",
    "Returned": "Waiting for the LEA to address the reviewer's note and submit {title} again.",
    "Incomplete": "Waiting for the LEA to complete what is missing and submit it again.",
}
_REASONS: Mapping[str, Callable[[ActivityStatus, Process], str]] = {
    "Missing": _missing,
    "Blocked": _blocked,
    "DueSoon": _coming,
    "Upcoming": _coming,
    "Incomplete": _incomplete,
    "Returned": _returned,
    "Submitted": _submitted,
    "Approved": _approved,
    "Excused": _excused,
    "Undetermined": _undetermined,
    "NotYet": _not_yet,
    "NotApplicable": lambda _one, _process: "It does not apply here.",
    "Optional": lambda _one, _process: "It is optional and never late.",
    "Recommended": lambda _one, _process: "It is recommended and never late.",
}
