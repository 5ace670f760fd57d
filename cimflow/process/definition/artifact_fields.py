"""What a process file says of the fields of an artifact, and of the checks over several of them."""

from __future__ import annotations

from typing import Annotated, Literal

from cimflow.process.definition.entry import Entry, FieldId, Id, Rule, Severity
from cimflow.process.definition.field_kinds import (
    FIELD_KINDS,
    FieldKind,
    check_field_kind,
    kinds_with,
)
from cimflow.process.definition.toml_reader import Checked


class FieldDefinition(Entry):
    """One field of an artifact. What its ``kind`` means, ``field_kinds.py`` says.

    ``required``: absent or blank is a finding of ``severity`` (at ``levels`` only, where given).
    ``must_be``: the one value of a yes-no field that is acceptable. ``one_of``: among the fields
    that share this name, those of one ``alternative`` (by default the field alone) must be filled.
    ``unless_all``: needed unless all these yes-no fields are true. ``fields``: of a group or list.
    """

    id: FieldId
    kind: Annotated[str, Checked(check_field_kind)]
    title: str = ""
    required: bool = True
    severity: Severity = "error"
    levels: tuple[str, ...] | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    must_be: bool | None = None
    one_of: FieldId | None = None
    alternative: FieldId | None = None
    unless_all: tuple[FieldId, ...] = ()
    fields: tuple[FieldDefinition, ...] = ()
    quote: str = ""
    reading: str = ""

    def __post_init__(self) -> None:
        check_field_kind(self.kind)
        if self.kind_row.has_choices != bool(self.choices):
            kinds = kinds_with(lambda one: one.has_choices)
            raise ValueError(f"'choices' belong to the kinds {kinds}, and are required there")
        if self.kind_row.has_fields != bool(self.fields):
            kinds = kinds_with(lambda one: one.has_fields)
            raise ValueError(f"'fields' belong to the kinds {kinds}")

    @property
    def kind_row(self) -> FieldKind:
        """What its kind is."""
        return FIELD_KINDS[self.kind]

    @property
    def name(self) -> str:
        """What it is called: its title, else its id in words."""
        return self.title or self.id.replace("_", " ")


class CrossCheck(Rule):
    """A named check over several values of an artifact, or against an artifact filed upstream.

    Paths are dotted (``members.role``). ``covers``: every one of ``values``, or of
    ``upstream_field``, occurs in ``field`` (or is explained in a complete entry of
    ``or_explained_in``); with ``if_filled`` only where ``field`` has any value. ``refers-to``:
    every value of ``field`` occurs in ``upstream_field`` of
    the ``upstream`` activity, or in the artifact's own ``within``. ``at-least-one``: some value of
    ``field`` is true. ``at-most``: no more than ``count`` entries. ``unique``: no value twice.
    """

    check: Literal["covers", "refers-to", "at-least-one", "at-most", "unique"]
    field: str
    values: tuple[str, ...] = ()
    or_explained_in: str | None = None
    if_filled: bool | None = None
    within: str | None = None
    upstream: Id | None = None
    upstream_field: str | None = None
    count: int | None = None
    levels: tuple[str, ...] | None = None
    severity: Severity = "error"
