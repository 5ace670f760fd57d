"""A report as JSON: what is printed, kept so that a page can show it again."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from cimflow.drilldown.reporting.findings import Finding
from cimflow.drilldown.reporting.report_model import Report


@dataclass(frozen=True, slots=True)
class Kept:
    """A report, its findings, and whether they were held against the user's targets."""

    report: Report
    findings: tuple[Finding, ...]
    targets: bool


_KEPT = TypeAdapter(Kept)


def as_json(report: Report, findings: Sequence[Finding], *, targets: bool) -> bytes:
    """The report as bytes of JSON."""
    return _KEPT.dump_json(Kept(report, tuple(findings), targets))


def from_json(data: bytes) -> Kept:
    """The report that was kept.

    Raises:
        ValueError: these bytes are none.
    """
    return _KEPT.validate_json(data)
