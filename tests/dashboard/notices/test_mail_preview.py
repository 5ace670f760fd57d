"""The HTML of a mail within a page: its words and outline, and nothing that acts or paints."""

from __future__ import annotations

from pathlib import Path

import pytest

from cimflow.dashboard.notices.mail_preview import outline_of

MAILS = sorted((Path(__file__).parents[2] / "approved" / "mails").glob("*.html"))


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<p style="color:red">Hello</p>', "<p>Hello</p>"),
        ("<h2>The rule</h2>", "<h3>The rule</h3>"),
        ("<p>a &lt;b&gt; &amp; c</p>", "<p>a &lt;b&gt; &amp; c</p>"),
        ("<script>alert(1)</script><p>x</p>", "<p>x</p>"),
        ("<style>p{}</style><head><title>t</title></head>x", "x"),
        ('<p onclick="x()">y</p>', "<p>y</p>"),
        ('<img src="https://example.org/x"><b>z</b>', "z"),
        (
            '<a href="https://example.org/?a=1&amp;b" style="x">go</a>',
            '<a href="https://example.org/?a=1&amp;b" rel="noreferrer">go</a>',
        ),
        ('<a href="javascript:alert(1)">go</a>', "go"),
        ("<ul><li>one<li>two</ul></p>", "<ul><li>one<li>two</li></li></ul>"),
        ("<div><p>left open", "<div><p>left open</p></div>"),
        ("<br/>", "<br>"),
    ],
)
def test_what_stays(html: str, shown: str) -> None:
    assert outline_of(html) == shown


@pytest.mark.parametrize("mail", MAILS, ids=lambda one: one.stem)
def test_our_own_mails_keep_their_words(mail: Path) -> None:
    shown = outline_of(mail.read_text(encoding="utf-8"))
    assert " style=" not in shown
    assert "<title" not in shown
    assert shown.startswith("<div><p>Hello") or "<p>" in shown
    assert shown.count("<p>") == shown.count("</p>") == mail.read_text().count("<p")
