"""Contacts: rows and what they are read as, or the lines with which they are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cimflow.intake.errors import IntakeErrors
from cimflow.intake.spreadsheets.contacts import SCOPE_OF, ContactRow, read_contacts
from cimflow.process.contacts import ROLES
from tests.intake.tables.sheets import ALDER, BIRCH, CONTACTS, refusals, write_csv


def test_every_role_has_its_scope() -> None:
    assert set(SCOPE_OF) == set(ROLES)


@pytest.mark.parametrize(
    ("row", "read"),
    [
        (("lea", BIRCH, "lea-lead", "Ana Ōta", "ana@example.org"), ("lea", BIRCH, "lea-lead", "Ana Ōta", "ana@example.org")),
        (("LEA", f"'{BIRCH}", "LEA Director", "Bo", "Bo@Example.org"), ("lea", BIRCH, "lea-director", "Bo", "Bo@Example.org")),
        (("lea", BIRCH, "Superintendent", "Cy", "cy@example.org"), ("lea", BIRCH, "superintendent", "Cy", "cy@example.org")),
        (("selpa", "9901", "selpa_admin", "Di", "di@example.org"), ("selpa", "9901", "selpa-admin", "Di", "di@example.org")),
        (("selpa", "Alder Basin", "selpa-director", "Ed", "ed@example.org"), ("selpa", "Alder Basin", "selpa-director", "Ed", "ed@example.org")),
        (("cde", "*", "fmta-consultant", "Flo", "flo@example.org"), ("cde", "*", "fmta-consultant", "Flo", "flo@example.org")),
        (("cde", BIRCH, "fmta-consultant", "Gil", "gil@example.org"), ("cde", BIRCH, "fmta-consultant", "Gil", "gil@example.org")),
    ],
)  # fmt: skip
def test_what_is_read(tmp_path: Path, row: tuple[str, ...], read: tuple[str, ...]) -> None:
    _, rows = read_contacts(write_csv(tmp_path / "people.csv", CONTACTS, row))
    assert rows == [ContactRow(2, *read)]


GOOD = dict(zip(CONTACTS, ("lea", BIRCH, "lea-lead", "Ana", "ana@example.org"), strict=True))


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"scope": "district"}, ["scope: 'district' is not one of lea, selpa, cde"]),
        ({"scope": ""}, ["scope: is blank"]),
        ({"role": "boss"}, ["role: 'boss' is not one of lea-lead, lea-director, superintendent, selpa-admin, selpa-director, fmta-consultant"]),
        ({"role": "selpa-admin"}, ["role: selpa-admin belongs to the scope selpa, not lea"]),
        ({"scope": "selpa", "role": "superintendent"}, ["role: superintendent belongs to the scope lea, not selpa"]),
        ({"scope": "selpa", "role": "fmta-consultant"}, ["role: fmta-consultant belongs to the scope cde, not selpa"]),
        ({"code": ""}, ["code: is blank"]),
        ({"code": "9901"}, ["code: '9901' has 4 digits; a CDS code has 14"]),
        ({"code": "*"}, ["code: * (every LEA) is for the scope cde only"]),
        ({"scope": "cde", "role": "fmta-consultant", "code": "all"}, ["code: 'all' is not a CDS code of 14 digits"]),
        ({"scope": "selpa", "role": "selpa-admin", "code": "99\n01"}, ["code: contains a line break"]),
        ({"name": ""}, ["name: is blank"]),
        ({"name": "Ana\r\nBcc: x@example.org"}, ["name: contains a line break"]),
        ({"email": ""}, ["email: is blank"]),
        ({"email": "ana@example.org\nbo@example.org"}, ["email: contains a line break"]),
        ({"email": "ana"}, ["email: 'ana' is not an email address"]),
        ({"scope": "x", "role": "y", "code": "", "name": "", "email": "@"}, [
            "scope: 'x' is not one of lea, selpa, cde",
            "role: 'y' is not one of lea-lead, lea-director, superintendent, selpa-admin, selpa-director, fmta-consultant",
            "code: is blank",
            "name: is blank",
            "email: '@' is not an email address",
        ]),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, changes: dict[str, str], lines: list[str]) -> None:
    path = write_csv(tmp_path / "people.csv", CONTACTS, list({**GOOD, **changes}.values()))
    assert refusals(lambda: read_contacts(path)) == [f"people.csv, row 2, {one}" for one in lines]


def test_a_second_row_for_the_same_person_and_role(tmp_path: Path) -> None:
    good = list(GOOD.values())
    path = write_csv(
        tmp_path / "people.csv",
        CONTACTS,
        good,
        ("lea", BIRCH, "lea-director", "Ana", "ana@example.org"),  # another role: fine
        ("lea", ALDER, "lea-lead", "Ana", "ana@example.org"),  # another LEA: fine
        ("lea", BIRCH, "lea-lead", "Bo", "bo@example.org"),  # another person: fine
        ("lea", BIRCH, "lea-lead", "Ana", "ANA@example.org"),
    )
    assert refusals(lambda: read_contacts(path)) == [
        f"people.csv, row 6, email: ANA@example.org is already lea-lead of {BIRCH} in row 2"
    ]


def test_an_eaten_zero_is_repaired_on_request(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "people.csv", CONTACTS, ["lea", ALDER[1:], *list(GOOD.values())[2:]]
    )
    with pytest.raises(IntakeErrors) as refused:
        read_contacts(path)
    assert [(one.row, one.field, one.code) for one in refused.value.errors] == [
        (2, "code", "lost-zero")
    ]
    _, (read,) = read_contacts(path, repair_cds=True)
    assert read.code == ALDER
