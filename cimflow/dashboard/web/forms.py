"""What a form asked for, tried: done, or why not, in lines that its page shows again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from cimflow.dashboard.web.errors import BadRequest
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.intake.tables import cells
from cimflow.monitoring.errors import ChangedMeanwhile, Refused

Answer = TypeVar("Answer")
NOT_DONE = "This was not done, and nothing was changed"
MEANWHILE = "Something changed while this page was open, so nothing was done yet"
STATUS = 422
REPAIR_BOX = "Repair CDS codes"
"""How the page of an import names the box."""


@dataclass(frozen=True, slots=True)
class FormResult(Generic[Answer]):
    """What came of it: an answer, or lines that say why not. ``errors``: by row of a file.

    ``field``: which field of the form the line is about, where it is about one.
    """

    answer: Answer | None = None
    title: str = ""
    lines: tuple[str, ...] = ()
    field: str = ""
    errors: tuple[IntakeError, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it was not done."""
        return bool(self.title)

    @property
    def wrong_at(self) -> dict[str, str]:
        """What to say at a field of the form, by its name."""
        return {self.field: self.lines[0]} if self.field else {}

    @property
    def got(self) -> Answer:
        """What came of it.

        Raises:
            ValueError: nothing; ask ``failed`` first.
        """
        if self.answer is None:
            raise ValueError(self.title)
        return self.answer


def attempt(request: PageRequest, what: str, act: Callable[[], Answer]) -> FormResult[Answer]:
    """Try what a form asked for; a refusal is noted in the audit log as ``what``."""
    try:
        return FormResult(answer=act())
    except ChangedMeanwhile as error:
        tried: FormResult[Answer] = FormResult(
            title=MEANWHILE, lines=tuple(one.in_words(page=True) for one in error.reasons)
        )
    except Refused as error:
        tried = FormResult(
            title=NOT_DONE, lines=tuple(one.in_words(page=True) for one in error.reasons)
        )
    except BadRequest as error:
        tried = FormResult(title=NOT_DONE, lines=(error.message,), field=error.field)
    except IntakeErrors as error:
        errors = tuple(replace(one, message=_of_page(one.message)) for one in error.errors)
        tried = FormResult(title="This file was not taken, and nothing was changed", errors=errors)
    detail = " ".join(tried.lines) or f"{len(tried.errors)} errors in the file"
    request.note_refusal(what, detail)
    return tried


def _of_page(message: str) -> str:
    """A file's error names an option of the command line; the page has a box for it."""
    return message.replace(cells.REPAIR, f"the box “{REPAIR_BOX}”")


NOT_SENT: FormResult[None] = FormResult()
"""A form that nobody has sent yet."""
