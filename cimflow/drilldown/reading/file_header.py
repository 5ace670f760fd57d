"""The header of a file of students: which row names the columns, and how to get at the rest.

A text file is looked through in blocks, whatever its size.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from cimflow.intake.errors import IntakeErrors
from cimflow.intake.tables.delimited import DELIMITERS
from cimflow.intake.tables.files import decode, name_of, refuse_no_file
from cimflow.intake.tables.header import TITLE_ROWS, Columns, Line, column_name
from cimflow.intake.tables.table import read_table

BLOCK = 1 << 20
_HEAD = 1 << 16
_REFUSED = {
    b"\xd0\xcf\x11\xe0": "is an old Excel file (.xls) or is password-protected; save it as"
    " .xlsx without a password, or as CSV",
    b"%PDF": "is a PDF; use a table in CSV, .xlsx, or Parquet format",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns of a file, as ``column_name`` writes them, and how to get at the rows below.

    ``line`` is the number that a spreadsheet shows for the header; ``ends`` is the line of the text
    on which it ends, which is further down where a quoted cell above holds a line break.
    """

    path: Path
    kind: str
    names: tuple[str, ...]
    line: int = 1
    ends: int = 1
    delimiter: str = ","
    encoding: str = "utf-8"


def read_heading(path: Path, known: Iterable[str]) -> Heading:
    """Find the header of a file: the row among its first that names the most known columns.

    Raises:
        IntakeErrors: the file cannot be opened, is not a table, or names none of the columns.
    """
    refuse_no_file(path)
    name = name_of(path)
    with path.open("rb") as file:
        start = file.read(_HEAD)
    for magic, message in _REFUSED.items():
        if start.startswith(magic):
            raise IntakeErrors.of_file(name, message)
    if start.startswith(b"PAR1"):
        names = tuple(column_name(one) for one in open_parquet(path).schema_arrow.names)
        return Heading(path, "parquet", names)
    columns = Columns((), tuple(known))
    if start.startswith(b"PK\x03\x04"):
        table = read_table(path, required=(), optional=columns.optional)
        return Heading(path, "xlsx", table.columns)
    return _text_heading(path, start, columns)


def _text_heading(path: Path, start: bytes, columns: Columns) -> Heading:
    name = name_of(path)
    encoding = _encoding(path, name)
    text = _cut_to_lines(start, encoding, name)
    heads = {one: _head(text, one) for one in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda one: columns.found_in(heads[one].rows))
    head = heads[delimiter]
    at = columns.header_of(head.rows)
    if at is None:
        raise IntakeErrors.of_file(name, "has no header: no row names any of the expected columns")
    line = head.rows[at]
    names = tuple(column_name(one) for one in line.cells)
    return Heading(path, "text", names, line.number, head.ends[at], delimiter, encoding)


def _encoding(path: Path, name: str) -> str:
    """UTF-8, or Windows-1252 where it is not; read in blocks, so that no size of file matters."""
    with path.open("rb") as file:
        first = file.read(4)
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        utf8 = True
        for block in _blocks(file):
            if b"\x00" in block:
                raise IntakeErrors.of_file(name, "is not text; save it as CSV in UTF-8")
            if utf8:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    utf8 = False
    return "utf-8" if utf8 else "cp1252"


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _cut_to_lines(start: bytes, encoding: str, name: str) -> str:
    if encoding == "utf-16":
        return decode(start[: len(start) // 2 * 2], name)
    end = max(start.rfind(b"\n"), start.rfind(b"\r"))
    return decode(start[:end] if end > 0 else start, name)


@dataclass(frozen=True, slots=True)
class _Head:
    """The first rows of a text, and the line on which each of them ends."""

    rows: tuple[Line, ...]
    ends: tuple[int, ...]


def _head(text: str, delimiter: str) -> _Head:
    """As a spreadsheet reads it: a quoted cell may hold the delimiter, or a line break."""
    rows: list[Line] = []
    ends: list[int] = []
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            rows.append(Line(len(rows) + 1, tuple(one.strip() for one in cells)))
            ends.append(reader.line_num)
            if len(rows) > TITLE_ROWS:
                break
    except csv.Error:
        pass  # under a wrong delimiter the quotation marks may not close either
    return _Head(tuple(rows), tuple(ends))


def open_parquet(path: Path, coded: Sequence[str] = ()) -> pq.ParquetFile:
    """A Parquet file, some of its columns to be read as codes.

    Raises:
        IntakeErrors: it is none.
    """
    try:
        return pq.ParquetFile(path, read_dictionary=list(coded))
    except (pa.ArrowException, OSError):
        raise IntakeErrors.of_file(name_of(path), "is damaged or is not a Parquet file") from None
