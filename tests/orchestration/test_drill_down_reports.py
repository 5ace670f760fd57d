"""``drill-down-reports`` on a real server: reports of each LEA, and no student anywhere else."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.drilldown.students import COLUMNS, student, write
from tests.orchestration.conftest import PROCESS, TODAY, Home, Server, api, cds, lea, run, until

PLANTED = ("PLANTED-STUDENT-9731", "8675309")
"""A student's id, and a cell that is wrong."""


def students(*codes: str) -> list[dict[str, str]]:
    return [
        student(
            student_id=f"{PLANTED[0]}-{code}-{at}", cds_code=code, school_code=f"199910{at % 2}",
            suspension_days=at % 3, age=6 + at % 2,
        )
        for code in codes
        for at in range(60)
    ]  # fmt: skip


@pytest.fixture
def inbox(home: Home) -> Path:
    home.put(lea(1), lea(2), lea(3))
    folder = home.path / "drill-down" / "in"
    folder.mkdir(parents=True)
    return folder


def test_reports_of_a_selpa_are_written_lea_by_lea(home: Home, inbox: Path, server: Server) -> None:
    from flows.drill_down_reports import drill_down_reports

    write(inbox / "students.csv", students(cds(1), cds(2), "99999999999999"))
    state = run(drill_down_reports(PROCESS, selpa="9901", return_state=True))
    assert (state.type.value, state.name) == ("COMPLETED", "Reports of 2 LEAs")
    reports = home.path / "drill-down" / "reports"
    assert {one.name for one in reports.iterdir()} == {cds(1), cds(2), "rates.csv", "roll-up"}
    assert (reports.parent / "problems.csv").is_file()
    assert "Little Otter" in (reports / cds(1) / "report.html").read_text(encoding="utf-8")
    with (reports / "rates.csv").open(encoding="utf-8") as file:
        assert {row["as_of"] for row in csv.DictReader(file)} == {str(TODAY)}
    (kept,) = home.runs("drill-down-reports")
    assert (kept.state, kept.selpa_code) == ("Reports of 2 LEAs", "9901")
    asked = {"flow_runs": {"id": {"any_": [kept.run_id]}}}

    def reports_are_known() -> bool:
        """Prefect writes task runs down a moment later."""
        tasks = api(server, "POST", "/task_runs/filter", json=asked)
        names = sorted(one["name"] for one in tasks if "report of" in one["name"])
        return names == [f"report of {cds(1)}", f"report of {cds(2)}"]

    until(reports_are_known)
    found = api(server, "POST", "/artifacts/filter", json={"artifacts": {"flow_run_id": {"any_": [kept.run_id]}}})  # fmt: skip
    assert {one["type"] for one in found} == {"table", "progress"}
    assert [one["data"] for one in found if one["type"] == "progress"] == [100.0]


def test_one_lea_leaves_the_others_reports_alone(home: Home, inbox: Path) -> None:
    from flows.drill_down_reports import drill_down_reports

    write(inbox / "students.csv", students(cds(1), cds(2)))
    run(drill_down_reports(PROCESS, return_state=True))
    rates = home.path / "drill-down" / "reports" / "rates.csv"
    before = rates.read_bytes()
    state = run(drill_down_reports(PROCESS, lea=cds(1), return_state=True))
    assert state.name == "Reports of 1 LEA"
    assert rates.read_bytes() == before


def test_no_files_is_refused_in_one_line(home: Home, inbox: Path) -> None:
    from flows.drill_down_reports import drill_down_reports

    state = run(drill_down_reports(PROCESS, return_state=True))
    assert (state.name, "no student files found" in str(state.message)) == ("Refused", True)
    assert [one.state for one in home.runs("drill-down-reports")] == ["Refused"]


def test_no_student_lands_anywhere(
    home: Home, inbox: Path, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """In our database, our reports, Prefect's database, its logs and results, an error's text."""
    from flows.drill_down_reports import drill_down_reports

    good = write(inbox / "students.csv", students(cds(1), cds(2)))
    rows = students(cds(1))
    rows[3] = {**rows[3], "age": PLANTED[1], "ela_level": PLANTED[1], "grade": PLANTED[1]}
    run(drill_down_reports(PROCESS, return_state=True))
    write(good, rows, [one for one in COLUMNS if one != "cds_code"])
    refused = run(drill_down_reports(PROCESS, return_state=True))
    assert refused.name == "Refused"
    write(good, rows)
    run(drill_down_reports(PROCESS, return_state=True))
    good.unlink()
    places = [one for root in (home.path, server.home) for one in root.rglob("*") if one.is_file()]
    kept = b"".join(one.read_bytes() for one in places)
    assert b"Little Otter" in kept
    for planted in PLANTED:
        assert planted.encode() not in kept
        assert planted not in caplog.text
        assert planted not in str(refused.message)
