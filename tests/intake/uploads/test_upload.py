"""What a file is, by its content; and what only pretends to be something."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimflow.intake.tables import zip_contents as packages
from cimflow.intake.uploads.file_kind import MAX_DOCUMENT, safe_name, sniff
from cimflow.intake.uploads.filenames import LONGEST_NAME, with_suffix
from tests.intake.tables.sheets import refusals

SAMPLE = Path(__file__).parents[3] / "config" / "sample"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\0\0\0\xff\xff\xff,\0\0\0\0\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xda\x00\x08\x01\x01\0\0?\0\x7f\xff\xd9"
WEBP = b"RIFF" + struct.pack("<I", 24) + b"WEBPVP8L" + struct.pack("<I", 11) + bytes(12)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
CSV = "School,Students,Días\nMain,771,4\n".encode()
WORD_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def chunk(word: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + word + body + struct.pack(">I", zlib.crc32(word + body))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)


def package(**parts: bytes | str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return data.getvalue()


def docx(types: str = WORD_TYPES, **more: bytes | str) -> bytes:
    first = {"[Content_Types].xml": f'<Types ContentType="{types}"/>', "word/document.xml": "<w/>"}
    return package(**(first | more))


def xlsx(**more: bytes | str) -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["School", "Students"])
    data = io.BytesIO()
    book.save(data)
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as packed:
        for name, content in more.items():
            packed.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "word", "suffix"),
    [
        (PDF, "pdf", ".pdf"),
        (PDF + b"\0\0scanned by a machine", "pdf", ".pdf"),
        (docx(), "docx", ".docx"),
        (docx(**{"word/embeddings/Book1.xlsx": xlsx()}), "docx", ".docx"),
        (xlsx(), "xlsx", ".xlsx"),
        (CSV, "csv", ".csv"),
        (CSV.decode().encode("utf-16"), "csv", ".csv"),
        (CSV.decode().encode("cp1252"), "csv", ".csv"),
        (b"School\tDays\nMain\t4\n", "csv", ".csv"),
        (b"Review of 2024\n\nSchool;Days\nMain;4\nOak;5\n", "csv", ".csv"),
        (PNG, "png", ".png"),
        (JPEG, "jpeg", ".jpg"),
        (JPEG + b"what a camera writes behind", "jpeg", ".jpg"),
        (GIF, "gif", ".gif"),
        (WEBP, "webp", ".webp"),
        (b'{"a": 1}', "json", ".json"),
        (b'# ours\na = "x"\n[[m]]\nb = 1\n', "toml", ".toml"),
        ((SAMPLE / "roster.csv").read_bytes(), "csv", ".csv"),
    ],
)
@pytest.mark.parametrize("name", ["plan.pdf", "evil.html", "x"])
def test_the_content_decides(data: bytes, word: str, suffix: str, name: str) -> None:
    kind = sniff(data, name)
    assert (kind.word, kind.suffix) == (word, suffix)


def encrypted() -> bytes:
    data = bytearray(docx())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.find(start) + (6 if start == b"PK\x03\x04" else 8)
        data[at] |= 1
    return bytes(data)


def damaged() -> bytes:
    data = bytearray(xlsx())
    at = data.find(b"xl/workbook.xml")
    data[at + 20 : at + 60] = bytes(40)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "because"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\n" + bytes(MAX_DOCUMENT), "is larger than 25 MB"),
        (HTML, "is a web page"),
        (b"  \n<HTML><body>x,y\n1,2", "is a web page"),
        (SVG, "is a web page, a drawing, or a script"),
        (SVG.decode().encode("utf-16"), "is a web page, a drawing, or a script"),
        (b"a,b\n<script>alert(1)</script>,2\n", "is a web page, a drawing, or a script"),
        (b"a,b\n1,2\n".decode().encode("utf-16") + "<script>,2\n".encode("utf-16-le"), "script"),
        (b"var a = 1, b = 2;\nvar c = 1, d = 2;\n", "or a script"),
        (PNG + HTML, "looks like a picture"),
        (PNG[:8] + HTML, "looks like a picture"),
        (PNG[:-20], "looks like a picture"),
        (PNG.replace(b"IDAT", b"iTXt"), "looks like a picture"),
        (b"GIF89a=1;alert(1)//" + bytes(30), "looks like a picture"),
        (GIF + HTML, "looks like a picture"),
        (GIF[:-1], "looks like a picture"),
        (b"\xff\xd8\xff" + HTML, "looks like a picture"),
        (JPEG[:-2], "looks like a picture"),
        (JPEG + HTML, "looks like a picture"),
        (JPEG + package(a="x"), "looks like a picture"),
        (WEBP + HTML, "looks like a picture"),
        (PDF + package(a="x" * 9), "a PDF with a compressed archive attached"),
        (PDF[:-7], "is not a complete PDF"),
        (PDF + b"x" * 5000, "is not a complete PDF"),
        (b"\n" + HTML + PDF, "is a web page"),
        (b"MZ\x90\0" + bytes(99), "is a program"),
        (b"\x7fELF" + bytes(99), "is a program"),
        (b"#!/bin/sh\na,b\nc,d\n", "is a program"),
        (OLE + bytes(600), "is an old Word or Excel file (.doc, .xls); save it as .docx or .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "is password-protected"),
        (b"{\\rtf1 x}", "save it as .docx or PDF"),
        (encrypted(), "is password-protected"),
        (docx(**{"word/vbaProject.bin": b"x"}), "contains macros"),
        (xlsx(**{"xl/vbaProject.bin": b"x"}), "contains macros"),
        (xlsx(**{"xl/macrosheets/sheet1.xml": b"<x/>"}), "contains macros"),
        (docx("application/vnd.ms-word.document.macroEnabled.main+xml"), "contains macros"),
        (docx(WORD_TYPES.replace("document", "template")), "is neither a Word document nor"),
        (docx(WORD_TYPES + " spreadsheetml.sheet.main+xml", **{"xl/workbook.xml": "<x/>"}), "is neither"),
        (package(a="x"), "is a compressed archive"),
        (package(**{"content.xml": "<x/>", "mimetype": "x"}), "LibreOffice"),
        (docx(**{"xl/workbook.bin": "x"}), "(.xlsb); save it as .xlsx"),
        (docx(**{"word/media/a.zip": "x"}), "contains a compressed archive"),
        (docx(**{"word/media/image1.png": package(a="x")}), "contains a compressed archive"),
        (docx(**{"word/embeddings/b.docx": docx(**{"word/embeddings/c.docx": docx()})}), "inside"),
        (docx(**{"word/embeddings/b.docx": docx(**{"word/vbaProject.bin": "x"})}), "contains macros"),
        (docx(**{"../../etc/passwd": "x"}), "its parts are outside of it"),
        (docx(**{"word/x.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "defines XML entities"),
        (xlsx(**{"xl/media/image1.png": bytes(40_000_000)}), "is far too large when unpacked"),
        (docx(**{f"word/p{one}": "" for one in range(packages.MAX_PARTS)}), "is far too large"),
        (damaged(), "is damaged"),
        (docx()[:-30], "is damaged"),
        (b"Dear all,\nthank you for the letter, and the list.\nDominic\n", "is plain text, not a table"),
        (b"one column\n1\n2\n", "is plain text, not a table"),
        (b"\x00\x01\x02\x03", "is not a kind of file we can accept"),
        (b"\x01a,b\n\x02c,d\n", "is not a kind of file we can accept"),
        (b"[1, 2]", "is plain text"),
    ],
)  # fmt: skip
def test_what_is_refused(data: bytes, because: str) -> None:
    (line,) = refusals(lambda: sniff(data, "plan.pdf"))
    assert line.startswith("plan.pdf: ")
    assert because in line


def test_a_large_picture_is_no_bomb() -> None:
    assert sniff(docx(**{"word/media/image1.emf": bytes(9_000_000)}), "a").word == "docx"


@given(st.sampled_from([PDF, PNG, GIF, JPEG, WEBP, CSV, docx(), xlsx()]), st.data())
def test_damage_is_refused_or_harmless_and_never_a_traceback(
    whole: bytes, draw: st.DataObject
) -> None:
    spoilt = bytearray(whole)
    for _ in range(draw.draw(st.integers(1, 4))):
        spoilt[draw.draw(st.integers(0, len(spoilt) - 1))] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(0, len(spoilt)))
    for data in (bytes(spoilt), whole[:cut]):
        assert len(refusals(lambda data=data: sniff(data, "a"))) <= 1


# ------------------------------------------------------------------------------------- the name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Plan de mejora, Peña é.docx", "Plan de mejora, Peña é.docx"),
        ("Pen\u0303a.pdf", "Peña.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
        ("C:\\Users\\ana\\plan.pdf", "plan.pdf"),
        ("C:plan.pdf", "plan.pdf"),
        ("plan.pdf\0.exe", "plan.pdf.exe"),
        ("plan\r\nSet-Cookie: a.pdf", "planSet-Cookie- a.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("pl\u200ban\ufeff.pdf", "plan.pdf"),
        (".htaccess", "htaccess"),
        ("... . plan.pdf . ", "plan.pdf"),
        ("CON", "document-CON"),
        ("nul.pdf", "document-nul.pdf"),
        ("com1 .x.pdf", "document-com1 .x.pdf"),
        ("lpt².txt", "document-lpt².txt"),
        ("console.pdf", "console.pdf"),
        ("plan.pdf:evil.exe", "plan.pdf-evil.exe"),
        ('a"b<c>|?*.pdf', "a-b-c----.pdf"),
        ("", "document"),
        ("/", "document"),
        ("...", "document"),
        ("\u202e", "document"),
        ("_", "document"),
        ("a" * 300 + ".docx", "a" * 115 + ".docx"),
        ("a." + "b" * 300, "a." + "b" * 118),
        ("漢字.pdf", "漢字.pdf"),
    ],
)
def test_a_name_without_its_tricks(raw: str, name: str) -> None:
    assert safe_name(raw) == name


@given(st.text(max_size=400))
def test_any_name_becomes_a_safe_one(raw: str) -> None:
    name = safe_name(raw)
    assert 0 < len(name) <= LONGEST_NAME
    assert not set(name) & set('/\\<>:"|?*\0')
    assert name == name.strip(". ") == safe_name(name)
    assert not {unicodedata.category(one) for one in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("name", "suffix", "whole"),
    [
        ("plan.pdf", ".pdf", "plan.pdf"),
        ("PLAN.PDF", ".pdf", "PLAN.PDF"),
        ("plan.pdf.exe", ".pdf", "plan.pdf.exe.pdf"),
        ("photo.jpeg", ".jpg", "photo.jpeg"),
        ("a" * 120, ".pdf", "a" * 116 + ".pdf"),
    ],
)
def test_the_ending_says_what_it_is(name: str, suffix: str, whole: str) -> None:
    assert with_suffix(name, suffix, (".jpeg",)) == whole
