"""One request as a page sees it: who looks, at what, as of which day, and what was sent."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from cimflow import addresses
from cimflow.dashboard.web.errors import BadRequest, NotSignedIn
from cimflow.dashboard.web.web_app_state import WebApp
from cimflow.monitoring import lea_owner
from cimflow.monitoring.access import audit_log
from cimflow.monitoring.access.permissions import Viewer
from cimflow.monitoring.access.sign_in import Session
from cimflow.monitoring.act import Act, Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.notices import go_live
from cimflow.process.definition.process_file import Process

SAID = "cimflow_said"
"""A cookie with the one sentence that the next page says, such as what was just recorded."""
LONGEST_SAID = 600
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


@dataclass(frozen=True)
class PageRequest:
    """A request that was let in. ``form`` is empty unless something was sent.

    ``selpa_found`` is what its access rule found: the SELPA to which the LEA in the address belongs
    today.
    """

    web_app: WebApp
    http: Request
    session: Session | None = None
    viewer: Viewer | None = None
    form: FormData = field(default_factory=FormData)
    selpa_found: str | None = None

    def with_form(self, form: FormData) -> PageRequest:
        """The same request with what was sent."""
        return replace(self, form=form)

    @property
    def context(self) -> AppContext:
        """What the application is composed of."""
        return self.web_app.context

    @property
    def who(self) -> Viewer:
        """Who is signed in.

        Raises:
            NotSignedIn: nobody; only routes for anyone let such a request in.
        """
        if self.viewer is None:
            raise NotSignedIn
        return self.viewer

    @property
    def process_id(self) -> str:
        """The process in the address."""
        return str(self.http.path_params["process_id"])

    @property
    def process(self) -> Process:
        """The process in the address, as its file says it."""
        return self.context.process(self.process_id)

    @property
    def cds_code(self) -> str:
        """The LEA in the address."""
        return str(self.http.path_params["cds_code"])

    @property
    def selpa_code(self) -> str | None:
        """The SELPA that the LEA of the address belongs to today; None where there is none."""
        lea = self.http.path_params.get("cds_code")
        process_id = self.http.path_params.get("process_id")
        if self.selpa_found is not None or lea is None or process_id is None:
            return self.selpa_found
        return lea_owner.selpa_of(self.context, process_id, lea)

    @property
    def today(self) -> dt.date:
        """Today in the process's time zone."""
        return self.context.today(self.process_id)

    @property
    def as_of(self) -> dt.date | None:
        """The day in the address, or None where none is asked for.

        Raises:
            BadRequest: it cannot be read.
        """
        text = self.http.query_params.get("as_of", "")
        if not text:
            return None
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            day = dt.date.min
        if not EARLIEST <= day <= LATEST:
            raise BadRequest("The day in the address is not a date. Use a date such as 2024-07-11.")
        return day

    @property
    def on(self) -> dt.date:
        """The day that is looked at: the one asked for, else today."""
        return self.as_of or self.today

    @property
    def live_from(self) -> dt.date | None:
        """From which day email of the process is sent; None while all is rehearsal."""
        return go_live.live_from(self.act)

    @property
    def may_administer(self) -> bool:
        """Whether the person administers a SELPA, or the system."""
        return self.viewer is not None and (self.viewer.is_system or bool(self.viewer.administers))

    @property
    def ways(self) -> list[tuple[str, str, bool]]:
        """The menu within a process: address, word, and whether it is for this person."""
        viewer = self.who
        oversees = viewer.is_system or bool(viewer.reads)
        at = self.process_id
        return [
            (addresses.cohort(at), "Cohort", True),
            (addresses.review_queue(at), "Review", oversees),
            (addresses.notices(at), "Notices", oversees),
            (addresses.runs(at), "Runs", oversees),
            (addresses.roster(at), "LEAs and contacts", oversees),
            (addresses.people(at), "People", self.may_administer),
            (addresses.audit(at), "Audit log", self.may_administer),
        ]

    def is_at(self, path: str) -> bool:
        """Whether an address is the page that is shown."""
        return self.http.url.path == path

    def asked(self, name: str, default: str = "") -> str:
        """One value of the address's query."""
        return self.http.query_params.get(name, default).strip()

    def seen(self) -> int | None:
        """What had been learned of the LEA when the form was shown."""
        sent = self.form.get("seen", "")
        text = sent.strip() if isinstance(sent, str) else ""
        return int(text) if text.isdecimal() and len(text) < 19 else None

    def render(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Render a page; what was said last is said once."""
        common: Mapping[str, Any] = {
            "request": self,
            "viewer": self.viewer,
            "csrf": self.session.csrf if self.session is not None else "",
            "said": self._said(),
            "banner": self.context.settings.banner,
            "process": None,
        }
        text = self.web_app.templates.get_template(template).render({**common, **values})
        response = HTMLResponse(text, status_code=status)
        if SAID in self.http.cookies:
            response.delete_cookie(SAID)
        return response

    def redirect(self, address: str, *, say: str = "") -> Response:
        """Send the browser to another page, which then says what was done."""
        response = RedirectResponse(address, status_code=303)
        if say:
            kept = base64.urlsafe_b64encode(say[:LONGEST_SAID].encode()).decode()
            response.set_cookie(
                SAID,
                kept,
                max_age=60,
                httponly=True,
                samesite="lax",
                secure=self.web_app.is_encrypted,
            )
        return response

    def _said(self) -> str:
        try:
            return base64.urlsafe_b64decode(self.http.cookies.get(SAID, "")).decode()
        except ValueError:
            return ""

    @property
    def act(self) -> Act:
        """What this person is about to do, or to look at: on the LEA of the address, if any."""
        lea = self.http.path_params.get("cds_code")
        return Act(self.context, self.process, lea, self.actor, self.seen())

    @property
    def actor(self) -> Actor:
        """Who acts, as what, through which route, from where."""
        viewer = self.viewer
        role = viewer.role if viewer else ""
        selpa = self.selpa_code if viewer is not None else None
        if viewer is not None and selpa is not None:
            # Who leads one LEA may administer another SELPA.
            role = viewer.role_for(selpa_code=selpa, cds_code=self.cds_code) or role
        return Actor(
            email=viewer.email if viewer else "",
            acting_as=role,
            request=f"{self.http.method} {route_of(self.http)}",
            remote=self.remote,
        )

    def note_refusal(self, action: str, detail: str = "") -> None:
        """Write into the audit log what was not done; what is done is written by its act."""
        audit_log.note(
            self.context,
            self.actor,
            action,
            detail,
            outcome="refused",
            process=self.http.path_params.get("process_id"),
            cds_code=self.http.path_params.get("cds_code"),
            selpa_code=self.selpa_code,
        )

    @property
    def remote(self) -> str:
        """From which address the request came."""
        return self.http.client.host if self.http.client is not None else ""


def route_of(http: Request) -> str:
    """The route as it is written, such as ``/sign-in/{token}``: a token is never in a log."""
    route = http.scope.get("route")
    return str(getattr(route, "path", "")) or "(no such page)"
