"""What a run says when nobody is left, or one thing is wrong; room for what a chart says."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from cimflow.cli.main import run
from cimflow.drilldown.reporting.bar_chart import chart_of
from cimflow.drilldown.reporting.report_model import Row, Table
from cimflow.drilldown.run import RunOptions, drill_down
from cimflow.intake.errors import IntakeErrors
from tests.drilldown.students import WORDS, student, write

WISH = RunOptions("dashboard", dt.date(2024, 6, 30), "internal")


def test_where_nobody_is_left_it_is_said_what_was_wrong(tmp_path: Path) -> None:
    rows = [student(cds_code="1999100000001") for _ in range(3)]
    with pytest.raises(IntakeErrors) as refused:
        drill_down([write(tmp_path / "students.csv", rows)], WORDS, WISH, {})
    said = [str(one) for one in refused.value.errors]
    assert said[0] == "students.csv: has no students to count"
    assert said[1].startswith("students.csv, cds_code: is not a CDS code of 14 digits")
    assert said[1].endswith("the row is skipped (3 rows: 2, 3, 4)")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [(1, "1 problem; it is in"), (2, "2 problems; each is in")],
)
def test_one_problem_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: int, says: str
) -> None:
    rows = [student(age="99" if at < wrong else "10") for at in range(3)]
    path = write(tmp_path / "students.csv", rows)
    asked = ["drilldown", "run", str(path), "--out", str(tmp_path / "out")]
    assert run([*asked, "--audience", "internal", "--as-of", "2024-06-30"]) == 0
    assert says in capsys.readouterr().err


def test_the_longest_label_of_a_chart_has_room_in_a_wide_font() -> None:
    """Bitstream Vera and its like, where nothing narrower is installed, take 0.65 em a letter."""
    rows = [Row(str(at), "W" * 60, "1", "20", "5.0%", "", 0.05, 0.01, 0.2) for at in range(2)]
    chart = chart_of(Table("ela-school", "title", "", tuple(rows), "", ()))
    found = re.findall(r'class="label" x="(\d+)" y="[\d.]+">([^<]+)<', chart)
    assert len(found) == 2
    assert all(int(x) >= 0.65 * 13 * len(label) for x, label in found)
