"""What a run writes, as a person gets it from the command line."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import tomllib
from pathlib import Path

import openpyxl
import pytest

from cimflow.cli.main import run
from cimflow.drilldown.reporting.replace_folder import moved_into_place
from cimflow.drilldown.run import RunOptions, drill_down
from cimflow.drilldown.synthetic import synthetic_students
from cimflow.process.evaluation.contents import read_contents
from tests.drilldown.students import COLUMNS, LEA, WORDS, student, toddler, write
from tests.factories import process

pytestmark = pytest.mark.slow  # reports of hundreds of students, hidden and audited
HEADER = ["cds_code", "element", "subgroup", "group", "numerator", "denominator", "rate", "hidden", "definition", "as_of"]  # fmt: skip


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def students(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two LEAs of synthetic students."""
    path = tmp_path_factory.mktemp("students") / "students.csv"
    synthetic_students({LEA: 300, "01999200000001": 120}, WORDS, seed=7).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def internal(students: Path) -> Path:
    out = students.parent / "internal reports"
    assert run(["drilldown", "run", str(students), "--out", str(out), "--audience", "internal", "--as-of", "2024-06-30"]) == 0  # fmt: skip
    return out


@pytest.fixture(scope="module")
def shareable(students: Path) -> Path:
    out = students.parent / "shareable"
    assert run(["drilldown", "run", str(students), "--out", str(out), "--as-of", "2024-06-30"]) == 0
    return out


def test_rates_csv_has_a_header_and_rows_only(internal: Path) -> None:
    rows = rows_of(internal / "rates.csv")
    assert list(rows[0]) == HEADER
    assert {row["cds_code"] for row in rows} == {LEA, "01999200000001"}
    assert {row["element"] for row in rows} == set(WORDS.elements)
    assert {row["subgroup"] for row in rows} == {"all", "race-ethnicity", "disability", "placement", "age", "school"}  # fmt: skip
    assert all(float(row["denominator"]) >= 1 for row in rows)
    assert {(row["hidden"], row["definition"], row["as_of"]) for row in rows} == {("", "dashboard", "2024-06-30")}  # fmt: skip
    for row in rows:
        assert float(row["rate"]) == pytest.approx(
            float(row["numerator"]) / float(row["denominator"]), abs=1e-4
        )


def test_no_group_of_ten_or_fewer_is_shared(internal: Path, shareable: Path) -> None:
    shown = {tuple(row[name] for name in HEADER[:4]): row for row in rows_of(shareable / "rates.csv")}  # fmt: skip
    assert any(row["hidden"] == "complementary" for row in shown.values())
    for row in rows_of(internal / "rates.csv"):
        theirs = shown.get(tuple(row[name] for name in HEADER[:4]))
        if theirs is None or theirs["hidden"]:
            blank = theirs is None or (theirs["numerator"], theirs["denominator"], theirs["rate"]) == ("", "", "")  # fmt: skip
            assert blank
            continue
        assert float(row["denominator"]) > 10
        assert theirs == row


def test_hidden_counts_stand_in_none_of_the_files(internal: Path, shareable: Path) -> None:
    """In the reports a hidden row has its word and no number."""
    page = (shareable / LEA / "report.html").read_text(encoding="utf-8")
    hidden = re.findall(
        r'<tr><th scope="row">[^<]*</th><td class="dd-hidden"[^>]*>(.*?)</td></tr>', page
    )
    assert hidden
    assert not [one for one in hidden if re.search(r"\d", one.replace("10 students or fewer", ""))]
    book = openpyxl.load_workbook(shareable / LEA / "report.xlsx", read_only=True)
    lines = [line for sheet in book for line in sheet.iter_rows(values_only=True)]
    secret = [line for line in lines if len(line) > 6 and line[6] and line[0] != "Group"]
    assert secret
    assert {line[1:6] for line in secret} == {(None,) * 5}


