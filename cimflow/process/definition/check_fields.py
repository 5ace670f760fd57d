"""Whether the fields and checks of an activity fit together: paths, levels, kinds, alternatives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from cimflow.process.definition.artifact_fields import CrossCheck, FieldDefinition
from cimflow.process.definition.process_file import Activity, Process

Complaint = tuple[str, str]
"""A key of the file, and what is wrong there."""

_BELONGS: Mapping[str, frozenset[str]] = {
    "covers": frozenset({"values", "or_explained_in", "if_filled", "upstream", "upstream_field"}),
    "refers-to": frozenset({"within", "upstream", "upstream_field"}),
    "at-least-one": frozenset(),
    "at-most": frozenset({"count"}),
    "unique": frozenset(),
}
_OPTIONS = (
    "values",
    "or_explained_in",
    "if_filled",
    "within",
    "upstream",
    "upstream_field",
    "count",
)


def field_complaints(activity: Activity, process: Process) -> Iterator[Complaint]:
    """Everything in the fields and checks of one activity that does not fit together."""
    key = f"activities[{activity.id}]"
    if not activity.fields:
        yield f"{key}.fields", "there are none, so nothing could be filed field by field"
    yield from _table(activity.fields, key, process)
    for check in activity.checks:
        yield from _check(check, activity, f"{key}.checks[{check.check} {check.field}]", process)


def unknown_levels(levels: tuple[str, ...], key: str, process: Process) -> Iterator[Complaint]:
    """A complaint for each level that the file does not define."""
    for level in levels:
        if level not in process.level_by_id:
            yield key, no_such("level", level, process.level_by_id)


def no_such(what: str, name: str, there: Mapping[str, object]) -> str:
    """A name that points nowhere, with those that there are."""
    return f"there is no {what} {name!r} (there are: {', '.join(there) or 'none'})"


def _table(fields: tuple[FieldDefinition, ...], key: str, process: Process) -> Iterator[Complaint]:
    for one, times in Counter(field.id for field in fields).items():
        if times > 1:
            yield f"{key}.fields[{one}]", f"appears {times} times; each may appear only once"
    for field in fields:
        place = f"{key}.fields[{field.id}]"
        yield from _field(field, place, process)
        yield from _siblings(field, fields, place)
        yield from _table(field.fields, place, process)
    yield from _alternatives(fields, key)


def _field(field: FieldDefinition, key: str, process: Process) -> Iterator[Complaint]:
    yield from unknown_levels(field.levels or (), f"{key}.levels", process)
    for word, times in Counter(field.choices).items():
        if times > 1:
            yield f"{key}.choices", f"{word!r} appears {times} times"
    bounds = (field.minimum, field.maximum)
    if not field.kind_row.has_bounds and bounds != (None, None):
        yield f"{key}.minimum", "minimum and maximum belong to numbers"
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield f"{key}.minimum", "is more than the maximum"
    if not field.kind_row.is_yes_no and field.must_be is not None:
        yield f"{key}.must_be", "belongs to a yes-no field"
    has_ids = field.kind_row.shape == "ids-or-entries"
    if has_ids and all(one.id != "id" for one in field.fields):
        yield f"{key}.fields", "an entry needs a field 'id' so that other work can refer to it"


def _siblings(
    field: FieldDefinition, fields: tuple[FieldDefinition, ...], key: str
) -> Iterator[Complaint]:
    yes_no = {one.id: one for one in fields if one.kind_row.is_yes_no}
    for other in field.unless_all:
        if other not in yes_no:
            yield f"{key}.unless_all", no_such("yes-no field", other, yes_no)
    if field.alternative is not None and field.one_of is None:
        yield f"{key}.alternative", "belongs to a field with one_of"
    if field.one_of is not None and not field.required:
        yield (
            f"{key}.required",
            "a field with one_of is already required unless another alternative is filled in",
        )


def _alternatives(fields: tuple[FieldDefinition, ...], key: str) -> Iterator[Complaint]:
    ways: dict[str, dict[str, FieldDefinition]] = {}
    for field in fields:
        if field.one_of is not None:
            ways.setdefault(field.one_of, {})[field.alternative or field.id] = field
    for name, fields_by_way in ways.items():
        if len(fields_by_way) == 1:
            only = next(iter(fields_by_way.values()))
            yield f"{key}.fields[{only.id}].one_of", f"there is only one alternative in {name!r}"


def _check(
    check: CrossCheck, activity: Activity, key: str, process: Process
) -> Iterator[Complaint]:
    yield from unknown_levels(check.levels or (), f"{key}.levels", process)
    for option in _OPTIONS:
        is_given = getattr(check, option) not in {None, ()}
        if is_given and option not in _BELONGS[check.check]:
            yield f"{key}.{option}", f"does not belong to {check.check!r}"
    field = field_at(activity, check.field)
    if field is None:
        yield f"{key}.field", _no_field(check.field, activity)
    else:
        yield from _check_kind(check, field, key)
    yield from _check_paths(check, activity, key, process)


def _check_kind(check: CrossCheck, field: FieldDefinition, key: str) -> Iterator[Complaint]:
    if check.check == "at-least-one" and not field.kind_row.is_yes_no:
        yield f"{key}.field", "at-least-one looks at a yes-no field"
    if check.check == "at-most" and check.count is None:
        yield f"{key}.count", "is missing"
    if check.check == "covers" and bool(check.values) == (check.upstream is not None):
        yield f"{key}.values", "covers needs either values or upstream with upstream_field"
    if check.check == "refers-to" and (check.within is None) == (check.upstream is None):
        yield f"{key}.within", "refers-to needs either within or upstream with upstream_field"
    if field.kind_row.has_choices:
        for value in check.values:
            if value not in field.choices:
                yield f"{key}.values", f"{value!r} is not among the choices of {check.field!r}"


def _check_paths(
    check: CrossCheck, activity: Activity, key: str, process: Process
) -> Iterator[Complaint]:
    if check.within is not None and field_at(activity, check.within) is None:
        yield f"{key}.within", _no_field(check.within, activity)
    if check.or_explained_in is not None:
        yield from _explained(check.or_explained_in, activity, key)
    if check.upstream is not None:
        yield from _upstream(check.upstream, check.upstream_field, activity, key, process)
    elif check.upstream_field is not None:
        yield f"{key}.upstream", "is missing"


def _explained(path: str, activity: Activity, key: str) -> Iterator[Complaint]:
    where, _, _ = path.rpartition(".")
    explaining = next((one for one in activity.fields if one.id == where), None)
    if field_at(activity, path) is None:
        yield f"{key}.or_explained_in", _no_field(path, activity)
    elif explaining is None or explaining.kind_row.shape != "list":
        yield f"{key}.or_explained_in", "names a field of a list, such as exceptions.role"


def _upstream(
    name: str, path: str | None, activity: Activity, key: str, process: Process
) -> Iterator[Complaint]:
    upstream = process.activity_by_id.get(name)
    if upstream is None:
        yield f"{key}.upstream", no_such("activity", name, process.activity_by_id)
    elif upstream.id == activity.id:
        yield f"{key}.upstream", "is this activity itself; use within"
    elif path is None:
        yield f"{key}.upstream_field", "is missing"
    elif field_at(upstream, path) is None:
        yield f"{key}.upstream_field", _no_field(path, upstream)


def field_at(activity: Activity, path: str) -> FieldDefinition | None:
    """The field that a dotted path names, through groups and lists."""
    fields = activity.fields
    found: FieldDefinition | None = None
    for part in path.split("."):
        found = next((one for one in fields if one.id == part), None)
        if found is None:
            return None
        fields = found.fields
    return found


def _no_field(path: str, activity: Activity) -> str:
    return f"{activity.id!r} has no field {path!r}"
