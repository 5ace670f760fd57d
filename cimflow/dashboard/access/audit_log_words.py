"""An entry of the audit log in words; the codes that it is kept in stay in the files taken along.

Nothing that was typed by a person is changed, but that a day in it is told with its weekday.
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
    """What somebody did, and what they tried to do; what is only ever refused has no attempt."""

    did: str
    to: str = ""


DEEDS: Mapping[str, Deed] = {
    "broken-off": Deed("broke off while a form was sent"),
    "confirm-restored": Deed("confirmed a restored backup", "confirm a restored backup"),
    "contacts": Deed("changed contacts", "change contacts"),
    "csrf": Deed("sent a form that was not from an open page"),
    "drill-down": Deed("had a Data Drill Down counted", "have a Data Drill Down counted"),
    "end-role": Deed("ended a role", "end a role"),
    "excuse": Deed("put an exception on record", "put an exception on record"),
    "extend": Deed("granted more time", "grant more time"),
    "file-refused": Deed("sent a file that cannot be taken"),
    "filed": Deed("recorded a filing date", "record a filing date"),
    "foreign-origin": Deed("sent a form from another site"),
    "give-role": Deed("gave a role", "give a role"),
    "go-live": Deed("went live", "go live"),
    "host": Deed("came under an address that is not ours"),
    "import": Deed("imported a file", "import a file"),
    "link-asked": Deed("asked for a sign-in link", "get a sign-in link"),
    "link-mailed": Deed("was mailed a sign-in link", "be mailed a sign-in link"),
    "link-printed": Deed("printed a sign-in link", "print a sign-in link"),
    "new-lea": Deed("put an LEA into the cohort", "put an LEA into the cohort"),
    "no-such-page": Deed("asked for a page that there is not"),
    "roster-entry": Deed("changed what the roster says", "change what the roster says"),
    "placement": Deed("changed what the roster says", "change what the roster says"),
    "record": Deed("recorded something", "record something"),
    "release-notice": Deed("released a notice", "release a notice"),
    "resolve-notice": Deed("resolved an uncertain notice", "resolve an uncertain notice"),
    "review": Deed("decided on a filing", "decide on a filing"),
    "run-now": Deed("asked for a run", "ask for a run"),
    "set-fact": Deed("entered a fact", "enter a fact"),
    "sign-in": Deed("signed in", "sign in"),
    "sign-in-limited": Deed("asked too often for a sign-in link"),
    "sign-out": Deed("signed out", "sign out"),
    "too-large": Deed("sent more than is taken at once"),
    "void": Deed("withdrew a record made in error", "withdraw a record made in error"),
    "withdraw": Deed("took an LEA out of the cohort", "take an LEA out of the cohort"),
}
OF_NO_DEED = frozenset({"refused", "failed"})
"""Actions of which nothing is known but how the request ended."""
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
    "extend": "More time",
    "facts": "Facts",
    "filed": "Filing date",
    "forms": "Forms",
    "go-live": "Going live",
    "import": "Import",
    "new-lea": "A new LEA",
    "notices": "Notices",
    "people": "People",
    "roster-entry": "Level and names",
    "print": "Cohort",
    "receive": "Record what came",
    "received": "What came",
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
"""Parts of an address and what the page is called; the last part that is here names it."""


def sentence_of(one: AuditEntry, names: Mapping[str, str]) -> str:
    """Who did what, as what, for whom, and how it ended; ``names``: of LEAs, by CDS code."""
    who = one.actor or "Somebody who is not signed in"
    role = VIEWER_TITLES.get(one.acting_as, one.acting_as)
    who += f", as {role}," if role else ""
    about = f", for {names.get(one.cds_code, one.cds_code)}" if one.cds_code else ""
    deed = DEEDS.get(one.action)
    if deed is None:
        ended = {"done": "did something", "refused": "was turned away"}
        page = page_of(one.request)
        at = f" at the page “{page}”" if page else ""
        return f"{who} {ended.get(one.outcome, 'met an error')}{at}{about}"
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
    """The codes that details are kept in, and the words for them; made once for many entries."""

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
