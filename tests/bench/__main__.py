"""``make bench``: every measurement, one line each; docs/benchmarks.md keeps the last results."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from tests.bench import drilldown, mail, pages, prefect_cost, status
from tests.bench.state import make_state

KINDS = ("status", "start", "pages", "crowd", "mail", "prefect", "drilldown")


def main() -> None:
    """Measure, and print what was found as it comes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=KINDS)
    only = parser.parse_args().only
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of five")
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        if only in {None, "status"}:
            say(status.measure_status(make_state(here / "state")))
        if only in {None, "start"}:
            say(status.measure_start(here / "sample"))
        if only in {None, "pages"}:
            say(pages.measure_pages(make_state(here / "pages")))
        if only in {None, "crowd"}:
            say(pages.measure_crowd(make_state(here / "crowd")))
        if only in {None, "mail"}:
            say(mail.measure_mail(here / "mail"))
        if only in {None, "prefect"}:
            say(prefect_cost.measure_prefect(here / "prefect"))
        if only in {None, "drilldown"}:
            say(drilldown.measure_drilldown(here / "drilldown"))


def say(lines: object) -> None:
    """Print each line as soon as it is known."""
    for one in lines:  # type: ignore[attr-defined]
        print(one, flush=True)


if __name__ == "__main__":
    main()
