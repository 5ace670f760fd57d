"""Notices: ready, held, sent, failed, and uncertain; every email as its recipient sees it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.notices.mail_preview import outline_of
from cimflow.dashboard.notices.notice_lines import (
    ALL,
    EMPTY,
    IN_LEDGER,
    OWED,
    REHEARSED,
    ROWS_A_PAGE,
    TABS,
    Names,
    NoticeLine,
    counts_of,
    ledger_line,
    owed_lines,
    problem_lines,
    tabs_shown,
)
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.form_runner import NOT_SENT, FormResult
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.notices.listing import (
    Owing,
    RowsAsked,
    notice_asked_for,
    owing,
    preview_letter,
    rehearsed_last,
    row_counts,
    rows_page,
)
from cimflow.monitoring.notices.release import last_act_on, was_restored
from cimflow.process.escalation.notice import LIVE

router = APIRouter()
Oversees = Annotated[PageRequest, Depends(open_to(Allows.OVERSEES))]
LONGEST_FIND = 100
MOST_LEAS = 400
"""What would be sent to the LEAs of a whole state takes too long to work out for a page."""
CHOOSE_FIRST = "The cohort is large: choose a SELPA above to see what is ready to send."


@router.get(addresses.notices.pattern)
def show_notices(request: Oversees) -> Response:
    """One line per notice; the kinds of them as tabs with counts."""
    tab = request.asked("state")
    tab = tab if tab in TABS else OWED
    find = request.asked("find")[:LONGEST_FIND]
    names = names_of(request)
    selpas, selpa = _selpas_shown(request, names), request.asked("selpa")
    is_told = selpas is not None or len(names.leas) <= MOST_LEAS
    found = owing(request.act, request.on, selpas=selpas) if is_told else Owing((), (), ())
    owed = owed_lines(found, names, find)
    rehearsal = rehearsed_last(request.context, request.on)
    asked = replace(_asked(request, find, names, (LIVE, rehearsal)), selpa_codes=selpas)
    counts = counts_of(len(owed), row_counts(request.context, asked), rehearsal=rehearsal)
    modes = {OWED: (), REHEARSED: (rehearsal,), ALL: (LIVE, rehearsal)}.get(tab, (LIVE,))
    asked = replace(asked, modes=modes, states=IN_LEDGER.get(tab))
    pages = max(1, math.ceil(counts[tab] / ROWS_A_PAGE))
    page = min(_number(request.asked("page")), pages)
    lines = _lines(request, owed if tab in {OWED, ALL} else [], asked, names, page)
    return request.render(
        "notices/notices.html.j2",
        process=request.process,
        on=request.on,
        is_today=request.as_of is None,
        tab=tab,
        tabs=[(one, TABS[one], counts[one]) for one in tabs_shown(counts, tab)],
        find=find,
        lines=lines,
        total=counts[tab],
        page=page,
        pages=pages,
        rows_a_page=ROWS_A_PAGE,
        nothing=EMPTY[tab] if is_told or tab != OWED else CHOOSE_FIRST,
        selpas=sorted(
            (code, name)
            for code, name in names.selpas.items()
            if request.who.is_system or code in request.who.reads
        ),
        selpa=selpa if selpas is not None and selpa in selpas else "",
        is_told=is_told,
        problems=problem_lines(found.problems, names),
        restored=was_restored(request.context),
        has_mail_server=request.context.settings.smtp is not None,
        releasable=[one.id for one in lines if _is_releasable(request, one)],
    )


def _selpas_shown(request: PageRequest, names: Names) -> frozenset[str] | None:
    """The SELPA that is asked for, if it is theirs; else all that are (None: everybody's)."""
    seen, chosen = seen_selpas(request), request.asked("selpa")
    if chosen in names.selpas and (seen is None or chosen in seen):
        return frozenset({chosen})
    return seen


def _asked(request: PageRequest, find: str, names: Names, modes: tuple[str, ...]) -> RowsAsked:
    wanted = find.casefold()
    leas = [cds for cds, name in names.leas.items() if wanted in name.casefold() or wanted in cds]
    return RowsAsked(
        process=request.process_id,
        modes=modes,
        text=find,
        leas=leas if find else (),
        until=request.as_of,
    )


def _lines(
    request: PageRequest, owed: list[NoticeLine], asked: RowsAsked, names: Names, page: int
) -> list[NoticeLine]:
    """The lines of a page: first what is not queued yet, then the ledger, newest first."""
    start = (page - 1) * ROWS_A_PAGE
    lines = owed[start : start + ROWS_A_PAGE]
    if not asked.modes or len(lines) == ROWS_A_PAGE:
        return lines
    rows = rows_page(
        request.context, asked, limit=ROWS_A_PAGE - len(lines), offset=max(0, start - len(owed))
    )
    return lines + [ledger_line(one, names) for one in rows]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and 0 < len(text) < 6 and int(text) else 1


def _is_releasable(request: PageRequest, one: NoticeLine) -> bool:
    is_held = one.state == "held" and not one.is_rehearsal
    return is_held and request.who.may_change(selpa_code=one.selpa_code)


@router.get(addresses.notices_preview.pattern)
def show_preview(request: Oversees) -> Response:
    """The email a person would get on a day, written now; nothing is sent and nothing changes.

    Also before anything is queued.
    """
    recipient, selpa = request.asked("to"), request.asked("selpa")
    selpas = seen_selpas(request)
    names = names_of(request)
    if selpa not in names.selpas or (selpas is not None and selpa not in selpas):
        raise NotHere("This email does not exist here.")
    mail = preview_letter(request.act, recipient, selpa, request.on)
    return request.render(
        "notices/notice_preview.html.j2",
        status=200 if mail is not None else 404,
        process=request.process,
        on=request.on,
        recipient=recipient,
        mail=mail,
        outline=outline_of(mail.html) if mail is not None else "",
    )


@router.get(addresses.notice.pattern)
def show_notice(request: Oversees, notice_id: int) -> Response:
    """One notice: what became of it, and the email that it was in or would be in."""
    return notice_page(request, notice_id)


def notice_page(
    request: PageRequest,
    notice_id: int,
    *,
    result: FormResult[Any, Any] = NOT_SENT,
    status: int | None = None,
) -> Response:
    """The page of a notice, also as the answer to a form that was refused.

    Raises:
        NotHere: there is none, or it is another SELPA's.
    """
    try:
        found = notice_asked_for(request.act, notice_id, selpas=seen_selpas(request))
    except Refused:
        raise NotHere("This notice does not exist here.") from None
    row, names = found.row, names_of(request)
    mail, cannot = found.mail, ""
    preview = None
    if mail is None and row.state in {"queued", "failed", "held"}:
        try:
            preview = preview_letter(request.act, row.recipient, row.selpa_code, request.today)
        except Refused as error:
            cannot = " ".join(one.in_words(page=True, alone=True) for one in error.reasons)
    shown = mail or preview
    return request.render(
        "notices/notice.html.j2",
        status=status or result.status,
        process=request.process,
        row=row,
        line=ledger_line(row, names),
        together=[ledger_line(one, names) for one in found.together if one.id != row.id],
        mail=mail,
        preview=preview,
        shown=shown,
        cannot=cannot,
        outline=outline_of(shown.html) if shown is not None else "",
        act=last_act_on(request.context, row),
        may_decide=request.who.may_change(selpa_code=row.selpa_code) and row.mode == LIVE,
        result=result,
    )


def seen_selpas(request: PageRequest) -> frozenset[str] | None:
    """Whose notices the person may see; None: everybody's."""
    return None if request.who.is_system else request.who.reads


def decided_selpas(request: PageRequest) -> frozenset[str] | None:
    """Whose notices the person decides about; None: everybody's."""
    return None if request.who.is_system else request.who.administers


def names_of(request: PageRequest) -> Names:
    """What the LEAs and SELPAs of the process are called now."""
    standing = request.web_app.standings.on(request.process_id, request.today)
    latest = {cds: case.latest_roster_entry() for cds, case in standing.cases.items()}
    return Names(
        process=request.process,
        ladder=request.context.ladder,
        leas={cds: one.lea_name for cds, one in latest.items()},
        selpas={one.selpa_code: one.selpa_name for one in latest.values()},
    )
