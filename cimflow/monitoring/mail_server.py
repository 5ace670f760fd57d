"""The mail server of this home: its settings, and how often a delivery is tried."""

from __future__ import annotations

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused, refusal
from cimflow.notify.sending.smtp_connection import SmtpSettings
from cimflow.notify.sending.smtp_delivery import Retries

AS_USUAL = Retries()
"""What everyone does who has no reason for another pace."""


def smtp_settings(context: AppContext) -> SmtpSettings:
    """The mail server of this home.

    Raises:
        Refused: none is set.
    """
    smtp = context.settings.smtp
    if smtp is None:
        raise Refused(refusal("no-mail-server"))
    return SmtpSettings(
        host=smtp.host,
        port=smtp.port,
        tls=smtp.tls,
        sender=smtp.sender,
        username=smtp.username,
        password=smtp.password,
    )
