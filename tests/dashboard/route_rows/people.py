"""Who may see who signs in, give roles, print links, and read the audit log."""

from tests.dashboard.route_row import ADMINISTERS, Door

PEOPLE = "/p/{process_id}/people"
AUDIT = "/p/{process_id}/audit"

ROWS = [
    Door("GET", PEOPLE, ADMINISTERS),
    Door("POST", f"{PEOPLE}/give", ADMINISTERS),
    Door("POST", f"{PEOPLE}/end", ADMINISTERS),
    Door("POST", f"{PEOPLE}/link", ADMINISTERS),
    Door("GET", AUDIT, ADMINISTERS),
    Door("GET", f"{AUDIT}.csv", ADMINISTERS),
    Door("GET", f"{AUDIT}.xlsx", ADMINISTERS),
]
