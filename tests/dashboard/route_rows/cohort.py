"""Who may open the start, the sign-in and the cohort."""

from tests.dashboard.route_row import EVERYONE, SIGNED_IN, Door

ROWS = [
    Door("GET", "/", SIGNED_IN),
    Door("GET", "/sign-in", EVERYONE),
    Door("POST", "/sign-in", EVERYONE, form={"email": "stranger@example.org"}),
    # A link that is none: nobody gets in, and it is as if it were not there.
    Door("GET", "/sign-in/{token}", "", where={"token": "no-such-link"}),
    Door("POST", "/sign-in/{token}", "", where={"token": "no-such-link"}),
    Door("POST", "/sign-out", SIGNED_IN),
    Door("GET", "/p/{process_id}", SIGNED_IN),
    Door("GET", "/p/{process_id}/print", SIGNED_IN),
    Door("GET", "/p/{process_id}/status.csv", SIGNED_IN),
    Door("GET", "/p/{process_id}/status.xlsx", SIGNED_IN),
]
