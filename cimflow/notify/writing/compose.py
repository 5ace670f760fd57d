"""From a letter's values to the words of an email: subject, plain text, and the same as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from jinja2 import UndefinedError

from cimflow.notify.writing.mail_values import ComposedMail, Letter
from cimflow.notify.writing.one_line import check_letter
from cimflow.notify.writing.outline import outline
from cimflow.notify.writing.sort_matters import Part, in_order, parts_of
from cimflow.notify.writing.words import WORDS, Words, environment

TEXT = "mail.txt.j2"
HTML = "mail.html.j2"


def compose(letter: Letter, templates: Path) -> ComposedMail:
    """Write one email: subject, plain text (first and complete), and HTML that says the same.

    Args:
        letter: what is to be said, to whom.
        templates: the folder of the email templates (``templates/email``).

    Raises:
        ValueError: a line break or control character in a name or title (it names the field), a
            letter with nothing to say, or one for which the templates have no words.
    """
    check_letter(letter)
    words = Words(templates)
    parts = parts_of(letter)
    try:
        subject = subject_of(letter, parts, words)
        blocks = outline(letter, parts, words)
    except UndefinedError as error:
        raise ValueError(f"{WORDS}: words are missing: {error}") from error
    text = environment(templates, escapes=False).get_template(TEXT).render(blocks=blocks)
    html = environment(templates, escapes=True).get_template(HTML)
    return ComposedMail(
        subject=subject,
        text=text.strip("\n") + "\n",
        html=html.render(blocks=blocks, subject=subject).strip("\n") + "\n",
    )


def subject_of(letter: Letter, parts: Sequence[Part], words: Words) -> str:
    """The LEA, what, and when; counts where the email is about several LEAs."""
    if letter.digests:
        subject = words.say(
            "subject_of_digest",
            selpa=letter.selpa_name,
            total=sum(one.total for one in letter.digests),
            overdue=sum(dict(one.counts).get("Overdue", 0) for one in letter.digests),
            on=letter.on,
        )
    elif len(parts) == 1:
        subject = _about_one(parts[0], words)
    else:
        subject = _about_several(letter, parts, words)
    if letter.is_rehearsal:
        return words.say("subject_of_rehearsal", subject=subject)
    return subject


def _about_one(part: Part, words: Words) -> str:
    topic = part.topics[0]
    about = part.about(topic)
    dues = sorted(one.item.due for one in about if one.item.due)
    steps = {one.item.step for one in about}
    return words.say(
        "subject",
        lea=part.first.lea_name,
        topic=topic.id,
        n=len(about),
        item=about[0].item,
        first=dues[0] if dues else None,
        last=dues[-1] if dues else None,
        step=steps.pop() if len(steps) == 1 else None,
        not_filed=all(one.item.is_not_filed for one in about),
        more=len(part.matters) - len(about),
    )


def _about_several(letter: Letter, parts: Sequence[Part], words: Words) -> str:
    matters = [one for part in parts for one in part.matters]
    counts = Counter(one.topic.id for one in matters)
    return words.say(
        "subject_of_several",
        selpa=letter.selpa_name,
        leas=len({one.first.lea for one in parts}),
        counts=[
            words.say("subject_count", topic=one.id, n=counts[one.id])
            for one in in_order(one.topic for one in matters)
        ],
        on=letter.on,
    )
