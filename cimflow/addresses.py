"""Every address of a page, once: routes answer these, and all links are made of them.

``addresses.lea("targeted-2024", cds)`` is ``/p/targeted-2024/leas/99100910130013``;
``addresses.lea.pattern`` is what its route says. In a template the module is called ``to``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

_PART = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Address:
    """One kind of page. ``pattern`` names the parts that differ from page to page in braces."""

    pattern: str

    def __call__(self, *parts: object, at: str = "", **query: object) -> str:
        """The address of one page of the kind; empty values of the query are left out.

        ``at`` is the place on the page, by its id.

        Raises:
            ValueError: too many or too few parts for the pattern.
        """
        wanted = len(_PART.findall(self.pattern))
        if len(parts) != wanted:
            raise ValueError(f"{self.pattern} has {wanted} parts, not {len(parts)}: {parts}")
        left = iter(parts)
        path = _PART.sub(lambda _: quote(str(next(left)), safe=""), self.pattern)
        pairs = [(key, str(one)) for key, one in query.items() if one not in (None, "", False)]
        return path + (f"?{urlencode(pairs)}" if pairs else "") + (f"#{quote(at)}" if at else "")


def absolute(base_url: str, address: str) -> str:
    """An address as an email carries it, from the address under which the pages are known."""
    return base_url.rstrip("/") + address


WITHIN_A_PROCESS = "/p/"
"""How every address of a page of a process begins."""
_PROCESS = WITHIN_A_PROCESS + "{process_id}"
_LEA = _PROCESS + "/leas/{cds_code}"

home = Address("/")
sign_in = Address("/sign-in")
sign_in_link = Address("/sign-in/{token}")
sign_out = Address("/sign-out")

cohort = Address(_PROCESS)
cohort_print = Address(_PROCESS + "/print")
status_csv = Address(_PROCESS + "/status.csv")
status_xlsx = Address(_PROCESS + "/status.xlsx")
cohort_extension = Address(_PROCESS + "/extend")

review_queue = Address(_PROCESS + "/review")
notices = Address(_PROCESS + "/notices")
notice = Address(_PROCESS + "/notices/{notice_id}")
notice_resolve = Address(_PROCESS + "/notices/{notice_id}/resolve")
notices_preview = Address(_PROCESS + "/notices/preview")
notices_release = Address(_PROCESS + "/notices/release")
notices_restored = Address(_PROCESS + "/notices/restored")
go_live = Address(_PROCESS + "/go-live")

runs = Address(_PROCESS + "/runs")
run_request = Address(_PROCESS + "/runs/requests/{request_id}")

roster = Address(_PROCESS + "/roster")
roster_csv = Address(_PROCESS + "/roster.csv")
roster_xlsx = Address(_PROCESS + "/roster.xlsx")
contacts_csv = Address(_PROCESS + "/contacts.csv")
contacts_xlsx = Address(_PROCESS + "/contacts.xlsx")
new_lea = Address(_PROCESS + "/new-lea")
selpa_contacts = Address(_PROCESS + "/selpas/{selpa_code}/contacts")
import_file = Address(_PROCESS + "/import/{kind}")
import_confirm = Address(_PROCESS + "/import/{kind}/confirm")
import_example = Address(_PROCESS + "/import/{kind}/example.csv")

people = Address(_PROCESS + "/people")
people_give = Address(_PROCESS + "/people/give")
people_end = Address(_PROCESS + "/people/end")
people_link = Address(_PROCESS + "/people/link")
audit = Address(_PROCESS + "/audit")
audit_csv = Address(_PROCESS + "/audit.csv")
audit_xlsx = Address(_PROCESS + "/audit.xlsx")

form_xlsx = Address(_PROCESS + "/forms/{activity_id}.xlsx")
form_toml = Address(_PROCESS + "/forms/{activity_id}.toml")

lea = Address(_LEA)
lea_contacts = Address(_LEA + "/contacts")
lea_facts = Address(_LEA + "/facts")
roster_entry = Address(_LEA + "/roster-entry")
withdraw = Address(_LEA + "/withdraw")
extend = Address(_LEA + "/extend/{activity_id}")
excuse = Address(_LEA + "/excuse/{activity_id}")
receive = Address(_LEA + "/receive/{activity_id}")
received = Address(_LEA + "/received/{activity_id}/{version}")
filed = Address(_LEA + "/filed/{activity_id}")
review = Address(_LEA + "/review/{activity_id}")
versions = Address(_LEA + "/versions/{activity_id}")
void = Address(_LEA + "/void/{activity_id}/{version}")
document = Address(_LEA + "/documents/{activity_id}/{version}")
filled_form = Address(_LEA + "/forms/{activity_id}/{version}")
drill_down = Address(_LEA + "/drill-down")
drill_down_file = Address(_LEA + "/drill-down/{name}")
