"""Whatever a school office writes in whatever form reads back; whatever is damaged is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cimflow.intake.artifacts.artifact import read_artifact
from cimflow.intake.errors import IntakeErrors
from cimflow.intake.spreadsheets.contacts import read_contacts
from cimflow.intake.spreadsheets.progress import read_progress
from cimflow.intake.spreadsheets.roster import read_roster
from tests.factories import process
from tests.intake.tables.sheets import BIRCH, CEDAR, GOOD_ROW, ROSTER, write_csv, write_xlsx
from tests.thoroughness import examples

PROCESSES = {"targeted-2024": process()}
FORMS = [
    *(
        (delimiter, encoding)
        for delimiter in (",", "\t", "|", "^", ";")
        for encoding in ("utf-8", "utf-8-sig", "utf-16")
    ),
    ("xlsx", ""),
]

# Whatever can be seen may be a name, but for what a workbook takes for a formula or an escape, and
# what our own exports make of a formula: an apostrophe before it, which reading takes away again.
names = (
    st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=40)
    .map(str.strip)
    .filter(lambda text: text and text[0] not in "=#" and "_x" not in text)
    .filter(lambda text: text[0] != "'" or text[1:2] not in {"=", "+", "-", "@"})
)
leas = st.tuples(
    st.from_regex(r"[0-9]{14}", fullmatch=True),
    names,
    st.from_regex(r"[A-Z0-9]{1,8}", fullmatch=True),
    names,
    st.just("targeted-2024"),
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["met", "unmet", "unknown"]),
    names,
)


@given(
    rows=st.lists(leas, min_size=1, max_size=8, unique_by=lambda row: row[0]),
    form=st.sampled_from(FORMS),
)
@settings(max_examples=examples(150), deadline=None)
def test_any_roster_reads_back(rows: list[tuple[str, ...]], form: tuple[str, str]) -> None:
    delimiter, encoding = form
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roster"
        if delimiter == "xlsx":
            write_xlsx(path, ROSTER, *rows)
        else:
            write_csv(path, ROSTER, *rows, delimiter=delimiter, encoding=encoding)
        _, read = read_roster(path, PROCESSES)
    assert [
        (
            one.cds_code,
            one.lea_name,
            one.selpa_code,
            one.selpa_name,
            one.process,
            one.level,
            one.facts["indicator-8"],
            one.identified_for,
        )
        for one in read
    ] == [(*row[:-1], " ".join(row[-1].split())) for row in rows]
    assert [one.row for one in read] == list(range(2, len(rows) + 2))


def good_files() -> dict[str, bytes]:
    """The same small roster in the forms that are then damaged."""
    rows = (ROSTER, GOOD_ROW, (CEDAR, 'Cedar, "the" Peña', *GOOD_ROW[2:]))
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    with TemporaryDirectory() as folder:
        workbook = write_xlsx(Path(folder) / "a.xlsx", *rows).read_bytes()
    return {
        "utf-8": text.getvalue().encode(),
        "cp1252": text.getvalue().encode("cp1252"),
        "utf-16": text.getvalue().encode("utf-16"),
        "xlsx": workbook,
    }


FILES = good_files()
damage = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from(["set", "cut", "add", "drop"]),
        st.binary(min_size=1, max_size=6)
        | st.sampled_from([b'"', b"\r", b"\n", b"\x00", b",", b"\xff", b"<", b"E+9", b"_x000D_"]),
    ),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, how: list[tuple[float, str, bytes]]) -> bytes:
    """The bytes of a file after something happened to it."""
    for where, kind, piece in how:
        at = int(where * len(data))
        data = {
            "set": data[:at] + piece + data[at + len(piece) :],
            "cut": data[:at],
            "add": data[:at] + piece + data[at:],
            "drop": data[:at] + data[at + len(piece) :],
        }[kind]
    return data


@pytest.mark.parametrize("form", FILES)
@given(how=damage)
@settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_roster_is_read_or_refused(
    form: str, how: list[tuple[float, str, bytes]]
) -> None:
    """Never another exception, for none of the readers."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roster.csv"
        path.write_bytes(damaged(FILES[form], how))
        for read in (
            lambda: read_roster(path, PROCESSES, repair_cds=True),
            lambda: read_contacts(path),
            lambda: read_progress(path, process()),
            lambda: read_artifact(path),
        ):
            try:
                read()
            except IntakeErrors as refused:
                lines = [str(one) for one in refused.errors]
            else:
                lines = ["read"]
            assert lines
            assert all(line.isprintable() for line in lines)


DAMAGED_XML = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from(["set", "add", "drop"]),
        st.sampled_from(
            [b"<", b">", b'"', b"9", b"r", b"t", b"/", b"-", b"&", b"e9", b"</c>", b"<f/>"]
        ),
    ),
    min_size=1,
    max_size=3,
)


@given(part=st.integers(0, 50), how=DAMAGED_XML)
@settings(max_examples=examples(120), deadline=None)
def test_a_workbook_whose_xml_is_damaged_is_read_or_refused(
    part: int, how: list[tuple[float, str, bytes]]
) -> None:
    """The archive is whole, so that the damage reaches the parser."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(FILES["xlsx"])) as old:
        parts = {one: old.read(one) for one in old.namelist()}
    # Every second time the sheet itself.
    name = "xl/worksheets/sheet1.xml" if part % 2 else sorted(parts)[part % len(parts)]
    parts[name] = damaged(parts[name], how)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        with zipfile.ZipFile(path, "w") as new:
            for one, data in parts.items():
                new.writestr(one, data)
        try:
            _, rows = read_roster(path, PROCESSES)
        except IntakeErrors:
            rows = []
        assert all(len(one.cds_code) == len(BIRCH) for one in rows)


@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
@settings(max_examples=examples(150), deadline=None)
def test_any_json_is_read_or_refused(data: object) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        try:
            read = read_artifact(path)
        except IntakeErrors:
            return
        assert read == data
