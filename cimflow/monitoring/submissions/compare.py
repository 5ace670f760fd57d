"""What changed between two versions of an artifact, field by field, in words.

Entries of a list are matched by their first field (a name, a short id), so that an entry put in
the middle is one added entry, not a change of all that follow. A blank field is an absent one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from cimflow.monitoring.submissions.field_words import fields_of, title_of, value_in_words
from cimflow.process.case import Submission
from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.process_file import Activity
from cimflow.process.evaluation.findings import is_filled

ChangeKind = Literal["added", "removed", "changed"]
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``field`` is a dotted path, entries counted from 1 (``members.2.email``).

    ``title`` says the same in words; ``before`` and ``after`` are empty where there is nothing.
    The number of an entry is that of the new version; that of the old one where it was removed.
    """

    field: str
    title: str
    before: str
    after: str
    kind: ChangeKind


def differences(activity: Activity, old: Submission, new: Submission) -> tuple[Change, ...]:
    """What is different in the new version: its contents, and the document it came as.

    Days and names of who recorded it are no contents; a page shows those beside each version.
    """
    found: list[Change] = []
    if old.contents is not None and new.contents is not None:
        found += _in_table(activity.fields, old.contents, new.contents, "", "")
    elif (old.contents is None) != (new.contents is None):
        found.append(_change("contents", "Contents", _how_it_came(old), _how_it_came(new)))
    if old.document != new.document:
        found.append(_change("document", "Name of the document", old.document, new.document))
    if old.contents is None and new.contents is None and old.sha256 != new.sha256:
        # Nothing of a document is stored in fields, so its hash is all that can be compared.
        found.append(
            _change("sha256", "The document itself", _hash_in_words(old), _hash_in_words(new))
        )
    return tuple(found)


def _how_it_came(version: Submission) -> str:
    if version.contents is not None:
        return "Entered field by field"
    return "Only that it came, as a document" if version.document else "Only that it came"


def _hash_in_words(version: Submission) -> str:
    return f"fingerprint {version.sha256[:12]}" if version.sha256 else ""


def _change(path: str, title: str, before: str, after: str) -> Change:
    kind: ChangeKind = "changed" if before and after else "added" if after else "removed"
    return Change(path, title, before, after, kind)


def _in_table(
    fields: Sequence[FieldDefinition],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    path: str,
    title: str,
) -> Iterator[Change]:
    for name, field in fields_of(fields, old, new):
        words = title_of(field, name)
        full = f"{title}: {words}" if title else words
        yield from _in_value(field, old.get(name), new.get(name), path + name, full)


def _in_value(
    field: FieldDefinition | None, old: Any, new: Any, path: str, title: str
) -> Iterator[Change]:
    if _plain(old) == _plain(new):
        return
    fields = field.fields if field else ()
    if isinstance(old, Mapping) and isinstance(new, Mapping) and is_filled(old) and is_filled(new):
        yield from _in_table(fields, old, new, f"{path}.", title)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_list(field, old, new, path, title)
    else:
        yield _change(path, title, value_in_words(field, old), value_in_words(field, new))


def _in_list(
    field: FieldDefinition | None, old: list[Any], new: list[Any], path: str, title: str
) -> Iterator[Change]:
    # Each with its number in the list, blank entries left out.
    before = [(number, one) for number, one in enumerate(old, start=1) if is_filled(one)]
    after = [(number, one) for number, one in enumerate(new, start=1) if is_filled(one)]
    name = field.fields[0].id if field and field.fields else None
    old_keys, new_keys = ([_key(one, name) for _, one in side] for side in (before, after))
    pairs = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    for word, i1, i2, j1, j2 in pairs.get_opcodes():
        # Plain values are taken out and put in; only entries with fields can be corrected.
        together = min(i2 - i1, j2 - j1) if word == "equal" or name is not None else 0
        for step in range(together):
            number, one = after[j1 + step]
            head = _entry_title(title, number, one, name)
            yield from _in_value(field, before[i1 + step][1], one, f"{path}.{number}", head)
        for number, one in before[i1 + together : i2]:
            head = _entry_title(title, number, one, name)
            yield Change(f"{path}.{number}", head, value_in_words(field, one), "", "removed")
        for number, one in after[j1 + together : j2]:
            head = _entry_title(title, number, one, name)
            yield Change(f"{path}.{number}", head, "", value_in_words(field, one), "added")


def _key(entry: Any, name: str | None) -> str:
    """By what two entries are the same one: their first field, else all that they hold."""
    if name is not None and isinstance(entry, Mapping) and is_filled(entry.get(name)):
        return json.dumps([name, _plain(entry[name])], sort_keys=True)
    return json.dumps(_plain(entry), sort_keys=True)


def _entry_title(title: str, number: int, entry: Any, name: str | None) -> str:
    called = entry.get(name) if isinstance(entry, Mapping) and name is not None else None
    if isinstance(called, str) and called.strip() and len(called) <= _LONGEST_NAME:
        return f"{title}, {number} ({called.strip()})"
    return f"{title}, {number}"


def _plain(value: Any) -> Any:
    """A value in which what is blank is absent, and yes is not the number 1."""
    if not is_filled(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items() if is_filled(one)}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value if is_filled(one)]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
