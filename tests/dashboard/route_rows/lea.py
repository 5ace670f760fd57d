"""Who may open the page of an LEA, and the comparison of its versions."""

from tests.dashboard.route_row import SEES_LEA, RouteRow

ROWS = [
    RouteRow("GET", "/p/{process_id}/leas/{cds_code}", SEES_LEA),
    RouteRow("GET", "/p/{process_id}/leas/{cds_code}/versions/{activity_id}", SEES_LEA),
]
