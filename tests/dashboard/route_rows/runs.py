"""Who may open the runs, and ask for one."""

from tests.dashboard.route_row import ADMINISTERS, OVERSEES, RouteRow

ROWS = [
    RouteRow("GET", "/p/{process_id}/runs", OVERSEES),
    RouteRow("POST", "/p/{process_id}/runs", ADMINISTERS, form={"who": "selpa:9901"}),
    # A request that nobody made; whose a request is, see test_runs.
    RouteRow(
        "GET", "/p/{process_id}/runs/requests/{request_id}", "", where={"request_id": "999999"}
    ),
]
