"""The cohort grid: who is in trouble, for what, by when; and the same as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.cohort.grid_filter import SORTS, Wanted
from cimflow.dashboard.cohort.grid_view import ROWS_A_PAGE, Grid, as_table, grid_of, theirs
from cimflow.dashboard.cohort.week_summary import waiting_in, week_of
from cimflow.dashboard.web.downloads import csv_file, xlsx_file
from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.cohort.standing import Standing
from cimflow.monitoring.notices.ledger import counts_for
from cimflow.monitoring.words import CASE_WORDS

router = APIRouter()
SignedIn = Annotated[Visit, Depends(door(Allows.SIGNED_IN))]


@router.get("/p/{process_id}")
def show_cohort(visit: SignedIn) -> Response:
    """The grid, a page of it at a time."""
    return _show(visit, paged=True, template="cohort/cohort.html.j2")


@router.get("/p/{process_id}/print")
def show_cohort_to_print(visit: SignedIn) -> Response:
    """All rows on plain paper."""
    return _show(visit, paged=False, template="cohort/cohort_print.html.j2")


def _show(visit: Visit, *, paged: bool, template: str) -> Response:
    standing = visit.site.standings.on(visit.process_id, visit.on)
    grid = _grid(visit, standing, paged=paged)
    seen = theirs(standing, visit.who)
    notices = counts_for(
        visit.office, visit.process_id, None if visit.who.is_system else visit.who.reads
    )
    return visit.page(
        template,
        process=visit.process,
        grid=grid,
        waiting=waiting_in(seen, visit.process),
        week=week_of(standing, grid.counted),
        held=notices["held"],
        uncertain=notices["uncertain"],
        case_words=CASE_WORDS,
        sorts=SORTS,
        rows_a_page=ROWS_A_PAGE,
        is_today=visit.as_of is None,
    )


def _grid(visit: Visit, standing: Standing, *, paged: bool) -> Grid:
    wanted = Wanted.of(visit.request.query_params)
    return grid_of(visit.process, standing, visit.who, wanted, paged=paged)


@router.get("/p/{process_id}/status.csv")
def export_csv(visit: SignedIn) -> Response:
    """What the grid shows, all pages of it, for a spreadsheet."""
    return csv_file(_all_rows(visit), _name(visit))


@router.get("/p/{process_id}/status.xlsx")
def export_xlsx(visit: SignedIn) -> Response:
    """The same as an Excel workbook."""
    return xlsx_file(_all_rows(visit), _name(visit))


def _all_rows(visit: Visit) -> list[list[str]]:
    standing = visit.site.standings.on(visit.process_id, visit.on)
    return as_table(_grid(visit, standing, paged=False))


def _name(visit: Visit) -> str:
    return f"{visit.process_id}-{visit.on}"
