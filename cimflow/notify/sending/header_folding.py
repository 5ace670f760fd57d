"""How the headers of a message are broken into lines, so that a subject arrives as it was written.

The standard library puts a long subject under an empty first line, and loses or moves a blank
between words of which some are not ASCII. Subjects are therefore broken here.
"""

from __future__ import annotations

from email.header import Header
from email.policy import EmailPolicy
from typing import Any

LINE = 76
"""Characters in a line of a subject: at most 78 should be, and 998 must not be exceeded."""


class WirePolicy(EmailPolicy):
    """The policy of emails on the wire: as the library's, but for the lines of the subject."""

    def fold(self, name: str, value: Any) -> str:
        """The header with its line ends."""
        if name.casefold() != "subject":
            as_usual: str = super().fold(name, value)
            return as_usual
        return f"{name}: {self.linesep.join(folded(str(value), taken=len(name) + 2))}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header with its line ends, as bytes."""
        if name.casefold() != "subject":
            return super().fold_binary(name, value)
        return self.fold(name, value).encode("ascii")


# 7-bit whatever the server can do, so that the same mail is the same bytes everywhere.
WIRE = WirePolicy(linesep="\r\n", cte_type="7bit")
WIRE_UTF8 = WirePolicy(linesep="\r\n", utf8=True)
"""For addresses that themselves go beyond ASCII."""


def folded(text: str, *, taken: int) -> list[str]:
    """The lines of a header's text; those after the first begin with a blank.

    Args:
        text: one line of any length.
        taken: what the name of the header takes of the first line.
    """
    lines = [""]
    for number, word in enumerate(text.split(" ")):
        room = LINE - (taken if len(lines) == 1 else 0)
        if number == 0:
            lines[0] = word
        elif word and lines[-1].strip() and len(lines[-1]) + 1 + len(word) > room:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    is_plain = text.isascii() and "=?" not in text and text == text.strip()
    if is_plain and all(len(one) <= LINE for one in [" " * taken + lines[0], *lines[1:]]):
        return lines
    # Wholly in encoded words (RFC 2047): blanks between such words are none of the text.
    coded = Header(text, "utf-8", maxlinelen=LINE, header_name=" " * (taken - 2))
    return coded.encode(linesep="\n").split("\n")
