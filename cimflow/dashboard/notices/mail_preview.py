"""The HTML of an email, made safe to show in a page: its words and its outline, nothing else.

An email carries its looks in ``style`` attributes, which no page of ours may; and whatever else
came into it must not act here. So nothing is filtered out: only known elements are written again,
and of their attributes only the address of a link.
"""

from __future__ import annotations

from html.parser import HTMLParser

from markupsafe import Markup, escape

# The page has a heading of its own above the email, so the email's are one level below.
_WRITTEN = {
    "h1": "h3",
    "h2": "h3",
    "h3": "h4",
    "p": "p",
    "ul": "ul",
    "ol": "ol",
    "li": "li",
    "strong": "strong",
    "em": "em",
    "code": "code",
    "blockquote": "blockquote",
    "div": "div",
}
_SILENT = frozenset({"head", "script", "style", "title", "template", "iframe", "object", "svg"})
_LINKS = ("https://", "http://")


def outline_of(html: str) -> Markup:
    """The body of the email as harmless HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.written()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._silent: list[str] = []

    def written(self) -> Markup:
        """What was read, with everything closed that was left open."""
        while self._open:
            self._parts.append(f"</{self._open.pop()[1]}>")
        return Markup("".join(self._parts))  # noqa: S704 - each part is ours or escaped

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a known element again, without its attributes."""
        if tag in _SILENT:
            self._silent.append(tag)
        if self._silent:
            return
        if tag == "br":
            self._parts.append("<br>")
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            if href.startswith(_LINKS):
                self._parts.append(f'<a href="{escape(href)}" rel="noreferrer">')
                self._open.append((tag, "a"))
        elif tag in _WRITTEN:
            self._parts.append(f"<{_WRITTEN[tag]}>")
            self._open.append((tag, _WRITTEN[tag]))

    def handle_endtag(self, tag: str) -> None:
        """Close what is open, with all that was left open in it."""
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        if any(one == tag for one, _ in self._open):
            while True:
                closed, written = self._open.pop()
                self._parts.append(f"</{written}>")
                if closed == tag:
                    return

    def handle_data(self, data: str) -> None:
        """Words are escaped."""
        if not self._silent:
            self._parts.append(str(escape(data)))
