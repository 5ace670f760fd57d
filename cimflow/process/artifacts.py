"""What an artifact must hold: refuse what cannot be read, name what is missing.

The fields of an activity compile to a pydantic model. ``read_contents`` refuses (nothing is
recorded): an unknown key, a wrong type, a word outside its list, a malformed date.
``findings_in_contents`` accepts and tells: absent or blank where needed, out of range, not true.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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

from cimflow.process.definition import Activity, FieldDefinition

_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing missing or wrong in an artifact, with a stable code and the field it stands in."""

    code: str
    severity: Literal["error", "warning"]
    field: str | None
    message: str


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
        msg = "a date without a time of day is wanted, such as 2024-07-10"
        raise ValueError(msg)  # noqa: TRY004 - pydantic turns ValueError into a finding
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, str):
        return _parse_date(value)
    if isinstance(value, dt.date) or value is None:
        return value
    msg = "a date is wanted, such as 2024-07-10"
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
        msg = "a number is wanted"
        raise ValueError(msg)
    return value


def _whole_number(value: object) -> object:
    value = _number(value)
    if isinstance(value, float):
        msg = "a whole number is wanted"
        raise ValueError(msg)  # noqa: TRY004 - pydantic turns ValueError into a finding
    return value


_HUGE = 10**12


def _storable(value: str) -> str:
    """JSON can write half of a character, and a character of no text; no database keeps them."""
    if "\x00" in value or any("\ud800" <= mark <= "\udfff" for mark in value):
        msg = "holds a character that is none"
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
            "string_type": "text is wanted",
            "bool_type": "yes or no is wanted: true or false, without quotes",
            "list_type": "a list is wanted",
            "model_type": "a table of fields is wanted",
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


def is_filled(value: object) -> bool:
    """Whether something was entered: not absent, not blank, not an empty list or table."""
    if value is None:
        return False
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(is_filled(one) for one in value.values())
    if isinstance(value, Sequence):
        return any(is_filled(one) for one in value)
    return True


def values_at(contents: Mapping[str, Any], path: str) -> tuple[Any, ...]:
    """Every value a dotted path reaches, through lists; blank ones left out."""
    return tuple(_walk(contents, path.split(".")))


def _walk(here: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(here, list):
        for one in here:
            yield from _walk(one, path)
    elif not path:
        if is_filled(here):
            yield here
    elif isinstance(here, Mapping) and path[0] in here:
        yield from _walk(here[path[0]], path[1:])


def findings_in_contents(
    activity: Activity, contents: Mapping[str, Any], level: str
) -> tuple[Finding, ...]:
    """What is missing or wrong in the fields themselves, judged by ``level``."""
    return tuple(_table_findings(activity.fields, contents, level, prefix=""))


def _table_findings(
    fields: tuple[FieldDefinition, ...], table: Mapping[str, Any], level: str, *, prefix: str
) -> Iterator[Finding]:
    for field in fields:
        value = table.get(field.id)
        path = prefix + field.id
        if is_filled(value):
            if _applies(field, table, level):
                yield from _value_findings(field, value, level, path)
        elif field.one_of is None and _is_needed(field, table, level):
            yield Finding("missing-field", field.severity, path, f"{_name(field)} is missing")
    yield from _one_of_findings(fields, table, level, prefix)


def _is_needed(field: FieldDefinition, table: Mapping[str, Any], level: str) -> bool:
    return field.required and _applies(field, table, level)


def _applies(field: FieldDefinition, table: Mapping[str, Any], level: str) -> bool:
    """Whether the field is asked for at all: what is not asked for is not judged."""
    if field.levels is not None and level not in field.levels:
        return False
    if field.unless_all:
        return not all(table.get(other) is True for other in field.unless_all)
    return True


def _one_of_findings(
    fields: tuple[FieldDefinition, ...], table: Mapping[str, Any], level: str, prefix: str
) -> Iterator[Finding]:
    groups: dict[str, dict[str, list[FieldDefinition]]] = {}
    for field in fields:
        if field.one_of is not None and _is_needed(field, table, level):
            ways = groups.setdefault(field.one_of, {})
            ways.setdefault(field.alternative or field.id, []).append(field)
    for ways in groups.values():
        if any(all(is_filled(table.get(one.id)) for one in way) for way in ways.values()):
            continue
        wanted = ", or ".join(" with ".join(_name(one) for one in way) for way in ways.values())
        first = next(iter(ways.values()))[0]
        yield Finding("missing-field", first.severity, prefix + first.id, f"{wanted} is missing")


def _value_findings(field: FieldDefinition, value: Any, level: str, path: str) -> Iterator[Finding]:
    judge = _JUDGES.get(field.kind)
    if judge is not None:
        yield from judge(field, value, level, path)


def _judge_number(field: FieldDefinition, value: Any, _level: str, path: str) -> Iterator[Finding]:
    too_low = field.minimum is not None and value < field.minimum
    too_high = field.maximum is not None and value > field.maximum
    if too_low or too_high:
        low = "" if field.minimum is None else f" at least {field.minimum:g}"
        high = "" if field.maximum is None else f" at most {field.maximum:g}"
        both = " and".join(part for part in (low, high) if part)
        yield Finding(
            "out-of-range", field.severity, path, f"{_name(field)} is {value}; it must be{both}"
        )


def _judge_yes_no(field: FieldDefinition, value: Any, _level: str, path: str) -> Iterator[Finding]:
    if field.must_be is not None and value is not field.must_be:
        wanted = "yes" if field.must_be else "no"
        yield Finding(
            "not-confirmed", field.severity, path, f"{_name(field)}: the answer must be {wanted}"
        )


def _judge_email(field: FieldDefinition, value: Any, _level: str, path: str) -> Iterator[Finding]:
    if not _ADDRESS.match(value.strip()):
        yield Finding(
            "malformed-address", field.severity, path, f"{value!r} is not an e-mail address"
        )


def _judge_group(field: FieldDefinition, value: Any, level: str, path: str) -> Iterator[Finding]:
    yield from _table_findings(field.fields, value, level, prefix=f"{path}.")


def _judge_list(field: FieldDefinition, value: Any, level: str, path: str) -> Iterator[Finding]:
    for number, entry in enumerate(value, start=1):
        if isinstance(entry, Mapping):
            yield from _table_findings(field.fields, entry, level, prefix=f"{path}.{number}.")


_JUDGES: dict[str, Callable[[FieldDefinition, Any, str, str], Iterator[Finding]]] = {
    "number": _judge_number,
    "whole-number": _judge_number,
    "yes-no": _judge_yes_no,
    "email": _judge_email,
    "group": _judge_group,
    "list": _judge_list,
    "references-or-entries": _judge_list,
}


def _name(field: FieldDefinition) -> str:
    return field.title or field.id.replace("_", " ")
