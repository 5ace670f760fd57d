"""Writes the approved mails anew: ``python -m tests.notify.writing.approve_mails``.

Read the difference aloud before you keep it: would a tired superintendent understand it in ten
seconds?
"""

from __future__ import annotations

from pathlib import Path

from cimflow.notify.writing.compose import compose
from cimflow.notify.writing.mail_values import Letter
from tests.notify.writing.stories import STORIES

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates" / "email"
APPROVED = ROOT / "tests" / "approved" / "mails"


def written(letter: Letter) -> dict[str, str]:
    """The files of one mail, by suffix: the text with its subject and recipient, and the HTML."""
    mail = compose(letter, TEMPLATES)
    head = f"To: {letter.recipient.name} <{letter.recipient.email}>\nSubject: {mail.subject}\n\n"
    return {".txt": head + mail.text, ".html": mail.html}


def main() -> None:
    APPROVED.mkdir(parents=True, exist_ok=True)
    wanted = {
        APPROVED / f"{name}{suffix}": text
        for name, story in STORIES.items()
        for suffix, text in written(story()).items()
    }
    for old in set(APPROVED.iterdir()) - set(wanted):
        old.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
