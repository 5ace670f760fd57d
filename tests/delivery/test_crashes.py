"""``kill -9`` at every stage, and two escalations at once: nothing lost, nothing doubled."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.notices import ledger
from tests.delivery.conftest import PROCESS

ON = "2024-07-11"
MORNING = "2024-07-11T17:00:00+00:00"
ELEVEN_MINUTES_LATER = "2024-07-11T17:11:00+00:00"
ROOT = Path(__file__).parents[2]

# The stage at which the process dies -> how many mails may be uncertain after the next run.
STAGES = {
    "queued": 0,
    "claimed": 4,
    "connected": 4,
    "rcpt": 4,
    "dot": 4,
    "answered": 4,
    "settled": 4,
}


@contextmanager
def mail_server(store: Path) -> Iterator[int]:
    """A mail server that outlives whoever talks to it; it has a mail before it answers."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.smtp_server", "--store", str(store)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline().strip().rpartition(":")[2])
        finally:
            server.terminate()


def environment(context: AppContext, port: int) -> dict[str, str]:
    """What the process of an escalation finds around it."""
    return {
        **os.environ,
        "CIMFLOW_HOME": str(context.settings.home),
        "CIMFLOW_DATABASE_URL": context.settings.database_url,
        "CIMFLOW_SMTP_HOST": "127.0.0.1",
        "CIMFLOW_SMTP_PORT": str(port),
        "CIMFLOW_SMTP_TLS": "none",
        "CIMFLOW_MAIL_FROM": "cimflow@example.org",
    }


def command(clock: str, *more: str) -> list[str]:
    """One escalation as a process."""
    module = "tests.delivery.escalate_once"
    return [sys.executable, "-m", module, "--on", ON, "--clock", clock, *more]


def arrived(store: Path) -> Counter[str]:
    """How often each mail arrived, by Message-ID."""
    file = store / "mails.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return Counter(json.loads(line)["message_id"] for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_any_stage(context: AppContext, tmp_path: Path, stage: str) -> None:
    """What left once is never sent again unasked; what did not leave goes, or is shown."""
    store = tmp_path / "mails"
    store.mkdir()
    with mail_server(store) as port:
        env = environment(context, port)
        dead = subprocess.run(
            command(MORNING, "--die-at", stage), env=env, cwd=ROOT, capture_output=True, check=False
        )
        assert dead.returncode == -9, dead.stderr.decode()
        if stage == "queued":
            assert not arrived(store)
        done = subprocess.run(
            command(ELEVEN_MINUTES_LATER), env=env, cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        again = subprocess.run(
            command(ELEVEN_MINUTES_LATER), env=env, cwd=ROOT, capture_output=True, check=False
        )
        assert again.returncode == 0, again.stderr.decode()
    rows = ledger.rows_of(act_on(context, PROCESS))
    assert {one.state for one in rows} <= {"sent", "uncertain"}
    uncertain_mails = {one.mail_id for one in rows if one.state == "uncertain"}
    assert len(uncertain_mails) <= STAGES[stage]
    counted = arrived(store)
    assert set(counted.values()) == {1}, "no mail arrived twice"
    sent_mails = {one.mail_id for one in rows if one.state == "sent"}
    assert len(sent_mails) <= sum(counted.values()) <= len(sent_mails | uncertain_mails)


@pytest.mark.slow
def test_two_escalations_at_once(context: AppContext, tmp_path: Path) -> None:
    """Both queue, both wait at the same line, both deliver: every mail leaves once."""
    store = tmp_path / "mails"
    store.mkdir()
    with mail_server(store) as port:
        env = environment(context, port)
        both = [
            subprocess.Popen(
                command(MORNING, "--wait-after-queue"),
                env=env,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for one in both:
            assert one.stdout is not None
            assert one.stdout.readline() == "queued\n"
        for one in both:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        for one in both:
            _, problems = one.communicate(timeout=120)
            assert one.returncode == 0, problems
    rows = ledger.rows_of(act_on(context, PROCESS))
    assert {one.state for one in rows} == {"sent"}
    counted = arrived(store)
    assert set(counted.values()) == {1}
    assert len(counted) == len({one.mail_id for one in rows})


def test_the_day_of_the_run_is_what_counts(context: AppContext) -> None:
    """The clock of these processes is ten in the morning in California, the day July 11."""
    instant = dt.datetime.fromisoformat(MORNING)
    zone = context.process(PROCESS).zone
    assert instant.astimezone(zone).isoformat() == "2024-07-11T10:00:00-07:00"
