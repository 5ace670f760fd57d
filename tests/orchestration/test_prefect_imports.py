"""The versions in the lock work together: with a newer FastAPI, Prefect's server dies at import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.prefect
def test_prefects_server_imports(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "import prefect.server.api.server"],
        cwd=tmp_path,
        env=os.environ | {"PREFECT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
