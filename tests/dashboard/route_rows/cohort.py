"""Who may open the start, the sign-in and the cohort."""

from tests.dashboard.route_row import EVERYONE, SIGNED_IN, RouteRow

ROWS = [
    RouteRow("GET", "/", SIGNED_IN),
    RouteRow("GET", "/sign-in", EVERYONE),
    RouteRow("POST", "/sign-in", EVERYONE, form={"email": "stranger@example.org"}),
    # A link that is none: nobody gets in, and it is as if it were not there.
    RouteRow("GET", "/sign-in/{token}", "", where={"token": "no-such-link"}),
    RouteRow("POST", "/sign-in/{token}", "", where={"token": "no-such-link"}),
    RouteRow("POST", "/sign-out", SIGNED_IN),
    RouteRow("GET", "/p/{process_id}", SIGNED_IN),
    RouteRow("GET", "/p/{process_id}/print", SIGNED_IN),
    RouteRow("GET", "/p/{process_id}/status.csv", SIGNED_IN),
    RouteRow("GET", "/p/{process_id}/status.xlsx", SIGNED_IN),
]
