"""Who may open the roster, the imports, the contacts and the forms that change an LEA."""

from tests.dashboard.route_row import ADMINISTERS, CHANGES_LEA, OVERSEES, RouteRow

LEA = "/p/{process_id}/leas/{cds_code}"
IMPORT = "/p/{process_id}/import/{kind}"
SELPA_CONTACTS = "/p/{process_id}/selpas/{selpa_code}/contacts"
ROSTER_KIND = {"kind": "roster"}

ROWS = [
    RouteRow("GET", "/p/{process_id}/roster", OVERSEES),
    *(
        RouteRow("GET", f"/p/{{process_id}}/{name}.{suffix}", OVERSEES)
        for name in ("roster", "contacts")
        for suffix in ("csv", "xlsx")
    ),
    RouteRow("GET", IMPORT, ADMINISTERS, where=ROSTER_KIND),
    RouteRow("GET", f"{IMPORT}/example.csv", ADMINISTERS, where=ROSTER_KIND),
    RouteRow("POST", IMPORT, ADMINISTERS, where=ROSTER_KIND),
    RouteRow("POST", f"{IMPORT}/confirm", ADMINISTERS, where=ROSTER_KIND),
    RouteRow("GET", "/p/{process_id}/new-lea", ADMINISTERS),
    RouteRow("POST", "/p/{process_id}/new-lea", ADMINISTERS),
    RouteRow("GET", "/p/{process_id}/extend", ADMINISTERS),
    RouteRow("POST", "/p/{process_id}/extend", ADMINISTERS),
    *(
        RouteRow(method, f"{LEA}/{path}", CHANGES_LEA)
        for path in (
            "roster-entry",
            "withdraw",
            "facts",
            "contacts",
            "extend/{activity_id}",
            "excuse/{activity_id}",
        )
        for method in ("GET", "POST")
    ),
    # Another SELPA's contacts are as if they were not there.
    RouteRow("GET", SELPA_CONTACTS, "admin system"),
    RouteRow("POST", SELPA_CONTACTS, "admin system"),
]
