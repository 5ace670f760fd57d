"""The contents of an artifact as recorded: what cannot be read is refused, and nothing is recorded.

The fields of an activity compile to a pydantic model. Refused are an unknown key, a wrong type, a
word outside its list, a malformed date: what each kind of field takes, its row says. What is merely
missing is for ``findings`` to tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    create_model,
)

from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.process_file import Activity


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


class _Contents(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _type_of(field: FieldDefinition) -> Any:
    """What pydantic reads: the kind says how values stand together, and which are taken."""
    value: Any = Annotated[Any, BeforeValidator(partial(field.kind_row.accept, field))]
    match field.kind_row.shape:
        case "one":
            return value
        case "several":
            return list[value]
        case "group":
            return _model_of(field.id, field.fields)
        case "list":
            return list[_model_of(field.id, field.fields)]  # type: ignore[misc]
        case "ids-or-entries":
            entry = _model_of(field.id, field.fields)
            either: Any = Annotated[value, Tag(_ID)] | Annotated[entry, Tag(_ENTRY)]
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
            "list_type": "must be a list",
            "model_type": "must be a table of fields",
        }.get(one["type"], str(one["msg"]).removeprefix("Value error, "))
        found.setdefault(path, message)
    return [Refusal(path, message) for path, message in found.items()]


def _dotted(location: tuple[int | str, ...]) -> str:
    """``members.2.email``, counted from 1 as a person counts."""
    return ".".join(
        str(part + 1) if isinstance(part, int) else part if part.isprintable() else repr(part)
        for part in location
        if part not in {_ID, _ENTRY}
    )
