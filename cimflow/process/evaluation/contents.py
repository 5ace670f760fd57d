"""The contents of an artifact as recorded: what cannot be read is refused, and nothing is recorded.

The fields of an activity compile to a pydantic model. Refused are an unknown key, a wrong type, a
word outside its list, a malformed date; what is merely missing is for ``artifacts`` to tell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictStr,
    Tag,
    ValidationError,
    create_model,
)

from cimflow.process.definition.process_file import Activity, FieldDefinition


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why contents cannot be recorded at all: the field, and what is wrong with it."""

    field: str
    message: str


class ContentsRefused(Exception):
    """The contents of an artifact cannot be read; nothing is recorded."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.message}" for one in refusals))
        self.refusals = tuple(refusals)


def _iso_date(value: object) -> object:
    """TOML brings dates, JSON brings text; a date with a time of day is neither."""
    if isinstance(value, dt.datetime):
        msg = "must be a date without a time of day, such as 2024-07-10"
        raise ValueError(msg)  # noqa: TRY004 - pydantic turns ValueError into a finding
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, str):
        return _parse_date(value)
    if isinstance(value, dt.date) or value is None:
        return value
    msg = "must be a date, such as 2024-07-10"
    raise ValueError(msg)


def _parse_date(text: str) -> dt.date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        try:
            return dt.date.fromisoformat(text.strip())
        except ValueError:
            pass
    msg = f"{text!r} is not a date in the form 2024-07-10"
    raise ValueError(msg)


def _blank_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _number(value: object) -> object:
    """TOML can also write infinite, "not a number", and more digits than any count has."""
    value = _blank_is_absent(value)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _HUGE:
        msg = "must be a number"
        raise ValueError(msg)
    return value


def _whole_number(value: object) -> object:
    value = _number(value)
    if isinstance(value, float):
        msg = "must be a whole number"
        raise ValueError(msg)  # noqa: TRY004 - pydantic turns ValueError into a finding
    return value


_HUGE = 10**12


def _storable(value: str) -> str:
    """JSON can write half of a character, and a character of no text; no database keeps them."""
    if "\x00" in value or any("\ud800" <= mark <= "\udfff" for mark in value):
        msg = "contains an invalid character"
        raise ValueError(msg)
    return value


_Text = Annotated[StrictStr, AfterValidator(_storable)]

_PLAIN: dict[str, Any] = {
    "text": _Text,
    "email": _Text,
    "date": Annotated[dt.date | None, BeforeValidator(_iso_date)],
    "whole-number": Annotated[Any, BeforeValidator(_whole_number)],
    "number": Annotated[Any, BeforeValidator(_number)],
    "yes-no": Annotated[StrictBool | None, BeforeValidator(_blank_is_absent)],
    "texts": list[_Text],
    "references": list[_Text],
}


class _Contents(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _type_of(field: FieldDefinition) -> Any:
    if field.kind in _PLAIN:
        return _PLAIN[field.kind]
    words: Any = Literal.__getitem__(field.choices) if field.choices else str
    if field.kind == "choice":
        return Annotated[words | None, BeforeValidator(_blank_is_absent)]
    if field.kind == "choices":
        return list[words]
    nested = _model_of(field.id, field.fields)
    if field.kind == "group":
        return nested
    if field.kind == "list":
        return list[nested]  # type: ignore[valid-type]
    either: Any = Annotated[_Text, Tag(_ID)] | Annotated[nested, Tag(_ENTRY)]
    return list[Annotated[either, Discriminator(_id_or_entry)]]


_ID, _ENTRY = "[id]", "[entry]"
"""Which of two kinds an entry is; ``_dotted`` leaves this out of the path of a field."""


def _id_or_entry(value: object) -> str:
    return _ENTRY if isinstance(value, Mapping | BaseModel) else _ID


@lru_cache(maxsize=256)
def _model_of(name: str, fields: tuple[FieldDefinition, ...]) -> type[BaseModel]:
    # By alias, so that a field may be called `copy` or `json`, as a model's own methods are.
    parts: dict[str, Any] = {
        f"field_{number}": (_type_of(one) | None, Field(None, alias=one.id))
        for number, one in enumerate(fields)
    }
    return create_model(name, __base__=_Contents, **parts)


def read_contents(activity: Activity, data: Mapping[str, Any]) -> dict[str, Any]:
    """The contents of an artifact file as recorded: dates as ISO text, absent fields left out.

    Raises:
        ContentsRefused: every unknown key, wrong type, word outside its list, malformed date.
    """
    try:
        model = _model_of(activity.id, activity.fields).model_validate(dict(data))
    except ValidationError as error:
        raise ContentsRefused(_refusals(error)) from None
    return dict(model.model_dump(mode="json", by_alias=True, exclude_none=True))


def _refusals(error: ValidationError) -> list[Refusal]:
    found: dict[str, str] = {}
    for one in error.errors():
        path = _dotted(one["loc"])
        message = {
            "extra_forbidden": "is not a field of this artifact",
            "string_type": "must be text",
            "bool_type": "must be yes or no: true or false, without quotes",
            "list_type": "must be a list",
            "model_type": "must be a table of fields",
        }.get(one["type"], str(one["msg"]).removeprefix("Value error, "))
        if one["type"] == "literal_error":
            message = f"{one['input']!r} is not one of {one['ctx']['expected']}"
        found.setdefault(path, message)
    return [Refusal(path, message) for path, message in found.items()]


def _dotted(location: tuple[int | str, ...]) -> str:
    """``members.2.email``, counted from 1 as a person counts."""
    return ".".join(
        str(part + 1) if isinstance(part, int) else part if part.isprintable() else repr(part)
        for part in location
        if part not in {_ID, _ENTRY}
    )
