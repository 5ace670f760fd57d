"""One activity of one case, as one task run: a box in the graph of an LEA."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prefect import State, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from cimflow.process.evaluation.status import ActivityStatus

Sealed = Callable[[], ActivityStatus]
"""A status that Prefect hands on but cannot look into.

It would print the status of a Failed task run into its own log, reviewers' notes and all, and would
draw edges between any two task runs whose statuses share a word.
"""
Reckoning = Callable[[str, Sequence[ActivityStatus]], ActivityStatus]
"""From the id of an activity and the statuses of its prerequisites to its own status."""


# No retries: Prefect retries a returned Failed too. No cache and no stored result: what is known of
# a case stays in memory, and Prefect keeps ids, dates and states.
@task(
    name="evaluate-activity",
    task_run_name="{activity_id}",
    retries=0,
    cache_policy=NO_CACHE,
    persist_result=False,
)
async def evaluate_activity_task(
    activity_id: str, upstream: Sequence[Sealed], reckoning: Reckoning
) -> State[Sealed]:
    """The status of an activity, as a state of its name: Failed where a person is late."""
    status = reckoning(activity_id, [one() for one in upstream])
    # A state is built here and not before: Prefect drops one that is older than the run.
    outcome = Failed if status.overdue else Completed
    due = f"due {status.due}" if status.due else "no due date"
    return outcome(name=status.state, message=f"{status.requirement}, {due}", data=lambda: status)
