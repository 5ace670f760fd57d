"""One way for every form: read what was sent, try it, and show again what was typed and why not.

``submit`` is all that a page calls. What is done is written into the audit log by its act; what is
refused is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from cimflow.dashboard.web.form_fields import Form
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.monitoring.errors import ChangedMeanwhile, Refusal, Refused, refusal

FormT = TypeVar("FormT", bound=Form)
Answer = TypeVar("Answer")
NOT_DONE = "This was not done, and nothing was changed"
NOT_READ = "We can't accept this file, and nothing was changed"
CHANGED = "Something changed while this page was open, so nothing was done yet"
SHOWN_AGAIN = "Something changed since you previewed it"


@dataclass(frozen=True, slots=True)
class FormResult(Generic[FormT, Answer]):
    """What came of a form: an answer, or reasons. ``typed`` is what its fields show again.

    ``errors`` are those of a file that was sent, by row; ``titles`` what the fields are called.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    form: FormT | None = None
    answer: Answer | None = None
    title: str = ""
    refusals: tuple[Refusal, ...] = ()
    errors: tuple[IntakeError, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    conflict: bool = False
    """Whether what was confirmed is no longer what would be done."""

    @property
    def failed(self) -> bool:
        """Whether it was not done."""
        return bool(self.title)

    @property
    def is_outdated(self) -> bool:
        """Whether someone else was first, so that the current state is to be shown."""
        return self.title == CHANGED

    @property
    def status(self) -> int:
        """The status of the page that shows the form again."""
        return 409 if self.conflict else 422 if self.failed else 200

    @property
    def lines(self) -> tuple[str, ...]:
        """Why it was not done, a line for each reason, in the words of a page."""
        return tuple(self._in_words(one) for one in self.refusals)

    @property
    def every_line(self) -> tuple[str, ...]:
        """The same with the errors of a file, where its page has no table for them."""
        return (*self.lines, *(str(one) for one in self.errors))

    @property
    def wrong_at(self) -> dict[str, str]:
        """What to say beside each field of the form, by its name."""
        return {one.field: self._in_words(one) for one in self.refusals if one.field in self.titles}

    @property
    def sent(self) -> FormT:
        """The form as it was read.

        Raises:
            ValueError: it could not be; ask ``failed`` first.
        """
        if self.form is None:
            raise ValueError(self.title)
        return self.form

    @property
    def got(self) -> Answer:
        """What came of it.

        Raises:
            ValueError: nothing; ask ``failed`` first.
        """
        if self.answer is None:
            raise ValueError(self.title)
        return self.answer

    def refused(self, *reasons: Refusal) -> FormResult[FormT, Answer]:
        """The same, refused for reasons of the page itself."""
        return replace(self, title=NOT_DONE, refusals=reasons)

    def changed(self) -> FormResult[FormT, Answer]:
        """The same, where what was shown before is no longer what would be done."""
        return replace(self, title=SHOWN_AGAIN, refusals=(refusal("shown-again"),), conflict=True)

    def _in_words(self, one: Refusal) -> str:
        title = self.titles.get(one.field)
        words = one.in_words(page=True, alone=title is None)
        return f"{title}: {words}" if title is not None else words


NOT_SENT: FormResult[Any, Any] = FormResult()
"""A form that nobody has sent yet."""


def shown(**typed: str) -> FormResult[Any, Any]:
    """A form that nobody has sent yet, with what its fields show."""
    return FormResult(typed=typed)


def submit(
    request: PageRequest,
    action: str,
    form: type[FormT],
    do: Callable[[FormT], Answer],
    *,
    detail: str = "",
) -> FormResult[FormT, Answer]:
    """Read a form and try what it asks for; a refusal is noted in the audit log as ``action``.

    ``detail`` is what the log says of a refusal, where its own words hold what a person typed or
    sent and no colleague should read.
    """
    result: FormResult[FormT, Answer] = FormResult(
        typed=_typed(request, form), titles=_titles(form)
    )
    try:
        sent = read_form(request, form)
        result = replace(result, form=sent)
        result = replace(result, answer=do(sent))
    except ChangedMeanwhile as error:
        result = replace(result, title=CHANGED, refusals=error.reasons)
    except Refused as error:
        result = replace(result, title=NOT_DONE, refusals=error.reasons)
    except IntakeErrors as error:
        result = replace(result, title=NOT_READ, errors=error.errors)
    if result.failed:
        told = detail or " ".join(result.lines) or f"{len(result.errors)} errors in the file"
        request.note_refusal(action, told)
    return result


def read_form(request: PageRequest, form: type[FormT]) -> FormT:
    """What was sent, as the form's model.

    Raises:
        Refused: fields that cannot be read, all together.
    """
    sent = {name: _sent(request, name, one) for name, one in form.model_fields.items()}
    today = request.today if "process_id" in request.http.path_params else None
    try:
        return form.model_validate(sent, context={"today": today}, by_name=True)
    except ValidationError as error:
        raise Refused(*(_refusal(one) for one in error.errors())) from None


def _refusal(one: Any) -> Refusal:
    name = str(one["loc"][0]) if one["loc"] else ""
    if one["msg"] == "refused":
        return refusal(one["type"], name, **one.get("ctx", {}))
    if one["type"] == "literal_error":
        return refusal("choose-one", name)
    if one["type"] == "too_long":
        allowed, typed = one["ctx"]["max_length"], one["ctx"]["actual_length"]
        return refusal("too-long", name, most=allowed, number=typed)
    return refusal("form-damaged", name)


def _sent(request: PageRequest, name: str, one: FieldInfo) -> object:
    values = request.form.getlist(one.alias or name)
    if get_origin(one.annotation) is list:
        return values
    return values[0] if values else None


def _typed(request: PageRequest, form: type[Form]) -> dict[str, str]:
    """What its fields show again; a file is forgotten by the browser, and so is shown as none."""
    sent = {name: _sent(request, name, one) for name, one in form.model_fields.items()}
    return {name: one.strip() if isinstance(one, str) else "" for name, one in sent.items()}


def _titles(form: type[Form]) -> dict[str, str]:
    return {
        name: one.title or name.replace("_", " ").capitalize()
        for name, one in form.model_fields.items()
    }
