"""Mailing a sign-in link: to the address on record, at once, and in no ledger."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets

from cimflow.monitoring.access import audit_log
from cimflow.monitoring.access.permissions import mailbox_of
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext, active_processes
from cimflow.monitoring.mail_server import AS_USUAL, smtp_settings
from cimflow.notify.sending.message import as_message, message_id
from cimflow.notify.sending.smtp_delivery import Envelope, Outcome, Retries, deliver
from cimflow.notify.writing.mail_values import Addressee
from cimflow.notify.writing.sign_in_mail import compose_sign_in
from cimflow.store import cases
from cimflow.store.database import session

LINK_OPENS = dt.timedelta(minutes=15)
"""For how long a link can be used after it was made."""

_LOG = logging.getLogger(__name__)


def may_mail_links(context: AppContext) -> bool:
    """Whether links leave by mail: a mail server is set and some active process is live."""
    if context.settings.smtp is None:
        return False
    for process_id in active_processes(context):
        with session.reading(context.engine) as conn:
            live_from = cases.go_live_of(conn, process_id)
        if live_from is not None and live_from <= context.today(process_id):
            return True
    return False


async def send_link(
    context: AppContext, email: str, url: str, *, retries: Retries = AS_USUAL
) -> bool:
    """Send a link to the person of an address; whether the mail server took it.

    It goes to the address in the contacts, whatever was typed on the page. A failure is logged and
    stands in the audit log, without the link.

    Raises:
        Refused: no mail server is set.
    """
    smtp = smtp_settings(context)
    mailbox = await asyncio.to_thread(mailbox_of, context, email)
    if mailbox is None:
        return False
    recipient = Addressee(*mailbox)
    outcomes: list[Outcome] = []

    async def settle(_envelope: Envelope, outcome: Outcome) -> None:
        outcomes.append(outcome)

    try:
        minutes = LINK_OPENS // dt.timedelta(minutes=1)
        mail = compose_sign_in(
            recipient, url, minutes=minutes, templates=context.templates / "email"
        )
        # A number of its own for each: two links of one person are two emails.
        key = ("sign-in", recipient.email, secrets.token_hex(16))
        message = as_message(
            mail,
            sender=smtp.sender,
            recipient=recipient,
            answer_to=(),
            message_id=message_id("live", [key], smtp.sender),
            date=context.now(),
            selpa_code="",
            selpa_name="cimflow",
        )
        await deliver(
            [Envelope(0, recipient.email, message)], smtp, settle, connections=1, retries=retries
        )
        (outcome,) = outcomes
    except (ValueError, OSError) as error:
        outcome = Outcome("failed", str(error))
    if outcome.state == "sent":
        return True
    why = outcome.error.replace(url, "(link)").replace(url.rpartition("/")[2], "(link)")
    _LOG.warning("a sign-in link could not be mailed: %s", why)
    await asyncio.to_thread(_note_failed, context, email, f"{outcome.state}: {why}")
    return False


def _note_failed(context: AppContext, email: str, detail: str) -> None:
    audit_log.note(context, Actor(email), "link-mailed", detail, outcome="failed")
