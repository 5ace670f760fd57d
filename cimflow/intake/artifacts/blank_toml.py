"""A file to fill in for an activity: TOML with every field explained and left blank.

As it stands it can be read, and every needed field is then named as missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.process_file import Activity, LevelRule

_HOW_TO = (
    "Fill in between the quotation marks. Longer text goes between three of them:",
    '"""like this, over as many lines as you need""".',
    "Lines that begin with # explain; anything left blank counts as missing.",
)


def artifact_template(activity: Activity, level: str | None = None) -> str:
    """A TOML file to fill in: every field with what it is, whether it is needed, its words.

    With a level it says what that level needs, and fields that are not its concern are commented
    out.
    """
    lines = [_comment(f"{activity.title} ({activity.id})"), _comment(activity.what_to_do)]
    lines += [
        _comment(f"{in_levels(rule.levels)}: {rule.requirement}{condition_of(rule)}")
        for rule in activity.rules
        if level is None or level in rule.levels
    ]
    lines += ["#", *map(_comment, _HOW_TO), ""]
    lines += _table(activity.fields, "", level, prefix="")
    return "\n".join(lines)


def _table(
    fields: Sequence[FieldDefinition], path: str, level: str | None, *, prefix: str
) -> Iterator[str]:
    # In TOML the plain keys of a table come before the tables in it.
    for field in sorted(fields, key=lambda one: one.kind_row.is_toml_table):
        off = prefix or ("" if concerns(field, level) else "# ")
        yield _comment(field.name)
        yield _comment(f"  {need_of(field, fields, level)}{_form(field)}")
        if field.kind_row.is_toml_table:
            here = f"{path}{field.id}"
            yield f"{off}[[{here}]]" if field.kind_row.shape == "list" else f"{off}[{here}]"
            yield from _table(field.fields, f"{here}.", level, prefix=off)
        else:
            if field.kind_row.shape == "ids-or-entries":
                entry = ", ".join(f'{one.id} = "…"' for one in field.fields)
                titles = "; ".join(f"{one.id}: {one.name}" for one in field.fields)
                yield _comment(f"  or, where there is no id yet: [{{ {entry} }}]; {titles}")
            yield f"{off}{field.id} = {field.kind_row.blank_toml}"
            if not path:
                yield ""
    if path:
        yield ""


def concerns(field: FieldDefinition, level: str | None) -> bool:
    """Whether a level is asked for a field at all."""
    return level is None or field.levels is None or level in field.levels


def need_of(field: FieldDefinition, beside: Sequence[FieldDefinition], level: str | None) -> str:
    """Whether a field is needed, in words; ``beside`` are the fields of its table."""
    if not concerns(field, level):
        return f"does not apply at level {level}"
    at = f" at {in_levels(field.levels).lower()}" if field.levels and level is None else ""
    if not field.required:
        return f"optional{at}"
    if field.one_of is not None:
        return f"one of several ways is required{at}: {_ways(field, beside)}"
    need = "recommended" if field.severity == "warning" else "needed"
    if field.unless_all:
        return f"{need}{at}, unless {' and '.join(field.unless_all)} are true"
    return f"{need}{at}"


def _ways(field: FieldDefinition, beside: Sequence[FieldDefinition]) -> str:
    ways: dict[str, list[str]] = {}
    for one in beside:
        if one.one_of == field.one_of:
            ways.setdefault(one.alternative or one.id, []).append(one.id)
    return ", or ".join(" with ".join(ids) for ids in ways.values())


def condition_of(rule: LevelRule) -> str:
    """Where a rule holds only under a condition: that condition, after a comma."""
    return f", where {rule.when.fact} is {rule.when.equals}" if rule.when is not None else ""


def _form(field: FieldDefinition) -> str:
    parts = [field.kind_row.in_toml]
    if field.choices:
        parts[0] += ": " + ", ".join(field.choices)
    if field.must_be is not None:
        parts.append(f"the answer must be {str(field.must_be).lower()}")
    if field.minimum is not None:
        parts.append(f"at least {field.minimum:g}")
    if field.maximum is not None:
        parts.append(f"at most {field.maximum:g}")
    return "".join(f"; {one}" for one in parts if one)


def in_levels(levels: Sequence[str]) -> str:
    """``Levels 1, 2``."""
    return f"Level{'s' if len(levels) > 1 else ''} {', '.join(levels)}"


def _comment(text: str) -> str:
    """One line, whatever the text; what it is indented by stays."""
    indent = " " * (len(text) - len(text.lstrip(" ")))
    return f"# {indent}{' '.join(text.split())}"
