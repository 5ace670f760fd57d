"""The cohort grid: who is in trouble, for what, by when; and the same as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.cohort.grid_filter import SORTS, Wanted
from cimflow.dashboard.cohort.grid_view import ROWS_A_PAGE, Grid, as_table, grid_of, theirs
from cimflow.dashboard.cohort.week_summary import waiting_in, week_of
from cimflow.dashboard.web.downloads import csv_file, xlsx_file
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.cohort.standing import Standing
from cimflow.monitoring.notices.ledger import counts_for
from cimflow.monitoring.words import CASE_WORDS

router = APIRouter()
SignedIn = Annotated[PageRequest, Depends(open_to(Allows.SIGNED_IN))]


@router.get(addresses.cohort.pattern)
def show_cohort(request: SignedIn) -> Response:
    """The grid, a page of it at a time."""
    return _show(request, paged=True, template="cohort/cohort.html.j2")


@router.get(addresses.cohort_print.pattern)
def show_cohort_to_print(request: SignedIn) -> Response:
    """All rows on plain paper."""
    return _show(request, paged=False, template="cohort/cohort_print.html.j2")


def _show(request: PageRequest, *, paged: bool, template: str) -> Response:
    standing = request.web_app.standings.on(request.process_id, request.on)
    grid = _grid(request, standing, paged=paged)
    seen = theirs(standing, request.who)
    notices = counts_for(request.act, None if request.who.is_system else request.who.reads)
    return request.render(
        template,
        process=request.process,
        grid=grid,
        waiting=waiting_in(seen, request.process),
        week=week_of(standing, grid.counted),
        held=notices["held"],
        uncertain=notices["uncertain"],
        case_words=CASE_WORDS,
        sorts=SORTS,
        rows_a_page=ROWS_A_PAGE,
        is_today=request.as_of is None,
    )


def _grid(request: PageRequest, standing: Standing, *, paged: bool) -> Grid:
    wanted = Wanted.of(request.http.query_params)
    return grid_of(request.process, standing, request.who, wanted, paged=paged)


@router.get(addresses.status_csv.pattern)
def export_csv(request: SignedIn) -> Response:
    """What the grid shows, all pages of it, for a spreadsheet."""
    return csv_file(_all_rows(request), _name(request))


@router.get(addresses.status_xlsx.pattern)
def export_xlsx(request: SignedIn) -> Response:
    """The same as an Excel workbook."""
    return xlsx_file(_all_rows(request), _name(request))


def _all_rows(request: PageRequest) -> list[list[str]]:
    standing = request.web_app.standings.on(request.process_id, request.on)
    return as_table(_grid(request, standing, paged=False))


def _name(request: PageRequest) -> str:
    return f"{request.process_id}-{request.on}"
