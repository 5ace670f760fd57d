"""What an email is made of: one value per ledger row, filled by the caller, read by the templates.

Everything a sentence needs is here, so that composing asks neither the store nor the clock. Fields
that a kind of notice does not use stay at their defaults.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cimflow.process.contacts import Role
from cimflow.process.escalation.look_ahead import Hears
from cimflow.process.escalation.notice import LIVE
from cimflow.process.evaluation.findings import Finding
from cimflow.process.evaluation.status import CaseState, State

NOT_FILED = "not-filed"
"""The finding that we have it, and its receiver of record does not."""

Outcome = Literal["filed", "approved", "excused", "extended", "not-required", "withdrawn"]
"""Why a matter that a superior was told of is over (``stand-down``)."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person with an address. The name may be empty; then the greeting does without."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ProcessWords:
    """How emails speak of a process: ``Process.process.title``, ``Process.source``."""

    id: str
    title: str
    source_title: str
    source_publisher: str = ""
    source_dated: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """An activity that another waits for (one of ``ActivityStatus.blocked_by``).

    ``lead_was_told``: the lead has had a notice about it. A superior reads of it only then, or
    where it has its own row in the email.
    """

    activity: str
    title: str
    due: dt.date | None = None
    lead_was_told: bool = False


@dataclass(frozen=True, slots=True)
class MailItem:
    """One ledger row with what the email says of it.

    Attributes:
        process: the words of the process the row belongs to.
        lea: the CDS code.
        lea_name: the LEA's name as the roster gives it.
        activity: the activity's id.
        title: the activity's title.
        what_to_do: the activity's ``what_to_do``.
        step: the step's number; None where it has none.
        rung: the rung's id, or ``stand-down``.
        kind: the rung's kind (``rung_kinds.py``).
        role: the role of the row.
        state: the activity's state on the day; for a withdrawn LEA leave ``Excused``.
        due: the due date in force (after an extension: the new one).
        delayed: the row's effective day was before the day of the email.
        stands_in: told as the lead because no lead is named.
        lead_name: who leads the work in the LEA, for emails to others; empty if unknown.
        receiver: ``Receiver.title``, such as the portal's name; empty where there is none.
        receiver_is_external: ``Receiver.is_external``; where false, the receiver is the SELPA.
        quote: the sentence of the source that the duty rests on.
        reading: our reading, where the source has no such sentence.
        findings: the findings of the latest version (errors are shown; ``not-filed`` has its own
            words).
        version: the latest version's number.
        received_on: when we received the latest version.
        filed_on: when the receiver of record got it (review: since when it waits).
        returned_on: when the latest version was returned.
        reviewer_note: what the reviewer wrote when returning it.
        answer_by: the chase date, where it is after the due date: by when a new version is asked.
        roots: the activities that it waits for (``ActivityStatus.blocked_by``), in that order.
        waits_below: titles of activities that wait for this one and have no row in this email
            (told to the lead and the SELPA administrator only).
        next: the next rung while it stays open; None after the last.
        due_before: extended: the due date before the grant.
        granted_on: extended: the day of the grant.
        granted_by: extended: the grantor in words, such as the SELPA's name or ``the CDE``.
        grant_reason: extended: the reason on record.
        opened_on: opened: the day from which the duty holds.
        opened_because: opened: why, as a clause, such as ``Indicator 8 is recorded as unmet``.
        fact: fact: the id of the unknown fact.
        fact_title: fact: its title.
        fact_values: fact: the values it may take, without ``unknown``.
        fact_hint: fact: where to look it up (the fact's quote or reading).
        outcome: stand-down: why the matter is over.
        over_since: stand-down: the day from which it is over.
        told_on: stand-down: the day on which this person was told.
    """

    process: ProcessWords
    lea: str
    lea_name: str
    activity: str
    title: str
    rung: str
    kind: str
    role: Role
    what_to_do: str = ""
    step: int | None = None
    state: State = "Missing"
    due: dt.date | None = None
    delayed: bool = False
    stands_in: bool = False
    lead_name: str = ""
    receiver: str = ""
    receiver_is_external: bool = False
    quote: str = ""
    reading: str = ""
    findings: tuple[Finding, ...] = ()
    version: int | None = None
    received_on: dt.date | None = None
    filed_on: dt.date | None = None
    returned_on: dt.date | None = None
    reviewer_note: str = ""
    answer_by: dt.date | None = None
    roots: tuple[Root, ...] = ()
    waits_below: tuple[str, ...] = ()
    next: Hears | None = None
    due_before: dt.date | None = None
    granted_on: dt.date | None = None
    granted_by: str = ""
    grant_reason: str = ""
    opened_on: dt.date | None = None
    opened_because: str = ""
    fact: str = ""
    fact_title: str = ""
    fact_values: tuple[str, ...] = ()
    fact_hint: str = ""
    outcome: Outcome | None = None
    over_since: dt.date | None = None
    told_on: dt.date | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be corrected, apart from that it is not filed."""
        return tuple(
            one for one in self.findings if one.severity == "error" and one.code != NOT_FILED
        )

    @property
    def is_not_filed(self) -> bool:
        """Whether all that is wrong is that we have it and its receiver does not."""
        is_unfiled = any(one.code == NOT_FILED for one in self.findings)
        return self.state == "Incomplete" and is_unfiled and not self.errors


@dataclass(frozen=True, slots=True)
class DigestLea:
    """One LEA that needs someone: its case state and the titles of what is wanting."""

    lea: str
    name: str
    state: CaseState
    overdue: tuple[str, ...] = ()
    undetermined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestDue:
    """What is due next: a day, an activity, and how many LEAs have not filed it."""

    on: dt.date
    title: str
    open: int


@dataclass(frozen=True, slots=True)
class DigestHead:
    """The Monday digest of one process and SELPA: where the cohort stands, what is due next.

    Attributes:
        process: the words of the process.
        total: how many LEAs of the SELPA are in the cohort.
        counts: how many per case state; states with none can be omitted.
        leas: those that are Overdue or AtRisk, most urgent first.
        due_next: what is due in the weeks to come, soonest first.
        to_review: how many submissions wait for the SELPA's review.
        held: how many emails wait for a person to release them.
        uncertain: how many emails may or may not have arrived.
        failed: how many emails could not be delivered.
        problems: what keeps notices from people, in words (missing contacts, missing facts).
    """

    process: ProcessWords
    total: int
    counts: tuple[tuple[CaseState, int], ...]
    leas: tuple[DigestLea, ...] = ()
    due_next: tuple[DigestDue, ...] = ()
    to_review: int = 0
    held: int = 0
    uncertain: int = 0
    failed: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything one email is composed from: one recipient, one SELPA, one day.

    Attributes:
        recipient: whom it goes to.
        selpa_code: the SELPA's code.
        selpa_name: the SELPA's name.
        answer_to: the SELPA's administrators: the Reply-To, and who the email says it reaches.
        items: the ledger rows, in any order.
        on: the run's day.
        digests: on Mondays for the selpa-admin, one per process.
        mode: ``live`` or ``rehearsal:<run>``.
        base_url: where the pages are; empty for an email without links.
        zone: what people call the time zone of the dates.
    """

    recipient: Addressee
    selpa_code: str
    selpa_name: str
    answer_to: tuple[Addressee, ...]
    items: tuple[MailItem, ...]
    on: dt.date
    digests: tuple[DigestHead, ...] = ()
    mode: str = LIVE
    base_url: str = ""
    zone: str = "Pacific"

    @property
    def is_rehearsal(self) -> bool:
        """Whether it only shows what would be sent."""
        return self.mode != LIVE


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """The words of an email: frozen at the claim, kept by the store."""

    subject: str
    text: str
    html: str
