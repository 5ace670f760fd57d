"""Every flow can be deployed, is deployed, and runs on the schedules that ``up`` has too."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import flows
from tests.orchestration.conftest import Server, api

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deployments" / "prefect.yaml"


def deployed() -> list[dict[str, Any]]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))["deployments"]


def flows_defined() -> dict[str, Any]:
    """Every flow in the package, by its module path."""
    from prefect import Flow

    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(flows.__path__):
        loaded = importlib.import_module(f"flows.{module.name}")
        for name, value in vars(loaded).items():
            if isinstance(value, Flow) and value.fn.__module__ == loaded.__name__:
                found[f"{loaded.__name__}.{name}"] = value
    return found


@pytest.mark.parametrize("entrypoint", [one["entrypoint"] for one in deployed()])
def test_every_entrypoint_imports_for_real(entrypoint: str, server: Server) -> None:
    from prefect.flows import load_flow_from_entrypoint

    assert ":" not in entrypoint
    flow = load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
    assert flow is flows_defined()[entrypoint]


def test_every_flow_is_deployed_and_the_reverse(server: Server) -> None:
    assert sorted(flows_defined()) == sorted(one["entrypoint"] for one in deployed())


def test_every_flow_is_asynchronous_and_never_retried(server: Server) -> None:
    found = flows_defined().values()
    assert [one.isasync for one in found] == [True] * len(deployed())
    assert [one.retries for one in found] == [0] * len(deployed())


def test_no_class_is_defined_beside_flows_and_tasks() -> None:
    sources = [*(ROOT / "flows").rglob("*.py"), *(ROOT / "tasks").glob("*.py")]
    assert [one.name for one in sources if "\nclass " in one.read_text(encoding="utf-8")] == []


@pytest.fixture
def in_the_file(server: Server) -> dict[str, dict[str, Any]]:
    """What the server makes of the file: the real ``prefect deploy``, from the root."""
    for command in (
        ["work-pool", "create", "cimflow", "--type", "process", "--overwrite"],
        ["--no-prompt", "deploy", "--prefect-file", str(FILE.relative_to(ROOT)), "--all"],
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "prefect", *command],
            cwd=ROOT,
            env=os.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return on_the_server(server)


def on_the_server(server: Server) -> dict[str, dict[str, Any]]:
    found = api(server, "POST", "/deployments/filter", json={})
    return {one["entrypoint"]: one for one in found}


def what_matters(deployment: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": deployment["name"],
        "schedules": [one["schedule"] for one in deployment["schedules"]],
        "limit": deployment["concurrency_limit"] or deployment["global_concurrency_limit"]["limit"],
        "collision": deployment["concurrency_options"]["collision_strategy"],
    }


def test_the_file_and_up_deploy_the_same(
    in_the_file: dict[str, dict[str, Any]], server: Server
) -> None:
    from flows.schedules import deployments
    from tests.orchestration.conftest import run

    wanted = {key: what_matters(one) for key, one in in_the_file.items()}
    assert sorted(wanted) == sorted(one["entrypoint"] for one in deployed())
    for one in run(deployments()):
        run(one.aapply())
    assert {key: what_matters(one) for key, one in on_the_server(server).items()} == wanted
