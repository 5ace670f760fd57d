"""An entry of the audit log in words. The codes that it is kept in stay in the downloaded files.

Nothing that a person typed is changed, except that a day in it is shown with its weekday.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cimflow.dashboard.web.role_titles import ROLE_TITLES, VIEWER_TITLES
from cimflow.monitoring.access.audit_log import AuditEntry
from cimflow.monitoring.notices.rung_words import rung_in_words
from cimflow.monitoring.words import days_in_words
from cimflow.process.definition.notice_ladder import Ladder
from cimflow.process.definition.process_file import Process


class Deed(NamedTuple):
    """What someone did, and what they tried to do; what is only ever refused has no attempt."""

    did: str
    to: str = ""


DEEDS: Mapping[str, Deed] = {
    "broken-off": Deed("lost the connection while sending a form"),
    "confirm-restored": Deed("confirmed a restored backup", "confirm a restored backup"),
    "contacts": Deed("changed contacts", "change contacts"),
    "csrf": Deed("sent a form from a page that was no longer open"),
    "drill-down": Deed("created a Data Drill Down report", "create a Data Drill Down report"),
    "end-role": Deed("ended a role", "end a role"),
    "excuse": Deed("recorded an exception", "record an exception"),
    "extend": Deed("extended a due date", "extend a due date"),
    "file-refused": Deed("uploaded a file that we can't accept"),
    "filed": Deed("recorded a filing date", "record a filing date"),
    "foreign-origin": Deed("sent a form from another website"),
    "give-role": Deed("gave a role", "give a role"),
    "go-live": Deed("went live", "go live"),
    "host": Deed("used a web address that is not ours"),
    "import": Deed("imported a file", "import a file"),
    "link-asked": Deed("requested a sign-in link", "get a sign-in link"),
    "link-mailed": Deed("was emailed a sign-in link", "get a sign-in link by email"),
    "link-printed": Deed("printed a sign-in link", "print a sign-in link"),
    "new-lea": Deed("added an LEA to the cohort", "add an LEA to the cohort"),
    "no-such-page": Deed("asked for a page that does not exist"),
    "roster-entry": Deed("changed the roster", "change the roster"),
    # noted until December 2026, when it was given the name above
    "placement": Deed("changed the roster", "change the roster"),
    "record": Deed("recorded a submission", "record a submission"),
    "release-notice": Deed("released a notice", "release a notice"),
    "resolve-notice": Deed("resolved an uncertain notice", "resolve an uncertain notice"),
    "review": Deed("reviewed a submission", "review a submission"),
    "run-now": Deed("requested a run", "request a run"),
    "set-fact": Deed("entered a fact", "enter a fact"),
    "sign-in": Deed("signed in", "sign in"),
    "sign-in-limited": Deed("requested too many sign-in links"),
    "sign-out": Deed("signed out", "sign out"),
    "too-large": Deed("sent more than is allowed at once"),
    "void": Deed("withdrew a record made by mistake", "withdraw a record made by mistake"),
    "withdraw": Deed("withdrew an LEA from the cohort", "withdraw an LEA from the cohort"),
}
OF_NO_DEED = frozenset({"refused", "failed"})
"""Actions of which only the outcome is known."""
PAGES: Mapping[str, str] = {
    "audit": "Audit log",
    "audit.csv": "Audit log",
    "audit.xlsx": "Audit log",
    "contacts": "Contacts",
    "contacts.csv": "LEAs and contacts",
    "contacts.xlsx": "LEAs and contacts",
    "documents": "Documents",
    "drill-down": "Data Drill Down reports",
    "excuse": "Exception",
    "extend": "Extension",
    "facts": "Facts",
    "filed": "Filing date",
    "forms": "Forms",
    "go-live": "Go live",
    "import": "Import",
    "new-lea": "Add an LEA",
    "notices": "Notices",
    "people": "People",
    "roster-entry": "Level and names",
    "print": "Cohort",
    "receive": "Record a submission",
    "received": "What was received",
    "review": "Review",
    "roster": "LEAs and contacts",
    "roster.csv": "LEAs and contacts",
    "roster.xlsx": "LEAs and contacts",
    "runs": "Runs",
    "sign-in": "Sign in",
    "status.csv": "Cohort",
    "status.xlsx": "Cohort",
    "versions": "What changed",
    "void": "Withdraw a record",
    "withdraw": "Withdraw an LEA",
    "leas": "The LEA",
    "p": "Cohort",
}
"""Parts of an address and what the page is called; the last part in this table names it."""


def sentence_of(one: AuditEntry, names: Mapping[str, str]) -> str:
    """Who did what, as what, for whom, and how it ended; ``names``: of LEAs, by CDS code."""
    who = one.actor or "Someone who is not signed in"
    role = VIEWER_TITLES.get(one.acting_as, one.acting_as)
    who += f", as {role}," if role else ""
    about = f", for {names.get(one.cds_code, one.cds_code)}" if one.cds_code else ""
    deed = DEEDS.get(one.action)
    if deed is None:
        ended = {"done": "did something", "refused": "was refused"}
        page = page_of(one.request)
        at = f" on the page “{page}”" if page else ""
        return f"{who} {ended.get(one.outcome, 'ran into an error')}{at}{about}"
    if one.outcome == "done":
        return f"{who} {deed.did}{about}"
    tried = f"tried to {deed.to}" if deed.to else deed.did
    return f"{who} {tried}{about}, and {'was refused' if one.outcome == 'refused' else 'it failed'}"


def page_of(request: str) -> str:
    """What the page of a request is called; empty where nothing names it."""
    _, _, path = request.partition(" ")
    found = (PAGES[part] for part in reversed(path.split("/")) if part in PAGES)
    return next(found, "")


class Codes:
    """The codes that details are kept in, and the words for them; made once for many entries.

    The database keeps a detail as one text, so its codes are found by their patterns: details of
    named values would need a new column, and two ways to read for entries of before.
    """

    def __init__(
        self, process: Process, ladder: Ladder, leas: Mapping[str, str], selpas: Mapping[str, str]
    ) -> None:
        """``leas`` and ``selpas``: names by code."""
        titles = {one.id: one.title for one in process.activities}
        titles |= {one.id: one.title for one in process.facts}
        own = {**VIEWER_TITLES, **ROLE_TITLES, **titles, **leas}
        rungs = {one.id: rung_in_words(ladder, one.id) for one in ladder.rungs}
        #: A word of one part may be a person's own: it is a code only where a detail begins.
        self._begins = {one: own[one] for one in own if "-" not in one}
        self._anywhere = {one: words for one, words in own.items() if "-" in one} | dict(leas)
        self._after = {f"selpa:{code}": name for code, name in selpas.items()}
        self._after |= {f"lea:{code}": name for code, name in leas.items()}
        self._after |= {f" of {code}": f" of {name}" for code, name in selpas.items()}
        self._after |= {f", {rung}, to ": f", {words}, to " for rung, words in rungs.items()}
        self._first = _any_of(self._begins)
        self._other = _any_of(self._anywhere)
        self._phrase = re.compile("|".join(map(re.escape, _longest(self._after))) or r"(?!)")

    def in_words(self, detail: str) -> str:
        """A detail as the page says it."""
        said = self._phrase.sub(lambda found: self._after[found[0]], detail)
        first = self._first.match(said)
        if first is not None:
            said = self._begins[first[0]] + said[first.end() :]
        said = self._other.sub(lambda found: self._anywhere[found[0]], said)
        return days_in_words(said)


def _longest(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Whole words only: no part of an address, of a file's name or of a longer word."""
    either = "|".join(map(re.escape, _longest(words)))
    return re.compile(rf"(?<![\w@.-])(?:{either})(?![\w@-]|\.\w)" if either else r"(?!)")