def test_every_lea_has_its_files_and_the_run_a_roll_up(internal: Path) -> None:
    names = {one.name for one in (internal / LEA).iterdir()}
    assert names == {"report.html", "report.xlsx", "report.pdf", "required-reports.csv", "report.json", "data-drill-down.toml", "problem-areas.toml"}  # fmt: skip
    assert {one.name for one in (internal / "roll-up").iterdir()} == {"report.html", "report.xlsx", "report.pdf"}  # fmt: skip
    assert (internal / LEA / "report.pdf").read_bytes().startswith(b"%PDF")


def test_a_roll_up_says_what_its_sums_are_of_and_finds_nothing(shareable: Path) -> None:
    """In each of its forms; findings and required reports are of one LEA."""
    sheets = openpyxl.load_workbook(shareable / "roll-up" / "report.xlsx", read_only=True)
    assert not {"What stands out", "Required reports"} & set(sheets.sheetnames)
    about = [line[0] for line in sheets["About"].iter_rows(values_only=True)]
    page = (shareable / "roll-up" / "report.html").read_text(encoding="utf-8")
    assert any("the LEAs that show it" in str(line) for line in about)
    assert "the LEAs that show it" in page
    assert "What stands out" not in page
    ours = openpyxl.load_workbook(shareable / LEA / "report.xlsx", read_only=True)
    assert {"What stands out", "Required reports"} <= set(ours.sheetnames)
    assert not any("the LEAs that show it" in str(line[0]) for line in ours["About"].iter_rows(values_only=True))  # fmt: skip


def test_an_internal_report_is_watermarked_on_every_table(internal: Path) -> None:
    page = (internal / LEA / "report.html").read_text(encoding="utf-8")
    captions = re.findall(r"<caption>(.*?)</caption>", page, re.DOTALL)
    tables = [one for one in captions if "definition, as of" in one]
    assert tables
    assert all("Do not share" in one and "Synthetic data" in one for one in tables)
    assert all("California School Dashboard definition, as of Sunday, June 30, 2024" in one for one in tables)  # fmt: skip


def test_the_draft_can_be_recorded_as_the_artifact(internal: Path) -> None:
    draft = tomllib.loads((internal / LEA / "data-drill-down.toml").read_text(encoding="utf-8"))
    contents = read_contents(process().activity_by_id["data-drill-down"], draft)
    assert {one["cell"] for one in contents["report_cells"]} >= {"suspension/age"}
    areas = tomllib.loads((internal / LEA / "problem-areas.toml").read_text(encoding="utf-8"))
    read_contents(process().activity_by_id["consolidation"], areas)


def test_required_reports_are_listed_with_the_reason_where_they_are_not(tmp_path: Path) -> None:
    rows = [student(suspension_days=1)] * 1
    columns = [one for one in COLUMNS if not one.startswith(("child_", "math"))]
    path = write(tmp_path / "students.csv", rows, columns)
    assert run(["drilldown", "run", str(path), "--out", str(tmp_path / "o"), "--audience", "internal"]) == 0  # fmt: skip
    cells = {(row["element"], row["subgroup"]): (row["status"], row["why"]) for row in rows_of(tmp_path / "o" / LEA / "required-reports.csv")}  # fmt: skip
    assert len(cells) == 50
    assert cells["suspension", "age"] == ("present", "")
    assert cells["regular-class-80", "placement"][0] == "not-applicable"
    assert cells["math-proficiency", "age"] == ("absent", "no file has the columns needed")
    assert cells["preschool-regular-class", "age"] == ("not-applicable", "no preschool students to count")  # fmt: skip
    # Its column is there, and blank.
    assert cells["ela-proficiency", "age"] == ("not-applicable", "no school-age student has the values needed")  # fmt: skip


def test_a_second_run_into_the_same_folder_replaces_what_was_there(tmp_path: Path) -> None:
    path = write(tmp_path / "students.csv", [student(), toddler()])
    out = tmp_path / "reports"
    for _ in range(2):
        assert (
            run(["drilldown", "run", str(path), "--out", str(out), "--audience", "internal"]) == 0
        )
    assert sorted(one.name for one in out.iterdir()) == [LEA, "problems.csv", "rates.csv"]


