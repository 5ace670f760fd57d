"""Documents are kept once, whole, for the owner alone; and only what was kept comes back."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from cimflow.store.cases import documents
from cimflow.store.database.errors import StoreError

DATA = b"%PDF-1.7 Pe\xc3\xb1a"
SHA = hashlib.sha256(DATA).hexdigest()


def files(home: Path) -> list[Path]:
    return sorted(one for one in home.rglob("*") if one.is_file())


def test_a_document_is_kept_by_its_hash_and_comes_back(tmp_path: Path) -> None:
    assert documents.keep(tmp_path, DATA) == SHA
    assert files(tmp_path) == [tmp_path / "documents" / SHA[:2] / SHA]
    assert documents.open_kept(tmp_path, SHA) == DATA
    assert documents.kept_size(tmp_path, SHA) == len(DATA)


def test_twice_is_once(tmp_path: Path) -> None:
    documents.keep(tmp_path, DATA)
    (file,) = files(tmp_path)
    before = file.stat()
    documents.keep(tmp_path, DATA)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert files(tmp_path) == [file]


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_it_is_its_owners_alone_and_no_program(tmp_path: Path) -> None:
    documents.keep(tmp_path, DATA)
    (file,) = files(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for folder in (file.parent, file.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "word",
    ["", "../../home.toml", "a" * 63, "a" * 65, SHA.upper(), f"{SHA}\n", "/etc/passwd", "0" * 64],
)
def test_what_is_no_hash_or_not_kept_is_nothing(tmp_path: Path, word: str) -> None:
    documents.keep(tmp_path, DATA)
    assert documents.open_kept(tmp_path, word) is None
    assert documents.kept_size(tmp_path, word) is None
    documents.forget(tmp_path, word)
    assert documents.open_kept(tmp_path, SHA) == DATA


def test_a_changed_file_is_never_given_out_and_kept_anew(tmp_path: Path) -> None:
    documents.keep(tmp_path, DATA)
    (file,) = files(tmp_path)
    file.write_bytes(DATA[::-1])
    with pytest.raises(StoreError, match=f"the saved document {SHA} is damaged"):
        documents.open_kept(tmp_path, SHA)
    documents.keep(tmp_path, DATA)
    assert documents.open_kept(tmp_path, SHA) == DATA


def test_a_power_cut_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(documents.os, "fsync", cut)
    with pytest.raises(StoreError, match="cannot be saved: No space left on device"):
        documents.keep(tmp_path, DATA)
    assert files(tmp_path) == []


def test_what_is_forgotten_is_gone(tmp_path: Path) -> None:
    documents.keep(tmp_path, DATA)
    documents.forget(tmp_path, SHA)
    assert files(tmp_path) == []
