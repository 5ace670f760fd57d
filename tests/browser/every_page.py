"""The address of every page there is, from the routes of the application; nobody keeps a list.

The sample is first given some of everything (a plan that was returned and sent again, mail that is
held or may not have arrived, a run that was asked for), so that no page is nearly empty. A route
with a parameter that cannot be filled stops here, and so do the tests that walk.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
from collections.abc import Mapping

from fastapi.routing import APIRoute

from cimflow.cli.sample_home import ADMINISTRATOR
from cimflow.dashboard.app import ROUTERS
from cimflow.dashboard.roster.import_page import KINDS
from cimflow.drilldown.model.config_file import load_drill_down_config
from cimflow.drilldown.synthetic import synthetic_students
from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.deadlines.extension import extend
from cimflow.monitoring.drill_down.reports import report_from_upload
from cimflow.monitoring.notices import delivery, go_live, letters
from cimflow.monitoring.notices.ledger import rows_of
from cimflow.monitoring.runs.run_requests import ask_for_run_now
from cimflow.monitoring.submissions.record import record
from cimflow.monitoring.submissions.review import Decision, review
from cimflow.process.case import Submission
from cimflow.store.database import session
from cimflow.store.notices import ledger

PROCESS, SELPA = "targeted-2024", "9901"
JUNIPER, PLAN = "99100910130013", "improvement-plan"
IRONWOOD, TEAM = "99100830000000", "team-creation"
TODAY = dt.date(2024, 7, 11)

OTHERWISE: Mapping[str, Mapping[str, str]] = {
    # A record that came as a document, which can be downloaded.
    "/p/{process_id}/leas/{cds_code}/documents/{activity_id}/{version}": {
        "cds_code": IRONWOOD,
        "activity_id": TEAM,
        "version": "1",
    },
}
"""Where a route wants other values than most."""
ASKING: Mapping[str, tuple[str, ...]] = {
    "/p/{process_id}": ("", "?due=2024-07-10", "?find=nobody", "?as_of=2024-10-11"),
    "/p/{process_id}/notices": ("?state=owed", "?state=held", "?state=uncertain", "?state=all"),
    "/p/{process_id}/notices/preview": (f"?to={ADMINISTRATOR}&selpa={SELPA}",),
}
"""What is asked after an address; a page that looks otherwise then is walked in each look."""


def fill(context: AppContext) -> Mapping[str, tuple[str, ...]]:
    """Give the sample some of everything; what then stands for each parameter of an address."""
    (first,) = (
        one for one in read_case(act_on(context, PROCESS, JUNIPER)).submissions if _is_plan(one)
    )
    admin = act_on(context, PROCESS, JUNIPER, by=ADMINISTRATOR)
    review(admin, PLAN, Decision(approve=False, note="Please name the form."))
    contents = {**(first.contents or {}), "format": "Form of 2024"}
    record(act_on(context, PROCESS, JUNIPER, by="lead"), PLAN, contents=contents)
    extend(admin, PLAN, to=dt.date(2024, 12, 13), grantor="selpa", reason="New staff.")  # fmt: skip
    held, uncertain = _mail(context)
    _drill_down(context)
    asked = ask_for_run_now(
        act_on(context, PROCESS, by=ADMINISTRATOR), selpa=SELPA, everything=True
    )
    return {
        "process_id": (PROCESS,),
        "cds_code": (JUNIPER,),
        "activity_id": (PLAN,),
        "version": ("1", "2"),
        "selpa_code": (SELPA,),
        "kind": tuple(KINDS),
        "notice_id": (str(held), str(uncertain)),
        "request_id": (str(asked),),
        "name": ("rates.csv",),
    }


def _drill_down(context: AppContext) -> None:
    """A report of synthetic students, with groups that are hidden and groups that are not."""
    table = synthetic_students({JUNIPER: 300}, load_drill_down_config(), seed=1).to_csv(index=False)
    files = [("students.csv", io.BytesIO(table.encode()))]
    report_from_upload(
        act_on(context, PROCESS, JUNIPER), files, definition="dashboard", as_of=TODAY
    )


def _is_plan(one: Submission) -> bool:
    return one.activity == PLAN


def _mail(context: AppContext) -> tuple[int, int]:
    """Live, with one notice that is held and one that may not have arrived."""
    go_live.go_live(act_on(context, PROCESS, by=ADMINISTRATOR), TODAY)
    delivery.prepare(act_on(context, PROCESS), TODAY, mode="live")
    desk = letters.open_desk(context, TODAY, "live")
    claimed = letters.claim(desk, letters.waiting_letters(desk)[0], context.now())
    assert claimed.envelope is not None
    with session.transaction(context.engine) as conn:
        ledger.settle(conn, claimed.envelope.mail_id, "uncertain", error="cut", now=context.now())
        held = rows_of(act_on(context, PROCESS), states=["queued"])[0].id
        ledger.hold(conn, [held], "a backup was restored")
    return held, rows_of(act_on(context, PROCESS), states=["uncertain"])[0].id


def addresses(filled: Mapping[str, tuple[str, ...]]) -> list[str]:
    """One address or more of every route that is read by people who are signed in."""
    paths = [
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        if "GET" in route.methods and not route.path.startswith("/sign-in")
    ]
    return [
        address + query
        for path in paths
        for address in _filled_in(path, filled)
        for query in ASKING.get(path, ("",))
    ]


def _filled_in(path: str, filled: Mapping[str, tuple[str, ...]]) -> list[str]:
    names = re.findall(r"{(\w+)}", path)
    missing = [one for one in names if one not in filled]
    assert not missing, f"{path}: say in fill() what stands for {missing}"
    own = OTHERWISE.get(path, {})
    values = [(own[name],) if name in own else filled[name] for name in names]
    found = []
    for chosen in itertools.product(*values):
        address = path
        for name, value in zip(names, chosen, strict=True):
            address = address.replace(f"{{{name}}}", value)
        found.append(address)
    return found
