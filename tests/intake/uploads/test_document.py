"""Documents that come: only their name and hash are taken."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest

from cimflow.intake.uploads.document import ReadDocument, read_document
from tests.intake.tables.sheets import refusals


@pytest.mark.parametrize("data", [b"x", b"\x00" * 3_000_000, "Peña".encode()])
def test_name_and_hash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "Data Drill Down (final).docx"
    path.write_bytes(data)
    assert read_document(path) == ReadDocument(path.name, hashlib.sha256(data).hexdigest())
    assert sorted(tmp_path.iterdir()) == [path]


def test_what_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    assert refusals(lambda: read_document(tmp_path / "empty.pdf")) == ["empty.pdf: is empty"]
    (folder,) = refusals(lambda: read_document(tmp_path))
    assert folder == f"{tmp_path.name}: is a folder, not a file"
    (missing,) = refusals(lambda: read_document(tmp_path / "none.pdf"))
    assert missing.endswith("none.pdf: there is no such file")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such file names and no pipes")
def test_strange_files_are_refused(tmp_path: Path) -> None:
    strange = tmp_path / "plan\nBcc: x.pdf"
    strange.write_bytes(b"x")
    (line,) = refusals(lambda: read_document(strange))
    assert "invisible characters" in line
    os.mkfifo(tmp_path / "pipe")
    assert refusals(lambda: read_document(tmp_path / "pipe")) == ["pipe: is not a plain file"]
