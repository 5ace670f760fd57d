"""A document is kept with its record or not at all; contents come from any of three forms."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from cimflow.intake.artifacts.blank_workbook import artifact_workbook
from cimflow.intake.errors import IntakeErrors
from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.errors import ChangedMeanwhile, Refused, UnknownLea
from cimflow.monitoring.submissions import receive as receiving
from cimflow.monitoring.submissions.receive import Came
from cimflow.store.cases import documents
from tests.factories import complete, process
from tests.intake.uploads.test_student_data import book
from tests.intake.uploads.test_upload import HTML, JPEG, PDF
from tests.monitoring.conftest import ADMIN, BIRCH, DOGWOOD, PROCESS, everything_learnt, last_seen

TEAM = "team-creation"
ON = dt.date(2024, 6, 10)


def receive(context: AppContext, data: bytes = PDF, **more: Any) -> Any:
    given: dict[str, Any] = {"name": "Team.pdf", "received_on": ON, "filed_on": None}
    cds = more.pop("cds_code", BIRCH)
    act = act_on(context, PROCESS, cds, by=ADMIN, seen=more.pop("seen", None))
    return receiving.receive(act, TEAM, Came("document", data=data, **given | more))


def kept(context: AppContext) -> list[Path]:
    folder = context.settings.home / "documents"
    return sorted(one for one in folder.rglob("*") if one.is_file())


def test_a_document_is_kept_and_comes_back(context: AppContext) -> None:
    assert receive(context).is_new
    assert receiving.document_of(act_on(context, PROCESS, BIRCH), TEAM, 1) == ("Team.pdf", PDF)
    assert receive(context).is_new is False
    assert len(kept(context)) == 1


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
    context: AppContext, name: str, data: bytes, shown: str
) -> None:
    receive(context, data, name=name)
    assert receiving.document_of(act_on(context, PROCESS, BIRCH), TEAM, 1) == (shown, data)


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
def test_what_cannot_be_taken_is_not_kept(context: AppContext, data: bytes, because: str) -> None:
    before = everything_learnt(context)
    with pytest.raises(IntakeErrors, match=because):
        receive(context, data)
    assert kept(context) == []
    assert everything_learnt(context) == before


def test_what_is_refused_is_removed_again(context: AppContext) -> None:
    with pytest.raises(UnknownLea):
        receive(context, cds_code="99000000000000")
    with pytest.raises(Refused, match="after today"):
        receive(context, received_on=dt.date(2024, 9, 1))
    seen = last_seen(context) - 1
    with pytest.raises(ChangedMeanwhile):
        receive(context, seen=seen)
    assert kept(context) == []


def test_but_not_where_another_record_speaks_of_it(context: AppContext) -> None:
    receive(context, cds_code=DOGWOOD)
    with pytest.raises(Refused):
        receive(context, received_on=dt.date(2024, 9, 1))
    assert receiving.document_of(act_on(context, PROCESS, DOGWOOD), TEAM, 1) == ("Team.pdf", PDF)


def test_what_another_removed_in_the_meantime_is_kept_again(
    context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = receiving.record

    def while_another_is_refused(*args: Any, **more: Any) -> Any:
        receiving._forget_unless_recorded(act_on(context, PROCESS, BIRCH), more["document"].sha256)
        return record(*args, **more)

    monkeypatch.setattr(receiving, "record", while_another_is_refused)
    receive(context)
    assert receiving.document_of(act_on(context, PROCESS, BIRCH), TEAM, 1) == ("Team.pdf", PDF)


def test_no_document_where_there_is_none(context: AppContext) -> None:
    receive(context)
    documents.forget(context.settings.home, kept(context)[0].name)
    assert receiving.document_of(act_on(context, PROCESS, BIRCH), TEAM, 1) is None
    assert receiving.document_of(act_on(context, PROCESS, BIRCH), TEAM, 2) is None
    assert receiving.document_of(act_on(context, PROCESS, DOGWOOD), TEAM, 1) is None


@pytest.mark.parametrize("form", ["xlsx", "json", "toml"])
def test_contents_come_from_any_of_three_forms(context: AppContext, form: str) -> None:
    activity = process().activity_by_id[TEAM]
    data = {
        "xlsx": artifact_workbook(activity, "2", complete(TEAM, "2")),
        "json": b'{"members": [{"name": "Ana Ruiz"}]}',
        "toml": b'[[members]]\nname = "Ana Ruiz"\n',
    }[form]
    filled_in = Came("form", f"../team.{form}", data, received_on=ON)
    recorded = receiving.receive(act_on(context, PROCESS, BIRCH, by=ADMIN), TEAM, filled_in)
    assert recorded.is_new
    has_errors = any(one.severity == "error" for one in recorded.findings)
    assert has_errors is (form != "xlsx"), "the workbook was complete"
    (came,) = read_case(act_on(context, PROCESS, BIRCH)).submissions
    assert came.contents
    assert came.contents["members"]


def test_wrong_contents_are_refused_with_the_name_of_the_file(context: AppContext) -> None:
    with pytest.raises(Refused, match=r"^team.json, nobody: is not a field"):
        filled_in = Came("form", "x/team.json", b'{"nobody": 1}', received_on=ON)
        receiving.receive(act_on(context, PROCESS, BIRCH), TEAM, filled_in)
    with pytest.raises(IntakeErrors, match="cimflow keeps no student"):
        filled_in = Came("form", "a.xlsx", book([["SSID"], [1]]), received_on=ON)
        receiving.receive(act_on(context, PROCESS, BIRCH), TEAM, filled_in)
