"""What tests of several parts share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.smtp_server import Fault
from tests.thoroughness import LIGHT

__all__ = ["LIGHT"]  # imported so that pytest knows the profile


@pytest.fixture
def patient(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that hangs up before the dot is seen to, however busy this machine is.

    In the field a watch of milliseconds does: where it ends too soon the mail is uncertain, and
    safe. These tests ask for the other answer, so the watch must not end before the hang-up.
    """
    if fault == "drop-before-dot":
        from cimflow.notify.sending import smtp_connection

        monkeypatch.setattr(smtp_connection, "SHORTEST_WATCH", 1.0)
        monkeypatch.setattr(smtp_connection, "LONGEST_WATCH", 1.0)


SLOW = frozenset(
    {
        # whole homes and samples, loaded again and again
        "cli/test_sample.py",
        "cli/test_careless_hands.py",
        # workbooks and rosters of every kind that Hypothesis thinks of
        "intake/artifacts/test_artifact_workbook.py",
        "intake/artifacts/test_round_trip.py",
        "intake/tables/test_size_limits.py",
        "intake/artifacts/test_cim_artifacts.py",
        "intake/uploads/test_student_data.py",
        "drilldown/counting/test_against_plain_count.py",
        "drilldown/calpads/test_calpads_repeats.py",
        # a solver
        "drilldown/suppression/test_verify.py",
        "drilldown/suppression/test_student_profiles.py",
        "drilldown/suppression/test_odd_students.py",
        "drilldown/suppression/test_suppress.py",
        # every link of every page and mail of the sample, followed
        "contracts/test_links.py",
        # two at once, faults that are waited for, links by the hundred
        "monitoring/access/test_permissions.py",
        "monitoring/submissions/test_changed_meanwhile.py",
        "monitoring/roster/test_import_guards.py",
        "monitoring/submissions/test_receive.py",
        "monitoring/access/test_sign_in.py",
        "notify/sending/test_outcomes.py",
        "store/notices/test_mail_claims.py",
        "store/database/test_faults.py",
        "store/database/test_migrations.py",
        # an application of pages; a browser; a real mail server, its faults, processes killed
        "dashboard",
        "browser",
        "delivery",
    }
)
"""Files and folders whose tests are all slow, with why; CONTRIBUTING.md says it too."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make check` leaves to `make test`."""
    for item in items:
        if is_slow(item.path):
            item.add_marker(pytest.mark.slow)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where nobody asks for them they are not even imported."""
    return True if config.option.markexpr == "not slow" and is_slow(collection_path) else None


def is_slow(path: Path) -> bool:
    """Whether a file is slow, or lies in a folder that is."""
    here = Path(__file__).parent
    if not path.is_relative_to(here):
        return False
    inside = path.relative_to(here)
    return any(one.as_posix() in SLOW for one in (inside, *inside.parents))
