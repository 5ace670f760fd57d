"""From a file to a coded table: CSV and its like, Parquet, XLSX; in memory that has a bound.

A text file is read in blocks, so that a malformed one of any size ends in one clear message and
not in a machine without memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from cimflow.drilldown.model.coded_table import CodedColumn, CodedTable, coded
from cimflow.drilldown.reading.file_header import BLOCK, Heading, open_parquet
from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.intake.tables.files import name_of
from cimflow.intake.tables.table import read_table

MAX_ROWS = 5_000_000
"""California has some 850,000 students with disabilities; five times that is a mistake."""
_NAMED_MISFITS = 100
_MANY_MISFITS = 10_000
"""So many rows that do not fit, and most of all rows, are no slip: the file is refused."""
_CODED = pa.dictionary(pa.int32(), pa.string())
_AROUND = " \t\u00a0\u200b\ufeff"


def read_coded(heading: Heading, wanted: Mapping[str, str]) -> CodedTable:
    """The wanted columns of a file: ``wanted`` tells for a heading's name what we call it.

    Raises:
        IntakeErrors: a column appears twice, or the rows cannot be read.
    """
    name = name_of(heading.path)
    twice = [
        IntakeError(name, heading.line, one, "this column appears twice")
        for one in sorted(wanted)
        if heading.names.count(one) > 1
    ]
    if twice:
        raise IntakeErrors(twice)
    unknown = tuple(one for one in heading.names if one and one not in wanted)
    if heading.kind == "text":
        return _read_text(heading, wanted, unknown)
    if heading.kind == "parquet":
        table = _read_parquet(heading, wanted)
        numbers = np.arange(2, table.num_rows + 2)
        return CodedTable(name, _coded(table), numbers, unknown)
    return _read_xlsx(heading, wanted)


def _read_text(heading: Heading, wanted: Mapping[str, str], unknown: tuple[str, ...]) -> CodedTable:
    name = name_of(heading.path)
    places = [str(at) for at in range(len(heading.names))]
    skipped: list[int] = []
    misfits: list[IntakeError] = []

    def misfit(row: pacsv.InvalidRow) -> str:
        below = row.number - heading.ends
        skipped.append(heading.line + below)
        if len(misfits) < _NAMED_MISFITS:
            message = f"has {row.actual_columns} cells under {row.expected_columns} columns"
            misfits.append(IntakeError(name, skipped[-1], None, message))
        hopeless = len(skipped) >= _MANY_MISFITS and 2 * len(skipped) > below
        return "error" if hopeless else "skip"

    mine = {places[heading.names.index(one)]: ours for one, ours in wanted.items()}
    read = pacsv.ReadOptions(
        use_threads=False,  # one thread numbers the rows that do not fit
        block_size=BLOCK,
        skip_rows=heading.ends,
        column_names=places,
        encoding=heading.encoding,
    )
    parse = pacsv.ParseOptions(
        delimiter=heading.delimiter, ignore_empty_lines=False, invalid_row_handler=misfit
    )
    convert = pacsv.ConvertOptions(
        column_types=dict.fromkeys(mine, _CODED),
        include_columns=list(mine),
        null_values=[],
        strings_can_be_null=False,
    )
    try:
        with pacsv.open_csv(
            heading.path, read_options=read, parse_options=parse, convert_options=convert
        ) as reader:
            table = pa.Table.from_batches(_at_most(reader, name), reader.schema)
    except pa.ArrowInvalid as error:
        if len(skipped) >= _MANY_MISFITS:
            message = f"most rows do not match the header, such as row {skipped[0]:,}"
            raise IntakeErrors.of_file(name, message) from None
        raise IntakeErrors.of_file(name, _in_words(str(error))) from None
    except OSError as error:
        raise IntakeErrors.of_file(name, f"cannot be read: {error.strerror or error}") from None
    numbers = _numbers(table.num_rows, heading.line + 1, skipped)
    columns = _coded(table.rename_columns(list(mine.values())))
    filled = _filled(columns, table.num_rows)
    return CodedTable(
        name,
        {one: CodedColumn(column.codes[filled], column.values) for one, column in columns.items()},
        numbers[filled],
        unknown,
        tuple(misfits),
        len(skipped) - len(misfits),
    )


def _at_most(batches: Iterable[pa.RecordBatch], name: str) -> Iterator[pa.RecordBatch]:
    rows = 0
    for batch in batches:
        rows += batch.num_rows
        if rows > MAX_ROWS:
            raise IntakeErrors.of_file(name, f"has more than {MAX_ROWS:,} rows")
        yield batch


def _in_words(error: str) -> str:
    """What the reader of CSV says, without a word of what is in the file."""
    if "straddl" in error:
        return (
            f"is not a table: a row is longer than {BLOCK:,} characters; are line breaks missing,"
            " or is a quotation mark never closed?"
        )
    if "out of sync" in error or "quot" in error:
        return "cannot be read: a quotation mark is never closed, or a cell contains a line break"
    if "Empty CSV" in error:
        return "has a header but no rows"
    return "cannot be read as a table"


def _numbers(rows: int, first: int, skipped: list[int]) -> np.ndarray:
    """The physical number of each row that was kept."""
    kept = np.ones(rows + len(skipped), dtype=bool)
    kept[[one - first for one in skipped]] = False
    return np.flatnonzero(kept) + first


def _filled(columns: Mapping[str, CodedColumn], rows: int) -> np.ndarray:
    """Which rows have anything in them."""
    filled = np.zeros(rows, dtype=bool)
    for one in columns.values():
        filled |= ~one.is_blank()
    return filled


def _read_parquet(heading: Heading, wanted: Mapping[str, str]) -> pa.Table:
    name = name_of(heading.path)
    file = open_parquet(heading.path)
    if file.metadata.num_rows > MAX_ROWS:
        raise IntakeErrors.of_file(name, f"has more than {MAX_ROWS:,} rows")
    theirs = file.schema_arrow.names
    mine = {theirs[heading.names.index(one)]: ours for one, ours in wanted.items()}
    texts = [one for one in mine if _is_text(file.schema_arrow.field(one).type)]
    file = open_parquet(heading.path, coded=texts)
    try:
        table = file.read(columns=list(mine))
        columns = [_as_text(table.column(one)) for one in mine]
    except (pa.ArrowException, OSError):
        raise IntakeErrors.of_file(name, "is damaged, or has columns that are not text") from None
    return pa.table(columns, names=list(mine.values()))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        if _is_text(column.type.value_type):
            return column
        column = column.cast(column.type.value_type)
    return column.cast(pa.string()).dictionary_encode()


def _coded(table: pa.Table) -> dict[str, CodedColumn]:
    """Each column with the blanks cut from its values; values that are then the same are one."""
    found: dict[str, CodedColumn] = {}
    for name in table.column_names:
        column = table.column(name).unify_dictionaries()
        if not column.num_chunks:
            found[name] = CodedColumn(np.zeros(0, dtype=np.int64), ("",))
            continue
        texts = column.chunk(0).dictionary.cast(pa.string())
        if column.null_count:
            texts = pa.concat_arrays([texts, pa.array([""])])
        # A cell with nothing in it stands for the text that was put last.
        indices = [one.indices.fill_null(len(texts) - 1).to_numpy() for one in column.chunks]
        trimmed = pc.utf8_trim(texts, _AROUND).fill_null("").dictionary_encode()
        again = trimmed.indices.to_numpy().astype(np.int64)
        values = tuple(trimmed.dictionary.to_pylist()) or ("",)
        codes = np.concatenate(indices).astype(np.int64)
        found[name] = CodedColumn(again[codes] if len(again) else codes, values)
    return found


def _read_xlsx(heading: Heading, wanted: Mapping[str, str]) -> CodedTable:
    table = read_table(heading.path, required=(), optional=wanted)
    columns = {
        ours: coded([row.cells.get(theirs, "") for row in table.rows])
        for theirs, ours in wanted.items()
    }
    numbers = np.array([row.number for row in table.rows], dtype=np.int64)
    return CodedTable(table.name, columns, numbers, table.unused, table.misfits)
