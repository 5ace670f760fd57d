"""What a cell means, as school offices write it: the text, then what is read, or why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest

from cimflow.intake import cells
from cimflow.resources import load_processes

PROCESS = load_processes()["targeted-2024"]
JULY_10 = dt.date(2024, 7, 10)
ELM = "01611190000000"

DAYS = [
    # a cell                     what is read
    ("2024-07-10",               JULY_10),
    ("2024-7-10",                JULY_10),
    ("2024/07/10",               JULY_10),
    ("7/10/2024",                JULY_10),
    ("07-10-2024",               JULY_10),
    ("7/10/24",                  JULY_10),
    ("2024-07-10 00:00:00",      JULY_10),
    ("2024-07-10T09:30",         JULY_10),
    ("7/10/2024 9:30 AM",        JULY_10),
    ("2024-02-29",               dt.date(2024, 2, 29)),
    ("2023-02-29",               "is not a date"),
    ("13/10/2024",               "is not a date"),
    ("July 10",                  "is not a date"),
    ("45483",                    "day number"),
    ("20240710",                 "is not a date"),
    ("2024-W28-3",               "is not a date"),
    ("٢٠٢٤-٠٧-١٠",               "is not a date"),
]  # fmt: skip

CODES = [
    ("01611190000000",           ELM),
    ("01 61119 0000000",         ELM),
    ("01-61119-0000000",         ELM),
    ("'01611190000000",          ELM),
    ('="01611190000000"',        ELM),
    ("01611190000000.0",         ELM),
    ("1611190000000",            "then it is 01611190000000"),
    ("1.61119E+12",              "rounded"),
    ("161119000000",             "has 12 digits"),
    ("016111900000000",          "has 15 digits"),
    ("0161119000000O",           "is not a CDS code"),
    ("٠١٦١١١٩٠٠٠٠٠٠٠",           "is not a CDS code"),
]  # fmt: skip

REPAIRED = [
    ("1611190000000",            ELM),
    ("1611190000000.0",          ELM),
    ("01611190000000",           ELM),
    ("161119000000",             "has 12 digits"),
    ("1.61119E+12",              "rounded"),
]  # fmt: skip

LEVELS = [
    ("3",                        "3"),
    ("Level 3",                  "3"),
    ("L3",                       "3"),
    ("3.0",                      "3"),
    ("targeted level 3",         "3"),
    ("4",                        "is not one of the levels 1, 2, 3"),
    ("three",                    "is not one of the levels 1, 2, 3"),
]  # fmt: skip

ADDRESSES = [
    ("ana.ruiz@example.org",     "ana.ruiz@example.org"),
    ("o'neil+cim@k12.ca.us",     "o'neil+cim@k12.ca.us"),
    ("Ana <ana@example.org>",    "without a name"),
    ("a@example.org; b@example.org", "one row for each"),
    ("a@b",                      "is not an e-mail address"),
    ("ana@example.org\r\nBcc: x@example.org", "is not an e-mail address"),
    ("ana@exämple.org",          "is not an e-mail address"),
    ("n/a",                      "is not an e-mail address"),
    ("a" * 65 + "@example.org",  "is not an e-mail address"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("parse", "text", "result"),
    [
        (parse, *row)
        for parse, rows in (
            (cells.day, DAYS),
            (partial(cells.cds_code, repair=False), CODES),
            (partial(cells.cds_code, repair=True), REPAIRED),
            (partial(cells.level, process=PROCESS), LEVELS),
            (cells.address, ADDRESSES),
        )
        for row in rows
    ],
)
def test_a_cell_is_read_or_refused_in_words(
    parse: Callable[[str], object], text: str, result: object
) -> None:
    refused = isinstance(result, str) and " " in result
    if not refused:
        assert parse(text) == result
        return
    with pytest.raises(ValueError, match=str(result)):
        parse(text)


@pytest.mark.parametrize(
    ("day", "years_before", "is_refused"),
    [
        ("2024-03-15", 0, False),
        ("2024-03-14", 0, True),
        ("2023-07-01", 1, False),
        ("2022-07-01", 1, True),
        ("2034-12-31", 0, False),
        ("2204-07-10", 0, True),
    ],
)
def test_a_day_years_away_is_a_slip_of_the_pen(
    day: str, years_before: int, is_refused: bool
) -> None:
    def check() -> None:
        cells.refuse_far_off(dt.date.fromisoformat(day), PROCESS, years_before=years_before)

    if is_refused:
        with pytest.raises(ValueError, match="start of targeted-2024"):
            check()
    else:
        check()
