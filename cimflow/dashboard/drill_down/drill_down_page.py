"""The Data Drill Down of one LEA: student files in, the report that may be shared out.

The files are counted while the browser waits and are gone before it is answered; what is kept and
shown is the shareable report. The internal one, which shows small groups, is made on the LEA's own
machine only.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.submissions.document_download import as_download
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.form_fields import Day, Form, Line, Uploads
from cimflow.dashboard.web.form_runner import NOT_SENT, FormResult, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.errors import Refused, refusal

router = APIRouter()
MOST_FILES = 8
MOST_LINES = 20
MOST_TOLD = 4
"""So many kinds of problem are told after an upload; the command line lists them all."""
Sees = Annotated[PageRequest, Depends(open_to(Allows.SEES_LEA))]
Files = Annotated[PageRequest, Depends(open_to(Allows.FILES_FOR_LEA, files=MOST_FILES))]
DOWNLOADS = {
    "report.html": "The report, to read or print in a browser (HTML)",
    "report.pdf": "The report as a PDF",
    "report.xlsx": "All tables, a sheet for each element (Excel)",
    "rates.csv": "All rates, for other programs (CSV)",
    "required-reports.csv": "Which of the required reports are there (CSV)",
    "data-drill-down.toml": "A first draft of the Data Drill Down summary (text)",
    "problem-areas.toml": "Quantified problem areas for the Consolidation (text)",
}


class DrillDownForm(Form):
    """Student files, and how and as of when they are counted."""

    files: Uploads = Field(title="Student files")
    definition: Line
    data_as_of: Day = Field(title="Data as of")


@router.get(addresses.drill_down.pattern)
def show_drill_down(request: Sees) -> Response:
    """The report that is kept, if any, and for who may file the form to make one."""
    return _page(request, NOT_SENT)


@router.post(addresses.drill_down.pattern)
def make_drill_down(request: Files) -> Response:
    """Count the files that were sent, keep the shareable report, and show it."""
    result = submit(request, "drill-down", DrillDownForm, lambda form: _count(request, form))
    if result.failed:
        return _page(request, result)
    students, wrong = result.got
    # Not how many students: others read the log, and a number may be what the report hides.
    said = (
        f"{students:,} rows of students were counted, the report was created, and the files were"
        " deleted."
    )
    if wrong:
        more = f"; and {len(wrong) - MOST_TOLD} more" if len(wrong) > MOST_TOLD else ""
        said += f" Problems in the files: {'; '.join(wrong[:MOST_TOLD])}{more}."
    return request.redirect(addresses.drill_down(request.process_id, request.cds_code), say=said)


@router.get(addresses.drill_down_file.pattern)
def download_report(request: Sees) -> Response:
    """One file of the report that is kept."""
    from cimflow.monitoring.drill_down.reports import reports_of_lea  # noqa: PLC0415 - pandas takes its time

    name = str(request.http.path_params["name"])
    found = reports_of_lea(request.context, request.cds_code)
    if name not in DOWNLOADS or name not in found:
        raise NotHere("This report does not exist for this LEA yet.")
    return as_download(found[name].read_bytes(), f"{request.cds_code}-{name}")


def _count(request: PageRequest, form: DrillDownForm) -> tuple[int, list[str]]:
    """How many rows of students were counted, and what was wrong in the files."""
    from cimflow.monitoring.drill_down.reports import report_from_upload  # noqa: PLC0415 - as above

    if not form.files:
        raise Refused(refusal("no-files-chosen", "files"))
    counted = report_from_upload(
        request.act,
        [(one.filename or "", one.file) for one in form.files],
        definition=form.definition or "dashboard",
        as_of=form.data_as_of or request.today,
    )
    return counted.found.students, counted.found.problems.summary()


def _page(request: PageRequest, result: FormResult[Any, Any]) -> Response:
    from cimflow.drilldown.model.config_file import SMALL, load_drill_down_config  # noqa: PLC0415 - as above
    from cimflow.monitoring.drill_down.reports import kept_report, reports_of_lea  # noqa: PLC0415 - as above

    roster_entry = read_case(request.act).roster_entries[-1]
    kept = kept_report(request.context, request.cds_code)
    found = reports_of_lea(request.context, request.cds_code)
    words = load_drill_down_config(request.context.settings.config_dir)
    selpa = roster_entry.selpa_code
    return request.render(
        "drill_down/drill_down.html.j2",
        status=result.status,
        process=request.process,
        cds_code=request.cds_code,
        lea_name=roster_entry.lea_name,
        may_file=request.who.may_file_for(selpa_code=selpa, cds_code=request.cds_code),
        result=result,
        lines=result.every_line[:MOST_LINES],
        kept=kept,
        downloads=[(name, DOWNLOADS[name]) for name in DOWNLOADS if name in found],
        definition=result.typed.get("definition") or "dashboard",
        today=request.today,
        most_files=MOST_FILES,
        words=words,
        small_group=SMALL,
        **(_shown(kept) if kept is not None else {}),
    )


def _shown(kept: Any) -> dict[str, Any]:
    from cimflow.drilldown.reporting.bar_chart import chart_of  # noqa: PLC0415 - as above
    from cimflow.drilldown.reporting.findings import concerns, strengths  # noqa: PLC0415 - as above
    from cimflow.drilldown.reporting.html_report import MOST_FINDINGS  # noqa: PLC0415 - as above
    from cimflow.drilldown.reporting.report_model import HIDDEN_IN_WORDS  # noqa: PLC0415 - as above

    tables = [one for chapter in kept.report.chapters for one in chapter.tables]
    return {
        "report": kept.report,
        # Our own SVG of the kept numbers; every text in it is escaped.
        "charts": {one.id: Markup(chart_of(one)) for one in tables},  # noqa: S704
        "concerns": list(concerns(kept.findings))[:MOST_FINDINGS],
        "strengths": list(strengths(kept.findings))[:MOST_FINDINGS],
        "hidden_in_words": HIDDEN_IN_WORDS,
    }
