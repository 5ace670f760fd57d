"""What tests of several parts share."""

from __future__ import annotations

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
        from cimflow.notify import exchange

        monkeypatch.setattr(exchange, "SHORTEST_WATCH", 1.0)
        monkeypatch.setattr(exchange, "LONGEST_WATCH", 1.0)
