"""Every refusal in words, by its code: on the command line, and on a page where that differs.

A value is written as its reader writes it: a day is ``2024-07-11`` on the command line, where it is
typed that way, and ``Thu, July 11, 2024`` on a page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from cimflow.monitoring.words import PACIFIC, long_date, moment

SENTENCES: dict[str, str | tuple[str, str]] = {
    # what the configuration, a parser or a library says in its own words
    "as-told": "{told}",
    # a process, an LEA, an activity
    "process-unknown": "{process}: no such process; there are: {known}",
    "process-not-named": "name the process with --process: {known}",
    "calendar-unknown": "{process}: no calendar {calendar!r} in config/calendars",
    "lea-unknown": "{lea}: no LEA with this CDS code in {process}; see the roster",
    "lea-not-named": "name the LEA",
    "activity-unknown": "{activity}: no such activity in {process}; there are: {known}",
    "no-lea-of-selpa": "{whose}: none of this SELPA's LEAs is in {process}",
    "no-lea-of-it": "{whose}: none of its LEAs is in {process}",
    "nobody-in-cohort": "{whose}: no LEA is in the cohort on {day}",
    "left-the-cohort": "{lea}: this LEA has left the cohort",
    "had-left-the-cohort": "{lea}: this LEA had left the cohort by {day}",
    "not-in-cohort": "{lea}: this LEA is not in the cohort on {day}",
    # days
    "after-today": "{day} is after today, {today}",
    "needs-a-day": "give the day",
    "not-a-day": ("{typed!r} is not a date such as 2024-05-31", "write the day such as 2024-07-11"),
    # what is blank, or cannot stand in its field
    "blank": "is blank",
    "unusable": "{problem}",
    "choose-one": "choose one",
    "too-long": "use at most {most} characters; this has {number}",
    "no-text": "it contains characters that are not text; type it again",
    "form-damaged": "the form could not be read; open the page again and submit it again",
    "fact-unknown": "{fact}: no such fact in {process}; there are: {known}",
    # what somebody else recorded
    "more-was-recorded": (
        "More was recorded of {lea} since you opened the page, so nothing was changed."
        " Review it, then decide."
    ),
    "recorded-since": "{by} recorded {kind} on {at}.",
    "reaches-others": (
        "This would now change different LEAs than were shown; review them, then decide"
    ),
    "no-table-chosen": "choose a file first: a .csv or an .xlsx",
    "file-came-back-damaged": "The file came back damaged; choose it again.",
    "file-too-large": "the file is larger than {most} MB",
    "preview-first": "Look at what the file would change first; nothing was changed.",
    "other-differences": (
        "something was recorded since the differences were shown, so the file would now change"
        " other things; nothing was changed: review the differences again"
    ),
    "shown-again": "What would change now is shown below. Review it, then confirm it.",
    # submissions
    "contents-refused": "{file}, {at}: {problem}",
    "filed-is-received": (
        "the SELPA is the receiver here, so it is filed on the day it is received ({received}),"
        " not on {filed}"
    ),
    "nothing-recorded-yet": "{activity}: nothing has been recorded for {lea} yet; record it first",
    "filed-when-received": (
        "{activity}: the SELPA is the receiver, so it was filed when it was received ({received})"
    ),
    "received-today": (
        "what you submit is received today. If you sent it to your SELPA earlier, your SELPA can"
        " record that date."
    ),
    "document-missing": "choose it, or say that it came without one",
    "form-missing": "choose the completed form first",
    "file-without-kind": ("a file is attached: say whether it is a document or the completed form"),
    "version-unknown": "{activity}: {lea} has no version {version}",
    "withdrawn-before": "{activity}: version {version} was withdrawn on {day}",
    "say-why-withdrawn": "say why you are withdrawing the record",
    # review
    "nothing-to-review": "{activity}: there was nothing from {lea} to review on {day}",
    "not-the-latest": (
        "{activity}: {looked_at} is not the latest: version {version} was received on {received},"
        " recorded by {by}; read that one, then decide"
    ),
    "error-in-it": "{activity}, {at}: {problem}",
    "has-errors": (
        ("{activity}: version {version} has errors; to approve it anyway, add --despite-findings"),
        "This version has errors. Check the box to approve it anyway, or return it.",
    ),
    "say-what-to-change": (
        "say in the note what needs to change",
        "say what needs to change; the LEA reads it in the email",
    ),
    "say-who-told": "say who at the CDE gave this answer",
    "own-lea": (
        (
            "{activity}: {by} works at {lea}, and no one approves a filing of their own"
            " LEA; {who} can"
        ),
        "You work at this LEA, and no one approves a filing of their own LEA. {who} can.",
    ),
    # deadlines
    "say-why-granted": "say why it is granted",
    "needs-reference": "what the CDE grants needs a reference (a letter, an email)",
    "before-the-grant": "the new date {to} is before the day of the grant, {day}",
    "no-due-date": "{lea}: {activity} has no due date at level {level}",
    "not-asked": "{lea}: {activity} does not apply at level {level}",
    "not-the-receiver": (
        "{lea}: {activity} at level {level} answers to the {receiver}, so the {grantor} cannot"
        " grant this"
    ),
    # roster and contacts
    "say-why-gone": "say why the LEA is leaving the cohort",
    "lost-zero": (
        "this has 13 digits; a CDS code has 14. If its leading zero was removed, it is"
        " {repaired}: type that"
    ),
    "only-system-moves": "only the system administrator can move an LEA to another SELPA",
    "only-system-renames": "only the system administrator can rename a SELPA",
    "only-own-selpas": "choose one of your own",
    "in-roster-already": (
        "{lea} is already in the roster, perhaps under another SELPA; check there, or ask the"
        " system administrator"
    ),
    "of-other-selpa": (
        "{lea} belongs to another SELPA in another process; ask the system administrator"
    ),
    "contact-role": "choose one of the roles on this page",
    "contacts-changed": (
        "Someone changed these contacts while your page was open. The current contacts are"
        " shown below; check them, and submit yours again if it still applies."
    ),
    "contact-of-other-page": "This contact does not belong on this page.",
    "holds-no-more": "{name} no longer holds this role.",
    "holds-already": "{email} already holds this role.",
    # notices
    "before-process-start": "{day} is before the start of {process}, {start}",
    "live-day-stands": (
        "{process} has been live from {standing} and notices have been queued since; the day"
        " cannot change, or people would be notified twice"
    ),
    "no-mail-server": "no mail server is set up; set CIMFLOW_SMTP_HOST and CIMFLOW_MAIL_FROM",
    "notice-unknown": "notice {notice}: no such notice in {process}",
    "notice-not-held": "notice {notice}: is not a held notice of {process}",
    "notice-not-uncertain": "notice {notice}: is not an uncertain notice of {process}",
    "mail-unwritable": "this email cannot be written: {problem}",
    "not-live": (
        "{process} is not live on {day}; email goes out only after: cimflow go-live {process}"
        " --from DATE"
    ),
    "tick-the-list": "Check the box once you have reviewed the list.",
    "decided-before": "{who} decided about this email before you. Nothing was changed.",
    "no-files-chosen": "choose the file, or the files, with your students",
    "look-first": "Check the box once you have checked what may have been sent since.",
    # runs and reports
    "request-unknown": "request {request}: no such request in {process}",
    "no-student-files": "no student files found; put them in {folder}",
    "definition-unknown": "{definition}: no such definition; there are: {known}",
    "counting-already": "Another file is being counted. Upload yours again in a minute.",
    # access
    "nobody-may-sign-in": (
        (
            "{email}: no one with this address can sign in; see cimflow people, and give a role"
            " with cimflow give-role"
        ),
        "No one with this address can sign in. Give a role first.",
    ),
    "no-address": "{email}: is not an email address that can sign in (plain letters, an @)",
    "role-unknown": "{role}: no such role; there are: {known}",
    "role-takes-no-code": "{role}: covers everything, so do not give a SELPA or an LEA",
    "role-needs-code": "{role}: name it with {what}",
    "code-not-in-roster": "{code}: no LEA {of} is in a roster; import the roster first",
    "only-system-gives": "only the system administrator can give or end this role",
    "of-which": "choose one of your SELPAs or LEAs",
    "own-system-role": (
        "You cannot end your own role as system administrator: another one has to, so that someone"
        " is always left."
    ),
    "may-do-more": (
        "This person can do more than your SELPA covers, so only the system administrator can"
        " print a link for them."
    ),
}
"""By code: one sentence, or one for the command line and one for a page."""
RECORDED = {
    "placements": "a roster row",
    "facts": "a fact",
    "submissions": "an artifact",
    "filings": "a filing date",
    "voids": "the withdrawal of a record",
    "reviews": "a review",
    "extensions": "an extension",
    "excuses": "an exception",
    "withdrawals": "that the LEA left the cohort",
}
"""What was recorded, by the name of its table."""


def sentence(
    code: str, values: Mapping[str, object], *, page: bool = False, alone: bool = False
) -> str:
    """A refusal in words; ``alone``: as a sentence of its own, with its capital and its period.

    Raises:
        KeyError: nobody has written words for the code, or a value is missing.
    """
    found = SENTENCES[code]
    words = found if isinstance(found, str) else found[page]
    told = words.format_map({name: _told(name, one, page=page) for name, one in values.items()})
    if alone and not words.startswith("{"):  # an address keeps its letters
        told = told[:1].upper() + told[1:]
    return told if not page or told.endswith((".", "?", "!", ":")) else f"{told}."


def _told(name: str, value: object, *, page: bool) -> object:
    if isinstance(value, dt.datetime):
        zone = value.tzinfo if isinstance(value.tzinfo, ZoneInfo) else PACIFIC
        return moment(value, zone)
    if isinstance(value, dt.date):
        return long_date(value) if page else value
    if name == "kind":
        return RECORDED.get(str(value), value)
    return value
