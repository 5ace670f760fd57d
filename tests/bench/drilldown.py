"""The drill down of the whole state, and hiding for one SELPA; beside them a floor in numpy."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from cimflow.drilldown.counting.apply_definition import facts_of
from cimflow.drilldown.counting.count_students import KEYS, count
from cimflow.drilldown.input_files import read_inputs
from cimflow.drilldown.model.coded_table import Problems
from cimflow.drilldown.model.config_file import load_drill_down_config
from cimflow.drilldown.model.students import Students
from cimflow.drilldown.model.subgroups import SCHOOL
from cimflow.drilldown.reading.read_students import read_students
from cimflow.drilldown.reading.school_sites import once_per_site
from cimflow.drilldown.suppression.census import census
from cimflow.drilldown.suppression.suppress import hide
from cimflow.drilldown.suppression.verify import audit
from cimflow.drilldown.synthetic import synthetic_students
from tests.bench.drilldown_floor import floor_counts
from tests.bench.measuring import line, medians

STUDENTS = 850_000
LEAS = 2_300
SELPAS = (10, 30, 60)
"""How many LEAs the SELPAs have that are hidden and audited."""
DEFINITION = "dashboard"
AS_OF = dt.date(2024, 6, 1)
SEED = 2024
WORDS = load_drill_down_config()


def measure_drilldown(folder: Path) -> Iterator[str]:
    """Counting and reading against their floors, memory, growth with rows; hiding and its audit."""
    folder.mkdir(parents=True)
    table = synthetic_students(sizes_of_leas(), WORDS, seed=SEED)
    files = write_files(table, folder)
    shares = [_of_every(table, each, folder) for each in (4, 2)]
    del table
    for kind, path in files.items():
        yield from _reading(kind, path)
    for kind, path in files.items():
        yield from _counting(kind, path)
    yield from _growth_with_rows([*shares, files["Parquet"]])
    for kind, path in files.items():
        yield _memory(kind, path)
    yield from _hiding(folder)


def sizes_of_leas() -> dict[str, int]:
    """How many students each LEA has: few are large, half have 80 or fewer."""
    shares = np.exp(np.linspace(np.log(8), np.log(8000), LEAS))
    sizes = np.maximum(1, shares / shares.sum() * STUDENTS).astype(int)
    sizes[-1] += STUDENTS - sizes.sum()
    return {f"19{at:05d}0000000": int(size) for at, size in enumerate(sizes)}


def write_files(table: pd.DataFrame, folder: Path) -> dict[str, Path]:
    """The same students in both kinds of file."""
    files = {"Parquet": folder / "students.parquet", "CSV": folder / "students.csv"}
    table.to_parquet(files["Parquet"], index=False)
    table.to_csv(files["CSV"], index=False)
    return files


def _of_every(table: pd.DataFrame, each: int, folder: Path) -> Path:
    """A smaller state: every second or fourth LEA with its students."""
    path = folder / f"every-{each}.parquet"
    mine = table["cds_code"].str[2:7].astype(int) % each == each // 2
    table[mine].to_parquet(path, index=False)
    return path


def read(path: Path) -> Students:
    """What a run reads of a file."""
    problems = Problems()
    return read_students(read_inputs([path], WORDS, problems, as_of=AS_OF), WORDS, problems)


def counts_of(students: Students) -> pd.DataFrame:
    """What a run counts."""
    return count(facts_of(once_per_site(students, Problems()), WORDS, DEFINITION), WORDS)


def _reading(kind: str, path: Path) -> Iterator[str]:
    merely: Callable[[Path], object] = pq.read_table if kind == "Parquet" else pacsv.read_csv
    found = medians(ours=lambda: read(path), floor=lambda: merely(path))
    yield line(f"reading {kind} against pyarrow's mere reading", found["ours"], found["floor"])


def _counting(kind: str, path: Path) -> Iterator[str]:
    students = read(path)
    _agree(counts_of(students), students)
    found = medians(ours=lambda: counts_of(students), floor=lambda: floor_counts(students, WORDS))
    title = f"counting {len(students):,} rows from {kind} against bincount"
    yield line(title, found["ours"], found["floor"], bar=3)


def _agree(ours: pd.DataFrame, students: Students) -> None:
    """The floor does the same work: at sites, where it need not merge anybody, it finds the same."""
    sites = ours[ours["subgroup"] == SCHOOL].groupby("element", observed=True)
    sums = sites[["numerator", "denominator"]].sum()
    for (element, subgroup), counted in floor_counts(students, WORDS).items():
        if subgroup == SCHOOL:
            mine = (sums["numerator"][element], sums["denominator"][element])
            assert (counted[1::2].sum(), counted.sum()) == mine, element


def _growth_with_rows(files: list[Path]) -> Iterator[str]:
    states = [read(path) for path in files]
    works = {str(at): _counter(one) for at, one in enumerate(states)}
    found = medians(**works)
    each = [found[str(at)] / len(one) * 1e6 for at, one in enumerate(states)]
    told = ", ".join(
        f"{len(one):,} rows {per_row:.2f} µs a row"
        for one, per_row in zip(states, each, strict=True)
    )
    yield f"counting grows with rows: {told}; last against first {each[-1] / each[0]:.2f}"


def _counter(students: Students) -> Callable[[], pd.DataFrame]:
    return lambda: counts_of(students)


def _memory(kind: str, path: Path) -> str:
    """The most memory of a process of its own that reads and counts."""
    code = (
        "import resource, sys; from pathlib import Path; from tests.bench import drilldown as d;"
        "students = d.read(Path(sys.argv[1])); d.counts_of(students);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True
    )
    size = path.stat().st_size / 1e6
    return (
        f"memory from {kind}: {int(told.stdout) / 1e6:.2f} GB at most for a file of {size:.0f} MB"
    )


def _hiding(folder: Path) -> Iterator[str]:
    """One SELPA of each size, once, in processor seconds: its counts made safe, and the audit."""
    every = list(sizes_of_leas().items())
    for leas in SELPAS:
        each = LEAS // leas
        some = dict(every[each // 2 :: each][:leas])
        path = folder / f"selpa-{leas}.parquet"
        synthetic_students(some, WORDS, seed=SEED).to_parquet(path, index=False)
        students = read(path)
        counts = counts_of(students).astype(dict.fromkeys(KEYS, str))
        begun = time.process_time()
        safe = hide(
            counts, census(facts_of(once_per_site(students, Problems()), WORDS, DEFINITION), WORDS)
        )
        hid = time.process_time()
        assert not audit(safe)
        audited = time.process_time()
        hidden = int((safe.rows["hidden"] != "").sum())
        yield (
            f"a SELPA of {leas} LEAs, {len(students):,} rows, {len(counts):,} counts of which"
            f" {hidden:,} hidden: hiding {hid - begun:.1f} processor s, audit {audited - hid:.1f} s,"
            f" together {(audited - begun) / leas:.2f} s an LEA"
        )
