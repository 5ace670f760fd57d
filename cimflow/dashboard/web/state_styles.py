"""How each state looks: an icon and a tone beside its word. Color repeats the word."""

from __future__ import annotations

from cimflow.process.evaluation.status import ActivityStatus, CaseState, State

TONES: dict[State, tuple[str, str]] = {
    "Excused": ("check", "done"),
    "Approved": ("check_circle", "done"),
    "Returned": ("undo", "bad"),
    "Incomplete": ("warning", "warn"),
    "Submitted": ("check_circle", "done"),
    "NotApplicable": ("remove", "quiet"),
    "Optional": ("remove", "quiet"),
    "Recommended": ("remove", "quiet"),
    "Undetermined": ("help", "warn"),
    "NotYet": ("remove", "quiet"),
    "Missing": ("error", "bad"),
    "Blocked": ("lock", "wait"),
    "DueSoon": ("schedule", "warn"),
    "Upcoming": ("schedule", "wait"),
}
CASE_TONES: dict[CaseState, tuple[str, str]] = {
    "Overdue": ("error", "bad"),
    "AtRisk": ("warning", "warn"),
    "OnTrack": ("schedule", "wait"),
    "Complete": ("check_circle", "done"),
}


def look_of(one: ActivityStatus) -> tuple[str, str]:
    """Icon and tone of an activity; what waits for a review asks for someone."""
    if one.waits_for_review:
        return "visibility", "warn"
    if one.state == "Incomplete" and one.overdue:
        return "warning", "bad"
    return TONES[one.state]
