"""The test server itself, in the two ways in which other tests run it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from tests.notify.sending.sending import envelope, send, settings_for
from tests.notify.writing.approve_mails import ROOT
from tests.smtp_server import SmtpServer, running_in_thread


def test_it_runs_in_a_thread_for_code_that_blocks() -> None:
    with running_in_thread(SmtpServer()) as server:
        asyncio.run(send(settings_for(server), [envelope()]))

        assert [one.recipient for one in server.mails] == ["person1@example.org"]


def test_it_runs_as_a_process_and_has_a_mail_on_disk_before_it_answers(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.smtp_server", "--store", str(tmp_path)]
    with subprocess.Popen(
        [*command, "--faults", "accept,rcpt-5xx,drop-after-dot"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline().rpartition(":")[2])
            settings = settings_for(SmtpServer(port=port))
            sent = asyncio.run(send(settings, [envelope(n) for n in (1, 2, 3)]))
        finally:
            process.kill()

    kept = [json.loads(one) for one in (tmp_path / "mails.jsonl").read_text().splitlines()]
    assert [one.state for one in sent.outcomes.values()] == ["sent", "failed", "uncertain"]
    assert [one["subject"] for one in kept] == ["Number 1", "Number 3"]
    assert kept[0]["message_id"] == "<number-1@valley-selpa.example.org>"
    assert kept[0]["text"] == "Hello.\n"
