"""What a careless administrator does: slips of the pen, the same thing twice, work out of order."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from cimflow.resources import config_folder
from tests.cli.conftest import (
    BIRCH,
    DOGWOOD,
    ELM,
    HOME,
    PROCESS,
    ROSTER,
    Run,
    activity_of,
    roster_row,
    write_csv,
)

GRANT = ["--grantor", "selpa", "--reason", "storm"]
PROGRESS = ["cds_code", "activity", "received_on", "filed_on", "approved_on"]
SLIPS = [
    # command                                                             what the line speaks of
    (["record", "team-creation", "--lea", BIRCH, "--received", "2004-07-10"], "received: 2004-07-10 is long before"),
    (["record", "team-creation", "--lea", BIRCH, "--received", "0024-07-10"], "received: 0024-07-10 is long before"),
    (["set-fact", "indicator-8", "met", "--lea", BIRCH, "--on", "1924-07-10"], "on: 1924-07-10 is long before"),
    (["set-fact", "corrective-actions-due", "2204-11-30", "--lea", BIRCH],     "2204-11-30 is years after"),
    (["set-fact", "corrective-actions-due", "2020-11-30", "--lea", BIRCH],     "2020-11-30 is before the start"),
    (["set-fact", "corrective-actions-due", "20241130", "--lea", BIRCH],       "is not a date"),
    (["extend", "team-creation", "--all", "--to", "2204-08-01", "--on", "2024-07-01", *GRANT], "to: 2204-08-01 is years after"),
    (["excuse", "team-creation", "--lea", BIRCH, "--on", "2014-07-01", *GRANT], "on: 2014-07-01 is long before"),
    (["withdraw", "--lea", BIRCH, "--on", "2204-07-01", "--reason", "closed"], "on: 2204-07-01 is years after"),
    (["review", "team-creation", "--lea", BIRCH, "--approve", "--return"],     "--approve or --return"),
    (["review", "team-creation", "--lea", BIRCH, "--return", "--note", "a\udcff"], "one line of text"),
    (["review", "team-creation", "--lea", BIRCH, "--return", "--note", "a\u2028b"], "one line of text"),
    (["record", "team-creation", "--lea", BIRCH, "--by", "a\nb"],              "one line of text"),
    (["status", "--out", "status.txt"],                                        "--out goes with"),
    (["status", "--selpa", "a\0b"],                                            "an invalid character"),
    (["check-config", os.devnull],                                             "is not a plain file"),
    (["restore", os.devnull],                                                  "is not a plain file"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "speaks_of"), SLIPS, ids=[" ".join(one)[:60] for one, _ in SLIPS])  # fmt: skip
def test_a_slip_is_one_clear_line(cohort: Run, arguments: list[str], speaks_of: str) -> None:
    said = cohort(*arguments)
    assert said.code in {1, 2}
    assert len(said.errors) == 1
    assert speaks_of in said.err
    assert said.out == ""
    assert all(mark == "\n" or mark.isprintable() for mark in said.err)


def status(run: Run, day: str, activity: str, cds: str = BIRCH) -> dict[str, object]:
    return activity_of(run("status", "--as-of", day, "--format", "json"), cds, activity)


def test_what_was_recorded_before_is_not_a_new_version_even_if_more_came_since(
    cohort: Run,
) -> None:
    first = ["record", "team-creation", "--lea", BIRCH, "--received", "2024-06-01"]
    second = ["record", "team-creation", "--lea", BIRCH, "--received", "2024-07-01"]
    for command in (first, second):
        assert "as version" in cohort(*command).out
    cohort("review", "team-creation", "--lea", BIRCH, "--return", "--on", "2024-06-05")
    for number, command in enumerate((first, second), start=1):
        assert f"already recorded as version {number}" in cohort(*command).out


def test_the_same_document_on_the_day_of_its_return_is_a_new_version(cohort: Run) -> None:
    came = ["record", "team-creation", "--lea", BIRCH, "--received", "2024-07-01"]
    cohort(*came)
    cohort("review", "team-creation", "--lea", BIRCH, "--return", "--on", "2024-07-01")
    assert "as version 2" in cohort(*came).out
    assert status(cohort, "2024-07-01", "team-creation")["state"] == "Submitted"


def test_refused_contents_name_the_file_and_the_field(cohort: Run, tmp_path: Path) -> None:
    bad = tmp_path / "drill down.json"
    bad.write_text(json.dumps({"positive_trends": ["more in class"]}), encoding="utf-8")
    said = cohort("record", "data-drill-down", "--lea", BIRCH, "--file", bad)
    assert said.errors == ["cimflow: drill down.json, positive_trends: must be text"]


def test_a_date_of_a_fact_may_be_written_as_in_the_roster(cohort: Run) -> None:
    for value in ("2024-11-30", "11/30/2024"):
        said = cohort("set-fact", "corrective-actions-due", value, "--lea", ELM, "--on", "2024-10-20")  # fmt: skip
        assert said.code == 0
    assert "as it was" in said.out


def test_who_has_left_has_nothing_more_to_record_and_a_later_row_brings_it_back(
    cohort: Run, tmp_path: Path
) -> None:
    cohort("withdraw", "--lea", BIRCH, "--on", "2024-08-01", "--reason", "closed")
    late = write_csv(tmp_path / "p.csv", PROGRESS, [BIRCH, "team-creation", "2024-08-02", "", ""])
    for command in (
        ["record", "team-creation", "--lea", BIRCH, "--received", "2024-08-02"],
        ["import-progress", late],
        ["excuse", "team-creation", "--lea", BIRCH, "--on", "2024-08-02", *GRANT],
        ["extend", "team-creation", "--lea", BIRCH, "--to", "2024-09-02", "--on", "2024-08-02", *GRANT],
    ):  # fmt: skip
        said = cohort(*command)
        assert said.code == 1
        assert "left the cohort" in said.err

    def is_in(day: str) -> bool:
        return any(one["cds_code"] == BIRCH for one in cohort("status", "--as-of", day, "--format", "json").json["leas"])  # fmt: skip

    plain = write_csv(tmp_path / "r.csv", ROSTER, roster_row(BIRCH, "Birch Hollow", "2", "unmet"))
    assert "0 changed" in cohort("import-roster", plain).out
    assert [is_in("2024-07-31"), is_in("2024-09-01")] == [True, False]
    row = [*roster_row(BIRCH, "Birch Hollow", "2", "unmet"), "2024-09-01"]
    back = write_csv(tmp_path / "back.csv", [*ROSTER, "effective_on"], row)
    assert "1 changed" in cohort("import-roster", back).out
    assert "0 changed" in cohort("import-roster", back).out
    assert [is_in("2024-08-31"), is_in("2024-09-01")] == [False, True]


def test_all_errors_of_progress_are_told_together(cohort: Run, tmp_path: Path) -> None:
    """What the file itself shows, and what only the roster and the calendar know."""
    rows = [
        [BIRCH, "team-creation", "2024-07-01", "", ""],
        [BIRCH, "no-such-activity", "2024-07-01", "", ""],
        ["99999990000000", "team-creation", "2024-07-01", "", ""],
        [BIRCH, "data-drill-down", "2024-07-01", "2024-07-02", ""],
        [DOGWOOD, "team-creation", "2033-07-01", "", ""],
        [DOGWOOD, "data-drill-down", "2024-07-01", "", "2024-06-01"],
    ]
    said = cohort("import-progress", write_csv(tmp_path / "p.csv", PROGRESS, *rows))
    assert said.code == 1
    assert [line.split(":")[1].split("row ")[1] for line in said.errors] == [
        "3, activity",
        "4, cds_code",
        "5, filed_on",
        "6, received_on",
        "7, approved_on",
    ]
    assert status(cohort, "2024-07-15", "team-creation")["state"] == "Missing"


def test_a_table_never_runs_as_a_formula_and_numbers_stay_numbers(
    cohort: Run, tmp_path: Path
) -> None:
    row = roster_row(BIRCH, "-1+1|calc", "2")
    cohort("import-roster", write_csv(tmp_path / "r.csv", ROSTER, row))
    said = cohort("status", "--as-of", "2024-07-12", "--lea", BIRCH, "--format", "csv")
    assert f"{BIRCH},'-1+1|calc,9901" in said.out
    assert ",2024-07-10,-2,yes,yes," in said.out


def test_two_processes_in_one_home(cohort: Run, tmp_path: Path) -> None:
    """While both are active each command asks which is meant, and says which there are."""
    second = Path(__file__).parents[1] / "process/definition/second_process.toml"
    text = second.read_text(encoding="utf-8")
    for old, new in (("six-day-week", "california-state"), ("2031", "2026")):
        text = text.replace(old, new)
    (tmp_path / "a home/processes/kitchens.toml").write_text(text, encoding="utf-8")
    assert cohort("status").code == 0
    header = [*ROSTER[:6], "own_oven"]
    row = [*roster_row(ELM, "Elm", "A")[:4], "kitchens-2026", "A", "has-one"]
    assert cohort("import-roster", write_csv(tmp_path / "k.csv", header, row)).code == 0
    for command in (["status"], ["notices"], ["record", "menu-survey", "--lea", ELM]):
        said = cohort(*command)
        assert said.errors == [f"cimflow: name the process with --process: kitchens-2026, {PROCESS}"]  # fmt: skip
    said = cohort("status", "--process", "kitchens-2026", "--as-of", "2026-04-10", "--format", "json")  # fmt: skip
    assert [one["level"] for one in said.json["leas"]] == ["A"]
    assert activity_of(said, ELM, "menu-survey")["due_kind"] == "relative"
    assert len(cohort("status", "--process", PROCESS, "--as-of", "2024-07-10", "--format", "json").json["leas"]) == 3  # fmt: skip


def test_the_file_of_next_year_stops_nobody_and_says_what_is_wrong_with_it(
    cohort: Run, tmp_path: Path
) -> None:
    """Half filled in on a Friday: the cohort that is live is chased on Monday all the same."""
    shipped = (config_folder() / "processes/targeted-2024.toml").read_text(encoding="utf-8")
    wrong = re.sub(r"(?m)^due = .*", 'due = "June 30"', shipped, count=1)
    path = tmp_path / HOME / "processes" / "next.toml"
    wrong = wrong.replace("targeted-2024", "targeted-2025")
    head = '[process]\nid = "targeted-2025"'
    assert head in wrong
    for data in (
        wrong.encode(),
        f"{wrong}\n[[[".encode(),  # no TOML at all
        wrong.replace(head, f"{head}\n# the State’s “own” words").encode("cp1252", "replace"),
        wrong.encode("utf-16"),
        wrong.replace(head, '  [ process ] # [see page 2]\nid = "targeted-2025"').encode(),
    ):
        path.write_bytes(data)
        said = cohort("status", "--as-of", "2024-07-10", "--format", "json")
        assert (said.code, len(said.json["leas"])) == (0, 3)
        assert said.errors == [
            f"{path} is not used because it has errors; see cimflow check-config"
        ]
        asked = cohort("status", "--process", "targeted-2025")
        assert asked.code == 1
        assert f"cimflow: {path}: " in asked.err
        assert "next.toml" in cohort("doctor").out


def test_a_copy_of_a_file_stops_nobody_while_no_lea_is_in_it(cohort: Run, tmp_path: Path) -> None:
    """As a file manager makes it: neither of the two is taken until one is gone."""
    shipped = (config_folder() / "processes/targeted-2024.toml").read_text(encoding="utf-8")
    text = shipped.replace('id = "targeted-2024"', 'id = "targeted-2025"')
    for name in ("targeted-2025.toml", "targeted-2025 - Copy.toml"):
        (tmp_path / HOME / "processes" / name).write_text(text, encoding="utf-8")
    said = cohort("status", "--as-of", "2024-07-10", "--format", "json")
    assert (said.code, len(said.json["leas"])) == (0, 3)
    assert "is already the id of" in cohort("status", "--process", "targeted-2025").err


@pytest.mark.parametrize(
    "text", ['[process]\nid = "targeted-2024"\n', "[process]\ntitle = 1\n", "[[["]
)
def test_a_faulty_file_that_may_be_the_one_in_use_stops_everything(
    cohort: Run, tmp_path: Path, text: str
) -> None:
    """The shipped file must not silently take the place of the SELPA's own."""
    path = tmp_path / HOME / "processes" / "ours.toml"
    path.write_text(text, encoding="utf-8")
    said = cohort("status")
    assert said.code == 1
    assert said.errors
    assert all(f"cimflow: {path}: " in one for one in said.errors)
