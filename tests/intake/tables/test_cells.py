"""Single cells: what a person types, and what it is read as or why not."""

from __future__ import annotations

import datetime as dt

import pytest

from cimflow.intake.tables import cells
from tests.factories import process


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-07-10", "2024-07-10"),
        ("2024/7/10", "2024-07-10"),
        ("7/10/2024", "2024-07-10"),
        ("07/10/24", "2024-07-10"),
        ("7-10-2024", "2024-07-10"),
        ("2/29/24", "2024-02-29"),
        ("2024-07-10 00:00:00", "2024-07-10"),
        ("2024-07-10T23:59", "2024-07-10"),
        ("7/10/2024 2:30:00 PM", "2024-07-10"),
    ],
)
def test_days(text: str, day: str) -> None:
    assert cells.day(text) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("13/7/2024", "is not a date"),
        ("2/29/2023", "is not a date"),
        ("2024-13-01", "is not a date"),
        ("7/10", "is not a date"),
        ("July 10, 2024", "such as 2025-01-31 or 1/31/2025"),
        ("10/7/024", "is not a date"),
        ("45483", "day number"),
        ("2024-07-10Z", "is not a date"),
        ("\u0662\u0660\u0662\u0664-07-10", "is not a date"),
        ("0000-01-01", "is not a date"),
    ],
)
def test_no_days(text: str, because: str) -> None:
    with pytest.raises(ValueError, match=because):
        cells.day(text)


@pytest.mark.parametrize(
    "text",
    [
        "01100170130625",
        "01-10017-0130625",
        "01 10017 0130625",
        "'01100170130625",
        "\u201901100170130625",
        '="01100170130625"',
        "01100170130625.0",
        "01\u201310017\u20130130625",
    ],
)
def test_cds_codes(text: str) -> None:
    assert cells.cds_code(text, repair=False) == "01100170130625"


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("1100170130625", "13 digits.*if so, it is 01100170130625$"),
        ("1100170130625.0", "01100170130625"),
        ("100170130625", "12 digits; a CDS code has 14$"),
        ("1964733", "7 digits; a CDS code has 14$"),
        ("011001701306255", "15 digits"),
        ("1.10017E+12", "rounded.*format the column as text"),
        ("1.1E12", "rounded"),
        ("1E+13", "rounded"),
        ("0110017013062X", "not a CDS code of 14 digits"),
        ("01100170130625.5", "not a CDS code"),
        ("Birch Hollow", "not a CDS code"),
        ("\u0661" * 14, "not a CDS code"),
    ],
)
def test_no_cds_codes(text: str, because: str) -> None:
    with pytest.raises(ValueError, match=because):
        cells.cds_code(text, repair=False)


def test_a_lost_zero_has_a_name_so_that_each_surface_can_say_its_way_out() -> None:
    with pytest.raises(cells.LostZero) as refused:
        cells.cds_code("1100170130625", repair=False)
    assert refused.value.repaired == "01100170130625"


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("1100170130625", "01100170130625"),
        ("1-10017-0130625", "01100170130625"),
        ("1100170130625.0", "01100170130625"),
        ("01100170130625", "01100170130625"),
        ("100170130625", None),  # two zeros cannot have been eaten
        ("1.10017E+12", None),
    ],
)
def test_repair_puts_back_one_zero_and_never_guesses_digits(
    text: str, repaired: str | None
) -> None:
    if repaired is None:
        with pytest.raises(ValueError, match=r"CDS|rounded"):
            cells.cds_code(text, repair=True)
    else:
        assert cells.cds_code(text, repair=True) == repaired


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("3", "3"),
        ("3.0", "3"),
        ("Level 3", "3"),
        ("LEVEL-3", "3"),
        ("L3", "3"),
        ("lvl. 3", "3"),
        ("Targeted Level 3", "3"),
        ("4", None),
        ("3.5", None),
        ("33", None),
        ("Level", None),
        ("III", None),
        ("1 or 2", None),
    ],
)
def test_levels(text: str, level: str | None) -> None:
    if level is None:
        with pytest.raises(ValueError, match="is not one of the levels 1, 2, 3 of targeted-2024"):
            cells.level(text, process())
    else:
        assert cells.level(text, process()) == level


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.org",
        "o'brien+cim@sub.example.k12.ca.us",
        "a@b-c.org",
        "x_1.y@EXAMPLE.ORG",
        f"{'a' * 64}@example.org",
    ],
)
def test_addresses(text: str) -> None:
    assert cells.address(text) == text


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("ana", "not an email address$"),
        ("ana@example", "not an email address$"),
        ("@example.org", "not an email address$"),
        ("ana@", "not an email address$"),
        ("ana lee@example.org", "not an email address$"),
        ("ana@example..org", "not an email address$"),
        ("ana.@example.org", "not an email address$"),
        ("ana@-example.org", "not an email address$"),
        ("ana@example.org.", "not an email address$"),
        ("ana@exämple.org", "not an email address$"),
        ("ana@example.org\n", "not an email address$"),
        ("ana@example.org; bo@example.org", "one row for each address"),
        ("ana@example.org,bo@example.org", "one row for each address"),
        ("ana@bo@example.org", "one row for each address"),
        ("Ana Lee <ana@example.org>", "the address only"),
        ("mailto:ana@example.org", "the address only"),
        (f"ana@{'a.' * 130}org", "longer than 254"),
        (f"{'a' * 65}@example.org", "not an email address$"),
    ],
)
def test_no_addresses(text: str, because: str) -> None:
    with pytest.raises(ValueError, match=because):
        cells.address(text)


@pytest.mark.parametrize("text", ["lea-lead", "LEA Lead", "lea_lead", " Lea-Lead "])
def test_words_are_read_in_whatever_case(text: str) -> None:
    assert cells.word(text, ("lea-lead", "lea-director")) == "lea-lead"


def test_a_long_value_is_quoted_in_part() -> None:
    with pytest.raises(ValueError, match="…' is not a date") as refused:
        cells.day("x" * 5_000)
    assert len(str(refused.value)) < 200
