"""Which flow runs when: the one table behind ``up``. ``deployments/prefect.yaml`` says the same."""

from __future__ import annotations

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.cohort_status import cohort_status
from flows.deadline_escalation import deadline_escalation
from flows.lea_status import lea_status

DEPLOYMENT = "cimflow"
ZONE = "America/Los_Angeles"
EVERY_WORKING_HOUR = "0 8-16 * * 1-5"
"""Holidays, and the hours of a SELPA that keeps others, are asked of our own calendar."""
EVERY_MORNING = "10 8 * * *"
"""After the first notices: on a deadline morning they leave before any LEA has a run."""

SCHEDULES = (
    (lea_status, None, ConcurrencyLimitStrategy.ENQUEUE),
    (cohort_status, EVERY_MORNING, ConcurrencyLimitStrategy.CANCEL_NEW),
    (deadline_escalation, EVERY_WORKING_HOUR, ConcurrencyLimitStrategy.CANCEL_NEW),
)
"""Each flow, its cron in Pacific time, and what happens to a run that would be the second."""


async def deployments() -> list[RunnerDeployment]:
    """The deployments of one machine, one run at a time each."""
    return [
        await flow.ato_deployment(
            name=DEPLOYMENT,
            schedule=Cron(cron, timezone=ZONE) if cron else None,
            concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=collision),
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for flow, cron, collision in SCHEDULES
    ]
