"""Who may read notices, decide about them, and go live."""

from tests.dashboard.route_row import ADMINISTERS, OVERSEES, SYSTEM, RouteRow

ROWS = [
    RouteRow("GET", "/p/{process_id}/notices", OVERSEES),
    # Without an address to preview, and with a number that is nobody's, there is no such page;
    # whose a notice is, see test_notices.
    RouteRow("GET", "/p/{process_id}/notices/preview", ""),
    RouteRow("GET", "/p/{process_id}/notices/{notice_id}", "", where={"notice_id": "999999"}),
    RouteRow("POST", "/p/{process_id}/notices/release", ADMINISTERS),
    RouteRow(
        "POST",
        "/p/{process_id}/notices/{notice_id}/resolve",
        "",
        form={"outcome": "arrived"},
        where={"notice_id": "999999"},
    ),
    RouteRow("POST", "/p/{process_id}/notices/restored", SYSTEM),
    # The cohort of these tests has LEAs of two SELPAs, so neither's administrator may.
    RouteRow("GET", "/p/{process_id}/go-live", SYSTEM),
    RouteRow("POST", "/p/{process_id}/go-live", SYSTEM),
]