def test_what_was_made_for_the_own_team_does_not_stay_among_what_is_shared(tmp_path: Path) -> None:
    """A folder that is handed on: two-way cuts, a roll-up and other LEAs of an internal run go."""
    out = tmp_path / "reports"
    other = "01999200000001"
    both = write(tmp_path / "both.csv", [student(), student(student_id="b", cds_code=other)])
    one = write(tmp_path / "one.csv", [student()])
    internal = ["--audience", "internal", "--two-way", "race-ethnicity,disability"]
    assert run(["drilldown", "run", str(both), "--out", str(out), *internal]) == 0
    made = {LEA, other, "problems.csv", "rates.csv", "roll-up", "two-way.csv"}
    assert {each.name for each in out.iterdir()} == made
    (out / "my notes.txt").write_text("ours", encoding="utf-8")

    assert run(["drilldown", "run", str(one), "--out", str(out)]) == 0
    assert {each.name for each in out.iterdir()} == {LEA, "rates.csv", "my notes.txt"}
    assert {row["hidden"] for row in rows_of(out / "rates.csv")} == {"primary"}


def test_the_same_audience_again_leaves_other_leas_and_no_tables_of_all(tmp_path: Path) -> None:
    out, other = tmp_path / "reports", "01999200000001"
    both = write(tmp_path / "both.csv", [student(), student(student_id="b", cds_code=other)])
    one = write(tmp_path / "one.csv", [student()])
    for path in (both, one):
        internal = ["--out", str(out), "--audience", "internal"]
        assert run(["drilldown", "run", str(path), *internal]) == 0
    assert {each.name for each in out.iterdir()} == {LEA, other, "problems.csv", "rates.csv"}


def test_a_run_that_is_killed_leaves_nothing_in_the_folder(tmp_path: Path) -> None:
    """It is written beside the folder; what was left there goes with a later run."""
    out = tmp_path / "reports"
    with pytest.raises(KeyboardInterrupt), moved_into_place(out) as folder:
        assert folder.parent == tmp_path
        (folder / "rates.csv").write_text("secret", encoding="utf-8")
        raise KeyboardInterrupt
    assert list(out.iterdir()) == []
    left = tmp_path / ".drill-down-of-yesterday"
    left.mkdir()
    os.utime(left, (0, 0))
    with moved_into_place(out) as folder:
        (folder / "rates.csv").write_text("shared", encoding="utf-8")
    assert [each.name for each in out.iterdir()] == ["rates.csv"]
    assert not left.exists()


