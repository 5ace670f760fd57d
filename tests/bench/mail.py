"""Mails per second over loopback, ledger commits included, beside a bare pool of aiosmtplib."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from statistics import median

import aiosmtplib

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.notices import go_live
from cimflow.monitoring.notices.delivery import deliver, prepare
from cimflow.settings import Smtp
from cimflow.store.database import session
from cimflow.store.notices import ledger
from tests.bench.measuring import ROUNDS
from tests.bench.state import PROCESS, START, TODAY, make_state
from tests.smtp_server import SmtpServer, running_in_thread

LEAS = 100
POOLS = (1, 4, 8)


def measure_mail(folder: Path) -> Iterator[str]:
    """One line per size of the pool."""
    for connections in POOLS:
        ours, bare, commits = [], [], []
        for number in range(ROUNDS):
            here = folder / f"{connections}-{number}"
            context = make_state(here, leas=[f"{99_000_000_000_000 + one}" for one in range(LEAS)])
            go_live.go_live(act_on(context, PROCESS, by="bench"), START)
            mails = _ours(context, connections, ours)
            texts = _texts(context)
            _bare(texts, connections, bare)
            commits.append(_commits(context, mails))
            context.engine.dispose()
        rate, floor = median(ours), median(bare)
        yield (
            f"{connections} connections: {rate:.0f} mails/s with the ledger,"
            f" {floor:.0f} mails/s bare, ratio {floor / rate:.1f};"
            f" two commits alone take {median(commits) * 1000:.1f} ms a mail"
        )


def _ours(context: AppContext, connections: int, rates: list[float]) -> int:
    with running_in_thread(SmtpServer()) as server:
        smtp = Smtp("127.0.0.1", server.port, "none", "cimflow@example.org")
        desk = replace(context, settings=replace(context.settings, smtp=smtp))
        prepare(act_on(desk, PROCESS), TODAY, mode="live")
        begun = time.perf_counter()
        asyncio.run(deliver(desk, TODAY, mode="live", scheduled=False, connections=connections))
        rates.append(len(server.mails) / (time.perf_counter() - begun))
        return len(server.mails)


def _texts(context: AppContext) -> list[tuple[str, str]]:
    with session.reading(context.engine) as conn:
        return [(one.recipient, one.text) for one in ledger.mails_of(conn, "live")]


def _bare(texts: list[tuple[str, str]], connections: int, rates: list[float]) -> None:
    async def send_all(port: int) -> None:
        rest = iter(texts)

        async def work() -> None:
            async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
                for recipient, text in rest:
                    message = EmailMessage()
                    message["From"], message["To"] = "cimflow@example.org", recipient
                    message["Subject"] = "bare"
                    message.set_content(text)
                    await client.send_message(message)

        await asyncio.gather(*(work() for _ in range(connections)))

    with running_in_thread(SmtpServer()) as server:
        begun = time.perf_counter()
        asyncio.run(send_all(server.port))
        rates.append(len(server.mails) / (time.perf_counter() - begun))


def _commits(context: AppContext, mails: int) -> float:
    """Seconds for two empty-handed commits, the durable part of a claim and its settling."""
    begun = time.perf_counter()
    for number in range(2 * mails):
        with session.transaction(context.engine) as conn:
            ledger.record_sweep(conn, PROCESS, "rehearsal:bench", TODAY, number, at=context.now())
    return (time.perf_counter() - begun) / mails
