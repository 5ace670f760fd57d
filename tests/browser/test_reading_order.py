"""What a screen reader meets, in its order: what counts first, each thing with its kind and name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from playwright.sync_api import Page

GRID = (
    'heading "Alder Basin SELPA" [level=1]',
    'heading "Status of the cohort" [level=2]',
    "Missing for Wed, July 10, 2024: 7 of 14",
    'heading "Needs your attention" [level=2]',
    'search "Filter LEAs"',
    "status: 14 LEAs\n",
    'region "The grid: LEAs by activity"',
    "caption: Each LEA with the state of its activities as of Thu, July 11, 2024",
    'columnheader "Step 1: Gather and Inquire due Wed, July 10, 2024"',
    'rowheader "Hemlock Ridge Elementary"',
    'cell "missing : why?"',
)
LEA = (
    'heading "Hemlock Ridge Elementary" [level=1]',
    "Overdue",
    'link "Record ',
    "Step 1: Gather and Inquire",
    "current step, due Wed, July 10, 2024",
    'heading "What depends on what" [level=2]',
    'heading "CIM Team Creation" [level=3]',
    'heading "Contacts" [level=2]',
    'heading "History" [level=2]',
)


def stand_in_this_order(read: str, expected: Sequence[str]) -> None:
    """Each stands after the one before it."""
    at = 0
    for one in expected:
        found = read.find(one, at)
        assert found >= 0, (
            f"{one!r} is not read after what comes before it:\n{read[at : at + 2000]}"
        )
        at = found + len(one)


def test_the_grid_is_read_from_the_sum_to_the_cell(open_page: Callable[..., Page]) -> None:
    stand_in_this_order(open_page().get_by_role("main").aria_snapshot(), GRID)


def test_an_lea_is_read_from_where_it_stands_to_its_history(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.goto("/p/targeted-2024/leas/99100750000000")
    stand_in_this_order(page.get_by_role("main").aria_snapshot(), LEA)
