"""What changed between two versions: a table of small corrections, and what holds for all."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cimflow.monitoring.submissions.compare import differences
from cimflow.process.case import Submission
from tests.factories import complete, process, submission
from tests.thoroughness import examples

TEAM = process().activity_by_id["team-creation"]
ANA = {"name": "Ana", "title": "Director", "role": "site-administrator", "email": "ana@example.org"}
BEN = {"name": "Ben", "title": "Principal", "role": "other", "email": "ben@example.org"}
CAL = {"name": "Cal", "title": "Teacher", "role": "other", "email": "cal@example.org"}
WORDS_OF_CAL = "Name: Cal; Title: Teacher; Role on the team: other; Email address: cal@example.org"
SITE = "site administrator"
RECEIPT = "Only that it came, as a document"
MEMBERS = "Members of the CIM Team"


def team(*members: dict[str, Any], **more: Any) -> Submission:
    return submission("team-creation", "07-01", contents={"members": list(members), **more})


def document(name: str, sha256: str) -> Submission:
    made = submission("team-creation", "07-01", contents=None)
    return dataclasses.replace(made, document=name, sha256=sha256)


def line(old: Submission, new: Submission) -> list[str]:
    return [
        f"{one.kind} | {one.field} | {one.title} | {one.before} | {one.after}"
        for one in differences(TEAM, old, new)
    ]


CASES = {
    "nothing changed": (team(ANA, BEN), team(ANA, BEN), []),
    "a blank field is an absent one": (team(ANA, lead=""), team(ANA), []),
    "a field is filled": (
        team(ANA), team(ANA, lead="Ana"),
        ["added | lead | Team lead |  | Ana"],
    ),
    "a field is emptied": (
        team(ANA, lead="Ana"), team(ANA),
        ["removed | lead | Team lead | Ana | "],
    ),
    "one field of one entry": (
        team(ANA, BEN), team(ANA, BEN | {"role": "site-administrator"}),
        [f"changed | members.2.role | {MEMBERS}, 2 (Ben): Role on the team | other | {SITE}"],
    ),
    "a name is corrected": (
        team(ANA, BEN), team(ANA, BEN | {"name": "Benn"}),
        [f"changed | members.2.name | {MEMBERS}, 2 (Benn): Name | Ben | Benn"],
    ),
    "an entry comes in between": (
        team(ANA, BEN), team(ANA, CAL, BEN),
        [f"added | members.2 | {MEMBERS}, 2 (Cal) |  | {WORDS_OF_CAL}"],
    ),
    "an entry is taken out": (
        team(ANA, CAL, BEN), team(ANA, BEN),
        [f"removed | members.2 | {MEMBERS}, 2 (Cal) | {WORDS_OF_CAL} | "],
    ),
    "an entry moved and another changed": (
        team(CAL, BEN), team(BEN | {"title": "Head"}),
        [f"removed | members.1 | {MEMBERS}, 1 (Cal) | {WORDS_OF_CAL} | ",
         f"changed | members.1.title | {MEMBERS}, 1 (Ben): Title | Principal | Head"],
    ),
    "a field that the process file no longer names": (
        team(ANA), team(ANA, old_field="x"),
        ["added | old_field | Old field |  | x"],
    ),
    "the same document": (document("a.pdf", "1" * 64), document("a.pdf", "1" * 64), []),
    "another document under the same name": (
        document("a.pdf", "1" * 64), document("a.pdf", "2" * 64),
        [f"changed | sha256 | The document itself | fingerprint {'1' * 12} | fingerprint {'2' * 12}"],
    ),
    "the same document under another name": (
        document("a.pdf", "1" * 64), document("b.pdf", "1" * 64),
        ["changed | document | Name of the document | a.pdf | b.pdf"],
    ),
    "a document, then its contents": (
        document("a.pdf", "1" * 64), team(ANA),
        [f"changed | contents | Contents | {RECEIPT} | Entered field by field",
         "removed | document | Name of the document | a.pdf | "],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_changed_is_said_in_words(name: str) -> None:
    old, new, expected = CASES[name]
    assert line(old, new) == expected


ACTIVITIES = [one.id for one in process().activities]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from leaves(one, (*path, number))
    else:
        yield path


def dotted(path: tuple[Any, ...]) -> str:
    return ".".join(str(one + 1) if isinstance(one, int) else one for one in path)


def replaced(value: Any, path: tuple[Any, ...]) -> Any:
    """A deep copy in which one leaf is another value of its kind."""
    changed = copy.deepcopy(value)
    here = changed
    for part in path[:-1]:
        here = here[part]
    old = here[path[-1]]
    here[path[-1]] = not old if isinstance(old, bool) else f"{old} and more"
    return changed


@settings(max_examples=examples(60), deadline=None, database=None)
@given(st.sampled_from(ACTIVITIES), st.sampled_from("123"), st.data())
def test_a_changed_leaf_is_named_and_nothing_else(
    activity_id: str, level: str, data: st.DataObject
) -> None:
    activity = process().activity_by_id[activity_id]
    contents = complete(activity_id, level)
    old = submission(activity_id, "07-01", contents=contents)
    path = data.draw(st.sampled_from(sorted(leaves(contents), key=str)))
    new = dataclasses.replace(old, contents=replaced(contents, path), version=2)
    assert differences(activity, old, old) == ()
    found = [one.field for one in differences(activity, old, new)]
    # A plain value of a list is taken out and another put in, under the same number.
    assert set(found) == {dotted(path)}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "role", "email", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
tables = st.dictionaries(st.sampled_from(["members", "exceptions", "lead", "x"]), json_values)


def filled(value: Any) -> Any:
    """What was entered: blank is absent; a yes is not a 1."""
    if isinstance(value, dict):
        return {key: kept for key, one in value.items() if (kept := filled(one))} or None
    if isinstance(value, list):
        return [kept for one in value if (kept := filled(one))] or None
    if value is None or isinstance(value, bool):
        return {None: None, True: "yes", False: "no"}[value]
    return str(value) if str(value).strip() else None


@settings(max_examples=examples(120), deadline=None, database=None)
@given(tables, tables)
def test_there_is_a_difference_exactly_where_something_entered_differs(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    old = submission("team-creation", "07-01", contents=before)
    new = submission("team-creation", "07-02", contents=after, version=2)
    assert (differences(TEAM, old, new) == ()) is (filled(before) == filled(after))
    for one in differences(TEAM, old, new):
        assert one.kind == (
            "changed" if one.before and one.after else "added" if one.after else "removed"
        )