def test_how_many_values_cannot_be_is_not_among_what_is_shared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eight impossible ages are eight students of age "not reported", whose number is hidden."""
    rows = [student(student_id=str(at), age=99 if at < 8 else 9) for at in range(60)]
    path = write(tmp_path / "students.csv", rows)
    out = tmp_path / "reports"
    assert run(["drilldown", "run", str(path), "--out", str(out)]) == 0
    assert "not-reported" in {row["group"] for row in rows_of(out / "rates.csv") if row["hidden"]}
    assert {each.name for each in out.iterdir()} == {LEA, "rates.csv"}
    beside = tmp_path / "reports-problems.csv"
    assert sum(row["field"] == "age" for row in rows_of(beside)) == 8
    assert "reports-problems.csv, which must not be shared" in capsys.readouterr().err


def test_a_list_of_problems_that_is_no_longer_true_goes(tmp_path: Path) -> None:
    out, beside = tmp_path / "reports", tmp_path / "reports-problems.csv"
    for age, is_there in ((99, True), (9, False)):
        path = write(tmp_path / "students.csv", [student(age=age)])
        assert run(["drilldown", "run", str(path), "--out", str(out)]) == 0
        assert beside.exists() == is_there


def test_no_school_is_named_of_which_there_is_no_row(tmp_path: Path) -> None:
    """Nine children at seven sites: that the sites are there would tell that they are seven."""
    rows = [student(student_id=f"s{at}") for at in range(40)]
    rows += [
        toddler(student_id=f"t{at}", school_code=f"199920{at % 7}", school_name=f"Site {at % 7}")
        for at in range(9)
    ]
    other = {"cds_code": "01999200000001", "school_code": "1999301"}
    rows += [student(student_id="o", school_name="Of another LEA", **other)]
    path = write(tmp_path / "students.csv", rows)
    out = tmp_path / "reports"
    assert run(["drilldown", "run", str(path), "--out", str(out)]) == 0
    for one in (out / LEA).iterdir():
        text = one.read_bytes()
        assert b"Site 3" not in text
        assert b"1999203" not in text
        assert b"Of another LEA" not in text


def test_a_refused_run_leaves_what_was_there(tmp_path: Path) -> None:
    path = write(tmp_path / "students.csv", [student()])
    out = tmp_path / "reports"
    assert run(["drilldown", "run", str(path), "--out", str(out), "--audience", "internal"]) == 0
    before = {one: one.stat().st_mtime_ns for one in out.rglob("*")}
    bad = write(tmp_path / "bad.csv", [student(age="999")])
    assert run(["drilldown", "run", str(bad), "--strict", "--out", str(out)]) == 1
    assert run(["drilldown", "run", str(path), "--lea", "01999900000009", "--out", str(out)]) == 1
    assert {one: one.stat().st_mtime_ns for one in out.rglob("*")} == before


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    rows = [student(student_id=str(at), school_code=f"199910{at % 3}", suspension_days=at % 3) for at in range(12)]  # fmt: skip
    rows += [{**rows[0], "school_code": "1999109"}]
    one, two = write(tmp_path / "one.csv", rows[:7]), write(tmp_path / "two.csv", rows[7:])
    whole = write(tmp_path / "whole.csv", rows[::-1])
    wish = RunOptions("dashboard", dt.date(2024, 6, 30), "internal")
    found = [
        drill_down(paths, WORDS, wish, {}).rates for paths in ([one, two], [two, one], [whole])
    ]
    texts = [frame.to_csv(index=False) for frame in found]
    assert texts[0] == texts[1] == texts[2]
    assert io.StringIO(texts[0]).readline().startswith("cds_code,element")


def test_a_tiny_lea_says_why_a_table_is_not_there(tmp_path: Path) -> None:
    rows = [student(student_id=str(at), age=5 + at % 7) for at in range(9)]
    path = write(tmp_path / "students.csv", rows)
    assert run(["drilldown", "run", str(path), "--out", str(tmp_path / "o")]) == 0
    cells = {(row["element"], row["subgroup"]): (row["status"], row["why"]) for row in rows_of(tmp_path / "o" / LEA / "required-reports.csv")}  # fmt: skip
    assert cells["suspension", "age"] == ("not-applicable", "too few students to list the groups")
    assert all(row["hidden"] for row in rows_of(tmp_path / "o" / "rates.csv"))


def test_two_way_cuts_that_together_tell_too_much_are_refused(
    students: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same cut the other way round; given twice it is one, and the LEA's own team sees both."""
    cut = ["--two-way", "race-ethnicity,disability"]
    around = ["--two-way", "disability,race-ethnicity"]
    asked = ["drilldown", "run", str(students), "--out", str(tmp_path / "out")]
    assert run([*asked, *cut, *around]) == 1
    told = capsys.readouterr().err
    assert "disability-by-race-ethnicity and the other two-way cuts would together reveal" in told
    assert not (tmp_path / "out").exists()
    assert run([*asked, *cut, *cut, *around, "--audience", "internal"]) == 0
    made = rows_of(tmp_path / "out" / "two-way.csv")
    assert len({row["subgroup"] for row in made}) == 2
