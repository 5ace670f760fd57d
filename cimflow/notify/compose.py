"""From a letter's values to the words of a mail."""

from __future__ import annotations

from pathlib import Path

from cimflow.notify.items import ComposedMail, Letter


def compose(letter: Letter, templates: Path) -> ComposedMail:
    """Write one mail: subject, plain text (first and complete), and HTML that says the same.

    Args:
        letter: what is to be said, to whom.
        templates: the folder of the mail templates (``templates/email``).

    Raises:
        ValueError: a line break or control character in a name or title; it names the field.
    """
    raise NotImplementedError
