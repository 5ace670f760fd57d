"""From notices to the letter of a person's day: everything that an email says, gathered here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cimflow.notify.writing.mail_values import (
    Addressee,
    MailItem,
    Outcome,
    ProcessWords,
    Root,
)
from cimflow.process.case import Case
from cimflow.process.contacts import LEAD, ROLES
from cimflow.process.definition.process_file import Activity, Process
from cimflow.process.definition.rung_kinds import STAND_DOWN
from cimflow.process.escalation.chase_date import duty_began_late
from cimflow.process.escalation.look_ahead import hears_next
from cimflow.process.escalation.notice import Notice, Told
from cimflow.process.escalation.owed import MATTER_TOLD
from cimflow.process.escalation.rungs_due import chase_of
from cimflow.process.escalation.stand_down import over_since
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus


def words_of(process: Process) -> ProcessWords:
    """How emails speak of a process."""
    source = process.source
    return ProcessWords(
        process.id, process.process.title, source.title, source.publisher, source.dated
    )


def mail_item(
    notice: Notice,
    case: Case,
    status: CaseStatus | None,
    told: Sequence[Told],
    setting: Setting,
    *,
    also_in_mail: frozenset[str],
) -> MailItem:
    """What an email says of one notice.

    Args:
        notice: the notice; its LEA is that of ``case``.
        case: all that is known of the LEA.
        status: its evaluation on the day; None where it has left the cohort.
        told: the LEA's live ledger rows, for when a person was told what is now taken back.
        setting: the sweep's ladder, calendar, contacts and days.
        also_in_mail: ids of the LEA's activities that have a row of their own in the same email.
    """
    process = setting.process
    activity = process.activity_by_id[notice.activity]
    roster_entry = case.roster_entry_on(setting.on) or case.latest_roster_entry()
    leads, stands_in = setting.contacts.leads(case.cds_code, roster_entry.selpa_code)
    common = MailItem(
        process=words_of(process),
        lea=case.cds_code,
        lea_name=roster_entry.lea_name,
        activity=activity.id,
        title=activity.title,
        what_to_do=activity.what_to_do,
        step=activity.step,
        rung=notice.rung,
        kind=setting.ladder.kind_of[notice.rung].id,
        role=next(one for one in ROLES if one == notice.role),
        due=notice.due,
        delayed=notice.delayed,
        stands_in=stands_in and notice.role == LEAD,
        lead_name=", ".join(one.name for one in leads),
    )
    if status is None or notice.rung == STAND_DOWN:
        return _over(common, notice, case, status, told, setting)
    return _open(common, activity, case, status, told, setting, also_in_mail)


def _open(
    common: MailItem,
    activity: Activity,
    case: Case,
    status: CaseStatus,
    told: Sequence[Told],
    setting: Setting,
    also_in_mail: frozenset[str],
) -> MailItem:
    process = setting.process
    of = status.activity(activity.id)
    rule = activity.rule_at(status.level)
    receiver = process.receiver_by_id.get(of.receiver or "")
    versions = case.versions_on(activity.id, setting.on)
    latest = versions[-1] if versions else None
    review = case.review_on(latest, setting.on) if latest else None
    grant = case.extension_on(activity.id, setting.on)
    returned = review is not None and review.decision == "returned"
    titles = {one.id: one.title for one in process.activities}
    told_to_lead = {
        one.key.activity for one in told if one.role == LEAD and one.state in MATTER_TOLD
    }
    return replace(
        common,
        state=of.state,
        receiver=receiver.title if receiver else "",
        receiver_is_external=receiver is not None and receiver.is_external,
        quote=rule.quote if rule else activity.quote,
        reading=rule.reading if rule else activity.reading,
        findings=of.findings,
        version=of.version,
        received_on=latest.received_on if latest else None,
        filed_on=latest.filed_on if latest else None,
        returned_on=review.on if returned and review else None,
        reviewer_note=review.note if returned and review else "",
        answer_by=_answer_by(activity, of, case, setting),
        roots=tuple(
            Root(one, titles[one], status.activity(one).due, one in told_to_lead)
            for one in of.blocked_by
        ),
        waits_below=tuple(
            titles[one.id]
            for one in status.activities
            if activity.id in one.blocked_by and one.id not in also_in_mail
        ),
        next=hears_next(of, case, status, told, setting),
        due_before=_due_before(of),
        granted_on=grant.on if grant else None,
        granted_by=_grantor(grant.grantor, status) if grant else "",
        grant_reason=grant.reason if grant else "",
        **_opened(common.kind, activity, case, status, setting),
        **_fact(activity, status, setting),
    )


def _due_before(of: ActivityStatus) -> dt.date | None:
    """The due date before the extension, as the reasons keep it."""
    text = of.because.dates.get("due-before-extension", "")
    return dt.date.fromisoformat(text) if text else None


def _grantor(grantor: str, status: CaseStatus) -> str:
    return status.selpa_name if grantor == "selpa" else "the CDE"


def _answer_by(
    activity: Activity, of: ActivityStatus, case: Case, setting: Setting
) -> dt.date | None:
    if of.binding_due is None or not of.is_chased:
        return None
    chase = chase_of(activity, of.binding_due, case, setting, go_live=setting.process.start)
    return chase if chase > of.binding_due else None


def _opened(
    kind: str, activity: Activity, case: Case, status: CaseStatus, setting: Setting
) -> dict[str, Any]:
    if kind != "opened":
        return {}
    began = duty_began_late(activity, case, setting.process, setting.on, setting.calendar)
    rule = activity.rule_at(status.level)
    because = f"the roster names level {status.level} from that day"
    if rule is not None and rule.when is not None:
        title = setting.process.fact_by_id[rule.when.fact].title
        because = f"{title} is recorded as {rule.when.equals}"
    if any(one.activity == activity.id and one.voided_on == began for one in case.submissions):
        because = "an earlier record of it was withdrawn as made in error"
    return {"opened_on": began, "opened_because": because}


def _fact(activity: Activity, status: CaseStatus, setting: Setting) -> dict[str, Any]:
    rule = activity.rule_at(status.level)
    if rule is None or rule.when is None:
        return {}
    fact = setting.process.fact_by_id[rule.when.fact]
    return {
        "fact": fact.id,
        "fact_title": fact.title,
        "fact_values": tuple(one for one in fact.values if one != "unknown"),
        "fact_hint": fact.quote or fact.reading,
    }


def _over(
    common: MailItem,
    notice: Notice,
    case: Case,
    status: CaseStatus | None,
    told: Sequence[Told],
    setting: Setting,
) -> MailItem:
    row = next(
        (
            one
            for one in told
            if one.state == "sent"
            and one.key.rung != STAND_DOWN
            and (one.key.activity, one.key.anchor, one.key.recipient)
            == (notice.activity, notice.anchor, notice.recipient.casefold())
        ),
        None,
    )
    since = over_since(row, case, setting.process, setting.calendar, setting.on) if row else None
    return replace(
        common,
        state=status.activity(notice.activity).state if status else "Excused",
        outcome=_outcome(notice, case, status, setting),
        over_since=since,
        told_on=row.on if row else None,
    )


def _outcome(notice: Notice, case: Case, status: CaseStatus | None, setting: Setting) -> Outcome:
    if status is None:
        return "withdrawn"
    of = status.activity(notice.activity)
    if of.state == "Approved":
        return "approved"
    if of.state == "Excused":
        return "excused"
    if of.state == "Submitted":
        return "filed"
    if of.requirement != "required":
        return "not-required"
    return "extended" if case.extension_on(of.id, setting.on) is not None else "filed"


def answer_to(setting: Setting, cds_code: str, selpa_code: str) -> tuple[Addressee, ...]:
    """The SELPA's administrators: whom a reply reaches."""
    return tuple(
        Addressee(one.name, one.email)
        for one in setting.contacts.holders("selpa-admin", cds_code, selpa_code)
    )
