"""Every route with every role, and with another SELPA's LEA, against the table of who may."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from cimflow.dashboard.app import ROUTERS, allowed_by, create_app
from cimflow.dashboard.web.web_app_state import open_web_app
from cimflow.monitoring.access import audit_log
from cimflow.monitoring.app_context import AppContext
from tests.dashboard.conftest import Browser
from tests.dashboard.route_row import ROLES, RouteRow

pytestmark = pytest.mark.slow

TABLE: list[RouteRow] = [
    row
    for path in sorted((Path(__file__).parents[1] / "route_rows").glob("*.py"))
    for row in importlib.import_module(f"tests.dashboard.route_rows.{path.stem}").ROWS
]


def routes() -> list[APIRoute]:
    return [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    there = {(method, one.path) for one in routes() for method in one.methods}
    assert {(one.method, one.path) for one in TABLE} == there


def test_every_route_has_a_rule() -> None:
    assert all(allowed_by(one) is not None for one in routes())


def test_a_route_without_a_rule_stops_the_start(
    filled: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless = APIRouter()
    careless.get("/p/{process_id}/careless")(lambda: "anyone")
    monkeypatch.setattr("cimflow.dashboard.app.ROUTERS", (*ROUTERS, careless))
    with pytest.raises(TypeError, match="careless has no rule"):
        create_app(open_web_app(filled, port=8400))


def is_let_in(answer: httpx.Response) -> bool:
    """Neither refused, nor sent to sign in, nor told that there is no such thing."""
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    return answer.status_code not in {401, 403, 404, 405} and not to_sign_in


@pytest.mark.parametrize("who", ROLES)
def test_each_route_lets_in_whom_the_table_says(
    who: str, browser: Callable[[str], Browser]
) -> None:
    wrong = []
    person = browser(who)
    for row in TABLE:
        for other_lea in (False, True) if "{cds_code}" in row.path else (False,):
            if row.path == "/sign-out" and who != "nobody":
                continue  # tried in test_signing_in: it ends the visit of all that follows
            address = row.address(other_lea=other_lea)
            answer = person.get(address) if row.method == "GET" else person.post(address, row.form)
            if answer.status_code >= 500:
                wrong.append(f"{row.method} {address}: {answer.status_code}")
            if is_let_in(answer) is not row.lets_in(who, other_lea=other_lea):
                wrong.append(f"{row.method} {address}: {answer.status_code}")
    assert wrong == []


def test_what_is_refused_stands_in_the_audit_log(browser: Callable[[str], Browser]) -> None:
    lead = browser("lead")
    for row in TABLE:
        if row.method == "GET" and "lead" not in row.may.split() and row.may:
            lead.get(row.address())
    refused = {one.request for one in audit_log.entries(lead.context, limit=500)}
    expected = {
        f"GET {one.path}"
        for one in TABLE
        if one.method == "GET" and "lead" not in one.may.split() and one.may
    }
    assert expected <= refused


def test_a_form_without_its_secret_is_refused(browser: Callable[[str], Browser]) -> None:
    admin = browser("admin")
    let_in = [
        row.path
        for row in TABLE
        if row.method == "POST" and not row.path.startswith("/sign-in")
        if admin.client.post(row.address(), data=dict(row.form)).status_code not in {403, 404}
    ]
    assert let_in == []


def test_a_form_of_another_site_is_refused(browser: Callable[[str], Browser]) -> None:
    admin = browser("admin")
    let_in = [
        row.path
        for row in TABLE
        if row.method == "POST"
        if admin.post(row.address(), row.form, origin="https://evil.example").status_code
        not in {403, 404}
    ]
    assert let_in == []
