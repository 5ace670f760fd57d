"""Promises of the skeleton that no linter holds."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", ["config", "templates", "deployments"])
def test_data_folders_hold_no_python(folder: str) -> None:
    assert sorted((ROOT / folder).rglob("*.py")) == []


@pytest.mark.parametrize("package", ["flows", "tasks"])
def test_packages_with_common_names_open_with_a_docstring_only(package: str) -> None:
    """Another distribution may overwrite this file; nothing may depend on what is in it."""
    text = (ROOT / package / "__init__.py").read_text(encoding="utf-8")
    assert re.fullmatch(r'""".*"""\n', text, flags=re.DOTALL)


def test_the_command_line_loads_neither_prefect_nor_pandas() -> None:
    if not _exists("cimflow.cli.main"):
        pytest.skip("cimflow.cli.main is not written yet")
    command = [sys.executable, "-X", "importtime", "-c", "import cimflow.cli.main"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[ran.stderr.find("Traceback") :]
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.stderr.splitlines()}
    assert "cimflow" in loaded
    assert loaded & {"prefect", "pandas"} == set()


def test_the_lock_names_one_public_index_and_no_machine_path() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    sources = {
        (kind, where) for package in lock["package"] for kind, where in package["source"].items()
    }
    (index,) = sources - {("editable", ".")}
    assert index[0] == "registry"
    assert index[1].startswith("https://")


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # its package is missing
        return False
