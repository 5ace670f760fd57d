"""The house stays a house: rooms of few modules, plain names, short files, a picture that is true.

What the structural tests look at is counted here too, so that none of them goes blind when files
move: a glob that finds nothing is a test that looks at nothing.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("cimflow", "flows", "tasks")
MODULES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations/versions" not in path.as_posix()
)
FOLDERS = sorted({one.parent for one in MODULES} | {ROOT / "cimflow/store/migrations"})
TEMPLATES = ROOT / "templates"
MOST_MODULES, MOST_LINES = 15, 300


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_room_holds_few_modules(folder: Path) -> None:
    modules = [one.name for one in folder.glob("*.py") if one.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES, modules


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_read_from_top_to_bottom(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", [one for one in MODULES if one.name == "__init__.py"], ids=name_of)
def test_a_package_says_what_it_knows_and_what_it_refuses_to_know(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    sentences = re.findall(r"[.:](?:\s|$)", said)
    assert len(sentences) >= 2, said


@pytest.mark.parametrize("floor", ["process", "store", "notify", "intake", "drilldown",
                                   "monitoring", "dashboard", "cli"])  # fmt: skip
def test_no_two_modules_of_a_floor_share_a_name(floor: str) -> None:
    """A package's own ``errors`` and the like are told apart by their floor."""
    names = Counter(
        one.stem
        for one in (ROOT / "cimflow" / floor).rglob("*.py")
        if one.stem not in {"__init__", "__main__"} and "migrations" not in one.parts
    )
    assert [name for name, number in names.items() if number > 1] == []


@pytest.mark.parametrize("package", ["flows", "tasks"])
def test_no_class_is_defined_in_flows_or_tasks(package: str) -> None:
    found = [
        f"{name_of(path)}: {node.name}"
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert found == []


def test_the_picture_of_the_house_is_drawn_from_its_contracts() -> None:
    script = ROOT / "docs/images/make_rooms.py"
    spec = importlib.util.spec_from_file_location("make_rooms", script)
    assert spec is not None
    assert spec.loader is not None
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    assert drawing.PICTURE.read_text(encoding="utf-8") == drawing.svg()


def test_contributing_names_every_room() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rooms = [one for one in FOLDERS if one.parent.parent == ROOT and one.name != "migrations"]
    missing = [one.name for one in rooms if f"`{one.name}`" not in text]
    assert missing == []


# What the structural tests looked at in December 2026, before the house had rooms: never less.
LOOKED_AT = {
    "modules of the pages": (ROOT / "cimflow/dashboard", "*.py", 56),
    "modules in which actions are noted": (ROOT / "cimflow", "*.py", 260),
    "modules of the notifier": (ROOT / "cimflow/notify", "*.py", 15),
    "templates of the pages": (TEMPLATES / "dashboard", "*.j2", 46),
    "templates of the mails": (TEMPLATES / "email", "*", 5),
    "approved mails": (ROOT / "tests/approved/mails", "*", 28),
    "artifacts of the sample": (ROOT / "config/sample/artifacts", "*.toml", 46),
    "pages of the docs": (ROOT / "docs", "*.md", 26),
}


@pytest.mark.parametrize("what", LOOKED_AT)
def test_the_structural_tests_look_at_no_less_than_before(what: str) -> None:
    folder, pattern, least = LOOKED_AT[what]
    assert len([one for one in folder.rglob(pattern) if one.is_file()]) >= least
