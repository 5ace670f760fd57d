"""A new cohort year is a new file and no code: nothing of the 2024 file stands in a program.

The tree of every Python file is walked for a date, an id or a word of the shipped process file, and
for comparisons that know a level. Tests below plant each of them and see that it is found.
"""

from __future__ import annotations

import ast
import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FILE = ROOT / "config/processes/targeted-2024.toml"
PROCESS: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
PROGRAMS = sorted(
    path for folder in ("cimflow", "tasks", "flows") for path in (ROOT / folder).rglob("*.py")
)

OWN_WORDS = frozenset({"superintendent", "placement"})
"""Words of the file that are cimflow's own too: a contact's role, and a row of the roster."""


def _ids(name: str) -> set[str]:
    return {one["id"] for one in PROCESS[name]}


def _choices(activity: str, field: str, part: str) -> set[str]:
    (of,) = (one for one in PROCESS["activities"] if one["id"] == activity)
    (group,) = (one for one in of["fields"] if one["id"] == field)
    (choice,) = (one for one in group["fields"] if one["id"] == part)
    return set(choice["choices"])


def _dates(here: object) -> Iterator[dt.date]:
    if isinstance(here, dt.date):
        yield here
    for one in here.values() if isinstance(here, dict) else here if isinstance(here, list) else ():
        yield from _dates(one)


LEVELS = frozenset(_ids("levels"))
DATES = frozenset(_dates(PROCESS))
WORDS = (
    frozenset(
        {PROCESS["process"]["id"]}
        | _ids("activities")
        | _ids("facts")
        | _choices("team-creation", "exceptions", "role")  # the five roles; `other` is any word
        | _choices("data-drill-down", "sources", "elements")
        | {one.isoformat() for one in DATES}
        | {one.replace("-", "_") for one in _ids("activities") | _ids("facts") if "-" in one}
    )
    - OWN_WORDS
)


def held(source: str) -> list[str]:
    """Everything of the 2024 file that a program holds, as ``line: what``."""
    return [
        f"{getattr(node, 'lineno', '?')}: {what}"
        for node in ast.walk(ast.parse(source))
        for what in (*_words(node), *_days(node), *_known_levels(node))
    ]


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in WORDS:
        yield repr(node.value)


def _days(node: ast.AST) -> Iterator[str]:
    """``date(2024, 7, 10)``, whoever makes the date."""
    if isinstance(node, ast.Call):
        numbers = [one.value for one in node.args if isinstance(one, ast.Constant)]
        for day in DATES:
            if numbers[:3] == [day.year, day.month, day.day]:
                yield f"the date {day}"


def _known_levels(node: ast.AST) -> Iterator[str]:
    """A level id beside the name ``level``: compared, looked up, matched, set or handed over."""
    for one in _beside_a_level(node):
        yield from (f"the level {word!r}" for word in _strings(one) if word in LEVELS)
    if isinstance(node, ast.Compare):
        yield from _numbers([node.left, *node.comparators])


def _beside_a_level(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.Compare():
            near, beside = [node.left, *node.comparators], [node.left, *node.comparators]
        case ast.Match():
            near, beside = [node.subject], [one.pattern for one in node.cases]
        case ast.Subscript(value=ast.Dict()):
            near, beside = [node.slice], [node.value]
        case ast.Call(func=ast.Attribute()):
            near = beside = [node.func.value, *node.args]
        case ast.Assign():
            near, beside = node.targets, [node.value]
        case ast.AnnAssign(value=ast.expr()):
            near, beside = [node.target], [node.value]
        case ast.keyword(arg=str()):
            near, beside = [ast.Name(node.arg)], [node.value]
        case _:
            return []
    return [*beside] if any(_names_level(one) for one in near) else []


def _numbers(sides: list[ast.expr]) -> Iterator[str]:
    """``int(level) >= 3``."""
    made = any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Name)
        and one.func.id == "int"
        and _names_level(one)
        for one in sides
    )
    for one in sides:
        if made and isinstance(one, ast.Constant) and str(one.value) in LEVELS:
            yield f"the level {one.value}"


def _names_level(node: ast.AST) -> bool:
    return any(
        "level" in name.lower()
        for one in ast.walk(node)
        for name in (
            one.id if isinstance(one, ast.Name) else "",
            one.attr if isinstance(one, ast.Attribute) else "",
        )
    )


def _strings(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_program_holds_nothing_of_the_2024_file(path: Path) -> None:
    assert held(path.read_text(encoding="utf-8")) == []


def test_there_are_programs_to_look_at() -> None:
    assert len(PROGRAMS) > 20
    assert len(DATES) == 6
    assert len(WORDS) > 35


@pytest.mark.parametrize(
    "planted",
    [
        'if activity == "team-creation": pass',
        'REQUIRED = ("srr-summary", "other")',
        'def f(activity="consolidation"): pass',
        'row["indicator-8"]',
        'row["indicator_8"]',
        'x = {"final-findings": 1}',
        'role = "selpa-representative"',
        'ELEMENTS = ["attendance"]',
        'process = "targeted-2024"',
        'due = "2024-07-10"',
        "due = dt.date(2024, 6, 30)",
        "due = datetime.date(2024, 12, 6)",
        "start = dt.datetime(2024, 3, 15, 8, 0)",
        'if level == "3": pass',
        'if "3" == status.level: pass',
        'if level in ("1", "2"): pass',
        'if placement.level not in {"3"}: pass',
        'if level != "1" and late: pass',
        'x = {"1": "selpa", "3": "cde"}[level]',
        'x = {"3": "cde"}.get(level)',
        'if level.startswith("3"): pass',
        'match level:\n    case "3":\n        pass',
        'owed(case, level="3")',
        'HIGHEST_LEVEL = "3"',
        'levels: tuple[str, ...] = ("1", "2")',
        "if int(level) >= 3: pass",
    ],
)
def test_what_is_planted_is_found(planted: str) -> None:
    assert len(held(planted)) >= 1


@pytest.mark.parametrize(
    "innocent",
    [
        '"""The team-creation activity is due on 2024-07-10, at level 3."""',
        'message = "write it as 2024-07-10"',
        "limit = 3",
        'if version == "3": pass',
        "if len(levels) == 1: pass",
        'if level in rule.levels and kind == "hard": pass',
        'role = "superintendent"',
        'names = ("placement", "withdrawal")',
        "epoch = dt.date(2024, 1, 1)",
    ],
)
def test_what_is_innocent_is_left_alone(innocent: str) -> None:
    assert held(innocent) == []
