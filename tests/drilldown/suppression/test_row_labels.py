"""What is shared is audited before it leaves; a table that cannot be made safe is named."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from cimflow.cli.main import run
from cimflow.drilldown import run as running
from cimflow.drilldown.suppression.row_labels import CannotBeHidden, Published
from cimflow.drilldown.suppression.verify import Exposed
from tests.drilldown.students import LEA, student, write


def students(tmp_path: Path) -> Path:
    rows = [student(student_id=str(at), suspension_days=at % 3, age=6 + at % 2) for at in range(60)]
    return write(tmp_path / "students.csv", rows)


def test_what_the_audit_finds_exposed_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The guard: without it the tables would be written."""
    told = Exposed(LEA, "suspension", "age", "6", "denominator", 3, 4)
    monkeypatch.setattr(running, "audit", lambda _: [told])
    out = tmp_path / "reports"
    assert run(["drilldown", "run", str(students(tmp_path)), "--out", str(out)]) == 1
    assert f"LEA {LEA}, suspension by age" in capsys.readouterr().err
    assert not out.exists()


def test_where_the_proof_fails_more_is_hidden_and_proven_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Exposed(LEA, "suspension", "age", "6", "denominator", 3, 4)
    answers, asked = [[told], []], []
    monkeypatch.setattr(running, "audit", lambda _: answers.pop(0))
    hiding = running.hide

    def noting(*args: object, apart: int, **more: object) -> Published:
        asked.append(apart)
        return hiding(*args, apart=apart, **more)

    monkeypatch.setattr(running, "hide", noting)
    out = tmp_path / "reports"
    assert run(["drilldown", "run", str(students(tmp_path)), "--out", str(out)]) == 0
    assert asked == [5, 6]


def test_the_internal_audience_is_not_audited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: Published) -> list[Exposed]:
        raise CannotBeHidden(pd.DataFrame(), 5)

    monkeypatch.setattr(running, "audit", never)
    out = tmp_path / "reports"
    asked = ["drilldown", "run", str(students(tmp_path)), "--out", str(out)]
    assert run([*asked, "--audience", "internal"]) == 0
