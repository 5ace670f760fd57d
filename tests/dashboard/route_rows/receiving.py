"""Who may record what came, correct a record, read a document, and review."""

from tests.dashboard.conftest import WITHDRAWN
from tests.dashboard.route_row import (
    CHANGES_LEA,
    FILES_FOR_LEA,
    OVERSEES,
    SEES_LEA,
    SIGNED_IN,
    RouteRow,
)

LEA = "/p/{process_id}/leas/{cds_code}"
CAME = {"activity_id": WITHDRAWN}
"""Both SELPAs have a version 1 of it, with its document."""
PLAN = {"activity_id": "improvement-plan"}

ROWS = [
    RouteRow("GET", f"{LEA}/receive/{{activity_id}}", FILES_FOR_LEA),
    RouteRow("POST", f"{LEA}/receive/{{activity_id}}", FILES_FOR_LEA),
    RouteRow("GET", f"{LEA}/received/{{activity_id}}/{{version}}", SEES_LEA, where=CAME),
    RouteRow("GET", f"{LEA}/filed/{{activity_id}}", FILES_FOR_LEA),
    RouteRow("POST", f"{LEA}/filed/{{activity_id}}", FILES_FOR_LEA),
    RouteRow("GET", f"{LEA}/void/{{activity_id}}/{{version}}", CHANGES_LEA, where=CAME),
    RouteRow("POST", f"{LEA}/void/{{activity_id}}/{{version}}", CHANGES_LEA, where=CAME),
    RouteRow("GET", f"{LEA}/documents/{{activity_id}}/{{version}}", SEES_LEA, where=CAME),
    RouteRow("GET", f"{LEA}/forms/{{activity_id}}/{{version}}", SEES_LEA, where=CAME),
    RouteRow("GET", f"{LEA}/drill-down", SEES_LEA),
    RouteRow("POST", f"{LEA}/drill-down", FILES_FOR_LEA),
    RouteRow("GET", f"{LEA}/drill-down/{{name}}", SEES_LEA, where={"name": "rates.csv"}),
    RouteRow("GET", "/p/{process_id}/forms/{activity_id}.xlsx", SIGNED_IN),
    RouteRow("GET", "/p/{process_id}/forms/{activity_id}.toml", SIGNED_IN),
    RouteRow("GET", "/p/{process_id}/review", OVERSEES),
    RouteRow("GET", f"{LEA}/review/{{activity_id}}", CHANGES_LEA, where=PLAN),
    RouteRow("POST", f"{LEA}/review/{{activity_id}}", CHANGES_LEA, where=PLAN),
]
