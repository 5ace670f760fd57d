"""A path that a document names leads somewhere: a file that moves takes its mentions with it.

Looked at: whatever stands in backticks in README, CONTRIBUTING, docs and deployments, and is a path
from the top of the repository (`cimflow/store/`) or the end of a Python file's (`session.py`).
A path may be a pattern (`test_*.py`) or have parts to fill in (`<day>`, `ID`). CHANGELOG tells of
the past, and is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SLOW

ROOT = Path(__file__).parents[2]
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
DOCS = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("deployments/*.md")]
PAGES = [ROOT / "README.md", CONTRIBUTING, *sorted(DOCS)]
FOLDERS = ("cimflow", "flows", "tasks", "tests", "templates", "config", "deployments", "docs")
TO_FILL_IN = re.compile(r"<[^>]*>|(?<![A-Za-z])(?:CDS|DAY|ID|NAME|YEAR)(?![A-Za-z])")


def paths_in(text: str) -> Iterator[str]:
    """The paths among the words in backticks, without what a program reads after a colon."""
    for word in " ".join(re.findall(r"`([^`\n]+)`", text)).split():
        path = word.strip(",;").partition(":")[0]
        if path.startswith(tuple(f"{one}/" for one in FOLDERS)) or path.endswith(".py"):
            yield path


def leads_somewhere(path: str) -> bool:
    pattern = TO_FILL_IN.sub("*", path).rstrip("/")
    if pattern.partition("/")[0] in FOLDERS:
        return any(ROOT.glob(pattern))
    return any(one for folder in FOLDERS for one in (ROOT / folder).rglob(pattern))


def test_every_path_in_a_document_leads_somewhere() -> None:
    found = [(page.name, path) for page in PAGES for path in paths_in(page.read_text("utf-8"))]
    assert [one for one in found if not leads_somewhere(one[1])] == []
    assert len(found) >= 200


@pytest.mark.parametrize("path", ["cimflow/store/tables.py", "docs/ID.txt", "process/reading.py"])
def test_a_path_that_leads_nowhere_is_found(path: str) -> None:
    assert [leads_somewhere(one) for one in paths_in(f"See `{path}`, and `make test`.")] == [False]


def test_contributing_names_every_room_and_every_slow_test_by_its_path() -> None:
    rooms = [one.parent for one in ROOT.glob("cimflow/*/*/__init__.py")]
    named = set(paths_in(CONTRIBUTING.read_text("utf-8")))
    assert sorted({f"{one.relative_to(ROOT).as_posix()}/" for one in rooms} - named) == []
    assert sorted({f"tests/{one}" for one in SLOW} - named) == []
