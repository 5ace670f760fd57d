"""A document is kept with its record or not at all; contents come from any of three forms."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from cimflow.intake.artifacts.blank_workbook import artifact_workbook
from cimflow.intake.errors import IntakeErrors
from cimflow.monitoring.app_context import Office
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.errors import ChangedMeanwhile, Refused, UnknownLea
from cimflow.monitoring.submissions import receive as receiving
from cimflow.store.cases import documents
from tests.factories import complete, process
from tests.intake.uploads.test_student_data import book
from tests.intake.uploads.test_upload import HTML, JPEG, PDF
from tests.monitoring.conftest import ADMIN, BIRCH, DOGWOOD, PROCESS, everything_learnt, last_seen

TEAM = "team-creation"
ON = dt.date(2024, 6, 10)


def receive(office: Office, data: bytes = PDF, **more: Any) -> Any:
    given: dict[str, Any] = {"name": "Team.pdf", "received_on": ON, "filed_on": None, "by": ADMIN}
    cds = more.pop("cds_code", BIRCH)
    return receiving.receive_document(office, PROCESS, TEAM, cds, data=data, **(given | more))


def kept(office: Office) -> list[Path]:
    folder = office.settings.home / "documents"
    return sorted(one for one in folder.rglob("*") if one.is_file())


def test_a_document_is_kept_and_comes_back(office: Office) -> None:
    assert receive(office).is_new
    assert receiving.document_of(office, PROCESS, BIRCH, TEAM, 1) == ("Team.pdf", PDF)
    assert receive(office).is_new is False
    assert len(kept(office)) == 1


@pytest.mark.parametrize(
    ("name", "data", "shown"),
    [
        ("../../x/Peña.pdf", PDF, "Peña.pdf"),
        ("plan.pdf.exe", PDF, "plan.pdf.exe.pdf"),
        ("photo.jpeg", JPEG, "photo.jpeg"),
        ("photo", JPEG, "photo.jpg"),
    ],
)
def test_the_name_is_made_safe_and_says_what_it_is(
    office: Office, name: str, data: bytes, shown: str
) -> None:
    receive(office, data, name=name)
    assert receiving.document_of(office, PROCESS, BIRCH, TEAM, 1) == (shown, data)


@pytest.mark.parametrize(
    ("data", "because"),
    [
        (HTML, "is a web page"),
        (b"", "is empty"),
        (b'a = "x"\n', "record it as contents"),
        (book([["SSID"], [1234567890]]), "cimflow keeps no student"),
        (b"Student Name,Days\nZelda,4\n", "cimflow keeps no student"),
    ],
)
def test_what_cannot_be_taken_is_not_kept(office: Office, data: bytes, because: str) -> None:
    before = everything_learnt(office)
    with pytest.raises(IntakeErrors, match=because):
        receive(office, data)
    assert kept(office) == []
    assert everything_learnt(office) == before


def test_what_is_refused_is_removed_again(office: Office) -> None:
    with pytest.raises(UnknownLea):
        receive(office, cds_code="99000000000000")
    with pytest.raises(Refused, match="after today"):
        receive(office, received_on=dt.date(2024, 9, 1))
    seen = last_seen(office) - 1
    with pytest.raises(ChangedMeanwhile):
        receive(office, seen=seen)
    assert kept(office) == []


def test_but_not_where_another_record_speaks_of_it(office: Office) -> None:
    receive(office, cds_code=DOGWOOD)
    with pytest.raises(Refused):
        receive(office, received_on=dt.date(2024, 9, 1))
    assert receiving.document_of(office, PROCESS, DOGWOOD, TEAM, 1) == ("Team.pdf", PDF)


def test_what_another_removed_in_the_meantime_is_kept_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = receiving.records.record

    def while_another_is_refused(*args: Any, **more: Any) -> Any:
        receiving._forget_unless_recorded(office, more["document"].sha256)
        return record(*args, **more)

    monkeypatch.setattr(receiving.records, "record", while_another_is_refused)
    receive(office)
    assert receiving.document_of(office, PROCESS, BIRCH, TEAM, 1) == ("Team.pdf", PDF)


def test_no_document_where_there_is_none(office: Office) -> None:
    receive(office)
    documents.forget(office.settings.home, kept(office)[0].name)
    assert receiving.document_of(office, PROCESS, BIRCH, TEAM, 1) is None
    assert receiving.document_of(office, PROCESS, BIRCH, TEAM, 2) is None
    assert receiving.document_of(office, PROCESS, DOGWOOD, TEAM, 1) is None


@pytest.mark.parametrize("form", ["xlsx", "json", "toml"])
def test_contents_come_from_any_of_three_forms(office: Office, form: str) -> None:
    activity = process().activity_by_id[TEAM]
    data = {
        "xlsx": artifact_workbook(activity, "2", complete(TEAM, "2")),
        "json": b'{"members": [{"name": "Ana Ruiz"}]}',
        "toml": b'[[members]]\nname = "Ana Ruiz"\n',
    }[form]
    recorded = receiving.receive_contents(
        office, PROCESS, TEAM, BIRCH, name=f"../team.{form}", data=data, received_on=ON, by=ADMIN
    )
    assert recorded.is_new
    has_errors = any(one.severity == "error" for one in recorded.findings)
    assert has_errors is (form != "xlsx"), "the workbook was complete"
    (came,) = read_case(office, PROCESS, BIRCH).submissions
    assert came.contents
    assert came.contents["members"]


def test_wrong_contents_are_refused_with_the_name_of_the_file(office: Office) -> None:
    with pytest.raises(Refused, match=r"^team.json, nobody: is not a field"):
        receiving.receive_contents(
            office, PROCESS, TEAM, BIRCH, name="x/team.json", data=b'{"nobody": 1}', received_on=ON
        )
    with pytest.raises(IntakeErrors, match="cimflow keeps no student"):
        receiving.receive_contents(
            office, PROCESS, TEAM, BIRCH, name="a.xlsx", data=book([["SSID"], [1]]), received_on=ON
        )
