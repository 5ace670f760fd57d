"""Who may see who signs in, give roles, print links, and read the audit log."""

from tests.dashboard.route_row import ADMINISTERS, RouteRow

PEOPLE = "/p/{process_id}/people"
AUDIT = "/p/{process_id}/audit"

ROWS = [
    RouteRow("GET", PEOPLE, ADMINISTERS),
    RouteRow("POST", f"{PEOPLE}/give", ADMINISTERS),
    RouteRow("POST", f"{PEOPLE}/end", ADMINISTERS),
    RouteRow("POST", f"{PEOPLE}/link", ADMINISTERS),
    RouteRow("GET", AUDIT, ADMINISTERS),
    RouteRow("GET", f"{AUDIT}.csv", ADMINISTERS),
    RouteRow("GET", f"{AUDIT}.xlsx", ADMINISTERS),
]
