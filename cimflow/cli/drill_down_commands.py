"""``drilldown``: the required disaggregated reports, from files an LEA already has.

Needs no home, no roster, no server: an LEA that is in no roster appears under its CDS code.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import click

from cimflow.cli.options import CDS, DAY


@click.group("drilldown")
def drilldown() -> None:
    """Create the Data Drill Down reports from student files; no student data is kept."""


@drilldown.command("template")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("students.csv"),
    show_default=True,
    help="Where to write it; an existing file is not overwritten.",
)
def template(out: Path) -> None:
    """Write the header of the student table, and say what goes in each column."""
    from cimflow.drilldown.reading.tidy_csv import COLUMNS_IN_WORDS, header_line

    try:
        with out.open("x", encoding="utf-8", newline="") as file:
            file.write(header_line())
    except FileExistsError:
        raise click.UsageError(f"{out} already exists; name another file with --out") from None
    for name, meaning in COLUMNS_IN_WORDS.items():
        click.echo(f"  {name:28}{meaning}")
    click.echo(f"{out}: the header; one row for each student and site goes below it")


@drilldown.command("synthetic")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV or .parquet.")
@click.option("--lea", "leas", multiple=True, type=CDS, help="An LEA; may be repeated.")
@click.option("--sample", is_flag=True, help="For every LEA in the sample SELPA.")
@click.option("--students", type=click.IntRange(1, 100_000), default=600, show_default=True)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed, the same file."
)
def synthetic(out: Path, leas: tuple[str, ...], sample: bool, students: int, seed: int) -> None:
    """Write invented students to try the drill down; --students for each LEA."""
    from cimflow.drilldown.model.config_file import load_drill_down_config
    from cimflow.drilldown.synthetic import synthetic_students

    if out.exists():
        raise click.UsageError(f"{out} already exists; name another file with --out")
    codes = (*leas, *(_leas_of_sample() if sample else ())) or ("99100260000000",)
    out.parent.mkdir(parents=True, exist_ok=True)
    table = synthetic_students(dict.fromkeys(codes, students), load_drill_down_config(), seed=seed)
    if out.suffix == ".parquet":
        table.to_parquet(out, index=False)
    else:
        table.to_csv(out, index=False)
    click.echo(f"{out}: {len(table):,} rows of synthetic students; none of them is real")


def _leas_of_sample() -> list[str]:
    from cimflow.intake.tables.table import read_table
    from cimflow.resources import config_folder

    table = read_table(config_folder() / "sample" / "roster.csv", required=["cds_code"])
    return list(dict.fromkeys(row.cells["cds_code"] for row in table.rows))


@drilldown.command("run")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--lea", type=CDS, help="Only this LEA (and the LEA of reports that do not name one)."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write.")
@click.option(
    "--audience",
    type=click.Choice(["internal", "shareable"]),
    default="shareable",
    show_default=True,
    help="internal shows small groups, for the LEA's own team only.",
)
@click.option(
    "--definition",
    type=click.Choice(["dashboard", "dataquest"]),
    default="dashboard",
    show_default=True,
    help="How suspensions and absences are counted.",
)
@click.option("--as-of", type=DAY, default=None, help="The date of the data; default today.")
@click.option("--targets", type=click.Path(path_type=Path), help="A table of your own targets.")
@click.option(
    "--two-way",
    multiple=True,
    metavar="A,B",
    help="Also break down by two subgroups at once, such as race-ethnicity,disability.",
)
@click.option("--strict", is_flag=True, help="Refuse the files if anything in them is wrong.")
def run(
    files: tuple[Path, ...],
    lea: str | None,
    out: Path,
    audience: Literal["internal", "shareable"],
    definition: str,
    as_of: dt.date | None,
    targets: Path | None,
    two_way: tuple[str, ...],
    strict: bool,
) -> None:
    """Count the students in FILES and write the reports for every LEA in them."""
    from cimflow.drilldown.model.config_file import load_drill_down_config
    from cimflow.drilldown.reporting.targets import read_targets
    from cimflow.drilldown.reporting.write_reports import write_outputs
    from cimflow.drilldown.run import RunOptions, drill_down

    words = load_drill_down_config()
    goals = read_targets(targets, words) if targets is not None else {}
    known = [name for name in words.subgroups if name != "all"]
    pairs = tuple(dict.fromkeys(_pair(one, known) for one in two_way))
    leas = frozenset([lea]) if lea else frozenset()
    wish = RunOptions(definition, as_of or _today(), audience, leas, pairs, strict)
    with _progress() as tell:
        found = drill_down(files, words, wish, {}, tell)
        written = write_outputs(
            found, words, out, targets=goals, each=lambda code: tell(f"writing: LEA {code}")
        )
    for line in found.problems.summary():
        click.echo(f"  {line}", err=True)
    total = found.problems.total
    if total and written.problems is not None:
        said = "1 problem; it is" if total == 1 else f"{total:,} problems; each is"
        secret = ", which must not be shared" if audience == "shareable" else ""
        click.echo(f"{said} in {written.problems}{secret}", err=True)
    if written.no_pdf:
        click.echo(f"no PDF was made: {written.no_pdf}", err=True)
    hidden = f", {written.hidden:,} of them hidden" if written.hidden else ""
    of_leas = "1 LEA" if written.leas == 1 else f"{written.leas:,} LEAs"
    click.echo(
        f"{out}: {of_leas}, {found.students:,} student rows counted,"
        f" {written.rates:,} rates{hidden}"
    )
    if audience == "internal":
        click.echo(f"{out} is internal: it shows small groups; do not share it", err=True)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A progress line on a terminal; elsewhere nothing that would fill a log."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    err = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        line = progress.add_task("starting")
        yield lambda words: progress.update(line, description=words)


def _pair(text: str, known: list[str]) -> tuple[str, str]:
    parts = [one.strip() for one in text.split(",")]
    if len(parts) != 2 or parts[0] == parts[1] or not set(parts) <= set(known):
        raise click.UsageError(f"--two-way {text}: name two of {', '.join(known)}")
    return parts[0], parts[1]


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


COMMANDS = (drilldown,)
