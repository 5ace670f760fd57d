"""Kept documents, as downloads: never shown inside a page, whatever they say they are."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.submissions.activity_form import filing_here, version_here
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.submissions.receive import document_of

router = APIRouter()
Sees = Annotated[PageRequest, Depends(open_to(Allows.SEES_LEA))]


@router.get(addresses.document.pattern)
def download_document(request: Sees) -> Response:
    """The document as it came."""
    filing = filing_here(request)
    version = version_here(request, filing)
    if not version.document:
        raise NotHere("No document came with this version.")
    kept = document_of(request.act, filing.activity.id, version.version)
    if kept is None:
        raise NotHere(
            f"{version.document} is not kept here: only its name and its fingerprint were recorded."
            " Ask who sent it for the file."
        )
    name, data = kept
    return as_download(data, name)


def as_download(data: bytes, name: str) -> Response:
    """Bytes that a browser saves and never opens: no kind is said, and nothing in it may run."""
    return Response(
        data,
        media_type="application/octet-stream",
        headers={
            "content-disposition": disposition(name),
            "content-security-policy": "sandbox; default-src 'none'",
            "x-content-type-options": "nosniff",
        },
    )


def disposition(name: str) -> str:
    """The header that names a download: plain letters for old browsers, the whole name for others.

    No quotation mark, backslash, line end or folder of a name reaches the header.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(one for one in last if one.isprintable()) or "document"
    plain = unicodedata.normalize("NFKD", seen).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", plain).strip(" .") or "document"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(seen, safe='')}"
