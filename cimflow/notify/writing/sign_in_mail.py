"""The email with a sign-in link: short, the same in plain text and HTML."""

from __future__ import annotations

from pathlib import Path

from cimflow.notify.writing.mail_values import Addressee, ComposedMail
from cimflow.notify.writing.one_line import one_line
from cimflow.notify.writing.words import Words, environment

TEXT = "sign_in.txt.j2"
HTML = "sign_in.html.j2"


def compose_sign_in(
    recipient: Addressee, url: str, *, minutes: int, templates: Path
) -> ComposedMail:
    """Write the email that carries a sign-in link.

    Args:
        recipient: the person whose link it is.
        url: the link.
        minutes: for how long it opens.
        templates: the folder of the email templates (``templates/email``).

    Raises:
        ValueError: a line break or control character in the name, address or link; it names the
            field, and never the link itself.
    """
    one_line("recipient.name", recipient.name)
    one_line("recipient.email", recipient.email)
    if not url.isprintable() or not url.startswith(("http://", "https://")):
        raise ValueError("url: begins with neither http:// nor https://, or is not one line")
    words = Words(templates)
    values = {
        "url": url,
        "greeting": words.say("greeting", name=recipient.name),
        "asked": words.say("sign_in_asked", email=recipient.email),
        "how": words.say("sign_in_how", minutes=minutes),
        "other": words.say("sign_in_other"),
    }
    subject = words.say("subject_of_sign_in")
    text = environment(templates, escapes=False).get_template(TEXT).render(values)
    html = environment(templates, escapes=True).get_template(HTML)
    return ComposedMail(
        subject=subject,
        text=text.strip("\n") + "\n",
        html=html.render(values, subject=subject).strip("\n") + "\n",
    )
