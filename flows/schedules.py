"""What ``up`` deploys; when each runs stands in ``cimflow.monitoring.runs.schedules``.

``deployments/prefect.yaml`` says the same for a server.
"""

from __future__ import annotations

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from cimflow.monitoring.runs.schedules import MORNING_SWEEP, WORKING_HOURS, ZONE
from flows.cohort_status import cohort_status
from flows.deadline_escalation import deadline_escalation
from flows.drill_down_reports import drill_down_reports
from flows.lea_status import lea_status

DEPLOYMENT = "cimflow"
SCHEDULES = (
    (lea_status, None, ConcurrencyLimitStrategy.ENQUEUE),
    (cohort_status, MORNING_SWEEP.cron, ConcurrencyLimitStrategy.CANCEL_NEW),
    (drill_down_reports, None, ConcurrencyLimitStrategy.ENQUEUE),
    (deadline_escalation, WORKING_HOURS.cron, ConcurrencyLimitStrategy.CANCEL_NEW),
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
